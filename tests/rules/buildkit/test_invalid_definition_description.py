"""InvalidDefinitionDescription: the comment above an ARG or FROM does not describe it."""

from __future__ import annotations

from tests.annotated import check_rule, findings_of

RULE = "InvalidDefinitionDescription"
EXPERIMENTAL = "# check=experimental=InvalidDefinitionDescription\n"


def test_comments_that_describe_something_else() -> None:
    """A comment begins with the name; empty lines do not separate it, and only its last line counts."""
    check_rule(
        RULE,
        """
        # check=experimental=all
        # a is the first stage.
        FROM alpine AS A
        # The port.
        ARG PORT
        #^^ InvalidDefinitionDescription Comment for ARG should follow the format: `# PORT <description>`
        # One
        # more

        ARG X=1 Y=2
        #^^ InvalidDefinitionDescription `# <arg_key> <description>`
        # Y is the second.
        ARG X=1 Y=2
        """,
    )


def test_other_comments() -> None:
    """An empty comment separates a comment from the instruction, and other instructions need no description."""
    check_rule(RULE, f"{EXPERIMENTAL}FROM alpine\n# A license\n#\nARG A\n# Why\nRUN a\n# A stage\nFROM alpine\n")


def test_a_check_comment_is_no_description() -> None:
    """The comment that skips a check is not reported itself, and the description may stand above it."""
    skip = "# check=skip=StageNameCasing\n"
    check_rule(RULE, f"{EXPERIMENTAL}{skip}FROM alpine AS A\n# PORT is the port.\n{skip}ARG PORT\n")
    assert len(findings_of(RULE, f"{EXPERIMENTAL}FROM alpine\n# Why\n{skip}ARG A\n")) == 1


def test_it_is_experimental() -> None:
    """The check runs only if the file asks for it."""
    assert findings_of(RULE, "FROM alpine\n# Why\nARG A\n") == []
    assert len(findings_of(RULE, f"{EXPERIMENTAL}FROM alpine\n# Why\nARG A\n")) == 1
