"""AptGetWithoutUpdate: packages are installed without apt-get update in the same RUN."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of
from tests.images_used import FROM_TRAINING

RULE = "AptGetWithoutUpdate"


def test_no_update_at_all() -> None:
    """The rule reports the first installation of each RUN."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN apt-get install -y curl && apt-get install -y git
        #           ^^^^^^^ AptGetWithoutUpdate without apt-get update
        """,
    )

    assert finding.severity is Severity.WARNING


def test_an_update_in_another_run() -> None:
    """After an update in an earlier RUN, it is a hint, because the lists become outdated in Docker's cache."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        USER root
        RUN apt-get update
        RUN sudo apt install -y curl && apt update
        #            ^^^^^^^ AptGetWithoutUpdate without apt update, so the package lists may be outdated
        """,
    )

    assert finding.severity is Severity.HINT


@pytest.mark.parametrize(
    ("before", "severity"),
    [
        ("RUN apt-get update", Severity.HINT),
        ("RUN ./setup.sh", Severity.HINT),
        ("RUN apt-get update && apt-get install -y git\nRUN pip install numpy", Severity.HINT),
        (f"RUN apt-get update\n{FROM_TRAINING}", Severity.WARNING),
        ("RUN pip install numpy", Severity.WARNING),
        ("RUN --mount=type=cache,target=/var/lib/apt apt-get update", Severity.WARNING),
        ("RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*", Severity.WARNING),
        ("RUN apt-get update\nRUN rm -rf /var/lib/apt/lists/*", Severity.WARNING),
    ],
)
def test_the_severity(before: str, severity: Severity) -> None:
    """It is a warning if no earlier RUN of the image leaves package lists, because apt then finds no package."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}{before}\nRUN apt-get install -y curl\n")

    assert finding.severity is severity


def test_an_update_in_a_stage_below() -> None:
    """The lists of a stage that the stage is built on are considered."""
    text = f"{FROM_TRAINING.rstrip()} AS base\nRUN apt-get update\nFROM base\nRUN apt-get install -y curl\n"
    [finding] = findings_of(RULE, text)

    assert finding.severity is Severity.HINT


def test_scripts_and_the_exec_form() -> None:
    """The rule reads `bash -c` scripts, heredocs and the exec form."""
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
def test_lists_that_may_be_up_to_date(command: str) -> None:
    """The rule is silent after an update, after a script that may run one, with a mount, and if no list is needed."""
    check_rule(RULE, f"{FROM_TRAINING}RUN {command}\n")


def test_other_images() -> None:
    """The rule applies only to images of Azure ML."""
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
    """The fix adds the update before the command and its prefix."""
    check_fix(RULE, f"{FROM_TRAINING}RUN {before}\n", f"{FROM_TRAINING}RUN {after}\n")
    check_fix(RULE, crlf(f"{FROM_TRAINING}RUN {before}\n"), crlf(f"{FROM_TRAINING}RUN {after}\n"))


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
def test_no_fix_that_changes_the_logic_of_the_list(command: str) -> None:
    """There is no fix if another command decides whether this one runs, or in the exec form."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}RUN {command}\n")

    assert finding.fixes == ()


def test_an_acpt_image() -> None:
    """An ACPT base image is checked like the curated environments that are built on it."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/aifx/acpt/stable-ubuntu2204-cu126-py310-torch280:biweekly.202509.1
        RUN apt-get update
        RUN apt-get install -y git && rm -rf /var/lib/apt/lists/*
        #           ^^^^^^^ AptGetWithoutUpdate
        """,
    )
