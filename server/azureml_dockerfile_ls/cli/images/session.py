"""The cache and the registry, for one run of `images`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from azureml_dockerfile_ls.cli.terminal import Progress
from azureml_dockerfile_ls.images import cache
from azureml_dockerfile_ls.images.cache import Stored
from azureml_dockerfile_ls.images.http import Absent, Cancelled, Deadline, RegistryError, Resting
from azureml_dockerfile_ls.images.questions import Contents, Question, load, refresh
from azureml_dockerfile_ls.images.registry import Registry
from azureml_dockerfile_ls.images.updater import Fetcher
from azureml_dockerfile_ls.syntax.nodes import ImageReference

_Answer = tuple[Question, Stored[Any] | RegistryError]

_PACKAGE = __name__.partition(".")[0]
"""The name of the logger above the loggers of all modules."""


class Session:
    """The known facts, and with `is_refreshing` a registry to ask for newer ones. Use it as a context manager."""

    def __init__(self, registry: Registry, max_age_hours: float, is_refreshing: bool) -> None:
        self.registry = registry
        self.is_refreshing = is_refreshing
        self.has_failed = False
        self._failed_hosts: set[str] = set()
        self._max_age_hours = max_age_hours
        self._folder = cache.default_folder()
        self._answered: dict[Question, Stored[Any]] = {}
        self._fetcher = Fetcher()
        self._events: SimpleQueue[str | _Answer] = SimpleQueue()
        self._log = _Log(self._events)

    def __enter__(self) -> Session:
        logging.getLogger(_PACKAGE).addHandler(self._log)
        return self

    def __exit__(self, *_: object) -> None:
        self._fetcher.close()
        logging.getLogger(_PACKAGE).removeHandler(self._log)

    def load(self, names: Iterable[str] = (), references: Iterable[ImageReference] = ()) -> Contents:
        """The known facts, with the tags of the images `names` and the configurations of `references`."""
        return load(self._folder, self.registry, names, references, self._max_age_hours, self._answered)

    def ask(self, what: str, questions: Sequence[Question]) -> None:
        """Ask the registry, and print each failure on standard error, but that of a whole registry only once.

        Does nothing unless the session refreshes, and after such a failure.
        """
        if not self.is_refreshing or not questions or self._failed_hosts.issuperset(map(self._host, questions)):
            return
        with Progress(what, len(questions)) as progress:
            for question in questions:
                self._fetcher.submit(question, partial(self._refresh, question), partial(self._done, question))
            waiting = len(questions)
            skipped: list[tuple[str, Resting]] = []
            while waiting:
                event = self._next_event()
                if isinstance(event, str):
                    progress.complain(event)
                    continue
                question, result = event
                waiting -= 1
                progress.step()
                if isinstance(result, Stored):
                    self._answered[question] = result
                else:
                    self.has_failed = True
                    host = self._host(question)
                    if isinstance(result, Resting):
                        skipped.append((host, result))
                    elif _concerns_host(result) and host not in self._failed_hosts:
                        self._failed_hosts.add(host)
                        progress.complain(f"no answer from {host}: {result.__cause__ or result}; showing known facts")
            others = [result for host, result in skipped if host not in self._failed_hosts]
            if others:
                progress.complain(f"skipped {len(others)} more requests: {others[0]}")

    def advice(self, contents: Contents) -> Iterator[str]:
        """A line of advice, if some answers are older than the settings allow."""
        if not self.is_refreshing and any(question in contents.fetched for question in contents.due):
            yield f"some of these answers are older than {self._max_age_hours:g} hours; use --refresh to update them"

    def _host(self, question: Question) -> str:
        where = self.registry.locate(question.image)
        return where.registry.partition("//")[2] if where else ""

    def _refresh(self, question: Question, deadline: Deadline) -> Stored[Any]:
        return refresh(self._folder, self.registry, question, deadline)

    def _done(self, question: Question, result: Stored[Any] | RegistryError) -> None:
        self._events.put((question, result))

    def _next_event(self) -> str | _Answer:
        while True:
            try:
                # On Windows, Ctrl-C cannot interrupt a wait without a timeout.
                return self._events.get(timeout=0.2)
            except Empty:
                continue


def _concerns_host(error: object) -> bool:
    """Whether a whole registry failed."""
    return isinstance(error, RegistryError) and error.concerns_host and not isinstance(error, (Absent, Cancelled))


class _Log(logging.Handler):
    """Queues the log messages of all threads, so that each is printed above the progress bar."""

    def __init__(self, events: SimpleQueue[Any]) -> None:
        super().__init__(logging.WARNING)
        self._events = events
        self._has_logged_cache = False

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == cache.__name__:
            # A folder that cannot be written to causes the same message for every answer.
            if self._has_logged_cache:
                return
            self._has_logged_cache = True
        if isinstance(record.args, tuple) and any(map(_concerns_host, record.args)):
            # It arrives as the result of the question too.
            return
        self._events.put(record.getMessage())
