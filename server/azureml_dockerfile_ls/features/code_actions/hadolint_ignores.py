"""The way to ignore rules of hadolint: its own comment `# hadolint ignore=…`, directly above the instruction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action, Change
from azureml_dockerfile_ls.features.code_actions.ignores import enumeration, names_of
from azureml_dockerfile_ls.features.cursor import is_open
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.hadolint.comments import ignore_comment_above
from azureml_dockerfile_ls.rules.rule import Group
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Tree
from azureml_dockerfile_ls.syntax.style import indent_of
from azureml_dockerfile_ls.text import Span, TextEdit


def hadolint_ignores(snapshot: Snapshot, findings: Sequence[PlacedFinding]) -> Iterator[Action]:
    """The comment that ignores the rules of hadolint, for findings on one instruction."""
    ignored = tuple(finding for finding in findings if finding.rule.group is Group.HADOLINT)
    if len({finding.index for finding in ignored}) != 1:
        return
    edit = _ignore(snapshot.tree, ignored[0].index, names_of(ignored))
    if edit is not None:
        yield Action(ActionKind.QUICKFIX, f"Ignore {enumeration(ignored)} here", Change((edit,)), findings=ignored)


def _ignore(tree: Tree, index: int, names: Sequence[str]) -> TextEdit | None:
    """The edit that adds to the comment above, or makes one; None if the line above belongs to an open heredoc."""
    comment = ignore_comment_above(tree, index)
    if comment is not None:
        known = {name for name, _ in comment.names}
        return _insertion(comment.end, "".join(f",{name}" for name in names if name not in known))
    number = tree.instruction_segments[index]
    above = tree.segments[number - 1].instruction if number else None
    if above is not None and is_open(above):
        return None
    indent = indent_of(tree.instructions[index])
    return _insertion(tree.starts[number], f"{indent}# hadolint ignore={','.join(names)}{tree.newline}")


def _insertion(offset: int, text: str) -> TextEdit:
    return TextEdit(Span(offset, offset), text)
