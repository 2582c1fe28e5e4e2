"""BuildKit's own way to silence a check: `# check=skip=Rule,Other // why`, at the top of the file or above a line.

At the top it is a parser directive and covers the file. In the comment block directly above an instruction it covers
that instruction, above FROM also what concerns the whole stage.
"""

from __future__ import annotations

import re

from azureml_dockerfile_ls.model.stages import Model
from azureml_dockerfile_ls.rules.rule import Rule
from azureml_dockerfile_ls.syntax.nodes import Tree

_COMMENT = re.compile(r"#\s*check\s*=\s*(?P<options>\S*)", re.IGNORECASE)


def is_suppressed(tree: Tree, model: Model, rule: Rule, index: int) -> bool:
    """Whether a comment silences a finding of `rule` on instruction `index` of the tree."""
    for directive in tree.directives:
        if directive.name == "check" and _skips(directive.value.split(" ", 1)[0], rule):
            return True
    if not tree.instructions:
        return False
    places = [index]
    if rule.covered_by_from and (stage := model.stage_at(index)):
        places.append(stage.first)
    return any(
        match and _skips(match["options"], rule)
        for place in places
        for comment in tree.comments_above(place)
        for match in [_COMMENT.match(comment.of(tree.text))]
    )


def _skips(options: str, rule: Rule) -> bool:
    for option in options.split(";"):
        name, _, value = option.partition("=")
        if name.strip().lower() == "skip":
            skipped = [item.strip().lower() for item in value.split(",")]
            # `all` means all checks: what BuildKit refuses to build is no check.
            if rule.name.lower() in skipped or ("all" in skipped and rule.name != "ParseError"):
                return True
    return False
