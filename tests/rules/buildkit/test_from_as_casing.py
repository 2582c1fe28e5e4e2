"""FromAsCasing: the keywords FROM and AS have different letter cases."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule

RULE = "FromAsCasing"


def test_as_follows_from() -> None:
    """AS has the letter case of its FROM; a FROM in mixed case has a finding of another rule."""
    check_rule(
        RULE,
        """
        FROM alpine as a
        #           ^^ FromAsCasing 'as' and 'FROM' keywords' casing do not match
        from alpine AS b
        #           ^^ FromAsCasing 'AS' and 'from' keywords' casing do not match
        from alpine As c
        #           ^^ FromAsCasing
        From alpine As d
        from alpine as e
        FROM alpine AS f
        FROM alpine was g
        """,
    )


def test_the_fix() -> None:
    """The fix changes AS alone."""
    check_fix(RULE, "from alpine AS B # x\n", "from alpine as B # x\n")
