"""Completion of stages in FROM and `--from`, and of AS."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.completion import Kind
from tests.features.menus import IMAGE, TRAINING_IMAGE, check_completion, check_pick, check_silent, menu

STAGES = f"""
    FROM {IMAGE} AS Build
    FROM {TRAINING_IMAGE}
    FROM %s AS serve
    COPY --from=%s /a /b
    FROM ubuntu AS later
    """


def test_from_offers_the_earlier_stages_first() -> None:
    """Earlier stages come first, spelt as in the file; the stage itself and later ones are not offered."""
    found = menu(STAGES % ("$0", "x"))
    assert found.in_vscode(Kind.STAGE) == ["Build"]
    assert found.in_vscode()[0] == "Build"
    assert found.item("Build").detail == f"stage 0, on {IMAGE}"


def test_copy_from_offers_the_earlier_stages_and_images() -> None:
    """The stage that contains the COPY is not offered. The image that exists to be copied from comes first."""
    found = menu(STAGES % ("ubuntu", "$0"))
    assert found.in_vscode(Kind.STAGE) == ["Build"]
    assert found.in_vscode(Kind.IMAGE)[:2] == ["python-assets", "minimal-py312-inference"]


def test_a_repeated_stage_is_offered_once() -> None:
    """The last stage of a name is the one that it refers to."""
    found = menu("FROM alpine AS setup\nFROM node AS Setup\nFROM ubuntu\nCOPY --from=$0")
    assert [(item.label, item.detail) for item in found.items if item.kind is Kind.STAGE] == [
        ("Setup", "stage 1, on node")
    ]


def test_onbuild_offers_images_only() -> None:
    """ONBUILD runs in another file with other stages, so only images are offered."""
    found = menu("FROM ubuntu AS build\nFROM ubuntu\nONBUILD COPY --from=$0")
    assert found.in_vscode(Kind.STAGE) == []
    assert found.in_vscode(Kind.IMAGE)


@pytest.mark.parametrize(
    ("fixture", "after"),
    [
        ("FROM ubuntu AS build\nFROM b$0", "FROM ubuntu AS build\nFROM build"),
        ("FROM ubuntu AS build\nFROM b$0x AS y", "FROM ubuntu AS build\nFROM build AS y"),
        (
            "FROM ubuntu AS build\nFROM scratch\nCOPY --from=b$0 /a /b",
            "FROM ubuntu AS build\nFROM scratch\nCOPY --from=build /a /b",
        ),
        (
            "FROM ubuntu AS build\nFROM scratch\nCOPY --chown=1 --from=$0old /a /b",
            "FROM ubuntu AS build\nFROM scratch\nCOPY --chown=1 --from=build /a /b",
        ),
    ],
)
def test_a_stage_replaces_the_reference(fixture: str, after: str) -> None:
    """The reference at the cursor is replaced, and the text around it stays."""
    check_pick(fixture, "build", after)


def test_only_as_is_offered_after_the_base_image() -> None:
    """AS has the letter case of FROM; after AS nothing is offered, because the user chooses the name."""
    check_completion("FROM ubuntu $0", "AS")
    check_completion("from ubuntu $0", "as")
    check_completion("FROM ubuntu a$0", "as")
    check_completion("FROM --platform=linux/amd64 ubuntu A$0", "AS")
    check_silent("FROM ubuntu AS $0")
    check_silent("FROM ubuntu AS bu$0")
