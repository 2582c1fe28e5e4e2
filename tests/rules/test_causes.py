"""One cause, one finding: errors of BuildKit that another finding explains are left out."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import analyse


def names(lines: str, settings: Settings | None = None) -> list[str]:
    """The names of the rules with a finding in these lines of an image."""
    text = f"FROM python:3.12\n{lines}\n"
    snapshot = analyse(text) if settings is None else analyse(text, settings=settings)
    return [finding.rule.name for finding in snapshot.findings]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("ENV A=1 # the value", "TrailingComment"),
        ("EXPOSE 80 # the port", "TrailingComment"),
        ("STOPSIGNAL 9 # now", "TrailingComment"),
        ('SHELL ["bash"] # c', "TrailingComment"),
        ("ENV PROJECT_NAME=<PROJECT NAME HERE>", "UnfilledPlaceholder"),
        ("EXPOSE <port>", "UnfilledPlaceholder"),
        ("LABEL a=<MY LABEL>", "UnfilledPlaceholder"),
    ],
)
def test_one_finding(lines: str, name: str) -> None:
    """The finding that names the cause remains."""
    assert names(lines) == [name]


def test_findings_on_the_same_text() -> None:
    """A placeholder is not a user either."""
    text = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\nUSER <user>\n"

    assert [finding.rule.name for finding in analyse(text).findings] == ["UnfilledPlaceholder"]


@pytest.mark.parametrize(
    "lines", ["EXPOSE 99999 # the port", "ENV A=1 B # the value", "ENV PROJECT=<PROJECT NAME> B", "RNU a\nENV A=1 # b"]
)
def test_other_errors_remain(lines: str) -> None:
    """An error beside the text has a cause of its own."""
    assert sorted(names(lines))[0] == "ParseError"


@pytest.mark.parametrize("severity", [None, Severity.HINT])
def test_without_an_error_that_names_the_cause(severity: Severity | None) -> None:
    """A build that stops has an error, even if the settings disable or lower the rule that explains it."""
    assert "ParseError" in names("ENV A=1 # the value", Settings(rules={"TrailingComment": severity}))


def test_a_suppressed_cause() -> None:
    """A comment that suppresses the explanation does not suppress the error."""
    assert names("# check=skip=TrailingComment\nENV A=1 # b") == ["ParseError", "ParseError"]
