"""Completion of ports and their protocols in EXPOSE."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import PUBLIC_PORT
from azureml_dockerfile_ls.azureml.serving import is_inference
from azureml_dockerfile_ls.features.completion.items import Item, Kind
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import PORT_PROTOCOLS


def port_items(_: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """After a port and a slash the protocols; on an inference image the port that takes requests."""
    port, slash, typed = cursor.typed.partition("/")
    if slash:
        if port and typed not in PORT_PROTOCOLS:
            for protocol in PORT_PROTOCOLS:
                begins = len(port) + 1
                yield Item(protocol, Kind.VALUE, cursor.part(begins), protocol, protocol, begins=begins)
        return
    text = str(PUBLIC_PORT)
    is_given = any(word.partition("/")[0] == text for word in cursor.arguments_before)
    if cursor.stage is not None and is_inference(cursor.stage) and not is_given and cursor.typed != text:
        detail = "takes the requests for scoring"
        is_optional = bool(cursor.arguments_before)
        yield Item(text, Kind.VALUE, cursor.word, text, text, detail, is_optional=is_optional, part=Part.AZUREML)
