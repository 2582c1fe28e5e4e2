"""Origins: which file of the build context becomes which file of the container."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from azureml_dockerfile_ls.azureml.entry_script import entry_scripts
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.model.origins import Copied, files_below, may_be_made, origin
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import context_of, dockerfile
from tests.images_used import FROM_INFERENCE, INFERENCE_IMAGE

ROOT = "/var/azureml-app"
SCORE = f"{ROOT}/score.py"
FIT = "def init():\n    pass\n\n\ndef run(data):\n    pass\n"
FILES = {
    "code/score.py": FIT,
    "code/lib/util.py": "",
    "other/score.py": "",
    "data/a.csv": "",
    "main.py": "",
    "setup.cfg": "",
}


@pytest.fixture
def context(tmp_path: Path) -> BuildContext:
    """A small project."""
    return context_of(tmp_path, FILES)


def stage_of(lines: str) -> Stage:
    """The final stage of a Dockerfile of an inference image with these lines."""
    stage = analyse(f"{FROM_INFERENCE}{dockerfile(lines)}\n").model.final
    assert stage is not None
    return stage


@pytest.mark.parametrize(
    ("lines", "source"),
    [
        ("COPY code /var/azureml-app", "code/score.py"),
        ("COPY code/ /var/azureml-app/", "code/score.py"),
        ("COPY ./code /var/azureml-app/.", "code/score.py"),
        ("COPY code/. /var/azureml-app", "code/score.py"),
        ("COPY ../code /var/azureml-app", "code/score.py"),
        ("ADD /code /var/azureml-app", "code/score.py"),
        ('COPY ["code", "/var/azureml-app"]', "code/score.py"),
        ("COPY code/score.py /var/azureml-app/", "code/score.py"),
        ("COPY code/score.py /var/azureml-app", "code/score.py"),
        ("COPY code/score.py /var/azureml-app/score.py", "code/score.py"),
        ("COPY main.py /var/azureml-app/score.py", "main.py"),
        ("COPY main.py code/score.py /var/azureml-app/", "code/score.py"),
        ("COPY code/*.py /var/azureml-app/", "code/score.py"),
        ("COPY c*/s?ore.py /var/azureml-app/", "code/score.py"),
        ("COPY co[de]e /var/azureml-app/", "code/score.py"),
        ("WORKDIR /var\nCOPY code azureml-app", "code/score.py"),
        ("ENV D=/var/azureml-app\nCOPY code $D", "code/score.py"),
        ("COPY --chown=dockeruser --link code /var/azureml-app", "code/score.py"),
        ("COPY --exclude=*.md other /opt\nCOPY code /var/azureml-app", "code/score.py"),
        # The later one counts, of instructions and of sources.
        ("COPY other /var/azureml-app\nCOPY code /var/azureml-app", "code/score.py"),
        ("COPY code other /var/azureml-app/", "other/score.py"),
        ("COPY code /var/azureml-app\nCOPY data /var/azureml-app", "code/score.py"),
        ("COPY code /var/azureml-app\nCOPY main.py /var/azureml-app/", "code/score.py"),
        # What has nothing to do with it.
        ("COPY code /var/azureml-app\nCOPY --from=build /app /opt", "code/score.py"),
        ("COPY code /var/azureml-app\nCOPY setup.cfg .", "code/score.py"),
        ("COPY code /var/azureml-app\nCOPY <<EOF /var/azureml-app/a.py\nEOF", "code/score.py"),
        ("COPY code /var/azureml-app\nADD https://example.org/a.bin /opt/", "code/score.py"),
        ("COPY code /var/azureml-app\nRUN pip install -r /var/azureml-app/r.txt && rm -rf /tmp/x", "code/score.py"),
        ("COPY code /var/azureml-app\nRUN apt-get update && curl -o /tmp/x https://example.org", "code/score.py"),
        ("COPY code /var/azureml-app\nRUN chown -R dockeruser /var/azureml-app", "code/score.py"),
        ("COPY code /var/azureml-app\nRUN python -c 'import nltk'", "code/score.py"),
    ],
)
def test_a_file_that_is_copied(context: BuildContext, lines: str, source: str) -> None:
    """A COPY can copy a file by its folder, its name or a pattern; the last COPY wins."""
    found = origin(stage_of(lines), SCORE, context)

    assert (found.kind, found.path) == (EntryKind.FILE, source)
    assert found.copy is not None


@pytest.mark.parametrize(
    ("lines", "source"),
    [
        ("COPY data /var/azureml-app", "data/score.py"),
        ("COPY code /var/azureml-app/code", None),
        ("COPY data/score.py /var/azureml-app/", "data/score.py"),
        ("COPY data/*.csv /var/azureml-app/", None),
        ("COPY data /var/azureml-app\nCOPY code/lib /var/azureml-app", "code/lib/score.py"),
        ("COPY . /var/azureml-app", "score.py"),
        ("COPY . /var", "azureml-app/score.py"),
        ("COPY --exclude=*.txt data /var/azureml-app", "data/score.py"),
        ("COPY data /var/azureml-app\nCOPY nowhere/x /opt/", "data/score.py"),
    ],
)
def test_a_file_that_is_missing(context: BuildContext, lines: str, source: str | None) -> None:
    """A missing file has the path where it should be; without a COPY for it, its origin is unknown."""
    found = origin(stage_of(lines), SCORE, context)

    assert (found.kind, found.path) == ((EntryKind.MISSING, source) if source else (EntryKind.UNKNOWN, None))


def test_a_folder(context: BuildContext) -> None:
    """A folder has an origin too."""
    assert origin(stage_of("COPY code /var/azureml-app"), f"{ROOT}/lib", context)[:2] == (EntryKind.FOLDER, "code/lib")
    assert origin(stage_of("COPY code /var/azureml-app"), ROOT, context)[:2] == (EntryKind.FOLDER, "code")


def test_a_file_that_dockerignore_excludes(tmp_path: Path) -> None:
    """An excluded file is IGNORED, unless an earlier COPY copies another one."""
    context = context_of(tmp_path, {**FILES, ".dockerignore": "code/*.py\n"})

    assert origin(stage_of("COPY code /var/azureml-app"), SCORE, context)[:2] == (EntryKind.IGNORED, "code/score.py")
    lines = "COPY other /var/azureml-app\nCOPY code /var/azureml-app"
    assert origin(stage_of(lines), SCORE, context)[:2] == (EntryKind.FILE, "other/score.py")
    lines = "COPY code/score.py /var/azureml-app/"
    assert origin(stage_of(lines), SCORE, context)[:2] == (EntryKind.IGNORED, "code/score.py")


@pytest.mark.parametrize(
    "lines",
    [
        "COPY --from=build /app /var/azureml-app",
        "COPY code /var/azureml-app\nCOPY --from=build /app /var/azureml-app",
        "ARG S\nCOPY $S /var/azureml-app",
        "ARG D\nCOPY code $D",
        "COPY code app",
        "COPY data /var/azureml-app\nCOPY code .",
        "COPY --parents code/score.py /var/azureml-app/",
        "COPY --exclude=s* code /var/azureml-app",
        "ADD code.tar.gz /var/azureml-app",
        "ADD https://example.org/x.git /var/azureml-app",
        "COPY code /var/azureml-app\nADD --unpack code.tar.gz /var/azureml-app",
        "COPY <<EOF /var/azureml-app/score.py\nEOF",
        "COPY <<score.py /var/azureml-app/\nscore.py",
        # The file is built with another context.
        "COPY src /var/azureml-app",
        "COPY . /var/azureml-app\nCOPY nowhere/x /opt/",
        # A command may make it.
        "COPY data /var/azureml-app\nRUN echo > /var/azureml-app/score.py",
        "COPY data /var/azureml-app\nRUN mv /tmp/a /var/azureml-app/score.py",
        "COPY data /var/azureml-app\nRUN cp -r /tmp/a $AML_APP_ROOT",
        "COPY data /var/azureml-app\nRUN cd /var/azureml-app && git clone https://example.org/x .",
        "COPY data /var/azureml-app\nWORKDIR /var/azureml-app\nRUN tar xf /tmp/a.tar",
        "COPY data /var/azureml-app\nRUN ./build.sh",
        "COPY data /var/azureml-app\nRUN bash build.sh",
        "COPY data /var/azureml-app\nRUN python build.py",
        "COPY data /var/azureml-app\nRUN make",
        "COPY data /var/azureml-app\nRUN sed -i s/a/b/ /var/azureml-app/*",
        "COPY data /var/azureml-app\nRUN tar -C / -xf /tmp/a.tar",
    ],
)
def test_unknown_origins(context: BuildContext, lines: str) -> None:
    """Other stages, archives, variables and unknown commands make the origin unknown."""
    assert origin(stage_of(lines), SCORE, context).kind is EntryKind.UNKNOWN


def test_without_a_context() -> None:
    """Without a build context, the origin is unknown."""
    assert origin(stage_of("COPY code /var/azureml-app"), SCORE, None).kind is EntryKind.UNKNOWN


def test_a_context_without_any_script(tmp_path: Path) -> None:
    """A copied context without Python files is probably not the context of the build."""
    assert (
        origin(stage_of("COPY . /var/azureml-app"), SCORE, context_of(tmp_path, {"a.txt": ""})).kind
        is EntryKind.UNKNOWN
    )


def test_files_of_the_base_stage(context: BuildContext) -> None:
    """A stage has the files of the stage that it is built on."""
    text = f"FROM {INFERENCE_IMAGE} AS a\nCOPY code {ROOT}\nFROM a\nCOPY data {ROOT}\n"
    stage = analyse(text).model.final
    assert stage is not None

    assert origin(stage, SCORE, context)[:2] == (EntryKind.FILE, "code/score.py")


def test_the_files_that_a_run_sees(context: BuildContext) -> None:
    """A RUN sees only the files of the instructions before it."""
    stage = stage_of(
        "COPY code /app\nRUN cat /app/score.py && rm /app/score.py\nCOPY other /app\nRUN mv /app/score.py /x"
    )

    assert origin(stage, "/app/score.py", context, 2)[:2] == (EntryKind.FILE, "code/score.py")
    assert not may_be_made(stage, "/app/score.py", 2)
    assert may_be_made(stage, "/app/score.py")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_links(tmp_path: Path) -> None:
    """A link in a folder is copied as a link, so that its target in the image is unknown."""
    context = context_of(tmp_path, {**FILES, "app/x.py": ""})
    (tmp_path / "app" / "score.py").symlink_to("../code/score.py")
    (tmp_path / "alone.py").symlink_to("code/score.py")

    assert origin(stage_of("COPY app /var/azureml-app"), SCORE, context).kind is EntryKind.UNKNOWN
    found = origin(stage_of("COPY alone.py /var/azureml-app/score.py"), SCORE, context)
    assert (found.kind, found.path) == (EntryKind.FILE, "alone.py")


class TestFilesBelow:
    """The copied files below a folder."""

    def test_all_of_them(self, context: BuildContext) -> None:
        """Each file has its path in the container and in the context, those nearest to the folder first."""
        lines = "COPY code /var/azureml-app\nCOPY main.py /var/azureml-app/run.py\nCOPY data/*.csv /var/azureml-app/d/"

        assert files_below(stage_of(lines), ROOT, context) == (
            (
                Copied(f"{ROOT}/run.py", "main.py"),
                Copied(f"{ROOT}/score.py", "code/score.py"),
                Copied(f"{ROOT}/d/a.csv", "data/a.csv"),
                Copied(f"{ROOT}/lib/util.py", "code/lib/util.py"),
            ),
            True,
        )

    def test_only_the_files_below_the_folder(self, context: BuildContext) -> None:
        """Files above or beside the folder are left out."""
        files, is_complete = files_below(stage_of("COPY . /var\nCOPY other /opt"), "/var/code", context)

        assert [file.source for file in files] == ["code/score.py", "code/lib/util.py"]
        assert is_complete

    @pytest.mark.parametrize(
        "line",
        [
            "COPY --from=build /app /var/azureml-app",
            "COPY data somewhere",
            "ADD a.tar.gz /var/azureml-app",
            "COPY nothing /var/azureml-app",
            "COPY --exclude=a data /var/azureml-app",
        ],
    )
    def test_an_incomplete_list(self, context: BuildContext, line: str) -> None:
        """The list is incomplete if a COPY can copy unknown files."""
        files, is_complete = files_below(stage_of(f"COPY code /var/azureml-app\n{line}"), ROOT, context)

        assert [file.source for file in files][:1] == ["code/score.py"]
        assert not is_complete

    def test_valid_entry_scripts(self, context: BuildContext) -> None:
        """A script with `init` and `run` is valid; its path is relative to the app root."""
        lines = "COPY code /var/azureml-app/src\nCOPY main.py /var/azureml-app/"

        assert entry_scripts(stage_of(lines), ROOT, context) == (("src/score.py",), True)
