"""What an editor shows between the words of a Dockerfile."""

from __future__ import annotations

import time

import pytest

from azureml_dockerfile_ls.features.inlay_hints import inlay_hints
from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.images.responses import Listing
from azureml_dockerfile_ls.images.tags import newest
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import Span
from tests.annotated import dockerfile

BASE = "mcr.microsoft.com/azureml"
IMAGE = f"{BASE}/minimal-py312-inference"
TRAINING_IMAGE = f"{BASE}/openmpi4.1.0-ubuntu22.04"


def newest_tag(repository: str) -> str:
    """The newest tag that the catalogue knows."""
    image = EMBEDDED.find(repository)
    tag = newest(image.tags) if image else None
    assert tag
    return tag


NEWEST = newest_tag(IMAGE)
ANY = "minimal-py312-inference:{{latest-image-tag}}"
TEMPLATED = "minimal-py312-inference:{{latest-image-tag:\\d{8}\\.v.*}}"


def check_hints(
    fixture: str, shown: str, *, tags: bool = True, users: bool = True, images: ImageIndex = EMBEDDED
) -> None:
    """The file with the hints in `‹…›`, as an editor shows it, is `shown`."""
    text = dockerfile(fixture)
    result = text
    snapshot = analyse(text, settings=Settings(inlay_hint_tags=tags, inlay_hint_users=users), images=images)
    for hint in reversed(inlay_hints(snapshot, Span(0, len(text)))):
        assert hint.tooltip.endswith(".")
        result = f"{result[: hint.offset]}‹{hint.label}›{result[hint.offset :]}"
    assert result == dockerfile(shown)


# Tags


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"FROM {IMAGE}:latest AS x", f"FROM {IMAGE}:latest‹newest known: {NEWEST}› AS x"),
        (f"FROM {IMAGE}", f"FROM {IMAGE}‹newest known: {NEWEST}›"),
        (f"ARG A={BASE}\nFROM $A/{ANY}", f"ARG A={BASE}\nFROM $A/{ANY}‹newest known: {NEWEST}›"),
        (f"ARG A={BASE}\nFROM $A/{TEMPLATED}", f"ARG A={BASE}\nFROM $A/{TEMPLATED}‹newest known: {NEWEST}›"),
        (f"ARG TAG=latest\nFROM {IMAGE}:$TAG", f"ARG TAG=latest\nFROM {IMAGE}:$TAG‹newest known: {NEWEST}›"),
        (f"ARG B={IMAGE}\nFROM $B AS x", f"ARG B={IMAGE}\nFROM $B‹newest known: {NEWEST}› AS x"),
        (
            f"FROM a\nCOPY --from={IMAGE}:latest \\\n /a /b",
            f"FROM a\nCOPY --from={IMAGE}:latest‹newest known: {NEWEST}› \\\n /a /b",
        ),
    ],
)
def test_a_tag_that_moves_shows_what_it_stands_for(written: str, shown: str) -> None:
    """`latest`, no tag, and templates, as far as the catalogue knows."""
    check_hints(written, shown, users=False)


@pytest.mark.parametrize(
    "written",
    [
        f"FROM {IMAGE}:{NEWEST}",
        f"FROM {IMAGE}:latest@sha256:{'0' * 64}",
        f"FROM {IMAGE}:{{{{latest-image-tag:biweekly.*}}}}",
        f"FROM {IMAGE}:{{{{latest-image-tag:(a+)+$}}}}",
        f"FROM {BASE}/no-such-image:latest",
        "FROM ubuntu:latest",
        "FROM ubuntu AS x\nFROM x",
        f"ARG TAG\nFROM {IMAGE}:$TAG",
    ],
)
def test_other_tags_show_nothing(written: str) -> None:
    """A tag that says all, a digest, an image or a tag that the catalogue does not know, a stage."""
    check_hints(written, written, users=False)


def test_a_complete_list_of_the_registry_is_certain() -> None:
    """The hint is an equation if the registry listed all tags, and says what is known if it listed only some."""
    text = f"FROM {IMAGE}:latest\n"
    for is_complete, label in ((True, "= 20261116.v7"), (False, "newest known: 20261116.v7")):
        images = ImageIndex({IMAGE: Listing(("latest", "20261116.v7"), is_complete=is_complete)})
        check_hints(text, f"FROM {IMAGE}:latest‹{label}›\n", users=False, images=images)


def test_hostile_templates_take_no_second() -> None:
    """Two hundred hostile templates take less than a second of the processor."""
    hostile = f"{BASE}/curated/acft-hf-nlp-gpu:{{{{latest-image-tag:{'.*' * 127}}}}}"
    text = f"FROM {hostile}\n" * 100 + f"FROM {IMAGE}:{{{{latest-image-tag:(a+)+$}}}}\n" * 100
    snapshot = analyse(text)
    start = time.process_time()
    inlay_hints(snapshot, Span(0, len(text)))
    assert time.process_time() - start < 1


# Users


def test_the_user_is_shown_where_a_stage_runs_commands_as_another_than_root() -> None:
    """A reader would expect root; what USER says, and root itself, need no hint."""
    check_hints(
        f"""
        FROM {IMAGE} AS base
        RUN x
        USER root:root
        RUN x
        USER dockeruser
        FROM {TRAINING_IMAGE}
        RUN x
        FROM {IMAGE} AS switched
        USER root
        RUN x
        FROM {IMAGE} AS files
        COPY a b
        FROM base AS own
        RUN x
        """,
        f"""
        FROM {IMAGE} AS base‹user: dockeruser›
        RUN x
        USER root:root
        RUN x
        USER dockeruser
        FROM {TRAINING_IMAGE}
        RUN x
        FROM {IMAGE} AS switched
        USER root
        RUN x
        FROM {IMAGE} AS files
        COPY a b
        FROM base AS own‹user: dockeruser›
        RUN x
        """,
        tags=False,
    )


def test_a_variable_shows_its_user() -> None:
    """Where its value is known."""
    check_hints("FROM ubuntu\nUSER ann\nARG U\nUSER $U\n", "FROM ubuntu\nUSER ann\nARG U\nUSER $U\n")
    check_hints("FROM ubuntu\nARG U=ann\nUSER $U\n", "FROM ubuntu\nARG U=ann\nUSER $U‹user: ann›\n")


def test_a_hint_stands_behind_the_last_line() -> None:
    """Of an instruction over several lines, before white space."""
    check_hints(
        f"FROM {IMAGE}:1 \\\n  AS x  \r\nRUN y\r\n", f"FROM {IMAGE}:1 \\\n  AS x‹user: dockeruser›  \r\nRUN y\r\n"
    )


def test_a_hint_does_not_push_its_line_out_of_the_window() -> None:
    """The user is left out beside a tag, but is in the tooltip; a long line has no hint at all."""
    text = f"FROM {IMAGE}:latest\nRUN x\n"
    check_hints(text, f"FROM {IMAGE}:latest‹newest known: {NEWEST}›\nRUN x\n")
    (hint,) = inlay_hints(analyse(text), Span(0, len(text)))
    assert "`dockeruser`" in hint.tooltip
    check_hints(f"FROM {IMAGE}:1 AS {'x' * 50}\nRUN x\n", f"FROM {IMAGE}:1 AS {'x' * 50}\nRUN x\n")


# What is asked for


def test_each_kind_can_be_left_out() -> None:
    """By the settings."""
    text = f"ARG I={IMAGE}\nFROM $I:latest\nRUN x\n"
    both = f"ARG I={IMAGE}\nFROM $I:latest‹newest known: {NEWEST}, user: dockeruser›\nRUN x\n"
    check_hints(text, both)
    check_hints(text, text, tags=False, users=False)


def test_only_the_hints_of_the_range_are_given() -> None:
    """An editor asks for what is on the screen."""
    text = f"FROM {IMAGE}:1\nRUN x\nARG U=root\nUSER $U\n"
    last = text.index("USER $U")
    found = inlay_hints(analyse(text), Span(last, last + 7))
    assert [hint.label for hint in found] == ["user: root"]
