"""The default shell of the image has no `source` command.

## What it does

Reports `source` in a RUN that `sh` reads, on the images of Azure ML, Debian and Ubuntu, where `sh` is dash. The rule is
silent on ACPT images, after SHELL with another shell, in `bash -c`, and if a RUN may replace `/bin/sh`. The finding is
a hint if the RUN continues without the script, for example because of `;`.

## Why is this bad?

dash stops with "source: not found". Its command for this purpose is `.`, which every shell has. A script in the syntax
of bash needs bash.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN source /opt/miniconda/etc/profile.d/conda.sh && conda activate base && pip install --no-cache-dir numpy
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN . /opt/miniconda/etc/profile.d/conda.sh && conda activate base && pip install --no-cache-dir numpy
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.rules.fixes import line_above
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Group, RunRule, Severity, page_of, replacement
from azureml_dockerfile_ls.rules.shell.activation import lost_activations
from azureml_dockerfile_ls.rules.shell.ineffective_command import ineffective_commands
from azureml_dockerfile_ls.rules.shell.outcome import may_decide, may_go_on
from azureml_dockerfile_ls.rules.shell.shells import has_dash, is_missing_source
from azureml_dockerfile_ls.shell.commands import Command, defines_function


def check(run: Site) -> Iterator[Finding]:
    """The first `source` of a RUN that fails."""
    commands = commands_in(run)
    number = next((number for number, command in enumerate(commands) if is_missing_source(run, command)), None)
    if number is None or any(map(may_decide, commands[:number])) or defines_function(commands):
        return
    command = commands[number]
    # Where the script has no effect anyway, other rules have the better repair.
    if command.operator == "||" or command.prefix or ineffective_commands(run) or lost_activations(run):
        return
    goes_on = may_go_on(commands, number)
    effect = "so the script does not run" if goes_on else "so this RUN fails"
    message = f"sh has no source command, {effect}. Use bash, or `.` for a script that sh can read."
    severity = Severity.HINT if goes_on else None
    yield Finding(0, command.words[0].span, message, tuple(_fixes(command)), severity)


def _fixes(command: Command) -> Iterator[Fix]:
    script = command.arguments[0].value
    # `.` has no arguments in dash, and looks for a name without `/` in PATH only.
    can_read = len(command.arguments) == 1 and "/" in script and not script.endswith((".bash", ".bashrc", ".zsh"))
    if can_read:
        yield replacement("Use .", 0, command.words[0].span, ".", is_preferred=True)
    if command.script.reader is None:
        shell = line_above(0, 'SHELL ["/bin/bash", "-c"]')
        yield Fix("Select bash with SHELL", (shell,), is_preferred=not can_read)


RULE = RunRule("SourceWithoutBash", Severity.WARNING, Group.SHELL, page_of(__doc__), check, has_dash)
