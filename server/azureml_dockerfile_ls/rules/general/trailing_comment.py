"""A comment at the end of a line is read as part of the instruction.

## What it does

Reports a `#` among the arguments of COPY, ADD, ENV and other instructions that Docker itself reads, and a `#` after the
exec form of RUN, CMD or ENTRYPOINT.

## Why is this bad?

In a Dockerfile, only a whole line can be a comment. Docker reads `#` and each word after it as one more argument:
`COPY a b # c` copies the files `a`, `b` and `#` to `c`. In the shell form of RUN, CMD and ENTRYPOINT, the shell removes
the comment, so it is harmless. But Docker does not read `CMD ["python", "app.py"] # c` as an exec form, and it fails.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest
COPY model /opt/model # the model
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest
# the model
COPY model /opt/model
```
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Group, InstructionRule, Severity, page_of
from azureml_dockerfile_ls.syntax.language import Arguments
from azureml_dockerfile_ls.syntax.nodes import Instruction, KeyValuePair, Word
from azureml_dockerfile_ls.syntax.scan import read_directives
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import LocalSpan

_IN_TEXT = lazy_pattern(r"[ \t](#)")
_IN_OLD_VALUE = lazy_pattern(r"[ \t](#+)[ \t]+\S")
_AFTER_JSON = lazy_pattern(r"(?P<array>\[.*\])[ \t]*(?P<comment>#.*)")


def check(instruction: Instruction) -> Iterator[Finding]:
    """The first `#` that is meant to start a comment."""
    if "#" not in instruction.text:
        return
    subject = instruction.trigger or instruction
    start = _comment_start(subject)
    if start is None:
        return
    line_end = instruction.text.find("\n", start)
    end = len(instruction.text) if line_end < 0 else line_end
    comment = instruction.text[start:end].rstrip()
    span = LocalSpan(start, start + len(comment))
    message = f"{subject.name} reads this comment as part of its arguments. Put the comment on its own line."
    fixes: tuple[Fix, ...] = ()
    if line_end < 0:
        before = len(instruction.text[:start].rstrip())
        edits = (Edit(0, LocalSpan(0, 0), f"{comment}\n"), Edit(0, LocalSpan(before, len(instruction.text)), ""))
        is_safe = _is_safe(subject, comment) and _is_complete(instruction.text[:before])
        fixes = (Fix("Move the comment to the line above", edits, is_preferred=True, is_safe=is_safe),)
    # These instructions still build, with unintended names.
    severity = Severity.WARNING if subject.name in ("ARG", "VOLUME", "MAINTAINER") else None
    yield Finding(0, span, message, fixes, severity)


def _is_safe(instruction: Instruction, comment: str) -> bool:
    """Whether the text is surely a comment, and does not become a directive at the top of the file."""
    may_be_value = instruction.name == "ENV" and instruction.pairs[:1] != () and instruction.pairs[0].separator == " "
    return not may_be_value and not read_directives(comment)[0]


def _is_complete(text: str) -> bool:
    """Whether an instruction builds without its comment. `COPY a # b` lacks its destination."""
    return not any(instruction.problems for instruction in parse(text).instructions)


def _comment_start(instruction: Instruction) -> int | None:
    spec = instruction.spec
    if spec is None or instruction.is_json or instruction.heredocs:
        return None
    if spec.name == "MAINTAINER" and instruction.words:
        span = instruction.words[0].span
        return _unquoted(_IN_OLD_VALUE.search(instruction.text, *span), span.start)
    if spec.name == "HEALTHCHECK" and instruction.words and instruction.words[0].value.upper() == "NONE":
        return next((word.span.start for word in instruction.words[1:] if word.value.startswith("#")), None)
    if spec.arguments is Arguments.WORDS:
        return next((word.span.start for word in instruction.words[1:] if word.value.startswith("#")), None)
    if spec.arguments is Arguments.PATHS:
        return next((word.span.start for word in _comments_among_paths(instruction)), None)
    if spec.arguments in (Arguments.PAIRS, Arguments.DEFINITIONS):
        return _start_among_pairs(instruction, instruction.pairs)
    if not instruction.words:
        return None
    span = instruction.words[0].span
    if spec.arguments is Arguments.TEXT:
        return _unquoted(_IN_TEXT.search(instruction.text, *span), span.start)
    if spec.arguments is Arguments.COMMAND:
        found = _AFTER_JSON.fullmatch(instruction.text, *span)
        return found.start("comment") if found and _is_array(found["array"]) else None
    return None


def _comments_among_paths(instruction: Instruction) -> Iterator[Word]:
    """The words that start a comment: a `#` alone, or a `#a` after the destination. Elsewhere `#a` can be a file."""
    may_have_destination = instruction.name in ("COPY", "ADD")
    for number, (before, word) in enumerate(pairwise(instruction.words)):
        is_destination = number and (before.value.startswith("/") or before.value in (".", "./"))
        if not word.value.strip("#") or (may_have_destination and is_destination and word.value.startswith("#")):
            yield word


def _start_among_pairs(instruction: Instruction, pairs: tuple[KeyValuePair, ...]) -> int | None:
    if instruction.name == "ENV" and pairs and pairs[0].separator == " " and pairs[0].value_span:
        span = pairs[0].value_span
        return _unquoted(_IN_OLD_VALUE.search(instruction.text, *span), span.start)
    return next((pair.span.start for pair in pairs[1:] if pair.name.startswith("#")), None)


def _unquoted(found: re.Match[str] | None, start: int) -> int | None:
    """The start of the comment; None if a quote before it may be open."""
    if found is None or any(quote in found.string[start : found.start()] for quote in "\"'"):
        return None
    return found.start(1)


def _is_array(text: str) -> bool:
    try:
        return isinstance(json.loads(text), list)
    except (ValueError, RecursionError):
        return False


RULE = InstructionRule("TrailingComment", Severity.ERROR, Group.GENERAL, page_of(__doc__), check, names_cause=True)
