"""The open documents, as the editor has them.

pygls keeps documents too, but counts differently from the protocol: it ends lines where `str.splitlines` does, loses
the empty last line and cuts a position at the end of the file one short.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lsprotocol import types

from azureml_dockerfile_ls.lsp.convert import to_span
from azureml_dockerfile_ls.text import Encoding, LineIndex

logger = logging.getLogger(__name__)

_DOCKERFILE_LANGUAGES = ("dockerfile", "containerfile")

_MAX_REMEMBERED = 32
"""So many edits of a document can be put into their order; Helix has been seen to mix up 15."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One version of an open document; an edit makes a new one. `index` counts columns as the editor does."""

    uri: str
    language_id: str
    version: int
    text: str
    index: LineIndex

    @property
    def is_dockerfile(self) -> bool:
        """Whether the document is a Dockerfile; any other one is only looked at as a part of a build context.

        Editors take a `Dockerfile.dockerignore` for one, by the beginning of its name.
        """
        return self.language_id.lower() in _DOCKERFILE_LANGUAGES and not self.uri.lower().endswith(".dockerignore")


@dataclass(frozen=True, slots=True)
class _Edit:
    """What made a version of a document, and from which one."""

    before: Document
    version: int
    changes: Sequence[types.TextDocumentContentChangeEvent]

    def after(self) -> Document:
        """The document that the edit makes: each change is made to the outcome of the one before."""
        index = self.before.index
        for change in self.changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                index = index.edited(to_span(change.range, index), change.text)
            else:
                index = LineIndex(change.text, index.encoding)
        return replace(self.before, version=self.version, text=index.text, index=index)


class Documents:
    """The open documents by URI. `encoding` is what was agreed with the editor when it connected."""

    def __init__(self) -> None:
        self.encoding: Encoding = "utf-16"
        self._open: dict[str, Document] = {}
        self._edits: dict[str, deque[_Edit]] = {}

    def __iter__(self) -> Iterator[Document]:
        return iter(list(self._open.values()))

    def get(self, uri: str) -> Document | None:
        """The current version of a document, None if it is not open."""
        return self._open.get(uri)

    def is_current(self, document: Document) -> bool:
        """Whether `document` is still what the editor shows: neither edited nor closed since."""
        return self._open.get(document.uri) is document

    def open(self, uri: str, language_id: str, version: int, text: str) -> None:
        """Take in a document that the editor opened."""
        self._open[uri] = Document(uri, language_id, version, text, LineIndex(text, self.encoding))
        self._edits[uri] = deque(maxlen=_MAX_REMEMBERED)

    def change(self, uri: str, version: int, changes: Sequence[types.TextDocumentContentChangeEvent]) -> None:
        """Make an edit. Edits of a document that is not open are dropped.

        An edit that comes late is made where its version belongs: of keys that come in a burst (a paste, a macro) Helix
        25.01 sends the edits in any order, and the text would stay wrong until it is opened anew.
        """
        document = self._open.get(uri)
        if document is None:
            logger.warning("An edit of %s, which is not open, was ignored", uri)
            return
        made, later = self._edits[uri], []
        while made and made[-1].version > version:
            later.append(made.pop())
            document = later[-1].before
        for edit in (_Edit(document, version, changes), *reversed(later)):
            made.append(replace(edit, before=document))
            document = made[-1].after()
        self._open[uri] = document

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._open.pop(uri, None)
        self._edits.pop(uri, None)
