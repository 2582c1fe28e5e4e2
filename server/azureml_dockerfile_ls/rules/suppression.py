"""Suppression of rules in BuildKit's syntax: `# check=skip=Rule,Other // why`, at the top of the file or above a line.

At the top it is a parser directive that applies to the file. In the comment block directly above an instruction it
applies to that instruction, and above FROM also to the rules about the whole stage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.rule import Rule
from azureml_dockerfile_ls.syntax.language import CHECK_OPTIONS
from azureml_dockerfile_ls.syntax.nodes import Tree
from azureml_dockerfile_ls.text import Span

_COMMENT = re.compile(r"#\s*check\s*=\s*(?P<options>\S*)", re.IGNORECASE)
_MOST_OPTIONS = 3
"""BuildKit's `ParseLintOptions` reads all text after the second `;` as one option."""


def suppression(tree: Tree, model: Model) -> Callable[[Rule, int, int], bool]:
    """A function that checks whether a comment suppresses a finding of a rule.

    Its arguments are the rule, the index in the tree of the instruction with the finding, and the index of the FROM of
    the stage that the finding is about. The instruction can be in an earlier stage than the FROM.
    """
    everywhere = frozenset(
        name
        for directive in tree.directives
        if directive.name == "check"
        for name in _skipped(directive.value.split(" ", 1)[0])
    )

    @cache
    def skipped_above(index: int) -> frozenset[str]:
        matches = (_COMMENT.match(comment.of(tree.text)) for comment in tree.comments_above(index))
        return frozenset(name for match in matches if match for name in _skipped(match["options"]))

    def is_suppressed(rule: Rule, index: int, judged: int) -> bool:
        if _covers(everywhere, rule):
            return True
        if not tree.instructions:
            return False
        if _covers(skipped_above(index), rule):
            return True
        stage = model.stage_at(index) if rule.covered_by_from else None
        return stage is not None and (_covers(skipped_above(stage.first), rule) or _covers(skipped_above(judged), rule))

    return is_suppressed


def _skipped(options: str) -> Iterator[str]:
    """The rule names that options skip, in lower case."""
    for option in options.split(";"):
        name, _, value = option.partition("=")
        if name.strip().lower() == "skip":
            yield from (item.strip().lower() for item in value.split(","))


def _covers(names: frozenset[str], rule: Rule) -> bool:
    # `all` means all checks. An error that stops the build is not a check.
    return rule.name.lower() in names or ("all" in names and rule.is_lint)


def check_options(tree: Tree, comment: Span) -> Span | None:
    """The span of the options in a `# check=…` comment; None for another comment and for options that BuildKit rejects.

    An addition to rejected options has no effect, because BuildKit still rejects them.
    """
    match = _COMMENT.match(comment.of(tree.text))
    if match is None:
        return None
    options = match["options"].split(";")
    is_known = all("=" in option and option.partition("=")[0].strip() in CHECK_OPTIONS for option in options)
    return Span(*match.span("options")).shift(comment.start) if is_known else None


def skipping_too(options: str, names: Sequence[str]) -> tuple[int, str] | None:
    """The offset and the text of an insertion into the options of a `# check=` that makes them skip more rules.

    None if the options are full, because BuildKit reads three at most.
    """
    parts = options.split(";")
    end = len(options)
    for part in reversed(parts):
        name, _, value = part.partition("=")
        if name.strip().lower() == "skip":
            comma = "," if value.strip() and not value.rstrip().endswith(",") else ""
            return end, f"{comma}{','.join(names)}"
        end -= len(part) + 1
    return (len(options), f";skip={','.join(names)}") if len(parts) < _MOST_OPTIONS else None
