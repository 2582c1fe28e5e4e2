"""The process that started the server: when it ends, the server ends too, as LSP asks for.

Usually the end of the input says so first. But another process, such as a child of the editor, can hold the pipe open.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

_SECONDS_BETWEEN_LOOKS = 3.0


def watch(process_id: int | None, end: Callable[[], None]) -> None:
    """Call `end` on the loop, once, when the process has ended.

    A process that cannot be seen is not watched: the editor can run in another container. Windows is left out, where a
    pipe ends with its process.
    """
    if process_id is None or os.name != "posix" or not _is_alive(process_id):
        return
    loop = asyncio.get_running_loop()

    def look() -> None:
        if _is_alive(process_id):
            loop.call_later(_SECONDS_BETWEEN_LOOKS, look)
        else:
            end()

    loop.call_later(_SECONDS_BETWEEN_LOOKS, look)


def _is_alive(process_id: int) -> bool:
    if process_id <= 0:  # names a group of processes
        return False
    try:
        os.kill(process_id, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
