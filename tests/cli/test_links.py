"""Links that anyone can put into a repository: the command does not follow them out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.command import ERROR, HINT, run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links of POSIX systems")

OUT = "a link that leads out of the repository"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, which is the current folder, beside a file of the user."""
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (tmp_path / "private").write_text(HINT.replace("latest", "latest@sha256:0"))
    monkeypatch.chdir(root)
    return root


def test_a_folder_names_no_file_outside(repository: Path) -> None:
    """Neither is it shown nor repaired, which is said; a link inside the repository is followed."""
    (repository / "Dockerfile").symlink_to("../private")
    (repository / "sub").mkdir()
    (repository / "sub" / "Dockerfile").symlink_to("../real")
    (repository / "real").write_text(ERROR)
    outcome = run("check", "--format", "json", ".")
    assert outcome.errors == [f"azureml-dockerfile-ls: Dockerfile: {OUT}"]
    assert {finding["path"] for finding in outcome.findings if finding["rule"]} == {"sub/Dockerfile"}
    assert outcome.status == 2
    before = (repository.parent / "private").read_bytes()
    run("check", "--fix", "--unsafe-fixes", ".")
    run("format", ".")
    assert (repository.parent / "private").read_bytes() == before


def test_a_path_that_the_user_names_is_followed(repository: Path) -> None:
    """The user knows what it is."""
    (repository / "Dockerfile").symlink_to("../private")
    assert run("check", "Dockerfile").errors == []


@pytest.mark.parametrize("option", ["--write-baseline", "--output-file"])
def test_no_file_outside_is_overwritten(repository: Path, option: str) -> None:
    """A baseline or a report goes to a file, or through a link inside the repository."""
    (repository / "Dockerfile").write_text(ERROR)
    (repository / "out.json").symlink_to("../private")
    (repository / "in.json").symlink_to("inner.json")
    (repository / "inner.json").touch()
    before = (repository.parent / "private").read_bytes()
    outcome = run("check", option, "out.json", "Dockerfile")
    assert outcome.errors == [f"azureml-dockerfile-ls: out.json: {OUT}"]
    assert outcome.status == 2
    assert (repository.parent / "private").read_bytes() == before
    assert run("check", "--quiet", option, "in.json", "Dockerfile").errors == []
    assert (repository / "inner.json").read_bytes()
