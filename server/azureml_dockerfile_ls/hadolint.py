"""Runs hadolint, if it is installed: without a shell, with a deadline, and with a limit for its output.

The program is looked for on the `PATH` and beside the running Python, where the extra `hadolint` installs it. A program
in the project of a Dockerfile is never run: who writes a project must not choose what its reader runs.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from azureml_dockerfile_ls.files import path_below
from azureml_dockerfile_ls.project import repository_of
from azureml_dockerfile_ls.rules.hadolint.codes import is_code
from azureml_dockerfile_ls.rules.hadolint.findings import Message

SWITCH = "AZUREML_DOCKERFILE_HADOLINT"
"""The environment variable that switches hadolint off for a process with the value `off`, whatever is installed."""

_NAME = "hadolint.exe" if sys.platform == "win32" else "hadolint"
_CONFIGURATIONS = (".hadolint.yaml", ".hadolint.yml")
_STANDARD_INPUT = "-"

_SECONDS = 10.0
_CHARACTERS_PER_SECOND = 10_000
"""Time for a text of this length is added: hadolint needs more than a second for 1,000 lines."""

_MOST_OUTPUT = 20_000_000
_MOST_ERRORS = 10_000


class HadolintError(Exception):
    """hadolint gave no report: it is broken, too slow, or was cancelled. The text says which."""


class HadolintTooSlow(HadolintError):
    """hadolint was still running at the deadline."""


def installed_programs() -> tuple[str, ...]:
    """The paths of hadolint: on the `PATH` in its order, then beside the running Python."""
    if os.environ.get(SWITCH, "").lower() == "off":
        return ()
    folders = [*os.environ.get("PATH", "").split(os.pathsep), sysconfig.get_path("scripts")]
    # A relative folder would be one of the current folder, which can be a project.
    paths = (os.path.join(folder, _NAME) for folder in folders if os.path.isabs(folder))
    return tuple(dict.fromkeys(path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)))


def program_for(programs: Iterable[str], projects: Iterable[str]) -> str | None:
    """The first of the programs that is outside of the folders `projects`, or beside the running Python."""
    # A Dockerfile at the root of a container does not make all of it a project.
    folders = tuple(folder for folder in map(os.path.realpath, projects) if os.path.dirname(folder) != folder)
    own = os.path.join(sysconfig.get_path("scripts"), _NAME)

    def is_trusted(program: str) -> bool:
        places = (program, os.path.realpath(program))
        return program == own or all(path_below(folder, place) is None for folder in folders for place in places)

    return next(filter(is_trusted, programs), None)


def project_folders(path: str) -> tuple[str, ...]:
    """The folder of a file, and the repository that holds it."""
    folder = os.path.dirname(os.path.abspath(path))
    repository = repository_of(folder)
    return (folder,) if repository is None else (folder, repository)


def configuration_of(path: str | None) -> str | None:
    """The nearest `.hadolint.yaml` of a Dockerfile: in its folder or above, up to the root of the repository.

    Without a repository it is looked for in the folder only, as hadolint itself does; None for a text without a file.
    """
    if path is None:
        return None
    folder = os.path.dirname(os.path.abspath(path))
    top = repository_of(folder) or folder
    while True:
        for name in _CONFIGURATIONS:
            if os.path.isfile(os.path.join(folder, name)):
                return os.path.join(folder, name)
        if folder == top:
            return None
        folder = os.path.dirname(folder)


def is_configuration(name: str) -> bool:
    """Whether a path or a URI is that of a configuration in a project."""
    return name.endswith(_CONFIGURATIONS)


class Hadolint:
    """One run of hadolint, which another thread can cancel."""

    def __init__(self, program: str, configuration: str | None = None) -> None:
        self._program = program
        self._configuration = configuration
        self._process: subprocess.Popen[bytes] | None = None
        # A signal can come while the main thread holds it, and then cancels too.
        self._lock = threading.RLock()
        self._is_cancelled = False
        self._is_late = False
        self.complaint: str | None = None
        """What hadolint printed on standard error, such as an error in its configuration: its first line."""

    def check(self, text: str) -> list[Message]:
        """The messages about a text. Raises HadolintError."""
        messages = self._run([_STANDARD_INPUT], text)
        return [message for _, message in messages]

    def check_all(self, texts: Sequence[str]) -> list[list[Message]]:
        """The messages about each of some texts, from one process. Raises HadolintError."""
        if len(texts) == 1:
            return [self.check(texts[0])]
        # A late import: the server answers without it.
        import tempfile

        with tempfile.TemporaryDirectory(prefix="azureml-dockerfile-ls-") as folder:
            paths = [os.path.join(folder, str(number)) for number in range(len(texts))]
            for path, text in zip(paths, texts, strict=True):
                with open(path, "wb") as file:
                    file.write(_encoded(text))
            found: dict[str, list[Message]] = {path: [] for path in paths}
            for path, message in self._run(paths, None, sum(map(len, texts))):
                found.get(path, []).append(message)
            return list(found.values())

    def cancel(self) -> None:
        """End the process; the check then raises HadolintError. Any thread may call this, at any time."""
        with self._lock:
            self._is_cancelled = True
            self._kill()

    def _run(self, paths: Sequence[str], text: str | None, length: int = 0) -> Iterable[tuple[str, Message]]:
        options = [] if self._configuration is None else ["--config", self._configuration]
        command = [self._program, "--format", "json", "--no-color", *options, *paths]
        try:
            output = self._output(command, _encoded(text or ""), len(text or "") + length)
        except OSError as error:
            raise HadolintError(f"{self._program}: {error.strerror or error}") from error
        if self._is_cancelled:
            raise HadolintError("it was cancelled")
        if self._is_late:
            raise HadolintTooSlow("it did not answer in time")
        if len(output) > _MOST_OUTPUT:
            raise HadolintError("it reports too much")
        try:
            return list(_messages(json.loads(output)))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise HadolintError(self.complaint or "its report is not what it should be") from error

    def _output(self, command: Sequence[str], data: bytes, length: int) -> bytes:
        """What the command prints, up to a little more than the limit."""
        with self._lock:
            if self._is_cancelled:
                return b""
            # It is started in the folder of its own program: hadolint reads a configuration in the current folder.
            process = self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=os.path.dirname(self._program),
                start_new_session=sys.platform != "win32",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        errors: list[bytes] = []
        timer = threading.Timer(_SECONDS + length / _CHARACTERS_PER_SECOND, self._expire)
        helpers = [
            timer,
            threading.Thread(target=_write, args=(process.stdin, data)),
            threading.Thread(target=_drain, args=(process.stderr, errors)),
        ]
        for helper in helpers:
            helper.daemon = True
            helper.start()
        try:
            output = process.stdout.read(_MOST_OUTPUT + 1)
        finally:
            timer.cancel()
            with self._lock:
                self._kill()
                process.wait()
                self._process = None
            for helper in helpers:
                helper.join()
            process.stdout.close()
        # A message of Haskell's `show` has its line ends escaped.
        first = b"".join(errors).decode(errors="replace").strip('" \r\n').partition("\\n")[0].splitlines()
        self.complaint = first[0].strip() if first else None
        return output

    def _expire(self) -> None:
        with self._lock:
            self._is_late = True
            self._kill()

    def _kill(self) -> None:
        """Kill the process, and all that it has started. Call this with the lock, so that its number is still its."""
        if self._process is None:
            return
        if sys.platform == "win32":
            self._process.kill()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")


def _write(pipe: IO[bytes], data: bytes) -> None:
    # A program that ends early does not read all of it.
    with contextlib.suppress(OSError), pipe:
        pipe.write(data)


def _drain(pipe: IO[bytes], kept: list[bytes]) -> None:
    """Read a pipe to its end, and keep its beginning."""
    with pipe:
        kept.append(pipe.read(_MOST_ERRORS))
        while pipe.read(_MOST_ERRORS):
            pass


def _messages(report: Any) -> Iterator[tuple[str, Message]]:
    """The entries of a report in JSON, each with its file."""
    for entry in report:
        code, level, text = str(entry["code"]), str(entry["level"]), str(entry["message"])
        if is_code(code):
            yield entry["file"], Message(code, level, max(int(entry["line"]) - 1, 0), text)
