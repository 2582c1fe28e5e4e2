"""SourceOutsideContext: a source above the build context."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, findings_of

RULE = "SourceOutsideContext"


def test_a_folder_above() -> None:
    """Each source is marked, on any base image."""
    [finding, _] = check_rule(
        RULE,
        """
        FROM python:3.12
        COPY ../data src/../../main.py /app/
        #    ^^^^^^^ SourceOutsideContext BuildKit reads data
        #            ^^^^^^^^^^^^^^^^^ SourceOutsideContext BuildKit reads main.py
        """,
    )

    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    "line", ["COPY .. /app", "ADD ../../a /a", 'COPY ["../a", "/a"]', "COPY --chown=a ../*.py /a/"]
)
def test_sources_above_the_context(line: str) -> None:
    """ADD, wildcards and the exec form are examined, too."""
    assert len(findings_of(RULE, f"FROM python:3.12\n{line}\n")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "COPY src/../data /data",
        "COPY ..data /data",
        "COPY data ../data",
        "COPY /../data /data",
        "COPY --from=build ../data /data",
        "COPY $UP/../data /data",
        "ADD https://example.com/../data /data",
        "RUN cp ../data /data",
    ],
)
def test_sources_in_the_context(line: str) -> None:
    """The rule is silent for paths in the context, stages, URLs, unknown paths and destinations."""
    check_rule(RULE, f"FROM python:3.12\n{line}\n")


def test_the_fix_writes_what_is_read() -> None:
    """The build stays the same, and the path shows what it copies."""
    check_fix(
        RULE,
        "FROM python:3.12\nCOPY ../../data/a /a\n",
        "FROM python:3.12\nCOPY data/a /a\n",
        "Use data/a",
    )
    check_fix(RULE, "FROM python:3.12\nCOPY .. /a\n", "FROM python:3.12\nCOPY . /a\n", "Use .")
