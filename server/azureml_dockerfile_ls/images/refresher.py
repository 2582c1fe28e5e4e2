"""Keeps what is known of images fresh, in the background: from the cache first, then from the registries."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from azureml_dockerfile_ls.images import answers, cache
from azureml_dockerfile_ls.images.answers import Kind
from azureml_dockerfile_ls.images.cache import Stored
from azureml_dockerfile_ls.images.fetcher import Fetcher
from azureml_dockerfile_ls.images.known import EMBEDDED, Images
from azureml_dockerfile_ls.images.registry import Registry, Repository
from azureml_dockerfile_ls.images.tags import LATEST, concrete
from azureml_dockerfile_ls.images.transport import Absent, Deadline, RegistryError
from azureml_dockerfile_ls.syntax.nodes import ImageReference

PREFIXES = ("mcr.microsoft.com/azureml", "mcr.microsoft.com/aifx")
"""Below these are the images whose names are asked for."""

SECONDS_BETWEEN_ATTEMPTS = 60.0
"""A registry that failed is not asked for the same thing with every keystroke."""

MAX_FRESH_HOURS = 24.0
"""Tags that are older say nothing about a tag that is missing."""

_MOST_CANDIDATES = 10
"""How many tags are compared with `latest`: it nearly always is the newest."""

Key = tuple[str, str, str]
"""What is asked for: the kind of the answer, the full name of an image, and a tag or digest of it."""


class Refresher:
    """Asks for what is wanted, each thing once at a time, and keeps the answers.

    `changed` is called on another thread when there is something new. Every method returns at once.
    """

    def __init__(self, changed: Callable[[], object]) -> None:
        self._changed = changed
        self._fetcher = Fetcher()
        self._registry = Registry()
        self._urls: Mapping[str, str] = {}
        self._folder: Path | None = None
        self._stored: dict[Key, Stored[Any]] = {}
        self._pins: dict[str, tuple[str, str]] = {}
        self._attempts: dict[Key, float] = {}
        self._pending: dict[Key, Callable[[], None]] = {}
        self._images: Images | None = EMBEDDED
        self._lock = threading.Lock()

    @property
    def images(self) -> Images:
        """What is known now; the same object until something new arrives."""
        with self._lock:
            if self._images is None:
                self._images = self._made()
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
            self._stored.clear()
            self._pins.clear()
            self._attempts.clear()
            self._images = None

    def want(self, references: Iterable[ImageReference], *, is_online: bool, max_age_hours: float) -> None:
        """Find out the tags of images, what they start with, and which tag `latest` is.

        Nothing is sent unless `is_online`, and not for what is known and not older than `max_age_hours`.
        """
        registry = self._registry
        for reference in references:
            name = reference.name
            where = registry.locate(name)
            if where is None:
                continue
            self._ask(answers.TAGS, name, "", where, partial(registry.tags, where), is_online, max_age_hours)
            tag = reference.digest or reference.tag or LATEST
            if answers.is_tag(tag) or answers.is_digest(tag):
                fetch = partial(registry.configuration, where, tag)
                self._ask(answers.CONFIGURATION, name, tag, where, fetch, is_online, max_age_hours)
            if tag == LATEST:
                self._pin(registry, name, where, is_online, max_age_hours)

    def want_names(self, *, is_online: bool, max_age_hours: float) -> None:
        """Find out which images there are."""
        registry = self._registry
        for prefix in PREFIXES:
            where = registry.locate(prefix)
            if where is not None:
                fetch = partial(registry.images, prefix)
                self._ask(answers.IMAGES, prefix, "", where, fetch, is_online, max_age_hours)

    def cancel(self) -> None:
        """Stop waiting. What was asked for is asked for again when it is wanted again, after a while."""
        with self._lock:
            pending, self._pending = list(self._pending.values()), {}
        for leave in pending:
            leave()
        self._changed()

    def _ask(
        self,
        kind: Kind[Any],
        name: str,
        reference: str,
        where: Repository,
        fetch: Callable[[Deadline], Any],
        is_online: bool,
        max_age_hours: float,
    ) -> None:
        key = (kind.name, name, reference)

        def work(deadline: Deadline) -> Stored[Any] | None:
            folder = self._cache_folder()
            stored = cache.read(folder, kind, where, reference)
            if stored is not None:
                self._take(key, stored)
            if not is_online or (stored is not None and stored.is_fresh(max_age_hours)):
                return stored
            try:
                answer = fetch(deadline)
            except Absent:
                answer = None
            cache.write(folder, kind, where, reference, answer)
            return Stored(answer, time.time())

        if self._is_wanted(key, is_online, max_age_hours):
            self._start(key, work, lambda stored: self._take(key, stored))

    def _pin(self, registry: Registry, name: str, where: Repository, is_online: bool, max_age_hours: float) -> None:
        """Find the tag that stands for the same image as `latest`: the newest with the same digest."""
        key = ("pin", name, LATEST)
        with self._lock:
            configuration = self._stored.get((answers.CONFIGURATION.name, name, LATEST))
            listing = self._stored.get((answers.TAGS.name, name, ""))
        if not (configuration and configuration.answer and listing and listing.answer):
            return
        digest = configuration.answer.digest
        if not configuration.is_fresh(max_age_hours) or self._pins.get(name, ("", ""))[0] == digest:
            return
        candidates = concrete(listing.answer.names)[:_MOST_CANDIDATES]

        def work(deadline: Deadline) -> str | None:
            for tag in candidates:
                stored = cache.read(self._cache_folder(), answers.DIGEST, where, tag)
                if stored is None or stored.answer is None:
                    if not is_online:
                        return None
                    found = registry.digest(where, tag, deadline)
                    cache.write(self._cache_folder(), answers.DIGEST, where, tag, found)
                else:
                    found = stored.answer
                if found == digest:
                    return tag
            return None

        def take(tag: str | None) -> None:
            with self._lock:
                self._pins[name] = (digest, tag or "")
                self._images = None

        if self._is_wanted(key, is_online, max_age_hours):
            self._start(key, work, take)

    def _is_wanted(self, key: Key, is_online: bool, max_age_hours: float) -> bool:
        """Whether to look for something: not while it is looked for, is fresh, or was looked for a moment ago."""
        now = time.monotonic()
        with self._lock:
            stored = self._stored.get(key)
            attempt = self._attempts.get(key)
            if key in self._pending or (stored is not None and (not is_online or stored.is_fresh(max_age_hours))):
                return False
            if attempt is not None and now - attempt < SECONDS_BETWEEN_ATTEMPTS:
                return False
            self._attempts[key] = now
            self._pending[key] = lambda: None
            return True

    def _start(self, key: Key, work: Callable[[Deadline], Any], take: Callable[[Any], None]) -> None:
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

    def _take(self, key: Key, stored: Stored[Any] | None) -> None:
        if stored is None:
            return
        with self._lock:
            if self._stored.get(key) != stored:
                self._stored[key] = stored
                self._images = None
        self._changed()

    def _cache_folder(self) -> Path:
        if self._folder is None:
            self._folder = cache.default_folder()
        return self._folder

    def _made(self) -> Images:
        tags, configurations, names, fresh = {}, {}, [], set()
        for (kind, name, reference), stored in self._stored.items():
            if stored.answer is None:
                continue
            if kind == answers.TAGS.name:
                tags[name] = stored.answer
                if stored.is_fresh(MAX_FRESH_HOURS):
                    fresh.add(name)
            elif kind == answers.IMAGES.name:
                names += stored.answer.names
            else:
                configurations[f"{name}{'@' if ':' in reference else ':'}{reference}"] = stored.answer
        pins = {name: tag for name, (_, tag) in self._pins.items() if tag}
        return Images(tags, configurations, tuple(names), frozenset(fresh), pins)
