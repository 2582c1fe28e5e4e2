"""The container of an inference image would run as root.

## What it does

Reports an inference image whose Dockerfile switches to root and does not switch back. It is a hint only where the
image starts a server of its own.

## Why is this bad?

Azure ML's inference images are made to run as `dockeruser`. As root, a mistake in the scoring code, or in a package of
it, can change anything in the container. Microsoft's instructions say to switch back.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
USER root
RUN apt-get update && apt-get install -y libgl1 && rm -rf /var/lib/apt/lists/*
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
USER root
RUN apt-get update && apt-get install -y libgl1 && rm -rf /var/lib/apt/lists/*
USER dockeruser
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import DOCKER_USER
from azureml_dockerfile_ls.azureml.serving import is_inference, starts_services
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.rules.fixes import line_below
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Rule, Scope, Severity, page_of


def check(stage: Stage) -> Iterator[Finding]:
    """The last USER of the final stage, where it is root."""
    user = stage.user_at(stage.end)
    if not is_inference(stage) or user.stage is None or user.value is None or not is_root(user.value):
        return
    is_own = user.stage is stage
    at = user.index if is_own else 0
    instruction = stage.instructions[at]
    span = instruction.words[0].span if instruction.words else instruction.keyword.span
    last_run = max(stage.by_name.get("RUN", ()), default=-1)
    if is_own and last_run < at:
        edit: Edit | None = Edit(at, span, DOCKER_USER)
    else:
        after = max(at, last_run)
        edit = line_below(after, stage.instructions[after], f"USER {DOCKER_USER}")
    fixes = (Fix(f"Switch back to {DOCKER_USER}", (edit,), is_preferred=True),) if edit else ()
    message = f"The container runs as root: switch back to {DOCKER_USER}, the user of Azure ML's inference images."
    yield Finding(at, span, message, fixes, None if starts_services(stage) else Severity.HINT)


RULE = Rule("FinalUserRoot", Severity.WARNING, Scope.FINAL_STAGE, check, page_of(__doc__), covered_by_from=True)
