"""UninstallWithoutYes: pip asks for confirmation before it removes a package, which stops the build."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of
from tests.images_used import FROM_TRAINING

RULE = "UninstallWithoutYes"


def test_a_removal() -> None:
    """The rule reports every removal, on any base image."""
    [finding, *_] = check_rule(
        RULE,
        """
        FROM python:3.12
        RUN pip uninstall opencv-python && pip install opencv-python-headless
        #       ^^^^^^^^^ UninstallWithoutYes asks for confirmation
        RUN python -m pip --quiet uninstall -r old.txt
        #                         ^^^^^^^^^ UninstallWithoutYes
        RUN conda run -n own /opt/bin/pip3 uninstall torch || true
        #                                  ^^^^^^^^^ UninstallWithoutYes
        """,
    )

    assert finding.severity is Severity.WARNING


def test_scripts_and_the_exec_form() -> None:
    """The rule reads `bash -c` scripts, heredocs and the exec form."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN ["pip", "uninstall", "numpy"]
        #            ^^^^^^^^^ UninstallWithoutYes
        RUN <<EOF
        pip uninstall numpy
        #   ^^^^^^^^^ UninstallWithoutYes
        EOF
        RUN bash -c "pip uninstall numpy"
        #                ^^^^^^^^^ UninstallWithoutYes
        """,
    )


@pytest.mark.parametrize(
    "command",
    [
        "pip uninstall -y torch && pip uninstall --yes numpy",
        "pip uninstall torch -y",
        "pip -qqy uninstall torch",
        "yes | pip uninstall torch",
        "echo y | pip uninstall torch",
        "pip uninstall torch <<< y",
        "pip uninstall $OPTIONS torch",
        "PIP_YES=1 pip uninstall torch",
        "export PIP_YES=1 && pip uninstall torch",
        "uv pip uninstall torch",
        "conda uninstall -n base numpy",
        "pip uninstall",
        "pip uninstall --help",
        "pip install uninstall",
        "echo pip uninstall torch",
    ],
)
def test_commands_without_a_question(command: str) -> None:
    """The rule is silent if pip does not ask, or if something may answer."""
    check_rule(RULE, f"{FROM_TRAINING}RUN {command}\n")


@pytest.mark.parametrize("line", ["ENV PIP_YES=1", "ARG PIP_YES=true"])
def test_answered_by_a_variable(line: str) -> None:
    """The rule is silent if a variable of pip answers all questions."""
    check_rule(RULE, f"{FROM_TRAINING}{line}\nRUN pip uninstall torch\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pip uninstall numpy", "pip uninstall -y numpy"),
        ("pip uninstall \\\n    numpy", "pip uninstall -y \\\n    numpy"),
        ('["pip", "uninstall", "numpy"]', '["pip", "uninstall", "-y", "numpy"]'),
        ('bash -c "pip uninstall numpy"', 'bash -c "pip uninstall -y numpy"'),
    ],
)
def test_the_option_is_added(before: str, after: str) -> None:
    """The fix adds the option directly after the action."""
    check_fix(RULE, f"{FROM_TRAINING}RUN {before}\n", f"{FROM_TRAINING}RUN {after}\n", "Add -y")
    check_fix(RULE, crlf(f"{FROM_TRAINING}RUN {before}\n"), crlf(f"{FROM_TRAINING}RUN {after}\n"))


def test_no_fix_in_unknown_quotes() -> None:
    """There is no fix, because a space would split the script there."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}RUN sh -c pip\\ uninstall\\ numpy\n")

    assert finding.fixes == ()
