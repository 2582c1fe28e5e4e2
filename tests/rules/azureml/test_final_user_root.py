"""FinalUserRoot: inference images whose container would run as root."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "FinalUserRoot"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"


def test_nobody_switched_back() -> None:
    """The last USER is marked."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        USER dockeruser
        USER root:root
        #    ^^^^^^^^^ FinalUserRoot switch back to dockeruser
        RUN apt-get update
        """,
    )

    assert finding.severity is Severity.WARNING


def test_root_by_number() -> None:
    """Root is user 0."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/curated/minimal-py312-cuda12.4-inference:3
        USER 0:0
        #    ^^^ FinalUserRoot
        """,
    )


def test_root_by_a_variable() -> None:
    """The default value of an ARG counts."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/inference-base-2204:latest
        ARG WHO=root
        USER ${WHO}
        #    ^^^^^^ FinalUserRoot
        """,
    )


def test_root_in_the_stage_below() -> None:
    """The USER of an earlier stage is marked where it is, and the repair is made in the final stage."""
    before = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        USER root
        #    ^^^^ FinalUserRoot
        FROM base AS final
        COPY --from=build /wheels /wheels
        RUN pip install /wheels/*
        EXPOSE 5001
        """

    [finding] = check_rule(RULE, before)
    assert [(place.path, place.message) for place in finding.related] == [(None, "This stage inherits it.")]
    check_fix(
        RULE,
        before,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        USER root
        FROM base AS final
        COPY --from=build /wheels /wheels
        RUN pip install /wheels/*
        USER dockeruser
        EXPOSE 5001
        """,
    )


@pytest.mark.parametrize(
    "command",
    [
        'CMD ["uvicorn", "app:app"]',
        "ENTRYPOINT python server.py",
        'ENTRYPOINT ["tini", "--"]',
        # An ENTRYPOINT takes away the CMD of the image below, and an empty one leaves nothing to start.
        "ENTRYPOINT []",
    ],
)
def test_a_server_of_its_own(command: str) -> None:
    """Then only a hint is left: the image does not start Azure ML's services."""
    [finding] = findings_of(RULE, f"{INFERENCE}USER root\n{command}\n")

    assert finding.severity is Severity.HINT


@pytest.mark.parametrize(
    "command",
    [
        'CMD ["runsvdir", "/var/runit"]',
        "CMD runsvdir /var/runit",
        'ENTRYPOINT ["tini", "--"]\nCMD ["runsvdir", "/var/runit"]',
        'ENTRYPOINT ["runsvdir"]\nCMD ["/var/runit"]',
        'CMD ["python", "server.py"]\nCMD ["runsvdir", "/var/runit"]',
        'HEALTHCHECK CMD ["curl", "localhost:5001"]',
        'ONBUILD CMD ["python"]',
    ],
)
def test_a_command_that_starts_the_services(command: str) -> None:
    """`runsvdir` is how the image itself starts them, so it stays a warning."""
    [finding] = findings_of(RULE, f"{INFERENCE}USER root\n{command}\n")

    assert finding.severity is Severity.WARNING


def test_the_command_in_force_decides() -> None:
    """The final stage replaces the command of the stage below it."""
    [finding] = findings_of(
        RULE,
        f"{INFERENCE[:-1]} AS base\n"
        'CMD ["python", "server.py"]\nUSER root\nFROM base\nCMD ["runsvdir", "/var/runit"]\n',
    )

    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    "fixture",
    [
        INFERENCE,
        f"{INFERENCE}USER root\nRUN apt-get update\nUSER dockeruser\n",
        f"{INFERENCE}USER root\nRUN apt-get update\nUSER 1000\n",
        f"{INFERENCE}ARG WHO\nUSER root\nUSER $WHO\n",
        f"{INFERENCE}# USER root\n",
        f"{INFERENCE}ONBUILD USER root\n",
    ],
)
def test_another_user_at_the_end(fixture: str) -> None:
    """The image's own user, one that was switched back to, and one that nobody knows."""
    check_rule(RULE, fixture)


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\nUSER root\n",
        "FROM mcr.microsoft.com/azureml/curated/foundation-model-inference:95\nUSER root\n",
        "FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest\nUSER root\n",
        "FROM python:3.12\nUSER root\n",
        "ARG BASE\nFROM $BASE\nUSER root\n",
        f"{INFERENCE[:-1]} AS build\nUSER root\nRUN apt-get update\nFROM python:3.12\nCOPY --from=build /a /a\n",
    ],
)
def test_images_that_may_run_as_root(fixture: str) -> None:
    """Training images do, of others nobody knows; and a stage that is not the last is thrown away."""
    check_rule(RULE, fixture)


def test_back_after_the_last_run() -> None:
    """Every RUN may need root. Comments and line ends stay."""
    before = r"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        user root
        # Libraries
        RUN apt-get update \
            # the newest
            && apt-get install -y libgl1
        run pip install \
            pandas
        # Code
        COPY code /opt/code
        """
    after = before.replace("            pandas\n", "            pandas\n        USER dockeruser\n")

    check_fix(RULE, before, after, "Switch back to dockeruser")
    check_fix(RULE, crlf(before), crlf(after))


def test_root_for_nothing() -> None:
    """Where no RUN follows, root is replaced."""
    check_fix(
        RULE,
        f"{INFERENCE}USER root\nRUN apt-get update\nUSER  root:root\nCOPY code /opt/code\n",
        f"{INFERENCE}USER root\nRUN apt-get update\nUSER  dockeruser\nCOPY code /opt/code\n",
    )


def test_no_repair_below_a_line_that_goes_on() -> None:
    """At the end of the file a line that ends in `\\` would swallow it."""
    [finding] = findings_of(RULE, f"{INFERENCE}USER root\nRUN apt-get update && \\\n# more to come\n")

    assert finding.fixes == ()
