"""A code action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.text import TextEdit


@dataclass(frozen=True, slots=True)
class Change:
    """The edits of a code action.

    `snippet` is the text of the only edit with places to fill in, for an editor that accepts them.
    """

    edits: tuple[TextEdit, ...]
    snippet: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A change of the file under a title. A fix names the finding that it fixes, among `findings`.

    A change that takes time to compute is a function. It is called when the user has chosen the action, if the editor
    asks again for the edits.
    """

    kind: ActionKind
    title: str
    change: Change | Callable[[], Change]
    is_preferred: bool = False
    findings: tuple[PlacedFinding, ...] = ()

    @property
    def is_deferred(self) -> bool:
        """Whether the change is still to be computed."""
        return not isinstance(self.change, Change)

    def computed(self) -> Change:
        """The change, computed if need be."""
        return self.change if isinstance(self.change, Change) else self.change()
