"""asyncio without TLS, which it would import at the start."""

from __future__ import annotations

import sys
from typing import Any


def import_asyncio() -> None:
    """Import asyncio as on a Python that has no `ssl`, which takes a few percent of the start to import.

    Nothing here speaks TLS by asyncio. `requests` does so by itself when something is requested from a registry.
    """
    modules: Any = sys.modules
    if "ssl" in modules or "asyncio" in modules:
        return
    modules["ssl"] = None
    try:
        import asyncio  # noqa: F401
    finally:
        del modules["ssl"]
