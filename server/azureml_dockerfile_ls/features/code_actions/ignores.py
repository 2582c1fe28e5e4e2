"""The way to ignore rules: BuildKit's `# check=skip=…`, for one instruction or for the whole file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action, Change
from azureml_dockerfile_ls.features.cursor import is_open
from azureml_dockerfile_ls.rules.check_comments import first_check_above
from azureml_dockerfile_ls.rules.check_options import parse_options, skipping_too
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.hadolint.comments import ignore_comment_above
from azureml_dockerfile_ls.rules.rule import Group, Rule
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import SegmentKind, Tree
from azureml_dockerfile_ls.syntax.scan import read_directives
from azureml_dockerfile_ls.text import Span, TextEdit


def ignores(snapshot: Snapshot, span: Span, findings: Sequence[PlacedFinding]) -> Iterator[Action]:
    """The one comment that ignores the rules of findings: above their instruction, or for the file.

    The scope is what is selected: several instructions mean the file. It is the file too where a comment above the
    instruction is not possible.
    """
    tree = snapshot.tree
    ignored = tuple(finding for finding in findings if can_be_ignored(finding.rule))
    indexes = {finding.index for finding in ignored}
    if not ignored:
        return
    edit, scope = None, "here"
    is_cursor = span.start == span.end
    if len(indexes) == 1 and (is_cursor or indexes == {tree.index_at(span.start), tree.index_at(span.end)}):
        edit = ignore_here(tree, ignored)
    if edit is None:
        edit, scope = ignore_in_file(tree, ignored), "in this file"
    if edit is not None:
        yield Action(ActionKind.QUICKFIX, f"Ignore {enumeration(ignored)} {scope}", Change((edit,)), findings=ignored)


def names_of(findings: Iterable[PlacedFinding]) -> list[str]:
    """The names of rules, each once."""
    return list(dict.fromkeys(finding.rule.name for finding in findings))


def enumeration(findings: Iterable[PlacedFinding]) -> str:
    """The names of the rules of findings as a part of a sentence."""
    *first, last = names_of(findings)
    return f"{', '.join(first)} and {last}" if first else last


def can_be_ignored(rule: Rule) -> bool:
    """Whether BuildKit's comment can suppress a rule.

    Errors that stop the build cannot be suppressed. BuildKit's experimental checks are asked for, and never skipped.
    """
    return rule.is_lint and not rule.is_experimental and rule.group is not Group.HADOLINT


def ignore_here(tree: Tree, findings: Sequence[PlacedFinding]) -> TextEdit | None:
    """The edit that suppresses the rules of findings for their instruction, in a comment above it or in a new one.

    None for a finding that is not on an instruction, and where the line above belongs to a heredoc that is not closed.
    """
    index, names = findings[0].index, names_of(findings)
    if any(tree.index_at(finding.span.start) != index for finding in findings):
        return None
    number = tree.instruction_segments[index]
    options = first_check_above(tree, index)
    if options is not None:
        if parse_options(options.of(tree.text)) is not None:
            addition = skipping_too(options.of(tree.text), names)
            return _insertion(options.start + addition[0], addition[1]) if addition else None
        # BuildKit reads the first one only, even if it refuses it, so the new one must be above it.
        number = bisect_right(tree.starts, options.start) - 1
    elif ignore_comment_above(tree, index) is not None:
        # hadolint's comment must stay on the line above the instruction.
        number -= 1
    above = tree.segments[number - 1].instruction if number else None
    if above is not None and is_open(above):
        return None
    # At the top of the file it would be a directive, and cover all of it, but for a blank line above.
    blank = tree.newline if _is_at_top(tree, number) else ""
    return _insertion(tree.starts[number], f"{blank}# check=skip={','.join(names)}{tree.newline}")


def ignore_in_file(tree: Tree, findings: Sequence[PlacedFinding]) -> TextEdit | None:
    """The edit that suppresses the rules of findings for the whole file, in the directive at the top or in a new one.

    It goes below the other directives: versions of BuildKit that do not know `check` read none after it. None where
    there is no room for it in the directive, and beside a `#!` line, which must stay the first.
    """
    names = names_of(findings)
    for directive in tree.directives:
        if directive.name == "check":
            if parse_options(directive.value.split(" ", 1)[0]) is None:
                return None
            addition = skipping_too(directive.value.split(" ", 1)[0], names)
            return _insertion(directive.value_span.start + addition[0], addition[1]) if addition else None
    place = int(tree.text.startswith("\ufeff"))
    if tree.text.startswith("#!", place):
        return None
    for number, segment in enumerate(tree.segments):
        if segment.kind is SegmentKind.DIRECTIVE:
            place = tree.starts[number] + segment.length
        elif segment.kind is not SegmentKind.BLANK or number:
            break
    line = f"# check=skip={','.join(names)}"
    is_after_line = place > 0 and tree.text[place - 1] not in "\n\ufeff"
    return _insertion(place, f"{tree.newline}{line}" if is_after_line else f"{line}{tree.newline}")


def _insertion(offset: int, text: str) -> TextEdit:
    return TextEdit(Span(offset, offset), text)


def _is_at_top(tree: Tree, number: int) -> bool:
    """Whether there are only directives above segment `number`."""
    for above in range(number):
        segment, start = tree.segments[above], tree.starts[above]
        line = tree.text[start : start + segment.length]
        is_mark = above == 0 and line == "\ufeff"
        # A repeated directive is not in `tree.directives`.
        is_directive = segment.kind is SegmentKind.DIRECTIVE or bool(
            segment.kind is SegmentKind.COMMENT and read_directives(line)[0]
        )
        if not is_mark and not is_directive:
            return False
    return True
