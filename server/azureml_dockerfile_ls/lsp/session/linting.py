"""hadolint for the open Dockerfiles: run on a thread of its own after a pause, and ended when the text is old."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import field
from typing import TYPE_CHECKING

from azureml_dockerfile_ls.lsp.session.documents import LintedVersion, OpenDocument
from azureml_dockerfile_ls.lsp.uris import path_of
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.snapshot import Snapshot

if TYPE_CHECKING:
    from azureml_dockerfile_ls.hadolint import Hadolint
    from azureml_dockerfile_ls.rules.hadolint.findings import Message
    from azureml_dockerfile_ls.rules.hadolint.hidden import Hidden

logger = logging.getLogger(__name__)

SECONDS = 0.5
"""The length of the pause after an edit before hadolint is started."""


@dataclass(slots=True, eq=False)
class _Job:
    """One run for one version, its result, or the reason why there is none."""

    opened: OpenDocument
    snapshot: Snapshot
    text: Hidden
    run: Hadolint
    messages: list[Message] = field(default_factory=list)
    error: str | None = None


class Linting:
    """Has hadolint check the open Dockerfiles.

    `arrived` is called on the loop with a URI when there is a report. `folders` gives the folders of the workspace,
    from which no program is run.
    """

    def __init__(self, folders: Callable[[], Iterable[str]], arrived: Callable[[str], None]) -> None:
        self._folders = folders
        self._arrived = arrived
        self._loop = asyncio.get_running_loop()
        self._programs: tuple[str, ...] | None = None
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._worker: threading.Thread | None = None
        self._has_complained = False

    def request(self, opened: OpenDocument) -> None:
        """Check the current version of a Dockerfile after a pause, unless that was done."""
        linted = opened.linted
        if linted is None:
            linted = opened.linted = LintedVersion()
        if linted.timer is not None:
            linted.timer.cancel()
        if linted.run is not None and linted.text != opened.document.text:
            self._cancel(linted)
        if self._programs != ():
            linted.timer = self._loop.call_later(SECONDS, self._start, opened, linted)

    def forget(self, opened: OpenDocument) -> None:
        """End what is going on for a document that was closed."""
        linted, opened.linted = opened.linted, None
        if linted is not None:
            if linted.timer is not None:
                linted.timer.cancel()
            self._cancel(linted)

    def _cancel(self, linted: LintedVersion) -> None:
        run, linted.run, linted.text = linted.run, None, None
        if run is not None:
            run.cancel()
            atexit.unregister(run.cancel)

    def _start(self, opened: OpenDocument, linted: LintedVersion) -> None:
        from azureml_dockerfile_ls.hadolint import (
            Hadolint,
            configuration_of,
            installed_programs,
            program_for,
            project_folders,
        )
        from azureml_dockerfile_ls.rules.hadolint.findings import is_wanted

        snapshot, path = opened.snapshot, path_of(opened.document.uri)
        if not isinstance(snapshot, Snapshot) or snapshot.text != opened.document.text:
            return
        if not snapshot.settings.dockerfile_features or not is_wanted(snapshot.settings.rules):
            return
        if self._programs is None:
            self._programs = installed_programs()
        projects = (*self._folders(), *(project_folders(path) if path is not None else ()))
        program = program_for(self._programs, projects)
        if program is None:
            return
        configuration = configuration_of(path)
        read_at = (configuration, _modified_at(configuration))
        if linted.text == snapshot.text and linted.configuration == read_at:
            return
        self._cancel(linted)
        run = Hadolint(program, configuration)
        linted.text, linted.configuration, linted.run = snapshot.text, read_at, run
        # Otherwise it would outlive a server that ends meanwhile.
        atexit.register(run.cancel)
        self._jobs.put(_Job(opened, snapshot, snapshot.for_hadolint(), run))
        if self._worker is None:
            self._worker = threading.Thread(target=self._work, name="hadolint", daemon=True)
            self._worker.start()

    def _work(self) -> None:
        from azureml_dockerfile_ls.hadolint import HadolintError

        while True:
            job = self._jobs.get()
            try:
                job.messages = job.run.check(job.text.text)
            except HadolintError as error:
                job.error = str(error)
            try:
                self._loop.call_soon_threadsafe(self._finish, job)
            except RuntimeError:  # the loop was closed meanwhile
                return

    def _finish(self, job: _Job) -> None:
        linted, run = job.opened.linted, job.run
        atexit.unregister(run.cancel)
        if linted is None or linted.run is not run:
            return
        linted.run = None
        problem = job.error or run.complaint
        if problem is not None and not self._has_complained:
            self._has_complained = True
            logger.warning("hadolint: %s", problem)
        if job.error is None:
            from azureml_dockerfile_ls.rules.hadolint.findings import report_of

            snapshot = job.snapshot
            job.opened.hadolint = report_of(snapshot.tree, job.text, job.messages)
            self._arrived(job.opened.document.uri)


def _modified_at(path: str | None) -> int | None:
    try:
        return os.stat(path).st_mtime_ns if path is not None else None
    except OSError:
        return None
