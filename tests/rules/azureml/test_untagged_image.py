"""UntaggedImage: base images with neither tag nor digest."""

from __future__ import annotations

import pytest

from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "UntaggedImage"


def test_an_image_without_tag() -> None:
    """The name is marked; Docker would take `latest`."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UntaggedImage Docker takes latest
        """,
    )


def test_an_image_given_by_an_argument() -> None:
    """There is no tag to be seen in its value either."""
    [finding] = check_rule(
        RULE,
        """
        ARG BASE=mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04
        FROM $BASE
        #    ^^^^^ UntaggedImage openmpi4.1.0-ubuntu22.04
        """,
    )

    assert finding.fixes == ()


def test_every_stage() -> None:
    """Each FROM with an image of its own is looked at."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04 AS build
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UntaggedImage
        FROM mcr.microsoft.com/azureml/curated/sklearn-1.5
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UntaggedImage
        COPY --from=build /wheels /wheels
        """,
    )


@pytest.mark.parametrize(
    "image",
    [
        "minimal-py312-inference:latest",
        "minimal-py312-inference:20260715.v1",
        f"minimal-py312-inference@sha256:{'0' * 64}",
        "openmpi4.1.0-ubuntu22.04:{{latest-image-tag}}",
    ],
)
def test_a_tag_or_a_digest(image: str) -> None:
    """`latest` is what Microsoft recommends; a digest is even stricter; a template is filled in before the build."""
    check_rule(RULE, f"FROM mcr.microsoft.com/azureml/{image}\n")


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM python\n",
        "FROM mcr.microsoft.com/devcontainers/python\n",
        # One finding about an image is enough.
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04\n",
        "FROM mcr.microsoft.com/azureml/sklearn-1.5\n",
        "FROM python:3.12\nCOPY --from=mcr.microsoft.com/azureml/o16n-base/python-assets /artifacts /var/\n",
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:\n",
        "ARG TAG\nFROM mcr.microsoft.com/azureml/minimal-py312-inference:$TAG\n",
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base\nFROM base\n",
    ],
)
def test_images_that_are_none_of_its_business(fixture: str) -> None:
    """Other registries, retired and unknown images, `COPY --from`, a tag that is typed or not known, and stages."""
    check_rule(RULE, fixture)


def test_the_newest_tag_or_latest_is_added() -> None:
    """Both are offered, the newest first; alias and line ends stay."""
    before = crlf("""
        FROM --platform=linux/amd64 mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04 AS train
        RUN true
        """)

    check_fix(RULE, before, before.replace("22.04 ", "22.04:20260715.v1 "), "Add the tag 20260715.v1")
    check_fix(RULE, before, before.replace("22.04 ", "22.04:latest "), "Add the tag latest")


def test_only_tags_that_exist_are_offered() -> None:
    """An image for which no source knows `latest` gets its newest tag only."""
    [finding] = findings_of(RULE, "FROM mcr.microsoft.com/azureml/o16n-base/python-assets\n")

    assert [fix.title for fix in finding.fixes] == ["Add the tag 20250310.v1"]
