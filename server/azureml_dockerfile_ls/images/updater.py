"""Updates of what is known about images, in the background: from the cache first, then from the registries."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from azureml_dockerfile_ls.images import cache, questions
from azureml_dockerfile_ls.images.cache import Stored
from azureml_dockerfile_ls.images.http import Absent, Cancelled, Deadline, RegistryError, Resting
from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.images.questions import PREFIXES, Question
from azureml_dockerfile_ls.images.registry import Registry
from azureml_dockerfile_ls.images.responses import CONFIGURATION, DIGEST, IMAGES, TAGS, is_digest
from azureml_dockerfile_ls.images.tags import LATEST, concrete
from azureml_dockerfile_ls.syntax.nodes import ImageReference

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

SECONDS_BETWEEN_ATTEMPTS = 60.0
"""The time between two attempts to answer the same question, so that not every keystroke makes one."""

_SECONDS_OF_ONE_INDEX = 600.0
"""The time after which a new index is built, because answers become outdated."""

_MOST_REMEMBERED = 2000
_MOST_CANDIDATES = 10
"""The number of tags that are compared with `latest`, which nearly always is the newest one."""

_THREADS = 4
_LONGEST_QUEUE = 1000


@dataclass(slots=True, eq=False)
class _Job:
    key: Hashable
    work: Callable[[Deadline], Any]
    callbacks: list[Callable[[Any], None]]
    deadline: Deadline = field(default_factory=Deadline)


class Fetcher:
    """A few threads that run jobs. They start with the first job and never keep the program from exiting."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._jobs: dict[Hashable, _Job] = {}
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._is_closed = False
        self._lock = threading.Lock()

    def submit(
        self,
        key: Hashable,
        work: Callable[[Deadline], Answer],
        on_result: Callable[[Answer | RegistryError], None],
    ) -> Callable[[], None]:
        """Run `work` soon, and then `on_result` with its result or its error, on a thread of the fetcher.

        While a job with an equal key waits or runs, its result is shared, and `work` is not run again. Each failure is
        logged once. The returned function cancels: `on_result` is then not called, unless that is already happening,
        and the job ends if no other caller waits for it. After `close`, nothing runs.
        """
        with self._lock:
            job = self._jobs.get(key)
            if self._is_closed:
                return lambda: None
            if job is not None:
                job.callbacks.append(on_result)
            elif len(self._jobs) < _LONGEST_QUEUE:
                job = self._jobs[key] = _Job(key, work, [on_result])
                self._queue.put(job)
                self._start_thread()
        if job is None:
            on_result(Resting("too many requests are already waiting"))
            return lambda: None
        joined = job
        return lambda: self._leave(joined, on_result)

    def close(self) -> None:
        """Cancel everything. The threads end by themselves."""
        with self._lock:
            self._is_closed = True
            for job in self._jobs.values():
                job.callbacks.clear()
                job.deadline.cancel()
            self._jobs.clear()
            for _ in self._threads:
                self._queue.put(None)

    def _start_thread(self) -> None:
        # A cancelled job no longer counts, but holds its thread until its request ends.
        if len(self._threads) < _THREADS and self._queue.qsize() > self._idle:
            thread = threading.Thread(target=self._run, name=f"registry-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _leave(self, job: _Job, on_result: Callable[[Any], None]) -> None:
        with self._lock:
            if on_result in job.callbacks:
                job.callbacks.remove(on_result)
            if not job.callbacks and self._jobs.get(job.key) is job:
                del self._jobs[job.key]
                job.deadline.cancel()

    def _next_job(self) -> _Job | None:
        with self._lock:
            self._idle += 1
        job = self._queue.get()
        with self._lock:
            self._idle -= 1
        return job

    def _run(self) -> None:
        while (job := self._next_job()) is not None:
            result = _result(job)
            with self._lock:
                if self._jobs.get(job.key) is job:
                    del self._jobs[job.key]
                callbacks = tuple(job.callbacks)
            for on_result in callbacks:
                try:
                    on_result(result)
                except Exception:
                    logger.exception("Internal error while using the response of a registry")


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
        logger.exception("Internal error while querying a registry")
        return RegistryError(f"internal error: {type(error).__name__}")


class ImageUpdater:
    """The owner of the current `ImageIndex`: it asks for what is wanted, each thing once at a time.

    `on_change` is called on another thread after each answer, and when no answer is outstanding any more. Every method
    returns at once.
    """

    def __init__(self, on_change: Callable[[], object]) -> None:
        self._on_change = on_change
        self._fetcher = Fetcher()
        self._registry = Registry()
        self._urls: Mapping[str, str] = {}
        self._folder: Path | None = None
        self._answers: dict[Question, Stored[Any]] = {}
        self._pins: dict[str, tuple[str, str]] = {}
        """By the full name of an image: the digest of `latest`, and the tag with the same digest or an empty text."""
        self._attempts: dict[Hashable, float] = {}
        self._cancels: dict[Hashable, Callable[[], None]] = {}
        """How to cancel each outstanding job."""
        self._images: ImageIndex | None = EMBEDDED
        self._built_at = 0.0
        self._lock = threading.Lock()

    @property
    def images(self) -> ImageIndex:
        """The current index: the same object until an answer arrives, or answers may be outdated."""
        now = time.monotonic()
        with self._lock:
            if self._images is None or (self._answers and now - self._built_at > _SECONDS_OF_ONE_INDEX):
                self._built_at = now
                pins = {name: tag for name, (_, tag) in self._pins.items() if tag}
                self._images = questions.index_of(self._answers, pins)
            return self._images

    @property
    def is_busy(self) -> bool:
        """Whether an answer is outstanding."""
        with self._lock:
            return bool(self._cancels)

    def use(self, urls: Mapping[str, str]) -> None:
        """Ask these registries from now on: the setting `registry.urls`."""
        with self._lock:
            if urls == self._urls:
                return
            self._urls, self._registry = urls, Registry(urls)
            self._answers.clear()
            self._pins.clear()
            self._attempts.clear()
            self._images = None

    def want(
        self, reference: ImageReference, *, with_configuration: bool, is_online: bool, max_age_hours: float
    ) -> None:
        """Find out the tags of an image, and perhaps its configuration and the tag that `latest` stands for.

        Nothing is sent unless `is_online`, nor for an answer that is not older than `max_age_hours`.
        """
        self._ask(questions.tags_of(reference.name), is_online, max_age_hours)
        # An invalid digest must not be looked up as a tag.
        if with_configuration and (reference.digest is None or is_digest(reference.digest)):
            self._ask(questions.configuration_of(reference), is_online, max_age_hours)
            if reference.digest is None and reference.tag in (None, LATEST):
                self._pin(reference.name, is_online, max_age_hours)

    def want_names(self, *, is_online: bool, max_age_hours: float) -> None:
        """Find out the names of all images."""
        for prefix in PREFIXES:
            self._ask(Question(IMAGES, prefix), is_online, max_age_hours)

    def cancel(self) -> None:
        """Stop waiting. A later request for the same thing starts again, after a while."""
        with self._lock:
            cancels, self._cancels = list(self._cancels.values()), {}
        for cancel in cancels:
            cancel()
        self._on_change()

    def _ask(self, question: Question, is_online: bool, max_age_hours: float) -> None:
        registry = self._registry
        with self._lock:
            known = self._answers.get(question)
        if known is not None and (not is_online or questions.is_fresh(known, question, max_age_hours)):
            return

        def find_answer(deadline: Deadline) -> Stored[Any] | None:
            folder = self._cache_folder()
            stored = questions.read(folder, registry, question)
            if not is_online or (stored is not None and questions.is_fresh(stored, question, max_age_hours)):
                return stored
            if stored is not None:
                keep_answer(stored)
            return questions.refresh(folder, registry, question, deadline)

        def keep_answer(stored: Stored[Any] | None) -> None:
            with self._lock:
                # The answer of another registry describes another image.
                if stored is not None and registry is self._registry and self._answers.get(question) != stored:
                    for oldest in list(islice(self._answers, max(len(self._answers) - _MOST_REMEMBERED, 0))):
                        del self._answers[oldest]
                    self._answers[question] = stored
                    self._images = None
            self._on_change()

        if questions.place_of(registry, question) is not None:
            self._start(question, find_answer, keep_answer)

    def _pin(self, name: str, is_online: bool, max_age_hours: float) -> None:
        """Find the tag of the same image as `latest`: the newest one with the same digest."""
        registry = self._registry
        where = registry.locate(name)
        with self._lock:
            configuration = self._answers.get(Question(CONFIGURATION, name, LATEST))
            listing = self._answers.get(Question(TAGS, name))
            known = self._pins.get(name)
        if where is None or not (configuration and configuration.answer and listing and listing.answer):
            return
        digest = configuration.answer.digest
        if not configuration.is_fresh(max_age_hours) or (known is not None and known[0] == digest):
            return
        candidates = concrete(listing.answer.names)[:_MOST_CANDIDATES]

        def find_tag(deadline: Deadline) -> str | None:
            folder = self._cache_folder()
            for tag in candidates:
                stored = cache.read(folder, DIGEST, where, tag)
                found = stored.answer if stored else None
                if found is None:
                    if not is_online:
                        return None
                    found = registry.digest(where, tag, deadline)
                    cache.write(folder, DIGEST, where, tag, found)
                if found == digest:
                    return tag
            return None

        def keep_tag(tag: str | None) -> None:
            with self._lock:
                self._pins[name] = (digest, tag or "")
                self._images = None

        self._start(("pin", name), find_tag, keep_tag)

    def _start(self, key: Hashable, work: Callable[[Deadline], Any], keep: Callable[[Any], None]) -> None:
        """Start a job and keep its result, unless the same job is outstanding, or was tried a moment ago."""
        now = time.monotonic()
        with self._lock:
            attempt = self._attempts.get(key)
            if key in self._cancels or (attempt is not None and now - attempt < SECONDS_BETWEEN_ATTEMPTS):
                return
            if len(self._attempts) >= _MOST_REMEMBERED:
                self._attempts.clear()
            self._attempts[key] = now
            self._cancels[key] = lambda: None

        def on_result(result: Any) -> None:
            if not isinstance(result, RegistryError):
                keep(result)
            with self._lock:
                self._cancels.pop(key, None)
            self._on_change()

        cancel = self._fetcher.submit(key, work, on_result)
        with self._lock:
            if key in self._cancels:
                self._cancels[key] = cancel

    def _cache_folder(self) -> Path:
        if self._folder is None:
            self._folder = cache.default_folder()
        return self._folder
