"""The facts about an image in Markdown, for completion, hover and the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import ACPT_PREFIX, DOCKER_USER, Family, default_user
from azureml_dockerfile_ls.azureml.variables.table import find as find_variable
from azureml_dockerfile_ls.images.catalogue import BUILT_IN_DATE, Image
from azureml_dockerfile_ls.images.packages import packages_of
from azureml_dockerfile_ls.images.responses import Configuration
from azureml_dockerfile_ls.images.tags import LATEST, newest
from azureml_dockerfile_ls.render.markdown import code, text

_ACPT_NAME = re.compile(r"[a-z]+-ubuntu(\d{4})-cu(\d{3})-py(\d{2,3})-torch(\d{2,3}[\dx])")
_MOST_PACKAGES = 8

_DOT = " · "
_SHORT = 24
"""The length up to which the right half of a row is read at a glance."""

_ROW, _LABEL = 52, 1.18
"""What VS Code shows of a row at its default width, in characters of the right half, and how many of these are as wide
as one of the label. It cuts the rest."""


def short_facts(image: Image) -> str:
    """The operating system and the software of an image, on one line; empty if unknown."""
    parts = [image.os, f"Python {image.python}" if image.python else None, image.framework, _accelerator(image)]
    return " · ".join(part for part in parts if part)


def short_line(image: Image, label: str) -> str:
    """The facts that the name does not say, so few that a menu shows all of them beside a label."""
    name = image.name.lower()
    parts: list[str] = [image.status] if image.outdated else []
    if image.python and not _says(name, "py", image.python):
        parts.append(f"Py {'.'.join(image.python.split('.')[:2])}")
    if image.cuda and not _says(name, "cu", image.cuda) and not _says(name, "cuda", image.cuda):
        parts.append(f"CUDA {image.cuda}")
    elif not image.cuda and image.family is Family.INFERENCE and not re.search("cpu|gpu", name):
        parts.append("CPU")
    if image.framework:
        program, _, version = image.framework.lower().rpartition(" ")
        if image.framework.lower() not in name and not _says(
            name, program.replace(" ", "").removeprefix("py"), version
        ):
            parts.append(image.framework)
    if image.os and not _says(name, *image.os.lower().rpartition(" ")[::2]):
        parts.append(image.os)
    room = min(_SHORT, _ROW - _LABEL * len(label))
    always = 1 if image.outdated else 0
    while len(parts) > always and len(_DOT.join(parts)) > room:
        parts.pop()
    return _DOT.join(parts)


def words_of(image: Image) -> tuple[str, ...]:
    """The words by which people look for an image, beside its name: `py312`, `cuda12.6`, `torch2.8`, `gpu`."""
    words = ["gpu"] if image.cuda else ["cpu"] if image.family is Family.INFERENCE and "gpu" not in image.name else []
    if image.python:
        words += [f"py{image.python.replace('.', '')}", f"py{image.python}", f"python{image.python}"]
    if image.cuda:
        words += [f"cuda{image.cuda}", f"cu{image.cuda.replace('.', '')}"]
    if image.framework:
        framework = image.framework.lower().replace(" ", "")
        words += [framework, framework.removeprefix("py")]
    if image.os:
        words.append(image.os.lower().replace(" ", ""))
    return tuple(words)


def _says(name: str, word: str, version: str) -> bool:
    """Whether a name has a word with a version, with or without its dots, or at least with its first two numbers."""
    short = ".".join(version.split(".")[:2])
    return any(f"{word}{gap}{text}" in name for gap in ("", "-") for text in (short, short.replace(".", "")))


def _accelerator(image: Image) -> str | None:
    if image.cuda:
        return f"CUDA {image.cuda}"
    return "CPU" if image.family is Family.INFERENCE and "gpu" not in image.name else None


def of_name(repository: str) -> str:
    """The facts that the name of an ACPT image holds, for one that the catalogue does not have; empty for another."""
    match = _ACPT_NAME.fullmatch(repository.removeprefix(ACPT_PREFIX)) if repository.startswith(ACPT_PREFIX) else None
    if match is None:
        return ""
    ubuntu, cuda, python, torch = match.groups()
    release = "" if torch[-1] == "x" else f".{torch[-1]}"
    rows = [
        ("Operating system", f"Ubuntu {ubuntu[:2]}.{ubuntu[2:]}"),
        ("Python", f"{python[0]}.{python[1:]}"),
        ("Framework", f"PyTorch {torch[0]}.{torch[1:-1]}{release}"),
        ("CUDA", f"{cuda[:2]}.{cuda[2:]}"),
        ("User", code(default_user(repository) or "not known")),
    ]
    return "\n".join(["By its name:", "", *(f"- {name}: {value}" for name, value in rows)])


def page(image: Image, configuration: Configuration | None = None, *, with_status: bool = True) -> str:
    """All facts about an image. Its own configuration takes precedence over the facts about its family.

    `with_status` is False where a finding has the support status.
    """
    user = default_user(image.repository) or image.default_user
    if configuration is not None:
        user = configuration.user or "root"
    rows = [
        ("Operating system", image.os),
        ("Python", image.python),
        ("Framework", image.framework),
        ("CUDA", image.cuda),
        ("User", code(user) if user else "not known"),
        ("Packages", _packages(image)),
        *(_own_facts(configuration) if configuration else ()),
        (f"Newest tag{source_of_tags(image)}", code(newest(image.tags) or "") if newest(image.tags) else None),
        ("Tags listed by the registry on", image.listed_on),
        ("Last release", image.last_release),
        ("Base image", code(image.base_image) if image.base_image else None),
        ("Curated environment", image.curated_environment),
    ]
    lines = [f"**{text(image.name)}**: {_purpose(image)}", "", *((status(image), "") if with_status else ())]
    lines += [f"- {name}: {value}" for name, value in rows if value]
    if image.note:
        lines += ["", image.note]
    return "\n".join(lines)


def _packages(image: Image) -> str | None:
    """The packages of the image besides those that they need, where they are known; many are cut short."""
    packages = packages_of(image.repository)
    if not packages:
        return None
    more = f" and {len(packages) - _MOST_PACKAGES} more" if len(packages) > _MOST_PACKAGES else ""
    return ", ".join(map(code, packages[:_MOST_PACKAGES])) + more


def _own_facts(configuration: Configuration) -> Iterator[tuple[str, str | None]]:
    """The facts that only the configuration provides."""
    yield "Working directory", code(configuration.working_directory or "/")
    yield "Ports", ", ".join(map(code, configuration.exposed_ports)) or None
    yield "Built", text(configuration.created) if configuration.created else None
    for name, value in configuration.environment.items():
        if find_variable(name):
            yield code(name), code(value) if value else "empty" if value == "" else None
    yield "Digest", code(configuration.digest)


def _purpose(image: Image) -> str:
    if image.family is Family.INFERENCE:
        return f"an inference image; it starts Azure ML's server as `{DOCKER_USER}`"
    if image.family is Family.TRAINING:
        return "a base image for training; it runs as `root`"
    return "the image of a curated environment" if image.kind == "curated" else "an Azure ML image"


def status(image: Image) -> str:
    """The support status of the image, and its successor, in one line."""
    detail = f" ({image.status_detail})" if image.status_detail else ""
    if image.outdated:
        successor = f" Use {code(image.successor)}." if image.successor else ""
        return f"**{image.status.capitalize()}**{detail}: it no longer receives fixes.{successor}"
    return f"Supported{detail}." if image.status == "current" else f"Support status unknown{detail}."


def source_of_tags(image: Image) -> str:
    """The source of the known tags, after the words `newest tag`; empty if the registry listed them."""
    return f" in the built-in list of {BUILT_IN_DATE}" if image.listed_tags is None else ""


def of_tag(image: Image, tag: str) -> str:
    """The meaning of a tag."""
    full = code(f"{image.repository}:{tag}")
    asked = f"\n\nTags listed by the registry on {image.listed_on}." if image.listed_on else ""
    return f"{full}\n\n{_of_tag(image, tag)}{asked}"


def _of_tag(image: Image, tag: str) -> str:
    if tag == LATEST:
        concrete = newest(image.tags)
        known = f" The newest tag{source_of_tags(image)} is {code(concrete)}." if concrete else ""
        return f"`latest` moves to each new release.{known}"
    if tag == newest(image.tags):
        return f"The newest tag{source_of_tags(image)}."
    if tag in image.tags:
        newer = newest(image.tags)
        return f"The newest tag{source_of_tags(image)} is {code(newer)}." if newer else "A known tag."
    return "This tag is not known. It may be newer than this catalogue, or may not exist."
