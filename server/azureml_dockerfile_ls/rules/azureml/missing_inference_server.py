"""The conda environment that the container runs in lacks the inference server.

## What it does

Reports a conda environment that a RUN creates and that comes first in `PATH`, if neither its packages nor any
`pip install` includes `azureml-inference-server-http` (or `azureml-defaults`, which depends on it). The rule applies to
images that start Azure ML's server. It reads the conda file and the requirements files in the build context. It is
silent if it cannot determine all packages, for example if a RUN starts a script or installs a package by its path.

The rule also examines the `conda_file` of an online deployment in YAML that names a scoring script.

On an MLflow image, the environment also needs `azureml-ai-monitoring`, unless the Dockerfile sets its own entry script.
There, an environment that `AZUREML_CONDA_ENVIRONMENT_PATH` names is examined like one that comes first in `PATH`.

## Why is this bad?

The image starts the server with the first Python in `PATH`. If the package is missing there, the container exits with
status 100 and the message "A required package azureml-inference-server-http is missing". The scoring script of MLflow
images imports `azureml.ai.monitoring`, so without that package the server stops with a ModuleNotFoundError.

## Example

In `conda.yml`:

```yaml
dependencies:
  - python=3.12
  - pip
  - pip:
      - scikit-learn
```

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
WORKDIR /
COPY conda.yml .
RUN conda env create -p /azureml-envs/own -f conda.yml
ENV PATH=/azureml-envs/own/bin:$PATH
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
WORKDIR /
COPY conda.yml .
RUN conda env create -p /azureml-envs/own -f conda.yml
RUN /azureml-envs/own/bin/pip install azureml-inference-server-http
ENV PATH=/azureml-envs/own/bin:$PATH
```
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from azureml_dockerfile_ls.azureml.families import MONITORING_PACKAGE, SERVER_PACKAGE
from azureml_dockerfile_ls.azureml.installations import (
    BRINGING,
    CREATING,
    PackageReader,
    UnknownPackagesError,
    may_install,
)
from azureml_dockerfile_ls.azureml.serving import runs_server, scores_mlflow, server_packages
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.requirements import in_conda_file, names_of_conda_packages, names_of_requirements
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.copies import copies_near
from azureml_dockerfile_ls.model.run_commands import commands_at
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import line_below
from azureml_dockerfile_ls.rules.rule import (
    Anchor,
    ContextRule,
    Finding,
    Fix,
    Group,
    ManifestSubject,
    RelatedFile,
    Severity,
    in_yaml,
    page_of,
)
from azureml_dockerfile_ls.shell.programs.conda import CondaCommand, conda_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.text import Span, shortened

if TYPE_CHECKING:
    from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
    from azureml_dockerfile_ls.yaml.nodes import Node

_WITH_SERVER = frozenset((SERVER_PACKAGE, "azureml-defaults"))
# Any other package of Azure ML may depend on the server.
_KNOWN = _WITH_SERVER | {
    MONITORING_PACKAGE,
    "azureml-core",
    "azureml-mlflow",
    "azureml-dataset-runtime",
    "azureml-fsspec",
}
_PLAIN = lazy_pattern(r"[\w./-]+")


@dataclass(frozen=True, slots=True)
class _Creation:
    """The command that creates the environment, and the file of the build context that lists its packages."""

    stage: Stage
    index: int
    command: CondaCommand
    file: str | None


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Find the file or the command that creates the environment."""
    if context is None or not runs_server(stage):
        return
    prefix = _default_environment(stage) or (_named_environment(stage) if scores_mlflow(stage) else None)
    if prefix is None or any(name.startswith("AZUREML_EXTRA_") for name in stage.environment):
        return
    try:
        creation, names = _content(stage, prefix, context)
    except UnknownPackagesError:
        return
    missing = _missing_packages(names, server_packages(stage))
    if creation is None or not missing:
        return
    what = "server" if SERVER_PACKAGE in missing else "scoring script of MLflow images"
    are, them = ("is", "it") if len(missing) == 1 else ("are", "them")
    message = (
        f"The {what} does not start in {shortened(prefix)}, the environment of the container, "
        f"because {' and '.join(missing)} {are} missing. Install {them} there."
    )
    reason = f"This file does not list {' and '.join(missing)}."
    related = (RelatedFile(creation.file, Span(0, 0), reason),) if creation.file else ()
    files = creation.command.files
    span = files[0].span if files else creation.command.action_span
    place = places.Place(places.in_stage(stage, creation.stage, creation.index), span)
    fixes = tuple(_fixes(place.at, creation, prefix, names, missing))
    yield Finding(*place, message, fixes, related=(*related, *places.inherited(stage, place)))


def _missing_packages(names: set[str], needed: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the needed packages that an environment with the packages `names` lacks."""
    if any(name.startswith("azureml") and name not in _KNOWN for name in names):
        return ()
    has_server = not names.isdisjoint(_WITH_SERVER)
    return tuple(name for name in needed if name not in names and not (name == SERVER_PACKAGE and has_server))


def _fixes(
    at: int | Anchor, creation: _Creation, prefix: str, names: set[str], missing: tuple[str, ...]
) -> Iterator[Fix]:
    if not _PLAIN.fullmatch(prefix) or names.isdisjoint(("pip", "python")):
        return
    # The user who creates the environment can also change it.
    instruction = creation.stage.instructions[creation.index]
    edit = line_below(at, instruction, f"RUN {prefix}/bin/pip install {' '.join(missing)}")
    if edit:
        yield Fix(f"Install {' and '.join(missing)} in this environment", (edit,), is_preferred=True)


def _default_environment(stage: Stage) -> str | None:
    """The folder of the environment whose `bin` comes first in PATH; None if it cannot be determined."""
    definition = stage.environment.get("PATH")
    if definition is None or definition.stage is None or not definition.pair.value:
        return None
    first = definition.pair.value.lstrip("\"'").partition(":")[0].rstrip("\"'")
    escape = definition.stage.instructions[definition.index].escape
    folder = expand_word(first, escape, definition.stage.lookup_at(definition.index))
    if not folder or not folder.startswith("/") or posixpath.basename(posixpath.normpath(folder)) != "bin":
        return None
    return posixpath.dirname(posixpath.normpath(folder))


def _named_environment(stage: Stage) -> str | None:
    """The folder that `AZUREML_CONDA_ENVIRONMENT_PATH` names."""
    definition = stage.environment.get("AZUREML_CONDA_ENVIRONMENT_PATH")
    folder = definition.value if definition is not None else None
    return posixpath.normpath(folder) if isinstance(folder, str) and folder.startswith("/") else None


def _content(stage: Stage, prefix: str, context: BuildContext) -> tuple[_Creation | None, set[str]]:
    """The command that creates the environment, and the names of all packages that any RUN of the stage installs.

    Raises `UnknownPackagesError` if the names may be incomplete.
    """
    for copy in copies_near(stage, prefix):
        if not (copy.from_context and copy.destination in (None, "/")):
            raise UnknownPackagesError
    creation: _Creation | None = None
    names: set[str] = set()
    for part in stage.ancestry():
        for index, instruction in part.instructions_named("RUN"):
            commands = commands_at(part, index)
            if not commands and instruction.words:
                raise UnknownPackagesError
            for command in commands:
                reader = PackageReader(part, index, context)
                conda, pip = conda_of(command), pip_of(command)
                if pip is not None:
                    names |= reader.of_pip(pip)
                elif conda is not None and conda.action in BRINGING:
                    names |= reader.of_conda(conda)
                    if conda.action in CREATING and reader.creates(conda, prefix):
                        creation = _Creation(part, index, conda, reader.file)
                elif conda is None and may_install(command):
                    raise UnknownPackagesError
    return creation, names


def check_manifest(subject: ManifestSubject) -> Iterator[Finding]:
    """Find the conda file of an online deployment that runs a script."""
    from azureml_dockerfile_ls.manifest.model import local_path
    from azureml_dockerfile_ls.manifest.schema import Kind
    from azureml_dockerfile_ls.yaml.nodes import Scalar

    manifest = subject.manifest
    if manifest.kind is not Kind.ONLINE_DEPLOYMENT or not manifest.codes or manifest.codes[0].script is None:
        return
    for environment in manifest.environments:
        conda = environment.conda.value if environment.conda is not None else None
        names = _names_in_manifest(conda, subject.files)
        # MLflow's models bring their own scoring script, and need no more than the server.
        if conda is None or names is None or not _missing_packages(set(names), (SERVER_PACKAGE,)):
            continue
        message = (
            f"The server does not start in this environment, because {SERVER_PACKAGE} is missing. Add it below pip."
        )
        place = conda.span if isinstance(conda, Scalar) or environment.conda is None else environment.conda.key.span
        path = local_path(conda) if isinstance(conda, Scalar) else None
        file = subject.files.path(path) if path is not None and subject.files is not None else None
        reason = f"This file does not list {SERVER_PACKAGE}."
        yield in_yaml(place, message, related=(RelatedFile(file, Span(0, 0), reason),) if file else ())


def _names_in_manifest(conda: Node | None, files: ManifestFiles | None) -> frozenset[str] | None:
    """The names of the packages of a conda environment, in a file or in the YAML; None if there may be more."""
    from azureml_dockerfile_ls.context.conda_files import packages_of
    from azureml_dockerfile_ls.manifest.model import local_path
    from azureml_dockerfile_ls.yaml.nodes import Mapping, Scalar

    if isinstance(conda, Mapping):
        packages = packages_of(conda)
        names = names_of_conda_packages(package.value for package in packages.conda)
        more = names_of_requirements(requirement.value for requirement in packages.pip)
        return names | more if packages.is_complete and names is not None and more is not None else None
    path = local_path(conda) if isinstance(conda, Scalar) else None
    found = files.path(path) if path is not None and files is not None else None
    return in_conda_file(files.context, found) if files is not None and found is not None else None


RULE = ContextRule(
    "MissingInferenceServer", Severity.WARNING, Group.AZUREML, page_of(__doc__), check, in_manifest=check_manifest
)
