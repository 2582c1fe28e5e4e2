"""ExposeProtoCasing: eXPOSE has a protocol in capital letters."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule

RULE = "ExposeProtoCasing"


def test_protocols_in_capitals() -> None:
    """The word is marked, also where a variable holds the port."""
    check_rule(
        RULE,
        """
        FROM alpine
        ENV PORT=81/TCP
        EXPOSE 80/TCP $PORT 82/tcp 83
        #      ^^^^^^ ExposeProtoCasing Defined protocol '80/TCP' in EXPOSE instruction should be lowercase
        #             ^^^^^ ExposeProtoCasing '81/TCP'
        """,
    )


def test_the_fix() -> None:
    """The fix changes the protocol."""
    check_fix(RULE, "FROM alpine\nEXPOSE 80/Udp 81\n", "FROM alpine\nEXPOSE 80/udp 81\n")
