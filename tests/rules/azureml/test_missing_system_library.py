"""MissingSystemLibrary: OpenCV without libGL."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, context_of, findings_of
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RULE = "MissingSystemLibrary"
APT = (
    "RUN apt-get update && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 "
    "&& rm -rf /var/lib/apt/lists/*"
)


def test_a_package_of_a_command() -> None:
    """The name of the package is marked, in the final stage and in those that it is built on."""
    [finding, _] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        RUN pip install numpy 'opencv-python==4.10.0.84'
        #                      ^^^^^^^^^^^^^ MissingSystemLibrary nothing installs libGL.so.1
        FROM base
        RUN python -m pip install opencv_contrib_python
        #                         ^^^^^^^^^^^^^^^^^^^^^ MissingSystemLibrary opencv-contrib-python-headless
        """,
    )

    assert finding.severity is Severity.HINT


def test_a_requirements_file(tmp_path: Path) -> None:
    """The file is marked in the command; its line is related."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        COPY requirements.txt /tmp/
        RUN pip install -r /tmp/requirements.txt
        #                  ^^^^^^^^^^^^^^^^^^^^^ MissingSystemLibrary opencv-python of requirements.txt
        """,
        context_of(tmp_path, {"requirements.txt": "numpy\nopencv-python>=4\n"}),
    )

    assert [(item.path, item.message) for item in finding.related] == [
        ("requirements.txt", "opencv-python is listed here.")
    ]
    assert [fix.title for fix in finding.fixes] == ["Install libgl1 and libglib2.0-0 before this RUN"]


@pytest.mark.parametrize(
    "lines",
    [
        "RUN apt-get update && apt-get install -y git curl",
        "RUN conda create -y -n own python=3.12 pip",
        "RUN apt-get remove -y ffmpeg",
        "RUN pip install torch",
    ],
)
def test_other_installations(lines: str) -> None:
    """Well-known tools do not bring the library."""
    assert len(findings_of(RULE, f"{FROM_TRAINING}{lines}\nRUN pip install opencv-python\n")) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "RUN apt-get update && apt-get install -y libgl1",
        "RUN apt-get update && apt-get install -y ffmpeg libsm6 libxext6",
        "RUN apt-get update && apt-get install -y $PACKAGES",
        "RUN xargs apt-get install -y < packages.txt",
        "RUN ./install.sh",
        "RUN conda install -y opencv",
        "RUN conda env update -n base -f conda.yml",
        "RUN pip uninstall -y opencv-python && pip install opencv-python-headless",
        "COPY --from=other /usr/lib /usr/lib",
    ],
)
def test_what_may_bring_the_library(lines: str) -> None:
    """The rule is silent if another instruction may bring the library, also after the installation."""
    check_rule(RULE, f"{FROM_TRAINING}RUN pip install opencv-python\n{lines}\n")


@pytest.mark.parametrize(
    "text",
    [
        f"{FROM_TRAINING}RUN pip install opencv-python-headless\n",
        f"{FROM_TRAINING}RUN pip download opencv-python\n",
        "FROM python:3.12\nRUN pip install opencv-python\n",
        "FROM mcr.microsoft.com/azureml/curated/acpt-pytorch-2.8-cuda12.6:15\nRUN pip install opencv-python\n",
        f"{FROM_TRAINING}RUN pip install opencv-python\n{FROM_TRAINING}",
    ],
)
def test_where_it_is_not_needed_or_not_known(text: str) -> None:
    """The rule is silent for the headless package, on other images, and in a stage that is not in the final image."""
    check_rule(RULE, text)


def test_a_headless_requirements_file(tmp_path: Path) -> None:
    """The rule is silent for a file with the headless package."""
    context = context_of(tmp_path, {"r.txt": "opencv-python-headless\n# opencv-python\n"})
    check_rule(RULE, f"{FROM_TRAINING}COPY r.txt /tmp/\nRUN pip install -r /tmp/r.txt\n", context)


def test_the_headless_package() -> None:
    """The first fix adds `-headless` and keeps the version."""
    before = f"{FROM_INFERENCE}RUN pip install 'opencv-python==4.10.0.84' numpy\n"
    check_fix(RULE, before, before.replace("opencv-python", "opencv-python-headless"))


@pytest.mark.parametrize(
    ("start", "block"),
    [
        (FROM_TRAINING, APT),
        (FROM_INFERENCE, f"USER root\n{APT}\nUSER dockeruser"),
        (f"{FROM_INFERENCE}USER root\n", APT),
    ],
)
def test_the_system_packages(start: str, block: str) -> None:
    """The other fix installs the library as root, and switches back to the user of the RUN."""
    run = "RUN pip install opencv-python\n"
    check_fix(RULE, f"{start}{run}", f"{start}{block}\n{run}", "Install libgl1 and libglib2.0-0 before this RUN")
