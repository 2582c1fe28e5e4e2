"""Hover in Azure ML's YAML: images, environments, variables, and what a container will have."""

from __future__ import annotations

from azureml_dockerfile_ls.features.manifest.hover import manifest_hover
from azureml_dockerfile_ls.manifest_snapshot import analyse_manifest
from tests.annotated import cursor

DEPLOYMENT = "name: blue\nendpoint_name: e\nmodel: azureml:m:1\n"
IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"


def check_hover(fixture: str, *words: str, on: str) -> None:
    """The hover at the cursor is about this text, and has these words."""
    text, offset = cursor(fixture)
    found = manifest_hover(analyse_manifest(text), offset)
    assert found is not None
    assert found.span.of(text) == on
    assert [word for word in words if word not in found.markdown] == []


def test_images_and_tags() -> None:
    """The same facts as in a Dockerfile."""
    text = f"{DEPLOYMENT}environment:\n  image: {IMAGE}:latest\n"
    check_hover(text.replace("minimal", "min$0imal"), "dockeruser", on=f"{IMAGE}:latest")
    check_hover(text.replace("latest", "lat$0est"), "latest", on="latest")
    check_hover(text.replace("latest", "{{latest-image$0-tag}}"), "stands for", on="{{latest-image-tag}}")


def test_a_finding_is_explained() -> None:
    """A retired image says why that is bad."""
    text = f"{DEPLOYMENT}environment:\n  image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest\n"
    check_hover(
        text.replace("openmpi", "open$0mpi"),
        "RetiredImage",
        on="mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest",
    )


def test_curated_environments() -> None:
    """The facts of the image of the environment."""
    name = "azureml://registries/azureml/environments/sklearn-1.5/labels/latest"
    check_hover(f"{DEPLOYMENT}environment: {name}\n".replace("skl", "sk$0l"), "sklearn-1.5", on=name)


def test_variables() -> None:
    """The page of a variable on its name and its value."""
    text = f"{DEPLOYMENT}environment_variables:\n  WORKER_COUNT: 2\n"
    check_hover(text.replace("WORKER", "WOR$0KER"), "**WORKER_COUNT**", on="WORKER_COUNT")
    check_hover(text.replace("2", "$02"), "**WORKER_COUNT**", on="2")


def test_what_a_container_will_have() -> None:
    """The folder and the script of a deployment decide the variables of its container."""
    text = f"{DEPLOYMENT}code_configuration:\n  code: ../onlinescoring/src\n  scoring_script: api/sco$0re.py\n"
    words = (
        "`AML_APP_ROOT` is `/var/azureml-app/src/api`",
        "`AZUREML_ENTRY_SCRIPT` is `score.py`",
        "`AZUREML_MODEL_DIR`",
    )
    check_hover(text, *words, on="api/score.py")


def test_nothing_is_said_elsewhere() -> None:
    """Keys that the schema explains, and YAML that is not Azure ML's."""
    for fixture in (f"{DEPLOYMENT}inst$0ance_type: x\n", f"image: {IMAGE}:la$0test\nservices: {{}}\n"):
        text, offset = cursor(fixture)
        assert manifest_hover(analyse_manifest(text), offset) is None
