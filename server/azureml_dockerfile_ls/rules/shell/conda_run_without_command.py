"""`conda run` has no command, so the next commands run outside the environment.

## What it does

Reports `conda run` in a RUN if `&&`, `;` or the end of the line follows directly after its options, on any base image.
It is silent if no command follows that uses an environment. `rm`, `apt-get` and `conda clean` use none.

## Why is this bad?

`conda run -n NAME` starts the command that is part of the same line. It does not activate the environment for the
commands after `&&`. These use the environment that comes first in `PATH`, so `pip install` installs into that one.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN conda create -y -n score python=3.12
RUN conda run -n score && pip install --no-cache-dir pandas
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN conda create -y -n score python=3.12
RUN conda run -n score pip install --no-cache-dir pandas
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Group, RunRule, Severity, page_of
from azureml_dockerfile_ls.shell.commands import CONDA, PYTHON, Command
from azureml_dockerfile_ls.shell.programs.conda import conda_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_NEXT = frozenset(("&&", ";", "\n"))
_OF_SHELL = frozenset((".", ":", "alias", "cd", "eval", "exit", "export", "pushd", "set", "source", "umask", "unset"))
_OF_SYSTEM = frozenset(
    "apt apt-get cat chmod chown cp curl echo find ldconfig ln ls mkdir mv printf rm rmdir sed tar touch true unzip "
    "wget".split()
)
_WITHOUT_ENVIRONMENT = frozenset(("clean", "config", "info", "deactivate", "init"))
"""The subcommands of conda that do the same in every environment."""
_AND = lazy_pattern(r"[ \t]*&&[ \t]*(?=[^ \t])")


def check(run: Site) -> Iterator[Finding]:
    """Every `conda run` without a command, in a script that has other commands after it."""
    commands = commands_in(run)
    for number, command in enumerate(commands):
        conda = conda_of(command)
        if conda is None or conda.action != "run" or command.has_option("-h", "--help"):
            continue
        following = [other for other in commands[number + 1 :] if other.script == command.script]
        starts_others = any(word.value == "xargs" for word in command.prefix) or command.redirections
        if starts_others or not following or following[0].operator not in _NEXT:
            continue
        outside = next((other for other in following if not _is_independent(other)), None)
        if outside is None:
            continue
        program = outside.program
        message = (
            f"conda run starts no command here, and {program} runs outside the environment. "
            f"Write the command directly after the options of conda run."
        )
        span = LocalSpan(command.words[0].span.start, command.words[-1].span.end)
        fixes = _fixes(run.instruction, command, following) if outside is following[0] else ()
        yield Finding(0, span, message, tuple(fixes))


def _is_independent(command: Command) -> bool:
    """Whether a command does the same in every environment, or names its own."""
    conda = conda_of(command)
    if conda is not None:
        return conda.action in _WITHOUT_ENVIRONMENT or any(conda.environment)
    return command.program in _OF_SYSTEM or command.program in _OF_SHELL


def _fixes(instruction: Instruction, command: Command, following: list[Command]) -> Iterator[Fix]:
    """The fix that runs the next command, and later ones of Python, in the environment."""
    first, end = following[0], command.words[-1].span.end
    joint = _AND.match(instruction.text, end)
    if joint is None or first.operator != "&&" or instruction.is_json or command.prefix:
        return
    if first.prefix or first.program in _OF_SHELL or first.program in CONDA:
        return
    edits = [Edit(0, LocalSpan(*joint.span()), " ")]
    words = " ".join(word.span.of(instruction.text) for word in command.words)
    for other in following[1:]:
        if pip_of(other) is None and not PYTHON.fullmatch(other.program):
            continue
        if other.prefix or other.operator != "&&":
            return
        start = other.words[0].span.start
        edits.append(Edit(0, LocalSpan(start, start), f"{words} "))
    yield Fix(f"Run {first.program} in the environment", tuple(edits), is_preferred=True)


RULE = RunRule("CondaRunWithoutCommand", Severity.WARNING, Group.SHELL, page_of(__doc__), check, lambda _: True)
