"""What is sent as JSON without the converter."""

from __future__ import annotations

import json
from typing import Any

from azureml_dockerfile_ls.records import NamedTuple


class JsonText(NamedTuple):
    """The result of a request as JSON in ASCII.

    Long results are sent this way: to make them of lsprotocol's objects takes longer than all the rest.
    """

    text: str


encode = json.JSONEncoder(separators=(",", ":")).encode
"""Gives the JSON of a value in ASCII, without spaces."""


def range_json(start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    """A range as JSON; `start` and `end` are its lines and columns."""
    (line, column), (end_line, end_column) = start, end
    return {"start": {"line": line, "character": column}, "end": {"line": end_line, "character": end_column}}
