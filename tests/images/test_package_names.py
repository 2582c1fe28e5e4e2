"""The names of packages that completion offers."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from packaging.utils import canonicalize_name

from azureml_dockerfile_ls.images.package_names import Source, package_names

LATE = """
import sys
from azureml_dockerfile_ls.features.completion import complete
from azureml_dockerfile_ls.images.package_names import package_names
from azureml_dockerfile_ls.snapshot import analyse

complete(analyse("FROM a\\nRUN apt-get "), 19)
assert package_names.cache_info().currsize == 0
complete(analyse("FROM a\\nRUN apt-get install "), 27)
assert package_names.cache_info().currsize == 1
"""


@pytest.mark.parametrize(("source", "least"), [("pypi", 5000), ("apt", 200), ("conda", 90)])
def test_every_name_is_valid_and_there_once(source: Source, least: int) -> None:
    """The lists are long enough to be useful, and small enough to be read at once."""
    names = package_names(source)
    assert len(names) >= least
    assert len(set(names)) == len(names)
    assert sum(map(len, names)) < 100_000
    assert [name for name in names if not re.fullmatch(r"[a-z0-9][a-z0-9+._-]*", name)] == []


def test_the_names_of_pypi_are_normalised() -> None:
    """So that one package has one name."""
    assert [name for name in package_names("pypi") if name != canonicalize_name(name)] == []


def test_the_packages_of_machine_learning_come_first() -> None:
    """An empty prefix shows what a data scientist installs, and Azure ML's packages are there."""
    names = package_names("pypi")
    assert {"numpy", "pandas", "torch", "scikit-learn", "azureml-inference-server-http"} <= set(names[:100])
    assert {"azureml-mlflow", "azure-ai-ml", "boto3"} <= set(names)


def test_a_list_is_read_when_it_is_needed() -> None:
    """Other menus read none."""
    subprocess.run([sys.executable, "-c", LATE], check=True)
