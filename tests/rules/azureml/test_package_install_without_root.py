"""PackageInstallWithoutRoot: system packages that a user without root rights installs."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "PackageInstallWithoutRoot"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
TRAINING = "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\n"


def test_apt_get_on_an_inference_image() -> None:
    """Inference images run as dockeruser, so the program of the first command is marked."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN apt-get update && apt-get install -y libgl1
        #   ^^^^^^^ PackageInstallWithoutRoot apt-get runs as dockeruser here
        """,
    )

    assert finding.severity is Severity.ERROR


def test_every_run_is_reported() -> None:
    """Each RUN stops the build, and each one has its own fix."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/curated/minimal-py311-inference:latest
        RUN apt-get update
        #   ^^^^^^^ PackageInstallWithoutRoot
        RUN pip install pandas
        RUN apt upgrade -y
        #   ^^^ PackageInstallWithoutRoot
        """,
    )


def test_another_user_on_a_training_image() -> None:
    """On a training image, too, only root can install packages."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN apt-get update
        RUN useradd joe
        USER joe:staff
        RUN apt-get install -y curl
        #   ^^^^^^^ PackageInstallWithoutRoot apt-get runs as joe here
        """,
    )


def test_the_user_of_an_earlier_stage() -> None:
    """A stage starts with the user of the stage that it builds on, through any number of stages."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        USER root
        RUN apt-get update
        FROM base AS middle
        RUN apt-get update
        USER dockeruser
        FROM middle
        RUN apt-get update
        #   ^^^^^^^ PackageInstallWithoutRoot
        """,
    )


def test_a_user_from_an_argument() -> None:
    """The rule uses the default value of an ARG."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        ARG WHO=joe
        USER ${WHO:-root}
        RUN apt-get update
        #   ^^^^^^^ PackageInstallWithoutRoot joe
        """,
    )


@pytest.mark.parametrize(
    "base",
    [
        "ARG TAG=latest\nFROM mcr.microsoft.com/azureml/minimal-py312-inference:${TAG}\n",
        "FROM ${BASE:-mcr.microsoft.com/azureml/minimal-py312-inference}:latest\n",
        "ARG GPU=\nFROM mcr.microsoft.com/azureml/minimal-${GPU:+cuda-}py312-inference:latest\n",
    ],
)
def test_a_base_image_from_arguments(base: str) -> None:
    """Default values, `${X:-y}` and `${X:+y}` are expanded as in Docker."""
    assert len(findings_of(RULE, f"{base}RUN apt-get update\n")) == 1


def test_the_exec_form() -> None:
    """The program, or the script of a shell, is checked in the exec form as well."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN ["apt-get", "install", "-y", "curl"]
        #     ^^^^^^^ PackageInstallWithoutRoot
        RUN ["/bin/bash", "-c", "set -e && apt-get update"]
        #                                  ^^^^^^^ PackageInstallWithoutRoot
        """,
    )


def test_heredocs_that_a_shell_reads() -> None:
    """A heredoc is checked on its own, and as the input of a shell."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN <<EOF
        # packages
        apt-get update
        #^^^^^^ PackageInstallWithoutRoot
        apt-get install -y curl
        EOF
        RUN bash -euo pipefail <<EOF
          apt-get update
        # ^^^^^^^ PackageInstallWithoutRoot
        EOF
        RUN <<EOF
        #!/bin/sh -e
        apt update
        #^^ PackageInstallWithoutRoot
        EOF
        """,
    )


@pytest.mark.parametrize(
    "run",
    [
        "RUN cat <<EOF > install.sh\napt-get update\nEOF\n",
        "RUN <<EOF cat > install.sh\napt-get update\nEOF\n",
        "RUN <<EOF\n#!/usr/bin/env python3\napt-get update\nEOF\n",
        "RUN python <<EOF\napt-get update\nEOF\n",
        "COPY <<EOF /tmp/install.sh\napt-get update\nEOF\n",
    ],
)
def test_heredocs_that_no_shell_reads_are_not_reported(run: str) -> None:
    """Such a heredoc is the text of another program, or a file."""
    check_rule(RULE, INFERENCE + run)


@pytest.mark.parametrize(
    "command",
    [
        'if [ "$(id -u)" = 0 ]; then apt-get update; fi',
        "test $UID = 0 && apt-get update",
        "which git || apt-get install -y git",
        "which git || (apt-get update && apt-get install -y git)",
        "if command -v git; then apt-get remove -y git; fi",
        "install() { apt-get install -y $1; }; pip install a",
        "dpkg --root=/home/dockeruser/a -i a.deb",
        "apt-get -o Dir::State=/tmp/a -o Dir::Cache=/tmp/b update",
    ],
)
def test_commands_that_may_not_fail_are_not_reported(command: str) -> None:
    """A condition may skip the command, or it changes a folder of the user."""
    check_rule(RULE, f"{INFERENCE}RUN {command}\n")


def test_a_run_that_continues_after_a_failure() -> None:
    """With `||` the build continues without the packages, so the finding is a warning."""
    [finding] = findings_of(RULE, f"{INFERENCE}RUN (apt-get update && apt-get install -y git) || true\n")

    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    "command",
    [
        "DEBIAN_FRONTEND=noninteractive apt-get install -y curl",
        "export A=b; apt-get update",
        "if apt-get update; then true; fi",
        "for package in a b; do apt-get install -y $package; done",
        "(apt-get update)",
        "! /usr/bin/apt-get update",
        "echo $(apt-get update)",
        "env LANG=C timeout -k 5 60 apt-get update",
        "xargs -a packages.txt apt-get install -y",
        "apt-get -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 install -y curl",
        "apt-get -yqq -t bookworm install curl",
        "sh -c 'apt-get update && true'",
        "aptitude install -y curl",
        "dpkg -i package.deb",
        "dpkg --purge curl",
        "apt-get remove -y curl",
        "apt-get autoremove -y || true",
        "a\\\npt-get update",
        "--mount=type=cache,target=/var/cache/apt apt-get update",
    ],
)
def test_commands_that_change_packages(command: str) -> None:
    """Every command that changes packages is reported, at any position in the shell text."""
    assert len(findings_of(RULE, f"{INFERENCE}RUN {command}\n")) == 1


@pytest.mark.parametrize(
    "command",
    [
        "echo apt-get install curl",
        "echo 'apt-get update' > install.sh",
        "sudo apt-get update",
        "sudo -E DEBIAN_FRONTEND=noninteractive apt-get install -y curl",
        'sudo bash -c "apt-get update && apt-get install -y curl"',
        "gosu root apt-get update",
        "sudo sh <<EOF\napt-get update\nEOF",
        "which apt-get && apt-get --version",
        "apt-cache search install",
        "apt list --upgradable",
        "apt-get download curl",
        "apt-get -s install curl",
        "apt-get install --dry-run curl",
        "apt-get -yqs upgrade",
        "apt-mark hold curl && dpkg -l curl && dpkg-query -l",
        "pip install apt && pip install update",
        "pip install pandas # then apt-get update",
        "conda install -y curl",
        "",
    ],
)
def test_commands_that_do_not_change_packages_are_not_reported(command: str) -> None:
    """The rule ignores commands with sudo, and commands that only read or mention packages."""
    check_rule(RULE, f"{INFERENCE}RUN {command}\n")


@pytest.mark.parametrize(
    "fixture",
    [
        f"{TRAINING}RUN apt-get update\n",
        f"{INFERENCE}USER root:root\nRUN apt-get update\nUSER dockeruser\n",
        f"{INFERENCE}USER 0\nRUN apt-get update\nUSER 1000:1000\n",
        f"{INFERENCE}ARG WHO\nUSER $WHO\nRUN apt-get update\n",
        f"{INFERENCE}# RUN apt-get update\n",
        "FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest\nRUN apt-get update\n",
        "FROM mcr.microsoft.com/azureml/promptflow/promptflow-runtime-stable:latest\nRUN apt-get update\n",
        "FROM ubuntu:24.04\nUSER joe\nRUN apt-get update\n",
        "FROM example.azurecr.io/azureml/minimal-py312-inference:1\nRUN apt-get update\n",
        "ARG BASE\nFROM $BASE\nRUN apt-get update\n",
        "ARG BASE\nFROM ${BASE:+mcr.microsoft.com/azureml/minimal-py312-inference}:latest\nRUN apt-get update\n",
    ],
)
def test_a_possible_root_user_is_not_reported(fixture: str) -> None:
    """The rule ignores training images, unknown users and other images."""
    check_rule(RULE, fixture)


@pytest.mark.parametrize("user", ["USER", "USER ", "USER root # for apt", "USER :root"])
def test_an_unfinished_user_is_not_reported(user: str) -> None:
    """The rule waits while USER is typed, and if a comment is part of the name."""
    check_rule(RULE, f"{INFERENCE}{user}\nRUN apt-get update\n")


def test_another_shell() -> None:
    """The rule does not read the text of `SHELL ["pwsh", …]`, but reads that of `conda run … bash -c`."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        SHELL ["conda", "run", "-p", "/opt/env", "/bin/bash", "-c"]
        RUN apt-get update
        #   ^^^^^^^ PackageInstallWithoutRoot
        SHELL ["pwsh", "-c"]
        RUN apt-get update
        """,
    )


def test_onbuild_is_not_reported() -> None:
    """An ONBUILD instruction runs in another build, as an unknown user."""
    check_rule(RULE, f"{INFERENCE}ONBUILD RUN apt-get update\n")


def test_the_fix_switches_to_root_and_back() -> None:
    """Line ends, continuations and comments stay, and the comment above stays next to its RUN."""
    before = r"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest

        # Libraries
        run apt-get update && \
            # the newest
            apt-get install -y \

                libgl1  # for OpenCV
        COPY code /opt/code
        """
    after = r"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest

        USER root
        # Libraries
        run apt-get update && \
            # the newest
            apt-get install -y \

                libgl1  # for OpenCV
        USER dockeruser
        COPY code /opt/code
        """

    check_fix(RULE, before, after, "Switch to root for this RUN, and back to dockeruser")
    check_fix(RULE, crlf(before), crlf(after))


def test_the_fix_keeps_skipped_checks() -> None:
    """A `# check=skip=` comment above the RUN is still above it after the fix."""
    check_fix(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        # check=skip=TypographicCharacter
        RUN apt-get install –y curl
        """,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        USER root
        # check=skip=TypographicCharacter
        RUN apt-get install –y curl
        USER dockeruser
        """,
    )


def test_the_fix_in_the_last_line() -> None:
    """A file without a final line end still has none after the fix."""
    check_fix(RULE, f"{INFERENCE}RUN apt-get update", f"{INFERENCE}USER root\nRUN apt-get update\nUSER dockeruser")


def test_the_fix_keeps_a_heredoc_together() -> None:
    """The switch back is below the last line of the heredoc."""
    check_fix(
        RULE,
        f"{INFERENCE}RUN <<EOF\napt-get update\nEOF\nCOPY a b\n",
        f"{INFERENCE}USER root\nRUN <<EOF\napt-get update\nEOF\nUSER dockeruser\nCOPY a b\n",
    )


def test_the_fix_switches_back_to_the_previous_user() -> None:
    """The user is written as before, with the group and the variables."""
    before = f"{TRAINING}ARG WHO=joe\nUSER ${{WHO}}:staff\nRUN apt-get update\nRUN true\n"
    after = before.replace("RUN apt-get update\n", "USER root\nRUN apt-get update\nUSER ${WHO}:staff\n")

    check_fix(RULE, before, after, "Switch to root for this RUN, and back to ${WHO}:staff")


def test_the_fix_switches_back_to_the_user_of_an_earlier_stage() -> None:
    """An ARG of that stage has no value in this one, so the name is expanded."""
    stage = "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest AS base\nARG WHO=joe\nUSER $WHO\n"

    check_fix(
        RULE,
        f"{stage}FROM base\nRUN apt-get update\n",
        f"{stage}FROM base\nUSER root\nRUN apt-get update\nUSER joe\n",
    )


def test_the_fix_before_another_user() -> None:
    """If USER follows, the fix only adds the switch to root."""
    check_fix(
        RULE,
        f"{INFERENCE}RUN apt-get update\nUSER dockeruser\n",
        f"{INFERENCE}USER root\nRUN apt-get update\nUSER dockeruser\n",
        "Switch to root before this RUN",
    )


def test_no_fix_below_an_unfinished_line() -> None:
    """At the end of the file, a line that ends in `\\` would swallow the switch back."""
    [finding] = findings_of(RULE, f"{INFERENCE}RUN apt-get update && \\\n")

    assert finding.fixes == ()


@pytest.mark.parametrize(
    ("run", "severity"),
    [
        ("RUN apt-get update && pip install x", Severity.ERROR),
        ("RUN pip install x; apt-get update", Severity.ERROR),
        ("RUN set -e; apt-get update; pip install x", Severity.ERROR),
        ("RUN apt-get update; pip install x", Severity.WARNING),
        ("RUN <<EOF\napt-get update\npip install x\nEOF", Severity.WARNING),
        ("RUN <<EOF\nset -ex\napt-get update\npip install x\nEOF", Severity.ERROR),
    ],
)
def test_the_severity_if_the_build_continues(run: str, severity: Severity) -> None:
    """After `;` the exit status of the RUN is that of its last command."""
    text = f"FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n{run}\n"
    assert [finding.severity for finding in findings_of(RULE, text)] == [severity]


@pytest.mark.parametrize("user", ["<user>", "..."])
def test_a_placeholder_is_not_written_again(user: str) -> None:
    """Nobody knows yet which user to switch back to."""
    [finding] = findings_of(RULE, f"{INFERENCE}USER {user}\nRUN apt-get install -y curl\n")
    assert finding.fixes == ()
