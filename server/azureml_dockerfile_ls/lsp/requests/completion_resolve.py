"""completionItem/resolve."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.completion import documentation
from azureml_dockerfile_ls.lsp.completion_items import from_data
from azureml_dockerfile_ls.lsp.markup import markup
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, item: types.CompletionItem) -> types.CompletionItem:
    """The item with its documentation; an item that is not ours comes back as it is."""
    key = from_data(item.data)
    text = documentation(key, session.images.index) if key is not None else ""
    if text:
        item.documentation = markup(text, session.client.documentation_formats)
    return item
