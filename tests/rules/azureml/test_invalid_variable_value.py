"""InvalidVariableValue: values that the inference server cannot use."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_rule, findings_of

RULE = "InvalidVariableValue"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
NUMBERS = ["SCORING_TIMEOUT_MS", "WORKER_COUNT", "WORKER_TIMEOUT", "AZUREML_DEBUG_PORT"]


def test_a_value_that_is_not_a_whole_number() -> None:
    """The value is marked, including its quotes."""
    found = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV SCORING_TIMEOUT_MS=60s
        #                      ^^^ InvalidVariableValue with "60s". SCORING_TIMEOUT_MS must be a whole number
        ENV WORKER_COUNT="auto" \\
        #                ^^^^^^ InvalidVariableValue The inference server does not start with "auto"
            WORKER_TIMEOUT=5.5
        #                  ^^^ InvalidVariableValue
        ENV AZUREML_DEBUG_PORT localhost:5678
        #                      ^^^^^^^^^^^^^^ InvalidVariableValue
        """,
    )

    assert {finding.severity for finding in found} == {Severity.ERROR}


def test_the_final_value_is_checked() -> None:
    """The rule checks the last value of a name, in any stage, with known variables expanded."""
    check_rule(
        RULE,
        """
        ARG TIMEOUT=soon
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        ARG TIMEOUT
        ENV WORKER_COUNT=many
        ENV AZUREML_DEBUG_PORT=none
        #                      ^^^^ InvalidVariableValue AZUREML_DEBUG_PORT
        FROM base
        ENV WORKER_COUNT=2
        ENV WORKER_TIMEOUT=${TIMEOUT}
        #                  ^^^^^^^^^^ InvalidVariableValue with "soon"
        """,
    )


def test_too_few_workers() -> None:
    """The server accepts the number, but does not answer requests."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV WORKER_COUNT=0
        #                ^ InvalidVariableValue WORKER_COUNT must be at least 1
        """,
    )

    assert finding.severity is Severity.WARNING


def test_an_unknown_log_level() -> None:
    """A word that no logger knows is a warning."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_LOG_LEVEL=verbose
        #                     ^^^^^^^ InvalidVariableValue "verbose" is not a log level
        """,
    )

    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["60s", "0x10", "1e3", "1__0", "5,000", "'1 000'", "+-5", "None"])
def test_numbers_that_every_library_refuses(name: str, value: str) -> None:
    """Neither Python's `int` nor pydantic accepts the value."""
    [finding] = findings_of(RULE, f"{INFERENCE}ENV {name}={value}\n")

    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["5", "+5", "007", '" 5 "', "1_000", "5\\\n0", "$UNKNOWN", "${UNKNOWN:-5}", "", "''"])
def test_numbers_that_both_libraries_accept_are_not_reported(name: str, value: str) -> None:
    """The rule ignores whole numbers in any notation, unknown values and empty values."""
    check_rule(RULE, f"{INFERENCE}ENV {name}={value}\n")


@pytest.mark.parametrize(
    ("name", "value", "is_refused"),
    [
        ("SCORING_TIMEOUT_MS", "5.0", False),
        ("AZUREML_DEBUG_PORT", "5.0", False),
        ("WORKER_COUNT", "5.0", True),
        ("WORKER_TIMEOUT", "5.0", True),
        ("SCORING_TIMEOUT_MS", "-5", False),
        ("WORKER_TIMEOUT", "-5", True),
        ("WORKER_TIMEOUT", "0", False),
        ("WORKER_COUNT", "-1", True),
    ],
)
def test_numbers_that_only_one_library_accepts(name: str, value: str, is_refused: bool) -> None:
    """pydantic accepts a zero fraction, and gunicorn refuses negative numbers."""
    assert bool(findings_of(RULE, f"{INFERENCE}ENV {name}={value}\n")) is is_refused


@pytest.mark.parametrize(
    "value", ["DEBUG", "info", "Warning", "WARN", "critical", "FATAL", "10", "$LEVEL", "", "${L:-x}"]
)
def test_known_log_levels_are_not_reported(value: str) -> None:
    """The rule accepts Python's levels, in any letter case or as a number."""
    check_rule(RULE, f"{INFERENCE}ENV AZUREML_LOG_LEVEL={value}\n")


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest\nENV WORKER_COUNT=auto\n",
        "FROM python:3.12\nENV WORKER_COUNT=auto\n",
        "ARG BASE\nFROM $BASE\nENV WORKER_COUNT=auto\n",
        f'{INFERENCE}ENV WORKER_COUNT=auto\nCMD ["python", "server.py"]\n',
        f"{INFERENCE}ENV WORKER_COUNT=auto\nADD api_server /var/runit/api_server\nRUN rm -rf /var/runit/gunicorn\n",
        f"{INFERENCE[:-1]} AS a\nENV WORKER_COUNT=auto\nFROM python:3.12\nCOPY --from=a /a /a\n",
        f"{INFERENCE}ARG WORKER_COUNT=auto\n",
        f'{INFERENCE}ENV WORKER_COUNT=auto\nCMD ["sh", "-c", "export WORKER_COUNT=$(nproc); runsvdir /var/runit"]\n',
    ],
)
def test_another_server_is_not_reported(fixture: str) -> None:
    """Only Azure ML's inference server reads the variables this way."""
    check_rule(RULE, fixture)


def test_a_long_value_is_shortened() -> None:
    """The message stays short, on one line."""
    [finding] = findings_of(RULE, f"{INFERENCE}ENV WORKER_COUNT='{'many ' * 10_000}'\n")

    assert len(finding.message) < 200
