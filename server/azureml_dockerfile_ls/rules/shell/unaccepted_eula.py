"""Microsoft's ODBC driver is installed or upgraded without `ACCEPT_EULA=Y`.

## What it does

Reports `apt-get install` of `msodbcsql` or `mssql-tools`, and `apt-get upgrade` on the base images of Azure ML that
contain the driver, if nothing accepts its licence. It is silent about an upgrade if a RUN removes the driver, holds it
back, or changes the sources of packages.

## Why is this bad?

The package asks for the acceptance of its licence, which a build cannot give. It then stops with the message "The EULA
was not accepted. Installation aborted." For an upgrade, that happens on the day when Microsoft releases a new version
of the driver.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN apt-get update && ACCEPT_EULA=Y apt-get upgrade -y && rm -rf /var/lib/apt/lists/*
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import PREFIX
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.run_commands import any_run, commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.rule import BUILDING, Edit, Finding, Fix, Group, Severity, StageRule, page_of
from azureml_dockerfile_ls.rules.shell.apt import apt_of, is_text_of_shell
from azureml_dockerfile_ls.rules.shell.questions import unanswered
from azureml_dockerfile_ls.shell.commands import RESERVED, Command
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_VARIABLE = "ACCEPT_EULA"
_WITH_DRIVER = lazy_pattern(rf"{re.escape(PREFIX)}(?:openmpi(?:3|4\.1\.0)|intelmpi|base(?:-gpu)?$)")
_PACKAGE = lazy_pattern(r"(?:msodbcsql|mssql-tools)\d*(?:=.*)?")
_UPGRADING = ("upgrade", "dist-upgrade", "full-upgrade")
_ALLOWS_ASSIGNMENT = lazy_pattern(r"[A-Za-z_]\w*=.*|sudo|env", re.DOTALL)


class _Refused(NamedTuple):
    """A command that stops because nothing accepts the licence: the message, the span of the cause and the repair."""

    is_upgrade: bool
    span: LocalSpan
    message: str
    fixes: tuple[tuple[str, LocalSpan, str], ...]


def check(stage: Stage) -> Iterator[Finding]:
    """Every command of the stage that installs or upgrades the driver without accepting its licence."""
    has_driver = stage.image is not None and _WITH_DRIVER.match(stage.image.name) is not None
    for index, refused in stage.each_site(_refused, "RUN"):
        for item in refused:
            if item.is_upgrade and (not has_driver or any_run(stage, _spares_driver)):
                continue
            if not any_run(stage, _accepts):
                fixes = tuple(
                    Fix(title, (Edit(index, span, text),), is_preferred=True) for title, span, text in item.fixes
                )
                yield Finding(index, item.span, item.message, fixes)


def _refused(run: Site) -> tuple[_Refused, ...]:
    """The commands of a RUN that stop if the base image contains the driver and no other RUN accepts its licence."""
    commands = commands_in(run)
    found = []
    for number, command in unanswered(commands):
        if any(following.operator == "||" for following in commands[number + 1 : number + 2]):
            continue
        install, upgrade = apt_of(command, "install"), apt_of(command, *_UPGRADING)
        named = next((word for word in install.packages if _PACKAGE.fullmatch(word.value)), None) if install else None
        if named is not None:
            name = named.value.partition("=")[0]
            message = f"The installation of {name} stops, because nothing accepts its licence. Set {_VARIABLE}=Y."
            found.append(_Refused(False, named.span, message, _fixes(run.instruction, command)))
        elif upgrade is not None and not upgrade.packages:
            message = (
                f"{command.program} {upgrade.action.value} stops as soon as there is a new version of msodbcsql, "
                f"because nothing accepts its licence. Set {_VARIABLE}=Y."
            )
            found.append(_Refused(True, upgrade.action.span, message, _fixes(run.instruction, command)))
    # An edit of a variable examines only those RUNs again that read one.
    if found and (_VARIABLE in run.instruction.text or run.defines(_VARIABLE)):
        return ()
    return tuple(found)


def _fixes(instruction: Instruction, command: Command) -> tuple[tuple[str, LocalSpan, str], ...]:
    """The insertion of the variable before the program, with its title; none where it would not be an assignment."""
    takes_assignments = all(_ALLOWS_ASSIGNMENT.fullmatch(w.value) or w.value in RESERVED for w in command.prefix)
    if not takes_assignments or not is_text_of_shell(command, instruction):
        return ()
    start = command.words[0].span.start
    return ((f"Set {_VARIABLE}=Y", LocalSpan(start, start), f"{_VARIABLE}=Y "),)


def _accepts(run: Instruction) -> bool:
    """Whether a RUN accepts the licence for later ones too."""
    return run.name == "RUN" and "debconf" in run.text and _VARIABLE.lower() in run.text.lower()


def _spares_driver(run: Instruction) -> bool:
    """Whether a RUN may keep an upgrade from the driver: it removes it, holds it back, or changes the sources."""
    return run.name == "RUN" and any(word in run.text for word in ("msodbcsql", "sources.list", "mssql-release"))


RULE = StageRule("UnacceptedEula", Severity.WARNING, Group.SHELL, page_of(__doc__), check, looks_at=BUILDING)
