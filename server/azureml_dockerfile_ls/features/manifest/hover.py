"""Hover in a YAML: facts about images, curated environments and variables, and what the container will have."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import (
    APP_ROOT,
    DEFAULT_APP_ROOT,
    ENTRY_SCRIPT,
    MODEL_DIR,
    MODELS_FOLDER,
)
from azureml_dockerfile_ls.azureml.variables.table import find, page
from azureml_dockerfile_ls.features.hover import about_finding
from azureml_dockerfile_ls.features.hover.result import Hover
from azureml_dockerfile_ls.features.manifest.cursor import ManifestCursor, cursor_at
from azureml_dockerfile_ls.images.tags import is_template, resolve_template
from azureml_dockerfile_ls.manifest.model import Manifest, local_path
from azureml_dockerfile_ls.manifest.schema import Kind
from azureml_dockerfile_ls.manifest_snapshot import ManifestSnapshot
from azureml_dockerfile_ls.render import image_facts
from azureml_dockerfile_ls.render.markdown import code
from azureml_dockerfile_ls.rules.manifest.images import images_in_manifest
from azureml_dockerfile_ls.rules.manifest.retired_environment import environment_image


def manifest_hover(snapshot: ManifestSnapshot, offset: int, *, shows_findings: bool = False) -> Hover | None:
    """The facts about the word at `offset`, then the findings there: see `features.hover.hover`."""
    if snapshot.manifest is None:
        return None
    findings = [finding for finding in snapshot.findings if finding.span.touches(offset)]
    fact = next(_facts(snapshot, snapshot.manifest, offset), None)
    parts = [fact.markdown] if fact is not None and fact.markdown else []
    parts += [about for finding in findings if (about := about_finding(finding, shows_findings=shows_findings))]
    if not parts:
        return None
    return Hover(fact.span if fact is not None else findings[0].span, "\n\n---\n\n".join(parts))


def _facts(snapshot: ManifestSnapshot, manifest: Manifest, offset: int) -> Iterator[Hover]:
    yield from _image(snapshot, manifest, offset)
    for reference in manifest.references:
        image = environment_image(snapshot.images, reference.name) if reference.scalar.span.touches(offset) else None
        if image is not None:
            yield Hover(reference.scalar.inner, image_facts.page(image))
    cursor = cursor_at(manifest, offset)
    if cursor is None:
        return
    variable = find(cursor.keys[-1]) if cursor.keys[-2:-1] == ("environment_variables",) else None
    if variable is not None:
        yield Hover(cursor.span, page(variable))
    if manifest.kind is Kind.ONLINE_DEPLOYMENT and cursor.keys[0] in ("code_configuration", "model_mount_path"):
        yield from _container(manifest, cursor)


def _image(snapshot: ManifestSnapshot, manifest: Manifest, offset: int) -> Iterator[Hover]:
    for use in images_in_manifest(manifest):
        span = use.written.span.at(0)
        image = snapshot.images.find(use.resolved.name) if span.touches(offset) else None
        if image is None:
            continue
        tag, tag_span = use.resolved.tag, use.tag_span
        if tag and tag_span is not None and tag_span.at(0).touches(offset) and offset > use.name_span.end:
            if not is_template(tag):
                yield Hover(tag_span.at(0), image_facts.of_tag(image, tag))
            else:
                newest = resolve_template(tag, image.tags)
                known = f"stands for `{newest}` in this catalogue" if newest else "matches no tag of this catalogue"
                yield Hover(tag_span.at(0), f"{code(tag)} {known}.")
        yield Hover(span, image_facts.page(image, snapshot.images.configuration_of(use.resolved)))


def _container(manifest: Manifest, cursor: ManifestCursor) -> Iterator[Hover]:
    """The variables that Azure ML sets in the container of a deployment."""
    for served in manifest.codes:
        folder, script = local_path(served.folder), local_path(served.script)
        if folder is None or script is None:
            continue
        name = posixpath.basename(folder) if folder not in (".", "..") and not folder.endswith("/..") else "<folder>"
        root = posixpath.normpath(posixpath.join(DEFAULT_APP_ROOT, name, posixpath.dirname(script)))
        mount = manifest.root.scalar("model_mount_path")
        models = posixpath.join(DEFAULT_APP_ROOT, MODELS_FOLDER, (mount.value.strip("/") if mount else "…"))
        rows = [(APP_ROOT, root), (ENTRY_SCRIPT, posixpath.basename(script)), (MODEL_DIR, models)]
        lines = "\n".join(f"- {code(key)} is {code(value)}" for key, value in rows)
        yield Hover(cursor.span, f"In the container of this deployment:\n\n{lines}")
