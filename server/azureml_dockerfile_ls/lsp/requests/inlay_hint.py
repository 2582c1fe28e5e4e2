"""textDocument/inlayHint."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.inlay_hints import Hint, inlay_hints
from azureml_dockerfile_ls.lsp.markup import markup
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import View


def handle(session: Session, params: types.InlayHintParams) -> list[types.InlayHint] | None:
    """The settings that apply in a range and are not written there."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    return [_hint(hint, view) for hint in inlay_hints(view.snapshot, view.span(params.range))]


def _hint(hint: Hint, view: View) -> types.InlayHint:
    tooltip = markup(hint.tooltip, view.client.hover_formats)
    return types.InlayHint(view.position(hint.offset), hint.label, tooltip=tooltip, padding_left=True)
