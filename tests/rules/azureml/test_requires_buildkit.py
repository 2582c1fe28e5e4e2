"""RequiresBuildKit: what the classic builder refuses."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, findings_of
from tests.images_used import FROM_TRAINING

RULE = "RequiresBuildKit"


def test_only_the_first_place() -> None:
    """One finding per file is enough, on the flag without its value."""
    [finding] = check_rule(
        RULE,
        """
        FROM python:3.12 AS build
        RUN --mount=type=cache,target=/root/.cache pip wheel numpy
        #   ^^^^^^^ RequiresBuildKit RUN --mount needs BuildKit
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        COPY --link a /a
        """,
    )

    assert finding.severity is Severity.INFORMATION


def test_heredocs() -> None:
    """The classic builder reads the lines of a heredoc as instructions."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        COPY <<EOF /a
        #    ^^^^^ RequiresBuildKit A heredoc needs BuildKit
        text
        EOF
        """,
    )


@pytest.mark.parametrize(
    "line",
    ["COPY --chmod=755 a /a", "COPY --link a /a", "ADD --checksum=sha256:0 http://a/b /a", "RUN --network=none true"],
)
def test_flags_of_buildkit(line: str) -> None:
    """Every flag that only BuildKit knows is reported."""
    assert len(findings_of(RULE, f"{FROM_TRAINING}{line}\n")) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"{FROM_TRAINING}COPY --chown=a --from=b /a /a\n",
        f"# syntax=docker/dockerfile:1\n{FROM_TRAINING}RUN --mount=type=cache,target=/a true\n",
        "FROM python:3.12\nRUN --mount=type=cache,target=/a true\n",
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest AS a\nCOPY --link a /a\nFROM python:3.12\n",
        f"{FROM_TRAINING}RUN echo --mount=type=cache\n",
        f'{FROM_TRAINING}RUN bash -c "cat <<< a"\n',
        "",
    ],
)
def test_what_the_classic_builder_knows(text: str) -> None:
    """The rule is silent for flags of both builders, for other images, and if the file asks for BuildKit."""
    check_rule(RULE, text)


def test_the_fix_removes_the_flag() -> None:
    """Without a cache mount or `--link`, the image has the same content."""
    check_fix(
        RULE,
        f"{FROM_TRAINING}RUN --mount=type=cache,target=/a pip install b\n",
        f"{FROM_TRAINING}RUN pip install b\n",
        "Remove --mount",
    )
    check_fix(RULE, f"{FROM_TRAINING}COPY --link a /a\n", f"{FROM_TRAINING}COPY a /a\n", "Remove --link")


def test_the_fix_removes_all_such_flags_of_an_instruction() -> None:
    """Otherwise the instruction would still need BuildKit."""
    check_fix(
        RULE,
        f"{FROM_TRAINING}RUN --mount=type=cache,target=/a --mount=type=cache,target=/b pip install b\n",
        f"{FROM_TRAINING}RUN pip install b\n",
        "Remove --mount",
    )


@pytest.mark.parametrize(
    "line",
    [
        "RUN --mount=type=secret,id=a true",
        "COPY --chmod=755 a /a",
        "RUN --mount=type=cache",
        "RUN --mount=type=cache,target=/a --mount=type=bind,source=b pip install b",
        "COPY --link --chmod=755 a /a",
        "RUN --mount=type=cache,target=/a <<EOF\npip install b\nEOF",
    ],
)
def test_no_fix_for_a_flag_with_an_effect(line: str) -> None:
    """Other flags change the image."""
    assert [finding.fixes for finding in findings_of(RULE, f"{FROM_TRAINING}{line}\n")] == [()]
