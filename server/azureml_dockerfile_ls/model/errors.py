"""Errors of BuildKit that depend on several instructions, in BuildKit's words.

The conditions and messages are those of BuildKit's `frontend/dockerfile/dockerfile2llb`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import partial

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.dependencies import Dependency, cycles, dependencies
from azureml_dockerfile_ls.model.model import Model, global_lookup
from azureml_dockerfile_ls.model.site_errors import EXPANDED, required_problems, site_problems
from azureml_dockerfile_ls.model.stages import Stage, argument_names
from azureml_dockerfile_ls.model.values import strict_value
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.spelling import closest, did_you_mean
from azureml_dockerfile_ls.syntax.frontend import has_labs_features
from azureml_dockerfile_ls.syntax.go import quoted
from azureml_dockerfile_ls.syntax.nodes import Flag, Instruction, Problem, Tree
from azureml_dockerfile_ls.syntax.platforms import platform_message
from azureml_dockerfile_ls.syntax.reference import invalid_reference_message, is_valid_reference
from azureml_dockerfile_ls.text import LocalSpan

_VARIABLE = lazy_pattern(r"\$\{?(\w+)")


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
    for number, _ in model.stage_values.of(_is_unsound):
        placed = model.stages[number]
        for problem in _from_problems(placed.stage, partial(_is_stage, model, placed.first)):
            yield PlacedProblem(placed.first, problem)
        for local, problems in placed.stage.each_site(site_problems, *EXPANDED):
            yield from (PlacedProblem(placed.first + local, problem) for problem in problems)
    for dependency in dependencies(model):
        problem_or_none = _dependency_problem(model, dependency)
        if problem_or_none is not None:
            yield PlacedProblem(model.stages[dependency.stage].first + dependency.at, problem_or_none)
    if not has_labs_features(tree):
        yield from _device_problems(model)


def _is_unsound(stage: Stage) -> bool:
    """Whether a stage has a problem that does not depend on what COPY and mounts read from."""
    problem = next(_from_problems(stage, lambda _: False), None)
    return problem is not None or next(stage.each_site(site_problems, *EXPANDED), None) is not None


def _is_stage(model: Model, before: int, name: str) -> bool:
    return model.find_stage(name, before) is not None


def _from_problems(stage: Stage, is_stage: Callable[[str], bool]) -> Iterator[Problem]:
    """The problems of FROM; `is_stage` is whether an earlier stage has a name."""
    instruction, image = stage.instructions[0], stage.instructions[0].image
    lookup = global_lookup(stage.global_arguments)
    platform = instruction.flag("platform")
    if platform and platform.value and platform.value_span:
        yield from _platform_problems(stage, platform.value, platform.value_span, instruction.escape)
    if any(variable.modifier.endswith("?") for variable in instruction.variables):
        yield from required_problems(instruction, lookup)
    if image is None or stage.image is None or stage.base is not None:
        return
    name = strict_value(image.text, instruction.escape, lookup) or ""
    if not name:
        yield Problem(image.span, f"base name ({image.text}) should not be blank")
    elif name != "scratch" and not is_valid_reference(name):
        # Stage names are stored in lower case, and FROM compares its text as it is.
        meant = name.lower() if name == image.text and is_stage(name) else None
        yield Problem(image.span, _invalid_name(name), meant)


def _platform_problems(stage: Stage, written: str, span: LocalSpan, escape: str) -> Iterator[Problem]:
    lookup = global_lookup(stage.global_arguments)
    value = strict_value(written, escape, lookup)
    message = None if value is None else "" if not value else platform_message(value)
    if message is None:
        return
    unset = next((name for name in _VARIABLE.findall(written) if lookup(name) is None), None)
    meant = closest(unset, argument_names(stage.global_arguments)) if unset else None
    start = f"failed to parse platform {written}: {message}" if message else _EMPTY_PLATFORM.format(written)
    fixed = written.replace(unset, meant) if unset and meant else None
    yield Problem(span, f"{start}{did_you_mean(meant)}", fixed)


_EMPTY_PLATFORM = "empty platform value from expression {}"


def _invalid_name(name: str) -> str:
    return f"failed to parse stage name {quoted(name)}: {invalid_reference_message(name)}"


def _dependency_problem(model: Model, dependency: Dependency) -> Problem | None:
    """The problem of what a COPY or a mount names."""
    _, _, source, on = dependency
    if "$" in source.name:
        # A mount has this problem by itself.
        return Problem(source.span, _NO_EXPANSION) if source.target is None else None
    if on is not None:
        return _order_problem(model, dependency, on)
    if source.number is not None:
        # BuildKit counts the images that earlier instructions copy from among the stages.
        is_known = 0 <= source.number < len(model.stages) + _images_before(model, dependency)
        return None if is_known else Problem(source.span, f"invalid stage index {source.number}")
    if source.name in ("scratch", "context") or is_valid_reference(source.name):
        return None
    return Problem(source.span, _invalid_name(source.name))


_NO_EXPANSION = (
    "variable expansion is not supported for --from, "
    "define a new stage with FROM using ARG from global scope as a workaround"
)


def _order_problem(model: Model, dependency: Dependency, on: int) -> Problem | None:
    """The problem of a source that is a stage of this file: it must come before the stage that reads it."""
    stage, _, source, _ = dependency
    if _may_have_cycle(model):
        first = cycles(model)
        if stage in first and first[stage] == first.get(on):
            return Problem(source.span, f"circular dependency detected on stage: {_name_of(model, first[stage])}")
    if on <= stage:
        return None
    if source.target is not None:
        mount = f"from stage {quoted(source.name)} to {quoted(source.target)}"
        return Problem(source.span, f"cannot mount {mount}, stage needs to be defined before current command")
    reason = f"it needs to be defined before current stage {quoted(_name_of(model, stage))}"
    return Problem(source.span, f"cannot copy from stage {quoted(source.name)}, {reason}")


@derived
def _may_have_cycle(model: Model) -> bool:
    return any(dependency.on is not None and dependency.on >= dependency.stage for dependency in dependencies(model))


def _images_before(model: Model, dependency: Dependency) -> int:
    """The number of images that instructions before a dependency name."""
    return bisect_left(_firsts_of_images(model), (dependency.stage, dependency.at))


@derived
def _firsts_of_images(model: Model) -> list[tuple[int, int]]:
    firsts: dict[str, tuple[int, int]] = {}
    for stage, at, source, on in dependencies(model):
        if on is None and source.number is None:
            firsts.setdefault(source.name, (stage, at))
    return sorted(firsts.values())


def _name_of(model: Model, number: int) -> str:
    return model.stages[number].stage.name or f"stage-{number}"


def _device_problems(model: Model) -> Iterator[PlacedProblem]:
    for index, flag in model.values.of(_device):
        if index >= model.before_first_stage:
            yield PlacedProblem(index, Problem(flag.span, _NO_DEVICES if flag.value else _NO_DEVICE))


_NO_DEVICES = "device feature is only supported in Dockerfile frontend 1.14.0-labs or later"


_NO_DEVICE = "failed to parse csv devices: EOF"


def _device(instruction: Instruction) -> Flag | None:
    flag = instruction.flag("device") if instruction.name == "RUN" and instruction.flags else None
    return flag if flag and flag.value is not None else None
