"""Several variables name packages to install at start-up, but only one of them takes effect.

## What it does

Reports a variable that names packages for the start of an inference image if another variable takes precedence over it.
`AZUREML_EXTRA_PYTHON_LIB_PATH` takes precedence over `AZUREML_EXTRA_CONDA_YAML_ABS_PATH` and
`AZUREML_EXTRA_CONDA_YAML`, and these take precedence over `AZUREML_EXTRA_REQUIREMENTS_TXT`. The rule ignores a variable
that the Dockerfile uses itself.

## Why is this bad?

The start-up script uses the first of these variables that is set, and ignores the others without a message. The
packages of the others are missing when the scoring script imports them.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV AZUREML_EXTRA_CONDA_YAML=conda.yaml
ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV AZUREML_EXTRA_CONDA_YAML=conda.yaml
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.variables.packages import package_sources, starts_inference_server
from azureml_dockerfile_ls.azureml.variables.uses import used_names
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.rule import FinalStageRule, Finding, Group, RelatedInstruction, Severity, page_of


def check(stage: Stage) -> Iterator[Finding]:
    """Find every variable that names packages, except the one that takes effect."""
    sources = package_sources(stage)
    if len(sources) < 2 or not starts_inference_server(stage):
        return
    winner, *losers = sources
    used = used_names(stage, {loser.name: loser for loser in losers})
    for loser in losers:
        if loser.name in used:
            continue
        place = places.of_name(stage, loser)
        message = f"{loser.name} is ignored, because {winner.name} is set too. Set only one of them."
        winning = RelatedInstruction(*places.of_name(stage, winner), f"{winner.name} is set here.")
        yield Finding(*place, message, related=(winning, *places.inherited(stage, place)))


RULE = FinalStageRule("ConflictingPackageSources", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
