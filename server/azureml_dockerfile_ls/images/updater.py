"""Keeps what is known of images fresh, in the background: from the cache first, then from the registries."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from azureml_dockerfile_ls.images import cache, store
from azureml_dockerfile_ls.images.cache import Stored
from azureml_dockerfile_ls.images.fetcher import Fetcher
from azureml_dockerfile_ls.images.http import Deadline, RegistryError
from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.images.registry import Registry
from azureml_dockerfile_ls.images.responses import CONFIGURATION, DIGEST, IMAGES, TAGS, is_digest
from azureml_dockerfile_ls.images.store import Question
from azureml_dockerfile_ls.images.tags import LATEST, concrete
from azureml_dockerfile_ls.syntax.nodes import ImageReference

SECONDS_BETWEEN_ATTEMPTS = 60.0
"""A registry that failed is not asked for the same thing with every keystroke."""

_SECONDS_OF_ONE_VIEW = 600.0
"""After so long it is looked at again which answers are still fresh."""

_MOST_REMEMBERED = 2000
_MOST_CANDIDATES = 10
"""How many tags are compared with `latest`: it nearly always is the newest."""


class ImageUpdater:
    """Asks for what is wanted, each thing once at a time, and keeps the answers.

    `changed` is called on another thread when there is something new, and when nothing is waited for any more. Every
    method returns at once.
    """

    def __init__(self, changed: Callable[[], object]) -> None:
        self._changed = changed
        self._fetcher = Fetcher()
        self._registry = Registry()
        self._urls: Mapping[str, str] = {}
        self._folder: Path | None = None
        self._answered: dict[Question, Stored[Any]] = {}
        self._pins: dict[str, tuple[str, str]] = {}
        """The digest of `latest` and the tag that has the same one, empty if none has, by the image's full name."""
        self._attempts: dict[Hashable, float] = {}
        self._pending: dict[Hashable, Callable[[], None]] = {}
        self._images: ImageIndex | None = EMBEDDED
        self._made = 0.0
        self._lock = threading.Lock()

    @property
    def images(self) -> ImageIndex:
        """What is known now; the same object until something new arrives, or what is known may be too old."""
        now = time.monotonic()
        with self._lock:
            if self._images is None or (self._answered and now - self._made > _SECONDS_OF_ONE_VIEW):
                self._made = now
                pins = {name: tag for name, (_, tag) in self._pins.items() if tag}
                self._images = store.images_of(self._answered, pins)
            return self._images

    @property
    def is_busy(self) -> bool:
        """Whether an answer is waited for."""
        with self._lock:
            return bool(self._pending)

    def use(self, urls: Mapping[str, str]) -> None:
        """Ask these registries from now on: the setting `registry.urls`."""
        with self._lock:
            if urls == self._urls:
                return
            self._urls, self._registry = urls, Registry(urls)
            self._answered.clear()
            self._pins.clear()
            self._attempts.clear()
            self._images = None

    def want(
        self, reference: ImageReference, *, with_configuration: bool, is_online: bool, max_age_hours: float
    ) -> None:
        """Find out the tags of an image, and perhaps what it starts with, and which tag its `latest` is.

        Nothing is sent unless `is_online`, and not for what is known and not older than `max_age_hours`.
        """
        self._ask(store.tags_of(reference.name), is_online, max_age_hours)
        # Else what is no digest could pass for a tag.
        if with_configuration and (reference.digest is None or is_digest(reference.digest)):
            self._ask(store.configuration_of(reference), is_online, max_age_hours)
            if reference.digest is None and reference.tag in (None, LATEST):
                self._pin(reference.name, is_online, max_age_hours)

    def want_names(self, *, is_online: bool, max_age_hours: float) -> None:
        """Find out which images there are."""
        for prefix in store.PREFIXES:
            self._ask(Question(IMAGES, prefix), is_online, max_age_hours)

    def cancel(self) -> None:
        """Stop waiting. What was asked for is asked for again when it is wanted again, after a while."""
        with self._lock:
            pending, self._pending = list(self._pending.values()), {}
        for leave in pending:
            leave()
        self._changed()

    def _ask(self, question: Question, is_online: bool, max_age_hours: float) -> None:
        registry = self._registry
        with self._lock:
            known = self._answered.get(question)
        if known is not None and (not is_online or store.is_fresh(known, question, max_age_hours)):
            return

        def work(deadline: Deadline) -> Stored[Any] | None:
            folder = self._cache_folder()
            stored = store.read(folder, registry, question)
            if not is_online or (stored is not None and store.is_fresh(stored, question, max_age_hours)):
                return stored
            if stored is not None:
                take(stored)
            return store.refresh(folder, registry, question, deadline)

        def take(stored: Stored[Any] | None) -> None:
            with self._lock:
                # What another registry answered is about another image.
                if stored is not None and registry is self._registry and self._answered.get(question) != stored:
                    for oldest in list(islice(self._answered, max(len(self._answered) - _MOST_REMEMBERED, 0))):
                        del self._answered[oldest]
                    self._answered[question] = stored
                    self._images = None
            self._changed()

        if store.place_of(registry, question) is not None:
            self._start(question, work, take)

    def _pin(self, name: str, is_online: bool, max_age_hours: float) -> None:
        """Find the tag that stands for the same image as `latest`: the newest with the same digest."""
        registry = self._registry
        where = registry.locate(name)
        with self._lock:
            configuration = self._answered.get(Question(CONFIGURATION, name, LATEST))
            listing = self._answered.get(Question(TAGS, name))
            known = self._pins.get(name)
        if where is None or not (configuration and configuration.answer and listing and listing.answer):
            return
        digest = configuration.answer.digest
        if not configuration.is_fresh(max_age_hours) or (known is not None and known[0] == digest):
            return
        candidates = concrete(listing.answer.names)[:_MOST_CANDIDATES]

        def work(deadline: Deadline) -> str | None:
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

        def take(tag: str | None) -> None:
            with self._lock:
                self._pins[name] = (digest, tag or "")
                self._images = None

        self._start(("pin", name), work, take)

    def _start(self, key: Hashable, work: Callable[[Deadline], Any], take: Callable[[Any], None]) -> None:
        """Do some work, unless the same is being done, or was tried a moment ago."""
        now = time.monotonic()
        with self._lock:
            attempt = self._attempts.get(key)
            if key in self._pending or (attempt is not None and now - attempt < SECONDS_BETWEEN_ATTEMPTS):
                return
            if len(self._attempts) >= _MOST_REMEMBERED:
                self._attempts.clear()
            self._attempts[key] = now
            self._pending[key] = lambda: None

        def done(result: Any) -> None:
            if not isinstance(result, RegistryError):
                take(result)
            with self._lock:
                self._pending.pop(key, None)
            self._changed()

        leave = self._fetcher.submit(key, work, done)
        with self._lock:
            if key in self._pending:
                self._pending[key] = leave

    def _cache_folder(self) -> Path:
        if self._folder is None:
            self._folder = cache.default_folder()
        return self._folder
