"""How fast the server is, beside another Dockerfile server when there is one.

    python tests/bench/bench.py                              this server, and docker-langserver if it is on the PATH
    python tests/bench/bench.py --peer "COMMAND ARGUMENT…"   this server, and that one
    python tests/bench/bench.py --profile-parses             how many instructions one edit makes the server parse

Both servers are real processes, spoken to over stdio. They take turns, measurement by measurement, so that a busy
machine is unfair to neither. The documents are made here: stages of 16 lines, of which no two are the same. An edit
changes one word of the line in the middle, and is done when the diagnostics name the new word.
Needs nothing but Python and the installed server. docker-langserver is npm's dockerfile-language-server-nodejs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import queue
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Message = dict[str, Any]

STAGE = """\
# Service {n}: its own dependencies on the common base
FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:20260715.v{n} AS service{n}
ARG REVISION_{n}=1.{n}
ENV SERVICE_{n}_HOME=/srv/service{n} \\
    SERVICE_{n}_WORKERS={n}
WORKDIR /srv/service{n}
RUN apt-get update && \\
    apt-get install -y --no-install-recommends libservice{n}-dev && \\
    rm -rf /var/lib/apt/lists/*
COPY requirements-{n}.txt /tmp/requirements-{n}.txt
RUN pip install --no-cache-dir -r /tmp/requirements-{n}.txt
COPY --chown=1000:1000 src/service{n} ./src
LABEL com.example.service{n}.revision="${{REVISION_{n}}}"
EXPOSE {port}
HEALTHCHECK --interval=30s CMD curl -f http://localhost:{port}/ || exit 1
CMD ["python", "-m", "service{n}", "--workers", "{n}"]
"""
STAGE_LINES = STAGE.count("\n")
WORKDIR_LINE, LABEL_LINE = 5, 12


def document(lines: int) -> str:
    """A Dockerfile of that many lines, rounded down to whole stages."""
    return "".join(STAGE.format(n=n, port=8000 + n) for n in range(1, lines // STAGE_LINES + 1))


def middle(lines: int) -> int:
    """The first line, counted from 0, of the stage in the middle of `document(lines)`."""
    return (lines // STAGE_LINES) // 2 * STAGE_LINES


class Server:
    """A language server in a process of its own, and the editor's side of the conversation."""

    def __init__(self, command: list[str], folder: Path) -> None:
        """Start the process and say hello; `start_seconds` is the time from its start to the answer to `initialize`."""
        self.folder = folder
        self._ids = 0
        self._versions: dict[str, int] = {}
        self._words: dict[str, str] = {}
        self._inbox: queue.Queue[tuple[float, Message | None]] = queue.Queue()
        self._last_arrival = 0.0
        started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
        )
        threading.Thread(target=self._read, daemon=True).start()
        parameters = {
            "processId": os.getpid(),
            "rootUri": folder.as_uri(),
            "workspaceFolders": [{"uri": folder.as_uri(), "name": "bench"}],
            "capabilities": {
                "textDocument": {
                    "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
                    "hover": {"contentFormat": ["markdown"]},
                    "publishDiagnostics": {"versionSupport": True},
                }
            },
        }
        self._request("initialize", parameters)
        self.start_seconds = self._last_arrival - started
        self._notify("initialized", {})

    def open(self, lines: int) -> None:
        """Open `document(lines)` and wait for its first diagnostics."""
        uri = self._uri(lines)
        item = {"uri": uri, "languageId": "dockerfile", "version": 1, "text": document(lines)}
        self._versions[uri], self._words[uri] = 1, "LABEL"
        self._notify("textDocument/didOpen", {"textDocument": item})
        self._await_diagnostics(uri, "")

    def edit(self, lines: int) -> float:
        """Seconds from an edit of the line in the middle to the diagnostics that know of it."""
        uri = self._uri(lines)
        self._versions[uri] += 1
        old, new = self._words[uri], f"LABLE{self._versions[uri]}X"
        self._words[uri] = new
        line = middle(lines) + LABEL_LINE
        change = {
            "range": {"start": {"line": line, "character": 0}, "end": {"line": line, "character": len(old)}},
            "text": new,
        }
        sent = time.perf_counter()
        self._notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": self._versions[uri]}, "contentChanges": [change]},
        )
        return self._await_diagnostics(uri, new) - sent

    def hover(self, lines: int) -> float:
        """Seconds to the answer to a hover on an instruction's keyword in the middle."""
        return self._ask("textDocument/hover", lines, 2)

    def complete(self, lines: int) -> float:
        """Seconds to the answer to a completion where an instruction starts, in the middle."""
        return self._ask("textDocument/completion", lines, 0)

    def close(self) -> None:
        """Shut the server down, as the protocol says; end the process if it does not."""
        try:
            self._request("shutdown", None)
            self._notify("exit", None)
            self._process.wait(5)
        except (OSError, RuntimeError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()

    def _uri(self, lines: int) -> str:
        return (self.folder / f"{lines}.dockerfile").as_uri()

    def _ask(self, method: str, lines: int, character: int) -> float:
        position = {"line": middle(lines) + WORKDIR_LINE, "character": character}
        sent = time.perf_counter()
        answer = self._request(method, {"textDocument": {"uri": self._uri(lines)}, "position": position})
        if not answer.get("result"):
            raise RuntimeError(f"{method}: {answer}")
        return self._last_arrival - sent

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _notify(self, method: str, parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def _request(self, method: str, parameters: Any) -> Message:
        self._ids += 1
        wanted = self._ids
        self._send({"id": wanted, "method": method, "params": parameters})
        return self._await(lambda message: message.get("id") == wanted and "method" not in message)

    def _await_diagnostics(self, uri: str, word: str) -> float:
        def is_wanted(message: Message) -> bool:
            if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != uri:
                return False
            return word in json.dumps(message["params"]["diagnostics"]).upper()

        self._await(is_wanted)
        return self._last_arrival

    def _await(self, is_wanted: Callable[[Message], bool]) -> Message:
        while True:
            arrival, message = self._inbox.get(timeout=60)
            if message is None:
                raise RuntimeError(f"the server ended with status {self._process.wait()}")
            if "id" in message and "method" in message:
                items = message.get("params", {}).get("items", []) if message.get("params") else []
                self._send({"id": message["id"], "result": [None for _ in items] or None})
            elif is_wanted(message):
                self._last_arrival = arrival
                return message

    def _read(self) -> None:
        stream = self._process.stdout
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                header = stream.readline()
            body = stream.read(length)
            arrived = time.perf_counter()
            self._inbox.put((arrived, json.loads(body)))
        self._inbox.put((time.perf_counter(), None))


Samples = dict[tuple[str, str], list[float]]


def measure(servers: dict[str, list[str]], sizes: list[int], rounds: int, folder: Path) -> Samples:
    """Seconds by (measure, server), `rounds` of each; a round before them warms up and does not count."""
    samples: Samples = {}

    def note(measure: str, server: str, seconds: float, number: int) -> None:
        if number:
            samples.setdefault((measure, server), []).append(seconds)

    for number in range(rounds + 1):
        for name, command in servers.items():
            server = Server(command, folder)
            note("start to the answer to initialize", name, server.start_seconds, number)
            server.close()
    running = {name: Server(command, folder) for name, command in servers.items()}
    for lines in sizes:
        for server in running.values():
            server.open(lines)
        for number in range(rounds + 1):
            for name, server in running.items():
                note(f"{lines} lines: edit to diagnostics", name, server.edit(lines), number)
                note(f"{lines} lines: hover", name, server.hover(lines), number)
                note(f"{lines} lines: completion", name, server.complete(lines), number)
    for server in running.values():
        server.close()
    return samples


def table(samples: Samples, servers: list[str]) -> str:
    """Median and minimum in milliseconds, a line for each measure; with two servers the ratio of their medians too."""
    rows = [["median (min) in ms", *servers, *(["ratio"] if len(servers) == 2 else [])]]
    for measure in dict.fromkeys(measure for measure, _ in samples):
        times = [[1000 * seconds for seconds in samples[measure, server]] for server in servers]
        row = [measure, *(f"{statistics.median(of):.1f} ({min(of):.1f})" for of in times)]
        if len(servers) == 2:
            row.append(f"{statistics.median(times[0]) / statistics.median(times[1]):.2f}")
        rows.append(row)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows)


COUNTING_SERVER = """
import os, sys
from azureml_dockerfile_ls.syntax import tree

parse_instruction = tree.parse_instruction
counter = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)

def counted(text, escape):
    os.write(counter, b".")
    return parse_instruction(text, escape)

tree.parse_instruction = counted
sys.argv[1:] = ["--stdio"]
from azureml_dockerfile_ls.__main__ import main
sys.exit(main())
"""
"""The real server, which also writes one byte into a file for each instruction that it parses."""


def count_parses(lines: int, folder: Path) -> tuple[int, int]:
    """How many instructions the server parses to open `document(lines)`, and then for one edit in its middle."""
    counter = folder / "parses"
    server = Server([sys.executable, "-c", COUNTING_SERVER, str(counter)], folder)
    server.open(lines)
    opened = counter.stat().st_size
    server.edit(lines)
    edited = counter.stat().st_size - opened
    server.close()
    return opened, edited


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", metavar="COMMAND", help="another server to measure in the same run")
    parser.add_argument("--rounds", type=int, default=20, help="how often each thing is measured (default: 20)")
    parser.add_argument("--lines", type=int, nargs="+", default=[48, 480, 4800], help="the sizes of the documents")
    parser.add_argument("--profile-parses", action="store_true", help="count the instructions that an edit parses anew")
    options = parser.parse_args()

    # The command beside this Python, or else the one on the PATH.
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    own = shutil.which("azureml-dockerfile-ls", path=places)
    if own is None:
        parser.error("azureml-dockerfile-ls is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        if options.profile_parses:
            for lines in options.lines:
                opened, edited = count_parses(lines, folder)
                print(f"{lines} lines: {opened} instructions parsed to open it, {edited} for one edit in the middle")
            return
        servers = {"azureml-dockerfile-ls": [own, "--stdio"]}
        if options.peer:
            peer = shlex.split(options.peer)
            servers[Path(peer[0]).name] = peer
        elif found := shutil.which("docker-langserver"):
            servers["docker-langserver"] = [found, "--stdio"]
        samples = measure(servers, options.lines, options.rounds, folder)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}, {options.rounds} rounds")
    print(table(samples, list(servers)))


if __name__ == "__main__":
    main()
