"""What an Azure ML image starts with, by the name of its repository: user, variables, folders, ports.

Sources: Microsoft's pages on prebuilt images for inference and on their troubleshooting, the Dockerfiles in
AzureML-Containers and azureml-assets, and `/var/runit/gunicorn/run` of the images.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from types import MappingProxyType

PREFIX = "mcr.microsoft.com/azureml/"
"""What the full name of every Azure ML repository begins with."""

DOCKER_USER = "dockeruser"
"""The user of the inference images. Training images have no such user: they run as root."""

ENTRY_SCRIPT = "AZUREML_ENTRY_SCRIPT"
"""The variable that names the entry script, relative to the app root."""

DEFAULT_APP_ROOT = "/var/azureml-app"
"""Where the code is when `AML_APP_ROOT` is not set."""

MODELS_FOLDER = "azureml-models"
"""The folder below the app root where the platform mounts models, as `<name>/<version>`."""

DEFAULT_ENTRY_SCRIPT = "main.py"
"""The script that an inference image runs when `AZUREML_ENTRY_SCRIPT` is not set."""

OWNED_FOLDERS = ("/var/runit", "/var/log", "/var/lib/nginx", "/run", "/opt/miniconda", "/var/azureml-app")
"""What must belong to the user that an inference image runs as, when it is not `dockeruser`."""

PUBLIC_PORT = 5001
"""Where nginx listens in an inference image; scoring, liveness and readiness requests come in here."""

SERVER_PORT = 31311
"""Where the inference server listens behind nginx, on 127.0.0.1 only."""

EXPOSED_PORTS = (5001, 8883, 8888)
"""The ports that the inference base images EXPOSE."""

_MLFLOW_ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {"AML_APP_ROOT": "/var/mlflow_resources", "AZUREML_ENTRY_SCRIPT": "mlflow_score_script.py"}
)
_NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({})

_INFERENCE = re.compile(
    r"(?:minimal|mlflow|pytorch|tensorflow|sklearn|onnxruntime|xgboost|lightgbm)-[^/]*inference"
    r"|inference-base-[^/]+"
    r"|curated/minimal-[^/]+-inference"
    r"|curated/mlflow-py312-inference"
)
_TRAINING = re.compile(r"(?:openmpi|intelmpi|base)[^/]*")
_MLFLOW = re.compile(r"(?:curated/)?mlflow-[^/]*inference")


class Family(enum.Enum):
    """What an image is made for, as far as its name tells it."""

    INFERENCE = "inference"
    TRAINING = "training"
    OTHER = "other"


def is_azureml(repository: str) -> bool:
    """Whether `repository`, written in full, is one of Azure ML's on Microsoft's registry."""
    return len(repository) > len(PREFIX) and repository.startswith(PREFIX)


def family_of(repository: str) -> Family:
    """The family of a repository, whether or not the catalogue knows it.

    A name outside `mcr.microsoft.com/azureml/` is OTHER, and so are curated environments except the minimal and
    MLflow inference images, whose own Dockerfiles end with the user of the inference images.
    """
    if not is_azureml(repository):
        return Family.OTHER
    name = repository[len(PREFIX) :]
    if _INFERENCE.fullmatch(name):
        return Family.INFERENCE
    if _TRAINING.fullmatch(name):
        return Family.TRAINING
    return Family.OTHER


def default_user(repository: str) -> str | None:
    """The user that an image starts with; None where the name does not tell it, so that no rule may judge users."""
    family = family_of(repository)
    if family is Family.INFERENCE:
        return DOCKER_USER
    return "root" if family is Family.TRAINING else None


def preset_environment(repository: str) -> Mapping[str, str]:
    """The variables of Azure ML's contract that an image sets itself: those of the MLflow images, else none known."""
    if is_azureml(repository) and _MLFLOW.fullmatch(repository[len(PREFIX) :]):
        return _MLFLOW_ENVIRONMENT
    return _NO_ENVIRONMENT
