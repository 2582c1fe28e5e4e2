"""The answers of registries that are kept, and how long they are fresh."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azureml_dockerfile_ls.images.cache import Stored, read, write
from azureml_dockerfile_ls.images.registry import Repository
from azureml_dockerfile_ls.images.responses import CONFIGURATION, DIGEST, IMAGES, TAGS, Configuration, Listing
from tests.images.cached import LISTING, WHERE, the_file

DIGEST_OF_LATEST = "sha256:" + "a" * 64
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
def test_every_answer_is_read_unchanged(tmp_path: Path, kind: Any, answer: Any) -> None:
    """Every kind of answer is read unchanged with its time, and so is the answer that nothing exists."""
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
    """Two tags that differ only in letter case have different files."""
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


def test_without_a_folder(tmp_path: Path) -> None:
    """Without a folder there is no answer, and reading does not create the folder."""
    assert read(tmp_path / "cache", TAGS, WHERE) is None
    assert not (tmp_path / "cache").exists()


def stored(fetched: float, answer: Listing | None = LISTING) -> Stored[Listing]:
    """An answer that was fetched at this time."""
    return Stored(answer, fetched)


def test_fresh(tmp_path: Path) -> None:
    """An answer is fresh for the number of hours in the setting."""
    now = time.time()

    assert stored(now - 23 * HOUR).is_fresh(24)
    assert not stored(now - 25 * HOUR).is_fresh(24)
    assert not stored(now).is_fresh(0)


def test_a_negative_answer_is_fresh_for_a_shorter_time() -> None:
    """The answer that nothing exists is fresh for an hour, or less if the setting is shorter."""
    now = time.time()

    assert stored(now - 0.9 * HOUR, None).is_fresh(24)
    assert not stored(now - 1.1 * HOUR, None).is_fresh(24)
    assert not stored(now - 0.9 * HOUR, None).is_fresh(0.5)


@pytest.mark.parametrize("ahead", [60.0, 24 * HOUR, 1e12])
def test_a_clock_that_was_set_back(ahead: float) -> None:
    """An answer from the future is not fresh."""
    assert not stored(time.time() + ahead).is_fresh(24)


def test_an_old_answer_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer of any age is read, with its time."""
    write(tmp_path, TAGS, WHERE, "", LISTING)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 400 * 24 * HOUR)

    found = read(tmp_path, TAGS, WHERE)
    assert found is not None
    assert found.answer == LISTING
    assert found.fetched == pytest.approx(now, abs=60)
