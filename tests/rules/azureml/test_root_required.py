"""RootRequired: commands that need root and run as another user."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, findings_of
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RULE = "RootRequired"


def test_users_on_an_inference_image() -> None:
    """Inference images run as dockeruser, who cannot add users; the first such command is marked."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN groupadd staff && useradd -m joe
        #   ^^^^^^^^ RootRequired groupadd runs as dockeruser here
        """,
    )

    assert finding.severity is Severity.ERROR


def test_files_that_copy_gave_to_root() -> None:
    """COPY without `--chown` makes files of root, whatever USER says."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY score.py /var/azureml-app/
        COPY run.sh /opt/run.sh
        WORKDIR /opt
        RUN chown -R dockeruser:dockeruser /var/azureml-app
        #   ^^^^^ RootRequired COPY gave these files to root
        RUN chmod +x run.sh
        #   ^^^^^ RootRequired
        """,
    )


@pytest.mark.parametrize("source", [".", "app/", "*.py", "a.py b.py"])
def test_a_recursive_command(source: str) -> None:
    """With `-R`, the names of the files do not matter."""
    assert len(findings_of(RULE, f"{FROM_INFERENCE}COPY {source} /opt/app/\nRUN chmod -R a+r /opt\n")) == 1


def test_another_user_on_a_training_image() -> None:
    """After USER the image no longer runs as root."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN useradd joe
        USER joe
        RUN usermod -aG staff joe
        #   ^^^^^^^ RootRequired usermod runs as joe here
        RUN pip list && chown root:root /home/joe
        #               ^^^^^ RootRequired only root can give files
        """,
    )


def test_a_folder_at_the_top() -> None:
    """Only root can write to `/`, so `mkdir -p` of a deeper folder fails too."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN mkdir /data
        #   ^^^^^ RootRequired only root can create folders in /
        RUN pip list && mkdir -p -m 755 /models/a /tmp/b
        #               ^^^^^ RootRequired
        """,
    )


@pytest.mark.parametrize(
    "lines",
    [
        "RUN mkdir -p /tmp/a /var/azureml-app/b /home/dockeruser/c $FOLDER data",
        "USER root\nRUN mkdir /data && chown dockeruser /data\nUSER dockeruser\nRUN mkdir -p /data",
        "COPY data /data\nRUN mkdir -p /data",
        "COPY . /\nRUN mkdir -p /data",
        "WORKDIR /data\nRUN mkdir -p /data",
        "USER root\nRUN ./setup.sh\nUSER dockeruser\nRUN mkdir /data",
        "USER root\nRUN chmod a+w /\nUSER dockeruser\nRUN mkdir /data",
        "USER root\nRUN mkdir /data",
        "RUN test -d /data || mkdir /data",
    ],
)
def test_folders_that_can_be_made(lines: str) -> None:
    """The rule is silent for root, for folders elsewhere, and for one that may exist."""
    check_rule(RULE, f"{FROM_INFERENCE}{lines}\n")


@pytest.mark.parametrize(
    "lines",
    [
        "USER root\nRUN useradd joe && chown joe /opt",
        "RUN sudo useradd joe",
        "RUN id joe || useradd joe",
        "RUN if true; then useradd joe; fi",
        "RUN useradd --help",
        "RUN apt-get update && useradd joe",
        "RUN mkdir /tmp/a && chown dockeruser /tmp/a && chmod 700 /tmp/a",
        "COPY --chown=dockeruser a.sh /opt/\nRUN chmod +x /opt/a.sh",
        "COPY a.sh /opt/\nUSER root\nRUN chown dockeruser /opt/a.sh\nUSER dockeruser\nRUN chmod +x /opt/a.sh",
        "COPY a.sh /opt/\nUSER root\nRUN /opt/a.sh\nUSER dockeruser\nRUN chmod +x /opt/a.sh",
        "COPY a.sh /opt/\nRUN cp /opt/a.sh /tmp/b.sh && chmod +x /tmp/b.sh",
        "COPY a.sh /opt/\nRUN cd /tmp && chmod +x a.sh",
        "COPY a.sh /var/azureml-app\nRUN chmod 755 /var/azureml-app",
        "COPY . /var/azureml-app\nRUN mkdir /var/azureml-app/logs && chmod -R 755 /var/azureml-app/logs",
        "COPY a.sh /opt/\nRUN chmod +x $SCRIPT /opt/*.py",
        "COPY --from=build /a.sh /opt/a.sh\nRUN chmod +x /opt/a.sh",
        "ARG WHO\nUSER $WHO\nRUN useradd joe",
        "RUN echo useradd joe",
    ],
)
def test_commands_that_may_succeed(lines: str) -> None:
    """The rule is silent for root, for the files of the user, and where a condition may skip the command."""
    check_rule(RULE, f"{FROM_INFERENCE}{lines}\n")


def test_other_images() -> None:
    """Training images run as root, and the user of other images is unknown."""
    check_rule(RULE, f"{FROM_TRAINING}RUN useradd joe\n")
    check_rule(RULE, "FROM ubuntu:24.04\nUSER joe\nRUN useradd jim\n")


def test_a_run_that_continues() -> None:
    """The build continues without the user, so the finding is a warning."""
    [finding] = findings_of(RULE, f"{FROM_INFERENCE}RUN useradd joe; pip list\n")

    assert finding.severity is Severity.WARNING


def test_the_fix_switches_to_root_and_back() -> None:
    """The fix is that of PackageInstallWithoutRoot."""
    check_fix(
        RULE,
        f"{FROM_INFERENCE}RUN useradd joe\nRUN true\n",
        f"{FROM_INFERENCE}USER root\nRUN useradd joe\nUSER dockeruser\nRUN true\n",
        "Switch to root for this RUN, and back to dockeruser",
    )


def test_the_fix_sets_the_owner() -> None:
    """COPY itself can give the files to the user."""
    check_fix(
        RULE,
        f"{FROM_INFERENCE}COPY run.sh /opt/run.sh\nRUN chmod +x /opt/run.sh\n",
        f"{FROM_INFERENCE}COPY --chown=dockeruser:dockeruser run.sh /opt/run.sh\nRUN chmod +x /opt/run.sh\n",
        "Copy the files as dockeruser:dockeruser",
    )
    check_fix(
        RULE,
        f"{FROM_TRAINING}USER joe\nCOPY a /opt/a\nRUN chmod -R 700 /opt/a\n",
        f"{FROM_TRAINING}USER joe\nCOPY --chown=joe a /opt/a\nRUN chmod -R 700 /opt/a\n",
        "Copy the files as joe",
    )
