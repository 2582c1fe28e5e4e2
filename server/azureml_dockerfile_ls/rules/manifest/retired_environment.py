"""The curated environment is deprecated or retired.

## What it does

Reports a curated environment of Azure ML's registry that Microsoft no longer maintains, wherever a YAML names it:
`azureml://registries/azureml/environments/NAME`, or `azureml:AzureML-NAME` of a workspace.

## Why is this bad?

A pinned version still works, but gets no security fixes, and a new one is not published. The fix names its successor;
Python, CUDA and the packages change with it, so test your code.

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
command: python train.py
environment: azureml://registries/azureml/environments/sklearn-1.0/labels/latest
```

## Use instead

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
command: python train.py
environment: azureml://registries/azureml/environments/sklearn-1.5/labels/latest
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import PREFIX
from azureml_dockerfile_ls.images.catalogue import Image
from azureml_dockerfile_ls.images.image_index import ImageIndex
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


def check(subject: ManifestSubject) -> Iterator[Finding]:
    """Find every curated environment that is deprecated or retired."""
    for reference in subject.manifest.references:
        image = environment_image(subject.images, reference.name)
        if image is None or not image.outdated:
            continue
        detail = f" ({image.status_detail})" if image.status_detail else ""
        message = f"The environment {reference.name} is {image.status}{detail} and no longer receives fixes."
        successor = subject.images.find(image.successor) if image.successor else None
        fixes: tuple[Fix, ...] = ()
        if successor is not None and successor.curated_environment:
            message = f"{message} Use {successor.curated_environment}."
            text = f"azureml://registries/azureml/environments/{successor.curated_environment}/labels/latest"
            title = f"Replace with {successor.curated_environment}"
            fixes = (replacement_in_yaml(title, reference.scalar.inner, text),)
        yield in_yaml(reference.span, message, fixes)


def environment_image(images: ImageIndex, name: str) -> Image | None:
    """The image of a curated environment. An inference environment of 2022 and before has its image's name.

    Names of images have no capital letters, unlike `ACPT-pytorch-1.12-py39-cuda11.6-gpu`. Others with capital letters,
    such as `AutoML`, are not known to have the image whose name is similar.
    """
    repository = f"acpt-{name.removeprefix('ACPT-')}" if name.startswith("ACPT-") else name
    return images.find(f"{PREFIX}curated/{repository}") or images.find(f"{PREFIX}{repository}")


RULE = ManifestRule(
    "RetiredEnvironment", Severity.INFORMATION, Group.AZUREML, page_of(__doc__), check, marks_deprecated=True
)
