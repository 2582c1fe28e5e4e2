"""A client that speaks to a server over pipes, byte by byte if need be. It uses no LSP library, so it shares no bug."""

from __future__ import annotations

import io
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import IO, Any

from tests.waiting import PATIENCE
from tests.warm import CAN_FORK, WarmProcess

PROBE_SERVER = [sys.executable, str(Path(__file__).with_name("probe_server.py"))]
REAL_SERVER = [sys.executable, "-m", "azureml_dockerfile_ls", "--stdio"]

Json = dict[str, Any]

CODE_ACTIONS: Json = {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}}}}
"""The capability without which a client gets no code actions, but commands at most."""


def frame(message: object) -> bytes:
    """A message as it goes over the wire."""
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def split(stream: bytes) -> list[Json]:
    """The messages of a whole recorded stream; fails on any byte that is not part of one."""
    messages = []
    while stream:
        header, _, rest = stream.partition(b"\r\n\r\n")
        assert header.startswith(b"Content-Length: "), header
        length = int(header.removeprefix(b"Content-Length: "))
        messages.append(json.loads(rest[:length]))
        stream = rest[length:]
    return messages


def start(command: list[str], stderr: IO[bytes], is_new: bool) -> subprocess.Popen[bytes] | WarmProcess:
    """A process that speaks over pipes."""
    if CAN_FORK and not is_new:
        if command[:3] == REAL_SERVER[:3]:
            return WarmProcess.with_pipes("command", command[3:], stderr.fileno())
        if command[:2] == PROBE_SERVER:
            return WarmProcess.with_pipes("probe server", command[2:], stderr.fileno())
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, bufsize=0)


class RawClient:
    """One server process. Use it as a context manager: it ends the process."""

    def __init__(self, command: list[str] = PROBE_SERVER, *, is_new: bool = False) -> None:
        """Start a server. `is_new` starts Python, too; else what Python would import first may be there already."""
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115
        self._stderr_seen = 0
        self.process = start(command, self._stderr, is_new)
        self.notifications: list[Json] = []
        self._messages: queue.Queue[Json | None] = queue.Queue()
        self._last_id = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        # The reader must be gone before its file number is, which the next client's pipe would get.
        self._reader.join()
        for stream in (self.process.stdin, self.process.stdout, self._stderr):
            assert stream is not None
            stream.close()

    def _read(self) -> None:
        output = self.process.stdout
        assert output is not None
        buffered = io.BufferedReader(output)
        while header := buffered.readline():
            if header.startswith(b"Content-Length: "):
                length = int(header.split()[1])
            elif header == b"\r\n":
                self._messages.put(json.loads(buffered.read(length)))
        self._messages.put(None)

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    def send(self, message: object) -> None:
        """Send a JSON value as a message."""
        self.write(frame(message))

    def notify(self, method: str, params: object = None) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def start(self, method: str, params: object = None) -> int:
        """Send a request and give its id, without waiting."""
        self._last_id += 1
        self.send({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params})
        return self._last_id

    def receive(self, timeout: float = PATIENCE) -> Json:
        """The server's next message, whatever it is; fails if the server has ended."""
        message = self._messages.get(timeout=timeout)
        assert message is not None, self.stderr()
        return message

    def response(self, msg_id: object, timeout: float = PATIENCE) -> Json:
        """The whole response to a request. Notifications that come before it are kept in `notifications`."""
        deadline = time.monotonic() + timeout
        while True:
            message = self.receive(max(deadline - time.monotonic(), 0))
            if "method" not in message and message.get("id") == msg_id:
                return message
            self.notifications.append(message)

    def responses(self, msg_ids: Collection[object], timeout: float = PATIENCE) -> dict[object, Json]:
        """The response to each of these requests, in whatever order they come; fails if one comes twice."""
        found: dict[object, Json] = {}
        deadline = time.monotonic() + timeout
        while len(found) < len(msg_ids):
            message = self.receive(max(deadline - time.monotonic(), 0))
            if "method" not in message and message.get("id") in msg_ids:
                assert message["id"] not in found, message
                found[message["id"]] = message
            else:
                self.notifications.append(message)
        return found

    def request(self, method: str, params: object = None, timeout: float = PATIENCE) -> Any:
        """The result of a request; fails on an error."""
        response = self.response(self.start(method, params), timeout)
        assert "error" not in response, response
        return response["result"]

    def error(self, method: str, params: object = None, timeout: float = PATIENCE) -> Json:
        """The error with which a request is answered."""
        error = self.response(self.start(method, params), timeout)["error"]
        assert isinstance(error, dict)
        return error

    def notification(self, method: str, timeout: float = PATIENCE) -> Any:
        """The parameters of the next notification, or request of the server, of this name."""
        while True:
            message = self.notifications.pop(0) if self.notifications else self.receive(timeout)
            if message.get("method") == method:
                return message.get("params")

    def initialize(
        self,
        name: str = "raw client",
        root: str | None = None,
        options: object = None,
        folders: Sequence[str] = (),
        version: str | None = None,
        **capabilities: object,
    ) -> Json:
        """Connect under a name, perhaps in a version, with a root URI, options and the URIs of a workspace's folders.

        Gives the server's capabilities.

        Unless the options say something else no registry is asked; unless the capabilities do, code actions are taken.
        """
        capabilities = {"textDocument": CODE_ACTIONS, **capabilities}
        options = {"registry.enabled": False} if options is None else options
        info = {"name": name, "version": version}
        client = {"clientInfo": info, "capabilities": capabilities, "initializationOptions": options}
        workspace = {"workspaceFolders": [{"uri": uri, "name": uri} for uri in folders]} if folders else {}
        result = self.request("initialize", {"processId": None, "rootUri": root, **client, **workspace})
        self.notify("initialized", {})
        return dict(result["capabilities"])

    def answer(self, method: str, result: object, timeout: float = PATIENCE) -> Any:
        """Answer the server's next request of this name; gives its parameters."""
        while True:
            message = self.notifications.pop(0) if self.notifications else self.receive(timeout)
            if message.get("method") == method:
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})
                return message.get("params")

    def open(self, uri: str, text: str, version: int = 1, language: str = "dockerfile") -> None:
        """Open a document."""
        document = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def close_input(self) -> None:
        """Leave as a client that dies does."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def exit_status(self, timeout: float = PATIENCE) -> int:
        """The status with which the process ends."""
        return self.process.wait(timeout)

    def processor_seconds(self) -> float:
        """The time of the processor that the server has taken until now; 0 on a system that has no `/proc`."""
        status = Path(f"/proc/{self.process.pid}/stat")
        if not status.exists():
            return 0
        in_user_mode, in_kernel = status.read_text().rpartition(")")[2].split()[11:13]
        return (int(in_user_mode) + int(in_kernel)) / os.sysconf("SC_CLK_TCK")

    def stderr(self) -> str:
        """What the server has printed on standard error until now."""
        # The server writes at the same place of the same file, so nothing here may move it.
        end = os.fstat(self._stderr.fileno()).st_size
        return os.pread(self._stderr.fileno(), end, self._stderr_seen).decode()

    def forget(self) -> None:
        """Begin again: earlier notifications and what was printed do not count any more."""
        self.notifications.clear()
        self._stderr_seen = os.fstat(self._stderr.fileno()).st_size


def change(uri: str, version: int, *changes: object) -> Json:
    """A didChange notification. A change is a whole text, or (line, column, end line, end column, new text)."""
    events = []
    for each in changes:
        if isinstance(each, tuple):
            line, column, end_line, end_column, text = each
            start, end = {"line": line, "character": column}, {"line": end_line, "character": end_column}
            events.append({"range": {"start": start, "end": end}, "text": text})
        else:
            events.append({"text": each})
    params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": events}
    return {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}
