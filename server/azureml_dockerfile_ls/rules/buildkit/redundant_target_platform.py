"""FROM sets the platform that it has anyway.

## What it does

Reports `--platform=$TARGETPLATFORM` in FROM.

## Why is this bad?

The target platform is the default, so the flag has no effect.

## Example

```dockerfile
FROM --platform=$TARGETPLATFORM mcr.microsoft.com/azureml/minimal-py312-inference:latest
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Group, InstructionRule, Severity, page_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_TARGET_PLATFORM = lazy_pattern(r'"?(?:\$TARGETPLATFORM|\$\{TARGETPLATFORM(?::?-[^${}]*)?\})"?')


def check(instruction: Instruction) -> Iterator[Finding]:
    """The flag of a FROM."""
    flag = instruction.flag("platform") if instruction.name == "FROM" else None
    if flag is None or flag.value is None or not _TARGET_PLATFORM.fullmatch(flag.value):
        return
    message = f"Setting platform to predefined {flag.value} in FROM is redundant as this is the default behavior"
    end = flag.span.end
    while instruction.text[end : end + 1] in (" ", "\t"):
        end += 1
    fix = Fix("Remove --platform", (Edit(0, LocalSpan(flag.span.start, end), ""),), is_preferred=True, is_safe=True)
    yield Finding(0, flag.span, message, (fix,))


RULE = InstructionRule(
    "RedundantTargetPlatform",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("RedundantTargetPlatform"),
)
