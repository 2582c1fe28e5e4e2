"""ENV or LABEL separates the name from the value by a space.

## What it does

Reports `ENV name value` and `LABEL name value`.

## Why is this bad?

The whole rest of the line is the value, so `ENV A 1 B 2` sets one variable. Docker keeps the form for old files only.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV AZUREML_ENTRY_SCRIPT score.py
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV AZUREML_ENTRY_SCRIPT=score.py
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.key_value_form import with_equals, without_blanks
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Group, Severity, StageRule, page_of, replacement
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_PLAIN = lazy_pattern(r"[\w.-]+=[\w.,:/@%+~${}-]+", re.ASCII)


def check(stage: Stage) -> Iterator[Finding]:
    """The pair of an ENV or LABEL."""
    for index, span in stage.each(_legacy_pair):
        instruction = stage.instructions[index]
        keyword = instruction.keyword.value
        message = f'"{keyword} key=value" should be used instead of legacy "{keyword} key value" format'
        # In `LABEL a = b` the `=` becomes a part of the value, which nobody wants.
        is_in_value = (instruction.pairs[0].value or "").startswith("=")
        text = without_blanks(instruction) if is_in_value else with_equals(instruction)
        title = f"Write as {instruction.pairs[0].name}=…"
        # A value with blanks may be a comment or a second pair by intention.
        is_plain = text is not None and not is_in_value and _PLAIN.fullmatch(text) is not None
        fix = replacement(title, index, span, text, is_preferred=True, is_safe=is_plain) if text else None
        yield Finding(index, span, message, (fix,) if fix else ())


def _legacy_pair(instruction: Instruction) -> LocalSpan | None:
    if instruction.name not in ("ENV", "LABEL"):
        return None
    return next((pair.span for pair in instruction.pairs if pair.separator == " "), None)


RULE = StageRule(
    "LegacyKeyValueFormat",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("LegacyKeyValueFormat"),
    looks_at=frozenset(("ENV", "LABEL")),
)
