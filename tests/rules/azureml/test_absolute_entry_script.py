"""AbsoluteEntryScript: an absolute entry script with packages named relative to it."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "AbsoluteEntryScript"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
RELATIVE = "ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt\n"


def test_requirements_beside_an_absolute_script() -> None:
    """The path is marked, and the message names the folder that is searched."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/code/score.py
        #                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AbsoluteEntryScript in /var/azureml-app/var
        ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
        """,
    )

    assert finding.severity is Severity.WARNING
    assert [(fix.is_preferred, fix.is_safe) for fix in finding.fixes] == [(True, True)]


def test_every_relative_source() -> None:
    """The rule applies to a conda file and a folder of packages as well, and respects another app root."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AML_APP_ROOT=/app AZUREML_EXTRA_CONDA_YAML=conda.yaml
        ENV AZUREML_ENTRY_SCRIPT "/app/score.py"
        #                        ^^^^^^^^^^^^^^^ AbsoluteEntryScript looks for AZUREML_EXTRA_CONDA_YAML in /app/app
        """,
    )
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_EXTRA_PYTHON_LIB_PATH=env AZUREML_ENTRY_SCRIPT=/opt/score.py
        #                                                          ^^^^^^^^^^^^^ AbsoluteEntryScript
        """,
    )


def test_a_script_set_in_an_earlier_stage() -> None:
    """The value is marked and fixed in the earlier stage, and the FROM of the later stage is related."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        ENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/score.py
        #                        ^^^^^^^^^^^^^^^^^^^^^^^^^ AbsoluteEntryScript
        FROM base
        ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
        """,
    )

    assert [fix.title for fix in finding.fixes] == ["Make the path relative to the app root"]
    assert [place.message for place in finding.related] == ["This stage inherits it."]


@pytest.mark.parametrize(
    "lines",
    [
        f"ENV AZUREML_ENTRY_SCRIPT=score.py\n{RELATIVE}",
        RELATIVE,
        "ENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/score.py",
        "ENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/score.py AZUREML_EXTRA_CONDA_YAML_ABS_PATH=/conda.yaml",
        f"ENV AZUREML_ENTRY_SCRIPT=/opt/score.py AZUREML_EXTRA_CONDA_YAML_ABS_PATH=/conda.yaml\n{RELATIVE}",
        "ENV AZUREML_ENTRY_SCRIPT=/opt/score.py AZUREML_EXTRA_REQUIREMENTS_TXT=",
        "ENV AZUREML_ENTRY_SCRIPT=/opt/score.py AZUREML_EXTRA_REQUIREMENTS_TXT=/opt/requirements.txt",
        "ENV AZUREML_ENTRY_SCRIPT=/opt/score.py AZUREML_EXTRA_REQUIREMENTS_TXT=$FILE",
        f"ENV AZUREML_ENTRY_SCRIPT=$SCRIPT\n{RELATIVE}",
        f"ENV AZUREML_ENTRY_SCRIPT=/score.py\n{RELATIVE}",
        f"ENV AZUREML_ENTRY_SCRIPT=/opt/score.py\n{RELATIVE}RUN ln -s /opt /var/azureml-app/opt",
        f"ENV AML_APP_ROOT=/ AZUREML_ENTRY_SCRIPT=/opt/score.py\n{RELATIVE}",
        f"ENV AML_APP_ROOT=$ROOT AZUREML_ENTRY_SCRIPT=/opt/score.py\n{RELATIVE}",
        f"ENV AZUREML_ENTRY_SCRIPT=/opt/score.py\n{RELATIVE}COPY requirements.txt /var/azureml-app/opt/",
        f'ENV AZUREML_ENTRY_SCRIPT=/opt/score.py\n{RELATIVE}CMD ["python", "/opt/score.py"]',
        f"ENV AZUREML_ENTRY_SCRIPT=/opt/score.py\n{RELATIVE}COPY run /var/runit/gunicorn/run",
    ],
)
def test_packages_that_may_be_found_are_not_reported(lines: str) -> None:
    """The rule ignores relative scripts, missing or absolute packages, and what it cannot determine."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


@pytest.mark.parametrize(
    "image",
    [
        "mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest",
        "mcr.microsoft.com/azureml/curated/minimal-py311-inference:latest",
        "python:3.12",
        "$BASE",
    ],
)
def test_other_images_are_not_reported(image: str) -> None:
    """The rule ignores images without the start-up script, and one whose script installs nothing."""
    check_rule(RULE, f"FROM {image}\nENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/score.py\n{RELATIVE}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/score.py\n", "ENV AZUREML_ENTRY_SCRIPT=score.py\n"),
        ('env AZUREML_ENTRY_SCRIPT  "/var/azureml-app/a/b.py"\n', 'env AZUREML_ENTRY_SCRIPT  "a/b.py"\n'),
        (
            "ENV A=1 \\\n  AZUREML_ENTRY_SCRIPT='/var/azureml-app/a b.py'\n",
            "ENV A=1 \\\n  AZUREML_ENTRY_SCRIPT='a b.py'\n",
        ),
        ("ENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/./a\\ b.py\n", "ENV AZUREML_ENTRY_SCRIPT=./a\\ b.py\n"),
        ("ENV AZUREML_ENTRY_SCRIPT=/var//azureml-app/score.py\n", "ENV AZUREML_ENTRY_SCRIPT=score.py\n"),
        ("ENV AZUREML_ENTRY_SCRIPT=/var/azureml-app//score.py\n", "ENV AZUREML_ENTRY_SCRIPT=score.py\n"),
        (
            "ENV AML_APP_ROOT=/app\nENV AZUREML_ENTRY_SCRIPT=${AML_APP_ROOT}/score.py\n",
            "ENV AML_APP_ROOT=/app\nENV AZUREML_ENTRY_SCRIPT=score.py\n",
        ),
    ],
)
def test_the_fix_makes_the_path_relative(before: str, after: str) -> None:
    """Quotes, continuations, letter case and line ends stay unchanged."""
    before, after = INFERENCE + RELATIVE + before, INFERENCE + RELATIVE + after

    check_fix(RULE, before, after, "Make the path relative to the app root")
    check_fix(RULE, crlf(before), crlf(after))


@pytest.mark.parametrize("script", ["/opt/score.py", "/var/azureml-app-2/score.py", "/var/azureml-app/../score.py"])
def test_a_script_outside_the_app_root_has_no_fix(script: str) -> None:
    """A relative path to it would have to leave the app root."""
    [finding] = findings_of(RULE, f"{INFERENCE}ENV AZUREML_ENTRY_SCRIPT={script}\n{RELATIVE}")

    assert finding.fixes == ()
