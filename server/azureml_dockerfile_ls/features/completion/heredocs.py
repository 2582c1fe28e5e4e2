"""Completion of the delimiter of a heredoc."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.features.completion.items import Item, Kind
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.snapshot import Snapshot

HEREDOC = lazy_pattern(r"<<-?(?P<quote>[\"']?)(?P<name>\w*)$")
"""The start of a heredoc that ends at the cursor."""

_NAME = "EOF"


def heredoc_items(snapshot: Snapshot, cursor: InInstruction, match: re.Match[str]) -> Iterator[Item]:
    """The usual delimiter for a `match` of `HEREDOC`; where nothing follows, with its closing line."""
    typed, quote = match["name"], match["quote"]
    if typed == _NAME or not _NAME.startswith(typed.upper()):
        return
    text, newline = snapshot.text, snapshot.tree.newline
    name = _NAME.lower() if typed.islower() else _NAME
    closing = quote if quote and not text.startswith(quote, cursor.offset) else ""
    begins = match.start("name")
    span = cursor.part(begins, 0)
    line_end = text.find("\n", cursor.offset)
    is_last = not text[cursor.offset : None if line_end < 0 else line_end].strip() and not closing
    body = snippet = None
    if is_last and not quote:
        body = f"{name}{newline}{newline}{name}"
        snippet = f"{name}\n$0\n{name}"
    inserted = body or f"{name}{closing}"
    yield Item(name, Kind.VALUE, span, inserted, name, "delimiter", snippet=snippet, begins=begins)
