"""MisspelledVariable: a name that is a slip away from one of Azure ML's variables."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "MisspelledVariable"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
TRAINING = "FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest\n"


def test_a_slip() -> None:
    """The name is marked, and the right one is told."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_EXTRA_REQUIRMENTS_TXT=requirements.txt
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ MisspelledVariable is called AZUREML_EXTRA_REQUIREMENTS_TXT
        """,
    )

    assert finding.severity is Severity.WARNING


def test_every_way_to_write_it() -> None:
    """Several pairs, continued lines, and the old form without `=`."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV WORKER_COUNT=2 \\
            SCORING_TIMEOUT_M=1000 \\
        #   ^^^^^^^^^^^^^^^^^ MisspelledVariable SCORING_TIMEOUT_MS
            AML_APPINSIGHTS_ENABLED=true
        #   ^^^^^^^^^^^^^^^^^^^^^^^ MisspelledVariable AML_APP_INSIGHTS_ENABLED
        ENV AZUREML_ENTRYSCRIPT score.py
        #   ^^^^^^^^^^^^^^^^^^^ MisspelledVariable AZUREML_ENTRY_SCRIPT
        """,
    )


def test_a_training_image() -> None:
    """Azure ML's own prefixes count on all of its images, the general ones only where the server is."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        ENV AZUREML_CONDA_ENVIROMENT_PATH=/azureml-envs/a
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ MisspelledVariable AZUREML_CONDA_ENVIRONMENT_PATH
        ENV WORKER_COUT=2
        """,
    )


def test_the_stage_below() -> None:
    """The place is marked that sets the variable, in whichever stage of the final image, and only the first one."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        ENV AZUREML_MODEL_DRI=/models
        #   ^^^^^^^^^^^^^^^^^ MisspelledVariable AZUREML_MODEL_DIR
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS other
        ENV AML_AP_ROOT=/app
        FROM base
        ENV AZUREML_MODEL_DRI=/models/1
        """,
    )


@pytest.mark.parametrize(
    "lines",
    [
        "ENV AZUREML_ENTRY_SCRIPT=score.py",
        "ENV AZUREML_MODEL_ID=iris AZUREML_MODEL_DIRS=/a:/b AML_APP_PORT=1",
        "ENV AZUREML_RUN_ID=1 AZUREML_EXPERIMENT_ID=2",
        "ENV azureml_entry_scrpt=score.py",
        "ARG AZUREML_ENTRY_SCRPT=score.py",
        "ARG AZUREML_ENTRY_SCRPT=score.py\nENV AZUREML_ENTRY_SCRIPT=$AZUREML_ENTRY_SCRPT",
        "# ENV AZUREML_ENTRY_SCRPT=score.py",
        "LABEL AZUREML_ENTRY_SCRPT=score.py",
        "RUN AZUREML_ENTRY_SCRPT=score.py python test.py",
    ],
)
def test_nothing_is_misspelt(lines: str) -> None:
    """Right names, names of one's own, the platform's, and what is no variable of the image."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


@pytest.mark.parametrize(
    "lines",
    [
        "ENV AZUREML_MODEL_DR=/a\nENV AZUREML_MODEL_DIR=/a/1",
        "ENV AZUREML_MODEL_DIR=/a AZUREML_MODEL_DR=/b",
        "ENV AZUREML_ENTRY_SCRPT=score.py\nENV AZUREML_ENTRY_SCRIPT=$AZUREML_ENTRY_SCRPT",
        "ENV AZUREML_MODEL_DR=/a\nRUN mkdir $AZUREML_MODEL_DR",
        "ENV AZUREML_MODEL_DR=/a\nCOPY model ${AZUREML_MODEL_DR}/",
        "ENV AZUREML_MODEL_DR=/a\nENV PATH=$AZUREML_MODEL_DR/bin:$PATH",
        'ENV AZUREML_MODEL_DR=/a\nCMD ["sh", "-c", "exec server --models $AZUREML_MODEL_DR"]',
        "ENV AZUREML_MODEL_DR=/a\nRUN <<EOF\npython -c 'import os; os.environ[\"AZUREML_MODEL_DR\"]'\nEOF",
    ],
)
def test_a_variable_of_its_own(lines: str) -> None:
    """A name that the file uses, or that stands beside the right one, is meant as it is."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


def test_a_name_that_is_used_above_another_stage() -> None:
    """What a stage sets, one that is built on it may use."""
    check_rule(RULE, f"{INFERENCE[:-1]} AS a\nENV AZUREML_MODEL_DR=/a\nFROM a\nRUN mkdir $AZUREML_MODEL_DR\n")


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM python:3.12\nENV AZUREML_ENTRY_SCRPT=score.py\n",
        "ARG BASE\nFROM $BASE\nENV AZUREML_ENTRY_SCRPT=score.py\n",
        f"{INFERENCE[:-1]} AS a\nENV AZUREML_ENTRY_SCRPT=score.py\nFROM python:3.12\nCOPY --from=a /a /a\n",
        f"{TRAINING}ENV WORKER_COUT=2\n",
        "",
    ],
)
def test_other_images(fixture: str) -> None:
    """Only Azure ML's images read them, and only the final image is run."""
    check_rule(RULE, fixture)


def test_an_argument_of_the_same_name_is_no_use() -> None:
    """`ENV A=$A` only hands the ARG on."""
    fixture = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ARG AZUREML_ENTRY_SCRPT=score.py
        ENV AZUREML_ENTRY_SCRPT=${AZUREML_ENTRY_SCRPT}
        #   ^^^^^^^^^^^^^^^^^^^ MisspelledVariable AZUREML_ENTRY_SCRIPT
        """

    check_rule(RULE, fixture)
    check_fix(
        RULE,
        fixture,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ARG AZUREML_ENTRY_SCRPT=score.py
        ENV AZUREML_ENTRY_SCRIPT=${AZUREML_ENTRY_SCRPT}
        """,
    )


def test_a_misspelt_variable_on_an_image_that_sets_the_right_one() -> None:
    """An MLflow image has an entry script of its own; that the Dockerfile's is another one was meant all the same."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/curated/mlflow-py312-inference:latest
        ENV AZUREML_ENTRY_SCIRPT=score.py
        #   ^^^^^^^^^^^^^^^^^^^^ MisspelledVariable
        """,
    )


def test_it_is_renamed() -> None:
    """Wherever the final image sets it; layout, comments and line ends stay."""
    before = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        env A=1 \\
            # where the model is
            AZUREML_MODELDIR="/models" \\
            B=2
        FROM base
        ENV AZUREML_MODELDIR /models/1
        """
    after = before.replace("AZUREML_MODELDIR", "AZUREML_MODEL_DIR")

    check_fix(RULE, before, after, "Rename it to AZUREML_MODEL_DIR")
    check_fix(RULE, crlf(before), crlf(after))


def test_a_comment_silences_it() -> None:
    """As any other rule."""
    check_rule(RULE, f"{INFERENCE}# check=skip={RULE}\nENV AZUREML_ENTRY_SCRPT=score.py\n")


def test_the_missing_variables_have_no_word_on_it() -> None:
    """One mistake is one finding."""
    text = f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRPT=score.py\n"

    assert len(findings_of(RULE, text)) == 1
    assert findings_of("MissingEntryScript", text) == []
