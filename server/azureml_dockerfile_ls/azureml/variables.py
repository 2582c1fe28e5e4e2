"""The environment variables that Azure ML's images and their inference server read, and what a stage makes of them.

Sources: azureml-inference-server-http 1.5.1, the start-up script `/var/runit/gunicorn/run` of the inference images,
the Dockerfiles in AzureML-Containers and azureml-assets, and Microsoft's pages on prebuilt images for inference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from azureml_dockerfile_ls.azureml.families import PREFIX, preset_environment
from azureml_dockerfile_ls.azureml.serving import azureml_repository, is_inference, runs_server
from azureml_dockerfile_ls.model.stages import Definition, Stage
from azureml_dockerfile_ls.spelling import edits
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN
from azureml_dockerfile_ls.syntax.nodes import Instruction

Type = Literal[
    "path",
    "absolute path",
    "relative path",
    "list of paths",
    "integer",
    "boolean",
    "log level",
    "list of origins",
    "UUID",
    "URL",
    "text",
    "any text",
]
"""What the value must be. `any text` means that only being set and not empty counts."""

_CONFIG = "azureml-inference-server-http 1.5.1, server/config.py"
_START = "azureml-inference-server-http 1.5.1, amlserver.py"
_RUN = "/var/runit/gunicorn/run of the inference images"
_DOCKERFILES = "Dockerfiles in AzureML-Containers and azureml-assets"


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable."""

    name: str
    type: Type
    default: str | None
    """The value in force when it is not set; None when there is none."""
    scope: str
    """What reads it."""
    description: str
    """One or more plain sentences in Markdown."""
    source: str
    has_effect: bool = True
    """Whether the current server or images read it."""
    instead: str | None = None
    """The variable that has the effect, where this one has none."""
    until: str | None = None
    """The first version of the server that does not read it, where older ones do."""


_VARIABLES = (
    Variable(
        "AZUREML_ENTRY_SCRIPT",
        "path",
        "main.py",
        "server and start-up script",
        "The scoring script with `init()` and `run()`, relative to `AML_APP_ROOT`. "
        "It is needed only when the code is built into the image.",
        f"{_CONFIG}; {_RUN}",
    ),
    Variable(
        "AZUREML_MODEL_DIR",
        "path",
        None,
        "scoring script",
        "The folder of the model files, for your script to read. "
        "The platform sets it when a deployment mounts a model; set it when the model is built into the image.",
        f"{_CONFIG}; how-to-deploy-custom-container",
    ),
    Variable(
        "AML_APP_ROOT",
        "path",
        "/var/azureml-app",
        "server and start-up script",
        "The root folder of your code: the server runs there and imports from there. "
        "MLflow images set it to `/var/mlflow_resources`.",
        f"{_CONFIG}; {_RUN}",
    ),
    Variable(
        "AZUREML_EXTRA_REQUIREMENTS_TXT",
        "relative path",
        None,
        "start-up script",
        "A `requirements.txt` that pip installs when the container starts, relative to the folder of the entry script. "
        "A missing file ends the container with status 99.",
        _RUN,
    ),
    Variable(
        "AZUREML_EXTRA_CONDA_YAML",
        "relative path",
        None,
        "start-up script",
        "A conda file from which the environment `userenv` is made when the container starts, relative to the folder "
        "of the entry script. It wins over `AZUREML_EXTRA_REQUIREMENTS_TXT`; a missing file ends the container with "
        "status 98.",
        _RUN,
    ),
    Variable(
        "AZUREML_EXTRA_CONDA_YAML_ABS_PATH",
        "absolute path",
        None,
        "start-up script",
        "The same as `AZUREML_EXTRA_CONDA_YAML`, as an absolute path. "
        "MLflow images work it out from `AZUREML_MODEL_DIR` and `MLFLOW_MODEL_FOLDER`.",
        _RUN,
    ),
    Variable(
        "AZUREML_EXTRA_PYTHON_LIB_PATH",
        "relative path",
        None,
        "start-up script",
        "A folder of installed packages to import from, relative to the folder of the entry script. "
        "It wins over the other `AZUREML_EXTRA_…` variables; a missing folder ends the container with status 97.",
        f"{_RUN}; how-to-prebuilt-docker-images-inference-python-extensibility",
    ),
    Variable(
        "AZUREML_CONDA_ENVIRONMENT_PATH",
        "path",
        None,
        "start-up script",
        "The conda environment that the server runs in; its `lib` folder goes first in `LD_LIBRARY_PATH`. "
        "Inference images set it, for example to `/opt/miniconda/envs/amlenv` or `/azureml-envs/minimal`.",
        f"{_RUN}; {_DOCKERFILES}",
    ),
    Variable(
        "AZUREML_SOURCE_DIRECTORY",
        "path",
        None,
        "server",
        "A folder below `AML_APP_ROOT` that your script may import from as well.",
        f"{_CONFIG}; server/aml_blueprint.py",
    ),
    Variable(
        "WORKER_COUNT",
        "integer",
        "1",
        "gunicorn",
        "How many worker processes serve requests, at least 1.",
        _START,
    ),
    Variable(
        "WORKER_TIMEOUT",
        "integer",
        "300",
        "gunicorn",
        "After how many seconds of silence a worker is restarted. The base images set 300.",
        f"{_START}; {_DOCKERFILES}",
    ),
    Variable(
        "WORKER_PRELOAD",
        "boolean",
        "false",
        "gunicorn",
        "`true` loads your code once, before the workers are forked. Any other value is false.",
        _START,
    ),
    Variable(
        "SCORING_TIMEOUT_MS",
        "integer",
        "3600000",
        "server",
        "How long `run()` may take, in milliseconds. The server does not start when it is not a whole number.",
        _CONFIG,
    ),
    Variable(
        "AZUREML_LOG_LEVEL",
        "log level",
        "INFO",
        "server",
        "How much the server is to log: `DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`. "
        "Version 1.5.1 reads it, and logs the same whatever it is.",
        _CONFIG,
    ),
    Variable(
        "AZUREML_CONFIG_FILE",
        "absolute path",
        None,
        "server",
        "A JSON file of server settings. When it is not set, `config.json` in `AML_APP_ROOT` or beside the entry "
        "script is read. Environment variables win over the file.",
        f"{_CONFIG}; docs/AzureMLInferenceServer.md",
    ),
    Variable(
        "AML_CORS_ORIGINS",
        "list of origins",
        None,
        "server",
        "The origins that browsers may call the server from, parted by commas. "
        "It needs the package `flask-cors`; `*` allows every site.",
        _CONFIG,
    ),
    Variable(
        "AZUREML_DEBUG_PORT",
        "integer",
        None,
        "server",
        "The port where `debugpy` waits for a debugger. It needs that package, and has no place in production.",
        f"{_CONFIG}; server/entry.py",
    ),
    Variable(
        "AML_APP_INSIGHTS_ENABLED",
        "boolean",
        "false",
        "server",
        "Sends logs to Application Insights. Only the exact value `true` counts, with a valid `AML_APP_INSIGHTS_KEY`.",
        _START,
    ),
    Variable(
        "AML_APP_INSIGHTS_KEY",
        "UUID",
        None,
        "server",
        "The instrumentation key of Application Insights. It is a secret: do not write it into an image.",
        _CONFIG,
    ),
    Variable(
        "APP_INSIGHTS_LOG_RESPONSE_ENABLED",
        "boolean",
        "true",
        "server",
        "Whether responses are logged to Application Insights too.",
        _CONFIG,
    ),
    Variable(
        "AML_MDC_STORAGE_ENABLED",
        "boolean",
        "false",
        "server",
        "Turns on model data collection. The documentation calls it `AML_MODEL_DC_STORAGE_ENABLED`, "
        "which version 1.5.1 does not read.",
        _CONFIG,
    ),
    Variable(
        "SERVER_VERSION_LOG_RESPONSE_ENABLED",
        "boolean",
        "true",
        "server",
        "Whether each response tells the server's version in the header `x-ms-server-version`.",
        _START,
    ),
    Variable(
        "SEPERATE_HEALTH_ENDPOINT",
        "boolean",
        None,
        "server",
        "Exactly `true` opens a second port, 5000, for health checks. The misspelling is the server's own.",
        _START,
    ),
    Variable(
        "SERVICE_NAME",
        "text",
        "ML service",
        "server",
        "The title of the service in its Swagger page.",
        _CONFIG,
    ),
    Variable(
        "SERVICE_VERSION",
        "text",
        "1.0",
        "server",
        "The version of the service in its Swagger page.",
        _CONFIG,
    ),
    Variable(
        "SERVICE_PATH_PREFIX",
        "text",
        None,
        "server",
        "The path before the routes in the service's Swagger page.",
        _CONFIG,
    ),
    Variable(
        "WORKSPACE_NAME",
        "text",
        None,
        "server",
        "The name of the Azure ML workspace, for telemetry.",
        _CONFIG,
    ),
    Variable(
        "MLFLOW_MODEL_FOLDER",
        "text",
        "mlflow_model_folder",
        "start-up script of MLflow images",
        "The folder below `AZUREML_MODEL_DIR` that holds the MLflow model.",
        _RUN,
    ),
    Variable(
        "DYNAMIC_DEP_INSTALLATION",
        "boolean",
        "true",
        "start-up script of MLflow images",
        "`true` installs the model's conda environment when the container starts.",
        _RUN,
    ),
    Variable(
        "AZUREML_CONDA_DEFAULT_ENVIRONMENT",
        "path",
        None,
        "image",
        "The conda environment of a curated inference image; the same as `AZUREML_CONDA_ENVIRONMENT_PATH` there.",
        _DOCKERFILES,
    ),
    Variable(
        "AZUREML_INFERENCE_SERVER_HTTP_ENABLED",
        "any text",
        "True",
        "start-up script",
        "Chooses the current inference server in older images. Any value turns it on, `false` and `0` too; "
        "only an empty one turns it off.",
        _RUN,
    ),
    Variable(
        "PATH",
        "list of paths",
        None,
        "image",
        "Where commands are looked up: it decides which `python` and `pip` run. "
        "Training images put `/opt/miniconda/bin` first.",
        _DOCKERFILES,
    ),
    Variable(
        "LD_LIBRARY_PATH",
        "list of paths",
        None,
        "image",
        "Where shared libraries are looked up. The start-up script puts the conda environment's `lib` folder first.",
        _RUN,
    ),
    Variable(
        "SVDIR",
        "path",
        "/var/runit",
        "runit",
        "The folder of the services that `runsvdir` starts: gunicorn, nginx and rsyslog.",
        _DOCKERFILES,
    ),
    Variable(
        "AML_LOGGER_ROOT",
        "path",
        "/var/azureml-logger",
        "start-up script of rsyslog",
        "The folder of the scripts that collect the logs.",
        "/var/runit/rsyslog/run of the inference images",
    ),
    Variable(
        "AML_SERVER_ROOT",
        "path",
        "/var/azureml-server",
        "start-up script of old images",
        "The folder of the server that came before azureml-inference-server-http.",
        f"{_RUN}; docs/AzureMLInferenceServer.md",
    ),
    Variable(
        "HOSTNAME",
        "text",
        "Unknown",
        "server",
        "The container's name, for telemetry. Docker sets it.",
        _CONFIG,
    ),
    Variable(
        "TRANSPORT_PROTOCOL",
        "text",
        None,
        "server",
        "`grpc` or `rest`. The server sets it for its own use.",
        _START,
    ),
    Variable(
        "SERVER_PORT",
        "integer",
        "5001",
        "nothing",
        "Has no effect: the server overwrites it, and only its option `--port` counts. "
        "The images pass `--port 31311`, behind nginx on 5001.",
        _START,
        has_effect=False,
    ),
    Variable(
        "HEALTH_PORT",
        "integer",
        None,
        "nothing",
        "Has no effect: the server overwrites it when `SEPERATE_HEALTH_ENDPOINT` is `true`, "
        "and opens no second port otherwise.",
        _START,
        has_effect=False,
    ),
    Variable(
        "AML_APP_INSIGHTS_ENDPOINT",
        "URL",
        "https://dc.services.visualstudio.com/v2/track",
        "nothing",
        "Has no effect: it is documented, but version 1.5.1 does not read it.",
        "docs/AzureMLInferenceServer.md",
        has_effect=False,
    ),
    Variable(
        "AML_MODEL_DC_STORAGE_ENABLED",
        "boolean",
        "false",
        "nothing",
        "Has no effect: it is documented, but version 1.5.1 reads `AML_MDC_STORAGE_ENABLED`.",
        _CONFIG,
        has_effect=False,
        instead="AML_MDC_STORAGE_ENABLED",
        until="1.4.0",
    ),
    Variable(
        "AML_FLASK_ONE_COMPATIBILITY",
        "boolean",
        "true",
        "server before 1.4.0",
        "Has no effect: it kept code for Flask 1 working, and was removed in 1.4.0.",
        "changelog of azureml-inference-server-http",
        has_effect=False,
        until="1.4.0",
    ),
    Variable(
        "AML_DBG_MODEL_INFO",
        "any text",
        None,
        "nothing",
        "Has no effect: the debugging features were removed, and the server only says so.",
        "azureml-inference-server-http 1.5.1, server/aml_blueprint.py",
        has_effect=False,
    ),
    Variable(
        "AML_DBG_RESOURCE_INFO",
        "any text",
        None,
        "nothing",
        "Has no effect: the debugging features were removed, and the server only says so.",
        "azureml-inference-server-http 1.5.1, server/aml_blueprint.py",
        has_effect=False,
    ),
)
_BY_NAME = {variable.name: variable for variable in _VARIABLES}

# From Microsoft's own pages and from the server's documentation; none of these is read anywhere.
_WRONG_NAMES = {
    "AZUREML_CORS_ORIGINS": "AML_CORS_ORIGINS",
    "AML_ENTRY_SCRIPT": "AZUREML_ENTRY_SCRIPT",
    "AML_SOURCE_DIRECTORY": "AZUREML_SOURCE_DIRECTORY",
    "AML_APPINSIGHTS_ENABLED": "AML_APP_INSIGHTS_ENABLED",
    "AZUREML_EXTRA_REQUIRMENTS_TXT": "AZUREML_EXTRA_REQUIREMENTS_TXT",
}
_EDITS = {"AZUREML_": 2, "AML_": 2, "WORKER_": 1, "SCORING_": 1}
_SHORT = 4
_LONG = 8

_PACKAGE_SOURCES = (
    ("AZUREML_EXTRA_PYTHON_LIB_PATH",),
    ("AZUREML_EXTRA_CONDA_YAML_ABS_PATH", "AZUREML_EXTRA_CONDA_YAML"),
    ("AZUREML_EXTRA_REQUIREMENTS_TXT",),
)
PACKAGE_SOURCES = frozenset(name for source in _PACKAGE_SOURCES for name in source)
"""The variables that name packages to be installed when a container starts."""

# Their Dockerfiles delete that part of the start-up script.
_WITHOUT_INSTALLATION = re.compile(r"curated/minimal-py31\d[^/]*-inference")

_WORD = re.compile(r"\w+")


def all_variables() -> tuple[Variable, ...]:
    """Every variable in the order of a menu: first those that a Dockerfile sets, last those without effect."""
    return _VARIABLES


def find(name: str) -> Variable | None:
    """The variable with exactly this name."""
    return _BY_NAME.get(name)


@lru_cache(maxsize=4096)
def suggest(name: str) -> str | None:
    """The name that was probably meant by an unknown one; None for a known name, and where nothing can be said.

    Besides known mistakes, a name that begins with AZUREML_ or AML_ may be two edits away, one that begins with WORKER_
    or SCORING_ one edit, if they are slips of the finger: a name with another word in it, or a number, is a name of its
    own (`AZUREML_MODEL_ID`, `AML_APP_PORT`). So is any name that begins otherwise.
    """
    if name in _BY_NAME:
        return None
    if name in _WRONG_NAMES:
        return _WRONG_NAMES[name]
    limit = next((count for prefix, count in _EDITS.items() if name.startswith(prefix)), 0)
    if any(character.isdigit() for character in name):
        return None
    distances = [
        (distance, variable.name)
        for variable in _VARIABLES
        if variable.has_effect
        and (distance := edits(name, variable.name, limit)) is not None
        and _is_slip(name, variable.name)
    ]
    # `min` keeps the first of equals, which is the likelier one.
    return min(distances, key=lambda pair: pair[0])[1] if distances else None


def _is_slip(typed: str, known: str) -> bool:
    if typed.replace("_", "") == known.replace("_", ""):
        return True
    typed_words, known_words = typed.split("_"), known.split("_")
    if len(typed_words) > len(known_words):
        return False
    if len(typed_words) < len(known_words):
        return edits(typed.replace("_", ""), known.replace("_", ""), 1) is not None
    return all(map(_is_slip_in_word, typed_words, known_words))


def _is_slip_in_word(typed: str, known: str) -> bool:
    """Whether a word of a name is misspelt, and not another word or the plural."""
    if typed == known or sorted(typed) == sorted(known):
        return True
    if typed[:1] != known[:1] or typed == f"{known}S":
        return False
    if len(known) > _SHORT:
        return edits(typed, known, 2 if len(known) >= _LONG else 1) is not None
    # A replaced letter turns DIR into DIM, and ROOT into BOOT.
    is_doubled = any(f"{known[:at]}{known[at - 1]}{known[at:]}" == typed for at in range(1, len(known) + 1))
    return is_doubled or (len(typed) < len(known) and edits(typed, known, 1) is not None)


@lru_cache(maxsize=16)
def misspelt(stage: Stage) -> Mapping[str, str]:
    """The variables of a stage that are probably misspelt, and the names that are meant.

    A name is not misspelt that the stage, or one below it, uses for something itself, nor where it sets the right one
    too. WORKER_ and SCORING_ are looked at on inference images only.
    """
    if azureml_repository(stage) is None:
        return {}
    prefixes = tuple(_EDITS) if is_inference(stage) else ("AZUREML_", "AML_")
    meant = {
        name: known
        for name in stage.environment
        if name.startswith(prefixes) and (known := suggest(name)) and known not in stage.environment
    }
    used = used_names(stage, meant) if meant else frozenset()
    return MappingProxyType({name: known for name, known in meant.items() if name not in used})


def used_names(stage: Stage, names: Mapping[str, object]) -> frozenset[str]:
    """Those of `names` that an instruction of the stage, or of one below it, uses or mentions, other than to set it.

    Each of the names must have a `_` in it, as those of Azure ML do.
    """
    return frozenset(
        name
        for part in stage.chain()
        for index, instruction in enumerate(part.instructions)
        if "_" in instruction.text
        for name in _used_by(part, index, instruction)
        if name in names
    )


def _used_by(stage: Stage, index: int, instruction: Instruction) -> frozenset[str]:
    if instruction.name not in ("ARG", "ENV"):
        return frozenset(_WORD.findall(instruction.text))
    return frozenset(
        reference.name
        for reference in instruction.variables
        # `ENV A=$A` hands on the ARG, and does nothing with the variable.
        if all(pair.name != reference.name for pair in instruction.pairs)
        or not ((before := stage.definition_at(reference.name, index)) and before.is_argument)
    )


def starts_inference_server(stage: Stage) -> bool:
    """Whether a container of the stage starts Azure ML's inference server by the image's own start-up script."""
    return is_inference(stage) and runs_server(stage)


def installs_packages(stage: Stage) -> bool:
    """Whether the image's start-up script looks at `PACKAGE_SOURCES` at all."""
    repository = azureml_repository(stage) or ""
    return _WITHOUT_INSTALLATION.fullmatch(repository.removeprefix(PREFIX)) is None


def package_sources(stage: Stage) -> tuple[Definition, ...]:
    """The variables of a stage that name packages to be installed when a container starts, one of each source.

    The first is the one that counts. The result is empty where that cannot be known, and on MLflow images, whose script
    sets one of the variables itself.
    """
    if not installs_packages(stage) or preset_environment(azureml_repository(stage) or ""):
        return ()
    found: list[Definition] = []
    for source in _PACKAGE_SOURCES:
        definitions = [stage.environment[name] for name in source if name in stage.environment]
        definition = next((definition for definition in definitions if definition.value), None)
        if definition is None:
            continue
        if definition.value is not UNKNOWN:
            found.append(definition)
        elif not found:
            return ()
    return tuple(found)
