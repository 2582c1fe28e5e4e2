"""Completion of flags and their values."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.completion import documentation
from azureml_dockerfile_ls.images.image_index import EMBEDDED
from tests.features.menus import check_completion, check_pick, check_silent, menu


def test_flags_are_offered_after_two_dashes() -> None:
    """A flag that takes a value ends with `=`; a boolean flag does not."""
    check_completion(
        "FROM ubuntu\nADD --$0 a b",
        "--chown=",
        "--chmod=",
        "--link",
        "--checksum=",
        "--keep-git-dir",
        "--unpack",
        "--exclude=",
    )
    check_completion("FROM --$0 ubuntu", "--platform=")
    check_completion("FROM ubuntu\nONBUILD RUN --net$0", "--network=")


def test_a_flag_is_offered_once_unless_it_may_be_repeated() -> None:
    """`--exclude` may be repeated; `--from` may not."""
    shown = menu("FROM ubuntu\nCOPY --from=x --exclude=y --$0 a b").in_vscode()
    assert "--from=" not in shown
    assert "--exclude=" in shown


@pytest.mark.parametrize(
    ("fixture", "label", "after"),
    [
        ("FROM ubuntu\nCOPY --fr$0 a b", "--from=", "FROM ubuntu\nCOPY --from= a b"),
        ("FROM ubuntu\nCOPY --fr$0om=x a b", "--from", "FROM ubuntu\nCOPY --from=x a b"),
        ("FROM ubuntu\nCOPY --$0=x a b", "--link", "FROM ubuntu\nCOPY --link=x a b"),
        ("FROM ubuntu\nCOPY --link=$0 a b", "false", "FROM ubuntu\nCOPY --link=false a b"),
        ("FROM ubuntu\nRUN --network=n$0one x", "host", "FROM ubuntu\nRUN --network=host x"),
        ("FROM ubuntu\nRUN --mount=type=s$0 x", "type=ssh", "FROM ubuntu\nRUN --mount=type=ssh x"),
        ("FROM --platform=linux/$0 ubuntu", "linux/arm64", "FROM --platform=linux/arm64 ubuntu"),
        ("FROM ubuntu\nCOPY \\\n  --ch$0 a b", "--chown=", "FROM ubuntu\nCOPY \\\n  --chown= a b"),
    ],
)
def test_flags_and_their_values_replace_only_themselves(fixture: str, label: str, after: str) -> None:
    """A value after the cursor stays when the name is completed."""
    check_pick(fixture, label, after)


def test_flags_without_known_values_offer_none() -> None:
    """An owner and an unknown flag have no known values."""
    check_silent("FROM ubuntu\nCOPY --chown=$0 a b")
    check_silent("FROM ubuntu\nCOPY --chwon=$0 a b")


@pytest.mark.parametrize(
    ("fixture", "label", "words"),
    [
        ("COPY --$0", "--parents", "Since version 1.20"),
        ("RUN --mount=$0", "type=cache", "package managers"),
        ("RUN --mount=type=cache,$0", "sharing=", "several builds"),
        ("LABEL $0", "org.opencontainers.image.licenses", "SPDX"),
    ],
)
def test_an_item_of_the_language_is_documented(fixture: str, label: str, words: str) -> None:
    """The text is shown beside the menu when the item is selected, so that no row is cut."""
    item = menu(f"FROM a\n{fixture}").item(label)
    assert item.detail == ""
    assert words in documentation(item.key, EMBEDDED)
