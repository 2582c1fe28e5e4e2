"""What the refactorings have in common: the instruction at a place, and the proof that an edit is sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action, Change
from azureml_dockerfile_ls.features.formatting import is_posix_shell
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.model import PlacedStage
from azureml_dockerfile_ls.rules.azureml.requires_buildkit import first_need
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import LocalSpan, Span, TextEdit, apply_edits

PLAIN_VALUE = lazy_pattern(r"[A-Za-z0-9._/:@+-]+")
"""A value that means the same with and without a variable: it has no quote, blank or character of the shell."""


@dataclass(frozen=True, slots=True)
class Target:
    """The instruction that a refactoring is about, at `offset` of the file and at `index` of the tree."""

    snapshot: Snapshot
    index: int
    instruction: Instruction
    offset: int
    placed: PlacedStage

    @property
    def at(self) -> int:
        """The index of the instruction in its stage."""
        return self.index - self.placed.first

    @property
    def is_posix(self) -> bool:
        """Whether a POSIX shell reads its shell form."""
        return is_posix_shell(self.snapshot, self.index)

    def edit(self, span: LocalSpan, text: str) -> TextEdit:
        """An edit of the instruction."""
        return TextEdit(span.at(self.offset), text)

    def touches(self, span: LocalSpan, selected: Span) -> bool:
        """Whether a selection touches a part of the instruction."""
        place = span.at(self.offset)
        return place.start <= selected.end and selected.start <= place.end


def target_of(snapshot: Snapshot, span: Span, *names: str) -> Target | None:
    """The instruction with one of these names that holds a selection; None if BuildKit refuses it."""
    tree = snapshot.tree
    index = tree.index_at(span.start) if snapshot.settings.dockerfile_features else None
    if index is None or (span.end != span.start and tree.index_at(span.end) != index):
        return None
    instruction, placed = tree.instructions[index], snapshot.model.stage_at(index)
    if instruction.name not in names or placed is None or instruction.problems:
        return None
    unterminated = tree.unterminated_segments
    if unterminated and unterminated[0] <= tree.instruction_segments[index]:
        return None
    return Target(snapshot, index, instruction, tree.offset_of(index), placed)


def uses_buildkit(snapshot: Snapshot) -> bool:
    """Whether a file asks for BuildKit already: by `# syntax=`, or by a flag or heredoc that only BuildKit knows.

    Azure builds images with the classic builder, so a refactoring must not be what makes BuildKit necessary.
    """
    tree = snapshot.tree
    return any(directive.name == "syntax" for directive in tree.directives) or any(
        True for placed in snapshot.model.stages for _ in placed.stage.each(first_need)
    )


def refactoring(snapshot: Snapshot, kind: ActionKind, title: str, *edits: TextEdit) -> Iterator[Action]:
    """The action with these edits, if BuildKit refuses no more after them than before."""
    ordered = tuple(sorted(edits, key=lambda edit: edit.span))
    after = parse(apply_edits(snapshot.text, ordered), snapshot.tree)
    if _errors(after) <= _errors(snapshot.tree):
        yield Action(kind, title, Change(ordered))


def _errors(tree: Tree) -> int:
    in_instructions = sum(len(instruction.problems) for instruction in tree.instructions)
    return len(tree.problems) + len(tree.unterminated_segments) + in_instructions
