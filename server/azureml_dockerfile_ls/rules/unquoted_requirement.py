"""A version requirement without quotes is a redirection for the shell.

## What it does

Reports `>`, `<`, `>=` and `<=` directly after the name of a package that pip or conda installs in a RUN, where neither
quotes nor the exec form keep them from the shell.

## Why is this bad?

In `pip install numpy>=1.2` the shell takes `>` for itself: it writes pip's output into a file called `=1.2`, and pip
gets only `numpy`, so it installs any version. With `<` the shell looks for a file to read, finds none, and the build
stops.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install numpy>=1.2 pandas
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install 'numpy>=1.2' pandas
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from azureml_dockerfile_ls.model.packages import conda_of, pip_of
from azureml_dockerfile_ls.model.shell import Command, Redirection, ShellWord, commands_at
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Rule, Scope, Severity, page_of, replacement
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import Span

_PACKAGE = re.compile(r"(?:[\w.-]+::)?[A-Za-z0-9][\w.-]*(?:\[[\w.,-]*\])?(?:[=~!].*)?")
_VERSION = re.compile(r"\d+(?:\.\d+)*(?:\.\*|(?:a|b|rc|\.dev|\.post)\d+)?(?:,.*)?")
_QUOTABLE = re.compile(r"[\w\[\].,<>=!~*+:{}$-]+")
_CONDA_ACTIONS = frozenset(("create", "install", "update"))


def check(stage: Stage) -> Iterator[Finding]:
    """Every such requirement of every RUN, whatever the base image."""
    for index, instruction in stage.having("RUN"):
        for command in commands_at(stage, index):
            if not command.redirections:
                continue
            tool, packages = _packages(command)
            by_start = {redirection.span.start: redirection for redirection in command.redirections}
            for package in packages:
                redirections = _attached(by_start, package)
                if redirections and _PACKAGE.fullmatch(package.value):
                    yield _finding(index, instruction, command, tool, package, redirections)


def _packages(command: Command) -> tuple[str, tuple[ShellWord, ...]]:
    pip = pip_of(command)
    if pip is not None:
        return "pip", pip.requirements
    conda = conda_of(command)
    return command.program, conda.packages if conda is not None and conda.action in _CONDA_ACTIONS else ()


def _attached(by_start: Mapping[int, Redirection], package: ShellWord) -> list[Redirection]:
    """The redirections that follow a package without any space, and name a version as their file."""
    found: list[Redirection] = []
    end = package.span.end
    while (redirection := by_start.get(end)) is not None and _names_version(redirection):
        found.append(redirection)
        end = redirection.span.end
    return found


def _names_version(redirection: Redirection) -> bool:
    target, operator = redirection.target, redirection.operator
    if target is None or operator not in ("<", ">") or target.span.start != redirection.span.start + len(operator):
        return False
    return len(target.value) > 1 if target.value.startswith("=") else _VERSION.fullmatch(target.value) is not None


def _finding(
    index: int,
    instruction: Instruction,
    command: Command,
    tool: str,
    package: ShellWord,
    redirections: list[Redirection],
) -> Finding:
    span = Span(package.span.start, redirections[-1].span.end)
    reading = [redirection for redirection in redirections if redirection.operator == "<"]
    [first, *_] = reading or redirections
    file = first.target.value if first.target else ""
    if reading:
        what = f"reads a file called “{file}”, which is hardly there, and {tool} does not start"
    else:
        what = f"writes the output into a file called “{file}”, and {tool} gets only “{package.value}”"
    message = f"Without quotes, {first.operator} is a redirection: the shell {what}."
    text = package.value + "".join(item.operator + (item.target.value if item.target else "") for item in redirections)
    fixes = tuple(_fixes(index, instruction, command, span, text))
    return Finding(index, span, message, fixes)


def _fixes(index: int, instruction: Instruction, command: Command, span: Span, text: str) -> Iterator[Fix]:
    around = command.script.quotes
    # In single quotes a variable would not be replaced.
    candidates = [quote for quote in ('"' if "$" in text else "'\"") if quote not in around]
    is_marked = re.match(r";\S", instruction.text[span.end : span.end + 2])
    is_in_unknown_quotes = "?" in around or ("$" in text and around)
    if not candidates or is_in_unknown_quotes or is_marked or "\n" in span.of(instruction.text):
        return
    if _QUOTABLE.fullmatch(text):
        quoted = f"{candidates[0]}{text}{candidates[0]}"
        yield replacement(f"Write {quoted}", index, span, quoted, is_preferred=True, is_safe=True)


RULE = Rule("UnquotedRequirement", Severity.WARNING, Scope.STAGE, check, page_of(__doc__))
