"""textDocument/hover."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.hover import hover
from azureml_dockerfile_ls.lsp.markup import markup
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, params: types.HoverParams) -> types.Hover | None:
    """The facts and findings at a position."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    shows_findings = view.client.shows_diagnostics_in_hover
    found = hover(view.snapshot, view.offset(params.position), shows_findings=shows_findings)
    if found is None:
        return None
    return types.Hover(markup(found.markdown, view.client.hover_formats), view.range(found.span))
