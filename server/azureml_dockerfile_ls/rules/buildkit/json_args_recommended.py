"""CMD or ENTRYPOINT is in shell form.

## What it does

Reports a CMD or ENTRYPOINT that is not a JSON array. It is silent if a SHELL instruction chooses the shell.

## Why is this bad?

The shell is the first process of the container, and does not pass signals on. So the server does not stop when Azure ML
or `docker stop` asks it to, and is killed after a while.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
CMD python app.py
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
CMD ["python", "app.py"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.exec_form import exec_form_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Group, Severity, StageRule, page_of, replacement
from azureml_dockerfile_ls.syntax.nodes import Instruction


def check(stage: Stage) -> Iterator[Finding]:
    """The instructions in shell form."""
    for index, instruction in stage.each(_in_shell_form):
        if stage.shell_at(index).stage is None:
            message = (
                f"JSON arguments recommended for {instruction.keyword.value} "
                "to prevent unintended behavior related to OS signals"
            )
            # An instruction without a command has the empty shell form.
            text = exec_form_of(stage, index) if instruction.words else None
            span = instruction.arguments_span if instruction.words else instruction.keyword.span
            fix = replacement("Convert to JSON form", index, span, text, is_preferred=True) if text else None
            yield Finding(index, span, message, (fix,) if fix else ())


def _in_shell_form(instruction: Instruction) -> Instruction | None:
    is_command = instruction.name in ("CMD", "ENTRYPOINT")
    return instruction if is_command and not instruction.is_json else None


RULE = StageRule(
    "JSONArgsRecommended",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("JSONArgsRecommended"),
    looks_at=frozenset(("CMD", "ENTRYPOINT")),
)
