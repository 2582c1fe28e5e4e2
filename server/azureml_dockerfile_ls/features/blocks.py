"""The blocks of instructions that can be inserted, in completion and as code actions."""

from __future__ import annotations

from azureml_dockerfile_ls.azureml.snippets import Snippet, snippets_in, whole_files
from azureml_dockerfile_ls.features.stages import is_shown, part_of
from azureml_dockerfile_ls.snapshot import Snapshot


def blocks_after(snapshot: Snapshot, index: int) -> tuple[Snippet, ...]:
    """The blocks that fit after instruction `index`; -1 is the top of the file."""
    placed = snapshot.model.stage_at(index) if index >= 0 else None
    if placed is None:
        return () if snapshot.model.stages else whole_files(snapshot.tree.escape, snapshot.context)
    if not is_shown(snapshot, part_of(placed.stage)):
        return ()
    return snippets_in(placed.stage, index - placed.first + 1, snapshot.context)
