"""The analysis of one version of a YAML of Azure ML: immutable, and shared by every request for that version."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.manifest.model import Manifest, read_manifest
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.rules.engine import PlacedFinding, PlacedRelated
from azureml_dockerfile_ls.rules.manifest_engine import check_manifest
from azureml_dockerfile_ls.rules.registry import ALL
from azureml_dockerfile_ls.rules.rule import ManifestSubject
from azureml_dockerfile_ls.rules.severities import with_severities
from azureml_dockerfile_ls.settings import DEFAULTS, Settings
from azureml_dockerfile_ls.snapshot import Snapshot, related_places


@dataclass(frozen=True, eq=False)
class ManifestSnapshot:
    """The text and the meaning of a YAML, with the files around it, its settings and the image index.

    `manifest` is None for YAML that is not Azure ML's, about which nothing is said.
    """

    text: str
    manifest: Manifest | None
    files: ManifestFiles | None
    settings: Settings
    images: ImageIndex

    @property
    def context(self) -> BuildContext | None:
        """The folder in which related places are: that of the repository."""
        return self.files.context if self.files is not None else None

    @cached_property
    def findings(self) -> tuple[PlacedFinding, ...]:
        """The findings of the enabled rules, in the order of the text."""
        if self.manifest is None:
            return ()
        found = check_manifest(ManifestSubject(self.manifest, self.files, self.images), ALL.of_manifest)
        settings = self.settings
        return with_severities(found, settings.rules, dockerfile_features=settings.dockerfile_features)

    def related_places(self, finding: PlacedFinding) -> Iterator[tuple[PlacedRelated, str]]:
        """The related places of a finding, each with the text of its file; unreadable files are left out."""
        return related_places(finding, self.text, self.context)


AnySnapshot = Snapshot | ManifestSnapshot
"""The analysis of a document of either kind."""


def analyse_manifest(
    text: str,
    previous: ManifestSnapshot | None = None,
    files: ManifestFiles | None = None,
    settings: Settings = DEFAULTS,
    images: ImageIndex = EMBEDDED,
) -> ManifestSnapshot:
    """The snapshot of a YAML; with that of an earlier version, a text that did not change is not read again."""
    if previous is None or previous.text != text:
        return ManifestSnapshot(text, read_manifest(text), files, settings, images)
    if previous.files is files and previous.settings == settings and previous.images is images:
        return previous
    return ManifestSnapshot(text, previous.manifest, files, settings, images)
