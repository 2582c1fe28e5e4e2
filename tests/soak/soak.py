"""Hours of typing in four documents, with a registry that answers and fails: what the server takes must stay the same.

A user types a phrase letter by letter and deletes it again, in one document after another. After each key the editor
asks something, so that each version is analysed. The memory, the files and the threads of the server are read in
between, and the last quarter of the time is compared with the second one: the first fills what is kept on purpose.
"""

from __future__ import annotations

import json
import os
import random
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.images.fault_server import (
    Fault,
    FaultServer,
    Request,
    answer,
    captive_portal,
    half_body,
    running_fault_server,
    xml_not_found,
)
from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient, change
from tests.lsp.requests import FORMATTING

BASE = "mcr.microsoft.com/azureml"
FROM = f"FROM {BASE}/minimal-py312-inference:latest\n"
MANIFEST = "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nname: e\n"
DOCUMENTS: dict[str, tuple[str, str]] = {
    "many/Dockerfile": ("dockerfile", FROM + "".join(f"RUN echo {n} > /srv/{n}\n" for n in range(200))),
    "long/Dockerfile": (
        "dockerfile",
        f"{FROM}USER root\n"
        + f"RUN apt-get update && \\\n{'    apt-get install -y curl && ' + chr(92) + chr(10)}" * 100
        + "    true\n",
    ),
    "heredoc/Dockerfile": (
        "dockerfile",
        FROM + "RUN <<EOF\n" + "".join(f"pip install 'package{n}>=1'\n" for n in range(200)) + "EOF\n",
    ),
    "env.yml": (
        "yaml",
        f"{MANIFEST}image: {BASE}/openmpi4.1.0-ubuntu22.04\nconda_file:\n  dependencies:\n"
        + "".join(f"  - package{n}=1.{n}\n" for n in range(60)),
    ),
}
PHRASES = (
    "RUN pip install azure-ai-ml==1.2",
    "COPY --from=build /srv $HOME/x",
    "ENV AZUREML_ENTRY_SCRIPT=score.py",
    f"FROM {BASE}/curated/sklearn-1.5:",
    "apt-get install -y 'git' && echo \"é😀\"",
    "image: mcr.microsoft.com/azureml/x:1",
    "  - pip: [torch>=2]",
)
SAMPLES = 200
"""How often the server is looked at."""


class Sample(NamedTuple):
    """What a process has: kilobytes of memory, open files and threads."""

    memory: int
    files: int
    threads: int


def sample(pid: int) -> Sample:
    """What a process has now, as Linux tells."""
    folder = Path(f"/proc/{pid}")
    memory = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("VmRSS:"))
    return Sample(int(memory.split()[1]), len(os.listdir(folder / "fd")), len(os.listdir(folder / "task")))


@dataclass(frozen=True)
class Report:
    """The samples of a run, in the order of the time."""

    samples: list[Sample]
    edits: int
    requests: int
    registry_requests: int

    def quarter(self, number: int) -> list[Sample]:
        """The samples of a quarter of the time; the first is 1."""
        size = len(self.samples) // 4
        return self.samples[(number - 1) * size : number * size]

    @property
    def growth(self) -> float:
        """The memory of the last quarter as a multiple of that of the second one, by their medians."""
        second, last = (median(each.memory for each in self.quarter(number)) for number in (2, 4))
        return last / second

    def most(self, number: int) -> tuple[int, int]:
        """The most open files and threads of a quarter."""
        return max(each.files for each in self.quarter(number)), max(each.threads for each in self.quarter(number))

    def __str__(self) -> str:
        lines = [
            f"{self.edits} edits, {self.requests} requests, {self.registry_requests} requests to the registry",
            "quarter  memory, median of MB  files, most  threads, most",
        ]
        for number in (1, 2, 3, 4):
            memory = median(each.memory for each in self.quarter(number)) / 1024
            files, threads = self.most(number)
            lines.append(f"{number:>7}  {memory:>20.1f}  {files:>11}  {threads:>13}")
        return "\n".join([*lines, f"last quarter / second: {self.growth:.3f}"])


def moody() -> Fault:
    """A registry that answers properly, and fails in another way, in turns of 20 requests."""
    tags = json.dumps({"name": "x", "tags": ["latest", *(f"202611{day:02}.v1" for day in range(1, 31))]}).encode()
    count = 0

    def well(request: Request, connection: socket.socket) -> None:
        if request.path.endswith("/tags/list"):
            answer(connection, 200, tags, "Content-Type: application/json")
        else:
            xml_not_found(request, connection)

    moods: tuple[Fault, ...] = (well, captive_portal, well, half_body, well, xml_not_found)

    def respond(request: Request, connection: socket.socket) -> None:
        nonlocal count
        count += 1
        moods[count // 20 % len(moods)](request, connection)

    return respond


def questions(uri: str, line: int, character: int, end: int) -> list[tuple[str, Json]]:
    """What an editor asks while a user types."""
    document = {"textDocument": {"uri": uri}}
    here = {"line": line, "character": character}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": end, "character": 0}}
    return [
        ("textDocument/completion", {**document, "position": here}),
        (
            "textDocument/codeAction",
            {**document, "range": {"start": here, "end": here}, "context": {"diagnostics": []}},
        ),
        ("textDocument/semanticTokens/full", document),
        ("textDocument/hover", {**document, "position": here}),
        ("textDocument/documentSymbol", document),
        ("textDocument/signatureHelp", {**document, "position": here}),
        ("textDocument/inlayHint", {**document, "range": whole}),
        ("textDocument/foldingRange", document),
        ("textDocument/diagnostic", document),
        ("textDocument/documentLink", document),
        ("textDocument/formatting", {**document, "options": FORMATTING}),
        ("textDocument/definition", {**document, "position": here}),
    ]


class Key(NamedTuple):
    """A key that is pressed: the document, the line, the columns that it replaces, and the text that it types."""

    name: str
    line: int
    start: int
    end: int
    text: str


def keys(chance: random.Random) -> Iterator[Key]:
    """The keys that are pressed, without an end."""
    while True:
        name = chance.choice(list(DOCUMENTS))
        lines = DOCUMENTS[name][1].split("\n")
        line, phrase = chance.randrange(len(lines)), chance.choice(PHRASES)
        start = len(lines[line])
        widths = [len(character.encode("utf-16-le")) // 2 for character in phrase]
        column = start
        for character, width in zip(phrase, widths, strict=True):
            yield Key(name, line, column, column, character)
            column += width
        for width in reversed(widths):
            yield Key(name, line, column - width, column, "")
            column -= width


def soak(folder: Path, edits: int, seed: int = 1) -> Report:
    """Type so many keys, and look at the server in between. The server may log nothing that is wrong in it."""
    chance = random.Random(seed)
    with running_fault_server(moody()) as registry, RawClient(REAL_SERVER, is_new=True) as client:
        uris = _begin(client, registry, folder)
        pressed = keys(chance)
        versions = dict.fromkeys(DOCUMENTS, 1)
        samples = []
        for number in range(edits):
            name, line, start, end, text = next(pressed)
            versions[name] += 1
            client.send(change(uris[name], versions[name], (line, start, line, end, text)))
            asked = questions(uris[name], line, start + len(text), DOCUMENTS[name][1].count("\n"))
            client.request(*asked[number % len(asked)])
            if number % (edits // SAMPLES) == 0:
                samples.append(sample(client.process.pid))
                client.notifications.clear()
                _visit(client, uris, len(samples))
        logged = client.stderr()
        assert "Traceback" not in logged, logged
        return Report(samples, edits, edits, len(registry.requests))


def _begin(client: RawClient, registry: FaultServer, folder: Path) -> dict[str, str]:
    """Connect, and open the documents; gives their URIs."""
    settings = {"registry": {"enabled": True, "urls": {"mcr.microsoft.com": registry.url}, "maxAgeHours": 0}}
    workspace = {**VS_CODE["workspace"], "configuration": False}
    client.initialize(root=folder.as_uri(), options=settings, **{**VS_CODE, "workspace": workspace})
    uris = {}
    for name, (language, text) in DOCUMENTS.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        uris[name] = path.as_uri()
        client.open(uris[name], text, language=language)
    return uris


def _visit(client: RawClient, uris: dict[str, str], number: int) -> None:
    """Save a document, and look at another one with images of its own, about which the registry is asked."""
    uri = list(uris.values())[number % len(uris)]
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    other = f"{uri}.other"
    client.open(other, "".join(f"FROM {BASE}/x{(number + n) % 50}:{n}\n" for n in range(3)))
    client.request("textDocument/hover", {"textDocument": {"uri": other}, "position": {"line": 0, "character": 30}})
    client.notify("textDocument/didClose", {"textDocument": {"uri": other}})
