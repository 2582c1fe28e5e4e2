"""ParseError: BuildKit refuses to build the file."""

from __future__ import annotations

import pytest

from tests.annotated import apply_edits, check_clean, check_fix, check_rule, findings_of

RULE = "ParseError"


def test_a_comment_after_a_backslash() -> None:
    """The error on the line below names the backslash, and the fix moves the comment above the instruction."""
    before = r"""
        FROM python:3.12
        RUN pip install --no-cache-dir numpy \  # for the model
            pandas
        #   ^^^^^^ ParseError The line above does not continue, because a comment follows its \.
        """
    after = r"""
        FROM python:3.12
        # for the model
        RUN pip install --no-cache-dir numpy \
            pandas
        """

    [finding] = check_rule(RULE, before)
    check_fix(RULE, before, after)
    check_clean(after)
    assert [place.message for place in finding.related] == ["This comment ends the instruction."]


@pytest.mark.parametrize(
    "lines",
    [
        "RUN pip install numpy\npandas",
        "RUN pip install numpy # for the model\npandas",
        "RUN pip install numpy \\ # for the model\n\npandas",
        "RUN pip install numpy \\#\npandas",
    ],
)
def test_other_unknown_instructions(lines: str) -> None:
    """They have BuildKit's words alone."""
    [finding] = check_rule(RULE, f"FROM a\n{lines}\n" + "#^^^^^ ParseError unknown instruction: pandas\n")

    assert finding.message == "unknown instruction: pandas"


@pytest.mark.parametrize(
    ("above", "line", "title", "after"),
    [
        ("RUN apt-get update &&", "    apt-get install -y x", "Continue the line above with \\", " \\"),
        ("RUN a ||  ", "b c", "Continue the line above with \\", " \\"),
        ("RUN apt-get install -y", "    curl-dev vim", "Continue the line above with \\", " \\"),
        ("ENV A=1", "    B=2", "Continue the line above with \\", " \\"),
        ("RUN apt-get update", "    apt-get install -y x", "Continue the line above with && \\", " && \\"),
    ],
)
def test_a_line_that_continues_the_one_above(above: str, line: str, title: str, after: str) -> None:
    """The fix ends the line above with the escape character, with Windows' line ends too."""
    for newline in ("\n", "\r\n"):
        text = newline.join(["FROM ubuntu", above, line, ""])
        check_fix(RULE, text, newline.join(["FROM ubuntu", f"{above.rstrip()}{after}", line, ""]), title)


@pytest.mark.parametrize("above", ["ENV A=1", "LABEL a=b", "EXPOSE 80", "COPY a b"])
def test_no_fix_continues_a_line_into_another_error(above: str) -> None:
    """The line below must be valid as the end of the one above."""
    text = f"FROM a\n{above}\n    --x y\n" if above.startswith("COPY") else f"FROM a\n{above}\n    imagemagick\n"
    for finding in findings_of(RULE, text):
        for fix in finding.fixes:
            after = findings_of(RULE, apply_edits(text, fix.edits))
            assert len(after) < len(findings_of(RULE, text)), fix.title


def test_a_command_without_its_instruction() -> None:
    """It becomes a RUN, in the letter case of the file."""
    check_fix(RULE, "FROM a\n\npip install x\n", "FROM a\n\nRUN pip install x\n", "Insert RUN")
    check_fix(RULE, "from a\nrun x\npip install x\n", "from a\nrun x\nrun pip install x\n", "Insert run")


@pytest.mark.parametrize("text", ["FROM a\nRUN x\nRUM y\n", "FROM a\nRUN <<E\nE\n  pip x\n", "FROM a\n# b\nfoo x\n"])
def test_what_does_not_continue_the_line_above(text: str) -> None:
    """A misspelled instruction, a line after a heredoc, and a word that is no program."""
    titles = [fix.title for finding in findings_of(RULE, text) for fix in finding.fixes]
    assert [title for title in titles if title.startswith("Continue")] == []


def test_letters_in_the_wrong_order() -> None:
    """SA before the name of a stage is AS."""
    check_fix(RULE, "FROM alpine SA build\n", "FROM alpine AS build\n", "Change to AS build")
    check_fix(RULE, "from alpine  sa  b\n", "from alpine  as  b\n")
    assert [finding.fixes for finding in findings_of(RULE, "FROM alpine SA b c\nFROM a BY b\n")] == [(), ()]
