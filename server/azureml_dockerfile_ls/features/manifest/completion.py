"""Completion in a YAML: images, tags, curated environments, paths and variables."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.variables.table import all_variables, find
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.features.completion import Completions
from azureml_dockerfile_ls.features.completion.images import PROVIDER, found_images, tags_of
from azureml_dockerfile_ls.features.completion.items import Item, ItemKey, Kind
from azureml_dockerfile_ls.features.completion.variables import PROVIDER as VARIABLE_PROVIDER
from azureml_dockerfile_ls.features.manifest.cursor import ManifestCursor, cursor_at
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.manifest.model import Manifest, local_path
from azureml_dockerfile_ls.manifest.schema import Kind as ManifestKind
from azureml_dockerfile_ls.manifest_snapshot import ManifestSnapshot
from azureml_dockerfile_ls.render import image_facts
from azureml_dockerfile_ls.render.file_facts import size_text
from azureml_dockerfile_ls.syntax.reference import split_reference
from azureml_dockerfile_ls.text import Span

_PLAIN_NAME = lazy_pattern(r"[\w./~](?:[\w ./@+=~-]*[\w./@+=~-])?")
_REGISTRY = "azureml://registries/azureml/environments/"
_OF_ENVIRONMENT = lazy_pattern(r"azureml://registries/azureml/environments/(?P<name>[\w.-]+)/(?P<rest>[\w./-]*)")
_OLD_FORM = "azureml:AzureML-"
"""The start of the names of curated environments in workspaces, which the registry has taken the place of."""
_VARIABLES = "environment_variables"
_MOST_ITEMS = 500
_FOLDERS = frozenset(("path", "dir", "code"))
"""The keys that name a folder."""
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def complete_manifest(snapshot: ManifestSnapshot, offset: int) -> Completions:
    """The items that can be typed at `offset`."""
    cursor = cursor_at(snapshot.manifest, offset) if snapshot.manifest is not None else None
    found = tuple(_items(snapshot, snapshot.manifest, cursor)) if cursor and snapshot.manifest else ()
    kinds = {item.kind for item in found}
    return Completions(found, bool(kinds & {Kind.IMAGE, Kind.FILE, Kind.FOLDER}), Kind.IMAGE in kinds)


def _items(snapshot: ManifestSnapshot, manifest: Manifest, cursor: ManifestCursor) -> Iterator[Item]:
    key, above = cursor.keys[-1], cursor.keys[-2] if len(cursor.keys) > 1 else ""
    is_new = key == _VARIABLES and not cursor.is_key and cursor.scalar is not None
    if is_new or (above == _VARIABLES and cursor.is_key):
        yield from _variable_names(cursor)
    elif cursor.is_key:
        return
    elif above == _VARIABLES:
        yield from _variable_values(cursor)
    elif key == "image" and (above == "environment" or (not above and manifest.kind is ManifestKind.ENVIRONMENT)):
        yield from _image_items(snapshot, cursor)
    elif key == "environment":
        yield from _environment_items(snapshot, cursor)
    else:
        yield from _path_items(snapshot, manifest, cursor)


def _image_items(snapshot: ManifestSnapshot, cursor: ManifestCursor) -> Iterator[Item]:
    typed = cursor.typed
    if ":" in typed or "@" in typed:
        reference = split_reference(typed)
        image = snapshot.images.find(reference.name)
        if image is not None and reference.tag_span is not None and reference.digest is None:
            start = cursor.span.start + reference.tag_span.start
            rest = re.split("[@,]", snapshot.text[start : cursor.span.end], maxsplit=1)[0]
            yield from tags_of(image, Span(start, start + len(rest)))
        return
    following = snapshot.text[cursor.span.start + len(typed) : cursor.span.end]
    length = len(re.split("[:@]", following, maxsplit=1)[0])
    has_tag = length < len(following)
    span = Span(cursor.span.start, cursor.span.start + len(typed) + length)
    for row, filter_text in found_images(snapshot.images, typed, is_base=True):
        text = row.image.repository if has_tag else row.text
        snippet = None if has_tag else row.snippet
        is_deprecated = row.image.outdated
        yield Item(
            row.label, Kind.IMAGE, span, text, filter_text, row.detail, row.key, snippet, is_deprecated, part=row.part
        )


def _environment_items(snapshot: ManifestSnapshot, cursor: ManifestCursor) -> Iterator[Item]:
    """The curated environments, and behind the name of one its labels and versions."""
    chosen = _OF_ENVIRONMENT.match(cursor.typed)
    if chosen is not None:
        image = next((one for one in snapshot.images.all if one.curated_environment == chosen["name"]), None)
        span = Span(cursor.span.start + chosen.start("rest"), cursor.span.end)
        if image is not None:
            versions = sorted((tag for tag in image.tags if tag.isdecimal()), key=int, reverse=True)
            for text in ("labels/latest", *(f"versions/{version}" for version in versions)):
                detail = "moves to every new version" if text.startswith("labels") else ""
                yield Item(text, Kind.TAG, span, text, text, detail, part=Part.AZUREML)
        return
    for image in snapshot.images.all:
        name = image.curated_environment
        if name is None or image.unconfirmed or image.outdated:
            continue
        text = f"{_REGISTRY}{name}/labels/latest"
        filter_text = text if cursor.typed.startswith("azureml") else f"{name} {text}"
        if cursor.typed.startswith(_OLD_FORM):
            filter_text = f"{_OLD_FORM}{name}"
        key = ItemKey(PROVIDER, image.repository)
        detail = image_facts.short_line(image, name)
        yield Item(name, Kind.IMAGE, cursor.span, text, filter_text, detail, key, part=Part.AZUREML)


def _variable_names(cursor: ManifestCursor) -> Iterator[Item]:
    present = {pair.key.value for pair in cursor.siblings.pairs} - {cursor.keys[-1]}
    is_key = cursor.is_key and cursor.scalar is not None
    for variable in all_variables():
        if variable.has_effect and variable.name not in present:
            text = variable.name if is_key else f"{variable.name}: "
            key = ItemKey(VARIABLE_PROVIDER, variable.name)
            name, detail = variable.name, variable.default or ""
            yield Item(name, Kind.VARIABLE, cursor.span, text, name, detail, key, part=Part.AZUREML)


def _variable_values(cursor: ManifestCursor) -> Iterator[Item]:
    variable = find(cursor.keys[-1])
    if variable is None:
        return
    # The values of variables are texts, which YAML must not take for something else.
    is_quoted = cursor.scalar is not None and cursor.scalar.span != cursor.scalar.inner
    by_type = {"boolean": ("true", "false"), "log level": _LEVELS}
    default = (variable.default,) if variable.default is not None else ()
    for value in dict.fromkeys((*by_type.get(variable.type, ()), *default)):
        needs_quotes = not is_quoted and re.fullmatch(r"true|false|[\d.]+|", value) is not None
        text = f'"{value}"' if needs_quotes else value
        detail = "default" if value == variable.default else ""
        yield Item(value, Kind.VALUE, cursor.span, text, value, detail, part=Part.AZUREML)


def _path_items(snapshot: ManifestSnapshot, manifest: Manifest, cursor: ManifestCursor) -> Iterator[Item]:
    folder = _folder_of(manifest, cursor)
    if folder is None or snapshot.files is None:
        return
    before, slash, begun = cursor.typed.rpartition("/")
    path = snapshot.files.path(folder, before) if not before.startswith("/") else None
    entries = snapshot.files.context.entries(path) if path is not None else None
    span = Span(cursor.span.start + len(before + slash), cursor.span.end)
    wants_folder = cursor.keys[-1] in _FOLDERS
    for entry in (entries or ())[:_MOST_ITEMS]:
        is_folder = entry.kind is EntryKind.FOLDER
        is_fitting = entry.name.lower().startswith(begun.lower()) and (begun or not entry.name.startswith("."))
        # Another name would need quotes, or could even begin a line of its own.
        if (
            is_fitting
            and _PLAIN_NAME.fullmatch(entry.name)
            and (is_folder or (not wants_folder and entry.kind is EntryKind.FILE))
        ):
            text = f"{entry.name}/" if is_folder and not wants_folder else entry.name
            kind = Kind.FOLDER if is_folder else Kind.FILE
            yield Item(text, kind, span, text, text, size_text(entry.size), part=Part.AZUREML)


def _folder_of(manifest: Manifest, cursor: ManifestCursor) -> str | None:
    """The folder that the path of a key starts from; None for a key that names no path."""
    key, above = cursor.keys[-1], cursor.keys[-2] if len(cursor.keys) > 1 else ""
    if key == "conda_file" or (key == "code" and manifest.kind is not ManifestKind.ENVIRONMENT):
        return ""
    if manifest.kind is ManifestKind.ASSET and key in ("spec", "extra_config"):
        return ""
    if (above, key) in (("build", "path"), ("context", "dir")):
        return ""
    inside = {("build", "dockerfile_path"): "path", ("context", "dockerfile"): "dir"}
    inside[("code_configuration", "scoring_script")] = "code"
    if (above, key) not in inside:
        return None
    folder = local_path(cursor.siblings.scalar(inside[(above, key)]))
    return posixpath.normpath(folder) if folder is not None else None
