"""Completion of parser directives, and of rules in `# check=skip=`."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.completion import complete
from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import analyse
from tests.features.menus import check_completion, check_pick, check_silent, menu


def test_a_comment_at_the_top_can_become_a_directive() -> None:
    """The directives that the file does not have are offered after `#`."""
    check_completion("#$0", "syntax", "escape", "check")
    check_completion("# $0\nFROM ubuntu", "syntax", "escape", "check")
    check_completion("# syntax=docker/dockerfile:1\n# $0\nFROM ubuntu", "escape", "check")
    check_completion("\ufeff# e$0", "escape")


@pytest.mark.parametrize(
    ("fixture", "label", "after"),
    [
        ("#$0", "syntax", "# syntax=docker/dockerfile:1"),
        ("# $0\nFROM ubuntu", "check", "# check=skip=\nFROM ubuntu"),
        ("#sy$0", "syntax", "#syntax=docker/dockerfile:1"),
        ("# e$0=`\n", "escape", "# escape=`\n"),
        ("# escape=$0\n", "`", "# escape=`\n"),
        ("# syntax=doc$0ker/old\n", "docker/dockerfile:1", "# syntax=docker/dockerfile:1\n"),
        ("# check=$0", "error=true", "# check=error=true"),
        ("# check=skip=all;e$0", "experimental=", "# check=skip=all;experimental="),
        ("# check=skip=Un$0;error=true", "UntaggedImage", "# check=skip=UntaggedImage;error=true"),
        ("# check=skip=UnknownTag,Un$0 // why", "UntaggedImage", "# check=skip=UnknownTag,UntaggedImage // why"),
        ("# check=error=$0", "true", "# check=error=true"),
        ("FROM a\n  # check=skip=$0\nRUN x", "UnknownTag", "FROM a\n  # check=skip=UnknownTag\nRUN x"),
    ],
)
def test_a_directive_keeps_the_rest_of_the_line(fixture: str, label: str, after: str) -> None:
    """Names, options and values replace only themselves."""
    check_pick(fixture, label, after)


def test_every_rule_that_can_be_skipped_is_offered_once() -> None:
    """Errors that stop the build cannot be skipped, and a rule that is named already is not offered."""
    names = [rule.name for rule in RULES if rule.is_lint]
    check_completion("# check=skip=$0\nFROM a", "all", *names)
    assert "ParseError" not in names
    check_completion(f"# check=skip={names[0]},$0\nFROM a", *names[1:])


def test_an_option_of_check_is_offered_once() -> None:
    """`skip` is not offered again after `skip=…;`."""
    check_completion("# check=skip=all;$0\nFROM a", "error=true", "experimental=")


@pytest.mark.parametrize(
    "fixture",
    ["FROM a\n# $0", "# a comment\n# $0", "\n\n# $0", "# syntax $0", "# syntax=x\n# syntax$0", "FROM a\n# check$0"],
)
def test_no_directive_is_offered_where_none_is_read(fixture: str) -> None:
    """After the first line that is not a directive, BuildKit reads comments as comments."""
    check_silent(fixture)


def test_beside_another_server_the_rules_of_this_one_are_offered() -> None:
    """Without the general features, the directives are left to the other server."""
    settings = Settings(dockerfile_features=False)
    assert complete(analyse("# ", settings=settings), 2).items == ()
    text = "# check=skip="
    labels = [item.label for item in complete(analyse(text, settings=settings), len(text)).items]
    assert "RetiredImage" in labels
    assert "all" not in labels


def test_the_menu_of_directives_says_what_they_do() -> None:
    """The detail is a few words."""
    assert menu("#$0").item("escape").detail == "The character that escapes and that continues a line"


def test_enter_after_a_bare_comment_sign_ends_the_line() -> None:
    """The menu does not open by itself there, so that headers with empty lines can be written."""
    assert menu("#$0").by_itself() == []
    assert menu("# $0").by_itself() == []
    assert menu("# syntax=$0").by_itself()
