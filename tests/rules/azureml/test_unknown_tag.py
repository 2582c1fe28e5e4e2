"""UnknownTag: only where the registry listed all tags of the image within the last day."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.images.responses import Listing
from tests.annotated import check_clean, check_fix, check_rule, crlf, findings_of

RULE = "UnknownTag"
IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"
LISTING = Listing(("latest", "20261116.v7", "20261102.v1"), is_complete=True)
LISTED = ImageIndex({IMAGE: LISTING}, fresh=frozenset((IMAGE,)))


def test_a_tag_that_the_registry_does_not_have_is_reported() -> None:
    """At the tag, or at the reference that a variable is a part of; in COPY too."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:20261116.v8
        #                                                      ^^^^^^^^^^^ UnknownTag no tag 20261116.v8 of minimal
        """,
        images=LISTED,
    )
    check_rule(
        RULE,
        """
        ARG TAG=1.0
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:$TAG AS a
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnknownTag no tag 1.0
        """,
        images=LISTED,
    )
    check_rule(
        RULE,
        """
        FROM scratch
        COPY --from=mcr.microsoft.com/azureml/minimal-py312-inference:lates /a /b
        #                                                             ^^^^^ UnknownTag
        """,
        images=LISTED,
    )


@pytest.mark.parametrize(
    "reference",
    [
        f"{IMAGE}:20261116.v7",
        f"{IMAGE}:latest",
        f"{IMAGE}:latest@sha256:{'a' * 64}",
        f"{IMAGE}:gone@sha256:{'a' * 64}",
        f"{IMAGE}:{{{{latest-image-tag}}}}",
        "mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:20990101.v1",
        "alpine:20990101",
    ],
)
def test_what_the_registry_has_or_was_not_asked_for_is_not_reported(reference: str) -> None:
    """Beside a digest the tag says nothing, a template is replaced before the build, other images were not listed."""
    assert findings_of(RULE, f"FROM {reference}\n", images=LISTED) == []


@pytest.mark.parametrize(
    "images",
    [
        EMBEDDED,
        ImageIndex({IMAGE: LISTING}),
        ImageIndex({IMAGE: Listing(LISTING.names, is_complete=False)}, fresh=frozenset((IMAGE,))),
        ImageIndex({IMAGE: Listing((), is_complete=False)}, fresh=frozenset((IMAGE,))),
    ],
)
def test_what_is_not_known_for_sure_is_not_reported(images: ImageIndex) -> None:
    """Offline, with a list that is old, and with one that is not all."""
    assert findings_of(RULE, f"FROM {IMAGE}:20261116.v8\n", images=images) == []


def test_no_image_without_a_tag_is_reported() -> None:
    """It has another finding."""
    assert findings_of(RULE, f"FROM {IMAGE}\n", images=LISTED) == []
    check_clean(f"FROM {IMAGE}:20261102.v1\n", images=LISTED)


def test_the_nearest_and_the_newest_tag_take_its_place() -> None:
    """Once, where they are the same; line ends and the name of the stage stay."""
    before, after = f"FROM {IMAGE}:20261102.v2 AS a\n", f"FROM {IMAGE}:20261102.v1 AS a\n"
    check_fix(RULE, before, after, "Replace it by 20261102.v1", images=LISTED)
    check_fix(RULE, crlf(before), crlf(f"FROM {IMAGE}:20261116.v7 AS a\n"), "Replace it by 20261116.v7", images=LISTED)
    (finding,) = findings_of(RULE, f"FROM {IMAGE}:20261116.v8\n", images=LISTED)
    assert [fix.title for fix in finding.fixes] == ["Replace it by 20261116.v7"]
