"""The shell reads a version requirement without quotes as a redirection.

## What it does

Reports `>`, `<`, `>=` and `<=` with a version after the name of a package that pip or conda installs in a RUN, if
neither quotes nor the exec form protect them from the shell.

## Why is this bad?

In `pip install numpy>=1.2`, the shell writes pip's output to a file named `=1.2`. pip gets only `numpy`, so it installs
any version. With `<`, the shell looks for a file to read, does not find it, and the build stops.

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
from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Group, RunRule, Severity, page_of, replacement
from azureml_dockerfile_ls.shell.commands import Command, Redirection, ShellWord
from azureml_dockerfile_ls.shell.programs.conda import conda_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_PACKAGE = lazy_pattern(r"(?:[\w.-]+::)?[A-Za-z0-9][\w.-]*(?:\[[\w.,-]*\])?(?:[=~!].*)?")
_VERSION = lazy_pattern(r"\d+(?:\.\d+)*(?:\.\*|(?:a|b|rc|\.dev|\.post)\d+)?(?:,.*)?")
_QUOTABLE = lazy_pattern(r"[\w\[\].,<>=!~*+:{}$-]+")
_BLANKS = lazy_pattern(r"[ \t]*")
_CONDA_ACTIONS = frozenset(("create", "install", "update"))


class _Requirement(NamedTuple):
    """A package with its version; `text` is the requirement without blanks and quotes."""

    span: LocalSpan
    text: str
    package: ShellWord
    redirections: tuple[Redirection, ...]


def check(run: Site) -> Iterator[Finding]:
    """Every unquoted requirement of a RUN, on any base image."""
    for command in commands_in(run):
        if not command.redirections:
            continue
        tool, packages = _packages(command)
        for requirement in _requirements(run.instruction.text, command, packages):
            yield _finding(run.instruction, command, tool, requirement)


def _packages(command: Command) -> tuple[str, tuple[ShellWord, ...]]:
    pip = pip_of(command)
    if pip is not None:
        return "pip", pip.requirements
    conda = conda_of(command)
    return command.program, conda.packages if conda is not None and conda.action in _CONDA_ACTIONS else ()


def _requirements(text: str, command: Command, packages: tuple[ShellWord, ...]) -> Iterator[_Requirement]:
    """The packages of a command that are followed by redirections with versions as their files."""
    by_start = {redirection.span.start: redirection for redirection in command.redirections}
    versions = {word.span.start: word for word in packages if _VERSION.fullmatch(word.value)}
    for package in packages:
        if not _PACKAGE.fullmatch(package.value):
            continue
        found: list[Redirection] = []
        end, written = package.span.end, package.value
        while True:
            following = _after_blanks(text, end)
            redirection = by_start.get(end) or by_start.get(following)
            if redirection is None or not _names_version(redirection, is_attached=redirection.span.start == end):
                break
            found.append(redirection)
            end = redirection.span.end
            target = redirection.target.value if redirection.target else ""
            written += redirection.operator + target
            version = versions.get(_after_blanks(text, end)) if target == "=" else None
            if version is not None:
                end = version.span.end
                written += version.value
        if found:
            yield _Requirement(LocalSpan(package.span.start, end), written, package, tuple(found))


def _after_blanks(text: str, offset: int) -> int:
    match = _BLANKS.match(text, offset)
    return match.end() if match else offset


def _names_version(redirection: Redirection, *, is_attached: bool) -> bool:
    """Whether the file of a redirection is a version; `is_attached` if the redirection directly follows the package."""
    target, operator = redirection.target, redirection.operator
    if target is None or operator not in ("<", ">") or target.span.start != redirection.span.start + len(operator):
        return False
    # `=1.2` is never meant as a file, but `2` after a blank can be.
    return target.value.startswith("=") or (is_attached and _VERSION.fullmatch(target.value) is not None)


def _finding(instruction: Instruction, command: Command, tool: str, requirement: _Requirement) -> Finding:
    reading = [redirection for redirection in requirement.redirections if redirection.operator == "<"]
    [first, *_] = reading or requirement.redirections
    file = first.target.value if first.target else ""
    if reading:
        effect = f'read a file named "{file}", which probably does not exist, so {tool} does not start'
    else:
        effect = f'write to a file named "{file}", so {tool} gets "{requirement.package.value}" without a version'
    message = f"Without quotes, {first.operator} makes the shell {effect}."
    return Finding(0, requirement.span, message, tuple(_fixes(instruction, command, requirement)))


def _fixes(instruction: Instruction, command: Command, requirement: _Requirement) -> Iterator[Fix]:
    span, text = requirement.span, requirement.text
    around = command.script.quotes
    # The shell does not replace variables in single quotes.
    candidates = [quote for quote in ('"' if "$" in text else "'\"") if quote not in around]
    is_marked = re.match(r";\S", instruction.text[span.end : span.end + 2])
    is_in_unknown_quotes = "?" in around or ("$" in text and around)
    if not candidates or is_in_unknown_quotes or is_marked or "\n" in span.of(instruction.text):
        return
    if _QUOTABLE.fullmatch(text) and not text.endswith("="):
        quoted = f"{candidates[0]}{text}{candidates[0]}"
        yield replacement(f"Write {quoted}", 0, span, quoted, is_preferred=True, is_safe=True)


RULE = RunRule("UnquotedRequirement", Severity.WARNING, Group.SHELL, page_of(__doc__), check, lambda _: True)
