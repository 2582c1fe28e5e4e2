"""The keys of an environment: an image or a build, and no keys of a conda file."""

from __future__ import annotations

from pathlib import Path

from tests.annotated import check_yaml, check_yaml_fix, files_around

ENVIRONMENT = "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nname: e\n"
JOB = "$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json\ncommand: x\n"
IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"
FILES = {"Dockerfile": "FROM ubuntu:24.04\n", "conda.yml": "dependencies: [python=3.12]\n"}


def test_image_and_build(tmp_path: Path) -> None:
    """ImageAndBuild is on `build`, in a document and in a mapping."""
    check_yaml(
        """
        $schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
        command: python train.py
        environment:
          image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
          build:
          #^^^^ ImageAndBuild
            path: .
        """,
        files_around(tmp_path, FILES),
    )


def test_neither_image_nor_build() -> None:
    """NoImageOrBuild is on the schema of an environment document, and needs one."""
    check_yaml(
        """
        $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
        #^^^^^^ NoImageOrBuild
        name: e
        version: "1"
        """
    )
    check_yaml(f"{ENVIRONMENT}imag\n")
    check_yaml(f"{JOB}environment:\n  name: e\n")
    check_yaml(f"{ENVIRONMENT}build:\n")


def test_an_image_below_docker(tmp_path: Path) -> None:
    """NoImageOrBuild is on `docker`, the old place of the image; its fix moves the image."""
    before = """
        $schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
        environment:
          conda_file: conda.yml
          docker:
          #^^^^^ NoImageOrBuild Move image one level up.
            image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest
            #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredImage
        instance_count: 1
        """
    files = files_around(tmp_path, FILES)
    check_yaml(before, files)
    check_yaml_fix(
        before.replace("          #^^^^^ NoImageOrBuild Move image one level up.\n", ""),
        """
        $schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
        environment:
          conda_file: conda.yml
          image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest
        instance_count: 1
        """,
        files,
    )
    [finding] = check_yaml(
        """
        $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
        name: e
        docker: {image: "ubuntu:24.04"}
        #^^^^^ NoImageOrBuild
        """
    )
    assert not finding.fixes
    check_yaml(f"{ENVIRONMENT}docker:\n  build:\n    dockerfile: file:Dockerfile\n")
    check_yaml(f"{ENVIRONMENT}docker:\n  image: ubuntu:24.04\nimage: ubuntu:24.04\n")
    check_yaml(f"{JOB}environment:\n  docker: {{image: ubuntu:24.04}}\n  conda: {{}}\n  os: Linux\n")


def test_a_conda_file_without_an_image(tmp_path: Path) -> None:
    """CondaFileNeedsImage is on `conda_file`; a build that has one is not judged."""
    files = files_around(tmp_path, FILES)
    check_yaml(
        """
        $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
        name: e
        conda_file: conda.yml
        #^^^^^^^^^ CondaFileNeedsImage
        """,
        files,
    )
    check_yaml(
        f"{ENVIRONMENT}conda_file: conda.yml\nbuild:\n  path: .\n",
        files,
    )


def test_keys_of_a_conda_file() -> None:
    """CondaKeysInEnvironment is on the first of them; inside `conda_file` they are right."""
    check_yaml(
        """
        $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
        name: e
        image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        channels:
        #^^^^^^^ CondaKeysInEnvironment channels
          - conda-forge
        dependencies: [python=3.12]
        """
    )
    check_yaml(f"{ENVIRONMENT}image: {IMAGE}\nconda_file:\n  dependencies: [python=3.12]\n")


def test_a_build_without_a_path(tmp_path: Path) -> None:
    """BuildWithoutPath is on `build`, and its fix adds the folder of the file."""
    before = """
        $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
        name: e
        build:
        #^^^^ BuildWithoutPath
          dockerfile_path: Dockerfile
        """
    check_yaml(before, files_around(tmp_path, FILES))
    check_yaml_fix(
        before,
        """
        $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
        name: e
        build:
          path: .
          dockerfile_path: Dockerfile
        """,
        files_around(tmp_path, FILES),
    )
    check_yaml(f"{ENVIRONMENT}build:\n  dockerfile_path: Dockerfile\n  pat\n")


def test_another_key_that_means_the_path(tmp_path: Path) -> None:
    """BuildWithoutPath is on the key, and its fix renames it instead of naming another folder."""
    files = files_around(tmp_path, {"context/Dockerfile": "FROM ubuntu:24.04\n"})
    for key, mark in (("local_path", "^^^^^^^^^^"), ("context", "^^^^^^^"), ("paht", "^^^^")):
        before = f"""
            $schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
            command: python train.py
            environment:
              build:
                {key}: context
                {mark} BuildWithoutPath does not know the key {key}
            """.replace(f"                {mark}", f"                #{mark[1:]}")
        check_yaml(before, files)
        check_yaml_fix(
            before,
            """
            $schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
            command: python train.py
            environment:
              build:
                path: context
            """,
            files,
        )


def test_a_build_without_a_path_beside_other_keys() -> None:
    """A key that may mean the folder: no fix names another one."""
    [finding] = check_yaml(
        """
        $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
        name: e
        build:
        #^^^^ BuildWithoutPath
          where: context
          dockerfile_path: Dockerfile
        """
    )
    assert not finding.fixes
