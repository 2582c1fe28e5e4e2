"""What is known of an image, in words for completion and hover."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import DOCKER_USER, Family, default_user
from azureml_dockerfile_ls.azureml.variables.table import find as find_variable
from azureml_dockerfile_ls.images.catalogue import Image
from azureml_dockerfile_ls.images.responses import Configuration
from azureml_dockerfile_ls.images.tags import LATEST, newest
from azureml_dockerfile_ls.render.markdown import code


def one_line(image: Image) -> str:
    """The facts that tell images apart, such as `Ubuntu 22.04 · Python 3.12 · CPU`."""
    facts = short_facts(image)
    return f"{image.status} · {facts}" if image.outdated and facts else facts or image.status


def short_facts(image: Image) -> str:
    """The operating system and the software of an image, on one line; empty if unknown."""
    parts = [image.os, f"Python {image.python}" if image.python else None, image.framework, _accelerator(image)]
    return " · ".join(part for part in parts if part)


def _accelerator(image: Image) -> str | None:
    if image.cuda:
        return f"CUDA {image.cuda}"
    return "CPU" if image.family is Family.INFERENCE and "gpu" not in image.name else None


def page(image: Image, configuration: Configuration | None = None) -> str:
    """All the facts, in Markdown; those of an image's own configuration go before those of its family."""
    user = default_user(image.repository) or image.default_user
    if configuration is not None:
        user = configuration.user or "root"
    rows = [
        ("Operating system", image.os),
        ("Python", image.python),
        ("Framework", image.framework),
        ("CUDA", image.cuda),
        ("User", code(user) if user else "not known"),
        *(_own_facts(configuration) if configuration else ()),
        ("Newest tag known", f"`{newest(image.tags)}`" if newest(image.tags) else None),
        ("Tags listed by the registry on", image.listed_on),
        ("Last release", image.last_release),
        ("Built from", f"`{image.base_image}`" if image.base_image else None),
        ("Curated environment", image.curated_environment),
    ]
    lines = [f"**{image.name}**: {_purpose(image)}", "", status(image), ""]
    lines += [f"- {name}: {value}" for name, value in rows if value]
    if image.note:
        lines += ["", image.note]
    return "\n".join(lines)


def _own_facts(configuration: Configuration) -> Iterator[tuple[str, str | None]]:
    """What only the configuration tells."""
    yield "Working directory", code(configuration.working_directory or "/")
    yield "Ports", ", ".join(map(code, configuration.exposed_ports)) or None
    yield "Built", configuration.created
    for name, value in configuration.environment.items():
        if find_variable(name):
            yield f"`{name}`", code(value) if value else "empty" if value == "" else None
    yield "Digest", f"`{configuration.digest}`"


def _purpose(image: Image) -> str:
    if image.family is Family.INFERENCE:
        return f"an image for inference; it starts Azure ML's server as `{DOCKER_USER}`"
    if image.family is Family.TRAINING:
        return "a base image for training; it runs as root"
    return "the image of a curated environment" if image.kind == "curated" else "an image of Azure ML"


def status(image: Image) -> str:
    """Whether the image is supported, and what follows it, in one line of Markdown."""
    detail = f" ({image.status_detail})" if image.status_detail else ""
    if image.outdated:
        successor = f" Use `{image.successor}`." if image.successor else ""
        return f"**{image.status.capitalize()}**{detail}: it gets no fixes any more.{successor}"
    return f"Supported{detail}." if image.status == "current" else f"Not known whether it is still supported{detail}."


def of_tag(image: Image, tag: str) -> str:
    """What a tag stands for, in Markdown."""
    full = f"`{image.repository}:{tag}`"
    asked = f"\n\nThe registry listed the tags on {image.listed_on}." if image.listed_on else ""
    return f"{full}\n\n{_of_tag(image, tag)}{asked}"


def _of_tag(image: Image, tag: str) -> str:
    if tag == LATEST:
        concrete = newest(image.tags)
        known = f" The newest one that is known is `{concrete}`." if concrete else ""
        return f"`latest` moves to every new release.{known}"
    if tag == newest(image.tags):
        return "The newest tag that is known."
    if tag in image.tags:
        return f"The newest tag that is known is `{newest(image.tags)}`."
    return "The tag is not known: it may be newer, or not exist."
