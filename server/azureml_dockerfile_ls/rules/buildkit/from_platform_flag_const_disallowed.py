"""FROM sets a fixed platform.

## What it does

Reports `--platform` with a constant in FROM. It is silent if the name of the stage contains the operating system or the
architecture, such as `build_amd64`.

## Why is this bad?

The image can be built for one platform only, even if `docker build --platform` asks for another one.

## Example

```dockerfile
FROM --platform=linux/amd64 mcr.microsoft.com/azureml/minimal-py312-inference:latest
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Group, InstructionRule, Severity, page_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.platforms import parse_platform
from azureml_dockerfile_ls.text import LocalSpan


def check(instruction: Instruction) -> Iterator[Finding]:
    """The flag of a FROM."""
    flag = instruction.flag("platform") if instruction.name == "FROM" else None
    if flag is None or not flag.value or flag.value_span is None or "$" in flag.value:
        return
    value = flag.value.strip("\"'")
    platform = parse_platform(value)
    if platform is None:
        return
    name = instruction.stage_name.value.lower() if instruction.stage_name else ""
    if platform.system in name or platform.architecture in name:
        return
    message = f'FROM --platform flag should not use constant value "{value}"'
    end = flag.span.end
    while instruction.text[end : end + 1] in (" ", "\t"):
        end += 1
    fix = Fix("Remove --platform", (Edit(0, LocalSpan(flag.span.start, end), ""),))
    yield Finding(0, flag.value_span, message, (fix,))


RULE = InstructionRule(
    "FromPlatformFlagConstDisallowed",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("FromPlatformFlagConstDisallowed"),
)
