"""What is known of images, kept fresh for an editor: asked for in the background, and shown as soon as it arrives."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Iterable

from lsprotocol import types

from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.updater import SECONDS_BETWEEN_ATTEMPTS, ImageUpdater
from azureml_dockerfile_ls.lsp.client import Client
from azureml_dockerfile_ls.lsp.protocol import Server
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import ImageReference

_SECONDS_BEFORE_PROGRESS = 1.0
"""What is done by then needs no bar."""


class Freshness:
    """Asks for what is known of images. `changed` is called on the loop when an answer brings something else."""

    def __init__(self, server: Server, client: Client, changed: Callable[[], None]) -> None:
        self._server = server
        self._client = client
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._refresher = ImageUpdater(self._report)
        self._is_reported = False
        self._progress: str | None = None
        self._wanted: object = None
        self._wanted_at = 0.0
        self._shown = self.images

    @property
    def images(self) -> ImageIndex:
        """What is known of images now."""
        return self._refresher.images

    def want(self, snapshot: Snapshot, *, is_opened: bool) -> None:
        """Ask for the images that a file names; while it is edited, not for what may not be typed to its end."""
        settings, images = snapshot.settings, self.images
        references = {reference.text: reference for reference in _references(snapshot)}
        # What was asked for a moment ago is not worked out again with every keystroke.
        wanted = (references.keys(), is_opened, settings, images)
        now = time.monotonic()
        if self._wanted == wanted and now - self._wanted_at < SECONDS_BETWEEN_ATTEMPTS:
            return
        self._wanted, self._wanted_at = wanted, now
        self._refresher.use(settings.registry_urls)
        for reference in references.values():
            image = images.find(reference.name)
            is_image = is_opened or (image is not None and not image.unconfirmed)
            is_tag = reference.digest is not None or (image is not None and reference.tag in (None, *image.tags))
            if is_image:
                self._refresher.want(
                    reference,
                    with_configuration=is_opened or is_tag,
                    is_online=settings.registry_enabled,
                    max_age_hours=settings.registry_max_age_hours,
                )
        self._show_progress_later()

    def want_names(self, settings: Settings) -> None:
        """Ask which images there are."""
        self._refresher.use(settings.registry_urls)
        self._refresher.want_names(is_online=settings.registry_enabled, max_age_hours=settings.registry_max_age_hours)
        self._show_progress_later()

    @property
    def is_busy(self) -> bool:
        """Whether an answer is waited for."""
        return self._refresher.is_busy

    def _report(self) -> None:
        # Called on other threads, perhaps many times at once.
        if not self._is_reported:
            self._is_reported = True
            try:
                self._loop.call_soon_threadsafe(self._arrived)
            except RuntimeError:  # the loop was closed meanwhile
                return

    def _arrived(self) -> None:
        self._is_reported = False
        images = self.images
        if images is not self._shown:
            self._shown = images
            self._changed()
        if not self._refresher.is_busy:
            self._end_progress()

    def _show_progress_later(self) -> None:
        if self._client.shows_progress and self._refresher.is_busy and self._progress is None:
            self._progress = str(uuid.uuid4())
            self._loop.call_later(_SECONDS_BEFORE_PROGRESS, self._begin_progress, self._progress)

    def _begin_progress(self, token: str) -> None:
        if self._progress != token:
            return
        begin = types.WorkDoneProgressBegin("Asking for images and tags", cancellable=True)

        def created(_: object) -> None:
            if self._progress == token:
                self._server.work_done_progress.begin(token, begin)
                future = self._server.work_done_progress.tokens[token]
                future.add_done_callback(lambda future: self._refresher.cancel() if future.cancelled() else None)

        self._server.work_done_progress.create(token, created)

    def _end_progress(self) -> None:
        token, self._progress = self._progress, None
        if token in self._server.work_done_progress.tokens:
            self._server.work_done_progress.end(token, types.WorkDoneProgressEnd())
            del self._server.work_done_progress.tokens[token]


def _references(snapshot: Snapshot) -> Iterable[ImageReference]:
    """The images that a file names, its variables replaced."""
    for placed in snapshot.model.stages:
        if placed.stage.base is None and placed.stage.image is not None:
            yield placed.stage.image
        for _, instruction in placed.stage.instructions_named("COPY"):
            if instruction.image is not None and "$" not in instruction.image.text:
                yield instruction.image
