"""Completion of instructions, and of whole blocks of them."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.blocks import blocks_after
from azureml_dockerfile_ls.features.completion.items import Item, ItemKey, Kind, match_case, plain
from azureml_dockerfile_ls.features.cursor import Between, Cursor, InInstruction, index_before
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS

PROVIDER = "instruction"


def instruction_items(snapshot: Snapshot, cursor: Cursor) -> Iterator[Item]:
    """The keywords that are allowed at the cursor, then the blocks."""
    before = index_before(snapshot, cursor.offset)
    placed = snapshot.model.stage_at(before) if before >= 0 else None
    is_trigger = not isinstance(cursor, Between) and cursor.is_trigger
    names = [spec.name for spec in INSTRUCTIONS.values() if spec.trigger or not is_trigger]
    if placed is None and not is_trigger:
        names = ["FROM", "ARG"]
    # A space that indents a line does not begin an instruction.
    is_optional = not cursor.typed and not is_trigger
    for name, text in zip(names, match_case(snapshot, cursor, names), strict=True):
        key = ItemKey(PROVIDER, name)
        yield plain(cursor, text, Kind.INSTRUCTION, INSTRUCTIONS[name].forms[0], key, is_optional=is_optional)
    line_end = snapshot.text.find("\n", cursor.word.end)
    rest = snapshot.text[cursor.word.end : None if line_end < 0 else line_end]
    if not is_trigger and not rest.strip() and not (isinstance(cursor, InInstruction) and cursor.hidden):
        for snippet in blocks_after(snapshot, before):
            yield Item(
                snippet.name,
                Kind.SNIPPET,
                cursor.word,
                snippet.text,
                # Who types "azure" into an empty file finds the complete files.
                snippet.name if placed else f"{snippet.name} Azure ML",
                snippet.documentation,
                snippet=snippet.body,
                is_optional=is_optional,
                part=Part.AZUREML,
            )


def documentation(name: str, _: ImageIndex) -> str:
    """The documentation of an instruction, in Markdown."""
    spec = INSTRUCTIONS.get(name)
    return "\n".join(["```dockerfile", *spec.forms, "```", spec.documentation]) if spec else ""
