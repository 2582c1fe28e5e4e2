"""Facts about an image that hold for some of its tags only, and the packages that recipes install.

The facts are in `catalogue.json`, at their image; the packages are in `recipes.json`. A recipe is the Dockerfile of a
curated environment in azureml-assets, together with its requirements and conda files. Each version of an environment
has its own recipe, and its image has the version as its tag.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from azureml_dockerfile_ls.azureml.families import PREFIX
from azureml_dockerfile_ls.images.tags import sort_key
from azureml_dockerfile_ls.records import NamedTuple, dataclass

FactName = Literal["os", "python", "framework", "cuda", "user"]

RECIPES = "azureml-assets, release of 2026-07-23"
"""The source of the recipes."""

RECIPE = "its recipe"
BASE = "by its base image"
NAME = "by its name"

_SOURCES = {"recipe": RECIPE, "base": BASE}
_CURATED = f"{PREFIX}curated/"


class Fact(NamedTuple):
    """A fact about an image, and who says so."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class TagFacts:
    """What one source says about the tags from `first` to `last`; None for an open end, or an unknown fact."""

    source: str
    first: str | None = None
    last: str | None = None
    os: str | None = None
    python: str | None = None
    framework: str | None = None
    cuda: str | None = None
    user: str | None = None

    def get(self, name: FactName) -> str | None:
        """The fact of a name."""
        value: str | None = getattr(self, name)
        return value

    def covers(self, tag: str) -> bool:
        """Whether a tag is in the range. A tag of another form than the ends, such as `latest`, is in none."""
        key = sort_key(tag)
        if any(end is not None and sort_key(end)[0] != key[0] for end in (self.first, self.last)):
            return False
        # The newest tag is the first one in the order of the keys.
        return (self.first is None or key <= sort_key(self.first)) and (self.last is None or key >= sort_key(self.last))

    @property
    def range(self) -> str:
        """The tags in words: `in tag 55`, `from tag 20260507.v1 on`."""
        if self.first == self.last:
            return f"in tag {self.first}"
        if self.last is None:
            return f"from tag {self.first} on"
        return f"up to tag {self.last}" if self.first is None else f"in the tags {self.first} to {self.last}"


class Recipe(NamedTuple):
    """The packages that the recipe of one tag installs, with their versions, by their normalized names."""

    tag: str
    packages: Mapping[str, str]


def tag_facts(records: list[dict[str, Any]]) -> tuple[TagFacts, ...]:
    """The facts in the form of the catalogue: `tag` is short for equal ends, and two sources have short names."""
    result = []
    for record in records:
        tag = record.pop("tag", None)
        ends = {} if tag is None else {"first": tag, "last": tag}
        result.append(TagFacts(**{**record, **ends, "source": _SOURCES.get(record["source"], record["source"])}))
    return tuple(result)


@cache
def _recipes() -> dict[str, dict[str, Any]]:
    recipes: dict[str, dict[str, Any]] = json.loads(
        Path(__file__).with_name("recipes.json").read_text(encoding="utf-8")
    )
    return recipes


def recipe_of(repository: str) -> Recipe | None:
    """The newest known recipe of the image of a curated environment, by its full name."""
    found = _recipes().get(repository.removeprefix(_CURATED)) if repository.startswith(_CURATED) else None
    return None if found is None else Recipe(found["tag"], found["packages"])
