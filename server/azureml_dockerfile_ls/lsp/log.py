"""The log on standard error, which never makes the server wait and never grows without end.

An editor may leave standard error unread. A line that does not fit into the pipe is dropped.
"""

from __future__ import annotations

import logging
import os
import select
import sys
import time

_MOST_ALIKE = 20
_SECONDS = 60.0
"""Of messages of one kind, so many are logged in so many seconds."""

_FITS = 4096
"""The number of bytes that a pipe takes at once when it can be written to, on every POSIX system."""


def log_to_standard_error(level: str) -> None:
    """Log on standard error: the server from `level` on, such as `warning`, and the libraries warnings and errors.

    At `debug` the libraries would log whole messages, with the texts of documents.
    """
    logging.getLogger(__package__.partition(".")[0]).setLevel(level.upper())
    logging.basicConfig(
        handlers=[_StandardError()], level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )


class _StandardError(logging.Handler):
    """Writes log records on standard error."""

    def __init__(self) -> None:
        super().__init__()
        self.addFilter(_Repeats())

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record, or as much of it as standard error takes without waiting."""
        try:
            rest = f"{self.format(record)}\n".encode(errors="backslashreplace")
            descriptor = sys.stderr.fileno()
            while rest:
                # On Windows `select` knows sockets only.
                if os.name == "posix" and not select.select([], [descriptor], [], 0)[1]:
                    return
                rest = rest[os.write(descriptor, rest[:_FITS]) :]
        except (OSError, ValueError, AttributeError):  # there is no standard error, or nobody reads it any more
            return


class _Repeats(logging.Filter):
    """Leaves out messages of a kind that is logged too often; the last one that passes says so."""

    def __init__(self) -> None:
        super().__init__()
        self._logged: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is logged."""
        now, kind = time.monotonic(), f"{record.name} {record.msg}"
        since, count = self._logged.get(kind, (now, 0))
        if now - since > _SECONDS:
            since, count = now, 0
        if len(self._logged) > 1000:
            self._logged.clear()
        self._logged[kind] = (since, count + 1)
        if count + 1 == _MOST_ALIKE:
            record.msg = f"{record.getMessage()} (more messages like this one are left out for a minute)"
            record.args = None
        return count < _MOST_ALIKE
