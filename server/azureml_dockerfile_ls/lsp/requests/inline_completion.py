"""textDocument/inlineCompletion."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.inline_completion import inline_completion
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, params: types.InlineCompletionParams) -> types.InlineCompletionList | None:
    """The next line, where it is certain and the setting is on."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    text = inline_completion(view.snapshot, view.offset(params.position))
    if text is None:
        return types.InlineCompletionList([])
    return types.InlineCompletionList([types.InlineCompletionItem(text)])
