"""workspace/diagnostic."""

from __future__ import annotations

from functools import partial

from lsprotocol import types

from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.workspace_diagnostics import FileReport


async def handle(session: Session, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    """The diagnostics of the files that are not open, in parts if the client gives a token."""
    send = partial(_send, session, params.partial_result_token) if params.partial_result_token is not None else None
    return types.WorkspaceDiagnosticReport(
        await session.whole_workspace.diagnostics.report(params.previous_result_ids, send)
    )


def _send(session: Session, token: int | str, items: list[FileReport]) -> None:
    part = types.WorkspaceDiagnosticReportPartialResult(items)
    session.server.protocol.notify(types.PROGRESS, types.ProgressParams(token, part))
