"""A comment skips a check that does not exist.

## What it does

Reports a name in `# check=skip=` that is neither a rule of this server nor a check of BuildKit. Letter case matters to
BuildKit, so it matters here too. It also reports a rule of this server in `# hadolint ignore=`, which hadolint does not
know.

## Why is this bad?

BuildKit and hadolint ignore the name without a word, and the finding stays.

## Example

```dockerfile
# check=skip=UntagedImage
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.rules.check_comments import without_name
from azureml_dockerfile_ls.rules.check_options import ALL
from azureml_dockerfile_ls.rules.hadolint.comments import ignore_comments
from azureml_dockerfile_ls.rules.rule import Finding, Group, RuleNames, Severity, SuppressionRule, page_of, replacement
from azureml_dockerfile_ls.rules.suppression import Suppression
from azureml_dockerfile_ls.spelling import closest
from azureml_dockerfile_ls.syntax.nodes import Tree

_OTHER_LINTER = lazy_pattern(r"[A-Z]+\d+|[a-z-]+/.*")
"""The names of rules of hadolint and other tools, which may read the same comment."""


def check(tree: Tree, suppression: Suppression, rules: RuleNames) -> Iterator[Finding]:
    """The names in all check comments that BuildKit reads."""
    for comment in suppression.comments:
        if comment.read is None:
            continue
        for skipped in comment.read.options.skipped:
            if skipped.name in rules or skipped.name in ("", ALL) or _OTHER_LINTER.fullmatch(skipped.name):
                continue
            span = skipped.span.shift(comment.read.start)
            local = span.inside(tree.offset_of(0))
            meant = closest(skipped.name, rules)
            fixes = [replacement(f"Change to {meant}", 0, local, meant, is_preferred=True)] if meant else []
            fixes.append(without_name(tree, comment, span, f"Remove {skipped.name}"))
            hint = f" Did you mean {meant}?" if meant else ""
            yield Finding(0, local, f"No check has the name {skipped.name}, so this skips nothing.{hint}", tuple(fixes))
    for ignored in ignore_comments(tree):
        for name, span in ignored.names:
            if name in rules:
                message = f"hadolint has no rule {name}, so this ignores nothing. Use # check=skip={name}."
                yield Finding(0, span.inside(tree.offset_of(0)), message)


RULE = SuppressionRule("UnknownCheck", Severity.HINT, Group.BUILDKIT, page_of(__doc__), check)
