"""The sub-command `images` on a terminal: widths, the progress bar, Ctrl-C."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable

import pytest

from azureml_dockerfile_ls.images.catalogue import embedded
from tests.cli.images.command import images
from tests.cli.terminal import Screen
from tests.cli.terminal import on_terminal as run_on_terminal
from tests.images.fault_server import (
    Request,
    answer,
    answering,
    one_byte_a_time,
    running_fault_server,
)
from tests.waiting import wait_until


def on_terminal(
    columns: int, *arguments: str, meanwhile: Callable[[subprocess.Popen[bytes]], None] = lambda process: None
) -> Screen:
    """Run `images` on a terminal of that width."""
    return run_on_terminal(columns, "images", *arguments, meanwhile=meanwhile)


@pytest.mark.slow
@pytest.mark.parametrize("columns", [200, 120, 80, 40, 21])
def test_the_list_keeps_to_the_width_of_the_terminal(columns: int) -> None:
    """A narrow terminal gets two lines for each image; facts are cut, names and tags are not."""
    screen = on_terminal(columns)
    assert screen.status == 0
    table = screen.output.partition("\n\n")[0].splitlines()
    assert max(map(len, table)) <= columns
    if columns >= 80:
        assert all(image.name in screen.output for image in embedded().images if not image.unconfirmed)
        assert re.search(r"current +20260316\.v1 ", screen.output)
    if columns == 80:
        assert table[:2] == ["minimal-py312-inference", f"    current     20260316.v1{' ' * 11}Python 3.12 · CPU"]


def test_tags_are_wrapped_at_the_width_of_the_terminal() -> None:
    """Lines break between two tags."""
    screen = on_terminal(60, "openmpi4.1.0-ubuntu22.04")
    lines = screen.output.partition("104 tags in the built-in catalogue:\n")[2].splitlines()
    assert 1 < len(lines) < 104
    assert max(map(len, lines)) <= 60
    assert len(" ".join(lines).split()) == 104


@pytest.mark.slow
@pytest.mark.parametrize("columns", [100, 30])
def test_a_bar_shows_the_progress(registry_url: str, columns: int) -> None:
    """It is on one line of standard error, and disappears at the end."""
    screen = on_terminal(columns, "--refresh", f"--registry=mcr.microsoft.com={registry_url}")
    assert screen.status == 0
    assert "curated/brand-new-1.0" in screen.output
    assert "\n" not in screen.errors
    assert screen.errors.endswith(" \r")
    drawn = [line for line in map(str.rstrip, screen.errors.split("\r")) if line]
    assert max(map(len, drawn)) < columns
    if columns == 100:
        assert re.fullmatch(r"asking for the names of images: 0 of 2 \[\.+\]", drawn[0])
        assert re.fullmatch(r"asking for the tags of (\d+) images: \d+ of \1 \[#+\.*\]", drawn[-1])


@pytest.mark.slow
def test_without_a_terminal_lines_show_the_progress(registry_url: str) -> None:
    """A log of CI has no bar."""
    outcome = images("minimal-py312-inference", "--refresh", url=registry_url)
    assert outcome.errors == [
        "azureml-dockerfile-ls: asking for the tags",
        "azureml-dockerfile-ls: asking for the configuration",
    ]


@pytest.mark.slow
def test_without_a_terminal_long_work_prints_a_line_every_few_seconds() -> None:
    """Each line has the number of finished requests."""

    def slowly(request: Request, connection: socket.socket) -> None:
        if request.path != "/v2/_catalog":
            time.sleep(0.25)
        answer(connection, 200, b'{"repositories": [], "tags": ["1"]}')

    with running_fault_server(slowly) as server:
        outcome = images("--refresh", url=server.url)
    lines = [
        re.fullmatch(r".*: asking for the tags of (\d+) images: (\d+) of \1 done", line) for line in outcome.errors
    ]
    counts = [int(match[2]) for match in lines if match]
    assert counts
    assert counts == sorted(counts)


def test_a_failure_is_printed_above_the_bar() -> None:
    """It has a line of its own."""
    with running_fault_server(answering(403)) as server:
        screen = on_terminal(200, "minimal-py312-inference", "--refresh", f"--registry=mcr.microsoft.com={server.url}")
    assert screen.status == 1
    lines = screen.errors.split("\n")
    assert re.match(r"\rasking .*\r +\razureml-dockerfile-ls: .* access denied \(403\)", lines[0])
    assert lines[-1].endswith(" \r")


@pytest.mark.parametrize("arguments", [[], ["minimal-py312-inference"]])
def test_ctrl_c_cancels(arguments: list[str]) -> None:
    """The command ends at once without a traceback, with exit status 130, as shells expect."""
    with running_fault_server(one_byte_a_time(b"X: y\r\n", 0.2, b"HTTP/1.1 200 OK\r\n")) as server:

        def interrupt(process: subprocess.Popen[bytes]) -> None:
            wait_until(lambda: server.requests)
            process.send_signal(signal.SIGINT)
            process.wait(15)

        screen = on_terminal(
            100, *arguments, "--refresh", f"--registry=mcr.microsoft.com={server.url}", meanwhile=interrupt
        )
    assert (screen.status, screen.output) == (130, "")
    assert screen.errors.endswith(" \razureml-dockerfile-ls: cancelled\n")
    assert screen.errors.count("\n") == 1
