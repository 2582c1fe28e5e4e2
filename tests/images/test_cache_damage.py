"""Damaged, foreign and misplaced files of the cache, which are ignored and replaced."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from azureml_dockerfile_ls.images import cache
from azureml_dockerfile_ls.images.cache import read, write
from azureml_dockerfile_ls.images.registry import Repository
from azureml_dockerfile_ls.images.responses import TAGS, Listing
from tests.images.cached import LISTING, WHERE, the_file


def check_ignored_and_replaced(folder: Path) -> None:
    """The file is ignored, and the next write replaces it."""
    assert read(folder, TAGS, WHERE) is None
    write(folder, TAGS, WHERE, "", LISTING)
    found = read(folder, TAGS, WHERE)
    assert found is not None
    assert found.answer == LISTING


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{}",
        b"{}\n{}",
        b"null\nnull",
        b"\xff\xfe\x00",
        b"[" * 500_000,
        b"[" * 200_000 + b"\n{}",
        b"\0" * 4096,
        b"x" * (cache.LARGEST_FILE + 1),
        b'{"names": ["latest"], "is_complete": true}',
    ],
    ids=range(11),
)
def test_a_foreign_file(tmp_path: Path, content: bytes) -> None:
    """A file that this program did not write is ignored and replaced."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    the_file(tmp_path).write_bytes(content)

    check_ignored_and_replaced(tmp_path)


def test_every_cut_and_every_changed_byte(tmp_path: Path) -> None:
    """A file that is cut or has a changed byte is ignored."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    path = the_file(tmp_path)
    whole = path.read_bytes()
    damaged = [whole[:length] for length in range(len(whole))]
    damaged += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(len(whole))]
    for content in damaged:
        path.write_bytes(content)
        assert read(tmp_path, TAGS, WHERE) is None
    path.write_bytes(whole)
    assert read(tmp_path, TAGS, WHERE) is not None


def resealed(record: object, **header: object) -> bytes:
    """A file with other content and a matching digest."""
    body = json.dumps(record).encode()
    seal = {"format": cache.FORMAT, "sha256": hashlib.sha256(body).hexdigest()} | header
    return json.dumps(seal).encode() + b"\n" + body


@pytest.mark.parametrize(
    "changes",
    [
        {"answer": []},
        {"answer": {"names": 7}},
        {"answer": {"names": {"a": 1}}},
        {"answer": "latest"},
        {"fetched": "yesterday"},
        {"fetched": None},
        {"fetched": float("nan")},
        {"fetched": float("inf")},
        {"fetched": -1.0},
        {"about": ["tags", "https://mcr.microsoft.com", "azureml/other", ""]},
        {"about": None},
    ],
)
def test_invalid_content_with_a_matching_digest(tmp_path: Path, changes: dict[str, Any]) -> None:
    """The content of a file is checked even if its digest matches."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    path = the_file(tmp_path)
    record = json.loads(path.read_bytes().partition(b"\n")[2])
    path.write_bytes(resealed(record | changes))

    check_ignored_and_replaced(tmp_path)


def test_invalid_names(tmp_path: Path) -> None:
    """Invalid names are dropped, and a list that contains them is considered incomplete."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    path = the_file(tmp_path)
    record = json.loads(path.read_bytes().partition(b"\n")[2])
    record["answer"]["names"] = ["\x1b[31m", "../x", 7, None, "ok"]
    path.write_bytes(resealed(record))

    found = read(tmp_path, TAGS, WHERE)
    assert found is not None
    assert found.answer == Listing(("ok",), is_complete=False)


def test_another_format(tmp_path: Path) -> None:
    """A file of another version of the format is ignored."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    path = the_file(tmp_path)
    record = json.loads(path.read_bytes().partition(b"\n")[2])
    path.write_bytes(resealed(record, format=cache.FORMAT + 1))

    check_ignored_and_replaced(tmp_path)


def test_the_file_of_another_answer(tmp_path: Path) -> None:
    """A file that was moved to the name of another is ignored."""
    write(tmp_path / "a", TAGS, WHERE, "", LISTING)
    write(tmp_path / "b", TAGS, Repository(WHERE.registry, "azureml/other"), "", Listing(("1",), is_complete=True))
    the_file(tmp_path / "b").rename(the_file(tmp_path / "a"))

    check_ignored_and_replaced(tmp_path / "a")


def test_a_symbolic_link(tmp_path: Path) -> None:
    """A link is not followed; the next write replaces the link and not its target."""
    folder = tmp_path / "cache"
    write(folder, TAGS, WHERE, "", LISTING)
    path = the_file(folder)
    target = tmp_path / "elsewhere"
    path.rename(target)
    path.symlink_to(target)
    before = target.read_bytes()

    check_ignored_and_replaced(folder)
    assert not path.is_symlink()
    assert target.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_pipe(tmp_path: Path) -> None:
    """A pipe in place of the file does not block."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    path = the_file(tmp_path)
    path.unlink()
    os.mkfifo(path)

    check_ignored_and_replaced(tmp_path)


def test_a_folder_in_place_of_the_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A folder that cannot be replaced is logged on one line, and the write leaves no other file."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    path = the_file(tmp_path)
    path.unlink()
    path.mkdir()
    write(tmp_path, TAGS, WHERE, "", LISTING)

    assert read(tmp_path, TAGS, WHERE) is None
    assert len(caplog.records) == 1
    assert the_file(tmp_path) == path


def test_a_file_in_place_of_the_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file in place of the folder means that there is no cache."""
    (tmp_path / "cache").write_text("")
    write(tmp_path / "cache", TAGS, WHERE, "", LISTING)

    assert read(tmp_path / "cache", TAGS, WHERE) is None
    assert len(caplog.records) == 1
