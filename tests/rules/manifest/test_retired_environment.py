"""RetiredEnvironment: curated environments that are no longer maintained."""

from __future__ import annotations

import pytest

from tests.annotated import check_yaml, check_yaml_fix


def test_retired_environments() -> None:
    """From the registry with a version or a label, and by the name in a workspace."""
    check_yaml(
        """
        type: pipeline
        jobs:
          one:
            environment: azureml://registries/azureml/environments/acpt-pytorch-1.13-cuda11.7/versions/40
            #                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredEnvironment
          two:
            environment: azureml:AzureML-sklearn-0.24.1-ubuntu18.04-py37-cpu-inference@latest
            #                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredEnvironment
        """
    )


def test_names_of_2023_and_before() -> None:
    """Those of ACPT have capital letters, and in the registry too all have a prefix."""
    check_yaml(
        """
        type: pipeline
        jobs:
          one:
            environment: azureml:AzureML-ACPT-pytorch-1.12-py39-cuda11.6-gpu@latest
            #                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredEnvironment ACPT-pytorch-1.12-py39
          two:
            environment: azureml://registries/azureml/environments/AzureML-tensorflow-2.8-cuda11
            #                                                              ^^^^^^^^^^^^^^^^^^^^^ RetiredEnvironment
        """
    )


@pytest.mark.parametrize(
    "name",
    [
        "azureml://registries/azureml/environments/sklearn-1.5/labels/latest",
        "azureml://registries/azureml/environments/AzureML-AutoML/versions/156",
        "azureml://registries/mine/environments/sklearn-1.0/versions/1",
        "azureml://registries/azureml/environments/${{name}}/versions/1",
        "azureml:sklearn-1.0:1",
        "azureml:AzureML-something-new@latest",
    ],
)
def test_other_environments(name: str) -> None:
    """A current one, one of another registry, one of the workspace, one that is not known, and a template."""
    check_yaml(f"type: pipeline\njobs:\n  a:\n    environment: {name}\n")


def test_the_successor() -> None:
    """The fix names the successor and its newest version."""
    check_yaml_fix(
        """
        type: pipeline
        jobs:
          a:
            environment: azureml://registries/azureml/environments/sklearn-1.0/versions/3
        """,
        """
        type: pipeline
        jobs:
          a:
            environment: azureml://registries/azureml/environments/sklearn-1.5/labels/latest
        """,
    )
