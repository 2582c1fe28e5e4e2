"""What is written without the converter, or without lsprotocol's own functions, is the same."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from lsprotocol import converters, types

from azureml_dockerfile_ls.features.completion import Trigger, complete
from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.lsp.completion_items import to_items
from azureml_dockerfile_ls.lsp.converter import make_converter
from azureml_dockerfile_ls.lsp.session.documents import Document, DocumentKind
from azureml_dockerfile_ls.lsp.session.view import View
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import LineIndex

plain = converters.get_converter()
RANGE = types.Range(types.Position(1, 2), types.Position(3, 4))
DIAGNOSTIC = types.Diagnostic(
    RANGE,
    "message",
    severity=types.DiagnosticSeverity.Warning,
    code="Code",
    code_description=types.CodeDescription("https://example.com/"),
    source="source",
    tags=[types.DiagnosticTag.Deprecated],
    related_information=[types.DiagnosticRelatedInformation(types.Location("file:///a", RANGE), "related")],
    data={"key": None},
)


def written(converter: Any, value: object) -> object:
    """The JSON of a value."""
    return json.loads(json.dumps(converter.unstructure(value)))


@pytest.mark.parametrize("value", [DIAGNOSTIC, types.Diagnostic(RANGE, "message"), RANGE])
def test_a_diagnostic_is_written_as_by_lsprotocol(value: object) -> None:
    """With all that it can have, and with nothing more than it must have."""
    assert written(make_converter(), value) == written(plain, value)


def test_the_diagnostic_of_the_test_has_everything() -> None:
    """What a later version of the protocol adds is not forgotten."""
    assert all(getattr(DIAGNOSTIC, field.name) is not None for field in attrs.fields(types.Diagnostic))


@pytest.mark.parametrize(
    "item_support",
    [
        {},
        {"snippet_support": True, "deprecated_support": True},
        {
            "snippet_support": True,
            "insert_replace_support": True,
            "label_details_support": True,
            "tag_support": types.CompletionItemTagOptions([types.CompletionItemTag.Deprecated]),
        },
    ],
)
@pytest.mark.parametrize("text", ["", "MAINT", "FROM mcr.microsoft.com/azureml/", "FROM a\nRUN pip install ", "# "])
def test_completion_items_are_written_as_by_lsprotocol(text: str, item_support: dict[str, Any]) -> None:
    """They are made as JSON, of which each part is one that the protocol has."""
    support = types.ClientCompletionItemOptions(**item_support)
    completion = types.CompletionClientCapabilities(completion_item=support)
    client = ClientCapabilities(
        types.ClientCapabilities(text_document=types.TextDocumentClientCapabilities(completion=completion)), ""
    )
    document = Document("file:///Dockerfile", "dockerfile", DocumentKind.DOCKERFILE, 1, text, LineIndex(text))
    view = View(document, client, analyse(text))
    items = to_items(complete(view.snapshot, len(text), Trigger.INVOKED).items, len(text), view)
    assert items
    for item in items:
        assert written(plain, plain.structure(item, types.CompletionItem)) == item
