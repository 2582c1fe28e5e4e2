"""The replacement of a retired image in all files of the workspace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.text import TextEdit

if TYPE_CHECKING:
    from azureml_dockerfile_ls.script_snapshot import FileSnapshot

_RULE = "RetiredImage"


def retired_images(text: str, findings: Iterable[PlacedFinding]) -> tuple[str, ...]:
    """The full names, each once, of the retired images of findings that can be replaced and stand in the text."""
    names = (finding.span.of(text) for finding in findings if finding.rule.name == _RULE and finding.fixes)
    return tuple(dict.fromkeys(name for name in names if name.startswith("mcr.microsoft.com/")))


def replacements(snapshot: FileSnapshot, image: str) -> tuple[TextEdit, ...]:
    """The edits that replace an image, by its full name, wherever it is found as retired in a file."""
    found = (
        finding.fixes[-1]
        for finding in snapshot.findings
        if finding.rule.name == _RULE and finding.fixes and finding.span.of(snapshot.text) == image
    )
    # The last fix replaces the image, and does nothing else.
    edits = (edit for fix in found for edit in fix.edits)
    return tuple(sorted(edits, key=lambda edit: edit.span))
