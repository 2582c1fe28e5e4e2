"""Hover: what the word under the mouse is, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from azureml_dockerfile_ls.azureml import variables
from azureml_dockerfile_ls.azureml.families import PREFIX
from azureml_dockerfile_ls.features import image_facts
from azureml_dockerfile_ls.images.catalogue import find
from azureml_dockerfile_ls.images.tags import is_template, resolve_template
from azureml_dockerfile_ls.rules.check import PlacedFinding
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction
from azureml_dockerfile_ls.text import Span


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown about the text at `span`."""

    span: Span
    markdown: str


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
    if rule.name == "ParseError":
        return finding.message
    why = rule.page.split("## Why is this bad?", 1)[1].split("## Example", 1)[0].strip()
    return f"**{rule.name}**: {finding.message}\n\n{why}"


def _fact(snapshot: Snapshot, offset: int) -> Hover | None:
    index = snapshot.tree.index_at(offset)
    if index is None:
        return None
    start = snapshot.tree.offset_of(index)
    for found in _facts(snapshot, index, snapshot.tree.instructions[index], offset - start):
        return Hover(found.span.shift(start), found.markdown)
    return None


def _facts(snapshot: Snapshot, index: int, instruction: Instruction, at: int) -> Iterator[Hover]:
    """What can be said of the text at `at`; the first is the one that fits best."""
    for image in (instruction.image, instruction.trigger.image if instruction.trigger else None):
        if image and image.span.touches(at):
            yield from _image(snapshot, index, image, at)
    for variable in instruction.variables:
        if variable.span.touches(at):
            yield from _reference(snapshot, index, variable.name, variable.span)
    for part in (instruction, instruction.trigger):
        spec = part.spec if part else None
        if part is None or spec is None:
            continue
        for pair in part.pairs:
            known = variables.find(pair.name) if pair.name_span.touches(at) and part.name != "LABEL" else None
            if known:
                yield Hover(pair.name_span, _variable(known))
        if part.keyword.span.touches(at):
            yield Hover(part.keyword.span, "\n".join(["```dockerfile", *spec.forms, "```", spec.documentation]))
        for flag in part.flags:
            known_flag = spec.flag(flag.name)
            if known_flag and flag.span.touches(at):
                values = "".join(f"\n- `{value}`" for value in known_flag.values)
                yield Hover(flag.span, f"`--{flag.name}`: {known_flag.documentation}\n{values}".rstrip())


def _image(snapshot: Snapshot, index: int, written: ImageReference, at: int) -> Iterator[Hover]:
    placed = snapshot.model.stage_at(index)
    resolved = written
    if placed and index == placed.first and placed.stage.base is None and placed.stage.image:
        resolved = placed.stage.image
    image = find(resolved.name)
    if written.tag_span and resolved.tag and image and written.tag_span.touches(at) and at > written.name_span.end:
        # A template is replaced before a builder reads the file, so nothing in it is expanded.
        if is_template(written.tag or ""):
            tag = resolve_template(written.tag or "", image.tags)
            stands_for = f"stands for `{tag}` in this catalogue" if tag else "matches no tag that this catalogue knows"
            yield Hover(written.tag_span, f"`{written.tag}` {stands_for}.")
        elif "$" not in resolved.tag:
            yield Hover(written.tag_span, image_facts.of_tag(image, resolved.tag))
    if image:
        value = "" if resolved.text == written.text else f"`{written.text}` is `{resolved.text}`.\n\n"
        yield Hover(written.span, value + image_facts.page(image))
        return
    source = snapshot.model.find_stage(resolved.text, placed.first) if placed else None
    if index != (placed.first if placed else -1):
        source = snapshot.model.copy_source(snapshot.tree.instructions[index], index)
    if source is not None:
        base = f"`{source.stage.image.text}`" if source.stage.image else "an image that cannot be known here"
        yield Hover(written.span, f"**{written.text}**: an earlier stage of this file, built on {base}.")
    elif resolved.name.startswith(PREFIX) and len(resolved.name) > len(PREFIX):
        yield Hover(written.span, f"`{resolved.name}` is not in this catalogue: it may be newer, or not exist.")


def _reference(snapshot: Snapshot, index: int, name: str, span: Span) -> Iterator[Hover]:
    known = variables.find(name)
    placed = snapshot.model.stage_at(index)
    definition = None
    if placed and index != placed.first:
        definition = placed.stage.definition_at(name, index - placed.first)
    else:
        definitions = {definition.name: definition for definition in snapshot.model.global_definitions}
        definition = definitions.get(name)
    lines = []
    if definition:
        kind = "ARG" if definition.is_argument else "ENV"
        value = f"`{definition.value}`" if definition.value else "empty"
        if definition.value is UNKNOWN:
            value = "a value that cannot be known here"
        lines.append(f"`{name}` is {value}, set by {kind}.")
    if known:
        lines.append(_variable(known))
    if lines:
        yield Hover(span, "\n\n".join(lines))


def _variable(variable: variables.Variable) -> str:
    default = f"default `{variable.default}`" if variable.default else "no default"
    reader = f"read by the {variable.scope}" if variable.has_effect else "without effect"
    return f"**{variable.name}** ({variable.type}, {default}; {reader})\n\n{variable.description}"
