"""The file is not valid UTF-8 text.

## What it does

Reports the first character of an instruction that replaces bytes that are not UTF-8 (editors show U+FFFD), or that is
NUL. If only comments contain such bytes, the finding is information: the file can be built, but an editor that saves it
replaces them.

## Why is this bad?

A Dockerfile is UTF-8 text. Azure ML refuses other bytes. If a build accepts them, they become part of a path or a value
that matches nothing. The usual cause is a file that was saved as Windows-1252 or UTF-16.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
LABEL author="Ren\ufffd"
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
LABEL author="Ren\u00e9"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.rule import FileRule, Finding, Group, Severity, page_of
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.text import LocalSpan, Span

_REPLACEMENT, _NUL = "\ufffd", "\0"
_INVALID = lazy_pattern(f"[{_REPLACEMENT}{_NUL}]")
_MESSAGES = {
    _REPLACEMENT: "This character replaces bytes that are not UTF-8. Retype it and save the file as UTF-8.",
    _NUL: "A Dockerfile cannot contain a NUL character. Save the file as UTF-8.",
}

_IN_COMMENT = "This character replaces bytes that are not UTF-8, in a comment. Save the file as UTF-8."


def check(tree: Tree, _model: Model) -> Iterator[Finding]:
    """Find the first such character of an instruction."""
    if _NUL not in tree.text and (tree.text.isascii() or _REPLACEMENT not in tree.text):
        return
    for at, instruction in enumerate(tree.instructions):
        found = _first_invalid(instruction)
        if found is not None:
            yield Finding(at, LocalSpan(found, found + 1), _MESSAGES[instruction.text[found]])
            return
    found = tree.text.find(_REPLACEMENT)
    if found >= 0 and tree.instructions:
        span = Span(found, found + 1).inside(tree.offset_of(0))
        yield Finding(0, span, _IN_COMMENT, severity=Severity.INFORMATION)


def _first_invalid(instruction: Instruction) -> int | None:
    start = 0
    for comment in (*instruction.comments, LocalSpan(len(instruction.text), len(instruction.text))):
        found = _INVALID.search(instruction.text, start, comment.start)
        if found:
            return found.start()
        start = comment.end
    return None


RULE = FileRule("InvalidEncoding", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
