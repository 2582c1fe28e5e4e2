"""The table of the requests that the server offers. It is light: the client gets it with the first answer.

The handlers are in `requests`, which brings the whole analysis along and is imported afterwards.
"""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.features.semantic_tokens.legend import MODIFIERS, TYPES
from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.records import dataclass

APPLY_EDIT = "azureml-dockerfile-ls.applyEdit"
"""The command that applies an edit, for clients that do not support code actions."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A request that the server answers.

    `options` gives the options for a client: True for an offer without options, None for no offer to this client. A
    request of `part` DOCKERFILE is answered with null where `dockerfileFeatures` is off; an answer of part AZUREML
    leaves out its general parts by itself.
    """

    method: str
    options: Callable[[ClientCapabilities], object] = lambda _: True
    part: Part = Part.AZUREML
    """Whether the handler is a coroutine, which waits for another thread while the loop goes on."""


def _completion(_: ClientCapabilities) -> types.CompletionOptions:
    return types.CompletionOptions(
        trigger_characters=[":", "/", "=", "-", "$", " ", '"', ",", "<"], resolve_provider=True
    )


def _signature_help(_: ClientCapabilities) -> types.SignatureHelpOptions:
    return types.SignatureHelpOptions(trigger_characters=[" ", "=", ",", "["])


def _code_action(client: ClientCapabilities) -> types.CodeActionOptions | bool | None:
    if client.supports_code_action_literals:
        kinds = [types.CodeActionKind(kind.value) for kind in ActionKind]
        return types.CodeActionOptions(kinds, resolve_provider=client.resolves_action_edits or None)
    return needs_commands(client) or None


def _diagnostic(client: ClientCapabilities) -> types.DiagnosticOptions | None:
    if not client.pulls_diagnostics:
        return None
    # A script can change the diagnostics of a Dockerfile, but then the client is asked to pull again. A client that
    # knows of such dependencies pulls for every open file again and again.
    return types.DiagnosticOptions(False, client.pulls_workspace_diagnostics)


def _on_type_formatting(_: ClientCapabilities) -> types.DocumentOnTypeFormattingOptions:
    return types.DocumentOnTypeFormattingOptions("\n", ["\\", "`"])


def _legend(_: ClientCapabilities) -> types.SemanticTokensLegend:
    return types.SemanticTokensLegend([type_.value for type_ in TYPES], [modifier.value for modifier in MODIFIERS])


def _code_lens(client: ClientCapabilities) -> types.CodeLensOptions | None:
    return types.CodeLensOptions() if client.lens_commands else None


def _inline_completion(client: ClientCapabilities) -> types.InlineCompletionOptions | None:
    return types.InlineCompletionOptions() if client.completes_inline else None


def needs_commands(client: ClientCapabilities) -> bool:
    """Whether the client gets commands in place of code actions.

    Other clients are not offered the command: VS Code would register it for all its extensions.
    """
    return client.applies_edits and not client.supports_code_action_literals


COMMANDS = "commands"
"""The key of `initializationOptions` under which a client lists the commands of code lenses that it executes."""

STATUS = "azuremlDockerfile/status"
"""The request for the versions that run: of the server, of Python, and the date of the built-in list of images."""

OFFERS = (
    Offer(types.TEXT_DOCUMENT_COMPLETION, _completion),
    Offer(types.COMPLETION_ITEM_RESOLVE),
    Offer(types.TEXT_DOCUMENT_HOVER),
    Offer(types.TEXT_DOCUMENT_DEFINITION, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_REFERENCES, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_PREPARE_RENAME, lambda client: client.prepares_renames or None, Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_RENAME, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_LINKED_EDITING_RANGE, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_SIGNATURE_HELP, _signature_help, Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_CODE_ACTION, _code_action),
    Offer(types.CODE_ACTION_RESOLVE, lambda client: client.resolves_action_edits or None),
    Offer(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, part=Part.DOCKERFILE),
    Offer(types.WORKSPACE_SYMBOL, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_FOLDING_RANGE, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_SELECTION_RANGE, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, _legend, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_DOCUMENT_LINK),
    Offer(types.TEXT_DOCUMENT_INLAY_HINT),
    Offer(types.TEXT_DOCUMENT_FORMATTING, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_RANGE_FORMATTING, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, _on_type_formatting, part=Part.DOCKERFILE),
    Offer(types.TEXT_DOCUMENT_DIAGNOSTIC, _diagnostic),
    Offer(types.WORKSPACE_DIAGNOSTIC, lambda client: client.pulls_workspace_diagnostics or None),
    Offer(types.TEXT_DOCUMENT_CODE_LENS, _code_lens),
    Offer(types.TEXT_DOCUMENT_INLINE_COMPLETION, _inline_completion),
)
