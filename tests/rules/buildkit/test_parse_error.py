"""ParseError: BuildKit refuses to build the file."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
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


def test_two_backslashes() -> None:
    """They continue no line. A text that was escaped for another language has them at all its lines."""
    before = r"""
        FROM python:3.12
        RUN apt-get update && \\
            apt-get install -y libgl1
        #   ^^^^^^^ ParseError The line above does not continue, because it ends with \\ instead of \.
        """
    after = r"""
        FROM python:3.12
        RUN apt-get update && \
            apt-get install -y libgl1
        """

    [finding] = check_rule(RULE, before)
    check_fix(RULE, before, after)
    check_clean(after)
    assert [place.message for place in finding.related] == ["This ends the instruction."]


@pytest.mark.parametrize("line", ["RUN a \\\\ b", "RUN a \\\\ # b", "RUN <<E \\\\\na\nE"])
def test_two_backslashes_elsewhere(line: str) -> None:
    """Within a line and above a heredoc they are not the cause."""
    messages = [finding.message for finding in findings_of(RULE, f"FROM a\n{line}\nfoo\n")]

    assert [message for message in messages if "instead of" in message] == []


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
    """A misspelled instruction, a line after a heredoc, and a word that is not a program."""
    titles = [fix.title for finding in findings_of(RULE, text) for fix in finding.fixes]
    assert [title for title in titles if title.startswith("Continue")] == []


def test_letters_in_the_wrong_order() -> None:
    """SA before the name of a stage is AS."""
    check_fix(RULE, "FROM alpine SA build\n", "FROM alpine AS build\n", "Change to AS build")
    check_fix(RULE, "from alpine  sa  b\n", "from alpine  as  b\n")
    assert [finding.fixes for finding in findings_of(RULE, "FROM alpine SA b c\nFROM a BY b\n")] == [(), ()]


# Triggers


@pytest.mark.parametrize(
    ("trigger", "message"),
    [
        (
            "COPY a",
            "COPY requires at least two arguments, but only one was provided. Destination could not be determined",
        ),
        ("COPPY a b", "unknown instruction: COPPY (did you mean COPY?)"),
        ("RUN --x a", "unknown flag: --x"),
        ("EXPOSE http", "invalid containerPort: http"),
        ('ENV A="b', 'failed to process "\\"b": unexpected end of statement while looking for matching double-quote'),
    ],
)
def test_a_trigger_that_fails_where_it_runs(trigger: str, message: str) -> None:
    """BuildKit builds the image, so this is a warning that says where the build stops."""
    [finding] = findings_of(RULE, f"FROM a\nONBUILD {trigger}\n")

    assert finding.severity is Severity.WARNING
    assert finding.message == f"The build of an image on this one stops here: {message}"


@pytest.mark.parametrize(
    ("trigger", "message"),
    [
        ("ENV A", "ENV must have two arguments"),
        ("CMD [1]", "when using JSON array syntax, arrays must be comprised of strings only"),
        ("LABEL a=b c", 'Syntax error - can\'t find = in "c". Must be of the form: name=value'),
        ("RUN <<EOF", "unterminated heredoc"),
        ("FROM a", "FROM isn't allowed as an ONBUILD trigger"),
    ],
)
def test_a_trigger_that_buildkit_cannot_read(trigger: str, message: str) -> None:
    """It stops the build of this file."""
    [finding] = findings_of(RULE, f"FROM a\nONBUILD {trigger}\n")

    assert (finding.severity, finding.message) == (Severity.ERROR, message)


def test_a_trigger_that_runs_in_the_same_file() -> None:
    """It is an error, where BuildKit reports it and where it is written."""
    found = check_rule(
        RULE,
        """
        FROM a AS base
        ONBUILD COPY b
        #            ^ ParseError COPY requires at least two arguments
        FROM base
        #    ^^^^ ParseError COPY requires at least two arguments
        FROM a
        COPY --from=base b c
        """,
    )

    assert [finding.severity for finding in found] == [Severity.ERROR, Severity.ERROR]
    assert [place.message for place in found[1].related] == ["This trigger runs here."]


# Other frontends


@pytest.mark.parametrize(
    "syntax",
    [
        "example.com/own/frontend:1",
        "devthefuture/dockerfile-x",
        "docker.io/crazymax/xgo",
    ],
)
def test_another_frontend_may_know_more(syntax: str) -> None:
    """Its instructions and flags are not reported; what no frontend of this form accepts is."""
    text = f"# syntax={syntax}\nFROM a\nINCLUDE+ b\nRUN --own c\nONBUILD INCLUDE b\nCOPY d\n"
    [finding] = findings_of(RULE, text)

    assert finding.message.startswith("COPY requires at least two arguments")


@pytest.mark.parametrize(
    "syntax",
    [
        "docker/dockerfile:1",
        "docker/dockerfile-upstream:master",
        "docker.io/docker/dockerfile",
        "mirror.example.com:5000/proxy/docker/dockerfile:1.7",
        "docker/dockerfile:1@sha256:0",
    ],
)
def test_dockers_own_frontend(syntax: str) -> None:
    """It has no instructions and flags but Docker's, from a mirror too."""
    found = findings_of(RULE, f"# syntax={syntax}\nFROM a\nINCLUDE+ b\nRUN --own c\n")

    assert [finding.message for finding in found] == ["unknown instruction: INCLUDE+", "unknown flag: --own"]
