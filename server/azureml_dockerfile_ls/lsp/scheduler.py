"""When a document is analysed: as soon as no more input waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from azureml_dockerfile_ls.lsp.watch import Watch

logger = logging.getLogger(__name__)


class Scheduler:
    """Calls `analyse` with the URI of each scheduled document: once for edits that arrive together."""

    def __init__(self, analyse: Callable[[str], None]) -> None:
        self._analyse = analyse
        self._waiting: dict[str, None] = {}
        self._calls = 0

    @property
    def is_idle(self) -> bool:
        """Whether no document waits."""
        return not self._waiting

    def schedule(self, uri: str) -> None:
        """Schedule the analysis of a document. Call this on the thread of the event loop."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._run_when_settled, self._calls)
        self._waiting[uri] = None
        self._calls += 1

    def _run_when_settled(self, calls_before: int) -> None:
        # The loop reads input once a turn, after what was scheduled before. So only a whole turn without a further edit
        # shows that none waits. Then one document a turn is analysed, so that requests are answered in between.
        loop = asyncio.get_running_loop()
        if self._calls != calls_before:
            loop.call_soon(self._run_when_settled, self._calls)
            return
        uri = next(iter(self._waiting))
        del self._waiting[uri]
        if self._waiting:
            loop.call_soon(self._run_when_settled, self._calls)
        watch = Watch()
        try:
            self._analyse(uri)
        except Exception:
            logger.exception("The analysis of %s failed", uri)
        watch.lap("analysis")
        watch.log(f"The analysis of {uri} for its diagnostics")
