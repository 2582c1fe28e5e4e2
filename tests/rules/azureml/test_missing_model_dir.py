"""MissingModelDir: a model in an inference image without the variable that names its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, context_of, crlf, findings_of

RULE = "MissingModelDir"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"


def test_a_folder_with_a_model() -> None:
    """The destination is marked."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY model /var/azureml-app/azureml-models
        #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ MissingModelDir copied to /var/azureml-app/azureml-models
        """,
    )

    assert finding.severity is Severity.WARNING


def test_any_file_in_the_models_folder() -> None:
    """Every file in this folder is a model; the finding is on the first COPY only."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        WORKDIR /var/azureml-app
        ADD --chown=dockeruser weights.tar.gz azureml-models/
        #                                     ^^^^^^^^^^^^^^^ MissingModelDir
        COPY --from=train ["/out", "/var/azureml-app/azureml-models"]
        """,
    )


def test_a_model_in_an_earlier_stage() -> None:
    """The COPY of the earlier stage is marked."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        COPY model /var/azureml-app/azureml-models
        #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ MissingModelDir
        FROM base
        """,
    )


def test_another_app_root() -> None:
    """The models folder is below `AML_APP_ROOT`."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AML_APP_ROOT=/app
        COPY a /var/azureml-app/azureml-models
        COPY b ${AML_APP_ROOT}/azureml-models
        #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ MissingModelDir /app/azureml-models
        """,
    )


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "COPY model /var/azureml-app/azureml-models\nENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models",
        "ENV AZUREML_MODEL_DIR /var/azureml-app/azureml-models\nCOPY model $AZUREML_MODEL_DIR",
        "COPY model /var/azureml-app/azureml-models\nENV AZUREML_MODEL_DIR=$DIR",
        "COPY model /opt/model",
        "COPY model /var/azureml-app/azureml-models-old",
        "COPY model /var/azureml-app",
        "# COPY model /var/azureml-app/azureml-models",
        "COPY model azureml-models",
        'COPY model /var/azureml-app/azureml-models\nCMD ["python", "server.py"]',
    ],
)
def test_correct_dockerfiles_are_not_reported(lines: str) -> None:
    """The rule ignores Dockerfiles with the variable, with another or an unknown folder, or with another server."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\nCOPY m /var/azureml-app/azureml-models\n",
        "FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest\nCOPY m /var/azureml-app/azureml-models\n",
        "FROM python:3.12\nCOPY m /var/azureml-app/azureml-models\n",
        "ARG BASE\nFROM $BASE\nCOPY m /var/azureml-app/azureml-models\n",
        f"{INFERENCE}ENV AML_APP_ROOT=$ROOT\nCOPY m /var/azureml-app/azureml-models\n",
        f"{INFERENCE[:-1]} AS a\nCOPY m /var/azureml-app/azureml-models\nFROM python:3.12\nCOPY --from=a /a /a\n",
    ],
)
def test_images_without_the_server_are_not_reported(fixture: str) -> None:
    """Only inference images start the server, and only in the final stage."""
    check_rule(RULE, fixture)


def test_a_misspelled_variable_is_left_to_another_rule() -> None:
    """MisspelledVariable reports the mistake."""
    check_rule(RULE, f"{INFERENCE}COPY m /var/azureml-app/azureml-models\nENV AZUREML_MODELDIR=/x\n")


def test_the_fix_adds_the_variable() -> None:
    """The new line is below the COPY; continuations, letter case and line ends stay unchanged."""
    before = r"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        copy \
            # the model
            model /var/azureml-app/azureml-models
        # end
        """
    after = before.replace("models\n", "models\n        ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models\n")

    check_fix(RULE, before, after, "Add ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models")
    check_fix(RULE, crlf(before), crlf(after))


@pytest.mark.parametrize(
    ("lines", "folder"),
    [
        ("COPY model.pkl /var/azureml-app/azureml-models/model.pkl", "/var/azureml-app/azureml-models"),
        ("COPY model.pkl /var/azureml-app/azureml-models/", "/var/azureml-app/azureml-models"),
        ("COPY model /var/azureml-app/azureml-models/iris/1", "/var/azureml-app/azureml-models/iris/1"),
        ("COPY model /var/azureml-app/azureml-models/v1.0", "/var/azureml-app/azureml-models/v1.0"),
        ('COPY ["m", "/var/azureml-app/azureml-models/a b"]', '"/var/azureml-app/azureml-models/a b"'),
        (
            "COPY a /var/azureml-app/azureml-models/a\nCOPY b /var/azureml-app/azureml-models/b",
            "/var/azureml-app/azureml-models",
        ),
    ],
)
def test_the_folder_of_the_fix(lines: str, folder: str) -> None:
    """The fix names the folder of the file, or the common folder of all models."""
    first, *rest = lines.split("\n")
    after = "\n".join([first, f"ENV AZUREML_MODEL_DIR={folder}", *rest])

    check_fix(RULE, f"{INFERENCE}{lines}\n", f"{INFERENCE}{after}\n")


def test_no_fix_below_an_unfinished_line() -> None:
    """At the end of the file, a line that ends in `\\` would swallow the new instruction."""
    [finding] = findings_of(RULE, f"{INFERENCE}COPY model /var/azureml-app/azureml-models \\")

    assert finding.fixes == ()


@pytest.mark.parametrize(
    "lines",
    [
        "ENV MODEL_PATH=/var/azureml-app/azureml-models/model.pkl\nCOPY model.pkl ${MODEL_PATH}",
        "COPY model.pkl /var/azureml-app/azureml-models/\nENV MODEL_PATH=/var/azureml-app/azureml-models/model.pkl",
        "COPY model.pkl /var/azureml-app/azureml-models/model.pkl\nENV MODELS=/var/azureml-app/azureml-models/",
    ],
)
def test_another_variable_names_the_model(lines: str) -> None:
    """The script probably reads the other variable."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


def test_a_script_that_reads_no_variable(tmp_path: Path) -> None:
    """A script that does not name the variable finds its model in another way."""
    fixture = f"{INFERENCE}ENV AZUREML_ENTRY_SCRIPT=score.py\nCOPY score.py /var/azureml-app/\n"
    script = "def init():\n    load('/var/azureml-app/azureml-models/m.pkl')\n"

    check_rule(
        RULE, f"{fixture}COPY m.pkl /var/azureml-app/azureml-models/\n", context_of(tmp_path, {"score.py": script})
    )


def test_a_script_that_reads_the_variable(tmp_path: Path) -> None:
    """A variable for the app root is not a variable for the model."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AML_APP_ROOT=/var/azureml-app
        COPY main.py /var/azureml-app/
        COPY model.pkl /var/azureml-app/azureml-models/model.pkl
        #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ MissingModelDir
        """,
        context_of(tmp_path, {"main.py": "import os\n\nos.environ['AZUREML_MODEL_DIR']\n"}),
    )
