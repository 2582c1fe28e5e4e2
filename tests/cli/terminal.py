"""The command on a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
from collections.abc import Callable
from typing import NamedTuple

from tests.cli.command import COMMAND
from tests.waiting import PATIENCE


class Screen(NamedTuple):
    """The exit status, and the text on both terminals."""

    status: int
    output: str
    errors: str


def on_terminal(
    columns: int, *arguments: str, meanwhile: Callable[[subprocess.Popen[bytes]], None] = lambda process: None
) -> Screen:
    """Run the command with one terminal of that width for standard output, and one for standard error."""
    masters, slaves = zip(*(pty.openpty() for _ in range(2)), strict=True)
    for slave in slaves:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    written = [bytearray(), bytearray()]

    def read(number: int) -> None:
        # Reading a terminal fails once its other end is closed.
        try:
            while piece := os.read(masters[number], 65536):
                written[number].extend(piece)
        except OSError:
            pass

    environment = {**os.environ, "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=slaves[0], stderr=slaves[1], env=environment
    )
    for slave in slaves:
        os.close(slave)
    readers = [threading.Thread(target=read, args=[number]) for number in range(2)]
    for reader in readers:
        reader.start()
    try:
        meanwhile(process)
        status = process.wait(PATIENCE)
    finally:
        process.kill()
        for reader in readers:
            reader.join()
        for master in masters:
            os.close(master)
    output, errors = (bytes(content).decode().replace("\r\n", "\n") for content in written)
    return Screen(status, output, errors)
