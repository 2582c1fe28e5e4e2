"""The edits of documents, read from the JSON that comes with every key.

The converter needs several times as long for them, and some editors send hundreds at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.text import PlacedText

Changes = Sequence[PlacedText | str]
"""The changes of one version, each made to the outcome of the one before. A text replaces the whole text."""


class Edit(NamedTuple):
    """What makes a version of a document from the one before."""

    uri: str
    version: int
    changes: Changes


def read_edit(params: Any) -> Edit:
    """The edit in the parameters of `textDocument/didChange`. Raises an error of any kind if they are malformed."""
    document = params["textDocument"]
    uri, changes = document["uri"], [_read_change(change) for change in params["contentChanges"]]
    if not isinstance(uri, str):
        raise TypeError(f"the URI {uri!r} is not a string")
    return Edit(uri, int(document["version"]), changes)


def _read_change(change: Any) -> PlacedText | str:
    text: object = change["text"]
    if not isinstance(text, str):
        raise TypeError(f"the text {text!r} is not a string")
    range_ = change.get("range")
    if range_ is None:
        return text
    start, end = range_["start"], range_["end"]
    return PlacedText(int(start["line"]), int(start["character"]), int(end["line"]), int(end["character"]), text)
