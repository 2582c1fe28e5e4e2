"""The entry script imports a module that nothing installs.

## What it does

Reads the entry script from the build context, without running it. Reports an import of a well-known module, such as
`sklearn`, `torch` or `azureml.core`, if the minimal inference image does not have it and no RUN installs it. The rule
reads requirements files and conda files in the build context. It is silent if it cannot determine all packages: for
other images, for a package that it does not know, for a RUN that starts a script, and for files of another stage. It is
also silent for an import under `try` or `if`, and for a module with the name of a file or folder in the build context.

## Why is this bad?

The minimal images have the inference server, but no framework. The import fails with `ModuleNotFoundError`, and the
container exits or the request fails.

`azureml.core` is the retired SDK v1. A script does not need it: `os.environ["AZUREML_MODEL_DIR"]` is the folder of the
model.

## Example

In `score.py`:

```python
import sklearn


def init():
    load_model()


def run(data):
    return model.predict(data)
```

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY score.py /var/azureml-app/
ENV AZUREML_ENTRY_SCRIPT=score.py
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install --no-cache-dir scikit-learn
COPY score.py /var/azureml-app/
ENV AZUREML_ENTRY_SCRIPT=score.py
```
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from azureml_dockerfile_ls.azureml.families import DEFAULT_ENTRY_SCRIPT, ENTRY_SCRIPT
from azureml_dockerfile_ls.azureml.imports import ImportedName, imported_names
from azureml_dockerfile_ls.azureml.installations import UnknownPackagesError, installed_packages
from azureml_dockerfile_ls.azureml.serving import (
    app_root,
    azureml_repository,
    environment_value,
    runs_server,
    sets_entry_script,
)
from azureml_dockerfile_ls.azureml.variables.packages import PACKAGE_SOURCES
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.images.packages import module_of, modules_of, package_for, packages_of
from azureml_dockerfile_ls.model.copies import copies, is_archive
from azureml_dockerfile_ls.model.origins import MAX_WALKED, origin
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import line_above
from azureml_dockerfile_ls.rules.rule import ContextRule, Finding, Fix, Group, RelatedFile, Severity, page_of
from azureml_dockerfile_ls.text import shortened

_SDK = "azureml.core"


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Find the value of the variable, or the COPY that adds `main.py`, if its script imports a missing module."""
    packages, root = packages_of(azureml_repository(stage) or ""), app_root(stage)
    if context is None or packages is None or root is None or not runs_server(stage):
        return
    script = environment_value(stage, ENTRY_SCRIPT) if sets_entry_script(stage) else DEFAULT_ENTRY_SCRIPT
    found = origin(stage, posixpath.normpath(posixpath.join(root, script)), context) if script else None
    if found is None or found.kind is not EntryKind.FILE or found.path is None:
        return
    imported = context.value_of(found.path, imported_names) or ()
    missing = _missing(imported, stage, packages, context)
    if not missing:
        return
    place = places.of_entry_script(stage, found)
    messages = (f"Neither the image nor a RUN installs {module}." for module in missing)
    related = tuple(
        RelatedFile(found.path, item.span, message) for item, message in zip(missing.values(), messages, strict=True)
    )
    pronoun = "it" if len(missing) == 1 else "them"
    message = (
        f"{shortened(found.path)} imports {_listed(missing)}, but neither the image nor a RUN installs {pronoun}. "
        f"{_advice(missing)}"
    )
    yield Finding(*place, message, tuple(_fixes(place, missing)), related=(*related, *places.inherited(stage, place)))


def _missing(
    imported: tuple[ImportedName, ...], stage: Stage, packages: tuple[str, ...], context: BuildContext
) -> dict[str, ImportedName]:
    """The modules that the script imports and nothing brings, each with its first import."""
    known = {module: item for item in reversed(imported) if (module := module_of(item.name))}
    if not known or not PACKAGE_SOURCES.isdisjoint(stage.environment) or _may_bring_packages(stage):
        return {}
    try:
        present = modules_of((*packages, *installed_packages(stage, context)))
    except UnknownPackagesError:
        return {}
    if present is None or present.issuperset(known):
        return {}
    local = _local_names(context)
    return {
        module: known[module]
        for module in reversed(known)
        if module not in present and local is not None and module.split(".")[0] not in local
    }


def _may_bring_packages(stage: Stage) -> bool:
    """Whether a COPY or ADD may bring Python packages: from another stage, from an archive or into an environment."""
    return any(
        not copy.from_context
        or (copy.instruction.name == "ADD" and any(source is None or is_archive(source) for source in copy.sources))
        or any(part in copy.destination_word.value for part in ("site-packages", "/opt/miniconda", "/azureml-envs"))
        for copy in copies(stage)
    )


def _local_names(context: BuildContext) -> frozenset[str] | None:
    """The names of the files and folders of the context, without `.py`; None if these are not all."""
    entries = list(context.walk("", MAX_WALKED))
    if None in entries:
        return None
    return frozenset(entry.name.removesuffix(".py") for _, entry in filter(None, entries))


def _listed(modules: Iterable[str]) -> str:
    *most, last = modules
    return f"{', '.join(most)} and {last}" if most else last


def _advice(missing: Iterable[str]) -> str:
    packages = [package_for(module) for module in missing if module != _SDK]
    return f"Install {_listed(packages)}." if packages else "Read the model from AZUREML_MODEL_DIR instead."


def _fixes(place: places.Place, missing: Iterable[str]) -> Iterator[Fix]:
    packages = [package_for(module) for module in missing if module != _SDK]
    if packages:
        edit = line_above(place.at, f"RUN pip install --no-cache-dir {' '.join(packages)}")
        yield Fix(f"Install {_listed(packages)}", (edit,))


RULE = ContextRule("MissingModule", Severity.HINT, Group.AZUREML, page_of(__doc__), check)
