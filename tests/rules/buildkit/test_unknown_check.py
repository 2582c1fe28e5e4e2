"""UnknownCheck: a comment skips a check that does not exist."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule

RULE = "UnknownCheck"


def test_names_that_do_not_exist() -> None:
    """The name is marked in the directive and above an instruction; names of other linters are left alone."""
    check_rule(
        RULE,
        """
        # check=skip=UndefinedVars,DL3008
        #            ^^^^^^^^^^^^^ UnknownCheck Did you mean UndefinedVar?
        FROM alpine
        # check=skip=workdirrelativepath
        #            ^^^^^^^^^^^^^^^^^^^ UnknownCheck Did you mean WorkdirRelativePath?
        WORKDIR app
        """,
    )


def test_the_fixes() -> None:
    """One fix takes the right name, the other one removes the name, and the comment if it is the only one."""
    before = "FROM alpine\n# check=skip=Undefinedvar\nENV A=$B\n"

    check_fix(RULE, before, "FROM alpine\n# check=skip=UndefinedVar\nENV A=$B\n")
    check_fix(RULE, before, "FROM alpine\nENV A=$B\n", "Remove Undefinedvar")


def test_a_rule_of_ours_in_a_comment_of_hadolint() -> None:
    """hadolint does not know it, and reads nothing of the comment then."""
    check_rule(
        RULE,
        """
        FROM alpine
        # hadolint ignore=DL3008,UndefinedVar # why
        #                        ^^^^^^^^^^^^ UnknownCheck Use # check=skip=UndefinedVar.
        ENV A=$B
        # hadolint ignore=DL3008,SC2086
        ENV A=$B
        """,
    )
