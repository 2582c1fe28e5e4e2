"""IneffectiveVariable: a variable of the inference server that has no effect."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.azureml.variables.table import Variable, all_variables
from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "IneffectiveVariable"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
CURATED = "FROM mcr.microsoft.com/azureml/curated/minimal-py311-inference:latest\n"
IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"


def test_a_port_has_no_effect() -> None:
    """The name is marked, and the message gives the reason."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV SERVER_PORT=8080
        #   ^^^^^^^^^^^ IneffectiveVariable SERVER_PORT has no effect, because the server overwrites it
        """,
    )

    assert finding.severity is Severity.INFORMATION


def test_several_variables_without_effect() -> None:
    """The value does not matter, because no value has an effect."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV HEALTH_PORT=$PORT \\
        #   ^^^^^^^^^^^ IneffectiveVariable has no effect
            AML_DBG_MODEL_INFO=1 \\
        #   ^^^^^^^^^^^^^^^^^^ IneffectiveVariable were removed
            WORKER_COUNT=2
        ENV AML_MODEL_DC_STORAGE_ENABLED true
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ IneffectiveVariable AML_MDC_STORAGE_ENABLED
        """,
    )


@pytest.mark.parametrize(
    "variable",
    [variable for variable in all_variables() if not variable.has_effect],
    ids=lambda variable: variable.name,
)
def test_every_variable_without_effect(variable: Variable) -> None:
    """The message gives a reason, and the variable to use instead if there is one."""
    [finding] = findings_of(RULE, f"{INFERENCE}ENV {variable.name}=1\n")

    assert finding.message.startswith(f"{variable.name} has no effect, because ")
    assert finding.message.endswith(f"Use {variable.instead}." if variable.instead else "Remove it.")


def test_a_switch_that_cannot_turn_the_server_off() -> None:
    """Any text turns the server on, even `False`."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_INFERENCE_SERVER_HTTP_ENABLED=False
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ IneffectiveVariable ="False" does not turn the server off
        """,
    )


def test_an_image_that_installs_no_packages() -> None:
    """The start-up script of the new curated images does not install packages."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/curated/minimal-py312-cuda12.4-inference:latest
        ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ IneffectiveVariable installs no packages
        """,
    )


def test_an_image_of_another_publisher() -> None:
    """Only the start-up script of Azure ML's inference images installs these packages."""
    check_rule(
        RULE,
        """
        FROM python:3.12-slim
        ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt WORKER_COUNT=2
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ IneffectiveVariable only the start-up script of Azure ML's inference images
        RUN pip install --no-cache-dir azureml-inference-server-http
        CMD ["azmlinfsrv", "--entry_script", "score.py"]
        """,
    )


@pytest.mark.parametrize(
    "lines",
    [
        "COPY --from=mcr.microsoft.com/azureml/minimal-py312-inference /var/runit /var/runit",
        "RUN apt-get update && apt-get install -y runit",
        'ENTRYPOINT ["/start.sh"]',
        "RUN pip install -r $AZUREML_EXTRA_REQUIREMENTS_TXT",
        "ENV AZUREML_EXTRA_REQUIREMENTS_TXT=",
    ],
)
def test_a_start_up_script_of_ones_own(lines: str) -> None:
    """The rule is silent if the Dockerfile may bring a script that reads the variable."""
    check_rule(RULE, f"FROM ubuntu:24.04\nENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt\n{lines}\n")


def test_a_variable_set_in_an_earlier_stage() -> None:
    """The variable is marked and removed in the earlier stage."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        ENV SERVER_PORT=8080
        #   ^^^^^^^^^^^ IneffectiveVariable SERVER_PORT
        FROM base
        """,
    )

    assert [fix.title for fix in finding.fixes] == ["Remove SERVER_PORT"]


@pytest.mark.parametrize(
    "lines",
    [
        "ENV WORKER_COUNT=2 SEPERATE_HEALTH_ENDPOINT=true",
        "ENV AZUREML_INFERENCE_SERVER_HTTP_ENABLED=True",
        "ENV AZUREML_INFERENCE_SERVER_HTTP_ENABLED=",
        "ENV AZUREML_INFERENCE_SERVER_HTTP_ENABLED=$ENABLED",
        "ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt",
        "ARG SERVER_PORT=8080",
        "ENV SERVER_PORT=8080\nRUN curl localhost:$SERVER_PORT",
        "ENV SERVER_PORT=8080\nEXPOSE ${SERVER_PORT}",
        'ENV SERVER_PORT=8080\nCMD ["python", "server.py"]',
        "ENV SERVER_PORT=8080\nCOPY run /var/runit/gunicorn/run",
        "ENV SERVER_PORT=8080\nRUN sed -i 's/31311/8080/' /var/runit/gunicorn/run",
    ],
)
def test_variables_with_an_effect_are_not_reported(lines: str) -> None:
    """The rule ignores variables that the server, the Dockerfile or another server may read."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


@pytest.mark.parametrize("line", ["ENV AML_MODEL_DC_STORAGE_ENABLED=true", "ENV AML_FLASK_ONE_COMPATIBILITY=true"])
@pytest.mark.parametrize(
    ("image", "is_current"),
    [
        (f"{IMAGE}:latest", True),
        (IMAGE, True),
        (f"{IMAGE}:{{{{latest-image-tag}}}}", True),
        (f"{IMAGE}:20260316.v1", True),
        (f"{IMAGE}:20240401.v1", False),
        (f"{IMAGE}:latest@sha256:{'0' * 64}", False),
        ("mcr.microsoft.com/azureml/curated/minimal-py311-inference:3", False),
        ("mcr.microsoft.com/azureml/minimal-ubuntu20.04-py38-cpu-inference:latest", False),
        ("mcr.microsoft.com/azureml/minimal-py399-inference:latest", False),
    ],
)
def test_an_image_with_an_older_server_is_not_reported(image: str, is_current: bool, line: str) -> None:
    """The server read these two variables before version 1.4.0, so the rule ignores an image that may be older."""
    assert bool(findings_of(RULE, f"FROM {image}\n{line}\n")) is is_current


@pytest.mark.parametrize(
    "lines",
    [
        "RUN pip install azureml-inference-server-http==0.8.4",
        "ENV AZUREML_CONDA_ENVIRONMENT_PATH=/opt/miniconda/envs/own",
    ],
)
def test_another_version_of_the_server_is_not_reported(lines: str) -> None:
    """The Dockerfile may install a version that reads the variable."""
    check_rule(RULE, f"{INFERENCE}{lines}\nENV AML_MODEL_DC_STORAGE_ENABLED=true\n")


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest\nENV SERVER_PORT=8080\n",
        "FROM python:3.12\nENV SERVER_PORT=8080\n",
        "ARG BASE\nFROM $BASE\nENV SERVER_PORT=8080\n",
        f"{INFERENCE[:-1]} AS a\nENV SERVER_PORT=8080\nFROM python:3.12\nCOPY --from=a /a /a\n",
        f"{CURATED}ENV AZUREML_EXTRA_CONDA_YAML=\n",
        f"{CURATED.replace('latest', '2')}ENV AZUREML_EXTRA_CONDA_YAML=conda.yaml\n",
    ],
)
def test_other_images_are_not_reported(fixture: str) -> None:
    """Without the inference server the names have no meaning, and an old curated image may install packages."""
    check_rule(RULE, fixture)


def test_the_fix_uses_the_effective_variable() -> None:
    """Only the name changes."""
    before = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV WORKER_COUNT=2 \\
            AML_MODEL_DC_STORAGE_ENABLED="true"
        """
    after = before.replace("AML_MODEL_DC_STORAGE_ENABLED", "AML_MDC_STORAGE_ENABLED")

    check_fix(RULE, before, after, "Use AML_MDC_STORAGE_ENABLED")
    check_fix(RULE, crlf(before), crlf(after))


def test_a_variable_that_is_already_set_is_not_offered() -> None:
    """If the effective variable is also set, the only fix is to remove the other one."""
    text = f"{INFERENCE}ENV AML_MODEL_DC_STORAGE_ENABLED=true AML_MDC_STORAGE_ENABLED=true\n"
    [finding] = findings_of(RULE, text)

    assert [(fix.title, fix.is_preferred) for fix in finding.fixes] == [("Remove AML_MODEL_DC_STORAGE_ENABLED", True)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("USER root\nENV SERVER_PORT=1\nUSER dockeruser\n", "USER root\nUSER dockeruser\n"),
        ("ENV SERVER_PORT 1\n", ""),
        ("ENV SERVER_PORT=1 A=2\n", "ENV A=2\n"),
        ("ENV A=2 SERVER_PORT=1\n", "ENV A=2\n"),
        ("ENV A=2 SERVER_PORT='1 2'   B=3\n", "ENV A=2 B=3\n"),
        ("ENV SERVER_PORT=1 \\\n    A=2\n", "ENV A=2\n"),
        ("ENV A=2 \\\n    SERVER_PORT=1\n", "ENV A=2\n"),
        ("ENV A=2 \\\n    SERVER_PORT=1 \\\n    B=3\n", "ENV A=2 \\\n    B=3\n"),
        ("ENV \\\n    SERVER_PORT=1 \\\n    B=3\n", "ENV \\\n    B=3\n"),
        (
            "ENV A=2 \\\n    # the port\n    SERVER_PORT=1 \\\n    B=3\n",
            "ENV A=2 \\\n    # the port\n    B=3\n",
        ),
        (
            "ENV A=2 \\\n    SERVER_PORT=1 \\\n    # of B\n    B=3\n",
            "ENV A=2 \\\n    # of B\n    B=3\n",
        ),
        (
            "ENV A=2 \\\n    # a\n    SERVER_PORT=1 \\\n    # b\n    B=3\n",
            "ENV A=2 \\\n    # a\n    # b\n    B=3\n",
        ),
        ("ENV A=2 \\\n    # a\n    SERVER_PORT=1\nUSER b\n", "ENV A=2\n    # a\nUSER b\n"),
        ("ENV SERVER_PORT=1 \\\n    # b\n    B=3\n", "ENV  \\\n    # b\n    B=3\n"),
    ],
)
def test_the_fix_removes_the_variable(before: str, after: str) -> None:
    """The other variables, the layout and every comment stay; an ENV without other variables is removed."""
    check_fix(RULE, INFERENCE + before, INFERENCE + after, "Remove SERVER_PORT")
    check_fix(RULE, crlf(INFERENCE + before), crlf(INFERENCE + after), "Remove SERVER_PORT")
