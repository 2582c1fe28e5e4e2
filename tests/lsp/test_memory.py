"""The memory of a server whose user types for hours, and how it ends."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import pytest

from tests.lsp.raw_client import REAL_SERVER, RawClient, change

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory of a process in /proc"),
]

URI = "untitled:Dockerfile"
MEGABYTE = 1 << 20
TEXTS = {
    "a RUN of 100 lines": "RUN "
    + "".join(f"apt-get install -y package-{n} --option={n} && \\\n    " for n in range(100))
    + "x",
    "a heredoc of 300 lines": "RUN <<EOF\n" + "".join(f"echo line {n} > /tmp/{n}\n" for n in range(300)) + "x\nEOF",
    "a megabyte of comments": "# comment\n" * 100_000 + "RUN x",
}


def megabytes(client: RawClient) -> float:
    """The resident memory of the server."""
    pages = int(Path(f"/proc/{client.process.pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / MEGABYTE


@pytest.mark.parametrize("name", TEXTS)
def test_typing_takes_no_memory(name: str) -> None:
    """What belonged to an earlier version is gone, so the memory stays, and the server ends at once."""
    text = f"FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n{TEXTS[name]}\n"
    line = text[: text.rindex("x")].count("\n")
    column = len(text[: text.rindex("x")].rpartition("\n")[2])
    edits = 40 if len(text) > MEGABYTE / 2 else 150
    with RawClient(REAL_SERVER, is_new=True) as client:
        client.initialize()
        client.open(URI, text)

        def type_letters(first: int) -> None:
            for version in range(first, first + edits):
                letter = "ab"[version % 2]
                client.send(change(URI, version, (line, column, line, column + 1, letter)))
                at = {"textDocument": {"uri": URI}, "position": {"line": line, "character": column}}
                client.request("textDocument/hover", at)

        type_letters(2)
        before = megabytes(client)
        type_letters(2 + edits)
        assert megabytes(client) - before < 25
        assert before < 250
        client.request("shutdown")
        taken, others = client.processor_seconds(), resource.getrusage(resource.RUSAGE_CHILDREN)
        client.notify("exit")
        assert client.exit_status() == 0
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = children.ru_utime + children.ru_stime - others.ru_utime - others.ru_stime
        assert spent - taken < 1
