"""MissingSource: a source of COPY or ADD that is not in the build context."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.context_source import BY_SETTING, Certainty, ContextSource
from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, context_of, findings_of
from tests.images_used import FROM_TRAINING

RULE = "MissingSource"
BY_YAML = ContextSource(Certainty.KNOWN, "../env.yml", "my-env", is_uploaded=True)
FILES = {
    "requirements.txt": "numpy\n",
    "main.py": "",
    "src/app/train.py": "",
    "src/data/model1.pkl": "",
    "only/here/unique.cfg": "",
}


def test_a_source_of_a_known_context(tmp_path: Path) -> None:
    """The build stops, so it is an error. The message names who says which folder the context is."""
    found = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        COPY requirments.txt main.py /app/
        #    ^^^^^^^^^^^^^^^ MissingSource requirments.txt is not in the build context that ../env.yml names. Did you
        ADD nothing/like/it /data/
        #   ^^^^^^^^^^^^^^^ MissingSource nothing/like/it is not in the build context that ../env.yml names.
        """,
        context_of(tmp_path, FILES, BY_YAML),
    )
    assert {finding.severity for finding in found} == {Severity.ERROR}


def test_a_source_of_every_stage(tmp_path: Path) -> None:
    """A source of an earlier stage stops the build, too."""
    check_rule(
        RULE,
        """
        FROM ubuntu AS base
        COPY --chown=1000 a.txt /
        #                 ^^^^^ MissingSource
        FROM base
        COPY ["main.py", "b.txt", "/"]
        #                 ^^^^^ MissingSource
        """,
        context_of(tmp_path, FILES, BY_SETTING),
    )


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("COPY requirments.txt /app/", "requirements.txt"),
        ("COPY Requirements.txt /app/", "requirements.txt"),
        ("COPY scr/app /app/", "src/app"),
        ("COPY sra/train /app/", None),
        ("COPY src/app/trian.py /app/", "src/app/train.py"),
        ("COPY srcs/app/train.py /app/", "src/app/train.py"),
        ("COPY src/app/main.py /app/", "main.py"),
        ("COPY ./deploy/requirements.txt /app/", "requirements.txt"),
        ("COPY unique.cfg /app/", "only/here/unique.cfg"),
        ("COPY src/data/model2.pkl /app/", None),
    ],
)
def test_the_file_that_is_probably_meant(tmp_path: Path, line: str, meant: str | None) -> None:
    """A name with a typing error, without a superfluous folder, or in another folder; never one with other digits."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}{line}\n", context_of(tmp_path, FILES, BY_SETTING))
    assert finding.message.partition(" Did you mean ")[2] == (f"{meant}?" if meant else "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("COPY requirments.txt /app/", "COPY requirements.txt /app/"),
        ("COPY ./requirments.txt /app/", "COPY ./requirements.txt /app/"),
        ('COPY ["requirments.txt", "/app/"]', 'COPY ["requirements.txt", "/app/"]'),
        ("COPY 'requirments.txt' /app/", "COPY 'requirements.txt' /app/"),
    ],
)
def test_the_fix_keeps_the_form_of_the_word(tmp_path: Path, before: str, after: str) -> None:
    """Quotes and a leading `./` stay."""
    context = context_of(tmp_path, FILES, BY_SETTING)
    check_fix(RULE, f"{FROM_TRAINING}{before}\n", f"{FROM_TRAINING}{after}\n", "Use requirements.txt", context)


@pytest.mark.parametrize(
    "lines",
    [
        "COPY *.whl /app/",
        "COPY missing? /app/",
        "ARG NAME\nCOPY $NAME /app/",
        "COPY {{model}} /app/",
        "COPY <model folder> /app/",
        "COPY --from=other missing.txt /app/",
        "ADD https://example.com/missing.txt /app/",
        "ADD git@github.com:a/b.git /app/",
        "COPY <<EOF /app/a.txt\ntext\nEOF",
        "COPY ../missing.txt /app/",
        "COPY . /app/",
        "COPY requirements.txt src only /app/",
        "ONBUILD COPY missing.txt /app/",
    ],
)
def test_silent_for_what_may_be_there(tmp_path: Path, lines: str) -> None:
    """A wildcard may match nothing; a variable, a placeholder and another source are not files of this context."""
    assert not findings_of(RULE, f"{FROM_TRAINING}{lines}\n", context_of(tmp_path, FILES, BY_SETTING))


def test_silent_for_what_the_context_cannot_say(tmp_path: Path) -> None:
    """Without a context, for a file that `.dockerignore` excludes, and for one that a build step probably makes."""
    lines = f"{FROM_TRAINING}COPY dist/app.whl secret.txt /app/\n"
    files = {**FILES, ".gitignore": "dist/\n", ".dockerignore": "secret.txt\n", "secret.txt": ""}
    assert not findings_of(RULE, lines)
    assert not findings_of(RULE, lines, context_of(tmp_path, files, BY_SETTING))


# An assumed context


@pytest.mark.parametrize(
    ("lines", "files", "count"),
    [
        ("COPY app.py /app/", {"other.txt": ""}, 0),
        ("COPY app.py /app/", {"apps.py": ""}, 1),
        ("COPY app.py config.json /app/", {"config.json": ""}, 1),
        ("COPY app.py /app/\nCOPY . /all/", {"other.txt": ""}, 0),
        ("COPY app.py /app/", {".git/HEAD": ""}, 1),
        ("COPY folder/app.py config.json /app/", {"config.json": ""}, 1),
    ],
)
def test_the_folder_of_the_dockerfile_is_only_assumed(
    tmp_path: Path, lines: str, files: dict[str, str], count: int
) -> None:
    """A similar name, another source that is there, or the root of a repository makes it likely: a warning."""
    found = findings_of(RULE, f"{FROM_TRAINING}{lines}\n", context_of(tmp_path, files))
    assert [finding.severity for finding in found] == [Severity.WARNING] * count
    assert all("is not in the folder of the Dockerfile." in finding.message for finding in found)


@pytest.mark.parametrize("source", ["app/main.py", "src/app/other.py", "src/app"])
def test_a_source_that_repeats_the_folder_of_the_dockerfile_starts_above(tmp_path: Path, source: str) -> None:
    """The context is then probably a folder above; a known context leaves no doubt."""
    text = f"{FROM_TRAINING}COPY {source} config.json /app/\n"
    folder = tmp_path / "src" / "app"
    assert not findings_of(RULE, text, context_of(folder, {"config.json": "", "main.py": ""}))
    assert len(findings_of(RULE, text, context_of(folder, {"config.json": ""}, BY_SETTING))) == 1


def test_a_missing_source_silences_no_other_rule(tmp_path: Path) -> None:
    """The rules about the same instruction, and those about the image, still report."""
    text = "FROM ubuntu\nCOPY --chown=$UNDEFINED missing.txt /app/\nWORKDIR relative\n"
    context = context_of(tmp_path, FILES, BY_SETTING)
    assert len(findings_of(RULE, text, context)) == 1
    assert findings_of("WorkdirRelativePath", text, context)
