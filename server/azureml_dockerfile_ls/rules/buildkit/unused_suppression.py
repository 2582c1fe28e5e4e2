"""A comment skips a check that finds nothing.

## What it does

Reports a name in `# check=skip=` that hides no finding. It is silent for `all`, and for checks that also depend on
something outside the file: the build context, the registry, or the base image.

## Why is this bad?

The comment hides the next mistake of that kind, and readers look for a reason that is gone.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
# check=skip=WorkdirRelativePath
WORKDIR /app
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
WORKDIR /app
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.rules.check_comments import without_name
from azureml_dockerfile_ls.rules.rule import (
    FileRule,
    Finding,
    Group,
    InstructionRule,
    ModelRule,
    Rule,
    RuleNames,
    Severity,
    StageRule,
    SuppressionRule,
    page_of,
)
from azureml_dockerfile_ls.rules.suppression import Suppression
from azureml_dockerfile_ls.syntax.nodes import Tree

_NEEDS_BASE_IMAGE = frozenset(("InvalidBaseImagePlatform", "JSONArgsRecommended", "UndefinedVar"))


def check(tree: Tree, suppression: Suppression, rules: RuleNames) -> Iterator[Finding]:
    """The names that hid nothing in the findings so far."""
    for comment in suppression.comments:
        for skipped in comment.read.options.skipped if comment.read else ():
            rule = rules.get(skipped.name)
            if rule is None or comment.read is None or not _depends_on_file_alone(rule):
                continue
            if suppression.has_used(comment.read, skipped):
                continue
            span = skipped.span.shift(comment.read.start)
            fix = without_name(tree, comment, span, f"Remove {rule.name}")
            message = f"{rule.name} finds nothing here. Remove it from the comment."
            yield Finding(0, span.inside(tree.offset_of(0)), message, (fix,))


def _depends_on_file_alone(rule: Rule) -> bool:
    if not rule.is_lint or rule.name in _NEEDS_BASE_IMAGE:
        return False
    of_buildkit = rule.group is Group.BUILDKIT and isinstance(rule, StageRule)
    return of_buildkit or isinstance(rule, (InstructionRule, ModelRule, FileRule))


RULE = SuppressionRule("UnusedSuppression", Severity.HINT, Group.BUILDKIT, page_of(__doc__), check)
