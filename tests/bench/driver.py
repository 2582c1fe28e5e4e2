"""A language server in a process of its own, and the documents that it is measured with."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
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
_LONGEST_WAIT = 600
"""Seconds; docker-langserver takes a minute for the semantic tokens of 4,800 lines."""

STAGE_LINES = STAGE.count("\n")
ARGUMENT_LINE, WORKDIR_LINE, LABEL_LINE = 2, 5, 12


def document(lines: int) -> str:
    """A Dockerfile of that many lines, rounded down to whole stages."""
    return "".join(STAGE.format(n=n, port=8000 + n) for n in range(1, lines // STAGE_LINES + 1))


def middle(lines: int) -> int:
    """The first line, counted from 0, of the stage in the middle of `document(lines)`."""
    return (lines // STAGE_LINES) // 2 * STAGE_LINES


def _framed(message: Message) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def _in_the_middle(lines: int, character: int) -> Message:
    return {"line": middle(lines) + WORKDIR_LINE, "character": character}


class Server:
    """A language server in a process of its own, and the editor's side of the conversation."""

    def __init__(self, command: list[str], folder: Path) -> None:
        """Start the process and say hello; `start_seconds` is the time from its start to the answer to `initialize`."""
        self.folder = folder
        self._ids = 0
        self._versions: dict[str, int] = {}
        self._inbox: queue.Queue[tuple[float, Message | None]] = queue.Queue()
        self._last_arrival = 0.0
        self._skipped: list[Message] = []
        """What the last wait received and did not look for."""
        # An installed package has its bytecode; one that runs from its sources writes it in the first round.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        started = time.perf_counter()
        self._process = subprocess.Popen(command, cwd=folder, env=environment, **pipes)
        threading.Thread(target=self._read, daemon=True).start()
        parameters = {
            "processId": os.getpid(),
            "rootUri": folder.as_uri(),
            "workspaceFolders": [{"uri": folder.as_uri(), "name": "bench"}],
            "capabilities": {
                "textDocument": {
                    "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
                    "hover": {"contentFormat": ["markdown"]},
                    "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
                    "foldingRange": {"lineFoldingOnly": True},
                    "semanticTokens": {
                        "requests": {"range": True, "full": {"delta": True}},
                        "tokenTypes": [],
                        "tokenModifiers": [],
                        "formats": ["relative"],
                    },
                    "codeAction": {
                        "codeActionLiteralSupport": {
                            "codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}
                        },
                        "dataSupport": True,
                        "resolveSupport": {"properties": ["edit"]},
                    },
                    "publishDiagnostics": {"versionSupport": True},
                }
            },
        }
        result = self._request("initialize", parameters)["result"]
        tokens = result["capabilities"].get("semanticTokensProvider") or {}
        self._has_delta = isinstance(tokens.get("full"), dict) and tokens["full"].get("delta")
        self._tokens: dict[str, str | None] = {}
        self.start_seconds = self._last_arrival - started
        self._notify("initialized", {})

    def open(self, lines: int) -> None:
        """Open `document(lines)` and wait for its first diagnostics."""
        uri = self._uri(lines)
        item = {"uri": uri, "languageId": "dockerfile", "version": 1, "text": document(lines)}
        self._versions[uri] = 1
        self._notify("textDocument/didOpen", {"textDocument": item})
        self._await_diagnostics(uri, "")

    def edit(self, lines: int) -> float:
        """Seconds from an edit of the line in the middle to the diagnostics that know of it."""
        uri, new, sent = self._send_edit(lines)
        return self._await_diagnostics(uri, new) - sent

    def symbols(self, lines: int) -> float:
        """Seconds from an edit of the line in the middle, and the request at once, to the symbols."""
        return self._after_edit(lines, "textDocument/documentSymbol", {})

    def folds(self, lines: int) -> float:
        """Seconds from an edit of the line in the middle, and the request at once, to the folds."""
        return self._after_edit(lines, "textDocument/foldingRange", {})

    def tokens(self, lines: int) -> float:
        """Seconds from an edit of the line in the middle, and the request at once, to what the tokens are now.

        An editor asks for what changed, where the server can say that.
        """
        previous = self._tokens.get(self._uri(lines)) if self._has_delta else None
        if previous is not None:
            method = "textDocument/semanticTokens/full/delta"
            return self._after_edit(lines, method, {"previousResultId": previous})
        return self._after_edit(lines, "textDocument/semanticTokens/full", {})

    def burst(self, lines: int, edits: int) -> float:
        """Seconds from that many edits, written at once, to the diagnostics of the last."""
        uri, made = self._uri(lines), [self._edit(lines) for _ in range(edits)]
        messages = b"".join(_framed(message) for _, message in made)
        sent = time.perf_counter()
        self._write(messages)
        return self._await_diagnostics(uri, made[-1][0]) - sent

    def _after_edit(self, lines: int, method: str, parameters: Message) -> float:
        uri, new, sent = self._send_edit(lines)
        answer = self._request(method, {"textDocument": {"uri": uri}, **parameters})
        took = self._last_arrival - sent
        if not answer.get("result"):
            raise RuntimeError(f"{method}: {answer}")
        if isinstance(answer["result"], dict):
            self._tokens[uri] = answer["result"].get("resultId")
        # A server may send the diagnostics before its answer.
        if not any(self._is_about(message, uri, new) for message in self._skipped):
            self._await_diagnostics(uri, new)
        return took

    def _send_edit(self, lines: int) -> tuple[str, str, float]:
        """Edit the line in the middle; gives the URI, the new word, and when the edit was sent."""
        new, message = self._edit(lines)
        framed = _framed(message)
        sent = time.perf_counter()
        self._write(framed)
        return self._uri(lines), new, sent

    def _edit(self, lines: int) -> tuple[str, Message]:
        """The next edit of the line in the middle: its new word and its message."""
        uri = self._uri(lines)
        self._versions[uri] += 1
        new = f"LABLE{self._versions[uri]}X"
        line = middle(lines) + LABEL_LINE
        label, below = document(lines).splitlines(keepends=True)[line : line + 2]
        # A server may wait with the errors of a line that is typed; two lines are pasted.
        change = {
            "range": {"start": {"line": line, "character": 0}, "end": {"line": line + 2, "character": 0}},
            "text": label.replace("LABEL", new, 1) + below,
        }
        params = {"textDocument": {"uri": uri, "version": self._versions[uri]}, "contentChanges": [change]}
        return new, {"method": "textDocument/didChange", "params": params}

    def hover(self, lines: int) -> float:
        """Seconds from an edit of the line in the middle, and the request at once, to a hover on a keyword there."""
        return self._after_edit(lines, "textDocument/hover", {"position": _in_the_middle(lines, 2)})

    def complete(self, lines: int) -> float:
        """Seconds from an edit of the line in the middle, and the request at once, to a completion at a line start."""
        return self._after_edit(lines, "textDocument/completion", {"position": _in_the_middle(lines, 0)})

    def define(self, lines: int) -> float:
        """Seconds from an edit of the line in the middle, and the request at once, to the definition of a variable."""
        position = {"line": ARGUMENT_LINE, "character": 6}
        return self._after_edit(lines, "textDocument/definition", {"position": position})

    def open_text(self, name: str, text: str) -> None:
        """Open a document with a text of its own, and wait for its first diagnostics."""
        uri = (self.folder / name).as_uri()
        self._versions[uri] = 1
        item = {"uri": uri, "languageId": "dockerfile", "version": 1, "text": text}
        self._notify("textDocument/didOpen", {"textDocument": item})
        self._await_version(uri)

    def replace(self, name: str, line: int, start: int, end: int, text: str) -> None:
        """Replace columns `[start, end)` of a line of a document, and wait for the diagnostics of the new version."""
        uri = (self.folder / name).as_uri()
        self._versions[uri] += 1
        change = {
            "range": {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}},
            "text": text,
        }
        document = {"uri": uri, "version": self._versions[uri]}
        self._notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        self._await_version(uri)

    def ask(self, method: str, name: str, parameters: Message) -> Any:
        """The result of a request about a document."""
        identifier = {"uri": (self.folder / name).as_uri()}
        return self._request(method, {"textDocument": identifier, **parameters}).get("result")

    def resident_mib(self) -> float:
        """The memory of the server that is in RAM, in MiB, as Linux counts it."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def cpu_seconds(self) -> float:
        """The processor's time that the server has used, as Linux counts it: in steps of 10 ms."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cpu_milliseconds(self) -> float:
        """The processor's time that the server has used, as Linux counts it: to the nanosecond."""
        used = 0
        for thread in Path(f"/proc/{self._process.pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):  # the thread has ended
                used += int(thread.read_text().split()[0])
        return used / 1e6

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

    def _send(self, message: Message) -> None:
        self._write(_framed(message))

    def _write(self, messages: bytes) -> None:
        self._process.stdin.write(messages)
        self._process.stdin.flush()

    def _notify(self, method: str, parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def _request(self, method: str, parameters: Any) -> Message:
        self._ids += 1
        wanted = self._ids
        self._send({"id": wanted, "method": method, "params": parameters})
        return self._await(lambda message: message.get("id") == wanted and "method" not in message)

    def _await_diagnostics(self, uri: str, word: str) -> float:
        self._await(lambda message: self._is_about(message, uri, word))
        return self._last_arrival

    def _is_about(self, message: Message, uri: str, word: str) -> bool:
        """Whether a message has the diagnostics of a document that name a word."""
        if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != uri:
            return False
        return word in json.dumps(message["params"]["diagnostics"]).upper()

    def _await_version(self, uri: str) -> None:
        version = self._versions[uri]
        self._await(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
                and message["params"].get("version") == version
            )
        )

    def _await(self, is_wanted: Callable[[Message], bool]) -> Message:
        self._skipped.clear()
        while True:
            arrival, message = self._inbox.get(timeout=_LONGEST_WAIT)
            if message is None:
                raise RuntimeError(f"the server ended with status {self._process.wait()}")
            if "id" in message and "method" in message:
                items = message.get("params", {}).get("items", []) if message.get("params") else []
                self._send({"id": message["id"], "result": [None for _ in items] or None})
            elif is_wanted(message):
                self._last_arrival = arrival
                return message
            else:
                self._skipped.append(message)

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
