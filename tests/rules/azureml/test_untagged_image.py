"""UntaggedImage: base images with neither a tag nor a digest."""

from __future__ import annotations

import pytest

from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "UntaggedImage"


def test_an_image_without_a_tag() -> None:
    """The name is marked, because Docker uses `latest`."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UntaggedImage Docker uses latest
        """,
    )


def test_an_image_from_an_argument_has_no_fix() -> None:
    """The value of the ARG has no tag either."""
    [finding] = check_rule(
        RULE,
        """
        ARG BASE=mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04
        FROM $BASE
        #    ^^^^^ UntaggedImage openmpi4.1.0-ubuntu22.04
        """,
    )

    assert finding.fixes == ()


def test_every_stage_is_checked() -> None:
    """Each FROM that names an image is checked."""
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
def test_a_tag_or_a_digest_is_not_reported(image: str) -> None:
    """Microsoft recommends `latest`, a digest is stricter, and a template is filled in before the build."""
    check_rule(RULE, f"FROM mcr.microsoft.com/azureml/{image}\n")


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM python\n",
        "FROM mcr.microsoft.com/devcontainers/python\n",
        # Another rule reports these images.
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04\n",
        "FROM mcr.microsoft.com/azureml/sklearn-1.5\n",
        "FROM python:3.12\nCOPY --from=mcr.microsoft.com/azureml/o16n-base/python-assets /artifacts /var/\n",
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:\n",
        "ARG TAG\nFROM mcr.microsoft.com/azureml/minimal-py312-inference:$TAG\n",
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base\nFROM base\n",
    ],
)
def test_other_images_are_not_reported(fixture: str) -> None:
    """The rule ignores other registries, retired and unknown images, `COPY --from`, unknown tags, and stages."""
    check_rule(RULE, fixture)


def test_the_fixes_add_the_newest_tag_or_latest() -> None:
    """The newest tag is offered first; the alias and the line ends stay unchanged."""
    before = crlf("""
        FROM --platform=linux/amd64 mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04 AS train
        RUN true
        """)

    check_fix(RULE, before, before.replace("22.04 ", "22.04:20260715.v1 "), "Add the tag 20260715.v1")
    check_fix(RULE, before, before.replace("22.04 ", "22.04:latest "), "Add the tag latest")


def test_only_tags_that_exist_are_offered() -> None:
    """An image without a known `latest` is only offered its newest tag."""
    [finding] = findings_of(RULE, "FROM mcr.microsoft.com/azureml/o16n-base/python-assets\n")

    assert [fix.title for fix in finding.fixes] == ["Add the tag 20250310.v1"]


def test_an_acpt_image() -> None:
    """An ACPT image is reported like its siblings, whether or not the catalogue has it."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/aifx/acpt/stable-ubuntu2004-cu118-py310-torch222
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UntaggedImage torch222 has no tag
        FROM mcr.microsoft.com/aifx/acpt/stable-ubuntu2404-cu130-py312-torch290
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UntaggedImage torch290 has no tag
        """,
    )


def test_an_image_without_known_tags() -> None:
    """The fix writes `latest`, which Docker uses anyway."""
    before = "FROM mcr.microsoft.com/azureml/tritonserver-inference\n"

    check_fix(RULE, before, before.replace("-inference", "-inference:latest"), "Add the tag latest")
