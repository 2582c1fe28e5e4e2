"""A COPY or ADD names a file above the build context.

## What it does

Reports a source of COPY or ADD that starts with `..`, if it is a path of the build context.

## Why is this bad?

A build cannot read files above its context. BuildKit leaves out the `..` without a message, and reads `../data` as
`data`, which is another file or does not exist. Docker's classic builder, with which Azure ML builds images, stops.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
COPY ../data /data
```

## Use instead

Build with the folder above as the context, for example with `docker build -f docker/Dockerfile .`.

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
COPY data /data
```
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.rules.rule import Finding, Group, InstructionRule, Severity, page_of, replacement
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import shortened


def check(instruction: Instruction) -> Iterator[Finding]:
    """Every source above the build context."""
    if instruction.name not in ("COPY", "ADD") or instruction.flag("from") is not None:
        return
    for word in instruction.words[:-1]:
        if ".." not in word.value or "$" in word.value or word.value.startswith(("/", '"', "'")):
            continue
        path = posixpath.normpath(word.value)
        if path != ".." and not path.startswith("../"):
            continue
        read = posixpath.normpath(f"/{path}").lstrip("/") or "."
        instead = "the whole context" if read == "." else shortened(read)
        message = (
            f"{shortened(word.value)} is above the build context, so BuildKit reads {instead}, and the classic "
            "builder stops. Build with the folder above as the context."
        )
        is_plain = word.span.of(instruction.text) == word.value
        fixes = (replacement(f"Use {read}", 0, word.span, read),) if is_plain else ()
        yield Finding(0, word.span, message, fixes)


RULE = InstructionRule("SourceOutsideContext", Severity.WARNING, Group.GENERAL, page_of(__doc__), check)
