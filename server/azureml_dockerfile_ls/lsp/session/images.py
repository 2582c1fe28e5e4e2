"""Keeps the facts about images up to date for a client: requested in the background, shown as soon as they arrive."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.lsp.garbage import gc_paused
from azureml_dockerfile_ls.lsp.session.documents import ImagesRequest, OpenDocument
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import ImageReference

if TYPE_CHECKING:
    from azureml_dockerfile_ls.images.updater import ImageUpdater
    from azureml_dockerfile_ls.manifest_snapshot import AnySnapshot

_SECONDS_BEFORE_FIRST_REQUEST = 0.1
"""The client asks for more right after the first diagnostics, and that comes first."""
_MOST_IMAGES = 30
"""The number of images of a document that are requested; a real document names fewer."""

_SECONDS_BEFORE_PROGRESS = 1.0
"""Shorter work shows no progress bar."""


class ImageUpdates:
    """Requests the facts about images. `changed` is called on the loop when an answer brings new ones."""

    def __init__(self, server: LanguageServer, client: ClientCapabilities, changed: Callable[[], None]) -> None:
        self._server = server
        self._client = client
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._updater: ImageUpdater | None = None
        self._is_reported = False
        self._progress: str | None = None
        self._shown = self.index

    @property
    def index(self) -> ImageIndex:
        """All that is known of images now."""
        return self._updater.images if self._updater is not None else EMBEDDED

    @property
    def is_busy(self) -> bool:
        """Whether a registry has still to answer."""
        return self._updater is not None and self._updater.is_busy

    def request(self, opened: OpenDocument, snapshot: AnySnapshot) -> None:
        """Request the images that a document names, the first time a moment later.

        While it is edited, only known images and tags are requested: another name may not be typed to its end.
        """
        if self._updater is None:
            self._loop.call_later(_SECONDS_BEFORE_FIRST_REQUEST, self._request, opened, snapshot)
        else:
            self._request(opened, snapshot)

    def _request(self, opened: OpenDocument, snapshot: AnySnapshot) -> None:
        updater = self._started()
        before, settings, images = opened.images_request, snapshot.settings, self.index
        found = _references(snapshot)
        if before is not None and before.found == found:
            references = before.references
        else:
            references = {reference.text: reference for _, each in found for reference in each}
        now = ImagesRequest(found, references, settings, images, time.monotonic())
        if before is not None and _is_same(before, now):
            return
        opened.images_request = now
        is_opened = before is None
        updater.use(settings.registry_urls)
        for reference in islice(references.values(), _MOST_IMAGES):
            image = images.find(reference.name)
            is_image = is_opened or (image is not None and not image.unconfirmed)
            is_tag = reference.digest is not None or (image is not None and reference.tag in (None, *image.tags))
            if is_image:
                updater.want(
                    reference,
                    with_configuration=is_opened or is_tag,
                    is_online=settings.registry_enabled,
                    max_age_hours=settings.registry_max_age_hours,
                )
        self._show_progress_later()

    def request_names(self, settings: Settings) -> None:
        """Request the names of all images."""
        updater = self._started()
        updater.use(settings.registry_urls)
        updater.want_names(is_online=settings.registry_enabled, max_age_hours=settings.registry_max_age_hours)
        self._show_progress_later()

    def _started(self) -> ImageUpdater:
        """The updater, which is imported when something is requested: it brings the client of registries along."""
        if self._updater is None:
            with gc_paused():
                from azureml_dockerfile_ls.images.updater import ImageUpdater
            self._updater = ImageUpdater(self._report)
        return self._updater

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
        images = self.index
        if images is not self._shown:
            self._shown = images
            self._changed()
        if not self.is_busy:
            self._end_progress()

    def _show_progress_later(self) -> None:
        if self._client.shows_progress and self.is_busy and self._progress is None:
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
                updater = self._started()
                future.add_done_callback(lambda future: updater.cancel() if future.cancelled() else None)

        self._server.work_done_progress.create(token, created)

    def _end_progress(self) -> None:
        token, self._progress = self._progress, None
        if token in self._server.work_done_progress.tokens:
            self._server.work_done_progress.end(token, types.WorkDoneProgressEnd())
            del self._server.work_done_progress.tokens[token]


def _is_same(before: ImagesRequest, now: ImagesRequest) -> bool:
    """Whether the same was requested a moment ago."""
    from azureml_dockerfile_ls.images.updater import SECONDS_BETWEEN_ATTEMPTS

    is_recent = now.requested_at - before.requested_at < SECONDS_BETWEEN_ATTEMPTS
    is_same = before.references.keys() == now.references.keys() and before.settings == now.settings
    return is_recent and is_same and before.images is now.images


def _references(snapshot: AnySnapshot) -> tuple[tuple[int, tuple[ImageReference, ...]], ...]:
    """The images that a document names, with variables replaced; of a Dockerfile, those of each stage by its number."""
    if isinstance(snapshot, Snapshot):
        return snapshot.model.stage_values.of(_references_in)
    from azureml_dockerfile_ls.rules.manifest.images import images_in_manifest

    uses = images_in_manifest(snapshot.manifest) if snapshot.manifest is not None else ()
    return ((0, tuple(use.resolved for use in uses)),)


def _references_in(stage: Stage) -> tuple[ImageReference, ...]:
    own = (stage.image,) if stage.base is None and stage.image is not None else ()
    images = (instruction.image for _, instruction in stage.instructions_named("COPY"))
    return (*own, *(image for image in images if image is not None and "$" not in image.text))
