"""The folder of the cache: its owner, its size, and the files in it."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from azureml_dockerfile_ls.images import cache
from azureml_dockerfile_ls.images.cache import read, write
from azureml_dockerfile_ls.images.responses import TAGS, tag_listing
from tests.images.cached import LISTING, WHERE, the_file


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_only_the_user_may_read(tmp_path: Path) -> None:
    """The folder and its files are private to the user, whatever the umask."""
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    before = os.umask(0)
    try:
        write(folder, TAGS, WHERE, "", LISTING)
    finally:
        os.umask(before)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(the_file(folder).stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can give a file away")
def test_files_of_another_user(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Another user's file is ignored, and nothing is written to another user's folder."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    os.chown(the_file(tmp_path), 12345, 12345)
    assert read(tmp_path, TAGS, WHERE) is None

    os.chown(tmp_path, 12345, 12345)
    write(tmp_path, TAGS, WHERE, "latest", LISTING)
    assert read(tmp_path, TAGS, WHERE, "latest") is None
    assert len(caplog.records) == 1


def test_the_number_of_files_is_bounded(tmp_path: Path) -> None:
    """The oldest files are removed."""
    for number in range(cache.MOST_FILES):
        path = tmp_path / f"tags-{number}.json"
        path.write_bytes(b"x")
        os.utime(path, (number, number))
    for tag in ("a", "b", "c"):
        write(tmp_path, TAGS, WHERE, tag, LISTING)

    names = {path.name for path in tmp_path.iterdir()}
    assert len(names) == cache.MOST_FILES
    assert not names & {"tags-0.json", "tags-1.json", "tags-2.json"}
    assert "tags-3.json" in names
    assert all(read(tmp_path, TAGS, WHERE, tag) for tag in "abc")


def test_the_size_is_bounded(tmp_path: Path) -> None:
    """The total size of the files is limited."""
    for number in range(5):
        path = tmp_path / f"tags-{number}.json"
        with path.open("wb") as file:
            file.truncate(cache.MOST_BYTES // 4)
        os.utime(path, (number, number))
    write(tmp_path, TAGS, WHERE, "", LISTING)

    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= cache.MOST_BYTES
    assert read(tmp_path, TAGS, WHERE) is not None
    assert (tmp_path / "tags-4.json").exists()


def test_an_answer_that_is_too_large_is_not_kept(tmp_path: Path) -> None:
    """A very large answer is not stored, and the previous one stays."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    huge = tag_listing([f"{number:0128}" for number in range(9000)], is_complete=True)
    write(tmp_path, TAGS, WHERE, "", huge)

    found = read(tmp_path, TAGS, WHERE)
    assert found is not None
    assert found.answer == LISTING


@pytest.mark.parametrize(("age", "stays"), [(60.0, True), (7200.0, False), (-60.0, True), (-7200.0, False)])
def test_unfinished_files_are_removed(tmp_path: Path, age: float, stays: bool) -> None:
    """Unfinished files are removed after a while, even if the clock was set back; recent ones stay."""
    unfinished = tmp_path / "tmpabc.tmp"
    unfinished.write_bytes(b"{")
    os.utime(unfinished, (time.time() - age, time.time() - age))
    write(tmp_path, TAGS, WHERE, "", LISTING)

    assert unfinished.exists() == stays


def test_other_files_stay(tmp_path: Path) -> None:
    """Other files in the folder are not removed."""
    other = tmp_path / "README.txt"
    other.write_text("mine")
    os.utime(other, (0, 0))
    write(tmp_path, TAGS, WHERE, "", LISTING)

    assert other.exists()


def test_the_default_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default folder is that of this program in the user's cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert cache.default_folder().name in ("azureml-dockerfile-ls", "Cache")
