"""LegacyKeyValueFormat: eNV or LABEL separates the name from the value by a space."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule, findings_of

RULE = "LegacyKeyValueFormat"


def test_the_pair_is_marked() -> None:
    """ENV and LABEL are marked; an ARG has no such form."""
    check_rule(
        RULE,
        """
        FROM alpine
        ENV A b c
        #   ^^^^^ LegacyKeyValueFormat "ENV key=value" should be used instead of legacy "ENV key value" format
        LABEL a b
        #     ^^^ LegacyKeyValueFormat "LABEL key=value" should be used
        ENV A=b C="d e"
        ARG A
        """,
    )


def test_the_fix() -> None:
    """The value stays the same, in quotes if it needs them; otherwise there is no fix."""
    check_fix(RULE, "FROM alpine\nENV A b c\n", 'FROM alpine\nENV A="b c"\n')
    check_fix(RULE, "FROM alpine\nLABEL a b\n", "FROM alpine\nLABEL a=b\n")
    [finding] = findings_of(RULE, 'FROM alpine\nENV A b "c d"\n')
    assert finding.fixes == ()


def test_blanks_around_the_equals_sign() -> None:
    """BuildKit takes the `=` into the value, which nobody wants; the fix changes the value, so it is not a safe one."""
    check_fix(RULE, 'FROM alpine\nLABEL a    = "b c"\n', 'FROM alpine\nLABEL a="b c"\n')
    check_fix(RULE, "FROM alpine\nLABEL a = b c\n", 'FROM alpine\nLABEL a="b c"\n')
    check_fix(RULE, "FROM alpine\nENV A =b\n", "FROM alpine\nENV A=b\n")
    for line in ("ENV A = $A", "LABEL a = b"):
        [finding] = findings_of(RULE, f"FROM alpine\n{line}\n")
        assert [fix.is_safe for fix in finding.fixes] == [False]
    for line in ("LABEL a = b c = d", "LABEL a =", "ENV A = 'b"):
        assert [finding.fixes for finding in findings_of(RULE, f"FROM alpine\n{line}\n")] == [()]
