"""IneffectiveSuppression: a comment tries to skip an error that stops the build, or BuildKit does not read it."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule

RULE = "IneffectiveSuppression"


def test_errors_cannot_be_skipped() -> None:
    """The build stops whatever the comment says."""
    before = """
        FROM alpine
        # check=skip=UndefinedVar,ParseError // later
        #                         ^^^^^^^^^^ IneffectiveSuppression ParseError stops the build
        RNU $A
        """

    check_rule(RULE, before)
    check_fix(RULE, before, "FROM alpine\n# check=skip=UndefinedVar // later\nRNU $A\n")


def test_comments_that_buildkit_does_not_read() -> None:
    """White space before it, a check comment above it, an empty comment or an unknown option are the reasons."""
    check_rule(
        RULE,
        """
        FROM alpine
          # check=skip=WorkdirRelativePath
        # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ IneffectiveSuppression Remove the white space
        WORKDIR a
        # check=skip=UndefinedVar

        # check=skip=SecretsUsedInArgOrEnv
        #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ IneffectiveSuppression only the first check comment
        ENV KEY=$A
        # check=slip=UndefinedVar
        #^^^^^^^^^^^^^^^^^^^^^^^^ IneffectiveSuppression does not know an option
        ENV C=$D
        # check=skip=UndefinedVar
        #^^^^^^^^^^^^^^^^^^^^^^^^ IneffectiveSuppression An empty comment separates
        #
        ENV E=$F
        """,
    )


def test_the_fix() -> None:
    """The fix removes the white space."""
    check_fix(
        RULE,
        "FROM alpine\n  # check=skip=WorkdirRelativePath\nWORKDIR a\n",
        "FROM alpine\n# check=skip=WorkdirRelativePath\nWORKDIR a\n",
    )


def test_comments_that_are_read() -> None:
    """A comment that is not about checks, or about no instruction, is left alone."""
    check_rule(RULE, "FROM alpine\n# check the path\nWORKDIR a\n# check=skip=x\n")
