"""The Python version of the conda environment has reached its end of life.

## What it does

Reports `python=3.9` and older versions among the dependencies of a conda environment.

## Why is this bad?

These versions get no security fixes, and new versions of many packages cannot be installed on them. Azure ML's page on
environments says that they are not supported.

## Example

```yaml
name: model
channels:
  - conda-forge
dependencies:
  - python=3.8
  - pip
```

## Use instead

```yaml
name: model
channels:
  - conda-forge
dependencies:
  - python=3.12
  - pip
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.rules.rule import (
    Finding,
    Group,
    ManifestRule,
    ManifestSubject,
    Severity,
    in_yaml,
    page_of,
)

_PYTHON = lazy_pattern(r"(?:[\w./-]+::)?python[ ]*={1,2}[ ]*(?P<version>2(?:\.\d+)?|3\.[0-9])(?![0-9])")


def check(subject: ManifestSubject) -> Iterator[Finding]:
    """Find every old Python."""
    for packages in subject.manifest.packages:
        for package in packages.conda:
            match = _PYTHON.match(package.value)
            if match is not None:
                message = f"Python {match['version']} has reached its end of life, so it gets no security fixes."
                yield in_yaml(package.span, message)


RULE = ManifestRule("EndOfLifePython", Severity.HINT, Group.AZUREML, page_of(__doc__), check)
