"""The options of the command, and its server."""

from __future__ import annotations

import os
import pty
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import azureml_dockerfile_ls
from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.cli.reports import REPORTS
from tests.cli.command import (
    COMMAND,
    run,
)
from tests.lsp.raw_client import frame, split
from tests.waiting import PATIENCE

# Options


def test_version_names_the_build() -> None:
    """The line has the name of the program, its version, and a digest that changes with the code."""
    outcome = run("--version")
    assert (outcome.status, outcome.errors) == (0, [])
    assert re.fullmatch(rf"azureml-dockerfile-ls {re.escape(__version__)} \(build [0-9a-f]{{12}}\)\n", outcome.output)


def test_a_copy_with_other_code_is_another_build(tmp_path: Path) -> None:
    """The same code elsewhere is the same build."""
    package = Path(azureml_dockerfile_ls.__file__).parent
    copy = tmp_path / package.name
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    same = run("--version", env=environment)
    assert same == run("--version")
    with (copy / "text.py").open("a") as file:
        file.write("# changed\n")
    assert run("--version", env=environment) != same


def test_the_command_alone_on_a_terminal_says_what_it_is() -> None:
    """A server would wait there for an editor, without a word."""
    controller, terminal = pty.openpty()
    process = subprocess.run(COMMAND, stdin=terminal, capture_output=True, text=True, timeout=PATIENCE)
    os.close(controller)
    os.close(terminal)
    assert process.returncode == 0
    assert "A language server and checker for Dockerfiles" in process.stdout
    assert "azureml-dockerfile-ls check" in process.stdout


def test_help_names_the_commands_and_the_exit_status() -> None:
    """The help of a command lists its exit statuses."""
    assert "check Dockerfiles" in run("--help").output
    for command in ("check", "images"):
        assert "Exit status: 0" in run(command, "--help").output


def test_every_report_is_offered() -> None:
    """The formats that `--format` accepts are the reports that exist."""
    shown = " ".join(run("check", "--help").output.split())
    assert f"--format {{{','.join(REPORTS)}}}" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--format", "xml", "x"],
        ["check", "--fail-on", "fatal", "x"],
        ["check", "--context", "nowhere", "x"],
        ["check", "--context", "/dev/null", "x"],
        ["check", "--unknown", "x"],
        ["check", "--unsafe-fixes"],
        ["check", "--fix", "--diff"],
        ["check", "--select", "azurml"],
        ["check", "--select", ""],
        ["check", "--ignore", "ParseError"],
        ["check", "--config", "nowhere"],
        ["check", "--config", "pyproject.toml", "--isolated"],
        ["check", "--baseline", "nowhere"],
        ["check", "--stdin-filename", "a", "b"],
        ["check", "--statistics", "--format", "json"],
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
    command = f" {arguments[0]}" if arguments[0] in ("check", "explain", "images") else ""
    assert outcome.errors[0].startswith(f"usage: azureml-dockerfile-ls{command} ")
    assert re.match("azureml-dockerfile-ls( check| explain| images)?: error: ", outcome.errors[-1])
    assert len(outcome.errors) <= 4  # so that nobody has to search for the error


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


def knows_localhost() -> bool:
    """Whether this machine has an address for localhost; an empty root has not."""
    try:
        return bool(socket.gethostbyname("localhost"))
    except OSError:
        return False


@pytest.mark.parametrize("address", ["0", "127.0.0.1:0", "localhost:0"])
def test_an_editor_can_be_served_over_tcp(address: str) -> None:
    """With port 0 the server announces a free port; after shutdown and exit it ends with status 0."""
    if address.startswith("localhost") and not knows_localhost():
        pytest.skip("this machine has no address for localhost: is there no /etc/hosts?")
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
