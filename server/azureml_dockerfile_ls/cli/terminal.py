"""Output on a terminal: text without control characters, problems, and progress bars."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BEFORE_BAR = 1.0


def visible(text: str) -> str:
    """`text` on one line, with escape sequences for characters that are not printable."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


_COLOURS = {
    "error": "1;31",
    "warning": "1;33",
    "information": "1;36",
    "hint": "1;34",
    "bold": "1",
    "margin": "34",
    "added": "32",
    "removed": "31",
}


@dataclass(frozen=True, slots=True)
class Style:
    """What the reader of a text sees: colours or none, and a number of columns, None for any number."""

    has_colours: bool = False
    width: int | None = None

    def paint(self, text: str, colour: str) -> str:
        """The text in a colour."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if text and self.has_colours else text


PLAIN = Style()


def style() -> Style:
    """The style of standard output. A terminal has colours; NO_COLOR switches them off, and FORCE_COLOR on."""
    columns = width()
    forced = os.environ.get("FORCE_COLOR")
    if os.environ.get("NO_COLOR"):
        return Style(False, columns)
    if forced is not None:
        return Style(forced not in ("", "0"), columns)
    return Style(columns is not None and os.environ.get("TERM") != "dumb", columns)


def cells(text: str) -> int:
    """The number of columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    import unicodedata

    def of(character: str) -> int:
        if unicodedata.combining(character):
            return 0
        return 2 if unicodedata.east_asian_width(character) in "WF" else 1

    return sum(map(of, text))


def width() -> int | None:
    """The number of columns of the terminal on standard output; None if it is not a terminal."""
    return max(shutil.get_terminal_size().columns, 20) if sys.stdout and sys.stdout.isatty() else None


def print_text(text: str) -> None:
    """Print on standard output. A character that the terminal cannot show is escaped."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    with standard_output():
        print(text, flush=True)


@contextmanager
def standard_output() -> Iterator[None]:
    """Inside this block a closed pipe or a full disk behind standard output causes no traceback.

    A closed pipe is ignored: its reader has seen enough. Any other error ends the program with status 2.
    """
    try:
        yield
    except OSError as error:
        # Otherwise Python writes once more at exit, and reports the same error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            complain(f"standard output: {error.strerror or error}")
            sys.exit(2)


def complain(problem: str) -> None:
    """Print one line on standard error, after the name of the program."""
    print(f"azureml-dockerfile-ls: {visible(problem)}", file=sys.stderr, flush=True)


class Progress:
    """The progress of long work: a bar on standard error if that is a terminal, else a line every few seconds.

    Use it as a context manager, on one thread. The bar disappears at the end.
    """

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._bar = _bar(f"asking for {what}", total) if _has_bars() else None
        self._last_line_at = time.monotonic()

    def __enter__(self) -> Progress:
        if self._bar is None:
            complain(f"asking for {self._what}")
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def step(self) -> None:
        """Advance by one."""
        self._done += 1
        if self._bar is not None:
            self._bar.update()
        elif time.monotonic() - self._last_line_at >= _SECONDS_BETWEEN_LINES:
            self._last_line_at = time.monotonic()
            complain(f"asking for {self._what}: {self._done} of {self._total} done")

    def complain(self, problem: str) -> None:
        """Print a line on standard error, above the bar."""
        if self._bar is not None:
            self._bar.clear()
        complain(problem)
        if self._bar is not None:
            self._bar.refresh()


def with_bar(what: str, items: Iterable[T], total: int) -> Iterator[T]:
    """The items, with a bar on standard error while they take long, if that is a terminal."""
    if not _has_bars():
        yield from items
        return
    started, bar = time.monotonic(), None
    try:
        for number, item in enumerate(items, 1):
            yield item
            if bar is not None:
                bar.update()
            elif time.monotonic() - started >= _SECONDS_BEFORE_BAR:
                bar = _bar(what, total, number)
    finally:
        if bar is not None:
            bar.close()


def _has_bars() -> bool:
    return bool(sys.stderr and sys.stderr.isatty()) and os.environ.get("TERM") != "dumb"


def _bar(what: str, total: int, done: int = 0) -> Any:
    from tqdm import tqdm

    # It has a thread of its own for bars that are not updated.
    tqdm.monitor_interval = 0
    return tqdm(
        desc=what,
        total=total,
        initial=done,
        file=sys.stderr,
        leave=False,
        dynamic_ncols=True,
        ascii=".#",
        bar_format="{desc}: {n_fmt} of {total_fmt} [{bar:40}]",
    )
