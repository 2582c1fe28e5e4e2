"""Images as text for people: a table of all, or the page of one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from azureml_dockerfile_ls.cli.images.times import age, date
from azureml_dockerfile_ls.cli.terminal import width
from azureml_dockerfile_ls.images.catalogue import REGISTRY, Image
from azureml_dockerfile_ls.images.questions import PREFIXES, Contents, Question, configuration_of, tags_of
from azureml_dockerfile_ls.images.responses import IMAGES, Configuration
from azureml_dockerfile_ls.images.tags import LATEST
from azureml_dockerfile_ls.render.image_facts import page, short_facts
from azureml_dockerfile_ls.syntax.nodes import ImageReference

_NARROWEST_FACTS = 24
"""The fewest columns for the facts of an image beside its name; a narrower terminal gets two lines for each image."""

_WIDEST_TAG = 20
"""The most columns for a tag; the page of an image has longer tags in full."""


def table(images: Sequence[Image], contents: Contents) -> Iterator[str]:
    """Name, status, newest tag and facts of each image."""
    rows = [
        (
            image.name if REGISTRY in image.repository else image.repository,
            image.status,
            _newest_tag(image, contents),
            short_facts(image),
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


def ages(contents: Contents) -> Iterator[str]:
    """The sources of the table, and the age of each."""
    for prefix in PREFIXES:
        fetched = contents.fetched.get(Question(IMAGES, prefix))
        source = "from the built-in catalogue" if fetched is None else f"as of {age(fetched)}"
        yield f"names below {prefix} {source}"
    fetched_tags = [contents.fetched[tags_of(name)] for name in contents.images.tags]
    if not fetched_tags:
        yield "tags from the built-in catalogue"
        return
    oldest, youngest = age(min(fetched_tags)), age(max(fetched_tags))
    span = youngest if oldest == youngest else f"{youngest}, to {oldest}"
    count = len(fetched_tags)
    yield f"tags of {count} image{'' if count == 1 else 's'} as of {span}; all others from the built-in catalogue"


def facts(image: Image, reference: ImageReference, contents: Contents) -> Iterator[str]:
    """The facts and the tags of an image, and the configuration of one tag or digest."""
    configuration = contents.images.configuration_of(reference)
    yield image.repository
    for line in page(image, tag=reference.tag).replace("**", "").replace("`", "").splitlines():
        # The configuration, which follows, names the user itself.
        if configuration is None or not line.startswith("- User: "):
            yield line
    yield from _configuration(reference, configuration, contents)
    yield ""
    yield from _tags(image, contents)


def _configuration(reference: ImageReference, configuration: Configuration | None, contents: Contents) -> Iterator[str]:
    question = configuration_of(reference)
    fetched = contents.fetched.get(question)
    if fetched is None:
        return
    yield ""
    title = f"configuration of {question.reference} as of {age(fetched)}"
    if configuration is None:
        yield f"{title}: the registry has none"
        return
    yield f"{title}:"
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


def _tags(image: Image, contents: Contents) -> Iterator[str]:
    listed = contents.images.tags.get(image.repository)
    fetched = contents.fetched.get(tags_of(image.repository))
    count = f"{len(image.tags)} tag{'' if len(image.tags) == 1 else 's'}"
    if fetched is None:
        yield f"{count} in the built-in catalogue:"
    elif listed is None:
        yield f"{count} in the built-in catalogue; the registry lists none as of {age(fetched)}:"
    else:
        yield f"{count} as of {age(fetched)}{'' if listed.is_complete else '; there may be more'}:"
    columns = width()
    if columns is None:
        yield from image.tags
    else:
        yield from textwrap.wrap("  ".join(image.tags), columns, break_on_hyphens=False, break_long_words=False)


def _newest_tag(image: Image, contents: Contents) -> str:
    tag = _cut(image.newest_tag or (LATEST if LATEST in image.tags else ""), _WIDEST_TAG)
    if image.repository in contents.images.tags:
        return f"{tag or 'no tag'} ({date(contents.fetched[tags_of(image.repository)])})"
    return tag


def _cut(line: str, columns: int | None) -> str:
    return line if columns is None or len(line) <= columns else f"{line[: columns - 1]}…"
