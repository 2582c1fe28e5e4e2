"""Completion in Azure ML's YAML: images, tags, curated environments, paths and variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from azureml_dockerfile_ls.features.manifest.completion import complete_manifest
from azureml_dockerfile_ls.manifest_snapshot import analyse_manifest
from tests.annotated import cursor, dockerfile, files_around

ENVIRONMENT = "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nname: e\n"
DEPLOYMENT = "name: blue\nendpoint_name: e\nmodel: azureml:m:1\n"
IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"


@pytest.fixture
def files(tmp_path: Path) -> ManifestFiles:
    """A project with a context, a conda file and a script."""
    return files_around(
        tmp_path,
        {"context/Dockerfile": "", "context/docker/a.dockerfile": "", "conda.yml": "", "src/score.py": "", ".env": ""},
    )


def offered(fixture: str, files: ManifestFiles | None = None) -> list[str]:
    """The labels of the menu at the cursor."""
    text, offset = cursor(fixture)
    return [item.label for item in complete_manifest(analyse_manifest(text, files=files), offset).items]


def check_pick(fixture: str, label: str, after: str, files: ManifestFiles | None = None) -> None:
    """The text after an item was picked."""
    text, offset = cursor(fixture)
    items = complete_manifest(analyse_manifest(text, files=files), offset).items
    [item] = [item for item in items if item.label == label]
    assert text[: item.span.start] + item.text + text[item.span.end :] == dockerfile(after)


def test_images() -> None:
    """With a tag, in place of what is typed; a tag that is there stays."""
    check_pick(f"{ENVIRONMENT}image: min$0\n", "minimal-py312-inference", f"{ENVIRONMENT}image: {IMAGE}:latest\n")
    check_pick(f"{ENVIRONMENT}image: $0\n", "minimal-py312-inference", f"{ENVIRONMENT}image: {IMAGE}:latest\n")
    check_pick(f"{ENVIRONMENT}image: 'min$0:1'\n", "minimal-py312-inference", f"{ENVIRONMENT}image: '{IMAGE}:1'\n")
    assert "minimal-py312-inference" in offered(f"{DEPLOYMENT}environment:\n  image: mini$0\n")
    assert offered(f"{DEPLOYMENT}image: mini$0\n") == []


def test_tags() -> None:
    """All tags of the image, in place of the one there."""
    assert "latest" in offered(f"{ENVIRONMENT}image: {IMAGE}:$0\n")
    check_pick(f"{ENVIRONMENT}image: {IMAGE}:l$0x\n", "latest", f"{ENVIRONMENT}image: {IMAGE}:latest\n")


def test_curated_environments() -> None:
    """Their names, and behind a name its label and versions; retired ones are not offered."""
    base = "azureml://registries/azureml/environments"
    check_pick(
        f"{DEPLOYMENT}environment: skl$0\n",
        "sklearn-1.5",
        f"{DEPLOYMENT}environment: {base}/sklearn-1.5/labels/latest\n",
    )
    names = offered(f"{DEPLOYMENT}environment: $0\n")
    assert "sklearn-1.5" in names
    assert "sklearn-1.0" not in names
    rest = offered(f"{DEPLOYMENT}environment: {base}/sklearn-1.5/$0\n")
    assert rest[0] == "labels/latest"
    assert rest[1].startswith("versions/")


def test_an_old_name_of_a_curated_environment_becomes_the_one_in_the_registry() -> None:
    """The menu of an editor keeps an item whose text to compare starts with what is typed."""
    text, offset = cursor(f"{DEPLOYMENT}environment: azureml:AzureML-sklearn-1$0\n")
    items = complete_manifest(analyse_manifest(text), offset).items
    [item] = [item for item in items if item.filter_text.startswith("azureml:AzureML-sklearn-1.5")]
    assert item.text == "azureml://registries/azureml/environments/sklearn-1.5/labels/latest"


def test_paths(files: ManifestFiles) -> None:
    """Folders for a context and for code, files for what is a file, each from where its path starts."""
    assert offered(f"{ENVIRONMENT}build:\n  path: $0\n", files) == ["context", "src"]
    assert offered(f"{ENVIRONMENT}build:\n  path: context\n  dockerfile_path: $0\n", files) == ["Dockerfile", "docker/"]
    assert offered(f"{ENVIRONMENT}build:\n  path: context\n  dockerfile_path: docker/$0\n", files) == ["a.dockerfile"]
    assert offered(f"{ENVIRONMENT}conda_file: con$0\n", files) == ["conda.yml", "context/"]
    code = f"{DEPLOYMENT}code_configuration:\n  code: src\n  scoring_script: s$0\n"
    assert offered(code, files) == ["score.py"]
    assert offered(f"{ENVIRONMENT}description: $0\n", files) == []
    assert offered(f"{ENVIRONMENT}conda_file: ../$0\n", files) == []


def test_names_of_variables() -> None:
    """A new name gets its colon, and what is set is not offered again."""
    before = f"{DEPLOYMENT}environment_variables:\n  WORKER_COUNT: 1\n"
    check_pick(f"{before}  AZ$0\n", "AZUREML_LOG_LEVEL", f"{before}  AZUREML_LOG_LEVEL: \n")
    assert "WORKER_COUNT" not in offered(f"{before}  W$0\n")
    assert "WORKER_COUNT" in offered(f"{DEPLOYMENT}environment_variables:\n  W$0\n")
    assert offered(f"{DEPLOYMENT}tags:\n  W$0\n") == []


def test_values_of_variables() -> None:
    """A value that YAML would take for a number or a boolean is quoted."""
    before = f"{DEPLOYMENT}environment_variables:\n"
    check_pick(f"{before}  AZUREML_LOG_LEVEL: $0\n", "DEBUG", f"{before}  AZUREML_LOG_LEVEL: DEBUG\n")
    check_pick(f"{before}  WORKER_COUNT: $0\n", "1", f'{before}  WORKER_COUNT: "1"\n')


def test_other_yaml_has_no_menu() -> None:
    """A workflow with the same keys."""
    assert offered("on: push\njobs:\n  a:\n    environment:\n      image: min$0\n") == []
