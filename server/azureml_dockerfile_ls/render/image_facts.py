"""The facts about an image in Markdown, for completion, hover and the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from azureml_dockerfile_ls.azureml.families import ACPT_PREFIX, DOCKER_USER, Family, default_user
from azureml_dockerfile_ls.azureml.variables.table import find as find_variable
from azureml_dockerfile_ls.images.catalogue import BUILT_IN_DATE, Image
from azureml_dockerfile_ls.images.packages import packages_of
from azureml_dockerfile_ls.images.responses import Configuration
from azureml_dockerfile_ls.images.tag_facts import RECIPE, RECIPES, Fact, FactName, recipe_of
from azureml_dockerfile_ls.images.tags import LATEST
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.render.markdown import code, text

_ACPT_NAME = lazy_pattern(r"[a-z]+-ubuntu(\d{4})-cu(\d{3})-py(\d{2,3})-torch(\d{2,3}[\dx])")
_MOST_PACKAGES = 8
_FRAMEWORKS = frozenset("torch tensorflow scikit-learn lightgbm xgboost mlflow onnxruntime transformers".split())
"""The packages by which people choose an image; a page has them first."""

_LABELS: tuple[tuple[FactName, str], ...] = (
    ("os", "Operating system"),
    ("python", "Python"),
    ("framework", "Framework"),
    ("cuda", "CUDA"),
)

_DOT = " · "
_SHORT = 24
"""The length up to which the right half of a row is read at a glance."""

_ROW, _LABEL = 52, 1.18
"""What VS Code shows of a row at its default width, in characters of the right half, and how many of these are as wide
as one of the label. It cuts the rest."""


class _Known(NamedTuple):
    """What is known of the newest tag of an image."""

    os: str | None
    python: str | None
    framework: str | None
    cuda: str | None


def _known(image: Image) -> _Known:
    if not image.facts:
        return _Known(image.os, image.python, image.framework, image.cuda)
    tag = image.meant_tag(None)
    found = (image.fact(name, tag) for name in ("os", "python", "framework", "cuda"))
    return _Known(*(fact.value if fact else None for fact in found))


def short_facts(image: Image) -> str:
    """The operating system and the software of the newest known tag of an image, on one line; empty if unknown."""
    known = _known(image)
    python = f"Python {known.python}" if known.python else None
    parts = [known.os, python, known.framework, _accelerator(image, known.cuda)]
    return " · ".join(part for part in parts if part)


def short_line(image: Image, label: str) -> str:
    """The facts that the name does not say, so few that a menu shows all of them beside a label."""
    name, known = image.name.lower(), _known(image)
    parts: list[str] = [image.status] if image.outdated else []
    if known.python and not _says(name, "py", known.python):
        parts.append(f"Py {_short(known.python)}")
    if known.cuda and not _says(name, "cu", known.cuda) and not _says(name, "cuda", known.cuda):
        parts.append(f"CUDA {known.cuda}")
    elif not known.cuda and image.family is Family.INFERENCE and not re.search("cpu|gpu", name):
        parts.append("CPU")
    if known.framework:
        program, _, version = known.framework.rpartition(" ")
        short = f"{program} {_short(version)}".strip()
        word = program.lower().replace(" ", "").removeprefix("py")
        if short.lower() not in name and not _says(name, word, version):
            parts.append(short)
    if known.os and not _says(name, *known.os.lower().rpartition(" ")[::2]):
        parts.append(known.os)
    room = min(_SHORT, _ROW - _LABEL * len(label))
    always = 1 if image.outdated else 0
    while len(parts) > always and len(_DOT.join(parts)) > room:
        parts.pop()
    return _DOT.join(parts)


def words_of(image: Image) -> tuple[str, ...]:
    """The words by which people look for an image, beside its name: `py312`, `cuda12.6`, `torch2.8`, `gpu`."""
    known = _known(image)
    words = ["gpu"] if known.cuda else ["cpu"] if image.family is Family.INFERENCE and "gpu" not in image.name else []
    if known.python:
        python = _short(known.python)
        words += [f"py{python.replace('.', '')}", f"py{python}", f"python{known.python}"]
    if known.cuda:
        words += [f"cuda{known.cuda}", f"cu{known.cuda.replace('.', '')}"]
    if known.framework:
        framework = known.framework.lower().replace(" ", "")
        words += [framework, framework.removeprefix("py")]
    if known.os:
        words.append(known.os.lower().replace(" ", ""))
    return tuple(words)


def _short(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _says(name: str, word: str, version: str) -> bool:
    """Whether a name has a word with a version, with or without its dots, or at least with its first two numbers."""
    short = ".".join(version.split(".")[:2])
    return any(f"{word}{gap}{text}" in name for gap in ("", "-") for text in (short, short.replace(".", "")))


def _accelerator(image: Image, cuda: str | None) -> str | None:
    if cuda:
        return f"CUDA {cuda}"
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


def page(
    image: Image, configuration: Configuration | None = None, tag: str | None = None, *, with_status: bool = True
) -> str:
    """All facts about a tag of an image, each with its source; about the newest known tag without one.

    Its own configuration takes precedence over the facts about its family. `with_status` is False where a finding has
    the support status.
    """
    newest_tag = image.newest_tag
    rows = [
        *((label, of_fact(image, name, tag)) for name, label in _LABELS),
        ("User", _user(image, configuration, tag)),
        ("Packages", _packages(image, tag)),
        *(_own_facts(configuration) if configuration else ()),
        (f"Newest tag{source_of_tags(image)}", code(newest_tag) if newest_tag else None),
        ("Tags listed by the registry on", image.listed_on),
        ("Last release", image.last_release),
        ("Base image", code(image.base_image) if image.base_image else None),
        ("Curated environment", image.curated_environment),
    ]
    if any(value and RECIPE in value for _, value in rows):
        rows.append(("Recipe", RECIPES))
    lines = [f"**{text(image.name)}**: {_purpose(image)}", "", *((status(image), "") if with_status else ())]
    lines += [f"- {name}: {value}" for name, value in rows if value]
    if image.note:
        lines += ["", image.note]
    return "\n".join(lines)


def of_fact(image: Image, name: FactName, tag: str | None) -> str | None:
    """A fact about a tag with its source; without a tag, and for `latest`, what is known of all of them.

    None where nothing is known of any tag.
    """
    stated = [facts for facts in image.facts if facts.get(name) is not None]
    is_one = tag not in (None, LATEST)
    fact = image.fact(name, tag)
    if fact is not None and (is_one or len(stated) <= 1):
        return f"{_value(name, fact.value)} ({fact.source}{_contradicted(image, name, fact)})"
    if not stated:
        return None
    ranges = ", ".join(f"{_value(name, facts.get(name) or '')} {facts.range}" for facts in stated)
    sources = ", ".join(dict.fromkeys(facts.source for facts in stated))
    unknown = f"not known for tag {code(tag or '')}; " if is_one else ""
    return f"{unknown}{ranges} ({sources})"


def _value(name: FactName, value: str) -> str:
    return code(value) if name == "user" else value


def _contradicted(image: Image, name: FactName, fact: Fact) -> str:
    """What the name of the image says of a fact that is not so; empty if it agrees."""
    named: str | None = None if name == "user" else getattr(image, name)
    agrees = named is None or fact.value == named or fact.value.startswith(f"{named}.")
    return "" if agrees else f"; its name says {named}"


def _user(image: Image, configuration: Configuration | None, tag: str | None) -> str:
    if configuration is not None:
        return code(configuration.user or "root")
    stated = of_fact(image, "user", tag)
    family = default_user(image.repository) or image.default_user
    return stated or (f"{code(family)} (by its family)" if family else "not known")


def _packages(image: Image, tag: str | None) -> str | None:
    """The packages of the image besides those that they need, where they are known; many are cut short."""
    recipe = recipe_of(image.repository)
    if recipe is None:
        packages = packages_of(image.repository)
        return f"{_listed([code(name) for name in packages])} (as in images like it)" if packages else None
    meant = image.meant_tag(tag)
    named = sorted(recipe.packages.items(), key=lambda item: (item[0] not in _FRAMEWORKS, item[0]))
    where = "" if meant == recipe.tag else f" in tag {recipe.tag}"
    return f"{_listed([code(f'{name} {version}') for name, version in named])}{where} ({RECIPE} installs them)"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_PACKAGES} more" if len(names) > _MOST_PACKAGES else ""
    return ", ".join(names[:_MOST_PACKAGES]) + more


def of_package(image: Image, name: str, tag: str | None) -> str:
    """A sentence about a package of the image, by its normalized name; empty if it is not known to be in it."""
    recipe = recipe_of(image.repository)
    version = recipe.packages.get(name) if recipe else None
    if recipe is None or version is None:
        return ""
    where = "the image" if image.meant_tag(tag) == recipe.tag else f"tag {code(recipe.tag)} of the image"
    return f"{code(f'{name} {version}')} is in {where}: {RECIPE} installs it ({RECIPES})."


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
    rows = ((label, of_fact(image, name, tag)) for name, label in _LABELS)
    facts = "\n".join(f"- {label}: {value}" for label, value in rows if value)
    return "\n\n".join(filter(None, (full, f"{_of_tag(image, tag)}{asked}", facts)))


def _of_tag(image: Image, tag: str) -> str:
    if tag == LATEST:
        concrete = image.newest_tag
        known = f" The newest tag{source_of_tags(image)} is {code(concrete)}." if concrete else ""
        return f"`latest` moves to each new release.{known}"
    if tag == image.newest_tag:
        return f"The newest tag{source_of_tags(image)}."
    if tag in image.tags:
        newer = image.newest_tag
        return f"The newest tag{source_of_tags(image)} is {code(newer)}." if newer else "A known tag."
    return "This tag is not known. It may be newer than this catalogue, or may not exist."
