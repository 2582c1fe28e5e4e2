"""PackageInstallWithoutRoot: system packages that are installed by a user who may not."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "PackageInstallWithoutRoot"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
TRAINING = "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\n"


def test_apt_get_on_an_inference_image() -> None:
    """Inference images run as dockeruser: the program is marked, in the first of its commands only."""
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
    """Each of them stops the build, and each has its own repair."""
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


def test_after_switching_to_another_user() -> None:
    """On a training image, too, only root may install."""
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
    """A stage begins with the user of the stage that it is built on, through any number of them."""
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


def test_the_user_given_by_an_argument() -> None:
    """Its default value counts."""
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
def test_a_base_image_given_by_arguments(base: str) -> None:
    """Default values, `${X:-y}` and `${X:+y}` are read as Docker reads them."""
    assert len(findings_of(RULE, f"{base}RUN apt-get update\n")) == 1


def test_the_exec_form() -> None:
    """The program, or the script of a shell, is read there as well."""
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
    """Alone, or as the input of a shell."""
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
def test_heredocs_that_no_shell_reads(run: str) -> None:
    """They are text of another program, or a file."""
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
def test_commands_that_need_not_fail(command: str) -> None:
    """A condition may keep them from running, or they change a folder of the user's own."""
    check_rule(RULE, f"{INFERENCE}RUN {command}\n")


def test_a_failure_that_the_run_survives() -> None:
    """With `||` the build goes on, without the packages."""
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
    """Wherever they stand in the text of the shell."""
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
def test_commands_that_do_not(command: str) -> None:
    """With sudo they run as root; and many commands only look, or only speak of packages."""
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
        "ARG BASE\nFROM ${BASE:-mcr.microsoft.com/azureml/minimal-py312-inference}:latest\nRUN apt-get update\n",
    ],
)
def test_where_the_user_may_be_root(fixture: str) -> None:
    """Training images run as root; where nobody knows the user, and on other images, nothing is said."""
    check_rule(RULE, fixture)


@pytest.mark.parametrize("user", ["USER", "USER ", "USER root # for apt", "USER :root"])
def test_a_user_that_is_no_user_yet(user: str) -> None:
    """While USER is typed, and where a comment made its way into the name, this rule waits."""
    check_rule(RULE, f"{INFERENCE}{user}\nRUN apt-get update\n")


def test_another_shell_has_other_commands() -> None:
    """After `SHELL ["pwsh", …]` the text is not read; `conda run … bash -c` is a shell like any other."""
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


def test_an_instruction_for_later() -> None:
    """What ONBUILD keeps runs in another build, as a user who is not known here."""
    check_rule(RULE, f"{INFERENCE}ONBUILD RUN apt-get update\n")


def test_root_is_wrapped_around_it() -> None:
    """Line ends, continuations and comments stay, and the comment above stays with its RUN."""
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

    check_fix(RULE, before, after, "Switch to root for it, and back to dockeruser")
    check_fix(RULE, crlf(before), crlf(after))


def test_checks_that_are_skipped_stay_skipped() -> None:
    """A `# check=skip=` above the RUN is still above it after the repair."""
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


def test_the_last_line_of_a_file() -> None:
    """A file that does not end its last line does not end it afterwards."""
    check_fix(RULE, f"{INFERENCE}RUN apt-get update", f"{INFERENCE}USER root\nRUN apt-get update\nUSER dockeruser")


def test_a_heredoc_is_not_torn() -> None:
    """The switch back stands below its last line."""
    check_fix(
        RULE,
        f"{INFERENCE}RUN <<EOF\napt-get update\nEOF\nCOPY a b\n",
        f"{INFERENCE}USER root\nRUN <<EOF\napt-get update\nEOF\nUSER dockeruser\nCOPY a b\n",
    )


def test_back_to_the_user_before() -> None:
    """As it was written, with its group and its variables."""
    before = f"{TRAINING}ARG WHO=joe\nUSER ${{WHO}}:staff\nRUN apt-get update\nRUN true\n"
    after = before.replace("RUN apt-get update\n", "USER root\nRUN apt-get update\nUSER ${WHO}:staff\n")

    check_fix(RULE, before, after, "Switch to root for it, and back to ${WHO}:staff")


def test_back_to_the_user_of_an_earlier_stage() -> None:
    """An ARG of that stage has no value in this one, so the name is spelt out."""
    stage = "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest AS base\nARG WHO=joe\nUSER $WHO\n"

    check_fix(
        RULE,
        f"{stage}FROM base\nRUN apt-get update\n",
        f"{stage}FROM base\nUSER root\nRUN apt-get update\nUSER joe\n",
    )


def test_no_switch_back_where_there_is_one() -> None:
    """If USER follows, only the switch to root is missing."""
    check_fix(
        RULE,
        f"{INFERENCE}RUN apt-get update\nUSER dockeruser\n",
        f"{INFERENCE}USER root\nRUN apt-get update\nUSER dockeruser\n",
        "Switch to root before it",
    )


def test_no_repair_below_a_line_that_goes_on() -> None:
    """At the end of the file a line that ends in `\\` would swallow the switch back."""
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
def test_it_is_a_warning_where_the_build_goes_on(run: str, severity: Severity) -> None:
    """After `;` the RUN ends as its last command does."""
    text = f"FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n{run}\n"
    assert [finding.severity for finding in findings_of(RULE, text)] == [severity]
