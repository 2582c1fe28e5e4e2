"""A rule that found nothing is not asked again after an edit of instructions that it does not look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.rules.rule import ManifestRule, Rule
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from tests.annotated import context_of
from tests.rules.test_pages import LISTED, example, files_of
from tests.test_properties import seen_in

LINES = (
    "RUN apt-get install -y git libgl1",
    "RUN apt-get update && apt-get install -y curl",
    "RUN pip install numpy=1.2 && useradd dockeruser",
    "RUN apt-get update && apt-get install -y msodbcsql17",
    "RUN ACCEPT_EULA=Y apt-get install -y msodbcsql17",
    "RUN apt-get update && apt-get install -y libssl1.1 python3.7",
    "RUN pip install -r /tmp/r.txt",
    "RUN --mount=type=bind,source=$MISSING,target=/a echo",
    "RUN source /etc/profile",
    "RUN ln -sf /bin/bash /bin/sh",
    "RUN mkdir /data",
    "COPY missing.txt passwd /etc/",
    "COPY --from=mcr.microsoft.com/azureml/base:20200101.v1 a b",
    "COPY --from=mcr.microsoft.com/azureml/intelmpi2018.3-ubuntu16.04:latest a b",
    "COPY --from=mcr.microsoft.com/azureml/minimal-py312-inferenc:latest a b",
    "COPY --from=minimal-py312-inference a b",
    "COPY requirements.txt /tmp/r.txt",
    "COPY requirments.txt model.pkl ignored.txt $MISSING /tmp/",
    "ADD http://example.com/a /",
    "ADD requirments.txt model.pkl ignored.txt $MISSING /tmp/",
    "ADD requirements.txt /tmp/r.txt",
    "ADD passwd /etc/",
    "USER dockeruser",
    "USER root",
    "WORKDIR app",
    "ENV A B",
    "ARG PASSWORD",
    "EXPOSE 80/TCP",
    "EXPOSE 127.0.0.1:80:80",
    "CMD echo",
    "ENTRYPOINT echo",
    "HEALTHCHECK CMD curl localhost",
    "LABEL a b$MISSING",
    "VOLUME /data$MISSING",
    'SHELL ["bash", "-c"]',
    "STOPSIGNAL $MISSING",
    "USER $MISSING",
    "WORKDIR $MISSING",
    "FOO bar",
    "FROM mcr.microsoft.com/azureml/base:latest AS other",
)
"""What is written in the place of a line, one after the other."""

RULES_ON_DOCKERFILES = [rule for rule in RULES if not isinstance(rule, ManifestRule) and rule.name != "FileTooLarge"]
"""Those whose example is a Dockerfile of a usual length."""


def check_edits(lines: list[str], number: int, context: BuildContext | None) -> None:
    """Every line of `LINES` in the place of line `number`, typed one after the other, is found as if it were new."""
    snapshot: Snapshot | None = None
    for line in ("", *LINES, "", *reversed(LINES)):
        text = "\n".join([*lines[:number], line, *lines[number + 1 :]])
        snapshot = analyse(text, snapshot, context, images=LISTED)
        assert seen_in(snapshot) == seen_in(analyse(text, None, context, images=LISTED)), text


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES_ON_DOCKERFILES, ids=lambda rule: rule.name)
def test_an_edit_is_found_as_in_a_new_file(rule: Rule, tmp_path: Path) -> None:
    """In the examples of each rule, whatever line is edited."""
    files = files_of(rule, "Example")
    context = context_of(tmp_path, files) if files else None
    lines = example(rule, "Example").splitlines()
    for number in range(1, min(len(lines), 6)):
        check_edits(lines, number, context)


FILES = {
    "requirements.txt": "numpy=1.2\n",
    "model.pkl": "",
    "ignored.txt": "",
    "score.py": "import numpy\n",
    ".dockerignore": "ignored.txt\n",
    ".amlignore": "model.pkl\n",
}
TRAINING = "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"
STAGES = {
    "training": [TRAINING, "RUN apt-get install -y vim", "", "LABEL a=b"],
    "commands": [TRAINING, "ENTRYPOINT a", "", "HEALTHCHECK CMD b", "CMD run"],
    "a user": [TRAINING, "RUN apt-get update", "", "USER dockeruser"],
    "installations": [TRAINING, "", "RUN pip install -r /tmp/r.txt && apt-get install -y vim"],
    "a driver": ["FROM ubuntu:22.04", "RUN apt-get update && apt-get install -y msodbcsql17 libssl1.1", "", "CMD a"],
    "inference": [
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest",
        "",
        "COPY model.pkl /var/azureml-app/",
    ],
    "scratch": ["FROM scratch", "LABEL a=b", "", "CMD run"],
    "on another": [f"{TRAINING} AS base", "USER root", "FROM base", "", "RUN apt-get install -y git"],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STAGES)
def test_an_edit_between_is_found_as_in_a_new_file(name: str, tmp_path: Path) -> None:
    """In stages in which some rules find something, and others do not."""
    lines = STAGES[name]
    check_edits(lines, lines.index(""), context_of(tmp_path, FILES))
