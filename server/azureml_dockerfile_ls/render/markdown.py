"""Text of the user in Markdown.

Whatever a file contains must not become markup: an editor would load a remote picture, offer a link that runs a
command, or drop a word in angle brackets. So text of a file goes into Markdown through `code` or `text`, and nowhere
else.
"""

from __future__ import annotations

import re

_BACKTICKS = re.compile(r"`+")

_MARKUP = re.compile(
    r"[`*<\[]"
    r"|\\(?=[!-/:-@\[-`{-~])"
    # A `_` inside a word is plain text; names of variables have many.
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|~(?=~)"
    r"|&(?=#?\w+;)"
    r"|^[#>+=-]"
)
_NUMBERED = re.compile(r"^(\d+)([.)])")

_MARKED = re.compile(
    r"(?P<fence>`+)(?P<code>.+?)(?<!`)(?P=fence)(?!`)|\\(?P<character>[!-/:-@\[-`{-~])|\*\*", re.DOTALL
)


def code(text: str) -> str:
    """Any text as inline code, on one line."""
    line = " ".join(text.split())
    if "`" not in line:
        return f"`{line}`" if line else "(empty)"
    fence = "`" * (max(map(len, _BACKTICKS.findall(line))) + 1)
    return f"{fence} {line} {fence}"


def text(written: str) -> str:
    """Any text as plain text on one line, with a backslash before each character that Markdown would interpret."""
    line = _MARKUP.sub(r"\\\g<0>", " ".join(written.split()))
    return _NUMBERED.sub(r"\1\\\2", line)


def plain(markdown: str) -> str:
    """Markdown without its markup, for a client that does not render it."""
    shown = re.sub(r"^```.*\n?", "", markdown, flags=re.MULTILINE)
    shown = re.sub(r"^(#+ |---$)", "", shown, flags=re.MULTILINE)
    shown = _MARKED.sub(_without_marks, shown)
    return re.sub(r"\n{3,}", "\n\n", shown).strip()


def _without_marks(match: re.Match[str]) -> str:
    if match["code"] is None:
        return match["character"] or ""
    padded = len(match["fence"]) > 1 and match["code"].startswith(" ") and match["code"].endswith(" ")
    return match["code"][1:-1] if padded else match["code"]
