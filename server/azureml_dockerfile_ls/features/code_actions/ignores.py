"""Ways to ignore a rule: BuildKit's `# check=skip=…`, for one instruction or for the whole file."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action, Change
from azureml_dockerfile_ls.features.code_actions.fixes import findings_at
from azureml_dockerfile_ls.features.cursor import is_open
from azureml_dockerfile_ls.rules.check_options import parse_options, skipping_too
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.rule import Rule
from azureml_dockerfile_ls.rules.suppression import first_check_above
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import SegmentKind, Tree
from azureml_dockerfile_ls.syntax.scan import read_directives
from azureml_dockerfile_ls.text import Span, TextEdit


def ignores(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """The comments that ignore the rules of the findings that touch `span`.

    For each rule one comment for each instruction and one for the file, however many findings there are.
    """
    tree = snapshot.tree
    offered: set[tuple[str, int | None]] = set()
    for finding in findings_at(snapshot, span):
        rule = finding.rule
        for title, index in ((f"Ignore {rule.name} here", finding.index), (f"Ignore {rule.name} in this file", None)):
            if (rule.name, index) in offered:
                continue
            edit = ignore_here(tree, finding) if index is not None else ignore_in_file(tree, rule)
            if edit is not None:
                offered.add((rule.name, index))
                yield Action(ActionKind.QUICKFIX, title, Change((edit,)), finding=finding)


def can_be_ignored(rule: Rule) -> bool:
    """Whether a comment can suppress a rule. Errors that stop the build cannot be suppressed."""
    return rule.is_lint


def ignore_here(tree: Tree, finding: PlacedFinding) -> TextEdit | None:
    """The edit that suppresses the rule of a finding for its instruction, in a comment above it or in a new one.

    None for a finding that is not on an instruction, and where the line above belongs to a heredoc that is not closed.
    """
    index = finding.index
    if not can_be_ignored(finding.rule) or tree.index_at(finding.span.start) != index:
        return None
    options = first_check_above(tree, index)
    if options is not None:
        # BuildKit reads the first one only, so a new one below it has no effect.
        is_valid = parse_options(options.of(tree.text)) is not None
        addition = skipping_too(options.of(tree.text), finding.rule) if is_valid else None
        return _insertion(options.start + addition[0], addition[1]) if addition else None
    number = tree.instruction_segments[index]
    above = tree.segments[number - 1].instruction if number else None
    if above is not None and is_open(above):
        return None
    # At the top of the file it would be a directive, and cover all of it, but for a blank line above.
    blank = tree.newline if _is_at_top(tree, number) else ""
    return _insertion(tree.starts[number], f"{blank}# check=skip={finding.rule.name}{tree.newline}")


def ignore_in_file(tree: Tree, rule: Rule) -> TextEdit | None:
    """The edit that suppresses a rule for the whole file, in the directive at the top or in a new one.

    It goes below the other directives: versions of BuildKit that do not know `check` read none after it. None where
    there is no room for it in the directive, and beside a `#!` line, which must stay the first.
    """
    if not can_be_ignored(rule):
        return None
    for directive in tree.directives:
        if directive.name == "check":
            addition = skipping_too(directive.value.split(" ", 1)[0], rule)
            return _insertion(directive.value_span.start + addition[0], addition[1]) if addition else None
    place = int(tree.text.startswith("\ufeff"))
    if tree.text.startswith("#!", place):
        return None
    for number, segment in enumerate(tree.segments):
        if segment.kind is SegmentKind.DIRECTIVE:
            place = tree.starts[number] + segment.length
        elif segment.kind is not SegmentKind.BLANK or number:
            break
    line = f"# check=skip={rule.name}"
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
