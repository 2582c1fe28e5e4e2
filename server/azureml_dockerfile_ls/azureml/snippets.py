"""The building blocks of a Dockerfile for Azure ML, ready to insert.

A tab stop is written as in LSP's snippets: `${1:value}`, or `${1|value,other|}` if several values of the build context
are suitable. With these values a block works as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from azureml_dockerfile_ls.azureml.families import (
    APP_ROOT,
    DEFAULT_APP_ROOT,
    DOCKER_USER,
    ENTRY_SCRIPT,
    MODEL_DIR,
    OWNED_FOLDERS,
    PREFIX,
    USUAL_SCRIPT,
)
from azureml_dockerfile_ls.azureml.serving import app_root, is_inference, models_folder, server_packages, user_at
from azureml_dockerfile_ls.azureml.suggestions import Suggestions, suggestions
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.syntax.scan import DEFAULT_ESCAPE

_SPECIAL = lazy_pattern(r"[\\$}]")
_FIELD = lazy_pattern(
    r"\\(?P<character>[\\$}])"
    r"|\$\{\d+:(?P<value>[^}]*)\}"
    r"|\$\{\d+\|(?P<choice>(?:\\.|[^\\,|])*)(?:,(?:\\.|[^\\|])*)?\|\}"
)
_PLAIN_PATH = lazy_pattern(r"[\w./+-]+")
_PLAIN_USER = lazy_pattern(r"[\w.:-]+")
_PLAIN_NAME = lazy_pattern(r"(?!-)[\w./+@~,|-]+")
"""A name without special characters for COPY, ENV and the tab stops of any editor."""

_MAX_CHOICES = 10

APT_PACKAGES, PIP_REQUIREMENTS, PIP_PACKAGE = "apt packages", "pip packages", "pip package"
CODE, MODEL, CONDA_ENVIRONMENT, OWN_USER = "code and entry script", "model", "conda environment", "own user"
"""The names of the blocks."""

_TITLES = {PIP_REQUIREMENTS: "pip install -r requirements.txt", PIP_PACKAGE: "pip install …"}

INFERENCE_IMAGE = "minimal-py312-inference"
TRAINING_IMAGE = "openmpi5.0-ubuntu24.04"


@dataclass(frozen=True)
class Snippet:
    """A block. `make` gives its body, when it is needed: the body may depend on files of the build context."""

    name: str
    documentation: str
    make: Callable[[], str]

    @property
    def title(self) -> str:
        """What is inserted, for a menu in which two blocks have similar names."""
        return _TITLES.get(self.name, self.name)

    @cached_property
    def body(self) -> str:
        """The block in the snippet syntax of LSP, its lines ending with `\\n` but for the last."""
        return self.make()

    @property
    def text(self) -> str:
        """The block with its default values, for an editor without snippets."""
        return _FIELD.sub(_value, self.body)


def _value(match: re.Match[str]) -> str:
    if match["choice"] is not None:
        return re.sub(r"\\(.)", r"\1", match["choice"])
    return match["character"] or match["value"]


def without_choices(body: str) -> str:
    """The snippet with a field in place of each choice, for an editor whose choices begin without a text."""
    return _FIELD.sub(_as_field, body)


def _as_field(match: re.Match[str]) -> str:
    if match["choice"] is None:
        return match[0]
    return f"{match[0].partition('|')[0]}:{_literal(_value(match))}}}"


def snippets_in(stage: Stage, index: int, context: BuildContext | None = None) -> tuple[Snippet, ...]:
    """The blocks that are suitable before instruction `index` of a stage, with values of the build context."""
    snippets = [
        Snippet(
            APT_PACKAGES,
            "Installs system packages as root and removes the package lists.",
            lambda: _as_root(stage, index, _apt_get(1, stage.instructions[0].escape)),
        ),
        Snippet(
            PIP_REQUIREMENTS,
            "Installs the Python packages of a requirements file.",
            lambda: _pip_packages(1, suggestions(context)),
        ),
        Snippet(PIP_PACKAGE, "Installs a Python package.", lambda: "RUN pip install --no-cache-dir '${1:pandas}'"),
        Snippet(
            CODE,
            "Copies the code into the image and sets the script that defines init() and run().",
            lambda: _code(1, _app_root_at(stage, index), suggestions(context)),
        ),
        Snippet(
            MODEL,
            "Copies the model into the image and sets the folder from which the script loads it.",
            lambda: _model(1, _app_root_at(stage, index), suggestions(context)),
        ),
        Snippet(
            CONDA_ENVIRONMENT,
            "Creates a conda environment from a file and makes it the default environment.",
            lambda: _conda_environment(stage, index, suggestions(context)),
        ),
    ]
    # Instructions that follow would run as that user, who may lack permissions.
    if not any(instruction.name in ("RUN", "USER") for instruction in stage.instructions[index:]):
        snippets.append(
            Snippet(
                OWN_USER,
                "Creates a user that owns the folders that the services use.",
                lambda: _own_user(stage, index),
            )
        )
    return tuple(snippets)


def whole_files(escape: str = DEFAULT_ESCAPE, context: BuildContext | None = None) -> tuple[Snippet, ...]:
    """Complete Dockerfiles, for a file without a stage and with this escape character."""
    return (
        Snippet(
            "inference Dockerfile",
            "Serves a model.",
            lambda: _inference_file(escape, suggestions(context)),
        ),
        # A training job brings its code and its data.
        Snippet(
            "training Dockerfile",
            "Runs jobs.",
            lambda: _training_file(escape, suggestions(context)),
        ),
    )


def _inference_file(escape: str, found: Suggestions) -> str:
    return (
        f"FROM {PREFIX}${{1:{INFERENCE_IMAGE}}}:${{2:latest}}\n"
        "\n"
        "# System packages (need root)\n"
        "USER root\n"
        f"{_apt_get(3, escape)}\n"
        f"USER {DOCKER_USER}\n"
        "\n"
        "# Python packages\n"
        f"{_pip_packages(4, found)}\n"
        "\n"
        "# Code\n"
        f"{_code(5, DEFAULT_APP_ROOT, found)}\n"
        "\n"
        "# Model\n"
        f"{_model(7, DEFAULT_APP_ROOT, found)}"
    )


def _training_file(escape: str, found: Suggestions) -> str:
    return (
        f"FROM {PREFIX}${{1:{TRAINING_IMAGE}}}:${{2:latest}}\n"
        "\n"
        "# System packages\n"
        f"{_apt_get(3, escape)}\n"
        "\n"
        "# Python packages\n"
        f"{_pip_packages(4, found)}"
    )


def _as_root(stage: Stage, index: int, block: str) -> str:
    """A block that needs root, with a switch to root and back if the stage runs as another user."""
    if not _is_other_user(stage, index):
        return block
    return f"USER root\n{block}\nUSER {_literal(_user_with_group(stage, index))}"


def _is_other_user(stage: Stage, index: int) -> bool:
    user = user_at(stage, index)
    return user is not None and not is_root(user)


def _pip_packages(number: int, found: Suggestions) -> str:
    file = _tab_stop(number, found.requirements, "requirements.txt")
    return f"COPY {file} /tmp/requirements.txt\nRUN pip install --no-cache-dir -r /tmp/requirements.txt"


def _code(number: int, root: str, found: Suggestions) -> str:
    code, script = _tab_stop(number, found.code, "code"), _tab_stop(number + 1, found.entry_scripts, USUAL_SCRIPT)
    is_file = any(source in found.scripts for source in found.code)
    return f"COPY {code} {_literal(root)}{'/' if is_file else ''}\nENV {ENTRY_SCRIPT}={script}"


def _model(number: int, root: str, found: Suggestions) -> str:
    models = _literal(models_folder(root))
    is_file = any("." in source for source in found.models)
    return f"COPY {_tab_stop(number, found.models, 'model')} {models}{'/' if is_file else ''}\nENV {MODEL_DIR}={models}"


def _conda_environment(stage: Stage, index: int, found: Suggestions) -> str:
    continued = f" && {_literal(stage.instructions[0].escape)}\n    "
    path, file = _literal("$AZUREML_CONDA_ENVIRONMENT_PATH"), "/tmp/conda_dependencies.yaml"
    commands = [f"PIP_NO_CACHE_DIR=1 conda env create -p {path} -f {file} -q"]
    if is_inference(stage):
        commands.append(f"{path}/bin/pip install --no-cache-dir {' '.join(server_packages(stage))}")
    commands.append("conda clean -a -y")
    user = _user_with_group(stage, index)
    if _is_other_user(stage, index) and _PLAIN_USER.fullmatch(user):
        commands.append(f"chown -R {user} {path}")
    return "\n".join(
        [
            "ENV AZUREML_CONDA_ENVIRONMENT_PATH=/azureml-envs/${1:default}",
            f"COPY {_tab_stop(2, found.conda_files, 'conda_dependencies.yaml')} {file}",
            _as_root(stage, index, f"RUN {continued.join(commands)}"),
            f"ENV PATH={path}/bin:{_literal('$PATH')}",
            f"ENV LD_LIBRARY_PATH={path}/lib{_literal(_libraries_before(stage, index))}",
        ]
    )


def _libraries_before(stage: Stage, index: int) -> str:
    """The folders of libraries that are already searched, to append; empty if certainly none are."""
    of_base = stage.base_variables
    is_unset = of_base is not None and "LD_LIBRARY_PATH" not in of_base
    if is_unset and stage.definition_at("LD_LIBRARY_PATH", index) is None:
        return ""
    # After a trailing colon, the current folder would be searched too.
    return "${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"


def _own_user(stage: Stage, index: int) -> str:
    commands = ["useradd --create-home ${1:appuser}"]
    if is_inference(stage):
        commands.append(f"chown -R ${{1:appuser}} {' '.join(OWNED_FOLDERS)}")
    continued = f" && {_literal(stage.instructions[0].escape)}\n    "
    switch = "USER root\n" if _is_other_user(stage, index) else ""
    return f"{switch}RUN {continued.join(commands)}\nUSER ${{1:appuser}}"


def _tab_stop(number: int, values: tuple[str, ...], default: str) -> str:
    """A tab stop: a choice if several values are suitable."""
    plain = [value for value in values if _PLAIN_NAME.fullmatch(value)][:_MAX_CHOICES]
    if len(plain) < 2:
        return f"${{{number}:{plain[0] if plain else default}}}"
    choices = ",".join(re.sub(r"[,|]", r"\\\g<0>", value) for value in plain)
    return f"${{{number}|{choices}|}}"


def _apt_get(field: int, escape: str) -> str:
    continued = f"&& {_literal(escape)}\n    "
    install = f"apt-get install -y --no-install-recommends ${{{field}:libgl1}}"
    return f"RUN apt-get update {continued}{install} {continued}rm -rf /var/lib/apt/lists/*"


def _literal(text: str) -> str:
    """The text with escapes, so that a snippet contains it literally."""
    return _SPECIAL.sub(lambda match: f"\\{match.group()}", text)


def _user_with_group(stage: Stage, index: int) -> str:
    """The current user at instruction `index` as a USER instruction names it, to switch back to."""
    in_force = stage.user_at(index)
    # Its value rather than its text, because its variables may have changed since.
    return (in_force.stage and in_force.stage.text_of(in_force.index)) or DOCKER_USER


def _app_root_at(stage: Stage, index: int) -> str:
    """The app root at instruction `index`, as a path or as a variable."""
    root = app_root(stage)
    if root and _PLAIN_PATH.fullmatch(root):
        return root
    return f"${APP_ROOT}" if stage.definition_at(APP_ROOT, index) else DEFAULT_APP_ROOT
