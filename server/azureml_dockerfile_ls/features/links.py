"""Links: from an image to its page, and from a path to its file in the build context."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from azureml_dockerfile_ls.azureml.file_references import MAX_SOURCES, references
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.patterns import Budget, TooMuchError
from azureml_dockerfile_ls.features.stages import is_shown, part_of_image, part_of_reference
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import ImageReference
from azureml_dockerfile_ls.syntax.reference import is_repository
from azureml_dockerfile_ls.text import Span

_PAGES = {
    "mcr.microsoft.com": "https://mcr.microsoft.com/artifact/mar/{}",
    "ghcr.io": "https://ghcr.io/{}",
    "quay.io": "https://quay.io/repository/{}",
}
"""Where the registries show their repositories. GitHub leads from there to the page of the package."""

_DOCKER_HUB = frozenset(("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"))


@dataclass(frozen=True, slots=True)
class Link:
    """A link at `span`: to the page at `url`, or to the file at `path` of the build context."""

    span: Span
    tooltip: str
    url: str | None = None
    path: str | None = None


def links(snapshot: Snapshot) -> list[Link]:
    """The links of a file, in the order of the text. A path is linked only where the file is there."""
    found = [*_images(snapshot), *_files(snapshot)]
    return sorted(found, key=lambda link: link.span)


def page_of_image(image: ImageReference) -> str | None:
    """The page of an image on its registry's site; None where no such page is known, as for `scratch`."""
    repository = image.repository
    if not is_repository(repository) or image.text == "scratch":
        return None
    if image.registry is None or image.registry in _DOCKER_HUB:
        repository = repository.removeprefix("library/")
        return f"https://hub.docker.com/{'r' if '/' in repository else '_'}/{repository}"
    page = _PAGES.get(image.registry)
    return page.format(repository) if page else None


def _images(snapshot: Snapshot) -> Iterator[Link]:
    for placed in snapshot.model.stages:
        for at, instruction in placed.stage.instructions_named("FROM", "COPY", "ONBUILD"):
            index = placed.first + at
            part = instruction.trigger or instruction
            written = part.image
            if written is None:
                continue
            resolved: ImageReference | None = written
            if at == 0:
                resolved = None if placed.stage.base else placed.stage.image
            elif _is_stage(snapshot, written):
                resolved = None
            url = page_of_image(resolved) if resolved else None
            if url and resolved and is_shown(snapshot, part_of_image(resolved)):
                yield Link(written.name_span.at(snapshot.tree.offset_of(index)), "The page of the image", url=url)


def _is_stage(snapshot: Snapshot, written: ImageReference) -> bool:
    """Whether `COPY --from` names a stage: an earlier one, or by mistake a later one."""
    is_named = snapshot.model.find_stage(written.text, len(snapshot.tree.instructions)) is not None
    return is_named or written.text.isdecimal()


def _files(snapshot: Snapshot) -> Iterator[Link]:
    context = snapshot.context
    if context is None:
        return
    budget = Budget(MAX_SOURCES)
    with suppress(TooMuchError):
        for placed in snapshot.model.stages:
            for at, reference in references(placed.stage, context, budget):
                part = part_of_reference(placed.stage, at)
                if is_shown(snapshot, part) and context.kind_of(reference.path) is EntryKind.FILE:
                    span = reference.span.at(snapshot.tree.offset_of(placed.first + at))
                    yield Link(span, f"{reference.path} in the build context", path=reference.path)
