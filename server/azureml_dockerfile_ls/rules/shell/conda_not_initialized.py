"""`conda activate` runs in a shell without the functions of conda.

## What it does

Reports `conda activate` in a RUN whose shell has not read `conda.sh`, if the commands after it need the environment.
It examines images of Azure ML. The rule is silent after `.`, `source` and `eval`, in a login shell, and if `BASH_ENV`
is set. The finding is a hint if the RUN continues after the failure. CondaActivateLost reports an activation that no
command uses.

## Why is this bad?

Activation is a function that conda adds to interactive shells. The program alone stops with "Run 'conda init' before
'conda activate'". `conda init` changes `~/.bashrc`, which a RUN does not read.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN conda create -y -n score python=3.12
RUN conda activate score && pip install --no-cache-dir pandas
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN conda create -y -n score python=3.12
RUN conda run -n score pip install --no-cache-dir pandas
ENV PATH=/opt/miniconda/envs/score/bin:$PATH
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Group, RunRule, Severity, page_of
from azureml_dockerfile_ls.rules.shell.activation import lost_activations
from azureml_dockerfile_ls.rules.shell.outcome import may_decide, may_go_on
from azureml_dockerfile_ls.rules.shell.shells import reads_startup_files, shell_words
from azureml_dockerfile_ls.shell.commands import Command, defines_function, may_run_other_commands
from azureml_dockerfile_ls.shell.programs.conda import conda_of
from azureml_dockerfile_ls.text import LocalSpan


def check(run: Site) -> Iterator[Finding]:
    """The first activation of a RUN that fails."""
    commands = commands_in(run)
    for number, command in enumerate(commands):
        conda = conda_of(command)
        if conda is not None and conda.action == "activate":
            if _fails(run, commands, number):
                yield _finding(command, conda.action_span, goes_on=may_go_on(commands, number))
            return
        if may_run_other_commands(command) or may_decide(command):
            return


def _fails(run: Site, commands: tuple[Command, ...], number: int) -> bool:
    command = commands[number]
    if command.prefix or command.operator == "||" or command.redirections or defines_function(commands):
        return False
    words = shell_words(run, command)
    if words[0] not in ("sh", "dash", "bash") or reads_startup_files(words) or run.defines("BASH_ENV"):
        return False
    return command not in lost_activations(run)


def _finding(command: Command, action: LocalSpan, *, goes_on: bool) -> Finding:
    effect = "so the next commands use another environment" if goes_on else "so this RUN fails"
    message = f"conda activate fails without conda.sh, {effect}. Use conda run, or read conda.sh first."
    span = LocalSpan(command.words[0].span.start, action.end)
    return Finding(0, span, message, _fixes(command), Severity.HINT if goes_on else None)


def _fixes(command: Command) -> tuple[Fix, ...]:
    if command.words[0].value != "conda" or command.script.quotes or command.script.reader is not None:
        return ()
    start = command.words[0].span.start
    text = '. "$(conda info --base)/etc/profile.d/conda.sh" && '
    return (Fix("Read conda.sh first", (Edit(0, LocalSpan(start, start), text),), is_preferred=True),)


RULE = RunRule("CondaNotInitialized", Severity.WARNING, Group.SHELL, page_of(__doc__), check, is_on_azureml)
