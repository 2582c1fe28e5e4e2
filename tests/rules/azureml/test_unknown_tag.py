"""UnknownTag: tags that a fresh and complete list of the registry does not contain."""

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
    """The tag is marked, or the whole reference if it contains a variable, in FROM and in COPY."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:20261116.v8
        #                                                      ^^^^^^^^^^^ UnknownTag no tag 20261116.v8 for minimal
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
        "mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:20290101.v1",
        "alpine:20990101",
    ],
)
def test_known_tags_and_other_images_are_not_reported(reference: str) -> None:
    """The rule ignores listed tags, references with a digest, template tags, and images that were not listed."""
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
def test_an_old_or_incomplete_list_is_not_used(images: ImageIndex) -> None:
    """The rule is silent offline, and with an old or incomplete list."""
    assert findings_of(RULE, f"FROM {IMAGE}:20261116.v8\n", images=images) == []


def test_an_image_without_a_tag_is_left_to_another_rule() -> None:
    """UntaggedImage reports it."""
    assert findings_of(RULE, f"FROM {IMAGE}\n", images=LISTED) == []
    check_clean(f"FROM {IMAGE}:20261102.v1\n", images=LISTED)


def test_the_fixes_use_the_most_similar_and_the_newest_tag() -> None:
    """Equal tags are offered once; line ends and the stage name stay unchanged."""
    before, after = f"FROM {IMAGE}:20261102.v2 AS a\n", f"FROM {IMAGE}:20261102.v1 AS a\n"
    check_fix(RULE, before, after, "Replace with 20261102.v1", images=LISTED)
    check_fix(RULE, crlf(before), crlf(f"FROM {IMAGE}:20261116.v7 AS a\n"), "Replace with 20261116.v7", images=LISTED)
    (finding,) = findings_of(RULE, f"FROM {IMAGE}:20261116.v8\n", images=LISTED)
    assert [fix.title for fix in finding.fixes] == ["Replace with 20261116.v7"]


def test_a_tag_that_cannot_exist_is_reported_offline() -> None:
    """The form of the known tags shows the mistake."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:20240909.1
        #                                                       ^^^^^^^^^^ UnknownTag (did you mean 20240909.v1?)
        """,
    )
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:lastest
        #                                                      ^^^^^^^ UnknownTag (did you mean latest?)
        """,
    )
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:20991231.v1
        #                                                      ^^^^^^^^^^^ UnknownTag The date is far in the future
        """,
    )
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:20260230.v1
        #                                                      ^^^^^^^^^^^ UnknownTag 20260230 is not a date
        """,
    )


@pytest.mark.parametrize(
    "reference",
    [
        # A newer tag than the catalogue knows, and an old tag from a time with other forms.
        "openmpi4.1.0-ubuntu22.04:20270301.v12",
        "openmpi4.1.0-ubuntu22.04:20210210.1",
        "openmpi4.1.0-ubuntu22.04:20240909.31228572",
        "openmpi4.1.0-ubuntu22.04:stable",
        "openmpi4.1.0-ubuntu22.04:test",
        # The tags of these images have other forms, or are not known.
        "o16n-base/python-assets:20230401.1",
        "curated/sklearn-1.5:20240909.1",
        "tritonserver-inference:lastest",
    ],
)
def test_a_tag_that_may_exist_is_not_reported_offline(reference: str) -> None:
    """The catalogue does not know every tag."""
    check_rule(RULE, f"FROM mcr.microsoft.com/azureml/{reference}\n")


def test_the_fix_for_a_tag_that_cannot_exist() -> None:
    """The fixes are the tag that is meant, and the newest known one."""
    before = "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:20240909.1\n"
    check_fix(RULE, before, before.replace("0909.1", "0909.v1"), "Replace with 20240909.v1")
    check_fix(RULE, before, before.replace("20240909.1", "20260715.v1"), "Replace with 20260715.v1")
    before = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:Latest\n"
    check_fix(RULE, before, before.replace("Latest", "latest"), "Replace with latest")
