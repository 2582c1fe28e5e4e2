"""UnknownCheck: a comment skips a check that does not exist."""

from __future__ import annotations

from azureml_dockerfile_ls.rules.manifest import NAMES
from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.rules.rule import ManifestRule
from tests.annotated import check_fix, check_rule, findings_of
from tests.images_used import FROM_INFERENCE

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


def test_a_rule_on_yaml_has_a_name() -> None:
    """It finds nothing in a Dockerfile, but its name is no mistake. hadolint does not know it."""
    manifest_rules = [rule.name for rule in RULES if isinstance(rule, ManifestRule)]
    assert list(NAMES) == manifest_rules
    for name in manifest_rules:
        assert findings_of(RULE, f"# check=skip={name}\n{FROM_INFERENCE}") == []
        assert len(findings_of(RULE, f"# hadolint ignore={name}\n{FROM_INFERENCE}")) == 1
