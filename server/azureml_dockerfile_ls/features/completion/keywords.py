"""Completion of keywords among the arguments, and of arguments that most files write in the same way."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import SERVICES_FOLDER
from azureml_dockerfile_ls.azureml.serving import is_inference
from azureml_dockerfile_ls.features.completion.items import Item, Kind, match_case, plain
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.snapshot import Snapshot


def keyword_items(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The keywords that can be the first argument, as after HEALTHCHECK."""
    if cursor.spec is not None and not cursor.arguments_before:
        names = [keyword.name for keyword in cursor.spec.keywords]
        yield from (plain(cursor, value, Kind.VALUE) for value in match_case(snapshot, cursor, names))


def likely_items(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The whole arguments that are likely, where none is written yet."""
    if cursor.spec is None or cursor.arguments_before or _rest_of_line(snapshot, cursor).strip(' "]'):
        return
    found = [(text, "", Part.DOCKERFILE) for text in cursor.spec.likely]
    if cursor.keyword == "CMD" and cursor.stage is not None and is_inference(cursor.stage):
        found.append((f'["runsvdir", "{SERVICES_FOLDER}"]', "starts the services of the image", Part.AZUREML))
    for text, detail, part in found:
        if text.startswith(cursor.typed):
            end = len(_rest_of_line(snapshot, cursor))
            span = cursor.part(0, end)
            yield Item(text, Kind.VALUE, span, text, text, detail, is_optional=part is Part.AZUREML, part=part)


def _rest_of_line(snapshot: Snapshot, cursor: InInstruction) -> str:
    end = snapshot.text.find("\n", cursor.offset)
    return snapshot.text[cursor.offset : len(snapshot.text) if end < 0 else end].rstrip("\r")
