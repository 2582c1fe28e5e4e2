"""Text of the user in Markdown."""

from __future__ import annotations

import re

_BACKTICKS = re.compile(r"`+")


def code(text: str) -> str:
    """A text as code, whatever it holds: on one line, and fenced with more backticks than it has in a row."""
    line = " ".join(text.split())
    if "`" not in line:
        return f"`{line}`" if line else "(empty)"
    fence = "`" * (max(map(len, _BACKTICKS.findall(line))) + 1)
    return f"{fence} {line} {fence}"
