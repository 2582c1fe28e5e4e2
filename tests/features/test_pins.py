"""Pinning images, with what a registry answered."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.code_actions.pins import pins
from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.images.responses import Configuration, Listing
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import Span
from tests.annotated import apply_edits, cursor

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"
DIGEST = f"sha256:{'a' * 64}"
CONFIGURATION = Configuration(DIGEST, "dockeruser", {}, "/", (), {}, None)
ANSWERED = ImageIndex(
    {IMAGE: Listing(("latest", "20260715.v1", "20260701.v1"), True)},
    {f"{IMAGE}:latest": CONFIGURATION, f"{IMAGE}:20260701.v1": CONFIGURATION},
    (),
    frozenset((IMAGE,)),
    {IMAGE: "20260715.v1"},
)
STALE = ImageIndex(ANSWERED.tags, ANSWERED.configurations, (), frozenset(), ANSWERED.pins)


def check_pins(fixture: str, images: ImageIndex, *expected: str) -> None:
    """The pins at the cursor make of its image exactly these references."""
    text, offset = cursor(fixture)
    snapshot = analyse(text, images=images)
    actions = pins(snapshot, Span(offset, offset))
    assert [apply_edits(text, action.computed().edits) for action in actions] == [
        text.replace(*_change(text, to)) for to in expected
    ]


def _change(text: str, to: str) -> tuple[str, str]:
    return next(word for word in text.split() if word.startswith(IMAGE)), to


@pytest.mark.parametrize("written", [f"{IMAGE}:latest", IMAGE])
def test_latest_is_pinned_to_its_tag_or_its_digest(written: str) -> None:
    """Also where it is not written."""
    check_pins(f"FROM {written}$0 AS a\n", ANSWERED, f"{IMAGE}:20260715.v1", f"{written}@{DIGEST}")


def test_a_release_is_pinned_to_its_digest() -> None:
    """It is a tag already, and stays what it is however long ago somebody asked."""
    check_pins(f"FROM mcr.$0{IMAGE[4:]}:20260701.v1\n", ANSWERED, f"{IMAGE}:20260701.v1@{DIGEST}")
    check_pins(f"FROM mcr.$0{IMAGE[4:]}:20260701.v1\n", STALE, f"{IMAGE}:20260701.v1@{DIGEST}")


def test_an_image_of_copy_is_pinned_too() -> None:
    """It is an image as well."""
    text, offset = cursor(f"FROM scratch\nCOPY --from={IMAGE}:latest$0 /a /b\n")
    titles = [action.title for action in pins(analyse(text, images=ANSWERED), Span(offset, offset))]
    assert titles == ["Pin to 20260715.v1", f"Pin to digest {DIGEST[:19]}…"]


@pytest.mark.parametrize(
    ("fixture", "images"),
    [
        (f"FROM {IMAGE}:latest$0\n", EMBEDDED),
        (f"FROM {IMAGE}:latest$0\n", STALE),
        (f"FROM {IMAGE}:20990101.v1$0\n", ANSWERED),
        (f"FROM {IMAGE}:latest@{DIGEST}$0\n", ANSWERED),
        (f"ARG T=latest\nFROM {IMAGE}:$T$0\n", ANSWERED),
        (f"FROM {IMAGE}:{{{{latest-image-tag}}}}$0\n", ANSWERED),
        (f"FROM {IMAGE}:latest\nRUN x$0\n", ANSWERED),
        ("FROM alpine$0\n", ANSWERED),
    ],
)
def test_nothing_is_offered_where_nothing_is_known(fixture: str, images: ImageIndex) -> None:
    """Without an answer, with an old one about `latest`, for what is pinned, variable or a template, and elsewhere."""
    check_pins(fixture, images)
