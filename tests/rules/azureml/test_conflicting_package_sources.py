"""ConflictingPackageSources: variables that name packages for the start, where another one wins."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_rule

RULE = "ConflictingPackageSources"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"


def test_conda_wins_over_pip() -> None:
    """The one that loses is marked, in whatever order they are set; nothing is offered, for either may be meant."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ConflictingPackageSources AZUREML_EXTRA_CONDA_YAML is set too
        ENV AZUREML_EXTRA_CONDA_YAML=conda.yaml
        """,
    )

    assert finding.severity is Severity.WARNING
    assert finding.fixes == ()


def test_installed_packages_win_over_both() -> None:
    """Every loser is marked."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_EXTRA_PYTHON_LIB_PATH=env/lib/python3.12/site-packages \\
            AZUREML_EXTRA_CONDA_YAML_ABS_PATH=/conda.yaml \\
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ConflictingPackageSources AZUREML_EXTRA_PYTHON_LIB_PATH is set too
            AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ConflictingPackageSources AZUREML_EXTRA_PYTHON_LIB_PATH is set too
        """,
    )


def test_a_loser_in_the_stage_below() -> None:
    """The variable is marked where that stage sets it; the one that wins and the stage that inherits are related."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ConflictingPackageSources AZUREML_EXTRA_REQUIREMENTS_TXT is ignored
        FROM base
        ENV AZUREML_EXTRA_CONDA_YAML=conda.yaml
        """,
    )

    assert [place.message for place in finding.related] == [
        "AZUREML_EXTRA_CONDA_YAML is set here.",
        "This stage inherits it.",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt",
        "ENV AZUREML_EXTRA_CONDA_YAML=c.yaml AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt\n"
        "RUN pip install -r $AZUREML_EXTRA_REQUIREMENTS_TXT",
        "ENV AZUREML_EXTRA_CONDA_YAML=conda.yaml AZUREML_EXTRA_CONDA_YAML_ABS_PATH=/conda.yaml",
        'ENV AZUREML_EXTRA_CONDA_YAML="" AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt',
        "ENV AZUREML_EXTRA_CONDA_YAML=$YAML AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt",
        "ENV AZUREML_EXTRA_CONDA_YAML=c.yaml AZUREML_EXTRA_REQUIREMENTS_TXT=$FILE",
        "ARG AZUREML_EXTRA_CONDA_YAML=c.yaml\nENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt",
        "ENV AZUREML_EXTRA_CONDA_YAML=c.yaml\nENV AZUREML_EXTRA_CONDA_YAML=\nENV AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt",
        'ENV AZUREML_EXTRA_CONDA_YAML=c.yaml AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt\nCMD ["python", "server.py"]',
        "ENV AZUREML_EXTRA_CONDA_YAML=c.yaml AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt\nCOPY run /var/runit/gunicorn/run",
    ],
)
def test_one_source(lines: str) -> None:
    """One source, one of which nobody knows whether it is set, or a start-up script that is not the image's."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


@pytest.mark.parametrize(
    "image",
    [
        "mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest",
        "mcr.microsoft.com/azureml/curated/sklearn-1.5:latest",
        "mcr.microsoft.com/azureml/curated/minimal-py311-inference:latest",
        "mcr.microsoft.com/azureml/curated/mlflow-py312-inference:latest",
        "python:3.12",
        "$BASE",
    ],
)
def test_other_images(image: str) -> None:
    """Images without that script, those whose script installs nothing, and MLflow's, which has a source of its own."""
    check_rule(
        RULE,
        f"FROM {image}\nENV AZUREML_EXTRA_CONDA_YAML=c.yaml\nENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt\n",
    )
