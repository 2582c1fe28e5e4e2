"""What the values of a YAML name: files, folders, images."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.manifest.model import EnvironmentName, Manifest, local_path
from azureml_dockerfile_ls.manifest.schema import Kind
from azureml_dockerfile_ls.manifest_snapshot import ManifestSnapshot
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.yaml.nodes import Scalar


class PathPlace(NamedTuple):
    """A scalar that names a path below `folder`, which is relative to the folder of the YAML."""

    scalar: Scalar
    folder: str
    kind: EntryKind

    @property
    def path(self) -> str | None:
        """The path; None if it cannot be known."""
        return local_path(self.scalar)


def environment_at(snapshot: ManifestSnapshot, offset: int) -> EnvironmentName | None:
    """The name of an environment of the user's workspace at an offset."""
    names = snapshot.manifest.environment_names if snapshot.manifest is not None else ()
    return next((each for each in names if each.span.touches(offset)), None)


def paths_of(manifest: Manifest) -> Iterator[PathPlace]:
    """The paths that a YAML names."""
    for build in manifest.builds:
        if build.context is not None:
            yield PathPlace(build.context, "", EntryKind.FOLDER)
        context = local_path(build.context)
        if build.dockerfile is not None and context is not None:
            yield PathPlace(build.dockerfile, context, EntryKind.FILE)
    for environment in manifest.environments:
        conda = environment.conda.value if environment.conda is not None else None
        if isinstance(conda, Scalar):
            yield PathPlace(conda, "", EntryKind.FILE)
    for code in manifest.codes:
        if code.folder is not None:
            yield PathPlace(code.folder, "", EntryKind.FOLDER)
        folder = local_path(code.folder)
        if code.script is not None and folder is not None:
            yield PathPlace(code.script, folder, EntryKind.FILE)
    if manifest.kind is Kind.ASSET:
        for key in ("spec", "extra_config"):
            scalar = manifest.root.scalar(key)
            if scalar is not None:
                yield PathPlace(scalar, "", EntryKind.FILE)
