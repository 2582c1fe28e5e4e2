"""textDocument/signatureHelp."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.signature_help import Signature, Trigger, signature_help
from azureml_dockerfile_ls.lsp.markup import markup
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import View


def handle(session: Session, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    """The forms of the instruction at a position."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    found = signature_help(view.snapshot, view.offset(params.position), _trigger(params.context))
    if found is None:
        return None
    signatures = [_signature(view, each) for each in found.signatures]
    # Without a number the client highlights the first parameter, with one that is too high none.
    past_all = len(found.signatures[found.active].parameters)
    return types.SignatureHelp(signatures, found.active, past_all if found.parameter is None else found.parameter)


def _signature(view: View, signature: Signature) -> types.SignatureInformation:
    parameters = []
    for parameter in signature.parameters:
        # A label is plain ASCII, or an ellipsis, so its offsets are the same in UTF-16.
        start, end = parameter.span
        label = (start, end) if view.client.supports_label_offsets else signature.label[start:end]
        documentation = markup(parameter.documentation, view.client.signature_formats)
        parameters.append(types.ParameterInformation(label, documentation if parameter.documentation else None))
    documentation = markup(signature.documentation, view.client.signature_formats)
    return types.SignatureInformation(signature.label, documentation, parameters)


def _trigger(context: types.SignatureHelpContext | None) -> Trigger:
    is_invoked = context is None or context.trigger_kind == types.SignatureHelpTriggerKind.Invoked
    return Trigger.INVOKED if is_invoked else Trigger.TYPING
