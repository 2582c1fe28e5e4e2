"""Values that are worked out from files, over several readings of a build context."""

from __future__ import annotations

import os
from pathlib import Path

from azureml_dockerfile_ls.context import file_memory
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.file_memory import FileMemory

LONG_AGO = 1_000_000_000


class Readings:
    """Readings of one folder that share a memory, and the texts from which a value was worked out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = FileMemory()
        self.worked_out: list[str] = []

    def _length(self, text: str) -> int:
        self.worked_out.append(text)
        return len(text)

    def write(self, name: str, text: str, time: int = LONG_AGO) -> None:
        """Write a file that was last changed at this time."""
        (self._folder / name).write_text(text)
        os.utime(self._folder / name, (time, time))

    def length(self, name: str, open_text: str | None = None) -> int | None:
        """The length of a file in another reading of the folder, perhaps with a text of the editor."""
        open_files = {} if open_text is None else {str(self._folder / name): open_text}
        return BuildContext(str(self._folder), open_files=open_files, files=self._files).value_of(name, self._length)


def test_an_unchanged_file(tmp_path: Path) -> None:
    """The next reading of a context takes over the value of a file that did not change."""
    readings = Readings(tmp_path)
    readings.write("a", "one")

    assert [readings.length("a"), readings.length("a")] == [3, 3]
    assert readings.worked_out == ["one"]


def test_a_changed_file(tmp_path: Path) -> None:
    """A file with another time or size gets a new value."""
    readings = Readings(tmp_path)
    readings.write("a", "one")
    readings.length("a")

    readings.write("a", "two", LONG_AGO + 1)
    readings.length("a")
    readings.write("a", "three", LONG_AGO + 1)

    assert readings.length("a") == 5
    assert readings.worked_out == ["one", "two", "three"]


def test_a_file_that_was_just_written(tmp_path: Path) -> None:
    """A file may change again within one step of the file system's clock, so its value holds for one reading only."""
    readings = Readings(tmp_path)
    (tmp_path / "a").write_text("one")
    readings.length("a")

    assert readings.length("a") == 3
    assert readings.worked_out == ["one", "one"]


def test_an_open_file(tmp_path: Path) -> None:
    """The text in the editor takes precedence, and its value holds until the text changes."""
    readings = Readings(tmp_path)
    readings.write("a", "one")
    readings.length("a", "edited")
    readings.length("a", "edited")

    assert readings.length("a") == 3
    assert readings.worked_out == ["edited", "one"]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, a folder and a file that is not text have no value."""
    readings = Readings(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff")
    (tmp_path / "folder").mkdir()

    assert [readings.length(name) for name in ("missing", "binary", "folder")] == [None] * 3
    assert readings.worked_out == []


def test_many_files() -> None:
    """A memory keeps a limited number of values, those that were used last."""
    memory = FileMemory()
    for number in range(file_memory.MOST_VALUES):
        memory.value(len, str(number), 0, lambda: "text")
    memory.value(len, "0", 0, lambda: "other text")

    memory.value(len, "one more", 0, lambda: "text")

    assert memory.value(len, "0", 0, lambda: "other text") == 4
    assert memory.value(len, "1", 0, lambda: "other text") == 10
