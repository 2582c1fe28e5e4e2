"""A RUN changes only its own shell, which ends with it.

## What it does

Reports a RUN that consists of `cd`, `export` or the activation of a virtual environment, which change only the shell
that runs them. The finding is a warning if the build stops there, because `sh` has no `source` command.
Activations of conda environments have a rule of their own, CondaActivateLost.

## Why is this bad?

Each RUN starts a new shell in the working directory of the image. The next instruction and the container therefore see
neither the folder, nor the variable, nor the environment.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
COPY . /app
RUN cd /app
RUN pip install --no-cache-dir -r requirements.txt
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
COPY . /app
WORKDIR /app
RUN pip install --no-cache-dir -r requirements.txt
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.run_commands import commands_at, commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import BUILDING, Edit, Finding, Fix, Group, Severity, StageRule, page_of
from azureml_dockerfile_ls.rules.shell.activation import activates_conda, is_idle
from azureml_dockerfile_ls.rules.shell.shells import has_dash, is_missing_source
from azureml_dockerfile_ls.shell.commands import Command
from azureml_dockerfile_ls.shell.reader import end_of_commands
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_OF_SHELL = frozenset(("cd", "pushd", "export", "source", "."))
_STARTUP_FILE = lazy_pattern(
    r"(?:.*/)?(?:activate|\.bashrc|\.bash_profile|\.profile|\.zshrc)|/etc/(?:profile|os-release)|.*/\.cargo/env"
    r"|/opt/ros/\w+/setup\.(?:ba)?sh"
)
"""The scripts that are known to change only variables."""
_REPAIRS = {
    "cd": ("cd changes the folder", "Use WORKDIR instead."),
    "pushd": ("pushd changes the folder", "Use WORKDIR instead."),
    "export": ("export sets the variable", "Use ENV instead."),
}
_OF_ACTIVATION = ("The activation lasts", "Set PATH with ENV instead.")
_OF_SCRIPT = ("The effect of the script lasts", "Set its variables with ENV instead.")
_FOLDER = lazy_pattern(r"/[\w./-]*")
_VALUE = lazy_pattern(r"(?:[\w.,:/@%+=~-]|\$(?!(?:HOME|PWD|OLDPWD|HOSTNAME|UID|RANDOM|SHLVL)\b)[A-Za-z_]\w*)+")
_ENVIRONMENT = lazy_pattern(r"(/[\w./-]+/bin)/activate")


def check(stage: Stage) -> Iterator[Finding]:
    """Find each RUN of a stage that only changes its own shell."""
    for index, commands in stage.each_site(ineffective_commands, "RUN"):
        first, run = commands[0], Site(stage, index)
        span = LocalSpan(first.words[0].span.start, commands[-1].words[-1].span.end)
        what, repair = _REPAIRS.get(first.program) or (_OF_ACTIVATION if _activates(first) else _OF_SCRIPT)
        message = f"{what} only until this RUN ends, because the next instruction starts a new shell. {repair}"
        severity = None
        if (name := _exported_already(stage, index, commands)) is not None:
            message = f"ENV has exported {name} already, so this RUN has no effect. Remove it."
        if any(is_missing_source(run, command) for command in commands) and has_dash(stage):
            message = f"sh has no source command, so this RUN fails, and it would change only its own shell. {repair}"
            severity = Severity.WARNING
        yield Finding(index, span, message, tuple(_fixes(stage, index, commands)), severity)


def ineffective_commands(run: Site) -> tuple[Command, ...]:
    """The commands of a RUN that change only its shell; empty if it contains any other command."""
    instruction = run.instruction
    # A redirection, also one of a group of commands, can write a file.
    if instruction.flags or ">" in instruction.text:
        return ()
    every = commands_in(run)
    readers = {command.script.reader.span for command in every if command.script.reader is not None}
    commands = [command for command in every if command.span not in readers]
    changing = tuple(command for command in commands if _changes_shell(command))
    if not changing or not all(command in changing or is_idle(command) for command in commands):
        return ()
    return changing if instruction.is_json or end_of_commands(instruction) is not None else ()


def _changes_shell(command: Command) -> bool:
    if command.program not in _OF_SHELL or not command.arguments:
        return False
    if command.prefix or command.operator not in ("", "&&", ";", "\n"):
        return False
    if command.program in ("source", "."):
        script = command.arguments[0].value
        return _STARTUP_FILE.fullmatch(script) is not None and not activates_conda(command)
    return True


def _activates(command: Command) -> bool:
    return command.arguments[0].value.rsplit("/", 1)[-1] == "activate"


def _fixes(stage: Stage, index: int, commands: tuple[Command, ...]) -> Iterator[Fix]:
    instruction = stage.instructions[index]
    end = end_of_commands(instruction)
    is_plain = not instruction.is_json and not instruction.heredocs and not instruction.comments
    if end is None or not is_plain or instruction.text[end:].strip():
        return
    if _exported_already(stage, index, commands) is not None:
        removed = Edit(index, LocalSpan(0, len(instruction.text)), "", removes_line=True)
        yield Fix("Remove this RUN", (removed,), is_preferred=True)
        return
    lasting = _lasting(commands[0]) if len(commands) == 1 and commands[0].script.reader is None else None
    if lasting is not None:
        edit = Edit(index, LocalSpan(instruction.keyword.span.start, end), lasting)
        yield Fix(f"Use {lasting}", (edit,), is_preferred=True)
    text = instruction.text[instruction.arguments_span.start : end]
    following = stage.instructions[index + 1] if index + 1 < stage.end else None
    if following is None or "\n" in text or any(command.program == "source" for command in commands):
        return
    if _can_follow(following, commands_at(stage, index + 1)):
        start = following.arguments_span.start
        edits = (
            Edit(index, LocalSpan(0, len(instruction.text)), "", removes_line=True),
            Edit(index + 1, LocalSpan(start, start), f"{text} && "),
        )
        yield Fix("Join with the next RUN", edits, is_preferred=lasting is None)


def _exported_already(stage: Stage, index: int, commands: tuple[Command, ...]) -> str | None:
    """The variable that the only command exports without a new value, although an ENV has set it."""
    words = commands[0].arguments
    if len(commands) != 1 or len(words) != 1 or commands[0].program != "export" or not words[0].is_literal:
        return None
    found = stage.definition_at(words[0].value, index)
    return words[0].value if found is not None and not found.is_argument else None


def _lasting(command: Command) -> str | None:
    """The instruction with the effect of a command that lasts; None if it is uncertain."""
    word = command.arguments[0]
    if len(command.arguments) != 1:
        return None
    if command.program == "cd" and word.is_literal and _FOLDER.fullmatch(word.value):
        return f"WORKDIR {word.value}"
    if command.program == "export":
        name, _, value = word.value.partition("=")
        return f"ENV {name}={value}" if name.isidentifier() and _VALUE.fullmatch(value) else None
    found = _ENVIRONMENT.fullmatch(word.value) if word.is_literal and command.program in ("source", ".") else None
    return f"ENV PATH={found[1]}:$PATH" if found else None


def _can_follow(instruction: Instruction, commands: tuple[Command, ...]) -> bool:
    """Whether `cd /a && ` before the commands of an instruction applies to all of them."""
    is_plain = not instruction.is_json and not instruction.flags and not instruction.heredocs
    if instruction.name != "RUN" or not is_plain or not commands:
        return False
    return all(
        command.operator in ("", "&&", "|") or command.script.reader is not None or command.script != commands[0].script
        for command in commands
    )


RULE = StageRule("IneffectiveCommand", Severity.HINT, Group.SHELL, page_of(__doc__), check, looks_at=BUILDING)
