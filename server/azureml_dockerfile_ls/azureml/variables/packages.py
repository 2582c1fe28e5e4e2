"""The variables that name packages to install when a container starts."""

from __future__ import annotations

from azureml_dockerfile_ls.azureml.families import PREFIX, preset_environment
from azureml_dockerfile_ls.azureml.serving import azureml_repository, is_inference, runs_server
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.stages import Definition, Stage
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN

_PACKAGE_SOURCES = (
    ("AZUREML_EXTRA_PYTHON_LIB_PATH",),
    ("AZUREML_EXTRA_CONDA_YAML_ABS_PATH", "AZUREML_EXTRA_CONDA_YAML"),
    ("AZUREML_EXTRA_REQUIREMENTS_TXT",),
)
"""The sources in the order of the start-up script, each with the names of its variables: the first one takes effect."""

PACKAGE_SOURCES = frozenset(name for source in _PACKAGE_SOURCES for name in source)
"""The names of all variables that name packages to install when a container starts."""

# Their Dockerfiles delete the installation from the start-up script.
_WITHOUT_INSTALLATION = lazy_pattern(r"curated/minimal-py31\d[^/]*-inference")


def starts_inference_server(stage: Stage) -> bool:
    """Whether a container of the stage starts Azure ML's inference server with the image's own start-up script."""
    return is_inference(stage) and runs_server(stage)


def installs_packages(stage: Stage) -> bool:
    """Whether the start-up script of the image reads `PACKAGE_SOURCES` at all."""
    repository = azureml_repository(stage) or ""
    return _WITHOUT_INSTALLATION.fullmatch(repository.removeprefix(PREFIX)) is None


def package_sources(stage: Stage) -> tuple[Definition, ...]:
    """The variables of a stage that name packages to install when a container starts, one per source.

    The first one takes effect. The result is empty if that cannot be determined, and on MLflow images, whose script
    sets one of the variables itself.
    """
    if not installs_packages(stage) or preset_environment(azureml_repository(stage) or ""):
        return ()
    found: list[Definition] = []
    for source in _PACKAGE_SOURCES:
        definitions = [stage.environment[name] for name in source if name in stage.environment]
        definition = next((definition for definition in definitions if definition.value), None)
        if definition is None:
            continue
        if definition.value is not UNKNOWN:
            found.append(definition)
        elif not found:
            return ()
    return tuple(found)
