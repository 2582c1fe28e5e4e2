"""The image of a FROM is invalid unless `--build-arg` sets a variable.

## What it does

Reports a FROM whose image is empty or invalid with the default values of the ARGs before it.

## Why is this bad?

`docker build` without `--build-arg` fails, and so does a build of Azure ML, which passes none.

## Example

```dockerfile
ARG TAG
FROM mcr.microsoft.com/azureml/minimal-py312-inference:${TAG}
```

## Use instead

```dockerfile
ARG TAG=latest
FROM mcr.microsoft.com/azureml/minimal-py312-inference:${TAG}
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Group, ModelRule, Severity, page_of
from azureml_dockerfile_ls.syntax.expansion import NOT_GIVEN, ExpansionError, Lookup, Unknown, expand
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction
from azureml_dockerfile_ls.syntax.reference import is_valid_reference

_ON_LINUX = {
    "BUILDPLATFORM": "linux/amd64",
    "BUILDOS": "linux",
    "BUILDOSVERSION": "",
    "BUILDARCH": "amd64",
    "BUILDVARIANT": "",
    "TARGETPLATFORM": "linux/amd64",
    "TARGETOS": "linux",
    "TARGETOSVERSION": "",
    "TARGETARCH": "amd64",
    "TARGETVARIANT": "",
    "TARGETSTAGE": "default",
}
"""The platform arguments of a usual build."""


def check(model: Model) -> Iterator[Finding]:
    """The images with variables."""
    for index, image in model.values.of(_with_variables):
        arguments = model.stages[0].stage.global_arguments
        try:
            name = expand(image.text, model.instructions[index].escape, _defaults(arguments))
        except ExpansionError:
            # BuildKit stops here, and reports an error.
            return
        if name is not None and not is_valid_reference(name):
            message = f"Default value for ARG {image.text} results in empty or invalid base image name"
            yield Finding(index, image.span, message)


def _with_variables(instruction: Instruction) -> ImageReference | None:
    image = instruction.image if instruction.name == "FROM" else None
    return image if image is not None and "$" in image.text else None


def _defaults(arguments: Mapping[str, str | Unknown]) -> Lookup:
    def lookup(name: str) -> str | Unknown | None:
        value = arguments.get(name, _ON_LINUX.get(name))
        return None if value is NOT_GIVEN else value

    return lookup


RULE = ModelRule(
    "InvalidDefaultArgInFrom",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("InvalidDefaultArgInFrom"),
)
