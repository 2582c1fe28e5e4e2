"""Results that are JSON already."""

from __future__ import annotations

import json

from azureml_dockerfile_ls.records import NamedTuple


class JsonText(NamedTuple):
    """The result of a request as JSON in ASCII, put together of pieces that are remembered.

    Long results, of which an edit changes little, are sent this way: to convert and encode all of it takes longer than
    all the rest.
    """

    text: str


encode = json.JSONEncoder(separators=(",", ":")).encode
"""Gives the JSON of a value in ASCII, without spaces."""
