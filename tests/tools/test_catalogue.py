"""The generator of the embedded catalogue, run as a process of its own against a real registry."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.tools.catalogue import CATALOGUE, Answers, Record, compress, kind_of, update, written

from azureml_dockerfile_ls.azureml.families import Family
from azureml_dockerfile_ls.images.catalogue import Image, embedded
from azureml_dockerfile_ls.images.questions import PREFIXES
from azureml_dockerfile_ls.images.responses import Listing, is_tag
from azureml_dockerfile_ls.images.tags import sort_key
from tests.images import real_registry
from tests.images.fault_server import answering, running_fault_server
from tests.images.real_registry import fill, free_port, require_programs, running_registry

AZUREML = "mcr.microsoft.com/azureml/"
IMAGES = [
    *(
        real_registry.Image("azureml/minimal-py312-inference", tag)
        for tag in ("latest", "20261101.v1", "20261015.v1", "20260316.v1")
    ),
    *(real_registry.Image("azureml/curated/sklearn-1.5", tag) for tag in ("51", "50", "49", "48")),
    *(real_registry.Image("azureml/curated/brand-new-1.0", tag) for tag in ("1", "2", "3", "latest")),
    real_registry.Image("azureml/profilers", "latest"),
    real_registry.Image("dotnet/sdk", "10.0"),
]
RECORDS: dict[str, Record] = {
    f"{AZUREML}curated/gone": {"kind": "curated", "status": "current", "note": "é", "tag_runs": "latest {2..1}"},
    f"{AZUREML}curated/sklearn-1.5": {
        "kind": "curated",
        "status": "current",
        "last_release": "2026-06-29",
        "base_image": "x",
        "tag_runs": "latest {50..1}",
    },
    f"{AZUREML}minimal-py312-inference": {"kind": "inference", "status": "current", "tag_runs": "latest 20260316.v1"},
    f"{AZUREML}old": {"kind": "other", "status": "retired", "successor": f"{AZUREML}still-named"},
    f"{AZUREML}profilers": {"kind": "other", "status": "unknown", "note": "Probably not.", "unconfirmed": True},
    f"{AZUREML}still-named": {"kind": "other", "status": "current", "tag_runs": "1"},
}


@pytest.fixture(scope="module")
def registry_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry with IMAGES."""
    require_programs()
    folder = tmp_path_factory.mktemp("registry")
    with running_registry(folder, folder / "data") as url:
        fill(url, IMAGES, folder)
        yield url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A catalogue of RECORDS."""
    path = tmp_path / "catalogue.json"
    path.write_bytes(written(RECORDS))
    return path


def generate(file: Path, url: str, *arguments: str) -> tuple[int, str, list[str]]:
    """The exit status, output and lines of standard error of the generator."""
    command = [sys.executable, "-m", "server.tools.catalogue", "--catalogue", file, "--registry", url]
    environment = {**os.environ, "DOCKER_CONFIG": "/nonexistent"}
    process = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=60, env=environment, encoding="utf-8"
    )
    assert "Traceback" not in process.stderr
    return process.returncode, process.stdout, process.stderr.splitlines()


def expanded(runs: str) -> tuple[str, ...]:
    """The tags of their compact form in the catalogue."""
    return Image("x", "other", Family.OTHER, "unknown", tag_runs=runs).tags


def changed(file: Path) -> dict[str, Any]:
    """The entries that differ from RECORDS; None for a removed one."""
    records = json.loads(file.read_bytes())
    return {
        name.removeprefix(AZUREML): records.get(name)
        for name in {*records, *RECORDS}
        if records.get(name) != RECORDS.get(name)
    }


# The compact form of tags


def test_the_built_in_catalogue_has_the_format_of_the_generator() -> None:
    """An update changes only the lines of images that changed."""
    assert len(embedded().images) == 295
    for image in embedded().images:
        assert compress(image.tags) == image.tag_runs
    assert written(json.loads(CATALOGUE.read_bytes())) == CATALOGUE.read_bytes()


@pytest.mark.parametrize(
    ("tags", "runs"),
    [
        ([], ""),
        (["latest"], "latest"),
        (["latest", "3", "2", "1"], "latest {3..1}"),
        (["1", "0"], "{1..0}"),
        (["9", "7", "6"], "9 {7..6}"),
        (["010", "009"], "010 009"),
        (["20260715.v1", "20260707.v1", "20260621.v2", "20251231.v1"], "2026{0715,0707}.v1 20260621.v2 20251231.v1"),
        (
            ["biweekly.202607.1", "biweekly.202606.2.v1", "biweekly.202512.1"],
            "biweekly.2026{07.1,06.2.v1} biweekly.202512.1",
        ),
        (["biweekly.202607..1", "biweekly.202606..2"], "biweekly.202607..1 biweekly.202606..2"),
        (["0.0.1-preview", "v1"], "0.0.1-preview v1"),
    ],
)
def test_tags_with_shared_ends_are_written_together(tags: list[str], runs: str) -> None:
    """The form is that of brace expansion in a shell."""
    assert compress(tags) == runs
    assert expanded(runs) == tuple(tags)


DATED = st.builds(
    "{}{}.v{}".format,
    st.integers(2019, 2027),
    st.sampled_from(["0101", "0630", "1231"]),
    st.one_of(st.integers(0, 12), st.just("01")),
)
BIWEEKLY = st.builds(
    "biweekly.20{}{}".format, st.integers(2018, 2704), st.sampled_from([".1", ".v2", "..1", "", ".1.v1"])
)
TAG = st.one_of(
    st.integers(0, 60).map(str),
    DATED,
    BIWEEKLY,
    st.sampled_from(["latest", "007", "99999999", "1.0", "v9"]),
    st.from_regex("[A-Za-z0-9_][A-Za-z0-9._-]{0,8}", fullmatch=True).filter(is_tag),
)


@given(st.lists(TAG, max_size=40))
def test_the_compact_form_has_the_same_tags(tags: list[str]) -> None:
    """Their order is the same, and so is their compact form."""
    runs = compress(tags)
    assert expanded(runs) == tuple(tags)
    assert compress(expanded(runs)) == runs


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("azureml/curated/x", "curated"),
        ("azureml/curated/minimal-py313-inference", "curated"),
        ("azureml/minimal-py313-inference", "inference"),
        ("azureml/inference-base-2604", "inference"),
        ("azureml/openmpi5.0-ubuntu26.04", "training-base"),
        ("aifx/acpt/stable-x", "training-base"),
        ("azureml/aifx/stable-x", "training-base"),
        ("azureml/promptflow/x", "other"),
    ],
)
def test_the_name_of_a_new_image_gives_its_kind(name: str, kind: str) -> None:
    """The rules are those of the known images."""
    assert kind_of(f"mcr.microsoft.com/{name}") == kind


def test_the_name_of_every_supported_image_gives_its_kind() -> None:
    """No entry of the catalogue contradicts the rules."""
    assert [
        image for image in embedded().images if not image.outdated and kind_of(image.repository) != image.kind
    ] == []


# Updates


@pytest.mark.slow
def test_an_update_adds_and_keeps(file: Path, registry_url: str) -> None:
    """New images and tags are added; everything written by hand stays; nothing is removed."""
    status, _, errors = generate(file, registry_url)
    assert status == 0
    assert all("asking for" in line for line in errors)
    assert changed(file) == {
        "minimal-py312-inference": {
            "kind": "inference",
            "status": "current",
            "tag_runs": "latest 2026{1101,1015,0316}.v1",
        },
        "curated/sklearn-1.5": {
            "kind": "curated",
            "status": "current",
            "last_release": "2026-06-29",
            "base_image": "x",
            "tag_runs": "latest {51..1}",
        },
        "curated/brand-new-1.0": {"kind": "curated", "status": "unknown", "tag_runs": "latest {3..1}"},
        "profilers": {"kind": "other", "status": "unknown", "note": "Probably not.", "tag_runs": "latest"},
    }


DIFFERENCE = """\
# The catalogue of images

## New images: 1

- `curated/brand-new-1.0`: `latest {3..1}`

## New tags: 3

- `curated/sklearn-1.5`: `51`
- `minimal-py312-inference`: `2026{1101,1015}.v1`
- `profilers`: `latest`

## Tags that the registry does not list (kept): 1

- `curated/sklearn-1.5`: `latest {47..1}`

## Images that the registry does not list: 3

- `curated/gone` (current, kept)
- `old` (retired, kept)
- `still-named` (current, kept)

## To review: 3

- `curated/brand-new-1.0`: status, and facts in its name
- `profilers`: published, but was unconfirmed; its note
- `curated/sklearn-1.5`: last_release, base_image
"""


@pytest.mark.slow
def test_the_difference_is_printed_and_written(file: Path, registry_url: str, tmp_path: Path) -> None:
    """The Markdown lists what is new, what vanished, and what needs a review."""
    _, output, _ = generate(file, registry_url, "--diff", str(tmp_path / "difference.md"))
    assert output == DIFFERENCE
    assert (tmp_path / "difference.md").read_text(encoding="utf-8") == DIFFERENCE


@pytest.mark.slow
def test_the_same_answers_give_the_same_bytes(file: Path, registry_url: str, tmp_path: Path) -> None:
    """An update of an updated catalogue does not write the file."""
    other = tmp_path / "other.json"
    other.write_bytes(file.read_bytes())
    outputs = [generate(path, registry_url)[1] for path in (file, other)]
    assert outputs[0] == outputs[1]
    first = file.read_bytes()
    assert other.read_bytes() == first
    inode = file.stat().st_ino
    _, again, _ = generate(file, registry_url)
    assert file.read_bytes() == first
    assert file.stat().st_ino == inode
    assert "New" not in again


def test_prune_removes_what_the_registry_lacks(file: Path, registry_url: str) -> None:
    """It keeps retired images and successors, because rules still report about them."""
    status, output, _ = generate(file, registry_url, "--prune")
    assert status == 0
    difference = changed(file)
    assert difference["curated/gone"] is None
    assert difference["curated/sklearn-1.5"]["tag_runs"] == "{51..48}"
    assert not {"old", "still-named"} & set(difference)
    assert "## Tags that the registry does not list (removed): 1\n" in output
    assert "- `curated/gone` (current, removed)\n- `old` (retired, kept)\n- `still-named` (current, kept)\n" in output


@pytest.mark.slow
def test_the_built_in_catalogue_can_be_updated(registry_url: str, tmp_path: Path) -> None:
    """Only the lines of images that the registry has are different."""
    file = tmp_path / "catalogue.json"
    file.write_bytes(CATALOGUE.read_bytes())
    assert generate(file, registry_url)[0] == 0
    old, new = (set(path.read_text(encoding="utf-8").splitlines()) for path in (CATALOGUE, file))
    assert sorted(re.findall(r'"mcr.microsoft.com/azureml/(.*?)"', " ".join(line[:80] for line in new - old))) == [
        "curated/brand-new-1.0",
        "curated/sklearn-1.5",
        "minimal-py312-inference",
        "profilers",
    ]
    assert len(old - new) == 3


def test_the_file_is_replaced_and_keeps_its_mode(file: Path, registry_url: str) -> None:
    """No temporary file is left beside it."""
    file.chmod(0o640)
    generate(file, registry_url)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in file.parent.iterdir()] == [file.name]


# Missing answers and files


def test_an_unreachable_registry_changes_nothing(file: Path) -> None:
    """The exit status is 1, and no byte of the catalogue changes, even with --prune."""
    status, output, errors = generate(file, f"http://127.0.0.1:{free_port()}", "--prune")
    assert status == 1
    assert file.read_bytes() == written(RECORDS)
    assert output == "# The catalogue of images\n\nNothing changed.\n"
    assert any("Connection refused" in line for line in errors)


def test_a_registry_that_fails_removes_nothing(file: Path) -> None:
    """A failure does not prove that an image vanished."""
    with running_fault_server(answering(403)) as server:
        assert generate(file, server.url, "--prune")[0] == 1
    assert file.read_bytes() == written(RECORDS)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a": 1}', b"\xff"])
def test_an_invalid_catalogue_is_reported(tmp_path: Path, content: bytes) -> None:
    """The exit status is 2, and no request is sent."""
    file = tmp_path / "catalogue.json"
    file.write_bytes(content)
    with running_fault_server(answering(500)) as server:
        status, output, errors = generate(file, server.url)
        assert server.requests == []
    assert (status, output, len(errors)) == (2, "", 1)
    assert file.read_bytes() == content


def test_a_missing_catalogue_is_reported(tmp_path: Path) -> None:
    """The exit status is 2."""
    status, _, errors = generate(tmp_path / "none.json", "http://127.0.0.1:9")
    assert status == 2
    assert "No such file or directory" in errors[-1]


NAME = f"{AZUREML}minimal-py312-inference"


def answered(
    names: set[str] = frozenset(), tags: dict[str, Listing | None] | None = None, *, is_complete: bool = True
) -> Answers:
    """The answers of a registry."""
    return Answers(frozenset(names), frozenset(PREFIXES) if is_complete else frozenset(), tags or {})


@pytest.mark.parametrize(
    "answers",
    [
        answered(tags={NAME: None}, is_complete=False),
        answered({NAME}, {NAME: None}),
        answered(tags={}),
        answered(tags={NAME: Listing(("latest",), is_complete=False)}),
    ],
    ids=["names unknown", "named, without tags", "tags unknown", "some tags"],
)
def test_only_a_vanished_image_is_pruned(answers: Answers) -> None:
    """An incomplete answer removes nothing."""
    updated, difference = update({NAME: RECORDS[NAME]}, answers, is_pruning=True)
    assert updated == {NAME: RECORDS[NAME]}
    assert (difference.vanished_images, difference.vanished_tags) == ({}, {})


@pytest.mark.slow
@given(st.lists(TAG, unique=True, max_size=12), st.lists(TAG, unique=True, max_size=12), st.booleans())
def test_tags_are_merged(known: list[str], listed: list[str], is_complete: bool) -> None:
    """The result has the tags of both, each once, in order; after pruning, only the listed ones."""
    record: Record = {"kind": "other", "status": "unknown"} | ({"tag_runs": compress(known)} if known else {})
    answers = answered(tags={NAME: Listing(tuple(listed), is_complete)})
    merged = update({NAME: record}, answers, is_pruning=False)[0][NAME].get("tag_runs", "")
    pruned = update({NAME: record}, answers, is_pruning=True)[0][NAME].get("tag_runs", "")
    everything = tuple(sorted({*known, *listed}, key=sort_key))
    assert expanded(merged) == everything
    assert expanded(pruned) == (tuple(sorted(listed, key=sort_key)) if is_complete else everything)
