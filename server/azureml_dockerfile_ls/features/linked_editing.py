"""Linked editing: the name of a heredoc and the line that ends it change together."""

from __future__ import annotations

from azureml_dockerfile_ls.features.navigation import span_of
from azureml_dockerfile_ls.model.symbols.find import symbol_at
from azureml_dockerfile_ls.model.symbols.symbol import SymbolKind
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span

HEREDOC_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.+-]*"
"""The names that an edit in one place may give to both."""


def linked_spans(snapshot: Snapshot, offset: int) -> list[Span]:
    """The places that have the same text as the one at `offset` and change with it; none for other names."""
    found = symbol_at(snapshot.tree, snapshot.model, offset)
    if found is None or found.symbol.kind is not SymbolKind.HEREDOC or len(found.symbol.places) < 2:
        return []
    return [span_of(snapshot, place) for place in found.symbol.places]
