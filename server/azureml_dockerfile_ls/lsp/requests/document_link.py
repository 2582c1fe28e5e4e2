"""textDocument/documentLink."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.links import Link, links
from azureml_dockerfile_ls.features.manifest.links import manifest_links
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import AnyView, ManifestView
from azureml_dockerfile_ls.lsp.uris import uri_of


def handle(session: Session, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
    """The links of a document, to pages and to files of its build context."""
    view = session.any_view(params.text_document.uri)
    if view is None:
        return None
    found = manifest_links(view.snapshot) if isinstance(view, ManifestView) else links(view.snapshot)
    return [_link(link, view) for link in found]


def _link(link: Link, view: AnyView) -> types.DocumentLink:
    context = view.snapshot.context
    target = uri_of(context.absolute(link.path)) if context is not None and link.path is not None else link.url
    return types.DocumentLink(
        view.range(link.span), target, link.tooltip if view.client.supports_link_tooltips else None
    )
