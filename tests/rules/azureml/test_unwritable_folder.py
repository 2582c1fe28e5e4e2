"""UnwritableFolder: a cache folder below /root in a container that does not run as root."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RULE = "UnwritableFolder"


def test_the_cache_of_hugging_face() -> None:
    """The folder is marked, and the message names the user and the folder to use."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV HF_HOME=/root/.cache/huggingface
        #           ^^^^^^^^^^^^^^^^^^^^^^^^ UnwritableFolder dockeruser cannot write to /root/.cache/huggingface
        RUN pip install --no-cache-dir transformers
        """,
    )

    assert finding.severity is Severity.HINT
    assert finding.message.endswith("Use a folder in /home/dockeruser.")


def test_a_user_of_a_training_image() -> None:
    """The user of any image of Azure ML counts, and each variable is marked where it is set."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest AS base
        ENV TORCH_HOME="/root/torch" \\
        #              ^^^^^^^^^^^^^ UnwritableFolder joe cannot write
            PATH=/root/bin:$PATH
        RUN useradd joe
        FROM base
        ENV MPLCONFIGDIR /root
        #                ^^^^^ UnwritableFolder Use another folder
        USER joe
        """,
    )


def test_a_variable_in_the_value() -> None:
    """The value is what counts, and a value with a variable gets no fix."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ARG CACHE=/root/.cache
        ENV TRANSFORMERS_CACHE=$CACHE/models
        #                      ^^^^^^^^^^^^^ UnwritableFolder /root/.cache/models
        """,
    )

    assert finding.fixes == ()


@pytest.mark.parametrize(
    "lines",
    [
        f"{FROM_INFERENCE}ENV HF_HOME=/tmp/huggingface\n",
        f"{FROM_INFERENCE}ENV HF_HOME=/rooted\n",
        f"{FROM_INFERENCE}ENV HF_HOME=$CACHE\n",
        f"{FROM_INFERENCE}ENV PIP_CACHE_DIR=/root/.cache/pip\n",
        f"{FROM_INFERENCE}ARG HF_HOME=/root/.cache\n",
        f"{FROM_INFERENCE}ENV HF_HOME=/root/.cache\nENV HF_HOME=/tmp\n",
        f"{FROM_INFERENCE}ENV HF_HOME=/root/.cache\nUSER root\n",
        f"{FROM_INFERENCE}ENV HF_HOME=/root/.cache\nUSER root\nRUN chmod -R a+rwX /root\nUSER dockeruser\n",
        f"{FROM_INFERENCE}ENV HF_HOME=/root/.cache\nRUN ./setup.sh\n",
        f"{FROM_INFERENCE}ENV HF_HOME=/root/.cache\nCMD sudo python app.py\n",
        f"{FROM_TRAINING}ENV HF_HOME=/root/.cache\n",
        "FROM python:3.12\nUSER joe\nENV HF_HOME=/root/.cache\n",
        f"{FROM_INFERENCE[:-1]} AS a\nENV HF_HOME=/root/.cache\nFROM python:3.12\n",
    ],
)
def test_folders_that_can_be_written(lines: str) -> None:
    """The rule is silent for root, for other folders and images, and where other users may enter /root."""
    check_rule(RULE, lines)


def test_the_fix_uses_the_home_of_dockeruser() -> None:
    """Only the first part of the path changes."""
    before = f"{FROM_INFERENCE}ENV HF_HOME=/root/.cache/hf A=1\n"
    after = f"{FROM_INFERENCE}ENV HF_HOME=/home/dockeruser/.cache/hf A=1\n"

    check_fix(RULE, before, after, "Use /home/dockeruser/.cache/hf")
    check_fix(RULE, crlf(before), crlf(after))


def test_no_fix_where_files_are_put_into_the_folder() -> None:
    """Another folder would be without the files."""
    [finding] = findings_of(RULE, f"{FROM_INFERENCE}COPY models /root/.cache\nENV HF_HOME=/root/.cache\n")

    assert finding.fixes == ()
