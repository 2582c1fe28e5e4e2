"""textDocument/codeLens."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.code_lenses import Lens, code_lenses
from azureml_dockerfile_ls.features.lens_commands import LensCommand
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import View
from azureml_dockerfile_ls.lsp.uris import uri_of


def handle(session: Session, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    """The lenses of a document whose commands the client executes; a document without a file cannot be built."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    known = view.client.lens_commands
    if not view.document.uri.startswith("file:"):
        known &= {LensCommand.SHOW_IMAGE_FACTS}
    return [_lens(lens, view) for lens in code_lenses(view.snapshot) if lens.command in known]


def _lens(lens: Lens, view: View) -> types.CodeLens:
    uri, about = view.document.uri, lens.target if lens.offset is None else view.position(lens.offset)
    if lens.environment is not None:
        uri, about = uri_of(lens.environment.path), types.Position(lens.environment.line, lens.environment.column)
    return types.CodeLens(view.range(lens.span), types.Command(lens.title, lens.command.value, arguments=[uri, about]))
