"""The edits of documents, read from the JSON that comes after every keystroke.

The converter takes several times as long, and some editors send hundreds of edits at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from azureml_dockerfile_ls.lsp.converter import read_position
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
    uri, version = document["uri"], int(document["version"])
    if not isinstance(uri, str):
        raise TypeError(f"the URI {uri!r} is not a string")
    if not -(2**31) <= version < 2**31:
        raise ValueError(f"the version {version} is not an integer of 32 bits")
    return Edit(uri, version, [_read_change(change) for change in params["contentChanges"]])


def _read_change(change: Any) -> PlacedText | str:
    text: object = change["text"]
    if not isinstance(text, str):
        raise TypeError(f"the text {text!r} is not a string")
    range_ = change.get("range")
    if range_ is None:
        return text
    return PlacedText(*read_position(range_["start"]), *read_position(range_["end"]), text)
