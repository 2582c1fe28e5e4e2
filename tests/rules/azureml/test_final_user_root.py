"""FinalUserRoot: an inference image whose container runs as root."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "FinalUserRoot"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"


def test_a_switch_to_root_without_a_switch_back() -> None:
    """The last USER is marked."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        USER dockeruser
        USER root:root
        #    ^^^^^^^^^ FinalUserRoot Switch back to dockeruser
        RUN apt-get update
        """,
    )

    assert finding.severity is Severity.WARNING


def test_root_by_number() -> None:
    """The user ID 0 is root."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/curated/minimal-py312-cuda12.4-inference:3
        USER 0:0
        #    ^^^ FinalUserRoot
        """,
    )


def test_root_by_a_variable() -> None:
    """The rule uses the default value of an ARG."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/inference-base-2204:latest
        ARG WHO=root
        USER ${WHO}
        #    ^^^^^^ FinalUserRoot
        """,
    )


def test_root_in_an_earlier_stage() -> None:
    """The USER of the earlier stage is marked, and the fix changes the final stage."""
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
        # An ENTRYPOINT removes the CMD of the base image, and an empty one starts nothing.
        "ENTRYPOINT []",
    ],
)
def test_another_server_makes_it_a_hint(command: str) -> None:
    """The finding is only a hint if the image does not start Azure ML's services."""
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
def test_a_command_that_starts_the_services_keeps_the_warning(command: str) -> None:
    """The image itself starts the services with `runsvdir`, so the finding is a warning."""
    [finding] = findings_of(RULE, f"{INFERENCE}USER root\n{command}\n")

    assert finding.severity is Severity.WARNING


def test_the_final_command_decides() -> None:
    """The final stage replaces the command of the earlier stage."""
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
def test_another_user_at_the_end_is_not_reported(fixture: str) -> None:
    """The rule ignores the image's own user, a switch back, and an unknown user."""
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
def test_images_that_may_run_as_root_are_not_reported(fixture: str) -> None:
    """The rule ignores training images, images with an unknown user, and stages that are not the final one."""
    check_rule(RULE, fixture)


def test_the_fix_switches_back_after_the_last_run() -> None:
    """Every RUN may need root; comments and line ends stay unchanged."""
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


def test_the_fix_replaces_root_without_a_later_run() -> None:
    """If no RUN follows, root is replaced with dockeruser."""
    check_fix(
        RULE,
        f"{INFERENCE}USER root\nRUN apt-get update\nUSER  root:root\nCOPY code /opt/code\n",
        f"{INFERENCE}USER root\nRUN apt-get update\nUSER  dockeruser\nCOPY code /opt/code\n",
    )


def test_no_fix_below_an_unfinished_line() -> None:
    """At the end of the file, a line that ends in `\\` would swallow the new instruction."""
    [finding] = findings_of(RULE, f"{INFERENCE}USER root\nRUN apt-get update && \\\n# more to come\n")

    assert finding.fixes == ()
