"""JSONArgsRecommended: cMD or ENTRYPOINT is in shell form."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule, findings_of

RULE = "JSONArgsRecommended"


def test_the_shell_form() -> None:
    """CMD and ENTRYPOINT in shell form are marked; other instructions have no choice."""
    check_rule(
        RULE,
        """
        FROM alpine
        CMD python app.py
        #   ^^^^^^^^^^^^^ JSONArgsRecommended JSON arguments recommended for CMD
        ENTRYPOINT ['a']
        #          ^^^^^ JSONArgsRecommended recommended for ENTRYPOINT
        HEALTHCHECK CMD python check.py
        RUN a
        """,
    )


def test_a_chosen_shell() -> None:
    """A SHELL, also one of a stage below, shows that the shell is wanted."""
    check_rule(
        RULE,
        """
        FROM alpine AS base
        SHELL ["/bin/bash", "-c"]
        CMD a
        FROM base
        ENTRYPOINT a
        """,
    )


def test_the_json_form() -> None:
    """An array is right."""
    check_rule(RULE, 'FROM alpine\nCMD ["a"]\nENTRYPOINT []\n')


def test_the_fix() -> None:
    """The words become an array if no shell is needed."""
    check_fix(RULE, "FROM alpine\nCMD python 'my app.py'\n", 'FROM alpine\nCMD ["python", "my app.py"]\n')
    [finding] = findings_of(RULE, "FROM alpine\nCMD python app.py && echo done\n")
    assert finding.fixes == ()


def test_no_command_at_all() -> None:
    """BuildKit takes an instruction without arguments for the shell form; there is nothing to convert."""
    [finding] = check_rule(RULE, "FROM alpine\nCMD\n#^^ JSONArgsRecommended JSON arguments recommended for CMD\n")
    assert finding.fixes == ()
