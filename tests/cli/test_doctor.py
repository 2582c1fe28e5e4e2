"""The sub-command `doctor`."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import pytest

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.images import cache
from azureml_dockerfile_ls.images.catalogue import BUILT_IN_DATE
from azureml_dockerfile_ls.images.registry import Repository
from azureml_dockerfile_ls.images.responses import TAGS, Listing
from tests.cli.command import CLEAN, Outcome, run
from tests.hadolint import allow
from tests.test_hadolint import write_program


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, in the folder of the user."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    return home


def facts(outcome: Outcome) -> dict[str, str]:
    """The facts by their names."""
    return {line.split("  ")[0]: line.split("  ", 1)[1].strip() for line in outcome.output.splitlines()}


def test_a_report_names_what_runs(folder: Path) -> None:
    """The versions of the server, its Python, its libraries and its built-in images; nothing is sent."""
    outcome = run("doctor")
    assert (outcome.status, outcome.errors) == (0, [])
    found = facts(outcome)
    assert found["azureml-dockerfile-ls"].startswith(f"{__version__} (build ")
    assert found["Python"].startswith(platform.python_version())
    assert found["pygls"] == version("pygls")
    assert found["lsprotocol"] == version("lsprotocol")
    assert found["built-in images"] == BUILT_IN_DATE
    assert found["cache"] == "~/cache/azureml-dockerfile-ls: empty"
    assert found["settings"] == "no settings file"
    assert found["registry"].startswith("not asked")


def test_the_cache_has_a_size_and_an_age(folder: Path) -> None:
    """They are those of the stored answers."""
    where = Repository("https://mcr.microsoft.com", "azureml/minimal-py312-inference")
    cache.write(cache.default_folder(), TAGS, where, "", Listing(("1",), True))
    assert "1 answer, 1 KiB, the newest from " in facts(run("doctor"))["cache"]


def test_the_settings_of_a_file_and_their_mistakes_are_shown(folder: Path) -> None:
    """The settings file is the nearest one; a mistake gives exit status 1."""
    Path("a").mkdir()
    Path("a", "Dockerfile").write_text(CLEAN)
    Path("a", ".azureml-dockerfile.toml").write_text('inlayHints.tags = "no"\n')
    outcome = run("doctor", "a/Dockerfile")
    found = facts(outcome)
    assert outcome.status == 1
    assert found["settings"] == os.path.abspath("a/.azureml-dockerfile.toml")
    assert found["invalid setting"].startswith(f"{found['settings']}:1: inlayHints.tags: ")
    assert found["build context"] == os.path.realpath("a")
    assert run("doctor").status == 0


def test_the_hadolint_that_is_run_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One in the project is not, because it is never run. None is started."""
    program, inside = (
        write_program(path, "touch started") for path in (tmp_path_factory.mktemp("bin"), folder / "bin")
    )
    assert facts(run("doctor"))["hadolint"] == "not found"
    allow(monkeypatch, program.parent)
    allow(monkeypatch, inside.parent)
    assert facts(run("doctor"))["hadolint"] == str(program)
    assert not Path("started").exists()


@pytest.mark.parametrize(
    "proxy", ["http://me:se@cret@127.0.0.1:9", "me:secret@127.0.0.1:9", "http://me:s/e@127.0.0.1:9"]
)
def test_no_password_is_shown(folder: Path, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """A bug report is public."""
    monkeypatch.delenv("HTTPS_PROXY")
    monkeypatch.setenv("https_proxy", proxy)
    outcome = run("doctor")
    assert facts(outcome)["https_proxy"].endswith("…@127.0.0.1:9")
    assert "me:" not in outcome.output


def test_the_registry_is_asked_on_request(folder: Path) -> None:
    """The answer of one that cannot be reached is the reason, in one line."""
    outcome = run("doctor", "--ask-registry")
    assert outcome.status == 1
    assert facts(outcome)["registry"] == "no answer from https://mcr.microsoft.com: the proxy: Connection refused"


def test_a_registry_that_is_switched_off_is_not_asked(folder: Path) -> None:
    """The setting `registry.enabled` holds for this command too."""
    Path(".azureml-dockerfile.toml").write_text("registry.enabled = false\n")
    outcome = run("doctor", "--ask-registry")
    assert outcome.status == 0
    assert facts(outcome)["registry"] == "switched off by registry.enabled"
