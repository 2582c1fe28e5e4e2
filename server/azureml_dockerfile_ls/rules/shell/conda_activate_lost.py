"""The activation of a conda environment ends with its own RUN.

## What it does

Reports `conda activate` and `source activate` in a RUN if no command follows in the same shell. The finding is a
warning if the build stops there, because the shell has no `source` command or has not read `conda.sh`.

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
from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Finding, Group, Severity, StageRule, page_of
from azureml_dockerfile_ls.rules.shell.activation import lost_activations
from azureml_dockerfile_ls.rules.shell.conda_not_initialized import failing_activation
from azureml_dockerfile_ls.rules.shell.outcome import may_go_on
from azureml_dockerfile_ls.rules.shell.shells import has_dash
from azureml_dockerfile_ls.rules.shell.source_without_bash import failing_source
from azureml_dockerfile_ls.shell.commands import Command
from azureml_dockerfile_ls.text import LocalSpan


def check(stage: Stage) -> Iterator[Finding]:
    """Every activation in a RUN that no command uses."""
    if not is_on_azureml(stage):
        return
    for index, lost in stage.each_site(lost_activations, "RUN"):
        for command in lost:
            yield _finding(index, command, _reason_to_fail(stage, Site(stage, index), command))


def _finding(index: int, command: Command, reason: str) -> Finding:
    span = LocalSpan(command.words[0].span.start, command.words[-1].span.end)
    if reason:
        message = f"{reason}, so this RUN fails, and no command would use the activation. Set PATH with ENV instead."
        return Finding(index, span, message, severity=Severity.WARNING)
    message = "No command uses this activation. It ends with its shell, and the next instruction starts a new one."
    return Finding(index, span, message)


def _reason_to_fail(stage: Stage, run: Site, command: Command) -> str:
    """The reason why a RUN certainly fails at an activation; empty if it may go on."""
    commands = commands_in(run)
    number = commands.index(command)
    # A command around it, such as `bash -c` or one with `$(…)`, has a status of its own.
    start, end = command.span
    is_inside = any(each is not command and each.span.start <= start and end <= each.span.end for each in commands)
    if is_inside or may_go_on(commands, number):
        return ""
    if number == failing_activation(run):
        return "conda activate fails without conda.sh"
    return "sh has no source command" if number == failing_source(run) and has_dash(stage) else ""


RULE = StageRule("CondaActivateLost", Severity.HINT, Group.SHELL, page_of(__doc__), check)
