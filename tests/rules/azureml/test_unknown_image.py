"""UnknownImage: names under `azureml/` that are not in the catalogue."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.images.image_index import EMBEDDED
from azureml_dockerfile_ls.images.tags import newest
from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "UnknownImage"


def test_a_curated_environment_without_curated() -> None:
    """The most common mistake is a warning that suggests the correct name."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/sklearn-1.5:latest
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnknownImage did you mean curated/sklearn-1.5?
        """,
    )

    assert finding.severity is Severity.WARNING


def test_a_misspelled_name() -> None:
    """A name that is at most two edits from a known one has a suggestion."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minmal-py312-inference:latest
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnknownImage did you mean minimal-py312-inference?
        """,
    )


def test_a_name_without_a_similar_one() -> None:
    """The image may be newer than the catalogue, so the finding is information without a fix."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/something-new:latest
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnknownImage The catalogue has no image something-new
        """,
    )

    assert (finding.severity, finding.fixes) == (Severity.INFORMATION, ())


@pytest.mark.parametrize(
    "name",
    [
        "azureml/openmpi4.1.0-ubuntu22.04",
        "oopenmpi5.0-ubuntu24.04",
        "openmpi4.1.0-ubuntu24.04",
        "openmpi4.1.0-cuda11.7-cudnn8-ubuntu20.04",
        "foundation=model-inference",
        "pytorch-1.13-ubuntu20.04-py38-cpu",
        "sklearn-1.2-1",
        "mlflow-ubuntu22.04-py311-cpu-inference",
        "curated/minimal-ubuntu22.04-py39-cpu-inference",
        "inference-base",
    ],
)
def test_common_wrong_names(name: str) -> None:
    """None of these images was ever published, and each one is reported."""
    reference = f"mcr.microsoft.com/azureml/{name}"
    rule = "ParseError" if "=" in name else RULE

    check_rule(rule, f"FROM {reference}\n#    {'^' * len(reference)} {rule}\n")


def test_the_image_of_copy() -> None:
    """`COPY --from` pulls an image too."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        COPY --from=mcr.microsoft.com/azureml/o16n-base/python-asset:20250310.v1 /artifacts /var/
        #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnknownImage o16n-base/python-assets
        """,
    )


def test_an_image_from_an_argument_has_no_fix() -> None:
    """The finding on FROM uses the default value of the ARG."""
    [finding] = check_rule(
        RULE,
        """
        ARG NAME=sklearn-1.5
        FROM mcr.microsoft.com/azureml/${NAME}:latest
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnknownImage did you mean curated/sklearn-1.5?
        """,
    )

    assert finding.fixes == ()


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n",
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:{{latest-image-tag}}\n",
        "FROM mcr.microsoft.com/aifx/acpt/there-is-no-such-image:1\n",
        "FROM mcr.microsoft.com/azureml/bert:pretrain-openmpi3.1.2-cuda10.0-cudnn7-ubuntu16.04\n",
        "FROM mcr.microsoft.com/azureml/onnxruntime-training:latest\n",
        "FROM mcr.microsoft.com/devcontainers/python:3.12\n",
        "FROM example.azurecr.io/public/azureml/sklearn-1.5:1\n",
        "FROM azureml/sklearn-1.5:1\n",
        "ARG NAME\nFROM mcr.microsoft.com/azureml/${NAME}:latest\n",
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS sklearn\nFROM sklearn\n",
    ],
)
def test_other_names_are_not_reported(fixture: str) -> None:
    """The rule ignores known images, other registries and folders, unknown arguments, and stages."""
    check_rule(RULE, fixture)


@pytest.mark.parametrize("name", ["", "<image_name>:<tag>", "Minimal"])
def test_an_unfinished_name_is_not_reported(name: str) -> None:
    """Other rules report placeholders and invalid names."""
    check_rule(RULE, f"FROM mcr.microsoft.com/azureml/{name}\n")


def test_a_newer_version_is_not_a_typo() -> None:
    """A higher version of a known name may exist, so the finding is not a warning."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-cuda13.9-ubuntu24.04:latest
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnknownImage
        """,
    )

    assert finding.severity is Severity.INFORMATION


def test_the_tag_of_an_image_that_never_was() -> None:
    """The fix replaces a tag that the other image cannot have; an image with a misspelled name may have it."""
    before, after = "openmpi4.1.0-cuda11.7-cudnn8-ubuntu20.04", "openmpi5.0-cuda12.4-ubuntu22.04"
    found = EMBEDDED.find(f"mcr.microsoft.com/azureml/{after}")
    assert found is not None
    for tag, expected in (("20230509.v1", newest(found.tags)), ("latest", "latest"), ("{{latest-image-tag}}",) * 2):
        check_fix(
            RULE,
            f"FROM mcr.microsoft.com/azureml/{before}:{tag}\n",
            f"FROM mcr.microsoft.com/azureml/{after}:{expected}\n",
        )
    check_fix(
        RULE,
        "FROM mcr.microsoft.com/azureml/openmpi5.0-ubntu24.04:20230509.v1\n",
        "FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:20230509.v1\n",
    )


def test_the_fix_uses_the_known_name() -> None:
    """Tag, alias, letter case and line ends stay unchanged."""
    before = """
        from mcr.microsoft.com/azureml/sklearn-1.5:30  as  train
        RUN true
        """

    check_fix(
        RULE,
        crlf(before),
        crlf(before.replace("azureml/", "azureml/curated/")),
        "Change to curated/sklearn-1.5",
    )


def test_the_fix_in_a_continued_copy() -> None:
    """Only the name changes."""
    before = r"""
        FROM python:3.12
        COPY --from=mcr.microsoft.com/azureml/o16n-base/python-asset:20250310.v1 \
            # what the server needs
            /artifacts \
            /var/
        """

    check_fix(RULE, before, before.replace("python-asset:", "python-assets:"))


def test_the_rules_of_the_meant_image_still_apply() -> None:
    """One misspelt name does not hide the other faults of the file, also in a stage on top of it."""
    fixture = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inferense:latest AS base
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnknownImage did you mean minimal-py312-inference?
        RUN apt-get update
        #   ^^^^^^^ PackageInstallWithoutRoot
        FROM base
        ENV WORKER_COUNT=two
        #                ^^^ InvalidVariableValue
        COPY score.py /var/azureml-app/
        #             ^^^^^^^^^^^^^^^^^ MissingEntryScript
        """

    for rule in (RULE, "PackageInstallWithoutRoot", "InvalidVariableValue", "MissingEntryScript"):
        check_rule(rule, fixture)


@pytest.mark.parametrize("name", ["my-own-image", "minimal-py399-inferense-base", "openmpi"])
def test_a_name_without_a_clear_meaning_has_no_further_findings(name: str) -> None:
    """The user and the server of such an image are unknown."""
    text = f"FROM mcr.microsoft.com/azureml/{name}:latest\nENV WORKER_COUNT=two\n"

    assert findings_of("InvalidVariableValue", text) == []
