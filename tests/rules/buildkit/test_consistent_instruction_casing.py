"""ConsistentInstructionCasing: a keyword has another letter case than most keywords of the file."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule, findings_of

RULE = "ConsistentInstructionCasing"


def test_the_majority_is_upper_case() -> None:
    """Where as many keywords are upper as lower case, upper case is right."""
    check_rule(
        RULE,
        """
        arg GLOBAL
        FROM alpine
        run a
        #^^ ConsistentInstructionCasing Command 'run' should match the case of the command majority (uppercase)
        Run a
        #^^ ConsistentInstructionCasing
        CMD ["a"]
        """.replace("#^^", "^^^").replace("^^^ C", "#^^ C"),
    )


def test_the_majority_is_lower_case() -> None:
    """A keyword in capitals is marked where most are in lower case."""
    found = findings_of(RULE, "from alpine\nrun a\nRUN b\n")

    assert [finding.message for finding in found] == [
        "Command 'RUN' should match the case of the command majority (lowercase)"
    ]


def test_the_fix() -> None:
    """The fix changes the keyword."""
    check_fix(RULE, "FROM alpine\nRun a\nRUN b\n", "FROM alpine\nRUN a\nRUN b\n")


def test_a_consistent_file() -> None:
    """A file in one letter case is right, and an unknown instruction is another finding."""
    check_rule(RULE, "from alpine\nrun a\nonbuild run b\n")
    check_rule(RULE, "FROM alpine\nrnu a\n")
