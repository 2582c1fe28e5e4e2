"""UserWithoutOwnership: an inference image that runs as a user who does not own the folders of its services."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_clean, check_fix, check_rule, crlf, findings_of

RULE = "UserWithoutOwnership"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
FOLDERS = "/var/runit /var/log /var/lib/nginx /run /opt/miniconda /var/azureml-app"


def test_a_user_of_its_own() -> None:
    """The last USER is marked: the services cannot start."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        USER root
        RUN useradd --create-home joe
        USER joe
        #    ^^^ UserWithoutOwnership services start as joe, who may not write to /var/runit
        """,
    )

    assert finding.severity is Severity.WARNING


def test_a_number_with_a_group() -> None:
    """A number is a user as well, and belonging to a group is not enough."""
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


def test_a_user_by_a_variable() -> None:
    """The default value of an ARG counts."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/inference-base-2204:latest
        ARG WHO=joe
        USER ${WHO}
        #    ^^^^^^ UserWithoutOwnership as joe
        """,
    )


def test_a_user_of_the_stage_below() -> None:
    """The USER of an earlier stage is marked where it is."""
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
def test_what_does_not_give_them(run: str) -> None:
    """Other folders, other modes and other users."""
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
def test_what_may_give_them(run: str) -> None:
    """The owner, the mode or the number of the user is changed, or may be where nobody can see it from here."""
    check_rule(RULE, f"{INFERENCE}USER root\n{run}\nUSER joe\n")


def test_what_the_stage_below_gave() -> None:
    """It is there in every stage that is built on it."""
    check_rule(RULE, f"{INFERENCE[:-1]} AS base\nUSER root\nRUN chown -R joe /var/runit\nFROM base\nUSER joe\n")


@pytest.mark.parametrize("user", ["", "USER dockeruser\n", "USER 1000\n", "USER 1000:1000\n", "ARG WHO\nUSER $WHO\n"])
def test_users_who_own_them_or_are_not_known(user: str) -> None:
    """`dockeruser` by name and by number, and a variable without a value."""
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
def test_where_the_services_do_not_run(fixture: str) -> None:
    """Another server, other services, other images, stages that are not the last one; root is another rule's."""
    check_rule(RULE, fixture)


def test_the_folders_are_given() -> None:
    """As root, above the USER and what belongs to it; line ends stay."""
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


def test_the_folders_are_given_by_root() -> None:
    """Only root may; the USER that follows switches to the user again, and a build argument stays one."""
    before = f"{INFERENCE}ARG WHO=joe\nUSER $WHO\n"
    after = f"{INFERENCE}ARG WHO=joe\nUSER root\nRUN chown -R $WHO {FOLDERS}\nUSER $WHO\n"

    check_fix(RULE, before, after, "Give the folders of the services to $WHO")


def test_the_folders_are_given_after_the_stage_below() -> None:
    """Below FROM, with the user as the other stage knew it."""
    first = f"{INFERENCE[:-1]} AS base\nARG WHO=joe\nUSER $WHO\nFROM base\n"

    check_fix(RULE, f"{first}EXPOSE 5001\n", f"{first}USER root\nRUN chown -R joe {FOLDERS}\nUSER joe\nEXPOSE 5001\n")


def test_dockeruser_is_used() -> None:
    """In place of the user, or after the RUNs that the user is there for."""
    check_fix(RULE, f"{INFERENCE}USER joe:staff\n", f"{INFERENCE}USER dockeruser\n", "Use dockeruser")
    check_fix(
        RULE,
        f"{INFERENCE}USER joe\nRUN pip install pandas\nEXPOSE 5001",
        f"{INFERENCE}USER joe\nRUN pip install pandas\nUSER dockeruser\nEXPOSE 5001",
        "Switch to dockeruser at the end",
    )


def test_a_name_that_a_shell_would_read_otherwise() -> None:
    """It goes into no command."""
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
def test_services_that_can_write_all_the_same_are_not_reported(end: str) -> None:
    """The group may write what the owner may, or the services run as somebody else."""
    assert findings_of(RULE, f"{INFERENCE}USER root\n{end}") == []
