"""AptListsNotRemoved: package lists that stay in the image."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "AptListsNotRemoved"
BASE = "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\n"
INSTALL = "apt-get update && apt-get install -y a"


def test_the_lists_stay() -> None:
    """What downloads them is marked."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN apt-get update && \\
        #           ^^^^^^ AptListsNotRemoved
            apt-get install -y curl && apt-get clean
        RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
        """,
    )

    assert finding.severity is Severity.HINT


def test_stages_that_reach_the_image() -> None:
    """The last stage, and those that it is built on; not one from which files are copied."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest AS build
        RUN apt-get update && apt-get install -y gcc
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest AS base
        RUN apt-get update && apt-get install -y curl
        #           ^^^^^^ AptListsNotRemoved
        FROM base
        COPY --from=build /a /a
        RUN sudo apt update && sudo apt install -y git
        #            ^^^^^^ AptListsNotRemoved
        """,
    )


def test_removed_too_early_or_too_late() -> None:
    """Only what stands after the update, in the same RUN, makes the layer smaller."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        USER root
        RUN rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y curl
        #                                          ^^^^^^ AptListsNotRemoved
        RUN rm -rf /var/lib/apt/lists/*
        RUN mkdir -p /var/lib/apt/lists/partial && apt-get update && apt-get install -y curl && rm -rf /tmp/*
        #                                                  ^^^^^^ AptListsNotRemoved
        """,
    )


@pytest.mark.parametrize(
    "command",
    [
        f"{INSTALL} && rm -rf /var/lib/apt/lists/*",
        f"{INSTALL}; sudo rm -r /var/lib/apt/lists",
        f"{INSTALL} && rm -rf /var/lib/apt /var/lib/dpkg",
        f"{INSTALL} && rm -rf /var/lib/{{apt,dpkg}}/",
        f"{INSTALL} && rm -rf $LISTS",
        f"{INSTALL} && cd /var/lib/apt/lists && rm -rf *",
        f"{INSTALL} && cd / && rm -rf var/lib/apt/lists/*",
        f"{INSTALL} && rm -rf /var/{{cache,lib/apt}}/*",
        f"{INSTALL} && rm -rf /var/lib/apt/l*",
        f"{INSTALL} && apt-cleanup",
        f"clean() {{ rm -rf /var/lib/apt/lists/*; }}; {INSTALL} && clean",
        f"trap 'rm -rf /var/lib/apt/lists/*' EXIT; {INSTALL}",
        f"echo 'APT::Update::Post-Invoke {{{{ \"rm -rf /a/*\"; }}}};' > /etc/apt/apt.conf.d/a && {INSTALL}",
        f"{INSTALL} && find /var/lib/apt/lists -type f -delete",
        f"{INSTALL} && apt-get dist-clean",
        f"{INSTALL} && /usr/local/sbin/clean-up.sh",
        f"bash -c '{INSTALL} && rm -rf /var/lib/apt/lists/*'",
        f"--mount=type=cache,target=/var/lib/apt {INSTALL}",
        f"--mount=type=tmpfs,target=/var/lib/apt/lists {INSTALL}",
        "apt-get update",
        "apt-get install -y a",
        f"echo {INSTALL.replace('&&', 'and')}",
        "<<EOF\napt-get update\napt-get install -y a\nrm -rf /var/lib/apt/lists/*\nEOF",
    ],
)
def test_where_none_are_left(command: str) -> None:
    """They are removed, in a mount, or somebody else's."""
    check_rule(RULE, f"{BASE}RUN {command}\n")


def test_other_images() -> None:
    """They are no matter of Azure ML."""
    check_rule(RULE, f"FROM ubuntu:24.04\nRUN {INSTALL}\n")


REMOVE = "rm -rf /var/lib/apt/lists/*"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (INSTALL, f"{INSTALL} && {REMOVE}"),
        (f"{INSTALL} # it", f"{INSTALL} && {REMOVE} # it"),
        (f"sudo bash -c '{INSTALL}'", f"sudo bash -c '{INSTALL}' && sudo {REMOVE}"),
        (
            "apt-get update \\\n    && apt-get install -y \\\n        a \\\n        b",
            f"apt-get update \\\n    && apt-get install -y \\\n        a \\\n        b \\\n    && {REMOVE}",
        ),
        (
            "apt-get update && \\\n\tapt-get install -y a && \\\n\t# all\n\ttrue",
            f"apt-get update && \\\n\tapt-get install -y a && \\\n\t# all\n\ttrue && \\\n\t{REMOVE}",
        ),
        (
            "set -e; \\\n  apt-get update; \\\n  apt-get install -y \\\n    a",
            f"set -e; \\\n  apt-get update; \\\n  apt-get install -y \\\n    a \\\n  && {REMOVE}",
        ),
        (f"{INSTALL} \\\n    b", f"{INSTALL} \\\n    b \\\n    && {REMOVE}"),
        (f"if a; then {INSTALL}; fi", f"if a; then {INSTALL}; fi && {REMOVE}"),
        (
            "<<EOF\nset -e\napt-get update\n  apt-get install -y a # it\nEOF",
            f"<<EOF\nset -e\napt-get update\n  apt-get install -y a # it\n{REMOVE}\nEOF",
        ),
        (
            "<<EOF\n#!/bin/sh -e\napt-get update\napt-get install -y a\n\nEOF",
            f"<<EOF\n#!/bin/sh -e\napt-get update\napt-get install -y a\n{REMOVE}\n\nEOF",
        ),
        (
            "<<EOF\napt-get update\napt-get install -y a\nEOF",
            f"<<EOF\napt-get update\napt-get install -y a && {REMOVE}\nEOF",
        ),
        (f"{INSTALL} && cat <<EOF >a\nb\nEOF", f"{INSTALL} && cat <<EOF >a && {REMOVE}\nb\nEOF"),
    ],
)
def test_they_are_removed(before: str, after: str) -> None:
    """In the layout that the RUN has; in a heredoc without `set -e` no failure is hidden."""
    check_fix(RULE, f"{BASE}RUN {before}\nRUN b\n", f"{BASE}RUN {after}\nRUN b\n")
    check_fix(RULE, crlf(f"{BASE}RUN {before}\n"), crlf(f"{BASE}RUN {after}\n"))


def test_the_escape_character_of_the_file() -> None:
    """It is the one that continues lines."""
    before = f"# escape=`\n{BASE}RUN apt-get update `\n  && apt-get install -y a\n"

    check_fix(RULE, before, f"{before[:-1]} `\n  && {REMOVE}\n")


@pytest.mark.parametrize(
    "command",
    [
        f"{INSTALL};",
        f"{INSTALL} && \\",
        f"{INSTALL} && exit 0",
        f"{INSTALL} && exec a",
        f"gosu root sh -c '{INSTALL}'",
        f'["sh", "-c", "{INSTALL}"]',
    ],
)
def test_no_repair_where_nothing_can_follow(command: str) -> None:
    """The list is not finished, never gets to its end, or is in the exec form."""
    [finding] = findings_of(RULE, f"{BASE}RUN {command}\n")

    assert finding.fixes == ()


@pytest.mark.parametrize(
    ("following", "is_safe"),
    [
        ("RUN pip install a\n", True),
        ("RUN apt-get update && apt-get install -y b && rm -rf /var/lib/apt/lists/*\n", True),
        ("RUN apt-get install -y b\n", False),
        ("RUN ./install.sh\n", False),
        ("FROM base AS other\nRUN apt-get install -y b\nFROM base\n", False),
        ("FROM base AS other\nRUN pip install b\nFROM base\n", True),
    ],
)
def test_lists_that_are_needed_later(following: str, is_safe: bool) -> None:
    """Who removes them must have looked at what comes after, in this stage and in those that are built on it."""
    text = f"{BASE[:-1]} AS base\nRUN {INSTALL}\n{following}"
    [finding] = findings_of(RULE, text)

    assert [fix.is_safe for fix in finding.fixes] == [is_safe]
