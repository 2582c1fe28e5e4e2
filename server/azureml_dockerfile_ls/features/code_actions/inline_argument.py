"""An ARG before the first FROM, replaced by its value."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action
from azureml_dockerfile_ls.features.code_actions.refactoring import PLAIN_VALUE, refactoring
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import Span, TextEdit


def inline_argument(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """The values in place of the references to the ARG at `span`, which goes away.

    The ARG of a stage is in the environment of each RUN, where any program may read it, so only those of FROM can be
    inlined for certain: a global ARG that no stage takes over.
    """
    tree, stages = snapshot.tree, snapshot.model.stages
    index = tree.index_at(span.start) if snapshot.settings.dockerfile_features else None
    if index is None or not stages or index >= stages[0].first or tree.index_at(span.end) != index:
        return
    instruction = tree.instructions[index]
    if instruction.name != "ARG" or len(instruction.pairs) != 1 or "\n" in instruction.text or instruction.problems:
        return
    name, value = instruction.pairs[0].name, instruction.pairs[0].value
    others = [each for number, each in enumerate(tree.instructions) if number != index]
    if not value or not PLAIN_VALUE.fullmatch(value) or any(_defines(each, name) for each in others):
        return
    edits = _references(snapshot, name, value)
    if edits:
        line = tree.offset_of(index)
        newline = tree.text.find("\n", line)
        end = len(tree.text) if newline < 0 else newline + 1
        title = f"Inline ARG {name}"
        yield from refactoring(snapshot, ActionKind.INLINE, title, TextEdit(Span(line, end), ""), *edits)


def _defines(instruction: Instruction, name: str) -> bool:
    """Whether an instruction sets the name too, or reads it where the value is not all that counts."""
    part = instruction.trigger or instruction
    if part.name in ("ARG", "ENV") and any(pair.name == name for pair in part.pairs):
        return True
    is_read = any(variable.name == name for variable in part.variables)
    return is_read and (part.name not in ("FROM", "ARG") or not _all_plain(part, name))


def _all_plain(instruction: Instruction, name: str) -> bool:
    """Whether each reference is `$NAME` or `${NAME}` on its own, outside of quotes and other references."""
    text = instruction.text
    mine = [variable for variable in instruction.variables if variable.name == name]
    others = [variable for variable in instruction.variables if variable.name != name]
    is_nested = any(
        other.span.start <= each.span.start and each.span.end <= other.span.end for each in mine for other in others
    )
    is_quoted = bool(set("'\"\\`") & set(text))
    return not is_nested and not is_quoted and not any(variable.modifier for variable in mine)


def _references(snapshot: Snapshot, name: str, value: str) -> list[TextEdit]:
    tree = snapshot.tree
    return [
        TextEdit(variable.span.at(tree.offset_of(number)), value)
        for number, instruction in enumerate(tree.instructions)
        if instruction.name in ("FROM", "ARG")
        for variable in instruction.variables
        if variable.name == name
    ]
