"""Images as objects for programs. The docstring of the package lists the keys."""

from __future__ import annotations

from typing import Any

from azureml_dockerfile_ls.azureml.families import default_user
from azureml_dockerfile_ls.cli.images.times import timestamp
from azureml_dockerfile_ls.images.catalogue import Image
from azureml_dockerfile_ls.images.questions import Contents, configuration_of, tags_of
from azureml_dockerfile_ls.images.tag_facts import FactName
from azureml_dockerfile_ls.syntax.nodes import ImageReference

_FACTS: tuple[FactName, ...] = ("os", "python", "framework", "cuda", "user")


def image_object(image: Image, contents: Contents, tag: str | None = None) -> dict[str, Any]:
    """The facts about a tag of an image, or about its newest known one, and the tags."""
    known = {name: fact for name in _FACTS if (fact := image.fact(name, tag))}
    values = {name: fact.value for name, fact in known.items()}
    listed = contents.images.tags.get(image.repository)
    return {
        "image": image.repository,
        "name": image.name,
        "kind": image.kind,
        "status": image.status,
        "statusDetail": image.status_detail,
        "successor": image.successor,
        "os": values.get("os"),
        "python": values.get("python"),
        "framework": values.get("framework"),
        "cuda": values.get("cuda"),
        "user": values.get("user") or default_user(image.repository) or image.default_user,
        "sources": {name: fact.source for name, fact in known.items()},
        "curatedEnvironment": image.curated_environment,
        "baseImage": image.base_image,
        "lastRelease": image.last_release,
        "note": image.note,
        "newestTag": image.newest_tag,
        "tags": list(image.tags),
        "tagsAsOf": None if listed is None else timestamp(contents.fetched[tags_of(image.repository)]),
        "tagsAreComplete": listed is not None and listed.is_complete,
    }


def configuration_object(reference: ImageReference, contents: Contents) -> dict[str, Any] | None:
    """The configuration of an image; None if it is unknown."""
    configuration = contents.images.configuration_of(reference)
    if configuration is None:
        return None
    question = configuration_of(reference)
    return {
        "reference": question.reference,
        "asOf": timestamp(contents.fetched[question]),
        "digest": configuration.digest,
        "user": configuration.user,
        "environment": dict(configuration.environment),
        "workingDirectory": configuration.working_directory,
        "exposedPorts": list(configuration.exposed_ports),
        "labels": dict(configuration.labels),
        "created": configuration.created,
    }
