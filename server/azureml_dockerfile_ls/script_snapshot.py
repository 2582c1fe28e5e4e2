"""The analysis of a script or a notebook, in which images are searched for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.manifest_snapshot import AnySnapshot
from azureml_dockerfile_ls.rules.engine import PlacedFinding, PlacedRelated
from azureml_dockerfile_ls.rules.manifest_engine import check_script
from azureml_dockerfile_ls.rules.registry import ALL
from azureml_dockerfile_ls.rules.rule import ScriptSubject
from azureml_dockerfile_ls.rules.severities import with_severities
from azureml_dockerfile_ls.settings import DEFAULTS, Settings
from azureml_dockerfile_ls.snapshot import related_places


@dataclass(frozen=True, eq=False)
class ScriptSnapshot:
    """The text of a script, its settings and the image index."""

    text: str
    is_notebook: bool
    settings: Settings
    images: ImageIndex

    @property
    def context(self) -> BuildContext | None:
        """A script has no build context."""
        return None

    @cached_property
    def findings(self) -> tuple[PlacedFinding, ...]:
        """The findings of the enabled rules, in the order of the text."""
        found = check_script(ScriptSubject(self.text, self.is_notebook, self.images), ALL.of_script)
        return with_severities(found, self.settings.rules)

    def related_places(self, finding: PlacedFinding) -> Iterator[tuple[PlacedRelated, str]]:
        """The related places of a finding, each with the text of its file."""
        return related_places(finding, self.text, None)


FileSnapshot = AnySnapshot | ScriptSnapshot
"""The analysis of any file that is checked; scripts are not analysed in an editor."""


def analyse_script(
    path: str, text: str, settings: Settings = DEFAULTS, images: ImageIndex = EMBEDDED
) -> ScriptSnapshot:
    """The snapshot of the script at `path`, whose name says whether it is a notebook."""
    return ScriptSnapshot(text, path.lower().endswith(".ipynb"), settings, images)
