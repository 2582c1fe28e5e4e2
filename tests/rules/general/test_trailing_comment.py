"""TrailingComment: a comment at the end of a line is read as part of the instruction."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "TrailingComment"


def test_copy() -> None:
    """A comment after COPY is reported, because Docker copies a file named `#`."""
    [finding] = check_rule(
        RULE,
        """
        FROM python:3.12
        COPY model /opt/model # the model
        #                     ^^^^^^^^^^^ TrailingComment COPY reads this comment as part of its arguments
        """,
    )

    assert finding.severity is Severity.ERROR


def test_every_instruction_that_docker_reads() -> None:
    """The rule examines every instruction with words, paths, variables or names."""
    check_rule(
        RULE,
        """
        ARG TAG=3.12 # the version
        #            ^^^^^^^^^^^^^ TrailingComment
        FROM python:3.12 AS build # the base
        #                         ^^^^^^^^^^ TrailingComment FROM reads
        ENV A=1 B=2 #two
        #           ^^^^ TrailingComment
        ENV PATH /opt/bin:$PATH # for conda
        #                       ^^^^^^^^^^^ TrailingComment
        LABEL a=b ## c
        #         ^^^^ TrailingComment
        EXPOSE 5001 #http
        #           ^^^^^ TrailingComment
        VOLUME /data # data
        #            ^^^^^^ TrailingComment
        COPY . . #all of it
        #        ^^^^^^^^^^ TrailingComment
        COPY requirements.txt /tmp/ #the packages
        #                           ^^^^^^^^^^^^^ TrailingComment
        WORKDIR /opt # here
        #            ^^^^^^ TrailingComment
        USER root # for apt
        #         ^^^^^^^^^ TrailingComment
        STOPSIGNAL SIGTERM # please
        #                  ^^^^^^^^ TrailingComment
        ADD ["a", "b"] # c
        #              ^^^ TrailingComment
        HEALTHCHECK NONE # c
        #                ^^^ TrailingComment
        MAINTAINER The Team # c
        #                   ^^^ TrailingComment
        ONBUILD COPY a b # c
        #                ^^^ TrailingComment COPY reads
        """,
    )


def test_the_exec_form() -> None:
    """A comment after the exec form is reported, because the shell then looks for a program named `[python`."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        RUN ["true"] # nothing
        #            ^^^^^^^^^ TrailingComment
        SHELL ["/bin/bash", "-c"] # bash
        #                         ^^^^^^ TrailingComment
        CMD [ "python", "app.py" ]   #app
        #                            ^^^^ TrailingComment
        ENTRYPOINT [ -f /a ] # a test of the shell
        """,
    )


def test_in_the_middle_of_an_instruction() -> None:
    """The finding ends with its line, and whole comment lines are correct."""
    [finding] = check_rule(
        RULE,
        r"""
        FROM python:3.12
        ENV A=1 \
            # a comment
            B=2 # two \
        #       ^^^^^^^ TrailingComment
            C=3
        """,
    )

    assert finding.fixes == ()


@pytest.mark.parametrize(
    "line",
    [
        "# COPY a b # c",
        "RUN true # c",
        "RUN true && \\\n    # c\n    true # d",
        "CMD python app.py # c",
        "ENTRYPOINT exec python # c",
        "HEALTHCHECK CMD curl localhost # c",
        "MAINTAINER Team #1",
        "ONBUILD RUN ls # c",
        'CMD ["python", "# c"]',
        "ENV COLOUR=#fff",
        "ENV COLOUR #fff",
        "ENV PROMPT \\w # ",
        "ENV TEXT=\"a # b\" OTHER='c # d'",
        'ENV TEXT "a # b"',
        'LABEL colour=#fff text="a # b"',
        "ARG COLOUR=#fff",
        "COPY a#b c",
        "COPY #a #b c/",
        "COPY . #a",
        "COPY --from=a /a #b",
        "VOLUME /a #b",
        "COPY a#  b#",
        'COPY ["a", "# b", "c/"]',
        "ADD https://example.org/a#main /a",
        "ADD https://example.org/a.git#main:folder /a",
        'WORKDIR "/a # b"',
        "COPY <<EOF /a\n# b # c\nEOF",
        "RUN <<EOF\na # b\nEOF",
    ],
)
def test_number_signs_that_mean_something(line: str) -> None:
    """The rule is silent for comments of the shell, colours, file names, URL fragments and quoted text."""
    check_rule(RULE, f"FROM python:3.12\n{line}\n")


def test_the_comment_moves_up() -> None:
    """The fix moves the comment below existing ones, and keeps indentation, letter case and line ends."""
    before = """
        FROM python:3.12
        # Files
          copy a b   # the file
        RUN true
        """
    after = """
        FROM python:3.12
        # Files
        # the file
          copy a b
        RUN true
        """

    check_fix(RULE, before, after, "Move the comment to the line above")
    check_fix(RULE, crlf(before), crlf(after))


def test_above_all_lines_of_the_instruction() -> None:
    """A comment on the last of several lines moves above the first line."""
    check_fix(
        RULE,
        r"""
        FROM python:3.12
        ENV A=1 \
            B=2 # two
        """,
        r"""
        FROM python:3.12
        # two
        ENV A=1 \
            B=2
        """,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM python:3.12 # base", "# base\nFROM python:3.12"),
        ("FROM python:3.12\nUSER root #apt", "FROM python:3.12\n#apt\nUSER root"),
        ('FROM python:3.12\nCMD ["a"] # b', 'FROM python:3.12\n# b\nCMD ["a"]'),
        ("FROM python:3.12\nENV A b # c", "FROM python:3.12\n# c\nENV A b"),
    ],
)
def test_the_last_line_of_a_file(before: str, after: str) -> None:
    """The fix adds no line end to a file without one."""
    check_fix(RULE, before, after)
    assert findings_of("ParseError", after) == []


@pytest.mark.parametrize("line", ["ARG A=b # c", "VOLUME /data # the data"])
def test_it_is_a_warning_if_the_build_continues(line: str) -> None:
    """The severity is a warning if BuildKit reads the words of the comment as more names."""
    assert [finding.severity for finding in findings_of(RULE, f"FROM a\n{line}\n")] == [Severity.WARNING]


@pytest.mark.parametrize("line", ["FROM a a # b", "FROM a\nCOPY b # c", "FROM a\nONBUILD COPY b # c"])
def test_the_fix_is_unsafe_if_the_rest_does_not_build(line: str) -> None:
    """Only a person knows what is missing there, so `--fix` leaves the comment."""
    [finding] = findings_of(RULE, line)

    assert [fix.is_safe for fix in finding.fixes] == [False]
