"""The sub-command itself: what it loads, what it asks the registry, what it prints."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping

from azureml_dockerfile_ls.azureml.families import PREFIX
from azureml_dockerfile_ls.cli.images.json import configuration_object, image_object
from azureml_dockerfile_ls.cli.images.session import Session
from azureml_dockerfile_ls.cli.images.text import ages, facts, table
from azureml_dockerfile_ls.cli.terminal import complain, print_text, visible
from azureml_dockerfile_ls.images import cache
from azureml_dockerfile_ls.images.catalogue import REGISTRY, Image
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.questions import PREFIXES, Question, configuration_of, tags_of
from azureml_dockerfile_ls.images.registry import Registry
from azureml_dockerfile_ls.images.responses import IMAGES, is_digest, is_tag
from azureml_dockerfile_ls.images.tags import LATEST
from azureml_dockerfile_ls.project import Projects
from azureml_dockerfile_ls.spelling import closest
from azureml_dockerfile_ls.syntax.nodes import ImageReference
from azureml_dockerfile_ls.syntax.reference import split_reference

_MAX_NAME = 300
_MAX_SUGGESTIONS = 3
_LEAST_LETTERS = 3
"""The least length of a text that is searched for in the names of images."""
_INTERRUPTED = 130


def run_images(name: str | None, urls: Mapping[str, str], *, is_refreshing: bool = False, as_json: bool = False) -> int:
    """Print all images, or the facts of one, and return the exit status.

    `name` can lack the registry and `azureml/`, and can have a tag or digest. `urls` has the form of the setting
    `registry.urls`. `is_refreshing` asks the registry first; without it nothing is sent. The status is 1 if an answer
    is missing, 2 for an unknown name or settings that forbid `--refresh`, and 130 after Ctrl-C.
    """
    project = Projects().project_of(os.curdir)
    for problem in project.problems:
        complain(str(problem))
    if is_refreshing and not project.settings.registry_enabled:
        complain(f"{project.path}: registry.enabled is false, so --refresh is not possible")
        return 2
    if is_refreshing and project.problems:
        # One of the invalid settings may be the one that switches the registry off.
        complain("--refresh is not possible while these settings are invalid")
        return 2
    session = Session(Registry(urls), project.settings.registry_max_age_hours, is_refreshing)
    try:
        with session:
            return _print_all(session, as_json) if name is None else _print_one(session, name[:_MAX_NAME], as_json)
    except KeyboardInterrupt:
        complain("cancelled")
        return _INTERRUPTED


def clear_cache() -> int:
    """Remove the stored answers of registries, and return the exit status."""
    folder = cache.default_folder()
    try:
        count = cache.clear(folder)
    except OSError as error:
        complain(f"{error.filename or folder}: {error.strerror or error}")
        return 2
    print_text(f"{count} stored answer{'' if count == 1 else 's'} removed from {visible(str(folder))}")
    return 0


def _print_all(session: Session, as_json: bool) -> int:
    _ask_names(session)
    images = session.load().images
    listed = set(images.names)
    # A retired image gets no new tags.
    active = [image for image in images.all if image.status != "retired"]
    wanted = [image.repository for image in active if not image.unconfirmed or image.repository in listed]
    wanted = list(filter(session.registry.locate, wanted))
    contents = session.load([image.repository for image in images.all])
    # Start with the oldest answers, so that the next run continues an interrupted one.
    wanted.sort(key=lambda repository: contents.fetched.get(tags_of(repository), 0.0))
    session.ask(f"the tags of {len(wanted)} images", list(map(tags_of, wanted)))
    contents = session.load([image.repository for image in images.all])
    shown = [image for image in contents.images.all if not image.unconfirmed]
    if as_json:
        print_text(json.dumps([image_object(image, contents) for image in shown], indent=2))
    else:
        print_text("\n".join([*table(shown, contents), "", *ages(contents), *session.advice(contents)]))
    return int(session.has_failed)


def _print_one(session: Session, name: str, as_json: bool) -> int:
    reference = split_reference(name)
    written = reference.digest or reference.tag
    if written is not None and not is_digest(written) and not is_tag(written):
        complain(f"{name}: {written} is neither a tag nor a digest")
        return 2
    image = _look_up(session, reference)
    if image is None:
        return 2
    tag = written or (LATEST if LATEST in image.tags else image.newest_tag or LATEST)
    wanted = split_reference(f"{image.repository}{'@' if is_digest(tag) else ':'}{tag}")
    if session.registry.locate(image.repository):
        session.ask("the configuration", [configuration_of(wanted)])
    contents = session.load([image.repository], [wanted])
    image = contents.images.find(image.repository) or image
    if as_json:
        content = {**image_object(image, contents, wanted.tag), "configuration": configuration_object(wanted, contents)}
        print_text(json.dumps(content, indent=2))
    else:
        print_text("\n".join([*facts(image, wanted, contents), *session.advice(contents)]))
    return int(session.has_failed)


def _look_up(session: Session, reference: ImageReference) -> Image | None:
    """The image of a name, after questions to the registry; an unknown name is reported, and gives None."""
    names = _full_names(reference)
    image = _find(session.load(names).images, names)
    wanted = names if image is None else [image.repository]
    session.ask("the tags", [tags_of(name) for name in wanted if session.registry.locate(name)])
    images = session.load(names).images
    image = _find(images, names)
    if image is None:
        _ask_names(session)
        images = session.load(names).images
        image = _find(images, names)
    if image is None:
        complain(f"unknown image {reference.name}; {_hint(images, reference.name, names, session)}")
    return image


def _ask_names(session: Session) -> None:
    session.ask("the names of images", [Question(IMAGES, prefix) for prefix in PREFIXES])


def _full_names(reference: ImageReference) -> list[str]:
    """The full names that a name can mean: one from the list or from a Dockerfile, with or without the registry."""
    if reference.registry is not None:
        return [reference.name]
    if reference.name.startswith("azureml/"):
        return [REGISTRY + reference.name]
    return [prefix + reference.name for prefix in (PREFIX, *([REGISTRY] if reference.name.startswith("aifx/") else []))]


def _find(images: ImageIndex, names: Iterable[str]) -> Image | None:
    return next((image for name in names if (image := images.find(name)) is not None), None)


def _hint(images: ImageIndex, name: str, names: Iterable[str], session: Session) -> str:
    suggested = next(filter(None, map(images.suggest, names)), ())[:_MAX_SUGGESTIONS]
    near = closest(name, [image.name for image in images.all if not image.unconfirmed])
    words = [found.name for full in suggested if (found := images.find(full))] or ([near] if near else [])
    if words:
        return f"did you mean {' or '.join(words)}?"
    within = [image.name for image in images.all if image.status == "current" and name.lower() in image.name.lower()]
    if within and len(name) >= _LEAST_LETTERS:
        rest = f" and {len(within) - _MAX_SUGGESTIONS} more" if len(within) > _MAX_SUGGESTIONS else ""
        return f"current images with that in their names: {', '.join(within[:_MAX_SUGGESTIONS])}{rest}"
    more = "" if session.is_refreshing else ", and --refresh asks the registry"
    return f"`azureml-dockerfile-ls images` lists them all{more}"
