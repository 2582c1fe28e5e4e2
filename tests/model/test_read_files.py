"""The files of the build context that a RUN reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.model.read_files import source_of_path
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import context_of
from tests.images_used import FROM_TRAINING

FILES = {"r.txt": "", "sub/r.txt": "", "sub/other.txt": ""}


def source(lines: str, path: str, folder: Path) -> str | None:
    """The source of the file that the last instruction, a RUN, sees at a path."""
    stage = analyse(f"{FROM_TRAINING}{lines}\n").model.final
    assert stage is not None
    return source_of_path(stage, stage.end - 1, path, context_of(folder, FILES))


@pytest.mark.parametrize(
    ("copied", "path", "expected"),
    [
        ("COPY r.txt .", "r.txt", "r.txt"),
        ("COPY r.txt ./", "./r.txt", "r.txt"),
        ("COPY sub/r.txt r.txt", "r.txt", "sub/r.txt"),
        ("COPY . .", "sub/r.txt", "sub/r.txt"),
        ("COPY sub .", "other.txt", "sub/other.txt"),
        ("COPY sub lib/", "lib/r.txt", "sub/r.txt"),
        ("COPY sub /lib\nCOPY r.txt .", "r.txt", "r.txt"),
        ("WORKDIR sub\nCOPY r.txt .\nRUN pip list", "r.txt", "r.txt"),
        ("COPY sub/r.txt .\nCOPY r.txt .", "r.txt", "r.txt"),
        ("WORKDIR /\nRUN gzip /var/log/a\nCOPY r.txt .\nRUN sed -i 1d /var/runit/run", "r.txt", "r.txt"),
    ],
)
def test_files_in_the_working_directory_of_the_image(tmp_path: Path, copied: str, path: str, expected: str) -> None:
    """A COPY and a RUN have the same working directory, even if the file does not name it."""
    assert source(f"{copied}\nRUN pip install -r {path}", path, tmp_path) == expected


@pytest.mark.parametrize(
    "lines",
    [
        "COPY r.txt /tmp/\nRUN pip install -r r.txt",
        "COPY r.txt .\nWORKDIR sub\nRUN pip install -r r.txt",
        "COPY r.txt .\nRUN cd sub && pip install -r r.txt",
        "COPY r.txt .\nRUN cp sub/r.txt .\nRUN pip install -r r.txt",
        "COPY r.txt .\nRUN ./prepare.sh\nRUN pip install -r r.txt",
        "COPY r.txt .\nCOPY --from=build /a .\nRUN pip install -r r.txt",
        "COPY r.txt .\nCOPY sub /work\nCOPY sub/r.txt $PLACE\nRUN pip install -r r.txt",
        "WORKDIR /\nCOPY r.txt .\nRUN tool /other.txt\nRUN pip install -r r.txt",
        "WORKDIR /\nCOPY r.txt .\nRUN tar -C / -xf /tmp/a.tar\nRUN pip install -r r.txt",
        "RUN pip install -r r.txt\nRUN pip list",
    ],
)
def test_files_that_may_be_others(tmp_path: Path, lines: str) -> None:
    """The source is unknown if the folder changes, or if another instruction may bring the file."""
    assert source(lines, "r.txt", tmp_path) is None
