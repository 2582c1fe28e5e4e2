"""The embedded catalogue: every known repository of Azure ML's images, with its tags and facts.

`catalogue.json` is an object with one line per repository, sorted by name, so that diffs are readable. Its keys are the
fields of `Image`; a missing field is not known. `tag_runs` lists tags, newest first, separated by spaces. Runs of tags
are abbreviated as in a shell: `{19..1}` means the integers from 19 down to 1, and `2026{0715,0707}.v1` means
`20260715.v1 20260707.v1`. `default_user` is only present if the name does not imply it.

`os`, `python`, `framework` and `cuda` follow from the name of the image. `facts` has what others say about some tags,
and has priority over the name. Each has a `source`: a public page, `recipe` for the recipe of that tag in
azureml-assets, or `base` for the name of the base image that the recipe takes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from azureml_dockerfile_ls.azureml.families import PREFIX, Family, default_user, family_of
from azureml_dockerfile_ls.images.tag_facts import NAME, Fact, FactName, TagFacts, tag_facts
from azureml_dockerfile_ls.images.tags import LATEST, Chunks, first_release, natural_key
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.spelling import edits

Status = Literal["current", "deprecated", "retired", "unknown"]
ImageKind = Literal["inference", "training-base", "curated", "other"]

REGISTRY = "mcr.microsoft.com/"

BUILT_IN_DATE = "2026-07-23"
"""The date of the newest facts in the embedded catalogue, as `YYYY-MM-DD`."""


@dataclass(frozen=True, slots=True)
class Image:
    """The facts about one repository; None for an unknown fact.

    All fields but the last two come from Microsoft's public repositories, packages and documentation of July 2026, not
    from the registry itself, so that more tags may exist.
    """

    repository: str
    """The full name, without tag: `mcr.microsoft.com/azureml/curated/sklearn-1.5`."""
    kind: ImageKind
    family: Family
    status: Status
    status_detail: str | None = None
    """The continuation of the status: `since 2025-02-24`, `no longer released`."""
    successor: str | None = None
    """The full name of the current repository to use instead; only for a deprecated or retired one."""
    os: str | None = None
    """The operating system by the name of the image. `fact` also knows what else is known; so for the next three."""
    python: str | None = None
    framework: str | None = None
    cuda: str | None = None
    default_user: str | None = None
    """The documented user of the image. Rules use `families.default_user`, which knows fewer images."""
    curated_environment: str | None = None
    """The curated environment of this image; its version is the tag of the image."""
    base_image: str | None = None
    """The base image of the newest version."""
    last_release: str | None = None
    """The date of the newest version, as `YYYY-MM-DD`."""
    note: str | None = None
    unconfirmed: bool = False
    """Named by a source but probably never published: never offered, and never a reason for a diagnostic."""
    tag_runs: str = ""
    """The tags in the notation of the catalogue."""
    facts: tuple[TagFacts, ...] = ()
    """What is known of some of the tags only."""
    listed_tags: tuple[str, ...] | None = None
    """The tags that a registry listed; None if none was asked."""
    listed_on: str | None = None
    """The date of that list, as `YYYY-MM-DD`."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Every known tag, in the order of `tags.sort_key`."""
        return _expand(self.tag_runs) if self.listed_tags is None else self.listed_tags

    @property
    def newest_tag(self) -> str | None:
        """The newest known tag that names one release; None if there is none."""
        return first_release(self.tags)

    @property
    def name(self) -> str:
        """The short name: `curated/sklearn-1.5`, or `aifx/acpt/…` for an image outside `azureml/`."""
        return self.repository.removeprefix(PREFIX).removeprefix(REGISTRY)

    def meant_tag(self, tag: str | None) -> str | None:
        """The tag that names one release: for none and for `latest` the newest known one, if there is any."""
        return self.newest_tag if tag in (None, LATEST) else tag

    def fact(self, name: FactName, tag: str | None = None) -> Fact | None:
        """What is known of a tag, or of the newest known one; None if it is not known of this very tag.

        Without a fact about the tag, the name of the image is believed unless a fact about another tag contradicts it.
        """
        stated = [facts for facts in self.facts if facts.get(name) is not None]
        tag = self.meant_tag(tag) if stated else tag
        covering = next((facts for facts in stated if tag is not None and facts.covers(tag)), None)
        if covering is not None:
            return Fact(covering.get(name) or "", covering.source)
        named: str | None = None if name == "user" else getattr(self, name)
        is_doubtful = any(not _agrees(facts.get(name) or "", named or "") for facts in stated)
        return None if named is None or is_doubtful else Fact(named, NAME)

    @property
    def outdated(self) -> bool:
        """Whether the repository is deprecated or retired."""
        return self.status in ("deprecated", "retired")


def _agrees(precise: str, rough: str) -> bool:
    """Whether a fact is the one in the name, or has more of its version: `PyTorch 2.10.0` and `PyTorch 2.10`."""
    return precise == rough or precise.startswith(f"{rough}.")


@cache
def _expand(tag_runs: str) -> tuple[str, ...]:
    tags: list[str] = []
    for word in tag_runs.split():
        prefix, _, rest = word.partition("{")
        run, _, suffix = rest.partition("}")
        first, dots, last = run.partition("..")
        if dots:
            tags += [f"{prefix}{number}{suffix}" for number in range(int(first), int(last) - 1, -1)]
        elif run:
            tags += [f"{prefix}{part}{suffix}" for part in run.split(",")]
        else:
            tags.append(word)
    return tuple(tags)


def kind_of(name: str) -> ImageKind:
    """The kind of an image that is not in the catalogue, by its full name."""
    if name.startswith(f"{PREFIX}curated/"):
        return "curated"
    family = family_of(name)
    if family is Family.INFERENCE or name.endswith("-inference"):
        return "inference"
    is_training = family is Family.TRAINING or name.removeprefix(PREFIX).removeprefix(REGISTRY).startswith("aifx/")
    return "training-base" if is_training else "other"


@cache
def embedded() -> Catalogue:
    """The catalogue of this version."""
    records = json.loads(Path(__file__).with_name("catalogue.json").read_text(encoding="utf-8"))
    for repository, record in records.items():
        record.setdefault("default_user", default_user(repository))
        record["facts"] = tag_facts(record.get("facts", []))
        records[repository] = Image(repository=repository, family=family_of(repository), **record)
    return Catalogue(MappingProxyType(records))


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Images by their full names."""

    records: Mapping[str, Image]

    def find(self, repository: str) -> Image | None:
        """The image whose full name, without tag or digest, is `repository`."""
        return self.records.get(repository)

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """Every image, in the order of a menu.

        Current inference images come first, minimal ones ahead; then current training bases, other current images,
        those of unknown status, the unconfirmed, the deprecated and the retired ones. Within each, names are in
        alphabetical order with the highest version first.
        """
        return tuple(sorted(self.records.values(), key=_menu_order))

    def suggest(self, repository: str) -> tuple[str, ...]:
        """The full names that an unknown name below `mcr.microsoft.com/azureml/` probably means, best first.

        It corrects known mistakes, a doubled `azureml/`, a missing or superfluous `curated/`, and up to two edits. A
        deprecated or retired image is replaced by its successor, and left out beside a current one. The result is empty
        for a known name, and if the meaning is unclear: a name that differs from a known one only by a higher version
        may be an image that is newer than this catalogue. An unconfirmed image is treated as unknown.
        """
        known = self.find(repository)
        if not repository.startswith(PREFIX) or (known and not known.unconfirmed):
            return ()
        name = repository[len(PREFIX) :]
        while name.startswith("azureml/"):
            name = name.removeprefix("azureml/")
            if found := self._in_force((PREFIX + name,)):
                return found
        moved = name.removeprefix("curated/") if name.startswith("curated/") else f"curated/{name}"
        mistakes = tuple(PREFIX + right for wrong, right in _WRONG_NAMES if wrong.fullmatch(name))
        return self._in_force((PREFIX + moved,)) or self._in_force(mistakes) or self._in_force(self._misspelt(name))

    def _in_force(self, repositories: tuple[str, ...]) -> tuple[str, ...]:
        """The known ones, each replaced by its successor if it has one; only the current ones if there are any."""
        known = [image for image in map(self.find, repositories) if image and not image.unconfirmed]
        names = dict.fromkeys(image.successor or image.repository for image in known)
        current = tuple(name for name in names if (image := self.find(name)) and image.status == "current")
        return current or tuple(names)

    def _misspelt(self, name: str) -> tuple[str, ...]:
        # Two edits make a short name unrecognizable.
        limit = 2 if len(name) >= 8 else 1 if len(name) >= 4 else 0
        near: list[tuple[bool, int, str]] = []
        for image in self.images:
            if image.unconfirmed or not image.repository.startswith(PREFIX):
                continue
            spellings = {image.name} if "/" in name else {image.name, image.name.removeprefix("curated/")}
            for spelling in spellings:
                distance = edits(name, spelling, limit)
                if distance is not None and not _is_higher_version(name, spelling):
                    near.append((image.outdated, distance, image.repository))
        best = min(((outdated, distance) for outdated, distance, _ in near), default=None)
        return tuple(repository for outdated, distance, repository in near if (outdated, distance) == best)


def _menu_order(image: Image) -> tuple[int, Chunks]:
    if image.unconfirmed:
        rank = 7
    elif image.status != "current":
        rank = {"unknown": 6, "deprecated": 8, "retired": 9}[image.status]
    elif image.family is Family.INFERENCE:
        rank = 0 if image.name.startswith("minimal-") else 1 if image.kind == "curated" else 2
    elif image.kind == "training-base":
        rank = 3 if image.family is Family.TRAINING else 4
    else:
        rank = 5
    return rank, natural_key(image.name)


_FRAMEWORK = "(?:pytorch|tensorflow|sklearn|onnxruntime|xgboost|lightgbm)"
_WRONG_NAMES = tuple(
    (lazy_pattern(wrong), right)
    for wrong, right in (
        (r"inference-base", "inference-base-2204"),
        # Images with Ubuntu 24.04 have Open MPI 5, and only those with Ubuntu 22.04 have CUDA 11.8.
        (r"openmpi4\.1\.0-ubuntu24\.04", "openmpi5.0-ubuntu24.04"),
        (r"openmpi4\.0\.1-ubuntu20\.04", "openmpi4.1.0-ubuntu20.04"),
        (r"openmpi4\.1\.0-cuda11\.7-.*", "openmpi4.1.0-cuda11.8-cudnn8-ubuntu22.04"),
        (r"openmpi4\.1\.0-cuda11\.8-cudnn8-ubuntu20\.04", "openmpi4.1.0-cuda11.8-cudnn8-ubuntu22.04"),
        (rf"(?:curated/)?{_FRAMEWORK}-.*-cpu-inference", "minimal-py312-inference"),
        (rf"(?:curated/)?{_FRAMEWORK}-.*-gpu-inference", "minimal-ubuntu22.04-py39-cuda11.8-gpu-inference"),
        (r"(?:curated/)?mlflow-.*-cpu-inference", "curated/mlflow-py312-inference"),
        # The curated environments of 2021 to 2023, whose names contain the operating system.
        (r"(?:curated/)?pytorch-[12]\.[0-9]+-ubuntu.*-gpu", "curated/acpt-pytorch-2.8-cuda12.6"),
        (r"(?:curated/)?tensorflow-2\.[0-9]+-ubuntu.*-gpu", "curated/tensorflow-2.16-cuda12"),
        (r"(?:curated/)?sklearn-(?:0\.[0-9]+|1\.[0-4])(?:-.*)?", "curated/sklearn-1.5"),
    )
)
_DIGITS = lazy_pattern(r"[0-9]+")


def _is_higher_version(name: str, known: str) -> bool:
    if _DIGITS.split(name) != _DIGITS.split(known):
        return False
    return [int(digits) for digits in _DIGITS.findall(name)] > [int(digits) for digits in _DIGITS.findall(known)]
