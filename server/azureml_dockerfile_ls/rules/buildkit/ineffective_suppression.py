"""A comment tries to skip an error that stops the build, or BuildKit does not read it.

## What it does

Reports `# check=skip=ParseError`, and a `# check=` comment that BuildKit does not read: one with white space before its
`#`, one below another check comment of the same instruction, and one with an unknown option.

## Why is this bad?

The finding stays, here and in `docker build --check`.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
# check=skip=UndefinedVar
# check=skip=WorkdirRelativePath
WORKDIR app
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
# check=skip=WorkdirRelativePath
WORKDIR app
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.rules.check_comments import Ignored, PlacedComment, without_name
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Group, RuleNames, Severity, SuppressionRule, page_of
from azureml_dockerfile_ls.rules.suppression import Suppression
from azureml_dockerfile_ls.syntax.nodes import Tree
from azureml_dockerfile_ls.text import Span


def check(tree: Tree, suppression: Suppression, rules: RuleNames) -> Iterator[Finding]:
    """The check comments that BuildKit does not read, and the names that no comment can skip."""
    start = tree.offset_of(0) if tree.instructions else 0
    for comment in suppression.comments:
        if comment.ignored:
            fixes = (_without_indentation(tree, comment),) if comment.ignored is Ignored.INDENTED else ()
            yield Finding(0, comment.span.inside(start), comment.ignored.value, fixes)
        for skipped in comment.read.options.skipped if comment.read else ():
            rule = rules.get(skipped.name)
            if rule is not None and not rule.is_lint and comment.read:
                span = skipped.span.shift(comment.read.start)
                message = f"{rule.name} stops the build, so no comment can skip it. Repair the error."
                fixes = (without_name(tree, comment, span, f"Remove {rule.name}"),)
                yield Finding(0, span.inside(start), message, fixes)


def _without_indentation(tree: Tree, comment: PlacedComment) -> Fix:
    line = tree.text.rfind("\n", 0, comment.span.start) + 1
    span = Span(line, comment.span.start).inside(tree.offset_of(0))
    return Fix("Remove the white space", (Edit(0, span, ""),), is_preferred=True)


RULE = SuppressionRule("IneffectiveSuppression", Severity.HINT, Group.BUILDKIT, page_of(__doc__), check)
