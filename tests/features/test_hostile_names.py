"""Names of files that anyone can choose: none of them brings an instruction or a key into a document."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from azureml_dockerfile_ls.features.code_actions import code_actions
from azureml_dockerfile_ls.features.completion import complete
from azureml_dockerfile_ls.features.fix_all import fix_all, fix_everything
from azureml_dockerfile_ls.features.formatting import format_document
from azureml_dockerfile_ls.features.inline_completion import inline_completion
from azureml_dockerfile_ls.features.manifest.completion import complete_manifest
from azureml_dockerfile_ls.manifest_snapshot import analyse_manifest
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import Span, TextEdit, apply_edits

pytestmark = pytest.mark.skipif(os.name == "nt", reason="names of files that only POSIX systems have")

BREAKS = ["\n", "\r", "\r\n", "\u2028", "\x85", "\x0b", "\x0c", "\x1c", "\\\n", "\n\\", "\t", "\x00EVIL".strip("\x00")]
NAMES = ["{}/evil.py", "score{}RUN evil #{}.py", "requirements{}RUN evil #{}.txt", "model{}RUN evil #{}"]

INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
DOCKERFILES = [
    INFERENCE,
    f"{INFERENCE}COPY ",
    f"{INFERENCE}COPY code/",
    f"{INFERENCE}COPY code/scor /var/azureml-app/\n",
    f"{INFERENCE}COPY code /var/azureml-app/\nENV AZUREML_ENTRY_SCRIPT=scor.py\n",
    f"{INFERENCE}COPY code /var/azureml-app/\nENV AZUREML_ENTRY_SCRIPT=\n",
    f"{INFERENCE}COPY code /var/azureml-app/\n",
    f"{INFERENCE}COPY . /var/azureml-app/\nENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/code/scor.py\n",
    f"{INFERENCE}COPY models /var/azureml-app/model\nENV AZUREML_MODEL_DIR=/x\n",
    f"{INFERENCE}COPY models /var/azureml-app/\n",
    f"{INFERENCE}RUN pip install -r require.txt\nRUN pip install -r code/\nADD code/ x\nWORKDIR ",
    f'{INFERENCE}COPY ["code/", "x"]\nRUN --mount=type=bind,source=code/ x\nVOLUME ',
    f"{INFERENCE}RUN cat <<EOF\npip install -r code/\nEOF\nCMD runsvdir \nENTRYPOINT python code/\n",
]
YAML = (
    "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nname: x\nconda_file: \n"
    "build:\n  path: code\n  dockerfile_path: \n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A context full of such names, of files and folders."""
    (tmp_path / ".git").mkdir()
    for base in ("", "code", "models"):
        (tmp_path / base).mkdir(exist_ok=True)
        for line_end in BREAKS:
            for form in NAMES:
                name = form.format(*[line_end] * form.count("{}")).lstrip("/")
                path = tmp_path / base / name
                path.parent.mkdir(exist_ok=True)
                if path.suffix or "model" not in name:
                    path.write_text("def init():\n    pass\ndef run(data):\n    return data\n")
                else:
                    path.mkdir()
                    (path / "model.pkl").touch()
    return tmp_path


def texts_after(snapshot: Snapshot) -> Iterator[str]:
    """The text after each completion, code action, repair and formatting that is offered anywhere."""
    text = snapshot.text
    seen = set()
    for offset in range(len(INFERENCE) - 1, len(text) + 1):
        for item in complete(snapshot, offset).items:
            for inserted in (item.text, item.snippet or ""):
                # A name from the disk, as a whole or in part.
                is_new = (item.span.start, inserted) not in seen
                if is_new and ("evil" in inserted or not inserted.isprintable()):
                    seen.add((item.span.start, inserted))
                    yield apply_edits(text, [TextEdit(item.span, inserted)])
        if (line := inline_completion(snapshot, offset)) is not None:
            yield apply_edits(text, [TextEdit(Span(offset, offset), line)])
    for action in code_actions(snapshot, Span(0, len(text))):
        assert "\n" not in action.title
        change = action.computed()
        yield apply_edits(text, change.edits)
        if change.snippet is not None:
            yield apply_edits(text, [change.edits[0]._replace(text=change.snippet)])
    yield apply_edits(text, fix_all(snapshot, is_unsafe=True).edits)
    yield apply_edits(text, fix_everything(snapshot))
    yield apply_edits(text, format_document(snapshot))


@pytest.mark.parametrize("text", DOCKERFILES)
def test_no_name_begins_an_instruction(folder: Path, text: str) -> None:
    """Whatever is chosen in an editor or repaired, no line begins with what follows a line break in a name."""
    context = BuildContext(str(folder))
    assert len(context.entries("code") or ()) > 20
    snapshot = analyse(text, context=context, settings=Settings(inline_completion=True))
    count = 0
    for after in texts_after(snapshot):
        count += 1
        for instruction in parse(after).instructions:
            assert instruction.name != "RUN" or "evil" not in instruction.text, after
    assert count > 2


@pytest.mark.parametrize("place", ["conda_file: ", "path: cod", "dockerfile_path: "])
def test_no_name_begins_a_key(folder: Path, place: str) -> None:
    """A completion in a YAML inserts one name on its line, or in quotes where YAML would read it as something else."""
    (folder / "a: b.yml").touch()
    (folder / "a #b.yml").touch()
    (folder / "code" / "Dockerfile").touch()
    snapshot = analyse_manifest(YAML, files=ManifestFiles(str(folder), "environment.yml"))
    offset = YAML.index(place) + len(place)
    items = complete_manifest(snapshot, offset).items
    assert items
    for item in items:
        assert len(item.text.splitlines()) == 1
        assert ": " not in item.text
        assert " #" not in item.text
