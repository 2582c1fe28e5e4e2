"""What a request sees of a document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol import types

from azureml_dockerfile_ls.azureml.snippets import without_choices
from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.lsp.positions import to_offset, to_range, to_span
from azureml_dockerfile_ls.lsp.session.documents import Document
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span, TextEdit

if TYPE_CHECKING:
    from azureml_dockerfile_ls.manifest_snapshot import ManifestSnapshot


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One version of a document, and the client that asks about it."""

    document: Document
    client: ClientCapabilities

    def offset(self, position: types.Position) -> int:
        """The offset at a position; the nearest one in the text if the position lies outside."""
        return to_offset(position, self.document.index)

    def span(self, range_: types.Range) -> Span:
        """The span that a range covers."""
        return to_span(range_, self.document.index)

    def position(self, offset: int) -> types.Position:
        """The position of an offset."""
        return types.Position(*self.document.index.position(offset))

    def range(self, span: Span) -> types.Range:
        """The range that a span covers."""
        return to_range(span, self.document.index)

    def text_edits(self, edits: Iterable[TextEdit]) -> list[types.TextEdit]:
        """The edits of the document in the protocol's terms."""
        return [types.TextEdit(self.range(edit.span), edit.text) for edit in edits]

    def snippet(self, body: str) -> str:
        """The snippet as the client can show it."""
        return body if self.client.supports_choices else without_choices(body)

    def workspace_edit(self, edits: Iterable[TextEdit], snippet: str | None = None) -> types.WorkspaceEdit:
        """The edits of the document, for this version of it where the client accepts versions.

        `snippet` takes the place of the text of the only edit, for a client that accepts snippets there.
        """
        text_edits = self.text_edits(edits)
        if not self.client.supports_document_changes:
            return types.WorkspaceEdit(changes={self.document.uri: text_edits})
        changes: list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit] = [*text_edits]
        if snippet is not None and self.client.supports_snippet_edits:
            changes = [types.SnippetTextEdit(text_edits[0].range, types.StringValue(value=self.snippet(snippet)))]
        identifier = types.OptionalVersionedTextDocumentIdentifier(uri=self.document.uri, version=self.document.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, changes)])


@dataclass(frozen=True, slots=True)
class View(DocumentView):
    """A Dockerfile and its analysis."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class ManifestView(DocumentView):
    """A YAML of Azure ML and its analysis."""

    snapshot: ManifestSnapshot


AnyView = View | ManifestView
