"""Many files at once: several processes check them, and the results keep their order."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from azureml_dockerfile_ls.cli.check.checker import Checker, Result
from azureml_dockerfile_ls.cli.check.options import CheckOptions
from azureml_dockerfile_ls.cli.sources import STANDARD_INPUT

_LEAST_FILES = 64
"""For fewer files, the start of another process costs more than it saves."""

_CHUNK = 8
_MOST_PROCESSES = 16

_checkers: list[Checker] = []
"""The checker of this process, if the command has started it for this."""


def check_all(paths: Sequence[str], options: CheckOptions) -> Iterator[Result]:
    """The result of each file, in the order of the paths."""
    processes = min(_processors(), _MOST_PROCESSES, len(paths) // (_LEAST_FILES // 2))
    if len(paths) < _LEAST_FILES or processes < 2 or STANDARD_INPUT in paths:
        checker = Checker(options)
        yield from map(checker.check, paths)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # A fork has everything imported already.
    context = get_context("fork" if sys.platform == "linux" else None)
    executor = ProcessPoolExecutor(processes, context, initializer=_start, initargs=(options,))
    try:
        with _without_interrupts():
            results = executor.map(_check, paths, chunksize=_CHUNK)
        yield from results
    finally:
        # What is being checked comes to its end, so that no temporary file of a repair is left.
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Inside this block Ctrl-C waits, and so a process that starts in it never gets one."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start(options: CheckOptions) -> None:
    import signal

    # Ctrl-C is for the process that waits for the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _checkers[:] = [Checker(options)]


def _check(path: str) -> Result:
    return _checkers[0].check(path)
