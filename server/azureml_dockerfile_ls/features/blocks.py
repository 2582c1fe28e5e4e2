"""The blocks of instructions that can be inserted, in completion and as code actions."""

from __future__ import annotations

import re
from dataclasses import replace

from azureml_dockerfile_ls.azureml.snippets import Snippet, snippets_in, whole_files
from azureml_dockerfile_ls.features.stages import is_shown, part_of
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Tree
from azureml_dockerfile_ls.syntax.style import continuation_indent, in_case_of


def _in_style(block: Snippet, tree: Tree, index: int) -> Snippet:
    """A block in the letter case and with the continuation lines of the file around instruction `index`."""

    def make() -> str:
        body, indent = in_case_of(tree, index, block.body), continuation_indent(tree, index)
        return body if indent is None else re.sub(r"\n {4}(?=\S)", lambda _: f"\n{indent}", body)

    return replace(block, make=make)


def blocks_after(snapshot: Snapshot, index: int) -> tuple[Snippet, ...]:
    """The blocks that fit after instruction `index`; -1 is the top of the file."""
    placed = snapshot.model.stage_at(index) if index >= 0 else None
    if placed is None:
        if snapshot.model.stages:
            return ()
        blocks = whole_files(snapshot.tree.escape, snapshot.context)
        return tuple(_in_style(block, snapshot.tree, index) for block in blocks)
    if not is_shown(snapshot, part_of(placed.stage)):
        return ()
    blocks = snippets_in(placed.stage, index - placed.first + 1, snapshot.context)
    return tuple(_in_style(block, snapshot.tree, index) for block in blocks)
