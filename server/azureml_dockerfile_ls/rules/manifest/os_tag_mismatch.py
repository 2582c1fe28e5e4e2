"""The tag `OS` names another version of Ubuntu than the base image has.

## What it does

Compares the tag `OS` of an environment, such as `Ubuntu22.04`, with the name of the last base image of its Dockerfile,
such as `openmpi5.0-ubuntu24.04`. For an asset, `asset.yaml` leads to the Dockerfile. The rule is silent if the name of
the image does not end with a version of Ubuntu.

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

from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.manifest.model import local_path, read_manifest
from azureml_dockerfile_ls.manifest.schema import Kind
from azureml_dockerfile_ls.model.model import build
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
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.yaml.nodes import Scalar

_TAG = lazy_pattern(r"ubuntu[ -]?(?P<version>\d\d\.\d\d)", re.IGNORECASE)
_IMAGE = lazy_pattern(r"ubuntu(?P<version>\d\d\.\d\d)$")


def check(subject: ManifestSubject) -> Iterator[Finding]:
    """Compare the tag of each environment with its Dockerfile."""
    for environment in subject.manifest.environments:
        tags = environment.node.mapping("tags")
        tag = tags.scalar("OS") if tags is not None else None
        written = _TAG.fullmatch(tag.value) if tag is not None else None
        if tag is None or written is None or environment.build is None or subject.files is None:
            continue
        paths = environment.build.paths() or _paths_of_asset(subject.files)
        name = subject.files.value_of(base_of, *paths) if paths is not None else None
        real = _IMAGE.search(name) if name else None
        if real is not None and real["version"] != written["version"]:
            yield _finding(tag, written, name or "", real["version"])


def _paths_of_asset(files: ManifestFiles) -> tuple[str, str] | None:
    """The context and the Dockerfile of an asset: its spec has templates for them, and its `extra_config` the paths."""
    asset = files.value_of(read_manifest, "asset.yaml")
    extra = local_path(asset.root.scalar("extra_config")) if asset is not None and asset.kind is Kind.ASSET else None
    image = files.value_of(read_manifest, extra) if extra is not None else None
    return image.builds[0].paths() if image is not None and image.builds else None


def _finding(tag: Scalar, written: re.Match[str], name: str, version: str) -> Finding:
    span = tag.part(*written.span("version"))
    message = f"The tag says Ubuntu {written['version']}, but the base image is {name.rpartition('/')[2]}."
    fix = replacement_in_yaml(f"Change to {version}", span, version, is_preferred=True, is_safe=True)
    return in_yaml(span, message, (fix,))


def base_of(text: str) -> str | None:
    """The name of the image that the final stage of a Dockerfile is built on; None if it is not known."""
    stage = build(parse(text)).final
    while stage is not None and stage.base is not None:
        stage = stage.base
    return stage.image.name if stage is not None and stage.image is not None else None


RULE = ManifestRule("OsTagMismatch", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
