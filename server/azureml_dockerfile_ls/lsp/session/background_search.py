"""A search of the workspace's folders on a thread of its own, so no request waits on the loop for the disk."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

_MAX_AGE_SECONDS = 2.0
"""How long the outcome of a search is used: a client asks with each key that is pressed."""

Folders = TypeVar("Folders")
Outcome = TypeVar("Outcome")


class BackgroundSearch(Generic[Folders, Outcome]):
    """One search at a time. `search` is called on the thread, and gives the outcome for some folders.

    `nothing` is the outcome of a search that failed. All methods are called on the loop.
    """

    def __init__(self, search: Callable[[Folders], Outcome], nothing: Outcome) -> None:
        self.latest = nothing
        """The outcome of the last search."""
        self._search = search
        self._nothing = nothing
        self._running: asyncio.Future[Outcome] | None = None
        self._folders: Folders | None = None
        self._ended_at: float | None = None

    def files_changed(self) -> None:
        """Search again for the next request, whatever a search that is running finds."""
        self._folders = None

    async def found(self, folders: Folders) -> Outcome:
        """The outcome for folders: that of a search that runs or has just ended, else of a new one."""
        while self._running is not None and self._folders != folders:
            await asyncio.shield(self._running)
        if self._running is None and self._folders == folders and self._is_younger(_MAX_AGE_SECONDS):
            return self.latest
        # A request that is cancelled does not end the search, for which others may wait.
        return await asyncio.shield(self._running or self._start(folders))

    def refresh(self, folders: Folders, max_age_seconds: float) -> None:
        """Search again, for `latest`, unless a search is running or has just ended."""
        if self._running is None and not self._is_younger(max_age_seconds):
            self._start(folders)

    def _is_younger(self, seconds: float) -> bool:
        return self._ended_at is not None and time.monotonic() - self._ended_at <= seconds

    def _start(self, folders: Folders) -> asyncio.Future[Outcome]:
        loop = asyncio.get_running_loop()
        search = self._running = loop.create_future()
        self._folders = folders
        arguments = (loop, search, folders)
        threading.Thread(target=self._run, args=arguments, name="background-search", daemon=True).start()
        return search

    def _run(self, loop: asyncio.AbstractEventLoop, search: asyncio.Future[Outcome], folders: Folders) -> None:
        found = self._nothing
        try:
            found = self._search(folders)
        finally:

            def end() -> None:
                self.latest, self._running, self._ended_at = found, None, time.monotonic()
                search.set_result(found)

            # The loop is closed when the client has left meanwhile.
            if not loop.is_closed():
                loop.call_soon_threadsafe(end)
