"""The facts in the name of a repository: family, user, preset variables."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.azureml import families
from azureml_dockerfile_ls.azureml.families import Family, default_user, family_of, is_azureml, preset_environment

AZUREML = "mcr.microsoft.com/azureml/"


@pytest.mark.parametrize(
    "name",
    [
        "minimal-py312-inference",
        "minimal-ubuntu22.04-py39-cuda11.8-gpu-inference",
        "mlflow-ubuntu20.04-py38-cpu-inference",
        "pytorch-1.6-ubuntu18.04-py37-cpu-inference",
        "tensorflow-2.4-ubuntu18.04-py37-cuda11.0.3-gpu-inference",
        "sklearn-0.24.1-ubuntu18.04-py37-cpu-inference",
        "onnxruntime-1.6-ubuntu18.04-py37-cpu-inference",
        "xgboost-0.9-ubuntu18.04-py37-cpu-inference",
        "lightgbm-3.2-ubuntu18.04-py37-cpu-inference",
        "inference-base-2204",
        "inference-base-cuda12.4-ubuntu22.04",
        "curated/minimal-py311-inference",
        "curated/minimal-py312-cuda12.4-inference",
        "curated/mlflow-py312-inference",
        "minimal-py399-inference",
    ],
)
def test_inference(name: str) -> None:
    """Inference images run as dockeruser, including those that are newer than the catalogue."""
    assert family_of(AZUREML + name) is Family.INFERENCE
    assert default_user(AZUREML + name) == families.DOCKER_USER


@pytest.mark.parametrize(
    "name",
    [
        "openmpi4.1.0-ubuntu22.04",
        "openmpi5.0-cuda13.1-ubuntu24.04",
        "intelmpi2018.3-ubuntu16.04",
        "base",
        "base-gpu",
        "openmpi9.0-ubuntu30.04",
    ],
)
def test_training(name: str) -> None:
    """Training images run as root."""
    assert family_of(AZUREML + name) is Family.TRAINING
    assert default_user(AZUREML + name) == "root"


@pytest.mark.parametrize(
    "repository",
    [
        AZUREML + "curated/mlflow-model-inference",
        AZUREML + "curated/foundation-model-inference",
        AZUREML + "curated/sklearn-1.5",
        AZUREML + "curated/openmpi4.1.0-ubuntu20.04",
        AZUREML + "promptflow/promptflow-runtime-stable",
        AZUREML + "o16n-base/python-assets",
        AZUREML + "tritonserver-21.02-py38-inference",
        AZUREML + "inference-base",
        AZUREML + "my/minimal-py312-inference",
        AZUREML + "amelie-inference",
        "mcr.microsoft.com/minimal-py312-inference",
        "example.azurecr.io/azureml/minimal-py312-inference",
        "minimal-py312-inference",
        "openmpi4.1.0-ubuntu22.04",
        "ubuntu",
        "",
    ],
)
def test_other(repository: str) -> None:
    """The user of any other image is unknown."""
    assert family_of(repository) is Family.OTHER
    assert default_user(repository) is None


def test_acpt_images_run_as_root() -> None:
    """Microsoft's own Dockerfiles install system packages on these images without USER."""
    assert family_of("mcr.microsoft.com/aifx/acpt/anything") is Family.OTHER
    assert default_user("mcr.microsoft.com/aifx/acpt/anything") == "root"
    assert default_user("mcr.microsoft.com/azureml/aifx/stable-ubuntu2004-cu117-py38-torch200") == "root"
    assert default_user("mcr.microsoft.com/azureml/curated/acpt-pytorch-2.8-cuda12.6") == "root"


@pytest.mark.parametrize(
    "name",
    [
        "mlflow-ubuntu20.04-py38-cpu-inference",
        "curated/mlflow-py312-inference",
        "curated/mlflow-model-inference",
    ],
)
def test_mlflow_images_bring_their_script(name: str) -> None:
    """An MLflow image has its own entry script and app root."""
    assert dict(preset_environment(AZUREML + name)) == {
        "AML_APP_ROOT": "/var/mlflow_resources",
        "AZUREML_ENTRY_SCRIPT": "mlflow_score_script.py",
    }


@pytest.mark.parametrize(
    "repository",
    [
        AZUREML + "minimal-py312-inference",
        AZUREML + "curated/foundation-model-inference",
        AZUREML + "openmpi4.1.0-ubuntu22.04",
        "example.azurecr.io/azureml/mlflow-ubuntu20.04-py38-cpu-inference",
    ],
)
def test_other_images_preset_nothing(repository: str) -> None:
    """No other image is known to set a variable of the contract."""
    assert dict(preset_environment(repository)) == {}


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        (AZUREML + "anything", True),
        (AZUREML + "curated/anything", True),
        (AZUREML, False),
        ("mcr.microsoft.com/azureml", False),
        ("mcr.microsoft.com/azuremlx/anything", False),
        ("mcr.microsoft.com/aifx/acpt/anything", True),
        ("mcr.microsoft.com/aifx/acpt/", False),
        ("mcr.microsoft.com/aifx/anything", False),
        ("example.azurecr.io/public/azureml/anything", False),
        ("azureml/anything", False),
    ],
)
def test_is_azureml(repository: str, expected: bool) -> None:
    """Azure ML images have full names below `mcr.microsoft.com/azureml/` or `mcr.microsoft.com/aifx/acpt/`."""
    assert is_azureml(repository) is expected


def test_folders_that_the_user_must_own() -> None:
    """The folders are the six that Microsoft documents, including the app root."""
    assert len(families.OWNED_FOLDERS) == 6
    assert families.DEFAULT_APP_ROOT in families.OWNED_FOLDERS
