"""UnusedSuppression: a comment skips a check that finds nothing."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule

RULE = "UnusedSuppression"


def test_names_that_hide_nothing() -> None:
    """A name is marked if its check finds nothing where the comment applies."""
    check_rule(
        RULE,
        """
        # check=skip=MaintainerDeprecated,FromAsCasing
        #            ^^^^^^^^^^^^^^^^^^^^ UnusedSuppression MaintainerDeprecated finds nothing here
        FROM alpine as a
        # check=skip=WorkdirRelativePath
        #            ^^^^^^^^^^^^^^^^^^^ UnusedSuppression
        WORKDIR /app
        # check=skip=SecretsUsedInArgOrEnv
        ENV TOKEN=x
        """,
    )


def test_checks_that_depend_on_more_than_the_file() -> None:
    """The build context, the registry and the base image may make a difference elsewhere."""
    check_rule(
        RULE,
        """
        # check=skip=all
        FROM alpine
        # check=skip=CopyIgnoredFile
        COPY a b
        # check=skip=UndefinedVar
        ENV A=b
        """,
    )


def test_the_fix() -> None:
    """The fix removes the name, and the comment if it is the only one."""
    check_fix(RULE, "FROM alpine\n# check=skip=FromAsCasing\nRUN a\n", "FROM alpine\nRUN a\n")
    check_fix(
        RULE,
        "FROM alpine\n# check=skip=DL3025,FromAsCasing // a\nRUN a\n",
        "FROM alpine\n# check=skip=DL3025 // a\nRUN a\n",
    )
