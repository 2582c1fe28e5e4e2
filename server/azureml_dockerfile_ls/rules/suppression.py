"""Suppression of rules in BuildKit's syntax: `# check=skip=Rule,Other // why`, at the top of the file or above a line.

At the top it is a parser directive that applies to the file. Among the comments above an instruction it applies to that
instruction, and above FROM also to the rules about the whole stage.

hadolint's own comments suppress the rules that take the place of one of hadolint's.
"""

from __future__ import annotations

from functools import cached_property

from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.check_comments import (
    CheckComment,
    PlacedComment,
    check_above,
    check_comments,
    directive_of,
)
from azureml_dockerfile_ls.rules.check_options import ALL, Skipped
from azureml_dockerfile_ls.rules.hadolint.codes import TWINS_ON_AZUREML
from azureml_dockerfile_ls.rules.hadolint.comments import codes_ignored_above, codes_ignored_in_file
from azureml_dockerfile_ls.rules.rule import Rule
from azureml_dockerfile_ls.syntax.nodes import Tree

_CODE_OF = {rule: code for code, rule in TWINS_ON_AZUREML.items()}


class Suppression:
    """The `# check=` of a file. It remembers which names in `skip=` suppressed a finding."""

    def __init__(self, tree: Tree, model: Model) -> None:
        """Read the directive; the comments above instructions are read when they are needed."""
        self._tree = tree
        self._model = model
        self._of_file = directive_of(tree)
        self._above: dict[int, CheckComment | None] = {}
        self._used: set[tuple[int, str]] = set()

    @property
    def makes_errors(self) -> bool:
        """Whether the findings of BuildKit's checks stop the build."""
        return self._of_file is not None and self._of_file.options.makes_errors

    def hides(self, rule: Rule, index: int, judged: int) -> bool:
        """Whether the comments hide a finding of a rule.

        `index` is the index in the tree of the instruction with the finding, and `judged` that of the FROM of the stage
        that the finding is about. The instruction can be in an earlier stage than that FROM.
        """
        comments = [self._of_file]
        if self._tree.instructions:
            comments.append(self.above(index))
            stage = self._model.stage_at(index) if rule.covered_by_from else None
            if stage is not None:
                comments += [self.above(stage.first), self.above(judged)]
        known = [comment for comment in comments if comment is not None]
        if rule.is_experimental:
            return not any(comment.options.asks_for(rule) for comment in known)
        if not rule.is_lint:
            return False
        hiding = [comment for comment in known if comment.options.skips(rule)]
        for comment in hiding:
            self._used.add((comment.start, rule.name if rule.name in comment.options.names else ALL))
        return bool(hiding) or self._is_ignored_by_hadolint(rule, index)

    def _is_ignored_by_hadolint(self, rule: Rule, index: int) -> bool:
        """Whether a comment of hadolint ignores the rule of hadolint whose place a rule of ours takes."""
        code = _CODE_OF.get(rule.name)
        if code is None:
            return False
        return code in self._ignored_in_file or code in codes_ignored_above(self._tree, index)

    @cached_property
    def _ignored_in_file(self) -> frozenset[str]:
        return codes_ignored_in_file(self._tree)

    def has_used(self, comment: CheckComment, skipped: Skipped) -> bool:
        """Whether a name in `skip=` has suppressed a finding."""
        return (comment.start, skipped.name) in self._used

    @cached_property
    def comments(self) -> tuple[PlacedComment, ...]:
        """The check comments of the file, as `check_comments` finds them."""
        return tuple(check_comments(self._tree))

    def above(self, index: int) -> CheckComment | None:
        """The `# check=` above an instruction, as `check_above` finds it."""
        if index not in self._above:
            self._above[index] = check_above(self._tree, index)
        return self._above[index]
