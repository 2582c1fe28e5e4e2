"""UncopiedFile: a file of the build context that a RUN reads before any COPY brings it."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, context_of, findings_of
from tests.images_used import FROM_TRAINING

RULE = "UncopiedFile"
FILES = {
    "requirements.txt": "numpy\n",
    "env/conda.yaml": "dependencies:\n- python\n",
    "train.py": "",
    "src/a.py": "",
    "ignored.txt": "",
    ".dockerignore": "ignored.txt\n",
}


def test_the_files_of_pip_and_conda(tmp_path: Path) -> None:
    """The name of the file is marked."""
    [finding, _] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN pip install -r requirements.txt
        #                  ^^^^^^^^^^^^^^^^ UncopiedFile no COPY before this RUN adds it
        RUN conda env create -f ./env/conda.yaml
        #                       ^^^^^^^^^^^^^^^^ UncopiedFile env/conda.yaml is not in the image
        COPY . .
        """,
        context_of(tmp_path, FILES),
    )

    assert finding.severity is Severity.WARNING


def test_an_earlier_stage(tmp_path: Path) -> None:
    """The finding is in the stage that reads the file."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest AS base
        RUN pip install -r requirements.txt
        #                  ^^^^^^^^^^^^^^^^ UncopiedFile
        FROM base
        COPY requirements.txt .
        """,
        context_of(tmp_path, FILES),
    )


@pytest.mark.parametrize(
    "lines",
    [
        "COPY train.py /app/\nRUN pip install -r requirements.txt",
        "WORKDIR /app\nCOPY src /app/src\nRUN pip install -r requirements.txt",
        "RUN --mount=type=cache,target=/root/.cache pip install -c requirements.txt numpy",
        "RUN apt-get update && pip install -r requirements.txt",
        "RUN cd /opt && ls\nRUN pip install -r requirements.txt",
        "RUN pip install -r requirements.txt\nRUN pip install -r requirements.txt",
    ],
)
def test_copies_of_other_files(lines: str, tmp_path: Path) -> None:
    """A COPY of other files, or into another folder, does not bring the file."""
    assert len(findings_of(RULE, f"{FROM_TRAINING}{lines}\n", context_of(tmp_path, FILES))) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "COPY requirements.txt .\nRUN pip install -r requirements.txt",
        "COPY *.txt .\nRUN pip install -r requirements.txt",
        "COPY . .\nRUN pip install -r requirements.txt",
        "COPY src .\nRUN pip install -r requirements.txt",
        "COPY train.py requirements.txt\nRUN pip install -r requirements.txt",
        "COPY --from=a /b .\nRUN pip install -r requirements.txt",
        "COPY <<EOF requirements.txt\nnumpy\nEOF\nRUN pip install -r requirements.txt",
        "ARG F=a.txt\nCOPY $G /app/\nRUN pip install -r requirements.txt",
        "RUN echo numpy > requirements.txt && pip install -r requirements.txt",
        "RUN git clone https://a/b . && pip install -r requirements.txt",
        "RUN cd /opt && pip install -r requirements.txt",
        "RUN --mount=type=bind,target=/a pip install -r requirements.txt",
        "RUN --mount=target=/a pip install -r requirements.txt",
        "RUN pip install -r /tmp/requirements.txt",
        "RUN pip install -r ../requirements.txt",
        "RUN pip install -r other.txt",
        "RUN pip install -r ignored.txt",
        "RUN pip install -r $FILE",
        "RUN pip install requirements.txt",
    ],
)
def test_files_that_may_be_there(lines: str, tmp_path: Path) -> None:
    """The rule is silent if anything before the command may bring the file."""
    check_rule(RULE, f"{FROM_TRAINING}{lines}\n", context_of(tmp_path, FILES))


def test_other_images_and_no_context(tmp_path: Path) -> None:
    """Another image may hold the file, and without a context nothing is known."""
    check_rule(RULE, "FROM python:3.12\nRUN pip install -r requirements.txt\n", context_of(tmp_path, FILES))
    check_rule(RULE, f"{FROM_TRAINING}RUN pip install -r requirements.txt\n")


def test_the_fix_adds_the_copy(tmp_path: Path) -> None:
    """The file goes to the folder in which the command looks for it."""
    context = context_of(tmp_path, FILES)
    check_fix(
        RULE,
        f"{FROM_TRAINING}# packages\nRUN pip install -r requirements.txt\n",
        f"{FROM_TRAINING}COPY requirements.txt ./\n# packages\nRUN pip install -r requirements.txt\n",
        "Add COPY requirements.txt ./",
        context,
    )
    check_fix(
        RULE,
        f"{FROM_TRAINING}RUN conda env create -f ./env/conda.yaml\n",
        f"{FROM_TRAINING}COPY env/conda.yaml env/\nRUN conda env create -f ./env/conda.yaml\n",
        context=context,
    )
