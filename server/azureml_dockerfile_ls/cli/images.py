"""The sub-command `images`: which images there are, and what is known of one.

With `json` it prints a list of objects, of one image the object alone. Each has the keys

- `image` (the full name), `name`, `kind`, `status`;
- `statusDetail`, `successor`, `os`, `python`, `framework`, `cuda`, `user`, `curatedEnvironment`, `baseImage`,
  `lastRelease`, `note`: texts, null where nothing is known;
- `newestTag`: a text, or null; `tags`: all that are known, newest first;
- `tagsAsOf`: when the registry listed the tags, as `2026-11-20T08:09:10Z`, null where it never did; `tagsAreComplete`:
  whether it listed them all.

One image alone has `configuration` too: null where it is not known, else an object with `reference` (the tag or digest
that it belongs to), `asOf`, `digest`, `user`, `environment`, `workingDirectory`, `exposedPorts`, `labels`, `created`.
"""

from __future__ import annotations

import json
import logging
import os
import textwrap
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from azureml_dockerfile_ls.azureml.families import PREFIX, default_user
from azureml_dockerfile_ls.cli.terminal import Progress, complain, print_text, width
from azureml_dockerfile_ls.images import cache
from azureml_dockerfile_ls.images.cache import Stored
from azureml_dockerfile_ls.images.catalogue import REGISTRY, Image
from azureml_dockerfile_ls.images.http import Deadline, RegistryError, Resting
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.questions import (
    PREFIXES,
    Contents,
    Question,
    configuration_of,
    load,
    refresh,
    tags_of,
)
from azureml_dockerfile_ls.images.registry import Registry
from azureml_dockerfile_ls.images.responses import IMAGES, Configuration, is_digest, is_tag
from azureml_dockerfile_ls.images.tags import LATEST, newest
from azureml_dockerfile_ls.images.updater import Fetcher
from azureml_dockerfile_ls.project import Projects
from azureml_dockerfile_ls.render.image_facts import one_line, page
from azureml_dockerfile_ls.spelling import closest
from azureml_dockerfile_ls.syntax.nodes import ImageReference
from azureml_dockerfile_ls.syntax.reference import split_reference

_LONGEST_NAME = 300
_MOST_SUGGESTED = 3
_NARROWEST_FACTS = 24
_INTERRUPTED = 130

_PACKAGE = __name__.partition(".")[0]
"""The logger above those of all modules."""


def run_images(name: str | None, urls: Mapping[str, str], *, is_refreshing: bool = False, as_json: bool = False) -> int:
    """Prints all images, or what is known of one, and gives the exit status.

    `name` may lack the registry and `azureml/`, and may have a tag or digest. `urls` is what `registry.urls` is for an
    editor. `is_refreshing` asks the registry first; else nothing is sent. The status is 1 when something could not be
    refreshed, 2 for an unknown name, or when the settings do not let us ask, 130 after Ctrl-C.
    """
    project = Projects().project_of(os.curdir)
    for problem in project.problems:
        complain(problem)
    if is_refreshing and not project.settings.registry_enabled:
        complain(f"{project.path}: registry.enabled is false, so no registry is asked")
        return 2
    if is_refreshing and project.problems:
        # It may have been meant to say that none is to be asked.
        complain("no registry is asked while something is wrong in these settings")
        return 2
    session = _Session(Registry(urls), project.settings.registry_max_age_hours, is_refreshing)
    try:
        with session:
            return _print_all(session, as_json) if name is None else _print_one(session, name[:_LONGEST_NAME], as_json)
    except KeyboardInterrupt:
        complain("cancelled")
        return _INTERRUPTED


class _Session:
    """What is known, and in one run of the command the way to know more."""

    def __init__(self, registry: Registry, max_age_hours: float, is_refreshing: bool) -> None:
        self.registry = registry
        self.is_refreshing = is_refreshing
        self.has_failed = False
        self._max_age_hours = max_age_hours
        self._folder = cache.default_folder()
        self._answered: dict[Question, Stored[Any]] = {}
        self._fetcher = Fetcher()
        self._events: SimpleQueue[str | tuple[Question, Stored[Any] | RegistryError]] = SimpleQueue()
        self._log = _Log(self._events)

    def __enter__(self) -> _Session:
        logging.getLogger(_PACKAGE).addHandler(self._log)
        return self

    def __exit__(self, *_: object) -> None:
        self._fetcher.close()
        logging.getLogger(_PACKAGE).removeHandler(self._log)

    def load(self, names: Iterable[str] = (), references: Iterable[ImageReference] = ()) -> Contents:
        """What is known now, with the tags and configurations of these."""
        return load(self._folder, self.registry, names, references, self._max_age_hours, self._answered)

    def ask(self, what: str, questions: Sequence[Question]) -> None:
        """Ask the registry, and tell each failure on standard error."""
        if not self.is_refreshing or not questions:
            return
        with Progress(what, len(questions)) as progress:
            for question in questions:
                self._fetcher.submit(question, partial(self._refresh, question), partial(self._done, question))
            waiting = len(questions)
            not_asked: list[Resting] = []
            while waiting:
                event = self._next_event()
                if isinstance(event, str):
                    progress.complain(event)
                    continue
                question, result = event
                waiting -= 1
                progress.step()
                if isinstance(result, Stored):
                    self._answered[question] = result
                else:
                    self.has_failed = True
                    not_asked += [result] if isinstance(result, Resting) else []
            if not_asked:
                progress.complain(f"not asked for {len(not_asked)} more: {not_asked[0]}")

    def advice(self, contents: Contents) -> Iterator[str]:
        """What can be done about answers that the settings take for old."""
        if not self.is_refreshing and any(question in contents.fetched for question in contents.due):
            yield f"some of this is older than {self._max_age_hours:g} hours: --refresh asks the registry again"

    def _refresh(self, question: Question, deadline: Deadline) -> Stored[Any]:
        return refresh(self._folder, self.registry, question, deadline)

    def _done(self, question: Question, result: Stored[Any] | RegistryError) -> None:
        self._events.put((question, result))

    def _next_event(self) -> str | tuple[Question, Stored[Any] | RegistryError]:
        while True:
            try:
                # Without a limit Windows would not let Ctrl-C through.
                return self._events.get(timeout=0.2)
            except Empty:
                continue


class _Log(logging.Handler):
    """Passes on what is logged on any thread, so that it comes between what is printed."""

    def __init__(self, events: SimpleQueue[Any]) -> None:
        super().__init__(logging.WARNING)
        self._events = events
        self._has_told_of_cache = False

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == cache.__name__:
            # A folder that cannot be written is so for every answer.
            if self._has_told_of_cache:
                return
            self._has_told_of_cache = True
        self._events.put(record.getMessage())


def _print_all(session: _Session, as_json: bool) -> int:
    session.ask("the names of images", [Question(IMAGES, prefix) for prefix in PREFIXES])
    images = session.load().images
    listed = set(images.names)
    # What is retired gets no new tags.
    lively = [image for image in images.all if image.status != "retired"]
    wanted = [image.repository for image in lively if not image.unconfirmed or image.repository in listed]
    wanted = list(filter(session.registry.locate, wanted))
    contents = session.load([image.repository for image in images.all])
    # The oldest first, so that an interrupted run is gone on with by the next.
    wanted.sort(key=lambda repository: contents.fetched.get(tags_of(repository), 0.0))
    session.ask(f"the tags of {len(wanted)} images", list(map(tags_of, wanted)))
    contents = session.load([image.repository for image in images.all])
    shown = [image for image in contents.images.all if not image.unconfirmed]
    if as_json:
        print_text(json.dumps([_as_object(image, contents) for image in shown], indent=2))
    else:
        print_text("\n".join([*_table(shown, contents), "", *_ages(contents), *session.advice(contents)]))
    return int(session.has_failed)


def _print_one(session: _Session, name: str, as_json: bool) -> int:
    reference = split_reference(name)
    written = reference.digest or reference.tag
    if written is not None and not is_digest(written) and not is_tag(written):
        complain(f"{name}: {written} is neither a tag nor a digest")
        return 2
    names = _full_names(reference)
    image = _find(session.load(names).images, names)
    wanted = names if image is None else [image.repository]
    session.ask("the tags", [tags_of(full) for full in wanted if session.registry.locate(full)])
    images = session.load(names).images
    image = _find(images, names)
    if image is None:
        session.ask("the names of images", [Question(IMAGES, prefix) for prefix in PREFIXES])
        images = session.load(names).images
        image = _find(images, names)
    if image is None:
        complain(f"no image {reference.name} is known{_hint(images, reference.name, names, session)}")
        return 2
    tag = written or (LATEST if LATEST in image.tags else newest(image.tags) or LATEST)
    wanted_image = split_reference(f"{image.repository}{'@' if is_digest(tag) else ':'}{tag}")
    if session.registry.locate(image.repository):
        session.ask("the configuration", [configuration_of(wanted_image)])
    contents = session.load([image.repository], [wanted_image])
    image = contents.images.find(image.repository) or image
    if as_json:
        configuration = _configuration_object(wanted_image, contents)
        print_text(json.dumps({**_as_object(image, contents), "configuration": configuration}, indent=2))
    else:
        print_text("\n".join([*_facts(image, wanted_image, contents), *session.advice(contents)]))
    return int(session.has_failed)


def _full_names(reference: ImageReference) -> list[str]:
    """What a name may stand for: one of a listing, or of a Dockerfile, with the registry or without."""
    if reference.registry is not None:
        return [reference.name]
    if reference.name.startswith("azureml/"):
        return [REGISTRY + reference.name]
    return [prefix + reference.name for prefix in (PREFIX, *([REGISTRY] if reference.name.startswith("aifx/") else []))]


def _find(images: ImageIndex, names: Iterable[str]) -> Image | None:
    return next((image for name in names if (image := images.find(name)) is not None), None)


def _hint(images: ImageIndex, name: str, names: Iterable[str], session: _Session) -> str:
    suggested = next(filter(None, map(images.suggest, names)), ())[:_MOST_SUGGESTED]
    near = closest(name, [image.name for image in images.all if not image.unconfirmed])
    words = [found.name for full in suggested if (found := images.find(full))] or ([near] if near else [])
    if words:
        return f": did you mean {' or '.join(words)}?"
    more = "" if session.is_refreshing else ", and --refresh asks the registry"
    return f"; `azureml-dockerfile-ls images` lists them all{more}"


def _table(images: Sequence[Image], contents: Contents) -> Iterator[str]:
    rows = [
        (
            image.name if REGISTRY in image.repository else image.repository,
            image.status,
            _newest_tag(image, contents),
            one_line(image).removeprefix(image.status).removeprefix(" · "),
        )
        for image in images
    ]
    name_width, status_width, tag_width = (max((len(row[n]) for row in rows), default=0) for n in range(3))
    columns = width()
    is_wide = columns is None or columns >= name_width + status_width + tag_width + 6 + _NARROWEST_FACTS
    for name, status, tag, facts in rows:
        rest = f"{status:{status_width}}  {tag:{tag_width}}  {facts}"
        lines = [f"{name:{name_width}}  {rest}"] if is_wide else [name, f"    {rest}"]
        for line in lines:
            yield _cut(line.rstrip(), columns)


def _cut(line: str, columns: int | None) -> str:
    return line if columns is None or len(line) <= columns else f"{line[: columns - 1]}…"


def _newest_tag(image: Image, contents: Contents) -> str:
    tag = newest(image.tags) or (LATEST if LATEST in image.tags else "")
    if image.repository in contents.images.tags:
        return f"{tag or 'no tag'} ({_date(contents.fetched[tags_of(image.repository)])})"
    return tag


def _ages(contents: Contents) -> Iterator[str]:
    """What the table is made of, and how old each of it is."""
    for prefix in PREFIXES:
        fetched = contents.fetched.get(Question(IMAGES, prefix))
        below = f"names below {prefix}"
        yield f"{below} as of {_age(fetched)}" if fetched is not None else f"{below} as this version knows them"
    fetched_tags = [contents.fetched[tags_of(name)] for name in contents.images.tags]
    if not fetched_tags:
        yield "tags as this version knows them"
        return
    oldest, youngest = _age(min(fetched_tags)), _age(max(fetched_tags))
    span = youngest if oldest == youngest else f"{youngest}, to {oldest}"
    count = len(fetched_tags)
    yield f"tags of {count} image{'' if count == 1 else 's'} as of {span}; of the others as this version knows them"


def _facts(image: Image, reference: ImageReference, contents: Contents) -> Iterator[str]:
    question = configuration_of(reference)
    configuration = contents.images.configuration_of(reference)
    yield image.repository
    for line in page(image).replace("**", "").replace("`", "").splitlines():
        # What the image itself says is below.
        if configuration is None or not line.startswith("- User: "):
            yield line
    fetched = contents.fetched.get(question)
    if fetched is not None:
        yield ""
        about = f"configuration of {question.reference} as of {_age(fetched)}"
        if configuration is None:
            yield f"{about}: the registry has none"
        else:
            yield f"{about}:"
            yield from _configuration_lines(configuration)
    yield ""
    listed = contents.images.tags.get(image.repository)
    fetched = contents.fetched.get(tags_of(image.repository))
    count = f"{len(image.tags)} tag{'' if len(image.tags) == 1 else 's'}"
    if listed is not None and fetched is not None:
        yield f"{count} as of {_age(fetched)}{'' if listed.is_complete else '; there may be more'}:"
    elif fetched is not None:
        yield f"{count} as this version knows them; as of {_age(fetched)} the registry lists none:"
    else:
        yield f"{count} as this version knows them:"
    columns = width()
    yield from (
        image.tags
        if columns is None
        else textwrap.wrap("  ".join(image.tags), columns, break_on_hyphens=False, break_long_words=False)
    )


def _configuration_lines(configuration: Configuration) -> Iterator[str]:
    yield f"- User: {configuration.user or 'root'}"
    yield f"- Working directory: {configuration.working_directory or '/'}"
    if configuration.exposed_ports:
        yield f"- Ports: {', '.join(configuration.exposed_ports)}"
    if configuration.created:
        yield f"- Built: {configuration.created}"
    yield f"- Digest: {configuration.digest}"
    if configuration.environment:
        yield "- Environment:"
        for name, value in configuration.environment.items():
            yield f"    {name}={value}" if value is not None else f"    {name} (its value cannot be shown)"
    if configuration.labels:
        yield "- Labels:"
        yield from (f"    {name}={value}" for name, value in configuration.labels.items())


def _as_object(image: Image, contents: Contents) -> dict[str, Any]:
    question = tags_of(image.repository)
    listed = contents.images.tags.get(image.repository)
    return {
        "image": image.repository,
        "name": image.name,
        "kind": image.kind,
        "status": image.status,
        "statusDetail": image.status_detail,
        "successor": image.successor,
        "os": image.os,
        "python": image.python,
        "framework": image.framework,
        "cuda": image.cuda,
        "user": default_user(image.repository) or image.default_user,
        "curatedEnvironment": image.curated_environment,
        "baseImage": image.base_image,
        "lastRelease": image.last_release,
        "note": image.note,
        "newestTag": newest(image.tags),
        "tags": list(image.tags),
        "tagsAsOf": None if listed is None else _timestamp(contents.fetched[question]),
        "tagsAreComplete": listed is not None and listed.is_complete,
    }


def _configuration_object(reference: ImageReference, contents: Contents) -> dict[str, Any] | None:
    configuration = contents.images.configuration_of(reference)
    if configuration is None:
        return None
    question = configuration_of(reference)
    return {
        "reference": question.reference,
        "asOf": _timestamp(contents.fetched[question]),
        "digest": configuration.digest,
        "user": configuration.user,
        "environment": dict(configuration.environment),
        "workingDirectory": configuration.working_directory,
        "exposedPorts": list(configuration.exposed_ports),
        "labels": dict(configuration.labels),
        "created": configuration.created,
    }


def _past(fetched: float) -> float:
    # A clock that was set back leaves answers from the future behind.
    return min(fetched, time.time())


def _date(fetched: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(_past(fetched)))


def _timestamp(fetched: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(_past(fetched)))


def _age(fetched: float) -> str:
    """`2026-11-20, 2 days ago`."""
    seconds = max(time.time() - fetched, 0.0)
    for length, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            count = int(seconds // length)
            return f"{_date(fetched)}, {count} {unit}{'' if count == 1 else 's'} ago"
    return f"{_date(fetched)}, just now"
