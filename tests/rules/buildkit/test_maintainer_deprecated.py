"""MaintainerDeprecated: mAINTAINER is deprecated."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule

RULE = "MaintainerDeprecated"


def test_the_keyword_is_marked() -> None:
    """MAINTAINER is deprecated."""
    check_rule(
        RULE,
        """
        FROM alpine
        MAINTAINER jane@example.com
        #^^^^^^^^^ MaintainerDeprecated Maintainer instruction is deprecated in favor of using label
        """.replace("#^^^^^^^^^ ", "#^^^^^^^^^ "),
    )


def test_the_fix() -> None:
    """The label has the text of MAINTAINER, whatever is in it."""
    before = 'FROM alpine\nMAINTAINER Jane "JD" $Doe\n'

    check_fix(RULE, before, 'FROM alpine\nLABEL org.opencontainers.image.authors="Jane \\"JD\\" \\$Doe"\n')
