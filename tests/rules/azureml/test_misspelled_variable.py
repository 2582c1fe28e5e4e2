"""MisspelledVariable: a name that looks like a typo of an Azure ML variable."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "MisspelledVariable"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
TRAINING = "FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest\n"


def test_a_typo() -> None:
    """The name is marked, and the message gives the correct one."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_EXTRA_REQUIRMENTS_TXT=requirements.txt
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ MisspelledVariable Rename it to AZUREML_EXTRA_REQUIREMENTS_TXT
        """,
    )

    assert finding.severity is Severity.WARNING


def test_every_form_of_env() -> None:
    """The rule checks several pairs, continued lines, and the old form without `=`."""
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
    """Azure ML's own prefixes are checked on every image, and general prefixes on inference images only."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        ENV AZUREML_CONDA_ENVIROMENT_PATH=/azureml-envs/a
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ MisspelledVariable AZUREML_CONDA_ENVIRONMENT_PATH
        ENV WORKER_COUT=2
        """,
    )


def test_a_variable_set_in_an_earlier_stage() -> None:
    """The first ENV of the variable is marked, in any stage of the final image."""
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
def test_correct_names_are_not_reported(lines: str) -> None:
    """The rule ignores correct names, other names, the platform's names, and anything except ENV."""
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
def test_a_separate_variable_is_not_reported(lines: str) -> None:
    """The rule ignores a name that the Dockerfile uses, or that is set together with the correct one."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


def test_a_name_that_a_later_stage_uses_is_not_reported() -> None:
    """A later stage can use the variables of the stage that it builds on."""
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
def test_other_images_are_not_reported(fixture: str) -> None:
    """Only Azure ML images read the variables, and only in the final image."""
    check_rule(RULE, fixture)


def test_an_argument_of_the_same_name() -> None:
    """`ENV A=$A` only passes the ARG on, so the variable is still a typo."""
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


def test_a_typo_on_an_image_that_sets_the_correct_variable() -> None:
    """An MLflow image sets its own entry script, but the Dockerfile means to set another one."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/curated/mlflow-py312-inference:latest
        ENV AZUREML_ENTRY_SCIRPT=score.py
        #   ^^^^^^^^^^^^^^^^^^^^ MisspelledVariable
        """,
    )


def test_the_fix_renames_the_variable() -> None:
    """The fix covers every ENV of the final image; layout, comments and line ends stay unchanged."""
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

    check_fix(RULE, before, after, "Rename to AZUREML_MODEL_DIR")
    check_fix(RULE, crlf(before), crlf(after))


def test_a_comment_suppresses_the_finding() -> None:
    """A `# check=skip=` comment works as for any other rule."""
    check_rule(RULE, f"{INFERENCE}# check=skip={RULE}\nENV AZUREML_ENTRY_SCRPT=score.py\n")


def test_a_typo_is_one_finding() -> None:
    """The rules about missing variables do not report the same mistake."""
    text = f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRPT=score.py\n"

    assert len(findings_of(RULE, text)) == 1
    assert findings_of("MissingEntryScript", text) == []
