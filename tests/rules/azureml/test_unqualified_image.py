"""UnqualifiedImage: names of Azure ML images without their registry."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "UnqualifiedImage"


def test_a_short_name() -> None:
    """The name of the menus is not enough for Docker; the finding is a warning."""
    [finding] = check_rule(
        RULE,
        """
        FROM minimal-py312-inference:latest AS serve
        #    ^^^^^^^^^^^^^^^^^^^^^^^ UnqualifiedImage did you mean mcr.microsoft.com/azureml/minimal-py312-inference?
        """,
    )

    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("azureml/minimal-py312-inference", "minimal-py312-inference"),
        ("azureml/curated/sklearn-1.5", "curated/sklearn-1.5"),
        ("azureml/sklearn-1.5", "curated/sklearn-1.5"),
        ("curated/sklearn-1.5", "curated/sklearn-1.5"),
        ("openmpi4.1.0-ubuntu22.04", "openmpi4.1.0-ubuntu22.04"),
        ("docker.io/azureml/openmpi4.1.0-ubuntu22.04", "openmpi4.1.0-ubuntu22.04"),
        ("docker.io/mcr.microsoft.com/azureml/base", "base"),
        ("mcr.microsoft.com/azure-ml/minimal-py312-inference", "minimal-py312-inference"),
        ("mcr.microsoft.com/azurml/base", "base"),
        ("mcr.microsoft.com/minimal-py312-inference", "minimal-py312-inference"),
    ],
)
def test_the_full_name_is_suggested(name: str, meant: str) -> None:
    """Each name is reported with the one that is meant, and the fix replaces only the name."""
    before = f"FROM {name}:1 AS a\n#    {'^' * len(name)} {RULE} did you mean mcr.microsoft.com/azureml/{meant}?\n"
    after = f"FROM mcr.microsoft.com/azureml/{meant}:1 AS a\n"

    check_rule(RULE, before)
    check_fix(RULE, crlf(before), crlf(after), f"Change to mcr.microsoft.com/azureml/{meant}")


def test_an_acpt_image() -> None:
    """The full name of an ACPT image has another prefix."""
    name = "aifx/acpt/stable-ubuntu2204-cu126-py310-torch280"

    check_rule(RULE, f"FROM {name}:1\n#    {'^' * len(name)} {RULE} did you mean mcr.microsoft.com/{name}?\n")


def test_the_image_of_copy() -> None:
    """`COPY --from` pulls an image too."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        COPY --from=mcr.microsoft.com/azure-ml/o16n-base/python-assets:20250310.v1 /artifacts /var/
        #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnqualifiedImage
        """,
    )


def test_an_image_from_an_argument_has_no_fix() -> None:
    """The finding on FROM uses the default value of the ARG."""
    [finding] = check_rule(
        RULE,
        """
        ARG BASE=azureml/minimal-py312-inference
        FROM ${BASE}:latest
        #    ^^^^^^^^^^^^^^ UnqualifiedImage
        """,
    )

    assert finding.fixes == ()


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n",
        "FROM mcr.microsoft.com/azureml/sklearn-1.5:latest\n",
        "FROM mcr.microsoft.com/aifx/acpt/stable-ubuntu2204-cu126-py310-torch280:biweekly.202607.1\n",
        "FROM mcr.microsoft.com/devcontainers/python:3.12\n",
        # These may be images of Docker Hub, of this machine or of another registry.
        "FROM base:1\n",
        "FROM onnxruntime\n",
        "FROM azureml/base:0.1.4\n",
        "FROM python:3.12\n",
        "FROM someone/minimal-py312-inference:1\n",
        "FROM localhost:5000/azureml/minimal-py312-inference:1\n",
        "FROM example.azurecr.io/azureml/minimal-py312-inference:1\n",
        "FROM azureml/something-new-1.0:1\n",
        # A stage, and a name that may be a context of the command line.
        "FROM python:3.12 AS minimal-py312-inference\nFROM minimal-py312-inference\n",
        "FROM python:3.12\nCOPY --from=minimal-py312-inference /a /b\n",
        "ARG BASE\nFROM ${BASE}\n",
        "# FROM minimal-py312-inference\nFROM scratch\n",
    ],
)
def test_other_names_are_not_reported(fixture: str) -> None:
    """The rule ignores full names, other registries and names, and stages."""
    assert findings_of(RULE, fixture) == []
