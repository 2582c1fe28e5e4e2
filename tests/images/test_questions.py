"""What is known from the cache, and how it is refreshed."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest

from azureml_dockerfile_ls.images import cache
from azureml_dockerfile_ls.images.cache import Stored
from azureml_dockerfile_ls.images.http import Deadline, RegistryError
from azureml_dockerfile_ls.images.questions import PREFIXES, Question, configuration_of, load, refresh, tags_of
from azureml_dockerfile_ls.images.registry import Registry, Repository
from azureml_dockerfile_ls.images.responses import CONFIGURATION, IMAGES, TAGS, Configuration, Listing
from azureml_dockerfile_ls.syntax.reference import split_reference
from tests.images.fault_server import FaultServer, answering, answering_json, running_fault_server, xml_not_found
from tests.images.real_registry import without_proxies

MINIMAL = "mcr.microsoft.com/azureml/minimal-py312-inference"
NEW = "mcr.microsoft.com/azureml/new-in-2027"
DIGEST = "sha256:" + "a" * 64
FACTS = Configuration(DIGEST, "somebody", MappingProxyType({"A": "b"}), "/work", (), MappingProxyType({}), None)
LISTING = Listing(("latest", "20270101.v1"), is_complete=True)
NAMES = [Question(IMAGES, prefix) for prefix in PREFIXES]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy."""
    without_proxies(monkeypatch)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A server whose answers a test chooses."""
    with running_fault_server(answering(500)) as running:
        yield running


def at(url: str) -> Registry:
    """A client with `url` in place of Microsoft's registry."""
    return Registry({"mcr.microsoft.com": url})


def where(name: str) -> Repository:
    """The repository of an image, or of the images below a prefix, on Microsoft's registry."""
    found = Registry().locate(name)
    assert found is not None
    return found


def asked(folder: Path, server: FaultServer, question: Question) -> Stored[object]:
    """The answer of the server."""
    with Deadline() as deadline:
        return refresh(folder, at(server.url), question, deadline)


def test_an_empty_cache_holds_what_is_embedded(tmp_path: Path) -> None:
    """Without a cache folder the embedded catalogue is known, and every question is due."""
    latest = split_reference(MINIMAL)
    contents = load(tmp_path / "none", Registry(), [MINIMAL], [latest], 24)
    image = contents.images.find(MINIMAL)
    assert image is not None
    assert image.status == "current"
    assert contents.fetched == {}
    assert contents.due == (*NAMES, configuration_of(latest), tags_of(MINIMAL))


def test_what_is_in_the_cache_is_known(tmp_path: Path) -> None:
    """Names, tags and configurations come from the cache, each with its time."""
    by_tag, by_digest = split_reference(f"{NEW}:20270101.v1"), split_reference(f"{NEW}:1@{DIGEST}")
    before = time.time()
    cache.write(tmp_path, IMAGES, where(PREFIXES[0]), "", Listing((NEW, f"{NEW}-too"), is_complete=True))
    cache.write(tmp_path, TAGS, where(NEW), "", LISTING)
    cache.write(tmp_path, CONFIGURATION, where(NEW), "20270101.v1", FACTS)
    cache.write(tmp_path, CONFIGURATION, where(NEW), DIGEST, dataclasses.replace(FACTS, user="root"))
    contents = load(tmp_path, Registry(), [NEW], [by_tag, by_digest], 24)
    new, too = contents.images.find(NEW), contents.images.find(f"{NEW}-too")
    assert new is not None
    assert new.tags == LISTING.names
    assert too is not None
    assert contents.images.configuration_of(by_tag) == FACTS
    found = contents.images.configuration_of(by_digest)
    assert found is not None
    assert found.user == "root"
    assert contents.images.fresh == {NEW}
    assert contents.due == (NAMES[1],)
    assert set(contents.fetched) == {NAMES[0], tags_of(NEW), configuration_of(by_tag), configuration_of(by_digest)}
    assert all(before <= fetched <= time.time() for fetched in contents.fetched.values())


@pytest.mark.parametrize(
    ("hours", "max_age", "is_due", "is_fresh"),
    [(0, 24, False, True), (23, 24, False, True), (25, 24, True, False), (25, 48, False, False), (2, 1, True, True)],
)
def test_old_answers_count_and_are_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: float, max_age: float, is_due: bool, is_fresh: bool
) -> None:
    """Old answers are used and due, and prove for one day only that a tag does not exist."""
    cache.write(tmp_path, TAGS, where(MINIMAL), "", LISTING)
    later = time.time() + hours * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    contents = load(tmp_path, Registry(), [MINIMAL], [], max_age)
    image = contents.images.find(MINIMAL)
    assert image is not None
    assert image.tags == LISTING.names
    assert (tags_of(MINIMAL) in contents.due, MINIMAL in contents.images.fresh) == (is_due, is_fresh)


def test_what_was_just_answered_is_never_due(tmp_path: Path) -> None:
    """A recent answer is not due, even if the setting is 0 hours."""
    cache.write(tmp_path, TAGS, where(MINIMAL), "", LISTING)
    assert tags_of(MINIMAL) not in load(tmp_path, Registry(), [MINIMAL], [], 0).due


def test_what_a_digest_stands_for_never_gets_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration of a digest is never due, unlike that of a tag."""
    tag, digest = split_reference(f"{MINIMAL}:1"), split_reference(f"{MINIMAL}@{DIGEST}")
    for reference in (tag, digest):
        question = configuration_of(reference)
        cache.write(tmp_path, question.kind, where(MINIMAL), question.reference, FACTS)
    later = time.time() + 1000 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    due = load(tmp_path, Registry(), [], [tag, digest], 24).due
    assert (configuration_of(tag) in due, configuration_of(digest) in due) == (True, False)


def test_an_incomplete_list_proves_nothing(tmp_path: Path) -> None:
    """A tag that is missing from an incomplete list may exist."""
    cache.write(tmp_path, TAGS, where(MINIMAL), "", dataclasses.replace(LISTING, is_complete=False))
    assert load(tmp_path, Registry(), [MINIMAL], [], 24).images.fresh == frozenset()


def test_a_damaged_file_is_none(tmp_path: Path) -> None:
    """A damaged file is ignored, and its question is due."""
    cache.write(tmp_path, TAGS, where(MINIMAL), "", LISTING)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes().replace(b"20270101", b"20270102"))
    contents = load(tmp_path, Registry(), [MINIMAL], [], 24)
    assert (contents.images.tags, contents.fetched) == ({}, {})
    assert tags_of(MINIMAL) in contents.due


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ubuntu",
        "$IMAGE",
        "mcr.microsoft.com/azureml/../x",
        "mcr.microsoft.com/azureml/\x1b[2J",
        "\ud800",
        "x" * 10**6,
    ],
)
def test_names_may_be_anything(tmp_path: Path, text: str) -> None:
    """Invalid names, and names that the settings do not allow, are skipped."""
    references = [split_reference(text), split_reference(f"{MINIMAL}:{text}\0"), split_reference(f"{MINIMAL}@{text}")]
    assert set(load(tmp_path, Registry(), [text], references, 24).due) <= {
        *NAMES,
        Question(CONFIGURATION, MINIMAL, "latest"),
    }


def test_no_more_is_read_than_the_cache_keeps(tmp_path: Path) -> None:
    """The number of names that are read is limited."""

    def names() -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield f"{MINIMAL}-{number}"

    contents = load(tmp_path, Registry(), names(), map(split_reference, names()), 24)
    assert len(contents.due) == cache.MOST_FILES


def test_refresh_asks_and_keeps(tmp_path: Path, server: FaultServer) -> None:
    """The next load finds the answer."""
    server.fault = answering_json({"tags": ["1", "2"]})
    assert asked(tmp_path, server, tags_of(MINIMAL)).answer == Listing(("2", "1"), is_complete=True)
    image = load(tmp_path, at(server.url), [MINIMAL], [], 24).images.find(MINIMAL)
    assert image is not None
    assert image.tags == ("2", "1")


def test_that_there_is_nothing_is_an_answer(tmp_path: Path, server: FaultServer) -> None:
    """The answer that there is nothing is not due again, and the embedded tags stay."""
    server.fault = xml_not_found
    assert asked(tmp_path, server, tags_of(MINIMAL)).answer is None
    contents = load(tmp_path, at(server.url), [MINIMAL], [], 24)
    image = contents.images.find(MINIMAL)
    assert image is not None
    assert "20260316.v1" in image.tags
    assert tags_of(MINIMAL) in contents.fetched
    assert tags_of(MINIMAL) not in contents.due


def test_a_failure_leaves_what_was_there(tmp_path: Path, server: FaultServer) -> None:
    """A failure keeps the previous answer."""
    server.fault = answering_json({"tags": ["1"]})
    asked(tmp_path, server, tags_of(MINIMAL))
    server.fault = answering(500)
    with pytest.raises(RegistryError, match="server error"):
        asked(tmp_path, server, tags_of(MINIMAL))
    assert MINIMAL in load(tmp_path, at(server.url), [MINIMAL], [], 24).images.tags


@pytest.mark.parametrize(
    "question", [tags_of("ubuntu"), Question(CONFIGURATION, MINIMAL, "../x"), Question(IMAGES, "docker.io")]
)
def test_what_may_not_be_asked_is_not(tmp_path: Path, server: FaultServer, question: Question) -> None:
    """The settings are observed before anything is sent."""
    with pytest.raises(RegistryError, match="the settings allow no request"):
        asked(tmp_path, server, question)
    assert server.requests == []


def test_what_was_answered_goes_before_the_cache(tmp_path: Path, server: FaultServer) -> None:
    """Recent answers take precedence over a cache that cannot be written."""
    (tmp_path / "file").touch()
    server.fault = answering_json({"tags": ["1"]})
    question = tags_of(MINIMAL)
    answered = {question: asked(tmp_path / "file", server, question)}
    contents = load(tmp_path / "file", at(server.url), [MINIMAL], [], 24, answered)
    assert contents.images.tags == {MINIMAL: Listing(("1",), is_complete=True)}
    assert question not in contents.due
    assert os.listdir(tmp_path) == ["file"]
