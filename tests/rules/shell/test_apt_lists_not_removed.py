"""AptListsNotRemoved: the package lists of apt-get update stay in the image."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of
from tests.images_used import FROM_TRAINING

RULE = "AptListsNotRemoved"
INSTALL = "apt-get update && apt-get install -y a"


def test_the_lists_stay() -> None:
    """The rule reports the update that downloads the lists."""
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
    """The rule examines the final stage and those that it is built on, but not a stage that is only copied from."""
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


@pytest.mark.parametrize(
    "command",
    [
        "CHROME=chrome.deb && {} && rm $CHROME",
        "{} && export FILE='/tmp/a.deb' && rm -f \"${{FILE}}\" /tmp/b",
        "{} && FILE=a.deb; rm /tmp/$FILE",
    ],
)
def test_another_file_in_a_variable(command: str) -> None:
    """A variable that the RUN itself sets to another file does not name the lists."""
    assert len(findings_of(RULE, f"{FROM_TRAINING}RUN {command.format(INSTALL)}\n")) == 1


@pytest.mark.parametrize(
    "command",
    [
        "LISTS=/var/lib/apt/lists && {} && rm -rf $LISTS",
        "FILES='/tmp/a /var/lib/apt/lists' && {} && rm -rf $FILES",
        "FILE=a.deb && {} && FILE=/var/lib/apt/lists; rm -rf $FILE",
        "FILE=$(ls) && {} && rm -rf $FILE",
        "FILE=a; {} && for FILE in a /var/lib/apt/lists/*; do rm -rf $FILE; done",
        "{} && rm -rf $FILE",
        "FILE=a && {} && rm -rf $FILE $OTHER",
    ],
)
def test_a_variable_that_may_name_the_lists(command: str) -> None:
    """The rule is silent if the value of a variable is not certain."""
    check_rule(RULE, f"{FROM_TRAINING}RUN {command.format(INSTALL)}\n")


def test_removed_too_early_or_too_late() -> None:
    """A removal before the update or in another RUN does not make the layer smaller."""
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
def test_no_lists_are_left(command: str) -> None:
    """The rule is silent if the RUN removes the lists, has them in a mount, or may clean them with another program."""
    check_rule(RULE, f"{FROM_TRAINING}RUN {command}\n")


def test_other_images() -> None:
    """The rule applies only to images of Azure ML."""
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
def test_the_removal_is_added(before: str, after: str) -> None:
    """The fix follows the layout of the RUN, and does not hide a failure in a heredoc without `set -e`."""
    check_fix(RULE, f"{FROM_TRAINING}RUN {before}\nRUN b\n", f"{FROM_TRAINING}RUN {after}\nRUN b\n")
    check_fix(RULE, crlf(f"{FROM_TRAINING}RUN {before}\n"), crlf(f"{FROM_TRAINING}RUN {after}\n"))


def test_the_escape_character_of_the_file() -> None:
    """The fix continues the line with the escape character of the file."""
    before = f"# escape=`\n{FROM_TRAINING}RUN apt-get update `\n  && apt-get install -y a\n"

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
def test_no_fix_without_a_place_for_it(command: str) -> None:
    """There is no fix if the list is unfinished, never reaches its end, or is in the exec form."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}RUN {command}\n")

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
    """The fix is not safe if a later RUN, in this stage or in one that is built on it, may need the lists."""
    text = f"{FROM_TRAINING[:-1]} AS base\nRUN {INSTALL}\n{following}"
    [finding] = findings_of(RULE, text)

    assert [fix.is_safe for fix in finding.fixes] == [is_safe]
