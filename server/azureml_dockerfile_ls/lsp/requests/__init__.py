"""The requests: one module each, with a thin handler that converts, calls the feature, and converts back.

This brings the whole analysis along, so it is imported after the client has its first answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from lsprotocol import types

from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.lsp.capabilities import OFFERS
from azureml_dockerfile_ls.lsp.session.session import Session

Handler = Callable[[Session, Any], object]

HANDLERS: Mapping[str, str] = {
    types.TEXT_DOCUMENT_COMPLETION: "completion.handle",
    types.COMPLETION_ITEM_RESOLVE: "completion_resolve.handle",
    types.TEXT_DOCUMENT_HOVER: "hover.handle",
    types.TEXT_DOCUMENT_DEFINITION: "definition.handle",
    types.TEXT_DOCUMENT_REFERENCES: "references.handle",
    types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: "document_highlight.handle",
    types.TEXT_DOCUMENT_PREPARE_RENAME: "prepare_rename.handle",
    types.TEXT_DOCUMENT_RENAME: "rename.handle",
    types.TEXT_DOCUMENT_LINKED_EDITING_RANGE: "linked_editing_range.handle",
    types.TEXT_DOCUMENT_SIGNATURE_HELP: "signature_help.handle",
    types.TEXT_DOCUMENT_CODE_ACTION: "code_action.handle",
    types.CODE_ACTION_RESOLVE: "code_action_resolve.handle",
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: "document_symbol.handle",
    types.WORKSPACE_SYMBOL: "workspace_symbol.handle",
    types.TEXT_DOCUMENT_FOLDING_RANGE: "folding_range.handle",
    types.TEXT_DOCUMENT_SELECTION_RANGE: "selection_range.handle",
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: "semantic_tokens.full",
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA: "semantic_tokens.delta",
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE: "semantic_tokens.in_range",
    types.TEXT_DOCUMENT_DOCUMENT_LINK: "document_link.handle",
    types.TEXT_DOCUMENT_INLAY_HINT: "inlay_hint.handle",
    types.TEXT_DOCUMENT_FORMATTING: "formatting.handle",
    types.TEXT_DOCUMENT_RANGE_FORMATTING: "range_formatting.handle",
    types.TEXT_DOCUMENT_ON_TYPE_FORMATTING: "on_type_formatting.handle",
    types.TEXT_DOCUMENT_DIAGNOSTIC: "diagnostic.handle",
    types.WORKSPACE_DIAGNOSTIC: "workspace_diagnostic.handle",
    types.TEXT_DOCUMENT_CODE_LENS: "code_lens.handle",
    types.TEXT_DOCUMENT_INLINE_COMPLETION: "inline_completion.handle",
}
"""The module and the function that answer a request, in the order in which they are imported."""

_DOCKERFILE_ONLY = frozenset(offer.method for offer in OFFERS if offer.part is Part.DOCKERFILE)


def respond(session: Session, method: str, params: Any) -> object:
    """The result of a request; None for one that the setting `dockerfileFeatures` leaves to another server."""
    # A request about the whole workspace leaves out by itself the files whose settings say so.
    if method in _DOCKERFILE_ONLY and method != types.WORKSPACE_SYMBOL:
        view = session.view(params.text_document.uri)
        if view is not None and not view.snapshot.settings.dockerfile_features:
            return None
    return handler(method)(session, params)


@cache
def handler(method: str) -> Handler:
    """The function that answers a request. Its module is imported here, so that none waits for those of others."""
    module, _, name = HANDLERS[method].partition(".")
    found: Handler = getattr(import_module(f"{__name__}.{module}"), name)
    return found
