"""The blocks that a Dockerfile for Azure ML is made of, ready to insert.

A place to fill in is written `${1:value}`, and `$0` is where the cursor ends, as LSP's snippets have it; the values
make a block that works as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from azureml_dockerfile_ls.azureml.families import DEFAULT_APP_ROOT, DOCKER_USER, PREFIX
from azureml_dockerfile_ls.azureml.stages import app_root, is_root, models_folder, user_at
from azureml_dockerfile_ls.model.stages import Stage

_FIELD = re.compile(r"\$\{\d+:([^}]*)\}|\$\d")

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
        return _FIELD.sub(lambda match: match[1] or "", self.body).replace("\\\\", "\\")


def snippets_in(stage: Stage, index: int) -> tuple[Snippet, ...]:
    """The blocks that fit before instruction `index` of a stage."""
    user = user_at(stage, index)
    root = app_root(stage) or DEFAULT_APP_ROOT
    before, after = "", ""
    if user is not None and not is_root(user):
        before, after = "USER root\n", f"\nUSER {_as_written(stage, index)}"
    models = models_folder(root)
    return (
        Snippet(
            "apt packages",
            "Installs packages of the system as root, and removes the package lists again.",
            f"{before}RUN apt-get update && \\\\\n"
            "    apt-get install -y --no-install-recommends ${1:libgl1} && \\\\\n"
            f"    rm -rf /var/lib/apt/lists/*{after}",
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


def whole_example() -> Snippet:
    """A whole Dockerfile for an inference image, for an empty file."""
    models = models_folder(DEFAULT_APP_ROOT)
    return Snippet(
        "Azure ML inference Dockerfile",
        "A whole Dockerfile: base image, packages of the system and of Python, code and model.",
        f"FROM {PREFIX}${{1:{EXAMPLE_IMAGE}}}:${{2:latest}}\n"
        "\n"
        "# Packages of the system, which only root may install\n"
        "USER root\n"
        "RUN apt-get update && \\\\\n"
        "    apt-get install -y --no-install-recommends ${3:libgl1} && \\\\\n"
        "    rm -rf /var/lib/apt/lists/*\n"
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


def _as_written(stage: Stage, index: int) -> str:
    """How to write the user in force at instruction `index`, group included, to go back to it."""
    in_force = stage.user_at(index)
    if in_force.stage is None:
        return DOCKER_USER
    return in_force.stage.instructions[in_force.index].words[0].value
