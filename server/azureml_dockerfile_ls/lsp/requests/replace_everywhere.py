"""The code action that replaces a retired image in all files of the workspace, and the edit that it is resolved to."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

from lsprotocol import types

from azureml_dockerfile_ls.features.replacement import replacements, retired_images
from azureml_dockerfile_ls.files import open_without_waiting
from azureml_dockerfile_ls.folder_search import kind_by_name
from azureml_dockerfile_ls.lsp.positions import to_range
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import AnyView
from azureml_dockerfile_ls.lsp.uris import path_of, uri_of
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.script_snapshot import FileSnapshot
from azureml_dockerfile_ls.text import LineIndex

EVERYWHERE = "replaceEverywhere"
"""The first value of the `data` of such an action."""

_MOST_FILES = 1000
_MAX_BYTES = 4 << 20
_ANNOTATION = "image"


def offers_everywhere(session: Session, view: AnyView, findings: list[PlacedFinding]) -> Iterator[types.CodeAction]:
    """An action for each retired image that other files name too, as far as the last search has found."""
    if not view.client.replaces_everywhere:
        return
    images = retired_images(view.snapshot.text, findings)
    own = path_of(view.document.uri)
    if not images or own is None:
        return
    session.search_workspace()
    for image in images:
        others = [
            path for path, file in session.whole_workspace.search.known.items() if image in file.images and path != own
        ]
        if others:
            title = f"Replace {_short(image)} everywhere in the workspace"
            data = [EVERYWHERE, view.document.uri, image]
            yield types.CodeAction(title, kind=types.CodeActionKind.QuickFix, data=data)


async def edit_everywhere(session: Session, uri: str, image: str) -> types.WorkspaceEdit:
    """The edit of all files that name an image, each with a mark that the user has to confirm it if possible."""
    found = await session.whole_workspace.search.found(session.folders)
    paths = [path for path, file in found.items() if image in file.images]
    changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    own = path_of(uri)
    if own is not None and own not in paths:
        paths.insert(0, own)
    for path in paths[:_MOST_FILES]:
        await asyncio.sleep(0)
        change = _edit_of(session, path, image)
        if change is not None:
            changes.append(change)
    edit = types.WorkspaceEdit(document_changes=changes)
    if session.client.supports_change_annotations:
        label = f"Replace {_short(image)}"
        description = "The successor can have another Python, CUDA or operating system"
        annotation = types.ChangeAnnotation(label, needs_confirmation=True, description=description)
        edit.change_annotations = {_ANNOTATION: annotation}
    return edit


def _short(image: str) -> str:
    return image.rpartition("/")[2]


def _edit_of(session: Session, path: str, image: str) -> types.TextDocumentEdit | None:
    """The edit of one file: of its document if it is open, with the version, else of what the disk has."""
    opened = session.documents.at(path)
    snapshot: FileSnapshot | None = None
    uri, version, text = uri_of(path), None, ""
    if opened is not None:
        uri, version, text = opened.document.uri, opened.document.version, opened.document.text
        if session.documents.analysed(uri) is not None:
            snapshot = session.analysis_of(opened)
    else:
        try:
            with open(path, "rb", opener=open_without_waiting) as file:
                text = file.read(_MAX_BYTES).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return None
    kind = kind_by_name(os.path.basename(path))
    if snapshot is None and kind is not None:
        snapshot = session.whole_workspace.diagnostics.snapshot_of(path, kind, text)
    if snapshot is None:
        return None
    index = LineIndex(text, session.documents.encoding)
    edits: list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit] = []
    for edit in replacements(snapshot, image):
        range_ = to_range(edit.span, index)
        if session.client.supports_change_annotations:
            edits.append(types.AnnotatedTextEdit(_ANNOTATION, range_, edit.text))
        else:
            edits.append(types.TextEdit(range_, edit.text))
    identifier = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
    return types.TextDocumentEdit(identifier, edits) if edits else None
