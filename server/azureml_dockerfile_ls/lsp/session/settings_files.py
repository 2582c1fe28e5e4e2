"""The diagnostics of settings files: the problems of a file are shown in it until they are solved."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from azureml_dockerfile_ls.lsp.uris import uri_of
from azureml_dockerfile_ls.settings import Problem

_SOURCE = "azureml"


class SettingsFiles:
    """Publishes the problems of the settings files that the open Dockerfiles use."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._of_documents: dict[str, tuple[Problem, ...]] = {}
        self._shown: dict[str, list[types.Diagnostic]] = {}

    def show(self, document_uri: str, problems: Iterable[Problem]) -> None:
        """Show the problems of the settings files of a Dockerfile, in place of those that it had before."""
        found = tuple(problem for problem in problems if problem.path is not None)
        if self._of_documents.get(document_uri, ()) == found:
            return
        if found:
            self._of_documents[document_uri] = found
        else:
            self._of_documents.pop(document_uri, None)
        self._publish()

    def _publish(self) -> None:
        of_files: dict[str, dict[Problem, None]] = {}
        for problems in self._of_documents.values():
            for problem in problems:
                if problem.path is not None:
                    of_files.setdefault(problem.path, {})[problem] = None
        diagnostics = {path: [_diagnostic(problem) for problem in problems] for path, problems in of_files.items()}
        for path in {**self._shown, **diagnostics}:
            items = diagnostics.get(path, [])
            if items != self._shown.get(path, []):
                params = types.PublishDiagnosticsParams(uri_of(path), items)
                self._server.text_document_publish_diagnostics(params)
        self._shown = diagnostics


def _diagnostic(problem: Problem) -> types.Diagnostic:
    # Keys that are not ASCII are invalid without quotes, so nearly every column is the same in every unit.
    line = (problem.line or 1) - 1
    start, end = types.Position(line, problem.column), types.Position(line, max(problem.end_column, problem.column + 1))
    return types.Diagnostic(types.Range(start, end), problem.text, types.DiagnosticSeverity.Warning, source=_SOURCE)
