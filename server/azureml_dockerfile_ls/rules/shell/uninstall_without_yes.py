"""`pip uninstall` asks for confirmation, and a build cannot answer.

## What it does

Reports `pip uninstall` in a RUN without `-y`, on any base image. It is silent if a pipe or a variable may answer the
question.

## Why is this bad?

pip asks for confirmation before it removes a package. A build has no terminal for the answer, so pip stops with
"EOFError: EOF when reading a line" and the exit status 2.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN pip uninstall opencv-python && pip install opencv-python-headless
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN pip uninstall -y opencv-python && pip install opencv-python-headless
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Group, RunRule, Severity, page_of, replacement
from azureml_dockerfile_ls.rules.shell.apt import is_text_of_shell
from azureml_dockerfile_ls.rules.shell.questions import may_say_yes, unanswered
from azureml_dockerfile_ls.shell.commands import Command, mentions
from azureml_dockerfile_ls.shell.programs.pip import pip_removal_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_VARIABLE = "PIP_YES"


def check(run: Site) -> Iterator[Finding]:
    """Every `pip uninstall` of a RUN that asks for confirmation."""
    commands = commands_in(run)
    configuring = _first_mention(run, commands)
    for number, command in unanswered(commands):
        removal = pip_removal_of(command)
        if removal is None or removal.assumes_yes:
            continue
        if configuring <= number or run.defines(_VARIABLE) or any(may_say_yes(run, word) for word in command.arguments):
            continue
        message = "pip uninstall asks for confirmation and stops, because a build cannot answer. Add -y."
        yield Finding(0, removal.action.span, message, _fixes(run.instruction, command, removal.action.span))


def _first_mention(run: Site, commands: Sequence[Command]) -> int:
    """The number of the first command that mentions the variable; the number of commands if none does."""
    if _VARIABLE not in run.instruction.text:
        return len(commands)
    return next((number for number, command in enumerate(commands) if _mentions_variable(command)), len(commands))


def _mentions_variable(command: Command) -> bool:
    return mentions(command, _VARIABLE) or any(_VARIABLE in word.value for word in command.prefix)


def _fixes(instruction: Instruction, command: Command, action: LocalSpan) -> tuple[Fix, ...]:
    if "?" in command.script.quotes:
        return ()
    yes = " -y" if is_text_of_shell(command, instruction) else '", "-y'
    return (replacement("Add -y", 0, LocalSpan(action.end, action.end), yes, is_preferred=True, is_safe=True),)


RULE = RunRule("UninstallWithoutYes", Severity.WARNING, Group.SHELL, page_of(__doc__), check, lambda _: True)
