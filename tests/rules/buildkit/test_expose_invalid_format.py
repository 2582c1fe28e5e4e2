"""ExposeInvalidFormat: eXPOSE has an address or a port of the host."""

from __future__ import annotations

from tests.annotated import check_fix, check_rule

RULE = "ExposeInvalidFormat"


def test_ports_of_the_host() -> None:
    """An address and a port of the host are marked; a range is a port of the container."""
    check_rule(
        RULE,
        """
        FROM alpine
        EXPOSE 127.0.0.1:80:5001/tcp 80:5002 5003-5005
        #      ^^^^^^^^^^^^^^^^^^^^^ ExposeInvalidFormat found '127.0.0.1:80:5001/tcp'
        #                            ^^^^^^^ ExposeInvalidFormat
        """,
    )


def test_the_fix() -> None:
    """The fix keeps the port of the container."""
    check_fix(RULE, "FROM alpine\nEXPOSE 127.0.0.1:80:5001/tcp\n", "FROM alpine\nEXPOSE 5001/tcp\n")
