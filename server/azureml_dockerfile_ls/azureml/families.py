"""The user, variables, folders and ports of an Azure ML image, as its repository's name implies them.

Sources: Microsoft's pages on prebuilt images for inference and on their troubleshooting, the Dockerfiles in
AzureML-Containers and azureml-assets, and `/var/runit/gunicorn/run` of the images.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

PREFIX = "mcr.microsoft.com/azureml/"
"""The prefix of the full names of most Azure ML repositories."""

ACPT_PREFIX = "mcr.microsoft.com/aifx/acpt/"
"""The prefix of the full names of the Azure Container for PyTorch (ACPT), the base images for PyTorch."""

_ACPT_PREFIXES = (ACPT_PREFIX, f"{PREFIX}aifx/", f"{PREFIX}curated/acpt-pytorch-")
"""The prefixes of ACPT images today and until 2023, and of the curated environments that are built on them."""

DOCKER_USER = "dockeruser"
"""The user of the inference images. Training images run as root and have no such user."""

ENTRY_SCRIPT = "AZUREML_ENTRY_SCRIPT"
"""The variable that names the entry script, relative to the app root."""

MODEL_DIR = "AZUREML_MODEL_DIR"
"""The variable that names the folder of the model files."""

APP_ROOT = "AML_APP_ROOT"
"""The variable that names the app root, the root folder of the code."""

SERVICES_FOLDER = "/var/runit"
"""The folder of the services that `runsvdir` starts in an inference image."""

DEFAULT_APP_ROOT = "/var/azureml-app"
"""The app root if `AML_APP_ROOT` is not set."""

MODELS_FOLDER = "azureml-models"
"""The folder below the app root where the platform mounts models, as `<name>/<version>`."""

DEFAULT_ENTRY_SCRIPT = "main.py"
"""The script that an inference image runs if `AZUREML_ENTRY_SCRIPT` is not set."""

USUAL_SCRIPT = "score.py"
"""The name that most projects give to their entry script."""

SERVER_PACKAGE = "azureml-inference-server-http"
"""The Python package of the inference server."""

MONITORING_PACKAGE = "azureml-ai-monitoring"
"""The package that the scoring script of MLflow images imports. No other package depends on it."""

OWNED_FOLDERS = (SERVICES_FOLDER, "/var/log", "/var/lib/nginx", "/run", "/opt/miniconda", DEFAULT_APP_ROOT)
"""The folders that the user of an inference image must own, if that user is not `dockeruser`."""

PUBLIC_PORT = 5001
"""The port on which nginx listens in an inference image for scoring, liveness and readiness requests."""

SERVER_PORT = 31311
"""The port on which the inference server listens behind nginx, on 127.0.0.1 only."""

EXPOSED_PORTS = (5001, 8883, 8888)
"""The ports that the inference base images EXPOSE."""

_MLFLOW_ENVIRONMENT: Mapping[str, str] = MappingProxyType(
    {APP_ROOT: "/var/mlflow_resources", ENTRY_SCRIPT: "mlflow_score_script.py"}
)
_NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({})

_INFERENCE = lazy_pattern(
    r"(?:minimal|mlflow|pytorch|tensorflow|sklearn|onnxruntime|xgboost|lightgbm)-[^/]*inference"
    r"|inference-base-[^/]+"
    r"|curated/minimal-[^/]+-inference"
    r"|curated/mlflow-py312-inference"
)
_TRAINING = lazy_pattern(r"(?:openmpi|intelmpi|base)[^/]*")
_MLFLOW = lazy_pattern(r"(?:curated/)?mlflow-[^/]*inference")

_UBUNTU = lazy_pattern(r"(?:^|[-_.])ubuntu-?(\d\d\.\d\d)$")
_UBUNTU_IMAGE = lazy_pattern(r"(?:.*/)?ubuntu")
_UBUNTU_TAG = lazy_pattern(r"(\d\d\.\d\d)(?:-.*)?")
_UBUNTU_OF_ACPT = lazy_pattern(r"[a-z]+-ubuntu(\d\d)(\d\d)-.+")
_UBUNTU_OF_INFERENCE_BASE = lazy_pattern(r"inference-base(?:-gpu)?-(\d\d)(\d\d)")


class Family(enum.Enum):
    """The purpose of an image, as far as its name reveals it."""

    INFERENCE = "inference"
    TRAINING = "training"
    OTHER = "other"


def is_azureml(repository: str) -> bool:
    """Whether `repository`, a full name, is an Azure ML repository of Microsoft's registry."""
    return any(repository.startswith(prefix) and repository != prefix for prefix in (PREFIX, ACPT_PREFIX))


def family_of(repository: str) -> Family:
    """The family of a repository, whether or not the catalogue knows it.

    A name outside `mcr.microsoft.com/azureml/` is OTHER. So are curated environments, except the minimal and MLflow
    inference images: their Dockerfiles end with the user of the inference images.
    """
    if not repository.startswith(PREFIX):
        return Family.OTHER
    name = repository[len(PREFIX) :]
    if _INFERENCE.fullmatch(name):
        return Family.INFERENCE
    if _TRAINING.fullmatch(name):
        return Family.TRAINING
    return Family.OTHER


def default_user(repository: str) -> str | None:
    """The user of an image; None if the name does not imply it, so that no rule can judge users.

    The Dockerfiles of azureml-assets run apt-get on ACPT images without a USER instruction, so these run as root. So do
    the curated environments that consist of an ACPT image and packages.
    """
    family = family_of(repository)
    if family is Family.INFERENCE:
        return DOCKER_USER
    return "root" if family is Family.TRAINING or is_acpt(repository) else None


def is_acpt(repository: str) -> bool:
    """Whether a repository is an ACPT image, or a curated environment that consists of one and packages."""
    return repository.startswith(_ACPT_PREFIXES)


def ubuntu_by_name(repository: str, tag: str | None) -> str | None:
    """The version of Ubuntu that the name or the tag of an image says, such as `22.04`; None if they do not say it.

    A name ends with it (`openmpi5.0-ubuntu24.04`), or a tag (`cuda:12.8.1-devel-ubuntu22.04`, `ubuntu:22.04`). ACPT and
    `inference-base-2204` have it without the dot. In the middle of another name it can be that of something else.
    """
    name = repository.rpartition("/")[2]
    if _UBUNTU_IMAGE.fullmatch(repository):
        match = _UBUNTU_TAG.fullmatch(tag or "")
        return match[1] if match is not None else None
    if repository.startswith(_ACPT_PREFIXES[:2]):
        short = _UBUNTU_OF_ACPT.fullmatch(name)
    else:
        short = _UBUNTU_OF_INFERENCE_BASE.fullmatch(name) if repository.startswith(PREFIX) else None
    if short is not None:
        return f"{short[1]}.{short[2]}"
    match = _UBUNTU.search(name) or _UBUNTU.search(tag or "")
    return match[1] if match is not None else None


def preset_environment(repository: str) -> Mapping[str, str]:
    """The variables of Azure ML's contract that an image itself sets; known for the MLflow images only."""
    if repository.startswith(PREFIX) and _MLFLOW.fullmatch(repository[len(PREFIX) :]):
        return _MLFLOW_ENVIRONMENT
    return _NO_ENVIRONMENT
