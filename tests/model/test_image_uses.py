"""The images that a stage names."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.model.image_uses import images_of
from azureml_dockerfile_ls.snapshot import analyse


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("FROM python:3.12", "3.12"),
        ("FROM python", None),
        ("ARG TAG=3.12\nFROM python:$TAG", None),
        ("FROM scratch\nCOPY --from=python:3.12 /a /a", "3.12"),
    ],
)
def test_the_tag_that_an_edit_can_replace(text: str, tag: str | None) -> None:
    """An edit can replace a tag that is written without variables."""
    [stage] = [placed.stage for placed in analyse(text).model.stages]
    *_, use = images_of(stage)
    instruction = stage.instructions[use.at]

    assert (use.tag_span and use.tag_span.of(instruction.text)) == tag
