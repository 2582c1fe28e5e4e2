"""The command `azureml-dockerfile-ls`, run as a process of its own, as users and CI run it."""

from __future__ import annotations

import fcntl
import json
import os
import select
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft4Validator

from tests.waiting import PATIENCE
from tests.warm import CAN_FORK, WarmProcess

SARIF = Draft4Validator(json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text(encoding="utf-8")))
"""OASIS's schema, https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json."""

COMMAND = [sys.executable, "-m", "azureml_dockerfile_ls"]

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"
CLEAN = f"FROM {IMAGE}:latest\n"
ERROR = f"{CLEAN}RUN apt-get update\n"
WARNING = f"{CLEAN}USER root\n"
INFORMATION = f"FROM {IMAGE}\n"
HINT = f'{CLEAN}USER root\nCMD ["sleep"]\n'


class Outcome(NamedTuple):
    """The result of a run of the command."""

    status: int
    output: str
    errors: list[str]
    """The lines of standard error."""

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings in the JSON report."""
        found = json.loads(self.output)
        assert isinstance(found, list)
        return found

    @property
    def sarif_run(self) -> dict[str, Any]:
        """The only run in the SARIF log, which is valid."""
        log = json.loads(self.output)
        SARIF.validate(log)
        assert log["version"] == "2.1.0"
        assert log["$schema"].endswith("sarif-2.1.0.json")
        (only,) = log["runs"]
        assert isinstance(only, dict)
        return only


def run(
    *arguments: str | Path | bytes, stdin: str | bytes = b"", prefix: tuple[str, ...] = (), **options: Any
) -> Outcome:
    """Run the command. It never prints a traceback, and never takes long.

    With a prefix, or an option of `subprocess.run`, a new Python is started for it.
    """
    data = stdin.encode() if isinstance(stdin, str) else stdin
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        if CAN_FORK and not prefix and not options and len(data) <= select.PIPE_BUF:
            source, end = os.pipe()
            os.write(end, data)
            os.close(end)
            streams = (source, output.fileno(), complaints.fileno())
            process = WarmProcess("command", [os.fsdecode(argument) for argument in arguments], streams)
            os.close(source)
            try:
                status = process.wait(PATIENCE)
            finally:
                process.kill()
        else:
            command = [*prefix, *COMMAND, *arguments]
            status = subprocess.run(
                command, input=data, stdout=output, stderr=complaints, timeout=PATIENCE, **options
            ).returncode
        output.seek(0)
        complaints.seek(0)
        errors = complaints.read().decode(errors="replace").splitlines()
        assert not any("Traceback" in line or "Exception" in line for line in errors), errors
        return Outcome(status, output.read().decode(errors="replace"), errors)


def waiting_bytes(pipe: int) -> int:
    """The number of bytes in a pipe that are not read yet."""
    answer = fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4)
    return int.from_bytes(answer, sys.byteorder)
