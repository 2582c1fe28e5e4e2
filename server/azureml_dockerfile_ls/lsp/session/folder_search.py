"""A search of the workspace's folders on a thread of its own, so no request waits on the loop for the disk."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from azureml_dockerfile_ls.files import NOT_SEARCHED
from azureml_dockerfile_ls.project import leads_out

_MAX_AGE_SECONDS = 2.0
"""How long the outcome of a search is used: a client asks with each key that is pressed."""

_MAX_ENTRIES = 100_000

Folders = TypeVar("Folders")
Outcome = TypeVar("Outcome")


class FolderSearch(Generic[Folders, Outcome]):
    """One search at a time. `search` is called on the thread, and gives the outcome for some folders.

    `nothing` is the outcome of a search that failed.
    """

    def __init__(self, search: Callable[[Folders], Outcome], nothing: Outcome) -> None:
        self._search = search
        self._nothing = nothing
        self._running: asyncio.Future[Outcome] | None = None
        self._folders: Folders | None = None
        self._ended_at = 0.0

    def files_changed(self) -> None:
        """Search again for the next request, whatever a search that is running finds."""
        self._folders = None

    async def found(self, folders: Folders) -> Outcome:
        """The outcome for folders: that of a search that runs or has just ended, else of a new one."""
        while self._running is not None and not self._running.done() and self._folders != folders:
            await asyncio.shield(self._running)
        search = self._running
        is_running = search is not None and not search.done()
        is_recent = self._folders == folders and time.monotonic() - self._ended_at <= _MAX_AGE_SECONDS
        if search is None or not (is_running or is_recent):
            loop = asyncio.get_running_loop()
            search = self._running = loop.create_future()
            self._folders = folders
            arguments = (loop, search, folders)
            threading.Thread(target=self._run, args=arguments, name="folder-search", daemon=True).start()
        # A request that is cancelled does not end the search, for which others may wait.
        return await asyncio.shield(search)

    def _run(self, loop: asyncio.AbstractEventLoop, search: asyncio.Future[Outcome], folders: Folders) -> None:
        found = self._nothing
        try:
            found = self._search(folders)
        finally:

            def end() -> None:
                self._ended_at = time.monotonic()
                search.set_result(found)

            # The loop is closed when the client has left meanwhile.
            if not loop.is_closed():
                loop.call_soon_threadsafe(end)


def files_below(folder: str, is_wanted: Callable[[str], bool]) -> Iterator[str]:
    """The files below a folder whose names are wanted, without the folders of tools; of a huge folder only a part.

    A link is not followed out of the repository.
    """
    entries = 0
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in NOT_SEARCHED)
        entries += len(folders) + len(names)
        if entries > _MAX_ENTRIES:
            return
        for name in sorted(names):
            path = os.path.join(parent, name)
            if is_wanted(name) and os.path.isfile(path) and not leads_out(path):
                yield path
