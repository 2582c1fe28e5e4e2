"""Stages on Azure ML's images: their user, environment and services."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.azureml.serving import is_on_azureml, runs_server
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.snapshot import analyse
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RUNSVDIR = 'CMD ["runsvdir", "/var/runit"]\n'


def final(text: str) -> Stage:
    """The final stage of a text."""
    stage = analyse(text).model.final
    assert stage is not None
    return stage


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FROM_INFERENCE, True),
        (FROM_TRAINING, True),
        (f"{FROM_TRAINING.rstrip()} AS base\nFROM base\n", True),
        ("FROM python:3.12\n", False),
        ("FROM $IMAGE\n", False),
    ],
)
def test_a_stage_on_azureml(text: str, expected: bool) -> None:
    """A stage is on Azure ML if its base image, or that of an earlier stage, is one of Azure ML's."""
    assert is_on_azureml(final(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FROM_INFERENCE, True),
        (FROM_TRAINING, False),
        (f"{FROM_TRAINING}{RUNSVDIR}", True),
        (f'{FROM_INFERENCE}CMD ["python", "app.py"]\n', False),
        (f"FROM python:3.12\n{RUNSVDIR}", False),
    ],
)
def test_a_container_with_the_server(text: str, expected: bool) -> None:
    """An inference image runs the server, and another image of Azure ML does with `runsvdir /var/runit`."""
    assert runs_server(final(text)) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("COPY runit /var/runit", False),
        ("COPY var /var", False),
        ("ADD services.tar.gz /var", False),
        ("RUN rm -r /var/runit/gunicorn", False),
        ("RUN ls /var/runit && chmod +x /var/runit/gunicorn/run", True),
        ("COPY a.txt /var/", True),
        ("ADD a.txt /var/", True),
        ("COPY runit $FOLDER", True),
        ("COPY code /var/azureml-app", True),
    ],
)
def test_changed_services(line: str, expected: bool) -> None:
    """It is uncertain that the server runs if an instruction may change the services."""
    assert runs_server(final(f"{FROM_INFERENCE}ARG FOLDER\n{line}\n")) is expected
