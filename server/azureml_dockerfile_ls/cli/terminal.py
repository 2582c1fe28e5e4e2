"""What is printed: text that cannot act on a terminal, and how far long work is."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_SECONDS_BETWEEN_LINES = 5.0
_LONGEST_BAR = 40


def visible(text: str) -> str:
    """`text` on one line, with escape sequences for whatever is not printable."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def width() -> int | None:
    """How many columns the terminal behind standard output has; None where there is no terminal."""
    return max(shutil.get_terminal_size().columns, 20) if sys.stdout and sys.stdout.isatty() else None


def print_text(text: str) -> None:
    """Prints on standard output. A terminal that cannot show a character does not cost the text."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    with standard_output():
        print(text, flush=True)


@contextmanager
def standard_output() -> Iterator[None]:
    """What is written to standard output in here costs no traceback when nobody can take it."""
    try:
        yield
    except OSError as error:
        # Python is not to try again at exit, and to complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # Whoever closes a pipe has seen enough.
        if not isinstance(error, BrokenPipeError):
            complain(f"standard output: {error.strerror or error}")
            sys.exit(2)


def complain(problem: str) -> None:
    """Prints one line on standard error, with the name of the program in front as in all of them."""
    print(f"azureml-dockerfile-ls: {visible(problem)}", file=sys.stderr, flush=True)


class Progress:
    """How far work is: a bar on standard error if that is a terminal, else a line every few seconds.

    A context manager, for one thread. Afterwards no bar is left.
    """

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._has_bar = bool(sys.stderr and sys.stderr.isatty()) and os.environ.get("TERM") != "dumb"
        self._told = time.monotonic()

    def __enter__(self) -> Progress:
        if not self._has_bar:
            complain(f"asking for {self._what}")
        self._draw()
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        if not self._has_bar and time.monotonic() - self._told >= _SECONDS_BETWEEN_LINES:
            self._told = time.monotonic()
            complain(f"asking for {self._what}: {self._done} of {self._total} done")
        self._draw()

    def complain(self, problem: str) -> None:
        """Prints a line on standard error, above the bar."""
        self._clear()
        complain(problem)
        self._draw()

    def _draw(self) -> None:
        if not self._has_bar:
            return
        # One less than there is: a full line would scroll. Standard output may be a file.
        columns = (os.get_terminal_size(sys.stderr.fileno()).columns or 80) - 1
        told = f"asking for {self._what}: {self._done} of {self._total}"
        length = min(_LONGEST_BAR, columns - len(told) - 3)
        filled = length * self._done // max(self._total, 1)
        bar = f" [{'#' * filled}{'.' * (length - filled)}]" if length >= 5 else ""
        print(f"\r\x1b[K{(told + bar)[:columns]}", end="", file=sys.stderr, flush=True)

    def _clear(self) -> None:
        if self._has_bar:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
