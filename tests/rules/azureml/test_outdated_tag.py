"""OutdatedTag: dated tags of inference images that are six months older than the newest known tag."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from azureml_dockerfile_ls.images.image_index import EMBEDDED
from azureml_dockerfile_ls.images.tags import newest
from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "OutdatedTag"
IMAGE = "mcr.microsoft.com/azureml/inference-base-2204"


def newest_tag() -> str:
    """The newest tag of `IMAGE` in the catalogue."""
    image = EMBEDDED.find(IMAGE)
    tag = newest(image.tags) if image else None
    assert tag is not None
    return tag


def tag_before_the_newest(days: int) -> str:
    """A tag that is `days` older than the newest one."""
    last = newest_tag()
    built = date(int(last[:4]), int(last[4:6]), int(last[6:8])) - timedelta(days)
    return f"{built:%Y%m%d}.v1"


def test_an_old_tag() -> None:
    """The tag is marked."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/inference-base-2204:20231110.v1
        #                                                  ^^^^^^^^^^^ OutdatedTag more than six months older than
        """,
    )

    assert finding.severity is Severity.HINT
    assert newest_tag() in finding.message


def test_every_stage_is_checked() -> None:
    """Each FROM is checked, also with a platform."""
    check_rule(
        RULE,
        """
        FROM --platform=linux/amd64 mcr.microsoft.com/azureml/inference-base-2204:20240101.v2 AS a
        #                                                                         ^^^^^^^^^^^ OutdatedTag
        FROM a
        FROM mcr.microsoft.com/azureml/inference-base-cuda12.4-ubuntu22.04:20250101.v1
        #                                                                  ^^^^^^^^^^^ OutdatedTag
        """,
    )


def test_a_tag_from_an_argument_has_no_fix() -> None:
    """The whole reference is marked, and the ARG may have other uses."""
    [finding] = check_rule(
        RULE,
        """
        ARG TAG=20231110.v1
        FROM mcr.microsoft.com/azureml/inference-base-2204:${TAG}
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ OutdatedTag 20231110.v1
        """,
    )

    assert finding.fixes == ()


@pytest.mark.parametrize(("days", "is_outdated"), [(0, False), (30, False), (183, False), (184, True), (400, True)])
def test_the_age_limit(days: int, is_outdated: bool) -> None:
    """The limit is 183 days before the newest known tag, whatever the current date."""
    assert bool(findings_of(RULE, f"FROM {IMAGE}:{tag_before_the_newest(days)}\n")) is is_outdated


@pytest.mark.parametrize(
    "reference",
    [
        IMAGE,
        f"{IMAGE}:latest",
        f"{IMAGE}:{{{{latest-image-tag}}}}",
        f"{IMAGE}:29991231.v1",
        f"{IMAGE}:20239999.v1",
        f"{IMAGE}:20231110",
        f"{IMAGE}:3",
        f"{IMAGE}:$TAG",
        f"{IMAGE}:20231110.v1@sha256:{'0' * 64}",
        "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:20231110.v1",
        "mcr.microsoft.com/azureml/minimal-ubuntu20.04-py38-cpu-inference:20200101.v1",
        "mcr.microsoft.com/azureml/curated/minimal-py311-inference:1",
        "mcr.microsoft.com/azureml/no-such-inference:20200101.v1",
        "example.azurecr.io/azureml/inference-base-2204:20231110.v1",
        "$IMAGE:20231110.v1",
    ],
)
def test_other_references_are_not_reported(reference: str) -> None:
    """The rule ignores newer and floating tags, other formats, digests, and training, retired or unknown images."""
    check_rule(RULE, f"FROM {reference}\n")


def test_the_image_of_copy_is_not_reported() -> None:
    """Only base images are checked."""
    check_rule(RULE, f"FROM {IMAGE}:latest\nCOPY --from={IMAGE}:20231110.v1 /a /a\n")


def test_the_fix_uses_the_newest_tag() -> None:
    """The newest tag replaces the old one, and the rest stays unchanged."""
    before = f"from  {IMAGE}:20231110.v1  as base\nUSER root\n"
    after = before.replace("20231110.v1", newest_tag())

    check_fix(RULE, before, after, f"Replace with the newest tag, {newest_tag()}")
    check_fix(RULE, crlf(before), crlf(after))
