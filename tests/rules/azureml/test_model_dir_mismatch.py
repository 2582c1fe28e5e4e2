"""ModelDirMismatch: a model that is not copied to `AZUREML_MODEL_DIR`."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, context_of, crlf, findings_of

RULE = "ModelDirMismatch"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"


def test_another_folder() -> None:
    """The value is marked, and the message names the folder of the model."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY model /var/azureml-app/models
        ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models
        #                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ModelDirMismatch The model is in /var/azureml-app/models
        """,
    )

    assert finding.severity is Severity.WARNING


def test_the_final_value_is_marked() -> None:
    """The last value is marked, with or without quotes, among other variables."""
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


def test_the_old_form_with_variables() -> None:
    """Values are compared after variable expansion."""
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


def test_code_in_the_app_root_does_not_add_the_model() -> None:
    """A folder of code that is copied to the app root does not contain the model folder."""
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


def test_a_variable_set_in_an_earlier_stage() -> None:
    """The value is marked and fixed in the earlier stage, and the COPY is related."""
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
        # The parent folder may contain the model.
        "COPY all-models /",
        "COPY --from=train /srv /\nCOPY model /opt/model",
        "ADD models.tar.gz /\nCOPY model /opt/model",
        # The destination is unknown.
        "COPY model /opt/model\nCOPY files $WHERE",
        "COPY model model",
        # These commands may fill it.
        "COPY model /opt/model\nRUN cp -r /opt/model /models",
        "COPY model /opt/model\nRUN mv /opt/model $AZUREML_MODEL_DIR",
        "COPY model /opt/model\nWORKDIR /models\nRUN wget https://example.org/model.pkl",
        "COPY model /opt/model\nRUN tar xf m.tgz > /models/log",
    ],
)
def test_a_folder_that_may_contain_the_model_is_not_reported(lines: str) -> None:
    """The rule ignores a folder that contains the model, or may contain it."""
    check_rule(RULE, f"{INFERENCE}ENV AZUREML_MODEL_DIR=/models\n{lines}\n")


def test_the_whole_context_in_the_app_root_is_not_reported() -> None:
    """The context may have a folder of that name."""
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
        # No model is copied, so the deployment provides it.
        "ENV AZUREML_MODEL_DIR=/models",
        "COPY code /opt/code\nENV AZUREML_MODEL_DIR=/models",
        "COPY requirements.txt /tmp/\nENV AZUREML_MODEL_DIR=/models",
        # Code about models.
        "COPY model.py model_config.yaml train-model.ipynb /opt/\nENV AZUREML_MODEL_DIR=/models",
        "COPY modeling /opt/modeling\nENV AZUREML_MODEL_DIR=/models",
        # These values are unknown.
        "COPY model /opt/model\nENV AZUREML_MODEL_DIR=$DIR",
        "COPY $MODEL /opt/\nENV AZUREML_MODEL_DIR=/models",
        "COPY model /opt/model\nENV AZUREML_MODEL_DIR=models",
        "COPY model /opt/model\nENV AZUREML_MODEL_DIR=",
        "COPY model /opt/model",
        "COPY model /opt/model\n# ENV AZUREML_MODEL_DIR=/models",
    ],
)
def test_unknown_models_and_folders_are_not_reported(lines: str) -> None:
    """The rule ignores Dockerfiles without a model, without the variable, or with an unknown value."""
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
def test_images_without_the_server_are_not_reported(fixture: str) -> None:
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
def test_the_fix_uses_the_destination_of_the_copy(copy: str, value: str, folder: str) -> None:
    """The destination replaces the value; other variables, continuations and line ends stay unchanged."""
    before = rf"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        env A=1 \
            # where the model is
            AZUREML_MODEL_DIR={value} B=2
        """
    after = before.replace(value, folder)

    check_fix(RULE, crlf(before) + copy, crlf(after) + copy)


def test_the_title_of_the_fix_names_the_folder() -> None:
    """The menu of the editor shows the new value."""
    [finding] = findings_of(RULE, f"{INFERENCE}COPY model /opt/model\nENV AZUREML_MODEL_DIR /models\n")

    assert [fix.title for fix in finding.fixes] == ["Use /opt/model"]


@pytest.mark.parametrize(
    "destination", ["/var/azureml-app/azureml-models/", "/var/azureml-app/azureml-models/model.pkl"]
)
def test_the_variable_names_the_file(destination: str) -> None:
    """The message says that the value is a file, and the fix uses its folder."""
    before = f"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models/model.pkl
        #                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ModelDirMismatch model.pkl is a file
        COPY model.pkl {destination}
        """
    after = f"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models
        COPY model.pkl {destination}
        """

    check_rule(RULE, before)
    check_fix(RULE, before, after, "Use /var/azureml-app/azureml-models")


@pytest.mark.parametrize(
    "lines",
    [
        "ENV AZUREML_MODEL_DIR=/models/v1.pkl\nCOPY model /models/v1.pkl",
        "ENV AZUREML_MODEL_DIR=/models/model\nCOPY model.pkl /models/model",
        "ENV AZUREML_MODEL_DIR=/models/model.pkl\nCOPY model.* /models/",
    ],
)
def test_what_may_be_a_folder_is_no_file(lines: str) -> None:
    """A folder can have any name, and a pattern can match a folder."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


def test_the_copied_folder_lacks_the_folder(tmp_path: Path) -> None:
    """The build context shows that the copied folder does not contain the folder of the variable."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models/sklearn/1
        #                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ModelDirMismatch Nothing is copied to
        COPY model /var/azureml-app/azureml-models
        """,
        context_of(tmp_path, {"model/model.pkl": "x"}),
    )


def test_the_copied_folder_has_the_folder(tmp_path: Path) -> None:
    """A folder below the destination comes with the copied folder."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models/sklearn/1
        COPY model /var/azureml-app/azureml-models
        """,
        context_of(tmp_path, {"model/sklearn/1/model.pkl": "x"}),
    )
