"""A code action."""

from __future__ import annotations

from dataclasses import dataclass

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.text import TextEdit


@dataclass(frozen=True, slots=True)
class Action:
    """A change of the file under a title. A fix names the `finding` that it fixes.

    `edits` is None for an action that is expensive: `edits_of` computes its edits when they are needed. `snippet` is
    the text of the only edit with places to fill in, for an editor that accepts them.
    """

    kind: ActionKind
    title: str
    edits: tuple[TextEdit, ...] | None
    is_preferred: bool = False
    finding: PlacedFinding | None = None
    snippet: str | None = None
