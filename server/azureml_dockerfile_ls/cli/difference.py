"""The difference of two texts, as `patch` reads it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from azureml_dockerfile_ls.cli.terminal import visible


def difference(path: str, before: str, after: str) -> Iterator[str]:
    """The lines of a unified diff."""
    name = visible(path)
    for line in difflib.unified_diff(_lines(before), _lines(after), name, name):
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def _lines(text: str) -> list[str]:
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines
