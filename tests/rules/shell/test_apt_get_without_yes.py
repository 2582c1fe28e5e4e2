"""AptGetWithoutYes: the package manager asks for confirmation, which stops the build."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of
from tests.images_used import FROM_TRAINING

RULE = "AptGetWithoutYes"


def test_an_installation() -> None:
    """The rule reports the action of every command, as a warning, because the build stops."""
    [finding, _] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN apt-get update && apt-get install --no-install-recommends \\
        #                             ^^^^^^^ AptGetWithoutYes apt-get install asks
            libgl1 && apt -q upgrade
        #                    ^^^^^^^ AptGetWithoutYes apt upgrade asks
        """,
    )

    assert finding.severity is Severity.WARNING


def test_any_image_of_azure_ml() -> None:
    """The rule applies to every stage on an image of Azure ML, for any user, and not to other images."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS a
        RUN sudo apt-get remove curl
        #                ^^^^^^ AptGetWithoutYes
        FROM ubuntu
        RUN apt-get install curl
        FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest
        RUN apt-get install curl
        #           ^^^^^^^ AptGetWithoutYes
        """,
    )


def test_scripts_and_the_exec_form() -> None:
    """The rule reads `bash -c` scripts, heredocs and the exec form."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN ["apt-get", "install", "curl"]
        #                ^^^^^^^ AptGetWithoutYes
        RUN <<EOF
        DEBIAN_FRONTEND=noninteractive apt-get dist-upgrade
        #                                      ^^^^^^^^^^^^ AptGetWithoutYes
        EOF
        RUN bash -c "apt-get install curl=$VERSION"
        #                    ^^^^^^^ AptGetWithoutYes
        """,
    )


@pytest.mark.parametrize(
    "command",
    [
        "apt-get install -y curl",
        "apt-get -yq install curl",
        "apt-get install curl --assume-yes",
        "apt-get -qq install curl",
        "apt-get -o APT::Get::Assume-Yes=true install curl",
        "yes | apt-get install curl",
        "echo y | sudo bash -c 'apt-get install curl'",
        "apt-get install curl <<< y",
        "apt-get install --dry-run curl",
        "apt-get update && apt-get clean && apt-get download curl",
        "apt-get install",
        "apt-get install $OPTIONS curl",
        "apt-get install $(cat packages.txt)",
        "echo 'APT::Get::Assume-Yes \"true\";' > /etc/apt/apt.conf.d/90yes && apt-get install curl",
        "cp yes.conf /etc/apt/apt.conf.d/ && apt-get install curl",
        "APT_CONFIG=/a apt-get install curl",
        "apt-get -c /a.conf install curl",
        "--mount=type=bind,source=yes,target=/etc/apt/apt.conf.d/yes apt-get install curl",
        "yes | (apt-get update && apt-get install curl)",
        "yes | { apt-get update; apt-get install curl; }",
        "dpkg -i curl.deb",
        "echo apt-get install curl",
        "aptitude install curl",
        "cat <<EOF > a.sh\napt-get install curl\nEOF",
    ],
)
def test_commands_without_a_question(command: str) -> None:
    """The rule is silent if the command does not ask, or if something may answer."""
    check_rule(RULE, f"{FROM_TRAINING}RUN {command}\n")


@pytest.mark.parametrize(
    "lines",
    [
        "ENV APT_CONFIG=/a",
        "ARG APT_CONFIG=/a",
        "COPY 90yes /etc/apt/apt.conf.d/",
        "COPY rootfs /",
        "ADD rootfs.tar.gz /",
        "RUN echo 'APT::Get::Assume-Yes 1;' | tee /a",
    ],
)
def test_answered_by_the_configuration(lines: str) -> None:
    """The rule is silent if an earlier instruction may configure apt."""
    check_rule(RULE, f"{FROM_TRAINING}{lines}\nRUN apt-get install curl\n")


def test_the_changes_that_need_confirmation() -> None:
    """An installation asks only for other packages; a removal or an upgrade always asks."""
    [install, remove] = findings_of(RULE, f"{FROM_TRAINING}RUN apt-get install curl && apt-get remove wget\n")

    assert "confirmation before it changes other packages" in install.message
    assert "asks for confirmation, which" in remove.message


def test_a_known_variable() -> None:
    """The rule replaces a variable with the value of its ARG."""
    check_rule(RULE, f'{FROM_TRAINING}ARG OPTIONS="-y -q"\nRUN apt-get install ${{OPTIONS}} curl\n')
    assert len(findings_of(RULE, f"{FROM_TRAINING}ARG PACKAGES=curl\nRUN apt-get install $PACKAGES\n")) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("apt-get install curl", "apt-get install -y curl"),
        ("apt-get -q install \\\n    # it\n    curl", "apt-get -q install -y \\\n    # it\n    curl"),
        ('["apt-get", "install", "curl"]', '["apt-get", "install", "-y", "curl"]'),
        ('bash -c "apt-get install curl"', 'bash -c "apt-get install -y curl"'),
        ("<<EOF\napt-get upgrade\nEOF", "<<EOF\napt-get upgrade -y\nEOF"),
    ],
)
def test_the_option_is_added(before: str, after: str) -> None:
    """The fix adds the option directly after the action."""
    check_fix(RULE, f"{FROM_TRAINING}RUN {before}\n", f"{FROM_TRAINING}RUN {after}\n", "Add -y")
    check_fix(RULE, crlf(f"{FROM_TRAINING}RUN {before}\n"), crlf(f"{FROM_TRAINING}RUN {after}\n"))


def test_no_fix_in_unknown_quotes() -> None:
    """There is no fix, because a space would split the script there."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}RUN sh -c apt-get\\ install\\ curl\n")

    assert finding.fixes == ()
