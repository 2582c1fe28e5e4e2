"""No other stage uses this one, so nothing of it is in the image.

## What it does

Reports a stage without a name if no other stage copies from it or mounts it, and if it or the final stage is built on
an image of Azure ML. A stage with a name is not reported, because `docker build --target` can build it.

## Why is this bad?

Each FROM starts an empty stage from its own image. Two of them do not combine two images: the file builds only the last
stage, so the packages, the user and the variables of the first image are missing.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
FROM python:3.12
RUN pip install --no-cache-dir azure-ai-ml
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN pip install --no-cache-dir azure-ai-ml
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Group, ModelRule, Severity, page_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_FROM_OF_MOUNT = lazy_pattern(r"(?:^|,)from=([^,]*)")


def check(model: Model) -> Iterator[Finding]:
    """Every stage before the last that has no name and whose number nothing uses."""
    if model.final is None or not model.final.instructions[0].words:
        return
    numbers = (number for number, _ in model.stage_values.of(_is_unnamed) if number + 1 < len(model.stages))
    unnamed = [(number, *model.stages[number]) for number in numbers]
    is_for_azureml = bool(unnamed) and is_on_azureml(model.final)
    if not any(is_for_azureml or is_on_azureml(stage) for _, _, stage in unnamed):
        return
    sources = [source for _, found in model.values.of(_sources) for source in found]
    if any("$" in source for source in sources):
        return
    used = {int(source[:9]) for source in sources if source.isdecimal()}
    for number, first, stage in unnamed:
        is_typed = stage.image is None or not stage.instructions[0].words
        if number in used or is_typed or not (is_for_azureml or is_on_azureml(stage)):
            continue
        message = "Nothing of this stage is in the image, because no later stage uses it. Remove it, or copy from it."
        fixes: tuple[Fix, ...] = ()
        if stage.end == 1 and not used:
            removed = Edit(first, LocalSpan(0, len(stage.instructions[0].text)), "", removes_line=True)
            fixes = (Fix("Remove this FROM", (removed,)),)
        yield Finding(first, places.of_base(stage).span, message, fixes)


def _is_unnamed(stage: Stage) -> bool:
    return stage.name is None


def _sources(instruction: Instruction) -> tuple[str, ...]:
    """The stages and images that a COPY or RUN names in `--from` and in the `from=` of its mounts."""
    instruction = instruction.trigger or instruction
    values = [(flag.name, flag.value or "") for flag in instruction.flags]
    mounted = (source for name, value in values if name == "mount" for source in _FROM_OF_MOUNT.findall(value))
    return (*(value for name, value in values if name == "from"), *mounted)


RULE = ModelRule("UnusedStage", Severity.INFORMATION, Group.AZUREML, page_of(__doc__), check, covered_by_from=True)
