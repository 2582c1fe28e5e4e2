"""The build contexts of the open Dockerfiles, and when each is read anew."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from pygls import uris

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.file_memory import FileMemory
from azureml_dockerfile_ls.files import path_below
from azureml_dockerfile_ls.lsp.documents import Document, Documents

_MAX_AGE_SECONDS = 1.0
"""How long a reading is used without a word from the editor, which may not tell of every change, or of none."""


def path_of(uri: str) -> str | None:
    """The absolute path of a `file:` URI; None for any other one."""
    try:
        path = uris.to_fs_path(uri)
    except ValueError:  # a host that is none
        return None
    return os.path.abspath(path) if path and "\0" not in path else None


def uri_of(path: str) -> str:
    """The `file:` URI of an absolute path."""
    return uris.from_fs_path(path) or ""


class Contexts:
    """The build contexts by the URIs of their Dockerfiles. A document that is no file has none."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._read: dict[str, tuple[BuildContext, float]] = {}
        self._files = FileMemory()

    def of(self, document: Document, folder: str | None) -> BuildContext | None:
        """The context of a Dockerfile: `folder`, else the folder that it is in. It is read anew after a second."""
        path = path_of(document.uri)
        if path is None:
            return None
        root = os.path.realpath(folder or os.path.dirname(path))
        known, read_at = self._read.get(document.uri, (None, 0.0))
        now = time.monotonic()
        if known is None or known.root != root or now - read_at > _MAX_AGE_SECONDS:
            known = BuildContext(root, path_below(root, path) or "", self._open_files(), self._files)
            self._read[document.uri] = (known, now)
        return known

    def _open_files(self) -> dict[str, str]:
        paths = ((path_of(document.uri), document.text) for document in self._documents)
        return {os.path.realpath(path): text for path, text in paths if path is not None}

    def forget(self, uri: str) -> None:
        """A document was closed."""
        self._read.pop(uri, None)

    def changed(self, changed_uris: Iterable[str]) -> list[str]:
        """The Dockerfiles, by URI, in whose context one of these files lies. Their contexts are read anew."""
        paths = [os.path.realpath(path) for path in map(path_of, changed_uris) if path is not None]
        concerned = [
            uri
            for uri, (context, _) in self._read.items()
            if any(path.startswith(os.path.join(context.root, "")) for path in paths)
        ]
        for uri in concerned:
            del self._read[uri]
        return concerned
