"""PrivilegedPort: a port below 1024 without root."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_rule, findings_of
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RULE = "PrivilegedPort"


def test_the_port_of_uvicorn() -> None:
    """The port is marked, without the quotes of the exec form."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "80"]
        #                                                          ^^ PrivilegedPort as dockeruser
        """,
    )

    assert finding.severity is Severity.HINT


def test_the_address_of_gunicorn() -> None:
    """gunicorn has the port after the host, and an ENTRYPOINT of an earlier stage is marked there."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest AS base
        USER joe
        ENTRYPOINT gunicorn -w 2 -b 0.0.0.0:443 app:app
        #                           ^^^^^^^^^^^ PrivilegedPort as joe
        FROM base
        """,
    )


@pytest.mark.parametrize(
    "command",
    [
        "gunicorn --bind=:80 app:app",
        "gunicorn -b:80 app:app",
        "python -m uvicorn app:app --port=80",
        "python3 -m http.server 80",
        "exec flask run -p 80",
        "bash -c 'streamlit run app.py --server.port 80'",
        "conda run -n a hypercorn --bind [::]:80 app:app",
    ],
)
def test_the_options_of_servers(command: str) -> None:
    """The rule knows the options of well-known servers, in every form of a command."""
    assert len(findings_of(RULE, f"{FROM_INFERENCE}CMD {command}\n")) == 1


@pytest.mark.parametrize(
    "lines",
    [
        f"{FROM_INFERENCE}CMD uvicorn app:app --port 8080\n",
        f"{FROM_INFERENCE}CMD uvicorn app:app --port $PORT\n",
        f"{FROM_INFERENCE}CMD uvicorn app:app --workers 80\n",
        f"{FROM_INFERENCE}CMD gunicorn -b unix:/tmp/80 app:app\n",
        f"{FROM_INFERENCE}CMD flask run --port 0\n",
        f"{FROM_INFERENCE}CMD sudo uvicorn app:app --port 80\n",
        f"{FROM_INFERENCE}RUN uvicorn app:app --port 80\n",
        f"{FROM_INFERENCE}USER root\nCMD uvicorn app:app --port 80\n",
        f"{FROM_INFERENCE}CMD uvicorn app:app --port 80\nCMD uvicorn app:app --port 8080\n",
        f"{FROM_INFERENCE}CMD ./server --port 80\n",
        f"{FROM_TRAINING}CMD uvicorn app:app --port 80\n",
        "FROM python:3.12\nUSER joe\nCMD uvicorn app:app --port 80\n",
    ],
)
def test_ports_that_are_free(lines: str) -> None:
    """The rule is silent for root, higher and unknown ports, unknown servers and other images."""
    check_rule(RULE, lines)
