"""The options of the command, and its server."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.cli.reports import REPORTS
from tests.cli.command import (
    COMMAND,
    Outcome,
    run,
)
from tests.lsp.raw_client import frame, split
from tests.waiting import PATIENCE

# Options


def test_version_is_printed() -> None:
    """The line has the name of the program and its version."""
    assert run("--version") == Outcome(0, f"azureml-dockerfile-ls {__version__}\n", [])


def test_help_names_the_commands_and_the_exit_status() -> None:
    """The help of a command lists its exit statuses."""
    assert "check Dockerfiles" in run("--help").output
    for command in ("check", "images"):
        assert "Exit status: 0" in run(command, "--help").output


def test_every_report_is_offered() -> None:
    """The formats that `--format` accepts are the reports that exist."""
    assert f"--format {{{','.join(REPORTS)}}}" in run("check", "--help").output


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--format", "xml", "x"],
        ["check", "--fail-on", "fatal", "x"],
        ["check", "--context", "nowhere", "x"],
        ["check", "--context", "/dev/null", "x"],
        ["check", "--unknown", "x"],
        ["build"],
        ["--stdio", "--tcp", "0"],
        ["explain", "a", "b"],
        ["images", "a", "b"],
        ["images", "--registry", "mirror"],
        ["--tcp"],
        ["--tcp", "65536"],
        ["--tcp", "port"],
        ["--tcp", "localhost:"],
        ["--tcp", "localhost:-1"],
    ],
    ids=" ".join,
)
def test_an_invalid_option_gives_exit_status_2(arguments: list[str]) -> None:
    """Standard error has the usage, and a line about the error."""
    outcome = run(*arguments)
    assert outcome.status == 2
    assert outcome.output == ""
    assert outcome.errors[0].startswith("usage: azureml-dockerfile-ls")
    assert re.match("azureml-dockerfile-ls( check| explain| images)?: error: ", outcome.errors[-1])


# Serving


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_port_in_use_is_reported(taken_port: int) -> None:
    """There is one line, and the exit status is 2."""
    outcome = run("--tcp", f"127.0.0.1:{taken_port}")
    assert outcome.status == 2
    (line,) = outcome.errors
    assert line.startswith(f"azureml-dockerfile-ls: cannot listen on 127.0.0.1:{taken_port}: Address already in use")


@pytest.mark.parametrize("address", ["0", "127.0.0.1:0", "localhost:0"])
def test_an_editor_can_be_served_over_tcp(address: str) -> None:
    """With port 0 the server announces a free port; after shutdown and exit it ends with status 0."""
    with subprocess.Popen([*COMMAND, "--tcp", address], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        announced = re.fullmatch(r"listening on (\S+):(\d+)\n", process.stderr.readline())
        assert announced
        with socket.create_connection((announced[1], int(announced[2])), timeout=PATIENCE) as editor:
            messages: list[dict[str, Any]] = [
                {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
                {"method": "initialized", "params": {}},
                {"id": 2, "method": "shutdown"},
                {"method": "exit"},
            ]
            for message in messages:
                editor.sendall(frame({"jsonrpc": "2.0", **message}))
            received = b""
            while data := editor.recv(65536):
                received += data
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == ""
    answers = split(received)
    assert [answer["id"] for answer in answers] == [1, 2]
    assert "completionProvider" in answers[0]["result"]["capabilities"]
    assert answers[1]["result"] is None
