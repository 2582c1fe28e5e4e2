"""RetiredImage: images that Azure ML no longer supports."""

from __future__ import annotations

import pytest

from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "RetiredImage"


def test_a_deprecated_base_image() -> None:
    """The image name is marked without its tag, and the message gives the date and the successor."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:20240709.v1 AS build
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredImage is deprecated (since 2025-02-24)
        """,
    )

    assert finding.message.endswith("Use openmpi4.1.0-ubuntu22.04.")


def test_a_retired_image_without_successor() -> None:
    """The image is reported without a fix."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/onnxruntime-training:0.1-rc3.1-openmpi4.0-cuda10.2-cudnn8.0-nccl2.7
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredImage (its last known release is 0.1-rc3.1)
        """,
    )

    assert finding.fixes == ()


def test_the_image_of_copy() -> None:
    """`COPY --from` pulls an image too."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        COPY --from=mcr.microsoft.com/azureml/o16n-base/python-slim:20210401 /artifacts /var/
        #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredImage
        """,
    )


def test_an_image_from_arguments_has_no_fix() -> None:
    """The whole reference is marked, because an edit would remove the variables."""
    [finding] = check_rule(
        RULE,
        """
        ARG UBUNTU=20.04
        ARG BASE=mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu${UBUNTU}
        FROM ${BASE}:latest
        #    ^^^^^^^^^^^^^^ RetiredImage openmpi4.1.0-ubuntu20.04
        """,
    )

    assert finding.fixes == ()


def test_only_the_first_stage_of_a_chain() -> None:
    """A stage that builds on an earlier one names no image."""
    check_rule(
        RULE,
        """
        FROM --platform=linux/amd64 mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest AS base
        #                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ RetiredImage
        FROM base
        RUN pip install pandas
        """,
    )


@pytest.mark.parametrize(
    "image",
    [
        "mcr.microsoft.com/azureml/minimal-py312-inference:latest",
        "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:20220930.v1",
        "mcr.microsoft.com/azureml/curated/sklearn-1.5:1",
        # The status of these images is unknown.
        "mcr.microsoft.com/azureml/promptflow/promptflow-runtime:20241031.v1",
        "mcr.microsoft.com/azureml/promptflow/promptflow-runtime:latest",
        "mcr.microsoft.com/azureml/onnxruntime:v0.4.0",
        "mcr.microsoft.com/azureml/openmpi4.1.0-spark3-ubuntu20.04:20221222.v1",
        # Neither of these is on Azure ML's registry.
        "example.azurecr.io/azureml/openmpi4.1.0-ubuntu20.04:1",
        "openmpi4.1.0-ubuntu20.04:latest",
    ],
)
def test_supported_images_are_not_reported(image: str) -> None:
    """The rule ignores old tags of supported images, an unknown status, and other registries."""
    check_rule(RULE, f"FROM {image}\n")


@pytest.mark.parametrize(
    "fixture",
    [
        "ARG BASE\nFROM ${BASE}\n",
        "# FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04\nFROM python:3.12\n",
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04-mine:1 AS base\n",
        "FROM python:3.12\nLABEL base=mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04\n",
        'FROM python:3.12\nRUN echo "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04" > Dockerfile\n',
    ],
)
def test_names_that_no_instruction_pulls_are_not_reported(fixture: str) -> None:
    """The rule ignores an unknown argument, a comment, a longer name, a label and shell text."""
    check_rule(RULE, fixture)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # `latest` and a template tag are kept, and a date becomes the newest date.
        ("openmpi4.1.0-ubuntu20.04:latest", "openmpi4.1.0-ubuntu22.04:latest"),
        ("openmpi4.1.0-ubuntu20.04", "openmpi4.1.0-ubuntu22.04:latest"),
        ("openmpi4.1.0-ubuntu20.04:20230620.v1", "openmpi4.1.0-ubuntu22.04:20260715.v1"),
        ("openmpi4.1.0-ubuntu20.04:{{latest-image-tag}}", "openmpi4.1.0-ubuntu22.04:{{latest-image-tag}}"),
        (
            r"openmpi4.1.0-ubuntu20.04:{{latest-image-tag:2023\d+\.v\d}}",
            "openmpi4.1.0-ubuntu22.04:{{latest-image-tag}}",
        ),
        # A digest belongs to the old image.
        (f"openmpi4.1.0-ubuntu20.04:20230620.v1@sha256:{'0' * 64}", "openmpi4.1.0-ubuntu22.04:20260715.v1"),
        ("inference-base-2004:20250203.v1", "inference-base-2204:20260722.v3"),
        ("pytorch-1.6-ubuntu18.04-py37-cpu-inference:latest", "minimal-py312-inference:latest"),
    ],
)
def test_the_fix_uses_the_successor(before: str, after: str) -> None:
    """The fix replaces the reference with its tag and digest, and the rest stays unchanged."""
    before, after = (
        f"""
        # The base
        from  --platform=linux/amd64  mcr.microsoft.com/azureml/{image}   as  serve
        RUN true
        """
        for image in (before, after)
    )

    check_fix(RULE, before, after, f"Replace with {after.split('azureml/')[1].split()[0]}")


@pytest.mark.parametrize(
    ("image", "end"),
    [
        (
            "sklearn-0.24.1-ubuntu18.04-py37-cpu-inference",
            "Use minimal-py312-inference, which has Python 3.12 instead of 3.7 and does not include scikit-learn.",
        ),
        ("minimal-ubuntu20.04-py38-cpu-inference", "minimal-py312-inference, which has Python 3.12 instead of 3.8."),
        ("pytorch1.6-py3.7-inference-cpu", "which has Python 3.12 instead of 3.7 and does not include PyTorch."),
        # Which Python these images have depends on the tag.
        ("openmpi4.1.0-ubuntu20.04", "Use openmpi4.1.0-ubuntu22.04."),
        # Both images have the framework.
        ("curated/sklearn-1.1", "Use curated/sklearn-1.5."),
    ],
)
def test_the_message_names_what_changes(image: str, end: str) -> None:
    """The message says what the successor lacks, and how its Python differs."""
    [finding] = findings_of(RULE, f"FROM mcr.microsoft.com/azureml/{image}:latest\n")

    assert finding.message.endswith(end)


def test_the_fix_installs_the_framework() -> None:
    """The first fix also installs the framework that the successor does not have."""
    before = crlf("""
        FROM mcr.microsoft.com/azureml/sklearn-0.24.1-ubuntu18.04-py37-cpu-inference:latest
        RUN pip install pandas
        """)
    after = crlf("""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN pip install --no-cache-dir scikit-learn
        RUN pip install pandas
        """)

    check_fix(RULE, before, after, "Replace with minimal-py312-inference:latest and install scikit-learn")


@pytest.mark.parametrize(
    ("image", "line"),
    [
        ("sklearn-0.24.1-ubuntu18.04-py37-cpu-inference", "RUN pip install scikit-learn==1.5"),
        ("sklearn-0.24.1-ubuntu18.04-py37-cpu-inference", "RUN pip install -r requirements.txt"),
        ("sklearn-0.24.1-ubuntu18.04-py37-cpu-inference", "RUN conda env update -n base -f conda.yml"),
        ("sklearn-0.24.1-ubuntu18.04-py37-cpu-inference", "RUN pip install $PACKAGES"),
        ("pytorch-1.9-ubuntu18.04-py37-cuda11.0.3-gpu-inference", "RUN true"),
    ],
)
def test_the_framework_is_not_installed_twice(image: str, line: str) -> None:
    """The fix adds no line if the Dockerfile may install the framework, or if the package depends on CUDA."""
    [finding] = findings_of(RULE, f"FROM mcr.microsoft.com/azureml/{image}:latest\n{line}\n")

    assert ["install" in fix.title for fix in finding.fixes] == [False]


def test_the_fix_keeps_line_ends_and_continuations() -> None:
    """Windows line ends stay unchanged as well."""
    before = r"""
        FROM \
            mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest \
            AS train
        """

    check_fix(RULE, crlf(before), crlf(before.replace("20.04", "22.04")))
