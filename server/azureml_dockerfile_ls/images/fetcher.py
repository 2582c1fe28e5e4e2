"""Runs what asks a registry on threads of its own, each thing once at a time, and reports by callback."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from azureml_dockerfile_ls.images.http import Absent, Cancelled, Deadline, RegistryError, Resting

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

_THREADS = 4
_LONGEST_QUEUE = 1000


@dataclass(slots=True, eq=False)
class _Job:
    key: Hashable
    work: Callable[[Deadline], Any]
    waiting: list[Callable[[Any], None]]
    deadline: Deadline = field(default_factory=Deadline)


class Fetcher:
    """A few threads that fetch. They start with the first job, and never hold up the end of the program."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._jobs: dict[Hashable, _Job] = {}
        self._threads: list[threading.Thread] = []
        self._is_closed = False
        self._lock = threading.Lock()

    def submit(
        self,
        key: Hashable,
        work: Callable[[Deadline], Answer],
        done: Callable[[Answer | RegistryError], None],
    ) -> Callable[[], None]:
        """Run `work` soon, then `done` with what it returns or raises, on a thread of the fetcher.

        While a job with an equal key waits or runs, no second one is started: both callers get its answer. Each failure
        is logged once. Returns what cancels: `done` is then not called, unless that is already happening, and the job
        ends when nobody else waits for it. After `close` nothing is run and `done` is not called.
        """
        with self._lock:
            job = self._jobs.get(key)
            if self._is_closed:
                return lambda: None
            if job is not None:
                job.waiting.append(done)
            elif len(self._jobs) < _LONGEST_QUEUE:
                job = self._jobs[key] = _Job(key, work, [done])
                self._queue.put(job)
                self._start_thread()
        if job is None:
            done(Resting("too much is already being asked for"))
            return lambda: None
        waiting = job
        return lambda: self._leave(waiting, done)

    def close(self) -> None:
        """Cancel everything. The threads end by themselves."""
        with self._lock:
            self._is_closed = True
            for job in self._jobs.values():
                job.waiting.clear()
                job.deadline.cancel()
            self._jobs.clear()
            for _ in self._threads:
                self._queue.put(None)

    def _start_thread(self) -> None:
        if len(self._threads) < min(_THREADS, len(self._jobs)):
            thread = threading.Thread(target=self._run, name=f"registry-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _leave(self, job: _Job, done: Callable[[Any], None]) -> None:
        with self._lock:
            if done in job.waiting:
                job.waiting.remove(done)
            if not job.waiting and self._jobs.get(job.key) is job:
                del self._jobs[job.key]
                job.deadline.cancel()

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            result = _result(job)
            with self._lock:
                if self._jobs.get(job.key) is job:
                    del self._jobs[job.key]
                waiting = tuple(job.waiting)
            for done in waiting:
                try:
                    done(result)
                except Exception:
                    logger.exception("What a registry answered could not be used")


def _result(job: _Job) -> Any:
    try:
        with job.deadline:
            job.deadline.check()
            return job.work(job.deadline)
    except RegistryError as error:
        level = logging.INFO if isinstance(error, Absent) else logging.WARNING
        if not isinstance(error, (Cancelled, Resting)):
            logger.log(level, "%s", error)
        return error
    except Exception as error:
        logger.exception("A fault of ours, while a registry was asked")
        return RegistryError(f"a fault of ours: {type(error).__name__}")
