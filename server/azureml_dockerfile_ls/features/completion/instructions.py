"""Completion of instructions, and of whole blocks of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from azureml_dockerfile_ls.azureml.snippets import Snippet, snippets_in, whole_example
from azureml_dockerfile_ls.features.completion.items import Item, Kind, fitting, plain
from azureml_dockerfile_ls.features.cursor import Cursor, index_before
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS


def instruction_items(snapshot: Snapshot, cursor: Cursor) -> Iterator[Item]:
    """The keywords that may stand at the cursor, then the blocks."""
    before = index_before(snapshot, cursor.offset)
    placed = snapshot.model.stage_at(before) if before >= 0 else None
    names = [spec.name for spec in INSTRUCTIONS.values() if spec.trigger or not cursor.is_trigger]
    if placed is None and not cursor.is_trigger:
        names = ["FROM", "ARG"]
    # Whoever indents a line has not begun to write an instruction.
    is_optional = not cursor.typed and not cursor.is_trigger
    for name, text in zip(names, fitting(snapshot, cursor, names), strict=True):
        item = plain(cursor, text, Kind.INSTRUCTION, INSTRUCTIONS[name].forms[0], f"instruction {name}")
        yield replace(item, is_optional=is_optional)
    line_end = snapshot.text.find("\n", cursor.word.end)
    rest = snapshot.text[cursor.word.end : None if line_end < 0 else line_end]
    if not cursor.is_trigger and not rest.strip():
        for snippet in blocks_after(snapshot, before):
            yield Item(
                snippet.name,
                Kind.SNIPPET,
                cursor.word,
                snippet.text,
                snippet.name,
                snippet.documentation,
                snippet=snippet.body,
                is_optional=is_optional,
            )


def blocks_after(snapshot: Snapshot, index: int) -> tuple[Snippet, ...]:
    """The blocks that fit after instruction `index`; -1 is the top of the file."""
    placed = snapshot.model.stage_at(index) if index >= 0 else None
    if placed is None:
        return () if snapshot.model.stages else (whole_example(snapshot.tree.escape, snapshot.context),)
    return snippets_in(placed.stage, index - placed.first + 1, snapshot.context)
