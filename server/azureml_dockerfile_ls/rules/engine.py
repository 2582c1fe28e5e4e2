"""Runs the rules over a file. What did not change since the last time is not looked at again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.model.stages import Model, Stage
from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Related, Rule, Scope, Severity
from azureml_dockerfile_ls.rules.suppression import suppression
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.text import Span, TextEdit

_log = logging.getLogger(__name__)

Found = tuple[tuple[Rule, Finding], ...]


@dataclass(frozen=True, slots=True)
class PlacedFix:
    """A repair of the file: the edits do not overlap."""

    title: str
    edits: tuple[TextEdit, ...]
    is_preferred: bool
    is_safe: bool


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding at its place in the file, on instruction `index` of the tree."""

    rule: Rule
    index: int
    span: Span
    message: str
    severity: Severity
    fixes: tuple[PlacedFix, ...]
    related: tuple[Related, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What the rules found of each instruction and stage. An entry lives while its instruction or stage does."""

    instructions: Mapping[Instruction, Found] = field(default_factory=dict)
    stages: Mapping[tuple[Stage, bool], Found] = field(default_factory=dict)
    of_images: Mapping[Stage, Found] = field(default_factory=dict)
    images: ImageIndex | None = None
    """What was known of images when `of_images` was found."""
    in_context: tuple[Stage, BuildContext | None, Found] | None = None


def check(
    tree: Tree, model: Model, context: BuildContext | None, images: ImageIndex, memory: Memory
) -> tuple[tuple[PlacedFinding, ...], Memory]:
    """The findings of a file in the order of the text, and what to remember for its next version.

    `context` is None where the build context is not known. A rule that fails is logged, and finds nothing.
    """
    instructions: dict[Instruction, Found] = {}
    stages: dict[tuple[Stage, bool], Found] = {}
    of_images: dict[Stage, Found] = {}
    known_of_images = memory.of_images if memory.images is images else {}
    found: list[PlacedFinding] = []
    is_suppressed = suppression(tree, model)

    def place(first: int, results: Found) -> None:
        found.extend(_placed(tree, is_suppressed, first, results))

    for index, instruction in enumerate(tree.instructions):
        results = instructions.get(instruction)
        if results is None:
            results = memory.instructions.get(instruction)
            if results is None:
                results = _run(Scope.INSTRUCTION, instruction)
            instructions[instruction] = results
        if results:
            place(index, results)
    for placed in model.stages:
        key = (placed.stage, placed.stage is model.final)
        results = memory.stages.get(key)
        if results is None:
            results = _run(Scope.STAGE, placed.stage)
            if placed.stage is model.final:
                results += _run(Scope.FINAL_STAGE, placed.stage)
        stages[key] = results
        place(placed.first, results)
        results = known_of_images.get(placed.stage)
        of_images[placed.stage] = _run(Scope.IMAGES, placed.stage, images) if results is None else results
        place(placed.first, of_images[placed.stage])
    in_context = None
    if model.final is not None:
        in_context = memory.in_context
        if in_context is None or in_context[0] is not model.final or in_context[1] is not context:
            in_context = (model.final, context, _run(Scope.CONTEXT, model.final, context))
        place(model.stages[-1].first, in_context[2])
    place(0, _run(Scope.FILE, tree, model))
    found.sort(key=lambda finding: (finding.span, finding.rule.name))
    return tuple(found), Memory(instructions, stages, of_images, images, in_context)


def _run(scope: Scope, *subject: Any) -> Found:
    found: list[tuple[Rule, Finding]] = []
    for rule in RULES:
        if rule.scope is scope:
            function: Callable[..., Iterable[Finding]] = rule.check
            try:
                found.extend([(rule, finding) for finding in function(*subject)])
            except Exception:
                _log.exception("the rule %s failed; the others go on", rule.name)
    return tuple(found)


def _placed(
    tree: Tree, is_suppressed: Callable[[Rule, int], bool], first: int, results: Found
) -> Iterator[PlacedFinding]:
    for rule, finding in results:
        index = first + finding.at
        if is_suppressed(rule, index):
            continue
        offset = tree.offset_of(index) if tree.instructions else 0
        fixes = tuple(_placed_fix(tree, first, fix) for fix in finding.fixes)
        severity = finding.severity or rule.severity
        yield PlacedFinding(rule, index, finding.span.shift(offset), finding.message, severity, fixes, finding.related)


def _placed_fix(tree: Tree, first: int, fix: Fix) -> PlacedFix:
    edits = tuple(_placed_edit(tree, first, edit) for edit in fix.edits)
    return PlacedFix(fix.title, edits, fix.is_preferred, fix.is_safe)


def _placed_edit(tree: Tree, first: int, edit: Edit) -> TextEdit:
    index = first + edit.at
    offset = tree.offset_of(index) if tree.instructions else 0
    span = edit.span.shift(offset)
    if not edit.text and edit.span == Span(0, len(tree.instructions[index].text)):
        # Who removes an instruction does not want an empty line in its place.
        span = Span(span.start, offset + tree.segments[tree.instruction_segments[index]].length)
    elif edit.is_above:
        start = tree.starts[tree.instruction_segments[index] - len(tree.comments_above(index))]
        span = Span(start, start)
    return TextEdit(span, edit.text.replace("\n", tree.newline))
