"""The comment above an ARG or FROM does not describe it.

## What it does

Reports an ARG, and a FROM with a name, if the comment above it does not begin with the name. The check is experimental:
it runs if `# check=experimental=InvalidDefinitionDescription` at the top of the file asks for it.

## Why is this bad?

`docker build --call=outline` shows such comments as the descriptions of arguments and stages, and leaves out others.

## Example

```dockerfile
# check=experimental=InvalidDefinitionDescription
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
# The port of the server.
ARG PORT=8080
```

## Use instead

```dockerfile
# check=experimental=InvalidDefinitionDescription
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
# PORT is the port of the server.
ARG PORT=8080
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.check_options import options_span
from azureml_dockerfile_ls.rules.rule import FileRule, Finding, Group, Severity, page_of
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree


def check(tree: Tree, _: Model) -> Iterator[Finding]:
    """The comments above ARG and FROM."""
    comments = (tree.comment_span(number).of(tree.text) for number in tree.option_comments)
    directives = (directive.value for directive in tree.directives)
    if not any("experimental" in text for text in (*directives, *comments)):
        return
    for index, instruction in enumerate(tree.instructions):
        names = _names(instruction)
        texts = [comment.of(tree.text) for comment in tree.comments_before(index)] if names else []
        # A check comment describes nothing.
        descriptions = [text for text in texts if options_span(text) is None]
        if not descriptions or descriptions[-1][1:].strip().split(" ")[0] in names:
            continue
        name = names[0] if len(names) == 1 else "<arg_key>"
        message = f"Comment for {instruction.name} should follow the format: `# {name} <description>`"
        yield Finding(index, instruction.keyword.span, message)


def _names(instruction: Instruction) -> tuple[str, ...]:
    if instruction.name == "ARG":
        return tuple(pair.name for pair in instruction.pairs)
    return (instruction.stage_name.value.lower(),) if instruction.stage_name else ()


RULE = FileRule(
    "InvalidDefinitionDescription",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    is_experimental=True,
    url=url_of("InvalidDefinitionDescription"),
)
