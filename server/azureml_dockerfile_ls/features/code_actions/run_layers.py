"""Merging RUN instructions, and splitting one, where the shell of the first hands nothing to the second."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action
from azureml_dockerfile_ls.features.code_actions.refactoring import refactoring, target_of
from azureml_dockerfile_ls.features.formatting import DEFAULT, indent_of, is_posix_shell
from azureml_dockerfile_ls.shell.chain import chain_of, is_independent
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Instruction, SegmentKind
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import Span, TextEdit

_SHARED_MOUNTS = ("type=cache", "type=secret", "type=ssh")


def merge_runs(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """One RUN of those that a selection touches, or of the RUN at the cursor and the one below it."""
    if not snapshot.settings.dockerfile_features:
        return
    tree = snapshot.tree
    first, last = tree.index_at(span.start), tree.index_at(span.end)
    if first is None or last is None:
        return
    is_selection = last > first
    last = last if is_selection else first + 1
    if last >= len(tree.instructions) or not all(_can_join(snapshot, index) for index in range(first, last)):
        return
    separator = f" && {tree.escape}{tree.newline}{indent_of(tree, DEFAULT)}"
    edits = []
    for index in range(first, last):
        end = tree.offset_of(index) + tree.instructions[index].arguments_span.end
        start = tree.offset_of(index + 1) + tree.instructions[index + 1].arguments_span.start
        edits.append(TextEdit(Span(end, start), separator))
    title = f"Merge {last - first + 1} RUN instructions" if is_selection else "Merge with the RUN below"
    yield from refactoring(snapshot, ActionKind.REWRITE, title, *edits)


def split_run(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """Two RUN instructions in place of the one at `span`, divided at the `&&` that the cursor touches."""
    target = target_of(snapshot, span, "RUN")
    chain = chain_of(target.instruction) if target is not None and target.is_posix else None
    if target is None or chain is None or not _has_shared_mounts(target.instruction):
        return
    instruction, tree = target.instruction, snapshot.tree
    for number in range(1, len(chain.spans)):
        end, start = chain.spans[number - 1].end, chain.spans[number].start
        operator = instruction.text.index("&&", end)
        is_touched = target.offset + operator <= span.start and span.end <= target.offset + operator + 2
        is_apart = not any(end <= comment.start < start for comment in instruction.comments)
        # The last two look at the whole RUN.
        if is_touched and is_apart and is_independent(instruction, number) and _is_shell_text(instruction.text[start:]):
            between = f"{tree.newline}{_head(instruction)}"
            edit = TextEdit(Span(end, start).shift(target.offset), between)
            yield from refactoring(snapshot, ActionKind.REWRITE, "Split RUN here", edit)


def _can_join(snapshot: Snapshot, index: int) -> bool:
    """Whether a RUN and the next instruction can be one."""
    tree = snapshot.tree
    upper, lower = tree.instructions[index], tree.instructions[index + 1]
    segments = tree.segments[tree.instruction_segments[index] + 1 : tree.instruction_segments[index + 1]]
    is_adjacent = all(segment.kind is SegmentKind.BLANK for segment in segments)
    return (
        is_adjacent
        and is_posix_shell(snapshot, index)
        and is_independent(upper)
        and chain_of(lower) is not None
        and [(flag.name, flag.value) for flag in upper.flags] == [(flag.name, flag.value) for flag in lower.flags]
        and _has_shared_mounts(upper)
    )


def _has_shared_mounts(instruction: Instruction) -> bool:
    """Whether all mounts hold the same for each RUN that has them."""
    mounts = [flag.value or "" for flag in instruction.flags if flag.name == "mount"]
    return all(any(kind in mount.split(",") for kind in _SHARED_MOUNTS) for mount in mounts)


def _is_shell_text(text: str) -> bool:
    """Whether BuildKit takes this text after RUN as a whole for the shell: it begins no flag, and is no exec form."""
    return not text.startswith("--") and not parse(f"RUN {text}").instructions[0].is_json


def _head(instruction: Instruction) -> str:
    """The keyword and the flags."""
    text = instruction.text
    return f"{' '.join([instruction.keyword.value, *(flag.span.of(text) for flag in instruction.flags)])} "
