"""NoEmptyContinuation: a continued instruction contains an empty line."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule, findings_of

RULE = "NoEmptyContinuation"


def test_the_last_line_is_marked() -> None:
    """As in docker build --check, the last line of the instruction is marked, and the empty lines are related."""
    [finding] = check_rule(
        RULE,
        r"""
        FROM alpine
        RUN a && \\

            # why

            b \\
            c
        #   ^ NoEmptyContinuation Empty continuation line
        RUN a && \\
            # why
            b
        """.replace("\\\\", "\\"),
    )

    assert len(finding.related) == 2


def test_the_bodies_of_heredocs() -> None:
    """Empty lines in the body of a heredoc are text."""
    check_rule(RULE, "FROM alpine\nRUN <<EOF\na\n\nb\nEOF\n")


def test_at_the_end_of_the_file() -> None:
    """The last of the empty lines is marked where the file ends."""
    [finding] = findings_of(RULE, "FROM alpine\nRUN a \\\n\n\n")

    assert finding.span == (21, 22)


def test_the_fix() -> None:
    """The fix removes the empty lines, and nothing else."""
    before = "FROM alpine\r\nRUN a && \\\r\n  \r\n# why\r\n\r\n  b\r\n"

    check_fix(RULE, before, "FROM alpine\r\nRUN a && \\\r\n# why\r\n  b\r\n")
