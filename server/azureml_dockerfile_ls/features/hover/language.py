"""LocalHover on keywords and flags."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.hover.commands import command_facts
from azureml_dockerfile_ls.features.hover.result import LocalHover
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Instruction


def language_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """The documentation of the keyword or flag at `at`; for RUN also how its command runs."""
    instruction = snapshot.tree.instructions[index]
    facts = command_facts(snapshot, index) if instruction.keyword.span.touches(at) else ""
    yield from _language(instruction, at, facts)
    if instruction.trigger is not None:
        yield from _language(instruction.trigger, at, "")


def _language(part: Instruction, at: int, facts: str) -> Iterator[LocalHover]:
    spec = part.spec
    if spec is None:
        return
    if part.keyword.span.touches(at):
        forms = "\n".join(["```dockerfile", *spec.forms, "```", spec.documentation])
        yield LocalHover(part.keyword.span, f"{forms}\n\n{facts}".rstrip())
    for flag in part.flags:
        known = spec.flag(flag.name)
        if known and flag.span.touches(at):
            values = "".join(f"\n- `{value}`" for value in known.values)
            yield LocalHover(flag.span, f"`--{flag.name}`: {known.documentation}\n{values}".rstrip())
