"""Paths that a YAML names: the context, the Dockerfile, the conda file, the code and its script."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from tests.annotated import check_yaml, check_yaml_fix, files_around

ENVIRONMENT = "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nname: e\n"
DEPLOYMENT = """\
$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
name: blue
endpoint_name: e
"""
SCORE = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"


@pytest.fixture
def files(tmp_path: Path) -> ManifestFiles:
    """A project whose YAML is in `deploy/`."""
    return files_around(
        tmp_path,
        {
            "deploy/context/Dockerfile": "FROM ubuntu:24.04\n",
            "deploy/context/docker/train.dockerfile": "FROM ubuntu:24.04\n",
            "deploy/conda.yml": "dependencies: [python=3.12]\n",
            "deploy/empty/": "",
            "src/score.py": SCORE,
            "src/half.py": "def init():\n    pass\n",
        },
        "deploy/azureml.yml",
    )


@pytest.mark.parametrize(
    "written",
    [
        "build: {path: context}",
        "build: {path: ./context/, dockerfile_path: ./docker/train.dockerfile}",
        "build: {path: .., dockerfile_path: deploy/context/Dockerfile}",
        "build: {path: '{{path}}', dockerfile_path: x}",
        "build: {path: ../../elsewhere}",
        "build: {path: 'https://github.com/a/b#main'}",
        "build: {path: '<PATH>'}",
        "image: ubuntu\nconda_file: conda.yml",
        "image: ubuntu\nconda_file: ${{inputs.file}}",
        "image: ubuntu\nconda_file: /absolute/conda.yml",
    ],
)
def test_paths_that_exist_or_cannot_be_known(written: str, files: ManifestFiles) -> None:
    """Paths inside the repository that are there; templates, URLs and paths outside say nothing."""
    check_yaml(f"{ENVIRONMENT}{written}\n", files)
    check_yaml(f"{ENVIRONMENT}{written}\n")


@pytest.mark.parametrize(
    "written",
    [
        "  image: {{ACR_NAME}}.azurecr.io/{{IMAGE_TAG}}\n  inference_config: {}\n",
        "  image: ubuntu\n  conda_file: {{file}}\n",
        "  build:\n    path: {{path}}\n    dockerfile_path: Dockerfile\n",
    ],
)
def test_templates_without_quotes(written: str, files: ManifestFiles) -> None:
    """Braces at the start of a value are a mapping for YAML, and a template for the scripts that fill it in."""
    code = "code_configuration:\n  code: ../src\n  scoring_script: score.py\n"
    check_yaml(f"{DEPLOYMENT}{code}environment:\n  name: {{{{name}}}}\n{written}", files)


def test_a_missing_context(files: ManifestFiles) -> None:
    """BuildPathNotFound suggests the folder that is meant, and its fix keeps the form of the path."""
    check_yaml(
        """
        $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
        name: e
        build:
          path: ./contxt
          #     ^^^^^^^^ BuildPathNotFound did you mean context?
        """,
        files,
    )
    check_yaml_fix(f"{ENVIRONMENT}build:\n  path: ./contxt\n", f"{ENVIRONMENT}build:\n  path: ./context\n", files)


def test_a_missing_dockerfile(files: ManifestFiles) -> None:
    """DockerfileNotFound is on the path of the Dockerfile, or on the context if that is not written."""
    check_yaml(
        """
        $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
        name: e
        build:
          path: empty
          #     ^^^^^ DockerfileNotFound has no Dockerfile
        """,
        files,
    )
    check_yaml(
        """
        $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
        name: e
        build:
          path: context
          dockerfile_path: docker/trian.dockerfile
          #                ^^^^^^^^^^^^^^^^^^^^^^^ DockerfileNotFound did you mean docker/train.dockerfile?
        """,
        files,
    )


def test_a_path_that_repeats_the_context(files: ManifestFiles) -> None:
    """The path of a Dockerfile starts from the context; the fix removes the folder."""
    check_yaml_fix(
        f"{ENVIRONMENT}build:\n  path: context\n  dockerfile_path: context/Dockerfile\n",
        f"{ENVIRONMENT}build:\n  path: context\n  dockerfile_path: Dockerfile\n",
        files,
    )


def test_the_image_of_an_asset(files: ManifestFiles) -> None:
    """The context of an asset is a build like that of an environment."""
    check_yaml(
        "image:\n  name: azureml/e\n  os: linux\n  context:\n    dir: context\n    dockerfile: Dockerfile\n", files
    )
    check_yaml(
        """
        image:
          name: azureml/e
          os: linux
          context:
            dir: context
            dockerfile: Dokerfile
            #           ^^^^^^^^^ DockerfileNotFound did you mean Dockerfile?
        """,
        files,
    )


def test_a_missing_conda_file(files: ManifestFiles) -> None:
    """CondaFileNotFound, also for an environment inside a deployment."""
    check_yaml(
        """
        name: blue
        endpoint_name: e
        model: azureml:m:1
        environment:
          image: ubuntu
          conda_file: conda.yaml
          #           ^^^^^^^^^^ CondaFileNotFound did you mean conda.yml?
        """,
        files,
    )


@pytest.mark.parametrize("code", ["../src", "<CODE>", "{{code}}", "azureml:code:1", "../../elsewhere"])
def test_code_that_exists_or_cannot_be_known(code: str, files: ManifestFiles) -> None:
    """The folder of the code starts from the YAML, and the script from that folder."""
    check_yaml(f"{DEPLOYMENT}code_configuration:\n  code: {code}\n  scoring_script: score.py\n", files)


def test_missing_code(files: ManifestFiles) -> None:
    """CodeNotFound alone, because the script cannot be looked for; ScoringScriptNotFound in a folder that is there."""
    check_yaml(
        """
        name: blue
        endpoint_name: e
        code_configuration:
          code: ../scr
          #     ^^^^^^ CodeNotFound did you mean ../src?
          scoring_script: score.py
        """,
        files,
    )
    check_yaml(
        """
        name: blue
        endpoint_name: e
        code_configuration:
          code: ../src
          scoring_script: scroe.py
          #               ^^^^^^^^ ScoringScriptNotFound did you mean score.py?
        """,
        files,
    )


def test_a_script_that_does_not_fit(files: ManifestFiles) -> None:
    """InvalidEntryScript leads into the script; a batch deployment has other rules."""
    text = "name: b\nendpoint_name: e\ncode_configuration:\n  code: ../src\n  scoring_script: half.py\n"
    [finding] = check_yaml(f"{text}  #               ^^^^^^^ InvalidEntryScript run()\n", files)
    assert [place.path for place in finding.related] == ["src/half.py"]
    check_yaml(f"{text}mini_batch_size: 3\n", files)


def test_the_code_of_a_job_is_not_judged(files: ManifestFiles) -> None:
    """A job's code is often made while the job is prepared."""
    check_yaml("command: python train.py\ncode: ./nowhere\nenvironment: azureml:e@latest\n", files)
