"""Runs the rules on a file.

The findings of a rule are stored in the instruction, section, stage or model that the rule examined. So they stay valid
while an edit does not change it, and die with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.derived import derived, latest
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple, dataclass
from azureml_dockerfile_ls.rules.rule import (
    Anchor,
    ContextRule,
    Edit,
    FileRule,
    FinalStageRule,
    Finding,
    Fix,
    Group,
    ImageRule,
    InstructionRule,
    ModelRule,
    RelatedFile,
    RelatedInstruction,
    Rule,
    RunRule,
    Severity,
    StageContextRule,
    StageRule,
    SuppressionRule,
)
from azureml_dockerfile_ls.rules.suppression import Suppression
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.syntax.scan import read_directives
from azureml_dockerfile_ls.syntax.style import has_instructions, in_case_of, indent_of, indented
from azureml_dockerfile_ls.text import Span, TextEdit, apply_edits, bounded


@dataclass(frozen=True, slots=True)
class PlacedFix:
    """A fix with its edits of the file, which do not overlap."""

    title: str
    edits: tuple[TextEdit, ...]
    is_preferred: bool
    is_safe: bool


class PlacedRelated(NamedTuple):
    """Related information of a finding: `span` of the file itself, or of `path` in the build context."""

    path: str | None
    span: Span
    message: str


class LatePlaced:
    """The fixes of a finding, which are placed in the file when they are asked for."""

    __slots__ = ("_place", "_placed")

    def __init__(self, place: Callable[[], tuple[PlacedFix, ...]]) -> None:
        self._place: Callable[[], tuple[PlacedFix, ...]] | None = place
        self._placed: tuple[PlacedFix, ...] = ()

    def get(self) -> tuple[PlacedFix, ...]:
        """The fixes, each with its edits of the file."""
        if self._place is not None:
            self._placed, self._place = self._place(), None
        return self._placed


@dataclass(frozen=True, slots=True, eq=False)
class PlacedFinding:
    """A finding with its span in the file, on instruction `index` of the tree."""

    rule: Rule
    index: int
    span: Span
    message: str
    severity: Severity
    placed: tuple[PlacedFix, ...] | LatePlaced
    related: tuple[PlacedRelated, ...]

    @property
    def fixes(self) -> tuple[PlacedFix, ...]:
        """The fixes of the finding. Most findings are shown, and few are fixed."""
        return self.placed.get() if isinstance(self.placed, LatePlaced) else self.placed

    def _values(self) -> tuple[object, ...]:
        return self.rule, self.index, self.span, self.message, self.severity, self.related

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PlacedFinding):
            return NotImplemented
        return self._values() == other._values() and self.fixes == other.fixes

    def __hash__(self) -> int:
        return hash(self._values())


class _Found(NamedTuple):
    """A finding, and the index in the stage or file of the first instruction that the rule examined."""

    rule: Rule
    first: int
    finding: Finding


R = TypeVar("R", bound=Rule)


class RuleSet:
    """Rules that run together."""

    def __init__(self, rules: Sequence[Rule], other_names: Iterable[str] = ()) -> None:
        """Sort the rules by their subject. `other_names` are those of rules that do not run, but exist."""

        def of(kind: type[R]) -> tuple[R, ...]:
            return tuple(rule for rule in rules if type(rule) is kind)

        self.rules = tuple(rules)
        self.by_name = {**dict.fromkeys(other_names), **{rule.name: rule for rule in rules}}
        of_instruction = of(InstructionRule)
        self.of_run = of(RunRule)
        self.of_stage = of(StageRule)
        self.of_final_stage = of(FinalStageRule)
        self.of_images = of(ImageRule)
        self.of_context = of(ContextRule)
        self.of_stage_context = of(StageContextRule)
        self.of_model = of(ModelRule)
        self.of_file = of(FileRule)
        self.of_suppression = of(SuppressionRule)
        self.of_manifest = tuple(rule for rule in rules if rule.find_in_manifest is not None)
        self.of_script = tuple(rule for rule in rules if rule.find_in_script is not None)

        @derived
        def in_instruction(instruction: Instruction) -> tuple[tuple[Rule, Finding], ...]:
            return tuple((rule, finding) for rule in of_instruction for finding in rule.find(instruction))

        self.in_instruction = in_instruction
        """The findings of the rules that look at one instruction, each with its rule."""


def check(
    tree: Tree, model: Model, context: BuildContext | None, images: ImageIndex, rules: RuleSet
) -> tuple[PlacedFinding, ...]:
    """The findings of a file in the order of the text; `context` is None if the build context is unknown.

    A rule that fails is logged, and the other rules still run.
    """
    place = _Placement(tree, model)
    found = list(place(0, None, _before_first_stage(tree, model, rules)))

    def in_stages(start: int, end: int) -> Iterator[tuple[int, tuple[_Found, ...]]]:
        for number, (_, stage) in enumerate(model.stages[start:end], start):
            yield (
                number,
                (
                    *_in_stage(stage, rules),
                    *_in_images(stage, images, rules),
                    *_in_stage_context(stage, context, rules),
                ),
            )

    for number, results in model.stage_values.by(check, in_stages, (context, images, rules)):
        first = model.stages[number].first
        found += place(first, first, results)
    final = model.stages[-1] if model.stages else None
    found += place(0, final.first if final is not None else None, _in_file(tree, model, rules))
    if final is not None:
        first, stage = final
        found += place(first, first, _in_final_stage(stage, rules))
        found += place(first, first, _in_context(stage, context, rules))
    # What the comments hide is known when all other findings are.
    if tree.instructions and (tree.option_comments or tree.directives):
        found += place(0, None, _all(rules.of_suppression, tree, place.suppression, rules.by_name))
    found.sort(key=lambda finding: (finding.span, finding.rule.name))
    return tuple(found)


def _before_first_stage(tree: Tree, model: Model, rules: RuleSet) -> Iterator[_Found]:
    for index, instruction in enumerate(tree.instructions[: model.before_first_stage]):
        yield from (_Found(rule, index, finding) for rule, finding in rules.in_instruction(instruction))


_RUN = frozenset(("RUN",))


def _in_stage(stage: Stage, rules: RuleSet) -> tuple[_Found, ...]:
    def work_out() -> Iterator[_Found]:
        for at, found in stage.each(rules.in_instruction):
            yield from (_Found(instruction_rule, at, finding) for instruction_rule, finding in found)
        for run_rule in stage.to_look_for(rules.of_run, None):
            in_runs = list(stage.each_site(run_rule.find, "RUN"))
            if not in_runs:
                stage.without[run_rule] = (None, _RUN)
            elif run_rule.applies(stage):
                yield from (_Found(run_rule, at, finding) for at, findings in in_runs for finding in findings)
        yield from _of_stage(rules.of_stage, None, stage)

    return latest(stage, _in_stage, rules, lambda: tuple(work_out()))


def _of_stage(rules: Iterable[Rule], source: object, stage: Stage, *subject: object) -> tuple[_Found, ...]:
    """The findings of the rules that look at one stage, and at a `source` beside it."""
    found: list[_Found] = []
    for rule in stage.to_look_for(rules, source):
        findings = rule.find(stage, *subject)
        found += [_Found(rule, 0, finding) for finding in findings]
        if findings:
            stage.without.pop(rule, None)
        elif rule.looks_at is not None:
            stage.without[rule] = (source, rule.looks_at)
    return tuple(found)


def _in_final_stage(stage: Stage, rules: RuleSet) -> tuple[_Found, ...]:
    return latest(stage, _in_final_stage, rules, lambda: _all(rules.of_final_stage, stage))


def _in_images(stage: Stage, images: ImageIndex, rules: RuleSet) -> tuple[_Found, ...]:
    return latest(stage, (_in_images, rules), images, lambda: _of_stage(rules.of_images, images, stage, images))


def _in_context(stage: Stage, context: BuildContext | None, rules: RuleSet) -> tuple[_Found, ...]:
    return latest(stage, (_in_context, rules), context, lambda: _all(rules.of_context, stage, context))


def _in_stage_context(stage: Stage, context: BuildContext | None, rules: RuleSet) -> tuple[_Found, ...]:
    rules_of = rules.of_stage_context
    return latest(stage, (_in_stage_context, rules), context, lambda: _of_stage(rules_of, context, stage, context))


def _in_file(tree: Tree, model: Model, rules: RuleSet) -> tuple[_Found, ...]:
    return latest(model, _in_file, rules, lambda: (*_all(rules.of_model, model), *_all(rules.of_file, tree, model)))


def _all(rules: Iterable[Rule], *subject: object) -> tuple[_Found, ...]:
    return tuple([_Found(rule, 0, finding) for rule in rules for finding in rule.find(*subject)])


def _in_style(edit: Edit, tree: Tree, index: int) -> str:
    """The text of an edit; instructions that it adds are written as the one beside them."""
    if not has_instructions(edit.text):
        return edit.text
    indent = indent_of(tree.instructions[index])
    is_whole_line = edit.is_above or edit.span.start == 0
    if is_whole_line or edit.span.start <= len(indent):
        text = in_case_of(tree, index, edit.text)
        return indented(indent, text) if is_whole_line else text
    first, newline, rest = edit.text.partition("\n")
    return f"{first}{newline}{indented(indent, in_case_of(tree, index, rest))}"


def _is_check_of_buildkit(rule: Rule) -> bool:
    """Whether BuildKit has the check: it does not judge the comments that skip checks."""
    return rule.group is Group.BUILDKIT and rule.is_lint and not isinstance(rule, SuppressionRule)


class _Placement:
    """Converts findings to spans of the file, without those that a comment suppresses."""

    def __init__(self, tree: Tree, model: Model) -> None:
        self._tree = tree
        self._model = model
        self.suppression = Suppression(tree, model)

    def __call__(self, first: int, judged: int | None, found: Iterable[_Found]) -> Iterator[PlacedFinding]:
        """The findings on instructions from `first` of the tree on.

        `judged` is the index of the FROM of the stage that they are about, None if they are about no stage.
        """
        for rule, inner, finding in found:
            index = self._index(first + inner, finding.at)
            if self.suppression.hides(rule, index, index if judged is None else judged):
                continue
            fixes = LatePlaced(partial(self._fixes, first + inner, finding.fixes)) if finding.fixes else ()
            related = tuple(self._related(first + inner, place) for place in finding.related)
            severity = finding.severity or rule.severity
            if self.suppression.makes_errors and _is_check_of_buildkit(rule):
                severity = Severity.ERROR
            span = finding.span.at(self._offset(index))
            yield PlacedFinding(rule, index, span, bounded(finding.message), severity, fixes, related)

    def _index(self, first: int, at: int | Anchor) -> int:
        return self._model.first_of(at.stage) + at.index if isinstance(at, Anchor) else first + at

    def _offset(self, index: int) -> int:
        return self._tree.offset_of(index) if self._tree.instructions else 0

    def _fixes(self, first: int, fixes: tuple[Fix, ...]) -> tuple[PlacedFix, ...]:
        return tuple(self._fix(first, fix) for fix in fixes if not self._makes_directive(first, fix))

    def _fix(self, first: int, fix: Fix) -> PlacedFix:
        return PlacedFix(
            bounded(fix.title), tuple(self._edit(first, edit) for edit in fix.edits), fix.is_preferred, fix.is_safe
        )

    def _makes_directive(self, first: int, fix: Fix) -> bool:
        """Whether a comment would become a directive, because a fix removes the first instruction above it."""
        if not any(edit.removes_line and self._index(first, edit.at) == 0 for edit in fix.edits):
            return False
        edits = sorted((self._edit(first, edit) for edit in fix.edits), key=lambda edit: edit.span)
        before, old_problems, _ = read_directives(self._tree.text)
        after, problems, _ = read_directives(apply_edits(self._tree.text, tuple(edits)))
        return (len(after), len(problems)) > (len(before), len(old_problems))

    def _edit(self, first: int, edit: Edit) -> TextEdit:
        tree, index = self._tree, self._index(first, edit.at)
        offset = self._offset(index)
        span = edit.span.at(offset)
        if edit.removes_line:
            span = Span(span.start, offset + tree.segments[tree.instruction_segments[index]].length)
        elif edit.is_above:
            start = tree.starts[tree.instruction_segments[index] - len(tree.comments_above(index))]
            span = Span(start, start)
        text = _in_style(edit, tree, index) if tree.instructions else edit.text
        return TextEdit(span, text.replace("\n", tree.newline))

    def _related(self, first: int, place: RelatedFile | RelatedInstruction) -> PlacedRelated:
        if isinstance(place, RelatedFile):
            return PlacedRelated(place.path, place.span, bounded(place.message))
        offset = self._offset(self._index(first, place.at))
        return PlacedRelated(None, place.span.at(offset), bounded(place.message))
