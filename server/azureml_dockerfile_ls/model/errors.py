"""Errors of BuildKit that depend on several instructions, in BuildKit's words.

The conditions and messages are those of BuildKit's `frontend/dockerfile/dockerfile2llb`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from azureml_dockerfile_ls.model.model import Model, PlacedStage, global_lookup
from azureml_dockerfile_ls.model.stages import PLATFORM_ARGUMENTS
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.spelling import closest, did_you_mean
from azureml_dockerfile_ls.syntax.errors.ports import port_message
from azureml_dockerfile_ls.syntax.nodes import Flag, Instruction, Problem, Tree
from azureml_dockerfile_ls.syntax.platforms import parse_platform
from azureml_dockerfile_ls.syntax.reference import invalid_reference_message, is_valid_reference
from azureml_dockerfile_ls.syntax.sources import is_remote


class PlacedProblem(NamedTuple):
    """A problem of one instruction of the tree; its span is relative to the start of that instruction."""

    instruction_index: int
    problem: Problem


def problems_of_model(tree: Tree, model: Model) -> Iterator[PlacedProblem]:
    """The errors that depend on several instructions together."""
    instructions = tree.instructions
    for index, instruction in enumerate(instructions[: model.before_first_stage]):
        # An unknown instruction has its own problem.
        if instruction.name != "ARG" and instruction.spec is not None:
            yield PlacedProblem(index, Problem(instruction.keyword.span, "no build stage in current context"))
    if not model.stages and instructions and all(instruction.name == "ARG" for instruction in instructions):
        problem = Problem(instructions[-1].keyword.span, "dockerfile contains no stages to build")
        yield PlacedProblem(len(instructions) - 1, problem)
    for placed in model.stages:
        for local, instruction in placed.stage.each(_needs_its_stage):
            for problem in _instruction_problems(model, placed, local, instruction):
                yield PlacedProblem(placed.first + local, problem)


def _needs_its_stage(instruction: Instruction) -> Instruction | None:
    """The instruction, if more than its own text decides whether BuildKit accepts it."""
    needs = {
        "FROM": True,
        "COPY": instruction.image is not None,
        "EXPOSE": "$" in instruction.text,
        "ADD": instruction.flag("checksum") is not None,
    }
    return instruction if needs.get(instruction.name) else None


def _instruction_problems(model: Model, placed: PlacedStage, local: int, instruction: Instruction) -> Iterator[Problem]:
    if instruction.name == "FROM":
        yield from _from_problems(model, placed, instruction)
    elif instruction.name == "COPY":
        yield from _copy_problems(model, placed, local, instruction)
    elif instruction.name == "EXPOSE":
        yield from _expose_problems(placed, local, instruction)
    elif instruction.name == "ADD" and (checksum := instruction.flag("checksum")):
        yield from _checksum_problems(placed, local, instruction, checksum)


def _from_problems(model: Model, placed: PlacedStage, instruction: Instruction) -> Iterator[Problem]:
    stage, image = placed.stage, instruction.image
    lookup = global_lookup(stage.global_arguments)
    platform = instruction.flag("platform")
    if platform and platform.value and platform.value_span:
        value = expand_word(platform.value, instruction.escape, lookup)
        if value == "":
            name = platform.value.strip("${}")
            replacement = closest(name, {*stage.global_arguments, *PLATFORM_ARGUMENTS})
            message = f"empty platform value from expression {platform.value}{did_you_mean(replacement)}"
            fixed = platform.value.replace(name, replacement) if replacement else None
            yield Problem(platform.value_span, message, fixed)
        elif value is not None and parse_platform(value) is None:
            yield Problem(platform.value_span, f"failed to parse platform {platform.value}")
    if image is None or stage.image is None or stage.base is not None:
        return
    name = expand_word(image.text, instruction.escape, lookup) or ""
    if not name:
        yield Problem(image.span, f"base name ({image.text}) should not be blank")
    elif name != "scratch" and not is_valid_reference(name):
        # Stage names are stored in lower case, and FROM compares its text as it is.
        meant = name.lower() if name == image.text and model.find_stage(name, placed.first) else None
        yield Problem(image.span, f'failed to parse stage name "{name}": {invalid_reference_message(name)}', meant)


def _copy_problems(model: Model, placed: PlacedStage, local: int, instruction: Instruction) -> Iterator[Problem]:
    image, index = instruction.image, placed.first + local
    if image is None or not image.text:
        return
    if "$" in image.text:
        yield Problem(
            image.span,
            "variable expansion is not supported for --from, "
            "define a new stage with FROM using ARG from global scope as a workaround",
        )
    elif model.copy_source(instruction, index) is not None:
        return
    elif image.text.isdecimal():
        number = int(image.text[:9])
        if number >= len(model.stages):
            yield Problem(image.span, f"invalid stage index {image.text}")
        elif model.stages[number].stage is placed.stage:
            yield Problem(image.span, _circular(model, placed))
        else:
            yield Problem(image.span, _not_yet(image.text, model, placed))
    elif placed.stage.name == image.text.lower():
        yield Problem(image.span, _circular(model, placed))
    elif model.find_stage(image.text, model.stages[-1].first + 1):
        yield Problem(image.span, _not_yet(image.text, model, placed))
    elif not is_valid_reference(image.text) and image.text != "context":
        message = f"invalid from flag value {image.text}: {invalid_reference_message(image.text)}"
        yield Problem(image.span, message)


def _circular(model: Model, placed: PlacedStage) -> str:
    return f"circular dependency detected on stage: {_name_of(model, placed)}"


def _not_yet(name: str, model: Model, placed: PlacedStage) -> str:
    current = _name_of(model, placed)
    return f'cannot copy from stage "{name}", it needs to be defined before current stage "{current}"'


def _name_of(model: Model, placed: PlacedStage) -> str:
    return placed.stage.name or f"stage-{bisect_left(model.stages, placed.first, key=lambda other: other.first)}"


def _expose_problems(placed: PlacedStage, local: int, instruction: Instruction) -> Iterator[Problem]:
    for word in instruction.words:
        if "$" in word.value:
            ports = expand_word(word.value, instruction.escape, placed.stage.lookup_at(local)) or ""
            # A variable can hold several ports.
            messages = (port_message(port) for port in ports.split())
            yield from (Problem(word.span, message) for message in messages if message)


def _checksum_problems(placed: PlacedStage, local: int, instruction: Instruction, checksum: Flag) -> Iterator[Problem]:
    sources = instruction.words[:-1]
    if len(sources) > 1:
        yield Problem(checksum.span, "checksum can't be specified for multiple sources")
        return
    for source in sources:
        value = expand_word(source.value, instruction.escape, placed.stage.lookup_at(local))
        if value is not None and not is_remote(value):
            yield Problem(checksum.span, "checksum requires HTTP(S) or Git sources")
