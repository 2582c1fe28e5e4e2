"""The Dockerfile is larger than Azure ML accepts.

## What it does

Reports the first word after the first 100 KB (102,400 bytes of UTF-8) of a Dockerfile that uses an Azure ML image.

## Why is this bad?

Azure ML does not build an environment from a larger Dockerfile. It refuses it with "Dockerfile length over limit".

Most of the space is usually taken by data, or by a script, in a heredoc. Files next to the Dockerfile that COPY adds to
the image do not contribute to its size.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY <<EOF /var/azureml-app/labels.txt
tench
goldfish
(and 100 KB more)
EOF
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY labels.txt /var/azureml-app/labels.txt
```
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import azureml_repository
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.rule import FileRule, Finding, Group, Severity, page_of
from azureml_dockerfile_ls.syntax.nodes import Tree
from azureml_dockerfile_ls.text import Span

_MAX_BYTES = 100 * 1024
_LONGEST_CHARACTER = 4
_WORD = lazy_pattern(r"(?<!\S)\S{1,40}")


def check(tree: Tree, model: Model) -> Iterator[Finding]:
    """Find the first word after the size limit."""
    text = tree.text
    if len(text) * _LONGEST_CHARACTER <= _MAX_BYTES:
        return
    content = text.encode("utf-8", "surrogatepass") if not text.isascii() else None
    size = len(text) if content is None else len(content)
    if size <= _MAX_BYTES or not any(azureml_repository(stage) for _, stage in model.stages):
        return
    limit = _MAX_BYTES if content is None else len(content[:_MAX_BYTES].decode("utf-8", "ignore"))
    word = _WORD.search(text, limit)
    span = Span(*word.span()) if word else Span(limit, limit + 1)
    at = max(bisect_right(tree.instruction_segments, bisect_right(tree.starts, span.start) - 1) - 1, 0)
    message = (
        f"The file has {size:,} bytes, but Azure ML refuses a Dockerfile of more than {_MAX_BYTES:,}. "
        "Move data and scripts to files that COPY adds."
    )
    yield Finding(at, span.inside(tree.offset_of(at)), message)


RULE = FileRule("FileTooLarge", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
