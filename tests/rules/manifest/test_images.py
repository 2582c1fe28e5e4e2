"""The rules about images, on every `image:` of an environment in YAML."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.manifest.model import read_manifest
from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_yaml, check_yaml_fix

SCHEMA = "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json"


def test_a_retired_image() -> None:
    """The image of an environment document, and that of a mapping inside a job, in quotes too."""
    [finding] = check_yaml(
        """
        name: train
        image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest
        #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredImage Use openmpi4.1.0-ubuntu22.04
        """
    )
    assert finding.severity is Severity.WARNING
    check_yaml(
        """
        type: pipeline
        jobs:
          train:
            command: python train.py
            environment:
              image: "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest"
              #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredImage
        """
    )


def test_the_successor() -> None:
    """The fix replaces the image and keeps the quotes."""
    check_yaml_fix(
        """
        name: train
        image: "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest"
        """,
        """
        name: train
        image: "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"
        """,
    )


def test_other_faults_of_images() -> None:
    """A misspelled name, a registry that is missing, a tag that is, and one that is too old."""
    check_yaml(
        """
        name: train
        image: mcr.microsoft.com/azureml/openmpi5.0-ubntu24.04:latest
        #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnknownImage did you mean
        """
    )
    check_yaml(
        """
        name: train
        image: azureml/openmpi5.0-ubuntu24.04:latest
        #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnqualifiedImage did you mean mcr.microsoft.com/azureml/openmpi5.0
        conda_file: {dependencies: [python=3.12]}
        """
    )
    check_yaml(
        """
        name: train
        image: mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04
        #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UntaggedImage
        """
    )
    check_yaml(
        """
        name: serve
        image: mcr.microsoft.com/azureml/minimal-ubuntu22.04-py39-cpu-inference:20240102.v1
        #                                                                       ^^^^^^^^^^^ OutdatedTag
        """
    )


@pytest.mark.parametrize(
    "image",
    [
        "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest",
        "docker.io/pytorch/pytorch:2.6.0",
        "mcr.microsoft.com/azureml/{{name}}",
        "mcr.microsoft.com/azureml/${{inputs.image}}",
        "mcr.microsoft.com/azureml/<IMAGE>:1",
        "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:{{latest-image-tag}}",
    ],
)
def test_images_that_are_right_or_cannot_be_known(image: str) -> None:
    """A supported image, one of another registry, and templates."""
    check_yaml(f"{SCHEMA}\nname: train\nimage: {image}\n")


def test_an_image_elsewhere_is_not_an_environments() -> None:
    """A key of this name in inputs, in tags, or under another key."""
    check_yaml(
        """
        type: pipeline
        inputs:
          environment:
            image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
        tags: {image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04}
        jobs:
          train:
            image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
        """
    )


def test_a_comment_hides_a_finding() -> None:
    """The comment is above the line, or at the top for the whole file."""
    line = "image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest\n"
    check_yaml(f"name: x\n# check=skip=RetiredImage // until the migration\n{line}")
    check_yaml(f"# check=skip=retiredimage,UntaggedImage\n\nname: x\n{line}")
    assert check_yaml(f"name: x\n# check=skip=UntaggedImage\n{line}#      {'^' * 50} RetiredImage\n")


def test_a_text_that_is_typed() -> None:
    """What is right is judged, nothing is said about the rest."""
    check_yaml(
        """
        $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
        name: e
        image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:20230530.v1
        #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredImage
        conda_file: [a,
          b: {c
        """
    )


def test_an_environment_with_aliases() -> None:
    """An image is reported once, whatever the number of aliases that lead to its environment."""
    check_yaml(
        """
        type: pipeline
        jobs:
          first: &job
            command: python train.py
            environment: &environment
              image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest
              #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredImage
          second: *job
          third:
            environment: *environment
        """
    )


def test_aliases_of_aliases() -> None:
    """The work does not grow with the number of values that aliases of aliases stand for."""
    steps = [f"  a{number}: &a{number}\n    x: *a{number - 1}\n    y: *a{number - 1}\n" for number in range(1, 60)]
    text = f"type: pipeline\njobs:\n  a0: &a0\n    command: ls\n{''.join(steps)}"

    manifest = read_manifest(text)

    assert manifest is not None
    assert manifest.environments == manifest.references == ()
