"""Completion of tags."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.completion import documentation
from azureml_dockerfile_ls.images.catalogue import BUILT_IN_DATE
from azureml_dockerfile_ls.images.image_index import EMBEDDED
from azureml_dockerfile_ls.images.tags import LATEST
from tests.features.menus import BASE, IMAGE, TRAINING_IMAGE, check_pick, check_silent, menu


def test_latest_is_offered_before_the_other_tags() -> None:
    """`latest` comes first, then the other tags, the newest first."""
    shown = menu(f"FROM {TRAINING_IMAGE}:$0").in_vscode()
    assert shown[0] == LATEST
    assert shown[1:] == sorted(shown[1:], key=lambda tag: [int(part) for part in tag.split(".v")], reverse=True)
    assert len(shown) > 20


def test_versions_of_a_curated_environment_are_compared_as_numbers() -> None:
    """Version 10 is newer than version 9."""
    shown = menu(f"FROM {BASE}/curated/sklearn-1.5:$0").in_vscode()
    assert shown.index("10") < shown.index("9")


def test_the_details_of_tags_mark_the_newest_one() -> None:
    """`latest` and the newest known tag have a detail, with the date of the list; the other tags have none."""
    items = menu(f"FROM {TRAINING_IMAGE}:$0").items
    assert [item.detail for item in items[:3]] == ["moves to every new release", f"newest as of {BUILT_IN_DATE}", ""]


def test_a_tag_is_found_by_its_beginning() -> None:
    """The first digits of a date find the tags that begin with them."""
    found = menu(f"FROM {TRAINING_IMAGE}:2023$0")
    assert found.in_neovim()
    assert all(tag.startswith("2023") for tag in found.in_neovim())


@pytest.mark.parametrize(
    ("fixture", "after"),
    [
        (f"FROM {IMAGE}:$0", f"FROM {IMAGE}:latest"),
        (f"FROM {IMAGE}:la$0 AS serve", f"FROM {IMAGE}:latest AS serve"),
        (f"FROM {IMAGE}:202$060316.v1 AS serve", f"FROM {IMAGE}:latest AS serve"),
        (f"FROM {IMAGE}:$0@sha256:0123", f"FROM {IMAGE}:latest@sha256:0123"),
        (f"FROM {IMAGE}:{{{{$0}}}} AS serve", f"FROM {IMAGE}:latest AS serve"),
        (f"FROM {IMAGE}:$0{{{{latest-image-tag}}}}", f"FROM {IMAGE}:latest"),
        (f"COPY --from={IMAGE}:$0 /a /b", f"COPY --from={IMAGE}:latest /a /b"),
        (f"ONBUILD COPY --from={IMAGE}:$0 /a /b", f"ONBUILD COPY --from={IMAGE}:latest /a /b"),
    ],
)
def test_a_tag_replaces_the_tag_and_nothing_else(fixture: str, after: str) -> None:
    """The image's name, a digest and the rest of the line stay; a template tag is replaced."""
    check_pick(fixture, LATEST, after)


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM ubuntu:$0",
        f"FROM {BASE}/no-such-image:$0",
        f"FROM {IMAGE}@$0",
        f"FROM {IMAGE}@sha256:$0",
        f"FROM {IMAGE}:latest@sha256:$0",
        "FROM localhost:5000/mini$0",
        f"FROM {IMAGE}:$0".replace("mcr", "acr"),
    ],
)
def test_no_tag_is_invented(fixture: str) -> None:
    """No tag is offered for an unknown image, for a digest or for the port of a registry."""
    check_silent(fixture)


def test_the_documentation_of_latest_names_the_newest_tag() -> None:
    """The documentation of `latest` contains the newest tag of the catalogue."""
    page = documentation(menu(f"FROM {IMAGE}:$0").item(LATEST).key, EMBEDDED)
    assert page.startswith(f"`{IMAGE}:latest`")
    image = EMBEDDED.find(IMAGE)
    assert image is not None
    assert image.tags[1] in page
