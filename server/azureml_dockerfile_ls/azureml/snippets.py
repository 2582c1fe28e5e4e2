"""The blocks that a Dockerfile for Azure ML is made of, ready to insert.

A place to fill in is written `${1:value}`, as LSP's snippets have it, or `${1|value,other|}` where the build context
has several that fit; the values make a block that works as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from azureml_dockerfile_ls.azureml.families import DEFAULT_APP_ROOT, DOCKER_USER, OWNED_FOLDERS, PREFIX
from azureml_dockerfile_ls.azureml.serving import app_root, is_inference, models_folder, user_at
from azureml_dockerfile_ls.azureml.suggestions import Suggestions, suggestions
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.syntax.scan import DEFAULT_ESCAPE

_SPECIAL = re.compile(r"[\\$}]")
_FIELD = re.compile(
    r"\\(?P<character>[\\$}])"
    r"|\$\{\d+:(?P<value>[^}]*)\}"
    r"|\$\{\d+\|(?P<choice>(?:\\.|[^\\,|])*)(?:,(?:\\.|[^\\|])*)?\|\}"
)
_PLAIN_PATH = re.compile(r"[\w./+-]+")
_PLAIN_USER = re.compile(r"[\w.:-]+")
_PLAIN_NAME = re.compile(r"(?!-)[\w./+@~,|-]+")
"""A name that COPY and ENV take as it is, and that means the same in a place to fill in for every editor."""

_MAX_CHOICES = 10

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
        return _FIELD.sub(_value, self.body)


def _value(match: re.Match[str]) -> str:
    if match["choice"] is not None:
        return re.sub(r"\\(.)", r"\1", match["choice"])
    return match["character"] or match["value"]


def snippets_in(stage: Stage, index: int, context: BuildContext | None = None) -> tuple[Snippet, ...]:
    """The blocks that fit before instruction `index` of a stage, with what the build context has for them."""
    found = suggestions(context)
    snippets = [
        Snippet(
            "apt packages",
            "Installs packages of the system as root, and removes the package lists again.",
            _as_root(stage, index, _apt_get(1, stage.instructions[0].escape)),
        ),
        Snippet("pip packages", "Installs the Python packages of a requirements file.", _pip_packages(1, found)),
        Snippet("pip package", "Installs a Python package.", "RUN pip install --no-cache-dir '${1:pandas}'"),
        Snippet(
            "code and entry script",
            "Builds the code into the image, and says which script has `init()` and `run()`.",
            _code(1, _app_root_at(stage, index), found),
        ),
        Snippet(
            "model",
            "Builds the model into the image, and says where the script finds it.",
            _model(1, _app_root_at(stage, index), found),
        ),
        Snippet(
            "conda environment",
            "Creates a conda environment from its file, and runs everything that follows in it.",
            _conda_environment(stage, index, found),
        ),
    ]
    # What follows would run as that user, who may not do all of it.
    if not any(instruction.name in ("RUN", "USER") for instruction in stage.instructions[index:]):
        snippets.append(
            Snippet("own user", "Makes a user, who owns what the image's services write to.", _own_user(stage, index))
        )
    return tuple(snippets)


def whole_example(escape: str = DEFAULT_ESCAPE, context: BuildContext | None = None) -> Snippet:
    """A whole Dockerfile for an inference image, for a file with no stage yet and this escape character."""
    found = suggestions(context)
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
        f"{_pip_packages(4, found)}\n"
        "\n"
        "# Code\n"
        f"{_code(5, DEFAULT_APP_ROOT, found)}\n"
        "\n"
        "# Model\n"
        f"{_model(7, DEFAULT_APP_ROOT, found)}",
    )


def _as_root(stage: Stage, index: int, block: str) -> str:
    """A block that only root may run, with a switch to root and back where the stage runs as somebody else."""
    if not _is_other_user(stage, index):
        return block
    return f"USER root\n{block}\nUSER {_literal(_user_with_group(stage, index))}"


def _is_other_user(stage: Stage, index: int) -> bool:
    user = user_at(stage, index)
    return user is not None and not is_root(user)


def _pip_packages(number: int, found: Suggestions) -> str:
    file = _place(number, found.requirements, "requirements.txt")
    return f"COPY {file} /tmp/requirements.txt\nRUN pip install --no-cache-dir -r /tmp/requirements.txt"


def _code(number: int, root: str, found: Suggestions) -> str:
    code, script = _place(number, found.code, "code"), _place(number + 1, found.entry_scripts, "score.py")
    is_file = any(source in found.scripts for source in found.code)
    return f"COPY {code} {_literal(root)}{'/' if is_file else ''}\nENV AZUREML_ENTRY_SCRIPT={script}"


def _model(number: int, root: str, found: Suggestions) -> str:
    models = _literal(models_folder(root))
    is_file = any("." in source for source in found.models)
    return (
        f"COPY {_place(number, found.models, 'model')} {models}{'/' if is_file else ''}\nENV AZUREML_MODEL_DIR={models}"
    )


def _conda_environment(stage: Stage, index: int, found: Suggestions) -> str:
    goes_on = f" && {_literal(stage.instructions[0].escape)}\n    "
    path, file = _literal("$AZUREML_CONDA_ENVIRONMENT_PATH"), "/tmp/conda_dependencies.yaml"
    commands = [f"PIP_NO_CACHE_DIR=1 conda env create -p {path} -f {file} -q"]
    if is_inference(stage):
        commands.append(f"{path}/bin/pip install --no-cache-dir azureml-inference-server-http")
    commands.append("conda clean -a -y")
    user = _user_with_group(stage, index)
    if _is_other_user(stage, index) and _PLAIN_USER.fullmatch(user):
        commands.append(f"chown -R {user} {path}")
    return "\n".join(
        [
            "ENV AZUREML_CONDA_ENVIRONMENT_PATH=/azureml-envs/${1:default}",
            f"COPY {_place(2, found.conda_files, 'conda_dependencies.yaml')} {file}",
            _as_root(stage, index, f"RUN {goes_on.join(commands)}"),
            f"ENV PATH={path}/bin:{_literal('$PATH')}",
            # A path that ends with a colon would have the current folder searched.
            f"ENV LD_LIBRARY_PATH={path}/lib{_literal('${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}')}",
        ]
    )


def _own_user(stage: Stage, index: int) -> str:
    commands = ["useradd --create-home ${1:appuser}"]
    if is_inference(stage):
        commands.append(f"chown -R ${{1:appuser}} {' '.join(OWNED_FOLDERS)}")
    goes_on = f" && {_literal(stage.instructions[0].escape)}\n    "
    switch = "USER root\n" if _is_other_user(stage, index) else ""
    return f"{switch}RUN {goes_on.join(commands)}\nUSER ${{1:appuser}}"


def _place(number: int, values: tuple[str, ...], default: str) -> str:
    """A place to fill in: a choice where several values fit."""
    plain = [value for value in values if _PLAIN_NAME.fullmatch(value)][:_MAX_CHOICES]
    if len(plain) < 2:
        return f"${{{number}:{plain[0] if plain else default}}}"
    choices = ",".join(re.sub(r"[,|]", r"\\\g<0>", value) for value in plain)
    return f"${{{number}|{choices}|}}"


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
