"""Patterns of paths, as in `.gitignore`. The library `pathspec` reads them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class PathPatterns:
    """Patterns that are relative to a folder. Import of the library waits until there are patterns."""

    def __init__(self, lines: Iterable[str], folder: str) -> None:
        self.folder = folder
        self._spec = _spec(list(lines))

    def verdict(self, path: str, is_folder: bool = False) -> bool | None:
        """Whether the last pattern that matches an absolute path, or a folder above it, is a plain or a negated one.

        None if no pattern matches.
        """
        try:
            relative = os.path.relpath(path, self.folder).replace(os.sep, "/")
        except ValueError:  # on another drive
            return None
        if relative.startswith("../") or relative in ("..", "."):
            return None
        return self._spec.check_file(f"{relative}/" if is_folder else relative).include


def is_pattern(line: str) -> bool:
    """Whether a line is a valid pattern."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _spec(lines: list[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        # One line that is not a pattern must not switch the others off.
        return GitIgnoreSpec.from_lines(filter(is_pattern, lines))
