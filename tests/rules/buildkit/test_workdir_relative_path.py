"""WorkdirRelativePath: the first WORKDIR of a stage is relative."""

from __future__ import annotations

import pytest

from tests.annotated import check_rule

RULE = "WorkdirRelativePath"


def test_the_first_workdir() -> None:
    """Only the first WORKDIR of a stage depends on the base image."""
    check_rule(
        RULE,
        """
        FROM python:3.12 AS a
        WORKDIR app
        #       ^^^ WorkdirRelativePath Relative workdir "app" can have unexpected results
        WORKDIR b
        FROM a
        WORKDIR c
        FROM alpine
        ARG D=d
        WORKDIR $D/e
        #       ^^^^ WorkdirRelativePath Relative workdir "d/e"
        """,
    )


@pytest.mark.parametrize(
    "lines",
    [
        "FROM alpine\nWORKDIR /app\nWORKDIR b\n",
        "FROM python:3.12\nWORKDIR $UNKNOWN\n",
        "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nWORKDIR C:/app\n",
        "FROM mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-1809\nWORKDIR C:/app\n",
        "FROM python:3.12-windowsservercore-ltsc2022\nWORKDIR C:/app\n",
    ],
)
def test_known_folders(lines: str) -> None:
    """An absolute path, an unknown one, and one of Windows on an image of Windows are right."""
    check_rule(RULE, lines)
