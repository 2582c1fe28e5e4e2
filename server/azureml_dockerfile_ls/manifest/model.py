"""What a YAML text of Azure ML means: its environments, its code, its packages."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import field
from functools import cached_property
from typing import Any

from azureml_dockerfile_ls.context.conda_files import CondaPackages, packages_of
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.manifest.recognition import kind_of
from azureml_dockerfile_ls.manifest.schema import FREE_KEYS, Kind
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.text import Span
from azureml_dockerfile_ls.yaml.nodes import Mapping, Node, Pair, Scalar, Sequence
from azureml_dockerfile_ls.yaml.parser import parse

_NOT_LOCAL = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]*:|/|~|\\\\")
"""The starts of a URL, of the name of an asset, of a drive, and of an absolute path."""
_REGISTRY_REFERENCE = lazy_pattern(r"azureml://registries/azureml/environments/(?:AzureML-)?(?P<name>[\w.-]+)")
"""In the registry too, the environments of 2023 and before are called `AzureML-NAME`."""
_ENVIRONMENT_REFERENCE = lazy_pattern(r"azureml:(?P<name>[A-Za-z0-9][\w.-]*)(?:[:@].*)?")
_WORKSPACE_REFERENCE = lazy_pattern(r"azureml:AzureML-(?P<name>[\w.-]+)")


@dataclass(frozen=True, slots=True, eq=False)
class Build:
    """A build context and a Dockerfile in it, as a YAML names them.

    `name` is that of the environment, if it has one. `place` is what a link leads to.
    """

    place: Span
    context: Scalar | None
    dockerfile: Scalar | None
    name: str | None = None
    is_complete: bool = True

    def paths(self) -> tuple[str, str] | None:
        """The context, relative to the folder of the YAML, and the Dockerfile, relative to the context.

        None if they cannot be known: without a path, with a template, a URL or an absolute path.
        """
        context = local_path(self.context)
        dockerfile = local_path(self.dockerfile) if self.dockerfile is not None else "Dockerfile"
        return (context, dockerfile) if context is not None and dockerfile is not None else None


@dataclass(frozen=True, slots=True, eq=False)
class Environment:
    """An environment: a document, or a mapping in one. `key` is what to underline where a key is missing.

    Early versions of Azure ML's command line read the image from below `docker`; the present one refuses the key.
    """

    node: Mapping
    key: Span
    is_document: bool
    image: Scalar | None
    build_key: Scalar | None
    build: Build | None
    conda: Pair | None
    docker: Pair | None

    @property
    def name(self) -> Scalar | None:
        """The name of the environment."""
        return self.node.scalar("name")


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """The code of a deployment or a job: its folder, and the script that a deployment runs.

    `is_served` marks the code of a deployment.
    """

    folder: Scalar | None
    script: Scalar | None
    is_served: bool


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A curated environment that a scalar names; `name` is the name in the catalogue, at `span`."""

    scalar: Scalar
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class EnvironmentName:
    """The name of an environment of the user's workspace, where a document defines or uses it."""

    name: str
    span: Span
    is_definition: bool


@dataclass(frozen=True, eq=False)
class Manifest:
    """One version of a YAML text of Azure ML."""

    text: str
    kind: Kind
    root: Mapping
    derived: dict[Any, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def environments(self) -> tuple[Environment, ...]:
        """The environments, in the order of the text."""
        if self.kind is Kind.ENVIRONMENT:
            first = self.root.pairs[0].key.span if self.root.pairs else self.root.span
            schema = self.root.pair("$schema")
            return (_environment(self.root, schema.key.span if schema is not None else first, is_document=True),)
        if self.kind in (Kind.CONDA, Kind.ASSET, Kind.ASSET_IMAGE):
            return ()
        # Aliases of one environment are the same node.
        found: dict[int, Environment] = {}
        for pair in self._pairs:
            if pair.key.value == "environment" and isinstance(pair.value, Mapping) and id(pair.value) not in found:
                found[id(pair.value)] = _environment(pair.value, pair.key.span, is_document=False)
        return tuple(found.values())

    @cached_property
    def builds(self) -> tuple[Build, ...]:
        """The build contexts, in the order of the text."""
        if self.kind is Kind.ASSET_IMAGE:
            image = self.root.mapping("image")
            context = image.mapping("context") if image is not None else None
            if image is None or context is None:
                return ()
            name = image.scalar("name")
            folder, dockerfile = context.scalar("dir"), context.scalar("dockerfile")
            value = posixpath.basename(name.value) if name is not None and name.is_literal else None
            place = folder or name or context
            return (Build(place.span, folder, dockerfile, value, context.is_complete),)
        return tuple(environment.build for environment in self.environments if environment.build is not None)

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """The code of deployments and jobs, in the order of the text."""
        return tuple(self._codes())

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """The curated environments that the text names, in its order."""
        return tuple(filter(None, (_reference(pair.value) for pair in self._pairs)))

    @cached_property
    def environment_names(self) -> tuple[EnvironmentName, ...]:
        """The environments of the workspace that the text defines, or uses as `azureml:NAME`, in its order."""
        name = self.root.scalar("name") if self.kind is Kind.ENVIRONMENT else None
        if name is not None:
            return (EnvironmentName(name.value, name.inner, is_definition=True),) if name.is_literal else ()
        used = (pair.value for pair in self._pairs if pair.key.value == "environment")
        return tuple(filter(None, map(_used_environment, used)))

    @cached_property
    def packages(self) -> tuple[CondaPackages, ...]:
        """The conda environments that are written in the text itself."""
        if self.kind is Kind.CONDA:
            return (packages_of(self.root),)
        inline = (each.conda.value for each in self.environments if each.conda is not None)
        return tuple(packages_of(node) for node in inline if isinstance(node, Mapping))

    @cached_property
    def _pairs(self) -> tuple[Pair, ...]:
        """The pairs of the text, without those below keys whose content is the user's own."""
        return tuple(_pairs(self.root))

    def _codes(self) -> Iterator[Code]:
        if self.kind in (Kind.ONLINE_DEPLOYMENT, Kind.BATCH_DEPLOYMENT):
            configuration = self.root.mapping("code_configuration")
            if configuration is not None:
                yield Code(configuration.scalar("code"), configuration.scalar("scoring_script"), is_served=True)
        elif self.kind in (Kind.JOB, Kind.COMPONENT):
            for pair in self._pairs:
                if pair.key.value == "code" and isinstance(pair.value, Scalar) and not pair.value.is_null:
                    yield Code(pair.value, None, is_served=False)


def read_manifest(text: str) -> Manifest | None:
    """The meaning of a YAML text; None if it is not Azure ML's."""
    kind = kind_of(text)
    if kind is None:
        return None
    root = parse(text)
    return Manifest(text, kind, root) if isinstance(root, Mapping) else None


def local_path(scalar: Scalar | None) -> str | None:
    """The relative path that a scalar names, with `/` and normalised; None if it is not one that can be known."""
    if scalar is None or not scalar.is_literal or "\n" in scalar.value:
        return None
    written = scalar.value.strip().removeprefix("file:")
    if not written or _NOT_LOCAL.match(written) or "$" in written:
        return None
    return posixpath.normpath(written.replace("\\", "/"))


def _pairs(root: Mapping) -> Iterator[Pair]:
    pending: list[Pair] = list(reversed(root.pairs))
    # Aliases lead to a node again: each pair counts once, and aliases of aliases do not multiply.
    seen = {id(root)}
    while pending:
        pair = pending.pop()
        yield pair
        if pair.key.value in FREE_KEYS:
            continue
        nodes: list[Node | None] = [pair.value]
        while nodes:
            node = nodes.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, Mapping):
                pending.extend(reversed(node.pairs))
            elif isinstance(node, Sequence):
                nodes.extend(node.items)


def _environment(node: Mapping, key: Span, *, is_document: bool) -> Environment:
    pair = node.pair("build")
    name = node.scalar("name")
    build = None
    if pair is not None and isinstance(pair.value, Mapping):
        value, inner = (name.value if name is not None else None), pair.value
        place = inner.scalar("path") or pair.key
        build = Build(place.span, inner.scalar("path"), inner.scalar("dockerfile_path"), value, inner.is_complete)
    conda, docker = node.pair("conda_file"), node.pair("docker")
    below_docker = docker.value.scalar("image") if docker is not None and isinstance(docker.value, Mapping) else None
    return Environment(
        node,
        key,
        is_document,
        node.scalar("image") if node.has("image") else below_docker,
        pair.key if pair is not None else None,
        build,
        conda if conda is not None and conda.value is not None else None,
        docker if below_docker is not None else None,
    )


def _reference(node: Node | None) -> Reference | None:
    if not isinstance(node, Scalar) or not node.value.startswith("azureml:") or not node.is_literal:
        return None
    match = _REGISTRY_REFERENCE.match(node.value) or _WORKSPACE_REFERENCE.match(node.value)
    return Reference(node, match["name"], node.part(*match.span("name"))) if match is not None else None


def _used_environment(node: Node | None) -> EnvironmentName | None:
    match = _ENVIRONMENT_REFERENCE.fullmatch(node.value) if isinstance(node, Scalar) and node.is_literal else None
    if match is None or not isinstance(node, Scalar):
        return None
    return EnvironmentName(match["name"], node.part(*match.span("name")), is_definition=False)
