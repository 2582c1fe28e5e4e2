"""The Dockerfile needs BuildKit, which Azure does not use to build images.

## What it does

Reports the first flag or heredoc of a file that only BuildKit knows, if the final stage is built on an image of Azure
ML: `RUN --mount`, `COPY --chmod`, `COPY --link` and others. The rule is silent if a `# syntax=` line asks for BuildKit.

## Why is this bad?

Azure ML and `az acr build` build images with Docker's classic builder. It stops with "the --mount option requires
BuildKit", or does not know the flag. A build on your own computer succeeds.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
COPY requirements.txt /tmp/
RUN --mount=type=cache,target=/root/.cache/pip pip install -r /tmp/requirements.txt
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
COPY requirements.txt /tmp/
RUN pip install --no-cache-dir -r /tmp/requirements.txt
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.rule import Edit, FileRule, Finding, Fix, Group, Severity, page_of
from azureml_dockerfile_ls.syntax.nodes import Flag, Instruction, Tree
from azureml_dockerfile_ls.text import LocalSpan

_FLAGS = {
    "RUN": frozenset(("mount", "network", "security")),
    "COPY": frozenset(("chmod", "link", "parents", "exclude")),
    "ADD": frozenset(("chmod", "link", "exclude", "checksum", "keep-git-dir", "unpack")),
}
"""The flags that the classic builder refuses, by instruction."""


def check(tree: Tree, model: Model) -> Iterator[Finding]:
    """Find the first flag or heredoc that needs BuildKit."""
    if model.final is None or not is_on_azureml(model.final):
        return
    if any(directive.name == "syntax" for directive in tree.directives):
        return
    for index, (span, what, flag) in model.values.of(first_need):
        if index >= model.before_first_stage:
            message = f"{what} needs BuildKit, but Azure ML and az acr build use Docker's classic builder."
            yield Finding(index, span, message, tuple(_fixes(index, model.instructions[index], flag)))
            return


def first_need(instruction: Instruction) -> tuple[LocalSpan, str, Flag | None] | None:
    """The span and the name of what needs BuildKit in an instruction, and its flag, if it is one."""
    known = _FLAGS.get(instruction.name)
    if known is None:
        return None
    for flag in instruction.flags:
        if flag.name in known:
            span = LocalSpan(flag.span.start, flag.name_span.end)
            return span, f"{instruction.name} --{flag.name}", flag
    if instruction.heredocs:
        return instruction.heredocs[0].span, "A heredoc", None
    return None


def _fixes(index: int, instruction: Instruction, first: Flag | None) -> Iterator[Fix]:
    """The fix that removes the flags without which the image has the same content; none if another need remains."""
    if first is None or instruction.heredocs:
        return
    known = _FLAGS[instruction.name]
    spans = [_removable(instruction, flag) for flag in instruction.flags if flag.name in known]
    edits = tuple(Edit(index, span, "") for span in spans if span is not None)
    if len(edits) == len(spans):
        yield Fix(f"Remove --{first.name}", edits)


def _removable(instruction: Instruction, flag: Flag) -> LocalSpan | None:
    """The span of a flag with the blanks behind it; None for a flag that has an effect on the image."""
    is_cache = flag.name == "mount" and "type=cache" in (flag.value or "").split(",")
    rest = instruction.text[flag.span.end :]
    blanks = len(rest) - len(rest.lstrip(" \t"))
    if not blanks or not (is_cache or (flag.name == "link" and flag.value is None)):
        return None
    return LocalSpan(flag.span.start, flag.span.end + blanks)


RULE = FileRule("RequiresBuildKit", Severity.INFORMATION, Group.AZUREML, page_of(__doc__), check)
