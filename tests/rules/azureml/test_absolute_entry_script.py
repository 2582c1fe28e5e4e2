"""AbsoluteEntryScript: an absolute entry script beside packages that are named relative to it."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "AbsoluteEntryScript"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
RELATIVE = "ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt\n"


def test_requirements() -> None:
    """The path is marked, and where the file is looked for is said."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/code/score.py
        #                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AbsoluteEntryScript looked for in /var/azureml-app/var
        ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
        """,
    )

    assert finding.severity is Severity.WARNING
    assert [(fix.is_preferred, fix.is_safe) for fix in finding.fixes] == [(True, True)]


def test_every_relative_source() -> None:
    """A conda file and a folder of packages are looked for in the same way; another app root changes nothing."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AML_APP_ROOT=/app AZUREML_EXTRA_CONDA_YAML=conda.yaml
        ENV AZUREML_ENTRY_SCRIPT "/app/score.py"
        #                        ^^^^^^^^^^^^^^^ AbsoluteEntryScript AZUREML_EXTRA_CONDA_YAML is looked for in /app/app
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


def test_the_stage_below() -> None:
    """The value is marked and repaired where that stage sets it, and the stage that inherits it is related."""
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

    assert [fix.title for fix in finding.fixes] == ["Make it relative to the app root"]
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
def test_where_the_packages_are_found(lines: str) -> None:
    """Relative paths, no packages, packages by an absolute path, and what cannot be known."""
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
def test_other_images(image: str) -> None:
    """Images without that script, and one whose script installs nothing."""
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
def test_it_is_made_relative(before: str, after: str) -> None:
    """Quotes, continuations, letter case and line ends stay."""
    check_fix(RULE, INFERENCE + RELATIVE + before, INFERENCE + RELATIVE + after, "Make it relative to the app root")
    check_fix(RULE, crlf(INFERENCE + RELATIVE + before), crlf(INFERENCE + RELATIVE + after))


@pytest.mark.parametrize("script", ["/opt/score.py", "/var/azureml-app-2/score.py", "/var/azureml-app/../score.py"])
def test_a_script_outside_the_app_root(script: str) -> None:
    """No relative path leads there without going up, so none is offered."""
    [finding] = findings_of(RULE, f"{INFERENCE}ENV AZUREML_ENTRY_SCRIPT={script}\n{RELATIVE}")

    assert finding.fixes == ()
