"""The activation of a conda environment ends with its own RUN.

## What it does

Reports `conda activate` and `source activate` in a RUN if no command follows in the same shell.

## Why is this bad?

An activation sets variables of the shell that runs it. Each RUN and each `bash -c` starts a new shell, so the
activation has no effect on the next instruction or on the container, and `pip install` uses another environment.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN conda create -y -n score python=3.12
RUN conda activate score
RUN pip install pandas
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN conda create -y -p /azureml-envs/score python=3.12
ENV PATH=/azureml-envs/score/bin:$PATH
RUN pip install pandas
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.rules.rule import Finding, Group, RunRule, Severity, page_of
from azureml_dockerfile_ls.rules.shell.activation import lost_activations
from azureml_dockerfile_ls.text import LocalSpan


def check(run: Site) -> Iterator[Finding]:
    """Every activation in a RUN that no command uses."""
    for command in lost_activations(run):
        span = LocalSpan(command.words[0].span.start, command.words[-1].span.end)
        message = "No command uses this activation. It ends with its shell, and the next instruction starts a new one."
        yield Finding(0, span, message)


RULE = RunRule("CondaActivateLost", Severity.HINT, Group.SHELL, page_of(__doc__), check, is_on_azureml)
