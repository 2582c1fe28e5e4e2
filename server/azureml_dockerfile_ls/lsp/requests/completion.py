"""textDocument/completion."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.completion import Kind, Trigger, complete
from azureml_dockerfile_ls.features.manifest.completion import complete_manifest
from azureml_dockerfile_ls.lsp.completion_items import to_items
from azureml_dockerfile_ls.lsp.json_text import JsonText, encode
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import ManifestView


def handle(session: Session, params: types.CompletionParams) -> JsonText | None:
    """The items that can be typed at a position."""
    view = session.any_view(params.text_document.uri)
    if view is None:
        return None
    offset = view.offset(params.position)
    if isinstance(view, ManifestView):
        found = complete_manifest(view.snapshot, offset)
    else:
        found = complete(view.snapshot, offset, _trigger(params.context))
    if found.wants_image_names and session.settings.is_complete:
        session.images.request_names(view.snapshot.settings)
    # More tags may be on their way.
    awaits_tags = session.images.is_busy and any(item.kind is Kind.TAG for item in found.items)
    items = [item for item in found.items if view.client.accepts_multiline_items or "\n" not in item.text]
    is_incomplete = found.is_incomplete or awaits_tags
    return JsonText(encode({"isIncomplete": is_incomplete, "items": to_items(items, offset, view)}))


def _trigger(context: types.CompletionContext | None) -> Trigger:
    by_character = context is not None and context.trigger_kind == types.CompletionTriggerKind.TriggerCharacter
    return Trigger.CHARACTER if by_character else Trigger.INVOKED
