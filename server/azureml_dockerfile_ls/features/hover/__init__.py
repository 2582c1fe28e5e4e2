"""Hover: facts about the word under the cursor, and its findings. Each kind of word is a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from azureml_dockerfile_ls.features.hover.commands import command_hovers
from azureml_dockerfile_ls.features.hover.images import image_hovers
from azureml_dockerfile_ls.features.hover.language import directive_hover, language_hovers
from azureml_dockerfile_ls.features.hover.packages import package_hovers
from azureml_dockerfile_ls.features.hover.paths import path_hovers
from azureml_dockerfile_ls.features.hover.ports import port_hovers
from azureml_dockerfile_ls.features.hover.programs import program_hovers
from azureml_dockerfile_ls.features.hover.result import Hover, LocalHover
from azureml_dockerfile_ls.features.hover.users import user_hovers
from azureml_dockerfile_ls.features.hover.variables import name_hovers, reference_hovers
from azureml_dockerfile_ls.features.stages import is_shown
from azureml_dockerfile_ls.render.markdown import text
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.snapshot import Snapshot

__all__ = ["PROVIDERS", "Hover", "hover"]

PROVIDERS: tuple[Callable[[Snapshot, int, int], Iterator[LocalHover]], ...] = (
    image_hovers,
    reference_hovers,
    path_hovers,
    package_hovers,
    user_hovers,
    port_hovers,
    program_hovers,
    name_hovers,
    language_hovers,
    command_hovers,
)
"""The providers of facts; the first fact that is found is shown.

Each takes the index of an instruction and the offset of the cursor in it. The spans of its hovers start there too.
"""


def hover(snapshot: Snapshot, offset: int, *, shows_findings: bool = False) -> Hover | None:
    """The facts about the word at `offset`, then the findings there.

    `shows_findings` is whether the editor shows the findings itself. What remains then is the first sentences of their
    reasons.
    """
    findings = [finding for finding in snapshot.findings if finding.span.touches(offset)]
    fact = _fact(snapshot, offset, frozenset(finding.rule.name for finding in findings))
    parts = [fact.markdown] if fact and fact.markdown else []
    parts += [about for finding in findings if (about := about_finding(finding, shows_findings=shows_findings))]
    if not parts:
        return None
    return Hover(fact.span if fact else findings[0].span, "\n\n---\n\n".join(parts))


def about_finding(finding: PlacedFinding, *, shows_findings: bool) -> str:
    """A finding with its reasons; only their first sentences if the editor shows the finding itself."""
    rule = finding.rule
    if not rule.is_lint:
        return "" if shows_findings else text(finding.message)
    why = rule.page.split("## Why is this bad?", 1)[1].split("## Example", 1)[0].strip()
    return why.split("\n\n", 1)[0] if shows_findings else f"**{rule.name}**: {text(finding.message)}\n\n{why}"


def _fact(snapshot: Snapshot, offset: int, rules: frozenset[str]) -> Hover | None:
    index = snapshot.tree.index_at(offset)
    if index is None:
        return directive_hover(snapshot, offset)
    start = snapshot.tree.offset_of(index)
    for provide in PROVIDERS:
        for found in provide(snapshot, index, offset - start):
            if is_shown(snapshot, found.part):
                said = next((rule for rule in found.without if rule in rules), None)
                return Hover(found.span.at(start), found.markdown if said is None else found.without[said])
    return None
