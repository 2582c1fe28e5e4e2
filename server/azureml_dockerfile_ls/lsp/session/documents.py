"""The open documents, as the client has them, and all that is remembered of each.

pygls keeps documents too, but counts differently from the protocol: it ends lines where `str.splitlines` does, loses
the empty last line and cuts a position at the end of the file one short.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING

from lsprotocol import types

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.lsp.edits import Edit
from azureml_dockerfile_ls.lsp.uris import path_of
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.syntax.nodes import ImageReference
from azureml_dockerfile_ls.text import Encoding, LineIndex, Span
from azureml_dockerfile_ls.workspace import Workspace

if TYPE_CHECKING:
    from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
    from azureml_dockerfile_ls.hadolint import Hadolint
    from azureml_dockerfile_ls.manifest_snapshot import AnySnapshot
    from azureml_dockerfile_ls.rules.hadolint.findings import HadolintReport

logger = logging.getLogger(__name__)

_DOCKERFILE_LANGUAGES = ("dockerfile", "containerfile")
_YAML_LANGUAGES = ("yaml", "yml")

_MAX_ANALYSED = 1 << 20
"""The length of the longest text that is analysed. Azure ML refuses a Dockerfile of a tenth of it."""

_MAX_REMEMBERED = 32
"""How many edits of a document can be put into their order; Helix was seen to mix up 15."""


class DocumentKind(Enum):
    """What a document is to the server."""

    DOCKERFILE = "Dockerfile"
    YAML = "YAML, perhaps Azure ML's"
    OTHER = "another file, perhaps of a build context"


def kind_of(uri: str, language_id: str, text: str) -> DocumentKind:
    """The kind of a document. Editors take a `Dockerfile.dockerignore` for a Dockerfile because of its name."""
    if len(text) > _MAX_ANALYSED:
        return DocumentKind.OTHER
    # A client can send null.
    language = str(language_id).lower()
    if language in _YAML_LANGUAGES:
        return DocumentKind.YAML
    is_dockerfile = language in _DOCKERFILE_LANGUAGES and not uri.lower().endswith(".dockerignore")
    return DocumentKind.DOCKERFILE if is_dockerfile else DocumentKind.OTHER


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One version of an open document; an edit makes a new one. `index` counts columns as the client does."""

    uri: str
    language_id: str
    kind: DocumentKind
    version: int
    text: str
    index: LineIndex


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The settings and the build context of a document, and when the context was read.

    For a YAML, `files` are the files around it, and `context` is the folder that has them.
    """

    workspace: Workspace
    context: BuildContext | None
    read_at: float
    files: ManifestFiles | None = None


@dataclass(frozen=True, slots=True)
class DiagnosticsReport:
    """The last answer to a client that pulls the diagnostics of a document."""

    document: Document
    findings: tuple[PlacedFinding, ...]
    items: list[types.Diagnostic]
    result_id: str


@dataclass(frozen=True, slots=True)
class TokensReport:
    """The semantic tokens that the client got last."""

    numbers: list[int]
    result_id: str


@dataclass(frozen=True, slots=True)
class ImagesRequest:
    """The images of a document that were requested from registries, and what was known of them at that time.

    `found` are those of each stage, by its number, and `references` all by their texts.
    """

    found: tuple[tuple[int, tuple[ImageReference, ...]], ...]
    references: Mapping[str, ImageReference]
    settings: Settings
    images: ImageIndex
    requested_at: float


@dataclass(slots=True, eq=False)
class Typing:
    """The lines that a user is typing, and those of the edit before, which were left.

    `known` are the errors of BuildKit before the lines were typed, None if they are not known. `timer` ends the typing.
    """

    lines: frozenset[int]
    left: frozenset[int]
    known: frozenset[tuple[str, str]] | None
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True, eq=False)
class LintedVersion:
    """The version that hadolint has checked or is checking, and its configuration with the time of its last change.

    `timer` ends the pause before the next run; `run` is the one that is going on.
    """

    text: str | None = None
    configuration: tuple[str | None, int | None] = (None, None)
    timer: asyncio.TimerHandle | None = None
    run: Hadolint | None = None


@dataclass(slots=True, eq=False)
class OpenDocument:
    """All that is remembered of one document while it is open.

    `edits` are the last ones that made the version `edited`, out of the text `before_edits`. `arrived` come after it.
    `halfway` is the text after the first half of the edits, with their number.
    """

    edited: Document
    before_edits: LineIndex
    edits: list[Edit] = field(default_factory=list)
    halfway: tuple[int, LineIndex] | None = None
    arrived: list[Edit] = field(default_factory=list)
    surroundings: Surroundings | None = None
    snapshot: AnySnapshot | None = None
    report: DiagnosticsReport | None = None
    tokens: TokensReport | None = None
    images_request: ImagesRequest | None = None
    typing: Typing | None = None
    hadolint: HadolintReport | None = None
    linted: LintedVersion | None = None

    @property
    def document(self) -> Document:
        """The current version. Edits are made when it is asked for, so that a burst of them makes one version."""
        if self.arrived:
            self._make_edits()
        return self.edited

    def _make_edits(self) -> None:
        """Make the edits that arrived, each where its version belongs.

        Helix 25.01 sends the edits of a paste or a macro in any order, and the text would otherwise stay wrong until
        the document is opened again.
        """
        arrived, self.arrived = sorted(self.arrived, key=_version_of), []
        before, index = self.edited, self.edited.index
        if self.edits and arrived[0].version < self.edits[-1].version:
            arrived = sorted((*self.edits, *arrived), key=_version_of)
            index, self.edits, self.halfway = self.before_edits, [], None
        index = _after(index, arrived)
        self.edits += arrived
        count, halfway = self.halfway if self.halfway is not None else (0, self.before_edits)
        if len(self.edits) - count >= _MAX_REMEMBERED:
            # So at least as many are remembered, and two of the texts before them.
            self.before_edits, self.edits = halfway, self.edits[count:]
            self.halfway = (len(self.edits), index)
        kind = kind_of(before.uri, before.language_id, index.text)
        self.edited = Document(before.uri, before.language_id, kind, arrived[-1].version, index.text, index)
        _log_if_too_long(self.edited, before.kind)


def _version_of(edit: Edit) -> int:
    return edit.version


def _after(index: LineIndex, edits: Iterable[Edit]) -> LineIndex:
    """The text after edits."""
    changes = [change for edit in edits for change in edit.changes]
    if len(changes) != 1 or isinstance(changes[0], str):
        return index.edited_often(changes)
    change = changes[0]
    ends = (index.offset(change.line, change.column), index.offset(change.end_line, change.end_column))
    return index.edited(Span(min(ends), max(ends)), change.text)


class Documents:
    """The open documents by URI. `encoding` was agreed on with the client in `initialize`."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self._open: dict[str, OpenDocument] = {}

    def __iter__(self) -> Iterator[OpenDocument]:
        return iter(list(self._open.values()))

    def get(self, uri: str) -> OpenDocument | None:
        """The record of a document, None if it is not open."""
        return self._open.get(uri)

    def at(self, path: str) -> OpenDocument | None:
        """The record of the document whose file is at an absolute path, None if it is not open."""
        return next((opened for opened in self if path_of(opened.document.uri) == path), None)

    def dockerfile(self, uri: str) -> OpenDocument | None:
        """The record of a document that is a Dockerfile, None for any other URI."""
        found = self._open.get(uri)
        return found if found is not None and found.document.kind is DocumentKind.DOCKERFILE else None

    @property
    def dockerfiles(self) -> Iterator[OpenDocument]:
        """The records of the Dockerfiles."""
        return (opened for opened in self if opened.document.kind is DocumentKind.DOCKERFILE)

    def yaml(self, uri: str) -> OpenDocument | None:
        """The record of a document that is YAML, None for any other URI."""
        found = self._open.get(uri)
        return found if found is not None and found.document.kind is DocumentKind.YAML else None

    def analysed(self, uri: str) -> OpenDocument | None:
        """The record of a document that is a Dockerfile or YAML, None for any other URI."""
        return self.dockerfile(uri) or self.yaml(uri)

    @property
    def all_analysed(self) -> Iterator[OpenDocument]:
        """The records of the Dockerfiles and of the YAML."""
        return (opened for opened in self if opened.document.kind is not DocumentKind.OTHER)

    def open(self, uri: str, language_id: str, version: int, text: str) -> None:
        """Add a document that the client opened."""
        index = LineIndex(text, self.encoding)
        document = Document(uri, language_id, kind_of(uri, language_id, text), version, text, index)
        self._open[uri] = OpenDocument(document, index)
        _log_if_too_long(document, kind_of(uri, language_id, ""))

    def change(self, edit: Edit) -> None:
        """Take in an edit. Edits of a document that is not open are dropped."""
        opened = self._open.get(edit.uri)
        if opened is None:
            logger.warning("An edit of %s, which is not open, was ignored", edit.uri)
        else:
            opened.arrived.append(edit)

    def close(self, uri: str) -> OpenDocument | None:
        """Remove a document; returns its record, None if it was not open."""
        return self._open.pop(uri, None)


def _log_if_too_long(document: Document, kind: DocumentKind) -> None:
    """Log that a document is not analysed any more, which was, or would be, of a kind."""
    if document.kind is DocumentKind.OTHER and kind is not DocumentKind.OTHER:
        logger.warning("%s is longer than %d MiB, so it is not analysed", document.uri, _MAX_ANALYSED >> 20)
