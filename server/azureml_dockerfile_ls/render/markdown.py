"""Text of the user in Markdown.

Whatever a file contains must not become markup: an editor would load a remote picture, offer a link that runs a
command, or drop a word in angle brackets. So text of a file goes into Markdown through `code` or `text`, and nowhere
else.
"""

from __future__ import annotations

import re

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

_BACKTICKS = lazy_pattern(r"`+")

_MARKUP = lazy_pattern(
    r"[`*<\[]"
    r"|\\(?=[!-/:-@\[-`{-~])"
    # A `_` inside a word is plain text; names of variables have many.
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|~(?=~)"
    r"|&(?=#?\w+;)"
    r"|^[#>+=-]"
)
_NUMBERED = lazy_pattern(r"^(\d+)([.)])")

_MARKED = lazy_pattern(
    r"(?:(?<!`)|(?<=\\`))(?P<fence>`+)(?!`)(?P<code>.+?)(?<!`)(?P=fence)(?!`)|\\(?P<character>[!-/:-@\[-`{-~])|\*\*"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<url>https://[^\s()]+)\)",
    re.DOTALL,
)
_BLOCK = lazy_pattern(r"^(?P<fence>`{3,})[^`\n]*\n(?P<block>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE)
_SPACED = lazy_pattern(r"^\s|\s\s|[^\S ]|\s$")
_SPACES = lazy_pattern(r"(?P<character>\s)(?P=character)*")
_NAMES = {" ": "space", "\t": "tab"}
_MOST_SHOWN = 1000


def code(text: str) -> str:
    """Any text as inline code, on one line."""
    line = " ".join(text.split())
    if "`" not in line:
        return f"`{line}`" if line else "(empty)"
    fence = "`" * (max(map(len, _BACKTICKS.findall(line))) + 1)
    return f"{fence} {line} {fence}"


def value(written: str) -> str:
    """Any value with its white space: as code in the line or, where a reader could miss white space, as a block below.

    A value that is empty or all white space is named in words.
    """
    if not written:
        return "empty"
    if not written.strip():
        return ", ".join(_count(match) for match in _SPACES.finditer(written))
    shown = written if len(written) <= _MOST_SHOWN else f"{written[:_MOST_SHOWN]}…"
    return block(shown) if _SPACED.search(shown) else code(shown)


def block(written: str, language: str = "text") -> str:
    """Any text as a block of code on lines of its own, with all of its white space."""
    fence = "`" * max(3, max(map(len, _BACKTICKS.findall(written)), default=0) + 1)
    return f"\n\n{fence}{language}\n{written}\n{fence}\n\n"


def _count(match: re.Match[str]) -> str:
    name, count = _NAMES.get(match["character"], "other white space"), len(match.group())
    return f"one {name}" if count == 1 else f"{count} {name}s"


def text(written: str) -> str:
    """Any text as plain text on one line, with a backslash before each character that Markdown would interpret."""
    line = _MARKUP.sub(r"\\\g<0>", " ".join(written.split()))
    return _NUMBERED.sub(r"\1\\\2", line)


def plain(markdown: str) -> str:
    """Markdown without its markup, for a client that does not render it."""
    position, shown = 0, ""
    for found in _BLOCK.finditer(markdown):
        shown += _plain(markdown[position : found.start()]) + found["block"].removesuffix("\n")
        position = found.end()
    return (shown + _plain(markdown[position:])).strip("\n")


def _plain(markdown: str) -> str:
    shown = re.sub(r"^(#+ |---$)", "", markdown, flags=re.MULTILINE)
    shown = _MARKED.sub(_without_marks, shown)
    return re.sub(r"\n{3,}", "\n\n", shown)


def _without_marks(match: re.Match[str]) -> str:
    if match["url"] is not None:
        return f"{match['label']}: {match['url']}"
    if match["code"] is None:
        return match["character"] or ""
    padded = len(match["fence"]) > 1 and match["code"].startswith(" ") and match["code"].endswith(" ")
    return match["code"][1:-1] if padded else match["code"]
