"""MultipleInstructionsDisallowed: a stage has more than one CMD, ENTRYPOINT or HEALTHCHECK."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule

RULE = "MultipleInstructionsDisallowed"


def test_the_earlier_ones_are_marked() -> None:
    """The last one of a stage has the effect; another stage has its own."""
    found = check_rule(
        RULE,
        """
        FROM alpine AS a
        CMD ["a"]
        #^^ MultipleInstructionsDisallowed Multiple cmd instructions should not be used in the same stage
        cmd ["b"]
        #^^ MultipleInstructionsDisallowed Multiple CMD instructions
        CMD ["c"]
        ENTRYPOINT ["d"]
        FROM a
        CMD ["e"]
        HEALTHCHECK NONE
        """,
    )

    assert {place.span.start for finding in found for place in finding.related} == {37}


def test_the_fix() -> None:
    """The fix removes the instruction without effect."""
    check_fix(RULE, 'FROM alpine\nCMD ["a"]\nCMD ["b"]\n', 'FROM alpine\nCMD ["b"]\n')
