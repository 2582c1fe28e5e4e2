"""The environment variables that Azure ML's images and their inference server read.

Sources: azureml-inference-server-http 1.5.1, the start-up script `/var/runit/gunicorn/run` of the inference images,
the Dockerfiles in AzureML-Containers and azureml-assets, and Microsoft's pages on prebuilt images for inference.
"""

from __future__ import annotations

from typing import Literal

from azureml_dockerfile_ls.azureml.families import (
    APP_ROOT,
    DEFAULT_APP_ROOT,
    DEFAULT_ENTRY_SCRIPT,
    ENTRY_SCRIPT,
    MODEL_DIR,
    SERVICES_FOLDER,
)
from azureml_dockerfile_ls.records import dataclass

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
"""The type of a value. `any text`: any value that is not empty has the same effect."""

_CONFIG = "azureml-inference-server-http 1.5.1, server/config.py"
_START = "azureml-inference-server-http 1.5.1, amlserver.py"
_RUN = f"{SERVICES_FOLDER}/gunicorn/run of the inference images"
_DOCKERFILES = "Dockerfiles in AzureML-Containers and azureml-assets"


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable."""

    name: str
    type: Type
    default: str | None
    """The value that applies when the variable is not set; None if there is none."""
    scope: str
    """The program that reads the variable."""
    description: str
    """One or more sentences in Markdown."""
    source: str
    has_effect: bool = True
    """Whether the current server or images read the variable."""
    instead: str | None = None
    """The variable to set instead of one without effect."""
    until: str | None = None
    """The first version of the server that no longer reads the variable."""


_VARIABLES = (
    Variable(
        ENTRY_SCRIPT,
        "path",
        DEFAULT_ENTRY_SCRIPT,
        "server and start-up script",
        "The scoring script with `init()` and `run()`, relative to `AML_APP_ROOT`. "
        "Set it only when the code is built into the image.",
        f"{_CONFIG}; {_RUN}",
    ),
    Variable(
        MODEL_DIR,
        "path",
        None,
        "scoring script",
        "The folder that holds the model files. Your script reads it. "
        "Azure ML sets it when a deployment mounts a model; set it yourself when the model is built into the image.",
        f"{_CONFIG}; how-to-deploy-custom-container",
    ),
    Variable(
        APP_ROOT,
        "path",
        DEFAULT_APP_ROOT,
        "server and start-up script",
        "The root folder of your code. The server runs in this folder and imports from it. "
        "MLflow images set it to `/var/mlflow_resources`.",
        f"{_CONFIG}; {_RUN}",
    ),
    Variable(
        "AZUREML_EXTRA_REQUIREMENTS_TXT",
        "relative path",
        None,
        "start-up script",
        "A `requirements.txt` that pip installs when the container starts. "
        "The path is relative to the folder of the entry script. "
        "If the file is missing, the container exits with status 99.",
        _RUN,
    ),
    Variable(
        "AZUREML_EXTRA_CONDA_YAML",
        "relative path",
        None,
        "start-up script",
        "A conda file from which the start-up script creates the environment `userenv` when the container starts. "
        "The path is relative to the folder of the entry script. "
        "It takes precedence over `AZUREML_EXTRA_REQUIREMENTS_TXT`. "
        "If the file is missing, the container exits with status 98.",
        _RUN,
    ),
    Variable(
        "AZUREML_EXTRA_CONDA_YAML_ABS_PATH",
        "absolute path",
        None,
        "start-up script",
        "The same as `AZUREML_EXTRA_CONDA_YAML`, but an absolute path. "
        "MLflow images compute it from `AZUREML_MODEL_DIR` and `MLFLOW_MODEL_FOLDER`.",
        _RUN,
    ),
    Variable(
        "AZUREML_EXTRA_PYTHON_LIB_PATH",
        "relative path",
        None,
        "start-up script",
        "A folder of installed packages that your script can import. "
        "The path is relative to the folder of the entry script. "
        "It takes precedence over the other `AZUREML_EXTRA_…` variables. "
        "If the folder is missing, the container exits with status 97.",
        f"{_RUN}; how-to-prebuilt-docker-images-inference-python-extensibility",
    ),
    Variable(
        "AZUREML_CONDA_ENVIRONMENT_PATH",
        "path",
        None,
        "start-up script",
        "The conda environment that the server runs in. Its `lib` folder comes first in `LD_LIBRARY_PATH`. "
        "Inference images set the variable, for example to `/opt/miniconda/envs/amlenv` or `/azureml-envs/minimal`.",
        f"{_RUN}; {_DOCKERFILES}",
    ),
    Variable(
        "AZUREML_SOURCE_DIRECTORY",
        "path",
        None,
        "server",
        "A folder below `AML_APP_ROOT` from which your script can also import.",
        f"{_CONFIG}; server/aml_blueprint.py",
    ),
    Variable(
        "WORKER_COUNT",
        "integer",
        "1",
        "gunicorn",
        "The number of worker processes that serve requests; at least 1.",
        _START,
    ),
    Variable(
        "WORKER_TIMEOUT",
        "integer",
        "300",
        "gunicorn",
        "The number of seconds after which a worker that does not respond is restarted. The base images set 300.",
        f"{_START}; {_DOCKERFILES}",
    ),
    Variable(
        "WORKER_PRELOAD",
        "boolean",
        "false",
        "gunicorn",
        "If `true`, your code is loaded once, before the workers are forked. Any other value means false.",
        _START,
    ),
    Variable(
        "SCORING_TIMEOUT_MS",
        "integer",
        "3600000",
        "server",
        "The time limit for `run()`, in milliseconds. The server does not start if the value is not an integer.",
        _CONFIG,
    ),
    Variable(
        "AZUREML_LOG_LEVEL",
        "log level",
        "INFO",
        "server",
        "The log level of the server: `DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`. "
        "Version 1.5.1 reads it, but logs the same at every level.",
        _CONFIG,
    ),
    Variable(
        "AZUREML_CONFIG_FILE",
        "absolute path",
        None,
        "server",
        "A JSON file with settings of the server. If the variable is not set, the server reads `config.json` in "
        "`AML_APP_ROOT` or next to the entry script. Environment variables take precedence over the file.",
        f"{_CONFIG}; docs/AzureMLInferenceServer.md",
    ),
    Variable(
        "AML_CORS_ORIGINS",
        "list of origins",
        None,
        "server",
        "The origins from which browsers can call the server, separated by commas. "
        "It requires the package `flask-cors`. `*` allows every origin.",
        _CONFIG,
    ),
    Variable(
        "AZUREML_DEBUG_PORT",
        "integer",
        None,
        "server",
        "The port on which `debugpy` waits for a debugger. It requires that package. Do not use it in production.",
        f"{_CONFIG}; server/entry.py",
    ),
    Variable(
        "AML_APP_INSIGHTS_ENABLED",
        "boolean",
        "false",
        "server",
        "Sends logs to Application Insights. It requires exactly the value `true` and a valid `AML_APP_INSIGHTS_KEY`.",
        _START,
    ),
    Variable(
        "AML_APP_INSIGHTS_KEY",
        "UUID",
        None,
        "server",
        "The instrumentation key of Application Insights. The key is a secret; do not store it in an image.",
        _CONFIG,
    ),
    Variable(
        "APP_INSIGHTS_LOG_RESPONSE_ENABLED",
        "boolean",
        "true",
        "server",
        "Whether responses are also logged to Application Insights.",
        _CONFIG,
    ),
    Variable(
        "AML_MDC_STORAGE_ENABLED",
        "boolean",
        "false",
        "server",
        "Enables model data collection. The documentation calls it `AML_MODEL_DC_STORAGE_ENABLED`, "
        "which version 1.5.1 does not read.",
        _CONFIG,
    ),
    Variable(
        "SERVER_VERSION_LOG_RESPONSE_ENABLED",
        "boolean",
        "true",
        "server",
        "Whether each response contains the version of the server, in the header `x-ms-server-version`.",
        _START,
    ),
    Variable(
        "SEPERATE_HEALTH_ENDPOINT",
        "boolean",
        None,
        "server",
        "If exactly `true`, the server opens a second port, 5000, for health checks. "
        "The server itself misspells the name.",
        _START,
    ),
    Variable(
        "SERVICE_NAME",
        "text",
        "ML service",
        "server",
        "The title of the service on its Swagger page.",
        _CONFIG,
    ),
    Variable(
        "SERVICE_VERSION",
        "text",
        "1.0",
        "server",
        "The version of the service on its Swagger page.",
        _CONFIG,
    ),
    Variable(
        "SERVICE_PATH_PREFIX",
        "text",
        None,
        "server",
        "The path prefix of the routes on the Swagger page of the service.",
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
        "If `true`, the conda environment of the model is installed when the container starts.",
        _RUN,
    ),
    Variable(
        "AZUREML_CONDA_DEFAULT_ENVIRONMENT",
        "path",
        None,
        "image",
        "The conda environment of a curated inference image, where it equals `AZUREML_CONDA_ENVIRONMENT_PATH`.",
        _DOCKERFILES,
    ),
    Variable(
        "AZUREML_INFERENCE_SERVER_HTTP_ENABLED",
        "any text",
        "True",
        "start-up script",
        "Selects the current inference server in older images. Any value enables it, even `false` and `0`; "
        "only an empty value disables it.",
        _RUN,
    ),
    Variable(
        "PATH",
        "list of paths",
        None,
        "image",
        "The folders in which commands are looked up. It decides which `python` and `pip` run. "
        "In training images `/opt/miniconda/bin` comes first.",
        _DOCKERFILES,
    ),
    Variable(
        "LD_LIBRARY_PATH",
        "list of paths",
        None,
        "image",
        "The folders in which shared libraries are looked up. "
        "The start-up script puts the `lib` folder of the conda environment first.",
        _RUN,
    ),
    Variable(
        "SVDIR",
        "path",
        SERVICES_FOLDER,
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
        f"{SERVICES_FOLDER}/rsyslog/run of the inference images",
    ),
    Variable(
        "AML_SERVER_ROOT",
        "path",
        "/var/azureml-server",
        "start-up script of old images",
        "The folder of the predecessor of azureml-inference-server-http.",
        f"{_RUN}; docs/AzureMLInferenceServer.md",
    ),
    Variable(
        "HOSTNAME",
        "text",
        "Unknown",
        "server",
        "The name of the container, for telemetry. Docker sets it.",
        _CONFIG,
    ),
    Variable(
        "TRANSPORT_PROTOCOL",
        "text",
        None,
        "server",
        "`grpc` or `rest`. The server sets it for internal use.",
        _START,
    ),
    Variable(
        "SERVER_PORT",
        "integer",
        "5001",
        "nothing",
        "Has no effect: the server overwrites it and takes the port from its option `--port`. "
        "The images pass `--port 31311`, behind nginx on port 5001.",
        _START,
        has_effect=False,
    ),
    Variable(
        "HEALTH_PORT",
        "integer",
        None,
        "nothing",
        "Has no effect: the server overwrites it if `SEPERATE_HEALTH_ENDPOINT` is `true`, "
        "and otherwise opens no second port.",
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
        "Has no effect: it kept code for Flask 1 working and was removed in version 1.4.0.",
        "changelog of azureml-inference-server-http",
        has_effect=False,
        until="1.4.0",
    ),
    *(
        Variable(
            name,
            "any text",
            None,
            "nothing",
            "Has no effect: the debugging features were removed, and the server only logs that.",
            "azureml-inference-server-http 1.5.1, server/aml_blueprint.py",
            has_effect=False,
        )
        for name in ("AML_DBG_MODEL_INFO", "AML_DBG_RESOURCE_INFO")
    ),
)
_BY_NAME = {variable.name: variable for variable in _VARIABLES}


def all_variables() -> tuple[Variable, ...]:
    """Every variable in the order of a menu: those that a Dockerfile usually sets first, those without effect last."""
    return _VARIABLES


def find(name: str) -> Variable | None:
    """The variable with exactly this name."""
    return _BY_NAME.get(name)


def page(variable: Variable) -> str:
    """What is known of a variable, in Markdown."""
    default = f"default `{variable.default}`" if variable.default else "no default"
    reader = f"read by the {variable.scope}" if variable.has_effect else "without effect"
    return f"**{variable.name}** ({variable.type}, {default}; {reader})\n\n{variable.description}"
