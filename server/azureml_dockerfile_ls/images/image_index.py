"""The current knowledge about images: the embedded catalogue combined with the answers of registries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from functools import cached_property

from azureml_dockerfile_ls.azureml.families import Family, family_of
from azureml_dockerfile_ls.images.catalogue import Catalogue, Image, embedded, kind_of
from azureml_dockerfile_ls.images.responses import Configuration, Listing
from azureml_dockerfile_ls.images.tags import LATEST, sort_key
from azureml_dockerfile_ls.model.stages import BaseImage
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.syntax.nodes import ImageReference

_PLAIN_SYSTEMS = frozenset(("alpine", "amazonlinux", "busybox", "centos", "debian", "ubuntu"))
"""Docker's official images of operating systems that run as root in / and set no variable but PATH."""

_PLAIN = BaseImage("root", {"PATH": None}, "/")


@dataclass(frozen=True, eq=False)
class ImageIndex:
    """The knowledge about images at one moment; immutable. New answers make a new index.

    By the full name of the image: `tags` holds the tags that a registry listed, `dates` the date of that list as
    `YYYY-MM-DD`, `pins` the tag that `latest` stands for. `configurations` holds the configurations of images by full
    name and tag or digest (`name:tag`), `names` the full names that a registry listed. `fresh` names the images whose
    list of tags is so recent that a missing tag certainly does not exist.
    """

    tags: Mapping[str, Listing] = field(default_factory=dict)
    configurations: Mapping[str, Configuration] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    fresh: frozenset[str] = frozenset()
    pins: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _catalogue(self) -> Catalogue:
        if not self.tags and not self.names:
            return embedded()
        records = dict(embedded().records)
        for name in (*self.names, *self.tags):
            known = records.get(name) or Image(name, kind_of(name), family_of(name), "unknown")
            records[name] = replace(known, unconfirmed=False) if known.unconfirmed else known
        for name, listing in self.tags.items():
            # An incomplete list does not remove tags.
            tags = listing.names if listing.is_complete else {*listing.names, *records[name].tags}
            tags_in_order = tuple(sorted(tags, key=sort_key))
            records[name] = replace(records[name], listed_tags=tags_in_order, listed_on=self.dates.get(name))
        return Catalogue(records)

    def find(self, repository: str) -> Image | None:
        """The image whose full name, without tag or digest, is `repository`."""
        return self._catalogue.find(repository)

    @property
    def all(self) -> tuple[Image, ...]:
        """Every image, in the order of a menu: see `Catalogue.images`."""
        return self._catalogue.images

    def suggest(self, repository: str) -> tuple[str, ...]:
        """The full names that an unknown name probably means: see `Catalogue.suggest`."""
        return self._catalogue.suggest(repository)

    def meant_name(self, repository: str) -> str | None:
        """The name of the image that an unknown name surely means, if the name itself does not show its family."""
        if family_of(repository) is not Family.OTHER or self.find(repository):
            return None
        suggestions = self.suggest(repository)
        return suggestions[0] if len(suggestions) == 1 else None

    def lacks_tag(self, reference: ImageReference) -> bool:
        """Whether the registry has the image but certainly not the tag."""
        listing = self.tags.get(reference.name) if reference.name in self.fresh else None
        return listing is not None and listing.is_complete and reference.tag not in (None, *listing.names)

    def configuration_of(self, reference: ImageReference) -> Configuration | None:
        """The configuration of the image of a reference; None if it is not known."""
        return self.configurations.get(key_of(reference)) if self.configurations else None

    def base_image(self, reference: ImageReference) -> BaseImage | None:
        """The same in the form that the model needs."""
        found = self.configuration_of(reference)
        if found is None:
            is_plain = reference.name.removeprefix("docker.io/").removeprefix("library/") in _PLAIN_SYSTEMS
            return _PLAIN if is_plain else None
        return BaseImage(found.user.partition(":")[0] or "root", found.environment, found.working_directory or "/")


EMBEDDED = ImageIndex()
"""The knowledge without a network."""


def key_of(reference: ImageReference) -> str:
    """The key of a reference in `ImageIndex.configurations`. A digest takes precedence over a tag."""
    if reference.digest is not None:
        return f"{reference.name}@{reference.digest}"
    return f"{reference.name}:{reference.tag or LATEST}"
