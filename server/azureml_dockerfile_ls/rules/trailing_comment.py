"""A comment at the end of an instruction is no comment.

## What it does

Reports a `#` among the arguments of COPY, ADD, ENV and other instructions that Docker itself reads.

## Why is this bad?

In a Dockerfile only a whole line can be a comment. Docker takes `#`, and each word after it, as one more argument:
`COPY a b # c` copies the files `a`, `b` and `#` to `c`. In RUN, CMD and ENTRYPOINT the shell sees the comment, so there
it is fine.

## Example

```dockerfile
COPY model /var/azureml-app/azureml-models # the model
```

## Use instead

```dockerfile
# the model
COPY model /var/azureml-app/azureml-models
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Rule, Scope, Severity, page_of
from azureml_dockerfile_ls.syntax.language import Arguments
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import Span

_NUMBER_SIGN = re.compile(r"[ \t](#+)(?=[ \t]|$)")


def check(instruction: Instruction) -> Iterator[Finding]:
    """The first `#` that stands as an argument of its own."""
    if "#" not in instruction.text:
        return
    start = _comment_start(instruction)
    if start is None:
        return
    line_end = instruction.text.find("\n", start)
    end = len(instruction.text) if line_end < 0 else line_end
    comment = instruction.text[start:end].rstrip()
    span = Span(start, start + len(comment))
    message = f"{instruction.name} takes this as arguments: in a Dockerfile only a whole line can be a comment."
    fixes: tuple[Fix, ...] = ()
    if line_end < 0:
        before = len(instruction.text[:start].rstrip())
        edits = (Edit(0, Span(0, 0), f"{comment}\n"), Edit(0, Span(before, len(instruction.text)), ""))
        fixes = (Fix("Move the comment to the line above", edits, is_preferred=True),)
    yield Finding(0, span, message, fixes)


def _comment_start(instruction: Instruction) -> int | None:
    spec = instruction.spec
    if spec is None or instruction.is_json or instruction.heredocs:
        return None
    if spec.arguments in (Arguments.WORDS, Arguments.PATHS):
        words = [(word.span, word.value) for word in instruction.words[1:]]
    elif spec.arguments in (Arguments.PAIRS, Arguments.DEFINITIONS):
        words = [(pair.span, pair.name) for pair in instruction.pairs[1:] if pair.separator == ""]
    elif spec.arguments is Arguments.TEXT and spec.name != "MAINTAINER" and instruction.words:
        span = instruction.words[0].span
        found = _NUMBER_SIGN.search(instruction.text, span.start, span.end)
        is_quoted = found and any(quote in instruction.text[span.start : found.start()] for quote in "\"'")
        return found.start(1) if found and not is_quoted else None
    else:
        return None
    return next((span.start for span, value in words if value and not value.strip("#")), None)


RULE = Rule("TrailingComment", Severity.ERROR, Scope.INSTRUCTION, check, page_of(__doc__))
