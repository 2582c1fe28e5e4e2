"""Many files at once: several processes check them, and the results keep their order."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from azureml_dockerfile_ls.cli.check.checker import Checker, Result
from azureml_dockerfile_ls.cli.check.options import CheckOptions
from azureml_dockerfile_ls.cli.sources import STANDARD_INPUT
from azureml_dockerfile_ls.records import NamedTuple

_LEAST_FILES = 64
"""For fewer files, the start of another process costs more than it saves."""

_BATCH = 16
"""The number of files that a process gets at once, and of which it gives those with one configuration to hadolint."""

_MOST_PROCESSES = 16

_checkers: list[Checker] = []
"""The checker of this process, if the command has started it for this."""


class Batch(NamedTuple):
    """The results of some files, in their order, and why findings of hadolint are missing, if any are."""

    results: list[Result]
    problem: str | None


def check_all(paths: Sequence[str], options: CheckOptions) -> Iterator[Batch]:
    """The results of all files, in the order of the paths."""
    processes = min(_processors(), _MOST_PROCESSES, len(paths) // (_LEAST_FILES // 2))
    if len(paths) < _LEAST_FILES or processes < 2 or STANDARD_INPUT in paths:
        checker = Checker(options)
        yield from (_checked(checker, batch) for batch in _batches(paths))
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # A fork has everything imported already.
    context = get_context("fork" if sys.platform == "linux" else None)
    executor = ProcessPoolExecutor(processes, context, initializer=_start, initargs=(options,))
    try:
        with _without_interrupts():
            results = executor.map(_check, _batches(paths))
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


def _check(paths: Sequence[str]) -> Batch:
    return _checked(_checkers[0], paths)


def _checked(checker: Checker, paths: Sequence[str]) -> Batch:
    return Batch(checker.check(paths), checker.problem)


def _batches(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    return (paths[start : start + _BATCH] for start in range(0, len(paths), _BATCH))
