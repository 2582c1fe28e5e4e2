"""Links of a YAML: from an image to its page, and from a path to the file."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from azureml_dockerfile_ls.features.links import Link, page_of_image
from azureml_dockerfile_ls.features.manifest.places import PathPlace, paths_of
from azureml_dockerfile_ls.manifest.model import Build, Manifest
from azureml_dockerfile_ls.manifest_snapshot import ManifestSnapshot
from azureml_dockerfile_ls.rules.manifest.images import images_in_manifest


def manifest_links(snapshot: ManifestSnapshot) -> list[Link]:
    """The links of a YAML, in the order of the text. A path is linked only where the file is there."""
    manifest = snapshot.manifest
    if manifest is None:
        return []
    found = list(_images(manifest))
    if snapshot.files is not None:
        found += _files(manifest, snapshot.files)
    return sorted(found, key=lambda link: link.span)


def file_at(snapshot: ManifestSnapshot, offset: int) -> Link | None:
    """The link to a file at an offset."""
    found = (link for link in manifest_links(snapshot) if link.path is not None)
    return next((link for link in found if link.span.touches(offset)), None)


def _images(manifest: Manifest) -> Iterator[Link]:
    for use in images_in_manifest(manifest):
        url = page_of_image(use.resolved)
        if url is not None:
            yield Link(use.name_span.at(0), "The page of the image", url=url)


def _files(manifest: Manifest, files: ManifestFiles) -> Iterator[Link]:
    for place in paths_of(manifest):
        target = _target(place, manifest, files)
        path = files.path(*target) if target is not None else None
        if path is not None and target is not None and files.kind_of(*target) is EntryKind.FILE:
            yield Link(place.scalar.inner, f"Open {path}", path=path)


def _target(place: PathPlace, manifest: Manifest, files: ManifestFiles) -> tuple[str, ...] | None:
    """The file that a path leads to: for a build context its Dockerfile, for code its script."""
    path = place.path
    if path is None:
        return None
    if place.kind is EntryKind.FILE:
        return place.folder, path
    build = _build_of(place, manifest)
    if build is not None:
        return build.paths()
    script = next((code.script for code in manifest.codes if code.folder is place.scalar), None)
    return (path, script.value) if script is not None and script.is_literal else None


def _build_of(place: PathPlace, manifest: Manifest) -> Build | None:
    return next((build for build in manifest.builds if build.context is place.scalar), None)
