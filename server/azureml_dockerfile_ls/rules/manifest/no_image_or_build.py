"""The environment has neither an image nor a build context.

## What it does

Reports the YAML of an environment without `image` and without `build`. It is silent while a line of the file does not
parse. It also reports an image below `docker`, where early versions of Azure ML's command line looked for it.

## Why is this bad?

Azure ML refuses to create the environment. It does not know the key `docker` any more.

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
description: Packages for training
```

## Use instead

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
description: Packages for training
image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.manifest.model import Manifest
from azureml_dockerfile_ls.rules.rule import (
    Finding,
    Fix,
    Group,
    ManifestRule,
    ManifestSubject,
    Severity,
    in_yaml,
    page_of,
    replacement_in_yaml,
)
from azureml_dockerfile_ls.text import Span
from azureml_dockerfile_ls.yaml.nodes import Mapping, Pair

_OTHER_FINDINGS = ("conda_file", "channels", "dependencies", "docker", "id")
"""Keys whose environments have a finding of their own, or none: a conda file without an image is one."""

_FIRST_COMPONENTS = ("conda", "os", "python")
"""Keys of the environments of the first components, of 2020, which are still accepted, and have `docker` too."""

_BELOW = lazy_pattern(r"[ ]*:[ ]*\r?\n[ ]+")
"""What is between the key `docker` and the one key below it."""


def check(subject: ManifestSubject) -> Iterator[Finding]:
    """Find an environment document with neither, and every environment whose image is at its old place."""
    for environment in subject.manifest.environments:
        node = environment.node
        if not node.is_complete or node.has("image") or node.has("build"):
            continue
        if environment.docker is not None and not any(node.has(key) for key in _FIRST_COMPONENTS):
            message = "Azure ML no longer reads docker, so the environment has no image. Move image one level up."
            yield in_yaml(environment.docker.key.span, message, _without_docker(subject.manifest, environment.docker))
        elif environment.is_document and node.has("$schema") and not any(node.has(key) for key in _OTHER_FINDINGS):
            yield in_yaml(environment.key, "The environment has neither an image nor a build context. Add one of them.")


def _without_docker(manifest: Manifest, docker: Pair) -> Iterator[Fix]:
    """The fix that removes the key, if nothing but the image is below it."""
    pairs = docker.value.pairs if isinstance(docker.value, Mapping) and docker.value.is_complete else ()
    if len(pairs) == 1 and _BELOW.fullmatch(manifest.text, docker.key.span.end, pairs[0].key.span.start):
        span = Span(docker.key.span.start, pairs[0].key.span.start)
        yield replacement_in_yaml("Move image one level up", span, "", is_preferred=True)


RULE = ManifestRule("NoImageOrBuild", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
