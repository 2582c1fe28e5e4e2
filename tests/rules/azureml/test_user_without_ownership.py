"""UserWithoutOwnership: an inference image whose user does not own the folders of its services."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_clean, check_fix, check_rule, crlf, findings_of

RULE = "UserWithoutOwnership"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
FOLDERS = "/var/runit /var/log /var/lib/nginx /run /opt/miniconda /var/azureml-app"


def test_another_user() -> None:
    """The last USER is marked, because the services cannot start."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        USER root
        RUN useradd --create-home joe
        USER joe
        #    ^^^ UserWithoutOwnership services start as joe, who cannot write to /var/runit
        """,
    )

    assert finding.severity is Severity.WARNING


def test_a_user_id_with_a_group() -> None:
    """A user ID is a user as well, and membership of a group is not enough."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/curated/minimal-py312-cuda12.4-inference:3
        USER dockeruser
        USER 1001:0
        #    ^^^^^^ UserWithoutOwnership
        RUN pip install pandas
        """,
    )


def test_a_user_from_a_variable() -> None:
    """The rule uses the default value of an ARG."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/inference-base-2204:latest
        ARG WHO=joe
        USER ${WHO}
        #    ^^^^^^ UserWithoutOwnership as joe
        """,
    )


def test_a_user_in_an_earlier_stage() -> None:
    """The USER of the earlier stage is marked."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        USER nobody
        #    ^^^^^^ UserWithoutOwnership
        FROM base
        CMD ["runsvdir", "/var/runit"]
        """,
    )


@pytest.mark.parametrize(
    "run",
    [
        "RUN useradd joe && usermod -aG dockeruser joe",
        "RUN chown -R joe /var/azureml-app /var/log /run",
        "RUN chown joe:joe /home/joe && chmod 755 /var/runit",
        "RUN chown joe /var",
        "RUN chmod +x /var/runit/gunicorn/run",
        "WORKDIR /srv\nRUN chown -R joe app",
        "RUN useradd --uid 1001 joe",
        "RUN rm -rf /var/runit/rsyslog",
        "RUN pip install -r /tmp/requirements.txt && apt-get update",
        "COPY --chown=joe code /var/azureml-app",
        "COPY services /var/runit",
        "RUN <<EOF\nuseradd joe\nEOF",
        "# RUN chown -R joe /var/runit",
    ],
)
def test_instructions_that_do_not_give_the_folders(run: str) -> None:
    """Other folders, other modes and other users do not help."""
    assert len(findings_of(RULE, f"{INFERENCE}USER root\n{run}\nUSER joe\n")) == 1


@pytest.mark.parametrize(
    "run",
    [
        f"RUN useradd joe && chown -R joe {FOLDERS}",
        "RUN chown -R joe:joe /var/runit/",
        "RUN chown -R joe /var",
        "RUN chown --recursive joe /",
        "RUN sudo chown -hR 1001 /opt /var/runit",
        "WORKDIR /var\nRUN chown -R joe runit log",
        "RUN cd /var && chown -R joe runit",
        "RUN chown -R joe runit",
        "RUN chown -R joe /var/{runit,log}",
        "RUN chown -R joe /var/run*",
        "ARG DIRS\nRUN chown -R joe $DIRS",
        "ARG WHO\nRUN chown -R $WHO /opt",
        "RUN find /var/runit -exec chown joe {} +",
        "RUN find / -user dockeruser | xargs chown joe",
        "RUN chmod -R 777 /var/runit /var/log",
        "RUN chmod -R a+w /var",
        "RUN chgrp -R 0 /var && chmod -R g=u,g+w /var",
        "RUN setfacl -R -m u:joe:rwX /var/runit",
        "RUN install -d -o joe /var/runit",
        "RUN useradd -o -u 1000 joe",
        "ARG ID\nRUN useradd --uid=$ID joe",
        "RUN usermod --login joe dockeruser",
        "RUN sed -i s/dockeruser/joe/ /etc/passwd",
        "RUN <<EOF\nuseradd joe\nchown -R joe /var/runit\nEOF",
        "RUN <<EOF\n#!/usr/bin/env python3\nimport shutil\nshutil.chown('/var/runit', 'joe')\nEOF",
        'RUN ["chown", "-R", "joe", "/var/runit"]',
        "RUN bash -c 'chown -R joe /var/runit'",
        "COPY grant.sh /tmp/\nRUN /tmp/grant.sh joe",
        "RUN bash /tmp/grant.sh joe",
        "RUN curl -fsSL https://example.org/grant | bash",
        "COPY --chown=joe services /var/runit",
        "ADD overlay.tar.gz /",
        "COPY passwd /etc/passwd",
    ],
)
def test_instructions_that_may_give_the_folders_are_not_reported(run: str) -> None:
    """A command changes, or may change, the owner, the mode or the user ID."""
    check_rule(RULE, f"{INFERENCE}USER root\n{run}\nUSER joe\n")


def test_folders_given_in_an_earlier_stage() -> None:
    """The owner is the same in every stage that builds on that stage."""
    check_rule(RULE, f"{INFERENCE[:-1]} AS base\nUSER root\nRUN chown -R joe /var/runit\nFROM base\nUSER joe\n")


@pytest.mark.parametrize("user", ["", "USER dockeruser\n", "USER 1000\n", "USER 1000:1000\n", "ARG WHO\nUSER $WHO\n"])
def test_owners_and_unknown_users_are_not_reported(user: str) -> None:
    """The rule ignores `dockeruser` by name and by ID, and a variable without a value."""
    check_clean(f"{INFERENCE}{user}")


@pytest.mark.parametrize(
    "fixture",
    [
        f'{INFERENCE}USER joe\nCMD ["uvicorn", "app:app"]\n',
        f'{INFERENCE}USER joe\nENTRYPOINT ["runsvdir", "/srv/services"]\n',
        f"{INFERENCE}USER root\n",
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\nUSER joe\n",
        "FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest\nUSER joe\n",
        "FROM python:3.12\nUSER joe\n",
        "ARG BASE\nFROM $BASE\nUSER joe\n",
        f"{INFERENCE[:-1]} AS a\nUSER joe\nFROM python:3.12\nCOPY --from=a /a /a\n",
    ],
)
def test_images_without_the_services_are_not_reported(fixture: str) -> None:
    """The rule ignores other servers, services and images, earlier stages, and root, which FinalUserRoot reports."""
    check_rule(RULE, fixture)


def test_the_fix_gives_the_folders() -> None:
    """Root changes the owner above the USER and its comment; line ends stay unchanged."""
    before = f"""
        {INFERENCE[:-1]}
        USER root
        RUN useradd joe
        # no root
        user joe:joe
        """
    after = before.replace("# no root", f"RUN chown -R joe:joe {FOLDERS}\n        # no root")

    check_fix(RULE, before, after, "Give the folders of the services to joe:joe")
    check_fix(RULE, crlf(before), crlf(after))


def test_the_fix_switches_to_root() -> None:
    """The USER that follows switches back to the user, and a build argument is kept."""
    before = f"{INFERENCE}ARG WHO=joe\nUSER $WHO\n"
    after = f"{INFERENCE}ARG WHO=joe\nUSER root\nRUN chown -R $WHO {FOLDERS}\nUSER $WHO\n"

    check_fix(RULE, before, after, "Give the folders of the services to $WHO")


def test_the_fix_after_an_earlier_stage() -> None:
    """The new lines are below FROM, with the value that the user has in the earlier stage."""
    first = f"{INFERENCE[:-1]} AS base\nARG WHO=joe\nUSER $WHO\nFROM base\n"

    check_fix(RULE, f"{first}EXPOSE 5001\n", f"{first}USER root\nRUN chown -R joe {FOLDERS}\nUSER joe\nEXPOSE 5001\n")


def test_the_fix_uses_dockeruser() -> None:
    """dockeruser replaces the user, or follows the last RUN of that user."""
    check_fix(RULE, f"{INFERENCE}USER joe:staff\n", f"{INFERENCE}USER dockeruser\n", "Use dockeruser")
    check_fix(
        RULE,
        f"{INFERENCE}USER joe\nRUN pip install pandas\nEXPOSE 5001",
        f"{INFERENCE}USER joe\nRUN pip install pandas\nUSER dockeruser\nEXPOSE 5001",
        "Switch to dockeruser at the end",
    )


def test_a_name_with_shell_syntax_is_not_put_into_a_command() -> None:
    """The only fix is to use dockeruser."""
    [finding] = findings_of(RULE, f"{INFERENCE}USER joe;reboot\n")

    assert [fix.title for fix in finding.fixes] == ["Use dockeruser"]


@pytest.mark.parametrize(
    "end",
    [
        "RUN chgrp -R 0 /var/runit /var/log && chmod -R g=u /var/runit /var/log\nUSER joe\n",
        'USER joe\nCMD ["sudo", "runsvdir", "/var/runit"]\n',
        'USER joe\nENTRYPOINT ["gosu", "root", "runsvdir", "/var/runit"]\n',
    ],
)
def test_services_that_can_write_are_not_reported(end: str) -> None:
    """The group has the rights of the owner, or the services run as another user."""
    assert findings_of(RULE, f"{INFERENCE}USER root\n{end}") == []
