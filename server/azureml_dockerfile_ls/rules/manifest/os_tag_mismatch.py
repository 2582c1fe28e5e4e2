"""The tag `OS` names another version of Ubuntu than the base image has.

## What it does

Compares the tag `OS` of an environment, such as `Ubuntu22.04`, with its `image`, or with the last base image of its
Dockerfile. The name of the image says its version of Ubuntu (`openmpi5.0-ubuntu24.04`, `inference-base-2204`), or its
tag (`nvidia/cuda:12.8.1-devel-ubuntu22.04`). For an asset, `asset.yaml` leads to the Dockerfile. The rule is silent if
neither the name nor the tag says a version of Ubuntu.

## Why is this bad?

A catalogue of environments shows the tag, and finds the environment by it.

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
build:
  path: .
tags:
  OS: Ubuntu20.04
```

`Dockerfile`:

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN pip install --no-cache-dir pandas
```

## Use instead

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
build:
  path: .
tags:
  OS: Ubuntu22.04
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import ubuntu_by_name
from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.manifest.model import Environment, local_path, read_manifest
from azureml_dockerfile_ls.manifest.schema import Kind
from azureml_dockerfile_ls.model.model import build
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.manifest.images import reference_of
from azureml_dockerfile_ls.rules.rule import (
    Finding,
    Group,
    ManifestRule,
    ManifestSubject,
    Severity,
    in_yaml,
    page_of,
    replacement_in_yaml,
)
from azureml_dockerfile_ls.syntax.nodes import ImageReference
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.yaml.nodes import Scalar

_TAG = lazy_pattern(r"ubuntu[ -]?(?P<version>\d\d\.\d\d)", re.IGNORECASE)


class _Base(NamedTuple):
    """An image whose name or tag says its version of Ubuntu, as a message names it."""

    label: str
    version: str


def check(subject: ManifestSubject) -> Iterator[Finding]:
    """Compare the tag of each environment with its image."""
    for environment in subject.manifest.environments:
        tags = environment.node.mapping("tags")
        tag = tags.scalar("OS") if tags is not None else None
        written = _TAG.fullmatch(tag.value) if tag is not None else None
        if tag is None or written is None:
            continue
        base = _base(environment, subject.files)
        if base is not None and base.version != written["version"]:
            yield _finding(tag, written, base)


def _base(environment: Environment, files: ManifestFiles | None) -> _Base | None:
    """The image that an environment is, or that its Dockerfile is built on; None if its system is not known."""
    if environment.image is not None:
        return _said(reference_of(environment.image)) if environment.build is None else None
    if environment.build is None or files is None:
        return None
    paths = environment.build.paths() or _paths_of_asset(files)
    return files.value_of(base_of, *paths) if paths is not None else None


def _paths_of_asset(files: ManifestFiles) -> tuple[str, str] | None:
    """The context and the Dockerfile of an asset: its spec has templates for them, and its `extra_config` the paths."""
    asset = files.value_of(read_manifest, "asset.yaml")
    extra = local_path(asset.root.scalar("extra_config")) if asset is not None and asset.kind is Kind.ASSET else None
    image = files.value_of(read_manifest, extra) if extra is not None else None
    return image.builds[0].paths() if image is not None and image.builds else None


def _finding(tag: Scalar, written: re.Match[str], base: _Base) -> Finding:
    span = tag.part(*written.span("version"))
    message = f"The tag says Ubuntu {written['version']}, but the base image is {base.label}."
    fix = replacement_in_yaml(f"Change to {base.version}", span, base.version, is_preferred=True, is_safe=True)
    return in_yaml(span, message, (fix,))


def base_of(text: str) -> _Base | None:
    """The image that the final stage of a Dockerfile is built on; None if its version of Ubuntu is not known."""
    stage = build(parse(text)).final
    while stage is not None and stage.base is not None:
        stage = stage.base
    return _said(stage.image) if stage is not None and stage.image is not None else None


def _said(image: ImageReference) -> _Base | None:
    version = ubuntu_by_name(image.name, image.tag)
    if version is None:
        return None
    name = image.name.rpartition("/")[2]
    return _Base(name if ubuntu_by_name(image.name, None) else f"{name}:{image.tag}", version)


RULE = ManifestRule("OsTagMismatch", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
