"""The variables that the instructions of a stage use themselves."""

from __future__ import annotations

from collections.abc import Mapping

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.syntax.nodes import Instruction

_WORD = lazy_pattern(r"\w+")


def used_names(stage: Stage, names: Mapping[str, object]) -> frozenset[str]:
    """Those of `names` that an instruction of the stage, or of a stage that it builds on, reads or mentions.

    An instruction that only sets a variable does not use it. Each name must contain a `_`, as those of Azure ML do.
    """
    return frozenset(
        name
        for part in stage.ancestry()
        for index, instruction in enumerate(part.instructions)
        if "_" in instruction.text
        for name in _used_by(part, index, instruction)
        if name in names
    )


def _used_by(stage: Stage, index: int, instruction: Instruction) -> frozenset[str]:
    if instruction.name not in ("ARG", "ENV"):
        return frozenset(_WORD.findall(instruction.text))
    return frozenset(
        reference.name
        for reference in instruction.variables
        # `ENV A=$A` passes the ARG on and does not use the variable.
        if all(pair.name != reference.name for pair in instruction.pairs)
        or not ((before := stage.definition_at(reference.name, index)) and before.is_argument)
    )
