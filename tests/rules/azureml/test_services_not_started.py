"""ServicesNotStarted: code for the image's server in a container that starts another program."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_rule, findings_of

RULE = "ServicesNotStarted"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
ENTRY = f"{INFERENCE}ENV AZUREML_ENTRY_SCRIPT=score.py\n"
CODE = f"{INFERENCE}COPY code /var/azureml-app\n"


def test_the_entry_script_as_a_program() -> None:
    """The script only defines two functions, so the container exits without calling them."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY code /var/azureml-app
        ENV AZUREML_ENTRY_SCRIPT=src/score.py
        CMD ["python", "/var/azureml-app/src/score.py"]
        #     ^^^^^^ ServicesNotStarted AZUREML_ENTRY_SCRIPT has no effect
        """,
    )

    assert finding.severity is Severity.INFORMATION
    assert finding.fixes == ()


def test_another_server_with_the_variable_set() -> None:
    """The variable is for a server that does not run."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_ENTRY_SCRIPT=score.py
        ENTRYPOINT cd /app && exec gunicorn app:app
        #                          ^^^^^^^^ ServicesNotStarted ENTRYPOINT starts gunicorn instead of the image's
        """,
    )


def test_code_that_nothing_runs() -> None:
    """Copied code is reported without the variable as well."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY code /var/azureml-app
        CMD sleep infinity
        #   ^^^^^ ServicesNotStarted nothing runs the code in /var/azureml-app
        """,
    )


def test_a_command_in_an_earlier_stage() -> None:
    """The program is marked in the earlier stage."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        CMD ["bash"]
        #     ^^^^ ServicesNotStarted
        FROM base
        COPY score.py /var/azureml-app/
        """,
    )


@pytest.mark.parametrize(
    "start",
    [
        'CMD ["bash"]',
        'CMD ["/bin/bash", "-l"]',
        "CMD tail -f /dev/null",
        'CMD ["python3.12", "-u", "score.py"]',
        'ENTRYPOINT ["python"]\nCMD ["score.py"]',
        'CMD ["python", "-m", "uvicorn", "app:app"]',
        'CMD ["python", "-m", "azureml.core.webservice.score"]',
        'CMD ["bash", "-c", "uvicorn app:app --port 5001"]',
        "ENTRYPOINT uvicorn app:app\nCMD ./start.sh",
        'CMD ["runsvdir", "/var/runit"]\nCMD ["bash"]',
        'CMD ["conda", "run", "-n", "amlenv", "python", "score.py"]',
    ],
)
def test_programs_that_do_not_start_the_services(start: str) -> None:
    """Idle shells, web servers and the entry script are reported in all forms, and the last CMD applies."""
    assert len(findings_of(RULE, f"{ENTRY}{start}\n")) == 1


@pytest.mark.parametrize(
    "start",
    [
        "",
        'CMD ["runsvdir", "/var/runit"]',
        'ENTRYPOINT ["/tini", "--"]\nCMD ["runsvdir", "/var/runit"]',
        'CMD ["azmlinfsrv", "--entry_script", "score.py"]',
        "CMD azmlinfsrv --entry_script $AZUREML_ENTRY_SCRIPT",
        'CMD ["python", "-m", "azureml_inference_server_http", "--entry_script", "score.py"]',
        "CMD cd /var/azureml-server && gunicorn entry:app",
        'CMD ["./start.sh"]',
        'CMD ["bash", "start.sh"]',
        "CMD bash start.sh && sleep 1",
        'ENTRYPOINT ["/bin/bash"]\nCMD ["start.sh"]',
        'ENTRYPOINT ["bash", "-c"]\nCMD ["exec start"]',
        'ENTRYPOINT ["env"]\nCMD ["start"]',
        'CMD ["python", "start.py"]',
        'CMD ["python", "-m", "start"]',
        'CMD ["supervisord", "-n"]',
        "CMD $START",
        'CMD sh -c "$START"',
        "CMD []",
        "CMD",
        "# CMD bash",
        "HEALTHCHECK CMD curl localhost:5001",
        "RUN sleep 1",
    ],
)
def test_programs_that_may_start_the_services_are_not_reported(start: str) -> None:
    """The rule ignores the services, the inference server, and programs with unknown effects."""
    check_rule(RULE, f"{ENTRY}{start}\n")


@pytest.mark.parametrize(
    "fixture",
    [
        f'{INFERENCE}CMD ["bash"]\n',
        f'{INFERENCE}WORKDIR /code\nCOPY . /code\nCMD ["uvicorn", "app.main:app"]\n',
        f'{CODE}CMD ["uvicorn", "app:app"]\n',
        f'{CODE}CMD ["python", "app.py"]\n',
        f'{INFERENCE}COPY model /var/azureml-app/azureml-models\nCMD ["bash"]\n',
        f'{INFERENCE}COPY requirements.txt /var/azureml-app/\nCMD ["bash"]\n',
        f'{INFERENCE}COPY LABELS.CSV weights.onnx /var/azureml-app/\nCMD ["bash"]\n',
        'FROM mcr.microsoft.com/azureml/curated/mlflow-py312-inference:1\nCMD ["bash"]\n',
        'FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\nENV AZUREML_ENTRY_SCRIPT=a.py\nCMD ["bash"]\n',
        'FROM python:3.12\nENV AZUREML_ENTRY_SCRIPT=score.py\nCMD ["bash"]\n',
        f'{ENTRY[:-1]}\nCMD ["bash"]\nFROM python:3.12\n',
    ],
)
def test_files_without_code_for_the_services_are_not_reported(fixture: str) -> None:
    """The rule ignores images without code, another server that reads the code, other images and earlier stages."""
    check_rule(RULE, fixture)
