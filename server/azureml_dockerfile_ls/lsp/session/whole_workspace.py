"""What is known of the whole workspace, beyond the open documents. It is imported when something asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.lsp.session.documents import Documents
from azureml_dockerfile_ls.lsp.session.settings import ClientSettings
from azureml_dockerfile_ls.lsp.session.workspace_diagnostics import WorkspaceDiagnostics
from azureml_dockerfile_ls.lsp.session.workspace_environments import WorkspaceEnvironments
from azureml_dockerfile_ls.lsp.session.workspace_files import WorkspaceFiles
from azureml_dockerfile_ls.lsp.session.workspace_search import WorkspaceSearch


class WholeWorkspace:
    """The files of the workspace, their symbols, environments, images and diagnostics."""

    def __init__(
        self,
        documents: Documents,
        client: ClientCapabilities,
        settings: ClientSettings,
        open_files: Callable[[], Mapping[str, str]],
        index: Callable[[], ImageIndex],
        is_idle: Callable[[], bool],
    ) -> None:
        self.files = WorkspaceFiles(documents.encoding)
        self.environments = WorkspaceEnvironments(documents.encoding)
        self.search = WorkspaceSearch()
        self.diagnostics = WorkspaceDiagnostics(documents, client, settings, self.search, open_files, index, is_idle)

    def files_changed(self) -> None:
        """Look at the files again for the next request."""
        self.files.files_changed()
        self.environments.files_changed()
        self.diagnostics.changed()
