"""The container of an inference image runs as root.

## What it does

Reports an inference image whose Dockerfile switches to root and does not switch back. The finding is only a hint if the
image starts its own server.

## Why is this bad?

Azure ML's inference images are made to run as `dockeruser`. As root, a mistake in the scoring code, or in one of its
packages, can change anything in the container. Microsoft's instructions say to switch back.

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
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import end_as
from azureml_dockerfile_ls.rules.rule import FinalStageRule, Finding, Fix, Group, Severity, page_of


def check(stage: Stage) -> Iterator[Finding]:
    """Find the last USER of the final stage if it is root."""
    user = stage.user_at(stage.end)
    if not is_inference(stage) or user.stage is None or user.value is None or not is_root(user.value):
        return
    edit = end_as(stage, user, DOCKER_USER)
    fixes = (Fix(f"Switch back to {DOCKER_USER}", (edit,), is_preferred=True),) if edit else ()
    place = places.of_user(stage, user)
    message = f"The container runs as root. Switch back to {DOCKER_USER}."
    severity = None if starts_services(stage) else Severity.HINT
    yield Finding(*place, message, fixes, severity, places.inherited(stage, place))


RULE = FinalStageRule("FinalUserRoot", Severity.WARNING, Group.AZUREML, page_of(__doc__), check, covered_by_from=True)
