"""ModelDirMismatch: a model that is not where `AZUREML_MODEL_DIR` says."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "ModelDirMismatch"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"


def test_another_folder() -> None:
    """The value is marked; the message says where the model is."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY model /var/azureml-app/models
        ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models
        #                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ModelDirMismatch the model goes to /var/azureml-app/models
        """,
    )

    assert finding.severity is Severity.WARNING


def test_among_other_variables() -> None:
    """The value in force is marked, in quotes or not, wherever it stands."""
    check_rule(
        RULE,
        r"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_MODEL_DIR=/opt/model
        ENV A=1 \
            AZUREML_MODEL_DIR="/models/" \
        #                     ^^^^^^^^^^ ModelDirMismatch Nothing is copied to /models
            B=2
        COPY --from=train /out/model.pkl /opt/model/
        """,
    )


def test_the_old_form_and_variables() -> None:
    """Values are compared after their variables are replaced."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV ROOT=/opt
        WORKDIR $ROOT
        COPY my_model.onnx ./
        ENV AZUREML_MODEL_DIR $ROOT/models
        #                     ^^^^^^^^^^^^ ModelDirMismatch Nothing is copied to /opt/models
        """,
    )


def test_the_app_root_holds_code() -> None:
    """A folder of code that goes to the app root does not bring the model's folder along."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY code /var/azureml-app
        ENV AZUREML_ENTRY_SCRIPT=score.py
        COPY model /opt/model
        ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models
        #                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ModelDirMismatch
        RUN mkdir -p $AZUREML_MODEL_DIR && chown dockeruser /var/azureml-app/azureml-models
        """,
    )


def test_a_variable_of_the_stage_below() -> None:
    """The value is marked and repaired where an earlier stage sets it; the COPY is related to it."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        ENV AZUREML_MODEL_DIR=/models
        #                     ^^^^^^^ ModelDirMismatch
        FROM base
        COPY model /opt/model
        """,
    )

    assert [fix.title for fix in finding.fixes] == ["Use /opt/model"]
    assert [place.message for place in finding.related] == ["The model is copied here.", "This stage inherits it."]


@pytest.mark.parametrize(
    "lines",
    [
        "COPY model /models",
        "COPY model /models/",
        "COPY model.pkl /models/model.pkl",
        "COPY model /models/iris/1",
        "COPY models/ /models\nCOPY model_card /opt/card",
        # The folder above may bring it along.
        "COPY all-models /",
        "COPY --from=train /srv /\nCOPY model /opt/model",
        "ADD models.tar.gz /\nCOPY model /opt/model",
        # Where these go is not known.
        "COPY model /opt/model\nCOPY files $WHERE",
        "COPY model model",
        # These commands may fill it.
        "COPY model /opt/model\nRUN cp -r /opt/model /models",
        "COPY model /opt/model\nRUN mv /opt/model $AZUREML_MODEL_DIR",
        "COPY model /opt/model\nWORKDIR /models\nRUN wget https://example.org/model.pkl",
        "COPY model /opt/model\nRUN tar xf m.tgz > /models/log",
    ],
)
def test_a_folder_that_may_be_filled(lines: str) -> None:
    """The model is there, or may be there."""
    check_rule(RULE, f"{INFERENCE}ENV AZUREML_MODEL_DIR=/models\n{lines}\n")


def test_the_whole_context_in_the_app_root() -> None:
    """It may well have a folder of that name."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY . /var/azureml-app/
        COPY model /opt/model
        ENV AZUREML_MODEL_DIR=/var/azureml-app/model
        """,
    )


@pytest.mark.parametrize(
    "lines",
    [
        # Nothing that is called a model is copied: the deployment brings it.
        "ENV AZUREML_MODEL_DIR=/models",
        "COPY code /opt/code\nENV AZUREML_MODEL_DIR=/models",
        "COPY requirements.txt /tmp/\nENV AZUREML_MODEL_DIR=/models",
        # Code about models.
        "COPY model.py model_config.yaml train-model.ipynb /opt/\nENV AZUREML_MODEL_DIR=/models",
        "COPY modeling /opt/modeling\nENV AZUREML_MODEL_DIR=/models",
        # Nobody knows these values.
        "COPY model /opt/model\nENV AZUREML_MODEL_DIR=$DIR",
        "COPY $MODEL /opt/\nENV AZUREML_MODEL_DIR=/models",
        "COPY model /opt/model\nENV AZUREML_MODEL_DIR=models",
        "COPY model /opt/model\nENV AZUREML_MODEL_DIR=",
        "COPY model /opt/model",
        "COPY model /opt/model\n# ENV AZUREML_MODEL_DIR=/models",
    ],
)
def test_nothing_to_compare(lines: str) -> None:
    """No model, no variable, or a value that is not known."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\n",
        "FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest\n",
        "FROM python:3.12\n",
        "ARG BASE\nFROM $BASE\n",
    ],
)
def test_images_without_the_server(fixture: str) -> None:
    """Only inference images have a scoring script."""
    check_rule(RULE, f"{fixture}COPY model /opt/model\nENV AZUREML_MODEL_DIR=/models\n")


@pytest.mark.parametrize(
    ("copy", "value", "folder"),
    [
        ("COPY model /opt/model", "/models", "/opt/model"),
        ("COPY model.pkl /opt/model.pkl", "'/models'", "/opt"),
        ("COPY a-model b-model /opt/both", "/models", "/opt/both"),
        ("COPY model /a\nCOPY model /b", "/models", "/b"),
        ('COPY ["model", "/a b"]', "/models", '"/a b"'),
    ],
)
def test_the_destination_of_the_copy_is_taken(copy: str, value: str, folder: str) -> None:
    """It takes the place of the value; the other variables, the continuation and the line ends stay."""
    before = rf"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        env A=1 \
            # where the model is
            AZUREML_MODEL_DIR={value} B=2
        """
    after = before.replace(value, folder)

    check_fix(RULE, crlf(before) + copy, crlf(after) + copy)


def test_the_title_names_the_folder() -> None:
    """So that the menu of an editor says what will happen."""
    [finding] = findings_of(RULE, f"{INFERENCE}COPY model /opt/model\nENV AZUREML_MODEL_DIR /models\n")

    assert [fix.title for fix in finding.fixes] == ["Use /opt/model"]
