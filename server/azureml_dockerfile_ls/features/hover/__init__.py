"""Hover: what the word under the mouse is, and what is wrong with it. Each kind of word is a module of its own."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.hover.commands import command_facts
from azureml_dockerfile_ls.features.hover.images import image_hovers
from azureml_dockerfile_ls.features.hover.paths import path_hovers
from azureml_dockerfile_ls.features.hover.ports import port_hovers
from azureml_dockerfile_ls.features.hover.result import Hover
from azureml_dockerfile_ls.features.hover.users import user_hovers
from azureml_dockerfile_ls.features.hover.variables import name_hovers, reference_hovers
from azureml_dockerfile_ls.render.markdown import text
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Instruction

__all__ = ["Hover", "hover"]


def hover(snapshot: Snapshot, offset: int) -> Hover | None:
    """What is to be said about the text at `offset`: the facts about the word, then the findings there."""
    fact = _fact(snapshot, offset)
    findings = [finding for finding in snapshot.findings if finding.span.touches(offset)]
    if not fact and not findings:
        return None
    parts = [fact.markdown] if fact else []
    parts += [_about(finding) for finding in findings]
    return Hover(fact.span if fact else findings[0].span, "\n\n---\n\n".join(parts))


def _about(finding: PlacedFinding) -> str:
    rule = finding.rule
    if not rule.is_lint:
        return text(finding.message)
    why = rule.page.split("## Why is this bad?", 1)[1].split("## Example", 1)[0].strip()
    return f"**{rule.name}**: {text(finding.message)}\n\n{why}"


def _fact(snapshot: Snapshot, offset: int) -> Hover | None:
    index = snapshot.tree.index_at(offset)
    if index is None:
        return None
    start = snapshot.tree.offset_of(index)
    for found in _facts(snapshot, index, snapshot.tree.instructions[index], offset - start):
        return Hover(found.span.shift(start), found.markdown)
    return None


def _facts(snapshot: Snapshot, index: int, instruction: Instruction, at: int) -> Iterator[Hover]:
    """What can be said of the text at `at`; the first is the one that fits best. Spans count from the instruction."""
    for image in (instruction.image, instruction.trigger.image if instruction.trigger else None):
        if image and image.span.touches(at):
            yield from image_hovers(snapshot, index, image, at)
    for variable in instruction.variables:
        if variable.span.touches(at):
            yield from reference_hovers(snapshot, index, variable.name, variable.span)
    yield from path_hovers(snapshot, index, at)
    yield from user_hovers(snapshot, index, at)
    yield from port_hovers(snapshot, index, at)
    for part in (instruction, instruction.trigger):
        if part is not None:
            yield from name_hovers(part, at)
            yield from _language(snapshot, index, part, at)


def _language(snapshot: Snapshot, index: int, part: Instruction, at: int) -> Iterator[Hover]:
    """What the language says of a keyword or a flag."""
    spec = part.spec
    if spec is None:
        return
    if part.keyword.span.touches(at):
        forms = "\n".join(["```dockerfile", *spec.forms, "```", spec.documentation])
        facts = command_facts(snapshot, index) if part is snapshot.tree.instructions[index] else ""
        yield Hover(part.keyword.span, f"{forms}\n\n{facts}".rstrip())
    for flag in part.flags:
        known = spec.flag(flag.name)
        if known and flag.span.touches(at):
            values = "".join(f"\n- `{value}`" for value in known.values)
            yield Hover(flag.span, f"`--{flag.name}`: {known.documentation}\n{values}".rstrip())
