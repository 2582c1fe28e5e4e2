"""What the server logs: `--log-level`, and a line for a slow request."""

from __future__ import annotations

import re

import pytest

from tests.lsp.raw_client import REAL_SERVER, RawClient

LINES = 20_000
LINE = re.compile(r"INFO azureml_dockerfile_ls\.lsp\.watch: (.*) took (\d+) ms: (.*)")


def session(*arguments: str) -> str:
    """What the server prints in a session with one request, just after a long document was opened."""
    with RawClient([*REAL_SERVER, *arguments]) as client:
        client.initialize()
        client.open("untitled:Dockerfile", "FROM ubuntu\n" + "".join(f"ENV A{number}=1\n" for number in range(LINES)))
        client.request("textDocument/foldingRange", {"textDocument": {"uri": "untitled:Dockerfile"}})
        client.notification("textDocument/publishDiagnostics")
        client.request("shutdown")
        client.notify("exit")
        client.exit_status()
        return client.stderr()


@pytest.mark.slow
def test_a_slow_request_has_a_line_with_its_parts() -> None:
    """They add up to the whole time, and the analysis is one of them."""
    lines = {match[1]: match for match in map(LINE.fullmatch, session("--log-level=info").splitlines()) if match}
    method = "textDocument/foldingRange"
    assert method in lines
    parts = {part: int(milliseconds) for part, milliseconds in map(str.split, lines[method][3].split(", "))}
    assert list(parts) == ["reading", "answer", "analysis", "writing"]
    assert abs(sum(parts.values()) - int(lines[method][2])) <= len(parts)
    assert parts["analysis"] > parts["reading"]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("--log-level", "warning")])
def test_by_default_nothing_is_logged_but_faults(arguments: tuple[str, ...]) -> None:
    """Some editors show what a server prints as an error."""
    assert session(*arguments) == ""
