"""The blocks that a Dockerfile for Azure ML is made of, ready to insert.

A place to fill in is written `${1:value}`, as LSP's snippets have it; the values make a block that works as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from azureml_dockerfile_ls.azureml.families import DEFAULT_APP_ROOT, DOCKER_USER, PREFIX
from azureml_dockerfile_ls.azureml.stages import app_root, is_root, models_folder, user_at
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.syntax.scan import DEFAULT_ESCAPE

_SPECIAL = re.compile(r"[\\$}]")
_FIELD = re.compile(r"\\(?P<character>[\\$}])|\$\{\d+:(?P<value>[^}]*)\}")
_PLAIN_PATH = re.compile(r"[\w./+-]+")

EXAMPLE_IMAGE = "minimal-py312-inference"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A block: `body` in the snippet syntax of LSP, its lines ending with `\\n` but for the last."""

    name: str
    documentation: str
    body: str

    @property
    def text(self) -> str:
        """The block with its own values, for an editor without snippets."""
        return _FIELD.sub(lambda match: match["character"] or match["value"], self.body)


def snippets_in(stage: Stage, index: int) -> tuple[Snippet, ...]:
    """The blocks that fit before instruction `index` of a stage."""
    user = user_at(stage, index)
    before, after = "", ""
    if user is not None and not is_root(user):
        before, after = "USER root\n", f"\nUSER {_literal(_user_with_group(stage, index))}"
    root = _literal(_app_root_at(stage, index))
    models = models_folder(root)
    return (
        Snippet(
            "apt packages",
            "Installs packages of the system as root, and removes the package lists again.",
            f"{before}{_apt_get(1, stage.instructions[0].escape)}{after}",
        ),
        Snippet(
            "pip packages",
            "Installs the Python packages of a requirements file.",
            "COPY ${1:requirements.txt} /tmp/requirements.txt\nRUN pip install --no-cache-dir -r /tmp/requirements.txt",
        ),
        Snippet(
            "code and entry script",
            "Builds the code into the image, and says which script has `init()` and `run()`.",
            f"COPY ${{1:code}} {root}\nENV AZUREML_ENTRY_SCRIPT=${{2:score.py}}",
        ),
        Snippet(
            "model",
            "Builds the model into the image, and says where the script finds it.",
            f"COPY ${{1:model}} {models}\nENV AZUREML_MODEL_DIR={models}",
        ),
    )


def whole_example(escape: str = DEFAULT_ESCAPE) -> Snippet:
    """A whole Dockerfile for an inference image, for a file with no stage yet and this escape character."""
    models = models_folder(DEFAULT_APP_ROOT)
    return Snippet(
        "Azure ML inference Dockerfile",
        "A whole Dockerfile: base image, packages of the system and of Python, code and model.",
        f"FROM {PREFIX}${{1:{EXAMPLE_IMAGE}}}:${{2:latest}}\n"
        "\n"
        "# Packages of the system, which only root may install\n"
        "USER root\n"
        f"{_apt_get(3, escape)}\n"
        f"USER {DOCKER_USER}\n"
        "\n"
        "# Packages of Python\n"
        "COPY ${4:requirements.txt} /tmp/requirements.txt\n"
        "RUN pip install --no-cache-dir -r /tmp/requirements.txt\n"
        "\n"
        "# Code\n"
        f"COPY ${{5:code}} {DEFAULT_APP_ROOT}\n"
        "ENV AZUREML_ENTRY_SCRIPT=${6:score.py}\n"
        "\n"
        "# Model\n"
        f"COPY ${{7:model}} {models}\n"
        f"ENV AZUREML_MODEL_DIR={models}",
    )


def _apt_get(field: int, escape: str) -> str:
    goes_on = f"&& {_literal(escape)}\n    "
    install = f"apt-get install -y --no-install-recommends ${{{field}:libgl1}}"
    return f"RUN apt-get update {goes_on}{install} {goes_on}rm -rf /var/lib/apt/lists/*"


def _literal(text: str) -> str:
    """The text as a snippet writes it, so that nothing in it is taken for a place to fill in."""
    return _SPECIAL.sub(lambda match: f"\\{match.group()}", text)


def _user_with_group(stage: Stage, index: int) -> str:
    """The user in force at instruction `index`, as USER names it, to go back to it."""
    in_force = stage.user_at(index)
    # Its value, not its text: the variables in it may have another value by now.
    return (in_force.stage and in_force.stage.text_of(in_force.index)) or DOCKER_USER


def _app_root_at(stage: Stage, index: int) -> str:
    """How to write the folder of the code at instruction `index`."""
    root = app_root(stage)
    if root and _PLAIN_PATH.fullmatch(root):
        return root
    return "$AML_APP_ROOT" if stage.definition_at("AML_APP_ROOT", index) else DEFAULT_APP_ROOT
