"""What is kept of registries' answers, and what is believed of a file."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azureml_dockerfile_ls.images import cache
from azureml_dockerfile_ls.images.cache import Stored, read, write
from azureml_dockerfile_ls.images.registry import Repository
from azureml_dockerfile_ls.images.responses import (
    CONFIGURATION,
    DIGEST,
    IMAGES,
    TAGS,
    Configuration,
    Listing,
    tag_listing,
)

WHERE = Repository("https://mcr.microsoft.com", "azureml/minimal-py312-inference")
DIGEST_OF_LATEST = "sha256:" + "a" * 64
LISTING = Listing(("latest", "20260316.v1"), is_complete=True)
FACTS = Configuration(
    digest=DIGEST_OF_LATEST,
    user="dockeruser:dockeruser",
    environment=MappingProxyType({"PATH": "/bin", "EMPTY": "", "HIDDEN": None, "TEXT": "a=b é 😀"}),
    working_directory="/",
    exposed_ports=("5001/tcp",),
    labels=MappingProxyType({"a": "b"}),
    created="2026-03-16",
)
HOUR = 3600.0


def the_file(folder: Path) -> Path:
    """The one file of the cache."""
    (path,) = folder.iterdir()
    return path


def stored(fetched: float, answer: Listing | None = LISTING) -> Stored[Listing]:
    """An answer of that time."""
    return Stored(answer, fetched)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (TAGS, LISTING),
        (TAGS, Listing((), is_complete=False)),
        (IMAGES, Listing(("mcr.microsoft.com/azureml/x",), is_complete=True)),
        (CONFIGURATION, FACTS),
        (CONFIGURATION, dataclasses.replace(FACTS, created=None, user="", environment=MappingProxyType({}))),
        (DIGEST, DIGEST_OF_LATEST),
        (TAGS, None),
        (CONFIGURATION, None),
    ],
)
def test_what_was_written_is_read(tmp_path: Path, kind: Any, answer: Any) -> None:
    """Every kind of answer comes back unchanged, with its time; so does the answer that there is nothing."""
    before = time.time()
    write(tmp_path / "new" / "folder", kind, WHERE, "latest", answer)
    after = time.time()

    found = read(tmp_path / "new" / "folder", kind, WHERE, "latest")
    assert found is not None
    assert found.answer == answer
    assert before <= found.fetched <= after


def test_answers_do_not_mix(tmp_path: Path) -> None:
    """Each kind, registry, repository and tag has its own answer."""
    write(tmp_path, TAGS, WHERE, "", LISTING)

    assert read(tmp_path, TAGS, WHERE) is not None
    assert read(tmp_path, TAGS, WHERE, "latest") is None
    assert read(tmp_path, IMAGES, WHERE) is None
    assert read(tmp_path, TAGS, Repository("http://127.0.0.1:5000", WHERE.name)) is None
    assert read(tmp_path, TAGS, Repository(WHERE.registry, "azureml/other")) is None


def test_tags_that_differ_in_case(tmp_path: Path) -> None:
    """Two tags that differ in letter case only have different files."""
    for tag, digest in (("A", "a" * 64), ("a", "b" * 64)):
        write(tmp_path, DIGEST, WHERE, tag, f"sha256:{digest}")

    names = [path.name for path in tmp_path.iterdir()]
    assert len({name.lower() for name in names}) == 2
    assert [found.answer for tag in "Aa" if (found := read(tmp_path, DIGEST, WHERE, tag))] == [
        f"sha256:{'a' * 64}",
        f"sha256:{'b' * 64}",
    ]


@given(
    name=st.text(max_size=300) | st.sampled_from(["../../x", "/etc/passwd", "a\0b", "con", "..", "x" * 5000]),
    tag=st.text(max_size=300),
)
def test_any_name_is_a_file_in_the_folder(tmp_path_factory: pytest.TempPathFactory, name: str, tag: str) -> None:
    """The file of any repository or tag is in the folder, under a plain name."""
    folder = tmp_path_factory.mktemp("cache")
    where = Repository("http://127.0.0.1:5000", name)
    write(folder / "inner", TAGS, where, tag, LISTING)

    assert [path.name for path in folder.iterdir()] == ["inner"]
    file = the_file(folder / "inner")
    assert set(file.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    assert len(file.name) < 200
    found = read(folder / "inner", TAGS, where, tag)
    assert found is not None
    assert found.answer == LISTING


def test_nothing_is_there(tmp_path: Path) -> None:
    """Without a folder there is no answer, and reading does not create the folder."""
    assert read(tmp_path / "cache", TAGS, WHERE) is None
    assert not (tmp_path / "cache").exists()


# Age


def test_fresh(tmp_path: Path) -> None:
    """An answer is fresh for as long as the setting says."""
    now = time.time()

    assert stored(now - 23 * HOUR).is_fresh(24)
    assert not stored(now - 25 * HOUR).is_fresh(24)
    assert not stored(now).is_fresh(0)


def test_nothing_is_believed_for_a_shorter_time() -> None:
    """The answer that there is nothing is up to date for an hour, or less if the setting is shorter."""
    now = time.time()

    assert stored(now - 0.9 * HOUR, None).is_fresh(24)
    assert not stored(now - 1.1 * HOUR, None).is_fresh(24)
    assert not stored(now - 0.9 * HOUR, None).is_fresh(0.5)


@pytest.mark.parametrize("ahead", [60.0, 24 * HOUR, 1e12])
def test_a_clock_that_was_set_back(ahead: float) -> None:
    """An answer from the future is asked for again."""
    assert not stored(time.time() + ahead).is_fresh(24)


def test_an_old_answer_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer of any age is read, with its time."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 400 * 24 * HOUR)

    found = read(tmp_path, TAGS, WHERE)
    assert found is not None
    assert found.answer == LISTING
    assert found.fetched == pytest.approx(now, abs=60)


# Files that are not to be believed


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
def test_a_file_with_a_true_digest_and_false_content(tmp_path: Path, changes: dict[str, Any]) -> None:
    """The content of a file is checked even if its digest matches."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    path = the_file(tmp_path)
    record = json.loads(path.read_bytes().partition(b"\n")[2])
    path.write_bytes(resealed(record | changes))

    check_ignored_and_replaced(tmp_path)


def test_names_that_cannot_be(tmp_path: Path) -> None:
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


def test_a_folder_in_the_place_of_a_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A folder that cannot be replaced is logged on one line, and leaves nothing behind."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    path = the_file(tmp_path)
    path.unlink()
    path.mkdir()
    write(tmp_path, TAGS, WHERE, "", LISTING)

    assert read(tmp_path, TAGS, WHERE) is None
    assert len(caplog.records) == 1
    assert the_file(tmp_path) == path


def test_a_file_in_the_place_of_the_folder(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file in place of the folder means that there is no cache."""
    (tmp_path / "cache").write_text("")
    write(tmp_path / "cache", TAGS, WHERE, "", LISTING)

    assert read(tmp_path / "cache", TAGS, WHERE) is None
    assert len(caplog.records) == 1


# The folder


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
def test_what_belongs_to_somebody_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
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
def test_what_killed_programs_left_behind(tmp_path: Path, age: float, stays: bool) -> None:
    """Unfinished files are removed after a while, even if the clock was set back; recent ones stay."""
    unfinished = tmp_path / "tmpabc.tmp"
    unfinished.write_bytes(b"{")
    os.utime(unfinished, (time.time() - age, time.time() - age))
    write(tmp_path, TAGS, WHERE, "", LISTING)

    assert unfinished.exists() == stays


def test_files_of_others_stay(tmp_path: Path) -> None:
    """Other files in the folder are not removed."""
    other = tmp_path / "README.txt"
    other.write_text("mine")
    os.utime(other, (0, 0))
    write(tmp_path, TAGS, WHERE, "", LISTING)

    assert other.exists()


def test_the_usual_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default is the folder of this program in the user's cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert cache.default_folder().name in ("azureml-dockerfile-ls", "Cache")


# Several programs

WRITER = """
import os, random, signal, sys, time
from pathlib import Path
from azureml_dockerfile_ls.images.responses import TAGS, tag_listing
from azureml_dockerfile_ls.images.cache import write
from azureml_dockerfile_ls.images.registry import Repository

folder, name, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
where = Repository("https://mcr.microsoft.com", "azureml/shared")
end = time.monotonic() + seconds
chance = random.Random(name)
version = kills = 0

def write_one():
    # Every name of one answer holds the same writer and version, so a mixture would show.
    names = [f"{name}-{version}-{number}" for number in range(500 + 100 * (version % 7))]
    write(folder, TAGS, where, "", tag_listing(names, True))

while kills < 100 or time.monotonic() < end:
    version += 1000
    if kills % 10 == 0:
        # On a slow disk no child may live to see its answer written.
        write_one()
    child = os.fork()
    while child == 0:
        version += 1
        write_one()
    time.sleep(chance.uniform(0.002, 0.04))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    kills += 1
print(kills)
"""


def check_consistent(listing: Listing) -> None:
    """The answer is complete, and one that was written."""
    writer, version, _ = listing.names[0].split("-")
    assert len(listing.names) == 500 + 100 * (int(version) % 7)
    assert {name.rpartition("-")[0] for name in listing.names} == {f"{writer}-{version}"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_two_programs_that_are_killed(tmp_path: Path) -> None:
    """Two programs write to one folder, each killed 100 times while it writes: what is read is always a whole answer.

    `HYPOTHESIS_PROFILE=thorough` goes on for 60 s.
    """
    seconds = "60" if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else "3"
    where = Repository("https://mcr.microsoft.com", "azureml/shared")
    reads = 0
    commands = [[sys.executable, "-c", WRITER, str(tmp_path), name, seconds] for name in "ab"]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    try:
        while any(writer.poll() is None for writer in writers):
            found = read(tmp_path, TAGS, where)
            # From the first write on there is always a whole answer.
            assert found is not None or not reads
            if found is not None:
                assert found.answer is not None
                check_consistent(found.answer)
                reads += 1
        kills = [int(writer.communicate(timeout=10)[0]) for writer in writers]
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()

    assert min(kills) >= 100
    assert reads >= 10
    # Some were killed between the first byte and the last; what they left is never read, and goes with time.
    unfinished = list(tmp_path.glob("*.tmp"))
    assert unfinished
    for path in unfinished:
        os.utime(path, (0, 0))
    write(tmp_path, TAGS, where, "", LISTING)
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]
