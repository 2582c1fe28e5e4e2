"""A stage has more than one CMD, ENTRYPOINT or HEALTHCHECK.

## What it does

Reports every CMD, ENTRYPOINT and HEALTHCHECK that a later one of the same stage replaces.

## Why is this bad?

Only the last one of a stage has an effect.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
CMD ["runsvdir", "/var/runit"]
CMD ["python", "app.py"]
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
CMD ["python", "app.py"]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import (
    Edit,
    Finding,
    Fix,
    Group,
    RelatedInstruction,
    Severity,
    StageRule,
    page_of,
)


def check(stage: Stage) -> Iterator[Finding]:
    """The instructions that have no effect."""
    for name in ("CMD", "ENTRYPOINT", "HEALTHCHECK"):
        indexes = stage.indexes(name)
        for index, following in pairwise(indexes):
            instruction, later = stage.instructions[index], stage.instructions[following]
            message = (
                f"Multiple {later.keyword.value} instructions should not be used in the same stage "
                "because only the last one will be used"
            )
            last = stage.instructions[indexes[-1]]
            related = (RelatedInstruction(indexes[-1], last.keyword.span, f"This {name} is used."),)
            fix = Fix(f"Remove this {name}", (Edit(index, instruction.span, "", removes_line=True),), is_preferred=True)
            yield Finding(index, instruction.keyword.span, message, (fix,), related=related)


RULE = StageRule(
    "MultipleInstructionsDisallowed",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("MultipleInstructionsDisallowed"),
    looks_at=frozenset(("CMD", "ENTRYPOINT", "HEALTHCHECK")),
)
