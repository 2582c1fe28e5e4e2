"""AptGetWithoutUpdate: packages that are installed without fresh package lists."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "AptGetWithoutUpdate"
BASE = "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\n"


def test_no_update_at_all() -> None:
    """The first installation of the RUN is marked."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN apt-get install -y curl && apt-get install -y git
        #           ^^^^^^^ AptGetWithoutUpdate No apt-get update
        """,
    )

    assert finding.severity is Severity.HINT


def test_an_update_in_another_run() -> None:
    """Its lists grow old in Docker's cache."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        USER root
        RUN apt-get update
        RUN sudo apt install -y curl && apt update
        #            ^^^^^^^ AptGetWithoutUpdate No apt update
        """,
    )


def test_scripts_and_the_exec_form() -> None:
    """They are read as well."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest
        RUN ["apt-get", "install", "-y", "curl"]
        #                ^^^^^^^ AptGetWithoutUpdate
        RUN --mount=type=cache,target=/var/cache/apt bash -c "apt-get install -y curl"
        #                                                             ^^^^^^^ AptGetWithoutUpdate
        """,
    )


@pytest.mark.parametrize(
    "command",
    [
        "apt-get update && apt-get install -y curl",
        "apt update; apt-get install -y curl",
        "aptitude update && apt-get install -y curl",
        "sh -c 'apt-get update' && apt-get install -y curl",
        "if ! apt-get -q update; then exit 1; fi; apt-get install -y curl",
        "apt-get install -y ./curl.deb /tmp/git.deb",
        "apt-get install -fy",
        "apt-get install -y --print-uris curl",
        "apt-get upgrade -y",
        "curl https://example.com/setup | bash - && apt-get install -y nodejs",
        "./setup.sh && apt-get install -y curl",
        "add-apt-repository -y ppa:a/b && apt-get install -y curl",
        "--mount=type=cache,target=/var/lib/apt,sharing=locked apt-get install -y curl",
        "--mount=from=lists,dst=/var/lib/apt/lists apt-get install -y curl",
        "echo apt-get install curl",
        "retry 5 apt-get update && apt-get install -y curl",
        "nala update && apt-get install -y curl",
        "su -c 'apt-get update' && apt-get install -y curl",
        "bash <<EOF && apt-get install -y curl\napt-get update\nEOF",
        "curl -o /usr/local/bin/fresh https://example.com && fresh && apt-get install -y curl",
        "/usr/local/bin/fresh && apt-get install -y curl",
        "apt-get install -y curl || (apt-get update && apt-get install -y curl)",
        "if ! apt-get install -y curl; then apt-get update; apt-get install -y curl; fi",
        "add() { apt-get install -y $1; }; apt-get update && add curl",
        "apt-get install -y $(ls /tmp/*.deb) $FILE",
        "<<EOF\napt-get update\napt-get install -y curl\nEOF",
    ],
)
def test_where_the_lists_may_be_fresh(command: str) -> None:
    """By an update before it, by a script that may do it, in a mount; and where no list is needed."""
    check_rule(RULE, f"{BASE}RUN {command}\n")


def test_other_images() -> None:
    """They are no matter of Azure ML."""
    check_rule(RULE, "FROM ubuntu:24.04\nRUN apt-get install -y curl\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("apt-get install -y a", "apt-get update && apt-get install -y a"),
        ("sudo -E apt install -y a", "sudo apt update && sudo -E apt install -y a"),
        ("A=b nice apt-get install -y a", "apt-get update && A=b nice apt-get install -y a"),
        ("b && \\\n  apt-get install -y a", "b && \\\n  apt-get update && apt-get install -y a"),
        ("if b; then apt-get install -y a; fi", "if b; then apt-get update && apt-get install -y a; fi"),
        ("b || { apt-get install -y a; }", "b || { apt-get update && apt-get install -y a; }"),
        ("apt-get install -y a | tee b", "apt-get update && apt-get install -y a | tee b"),
        ("bash -c 'apt-get install -y a'", "bash -c 'apt-get update && apt-get install -y a'"),
        ("<<EOF\n  apt-get install -y a\nEOF", "<<EOF\n  apt-get update && apt-get install -y a\nEOF"),
    ],
)
def test_the_update_is_added(before: str, after: str) -> None:
    """Before the command and what belongs to it."""
    check_fix(RULE, f"{BASE}RUN {before}\n", f"{BASE}RUN {after}\n")
    check_fix(RULE, crlf(f"{BASE}RUN {before}\n"), crlf(f"{BASE}RUN {after}\n"))


@pytest.mark.parametrize(
    "command",
    [
        "a || apt-get install -y b",
        "a | xargs apt-get install -y b",
        "<packages.txt xargs apt-get install -y b",
        "! apt-get install -y a",
        "gosu root apt-get install -y a",
        '["apt-get", "install", "-y", "a"]',
    ],
)
def test_no_repair_where_it_would_change_the_list(command: str) -> None:
    """Where another command decides whether this one runs, and in the exec form."""
    [finding] = findings_of(RULE, f"{BASE}RUN {command}\n")

    assert finding.fixes == ()
