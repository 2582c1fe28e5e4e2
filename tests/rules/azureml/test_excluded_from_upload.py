"""ExcludedFromUpload: a source of COPY or ADD that Azure ML does not upload."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.context_source import BY_SETTING, Certainty, ContextSource
from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_rule, context_of, findings_of
from tests.images_used import FROM_INFERENCE, FROM_TRAINING

RULE = "ExcludedFromUpload"
BY_YAML = ContextSource(Certainty.KNOWN, "env.yml", "my-env", is_uploaded=True)
MODEL = {"model/model.pkl": "x", "model/deep/other.pkl": "x", "score.py": ""}


def test_a_folder_and_a_file(tmp_path: Path) -> None:
    """The line of `.gitignore` is related information."""
    found = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        COPY model score.py /opt/
        #    ^^^^^ ExcludedFromUpload Azure ML does not upload any file of model for the build
        ADD model/model.pkl /opt/
        #   ^^^^^^^^^^^^^^^ ExcludedFromUpload Azure ML does not upload model/model.pkl for the build
        """,
        context_of(tmp_path, {**MODEL, ".gitignore": "*.log\n*.pkl\n"}, BY_YAML),
    )
    assert found[0].severity is Severity.WARNING
    assert found[0].message.endswith("because .gitignore excludes it (*.pkl).")
    [place] = found[0].related
    assert (place.path, place.span.start) == (".gitignore", len("*.log\n"))


@pytest.mark.parametrize(
    "files",
    [
        {},
        {".gitignore": "*.log\n"},
        {".gitignore": "*.pkl\n!model/deep/*.pkl\n"},
        {".gitignore": "*.pkl\n", ".amlignore": "*.log\n"},
        {".gitignore": "*.pkl\n", "model/README.md": ""},
        {"model/.gitignore": "*.pkl\n"},
    ],
)
def test_silent_while_a_file_of_the_folder_is_uploaded(tmp_path: Path, files: dict[str, str]) -> None:
    """A later line brings files back; `.amlignore` takes the place of `.gitignore`; only the root's file is read."""
    assert not findings_of(
        RULE, f"{FROM_TRAINING}COPY model /opt/\n", context_of(tmp_path, {**MODEL, **files}, BY_YAML)
    )


@pytest.mark.parametrize(
    "line",
    ["COPY model/* /opt/", "COPY . /opt/", "COPY missing.pkl /opt/", "COPY --from=x model /opt/", "COPY $A /opt/"],
)
def test_silent_for_other_sources(tmp_path: Path, line: str) -> None:
    """Wildcards, the whole context, and what is not a file of the context."""
    assert not findings_of(
        RULE, f"{FROM_TRAINING}{line}\n", context_of(tmp_path, {**MODEL, ".amlignore": "*.pkl\n"}, BY_YAML)
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"{FROM_INFERENCE}COPY model /var/azureml-app/azureml-models/model\n", 1),
        (f"{FROM_INFERENCE}COPY model /opt/model\n", 0),
        (f"{FROM_TRAINING}COPY model /var/azureml-app/azureml-models/model\n", 0),
        ("FROM ubuntu\nCOPY model /var/azureml-app/azureml-models/model\n", 0),
    ],
)
@pytest.mark.parametrize("source", [BY_SETTING, ContextSource(Certainty.ASSUMED)])
def test_without_a_yaml_only_what_is_made_for_azure_ml(
    tmp_path: Path, text: str, count: int, source: ContextSource
) -> None:
    """Docker takes the files; nothing says that Azure ML builds the image."""
    found = findings_of(RULE, text, context_of(tmp_path, {**MODEL, ".gitignore": "model/\n"}, source))
    assert [finding.severity for finding in found] == [Severity.INFORMATION] * count
