"""The settings of a project: which file they come from, and what a damaged one costs."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from azureml_dockerfile_ls.project import MAX_BYTES, OWN_FILE, Projects
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.settings import DEFAULTS, Settings

OFF = '[rules]\nFinalUserRoot = "off"\n'
HINT = '[tool.azureml-dockerfile.rules]\nFinalUserRoot = "hint"\n'
IS_OFF = Settings(rules={"FinalUserRoot": None})
IS_HINT = Settings(rules={"FinalUserRoot": Severity.HINT})


def write(path: Path, text: str = "") -> Path:
    """The file, with this text, in a folder that may have to be made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def settings_in(folder: Path) -> Settings:
    """The settings for a folder, when nothing is wrong with them."""
    project = Projects().project_of(str(folder))
    assert project.problems == ()
    return project.settings


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The root of a repository; what lies above it is not searched."""
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    return tmp_path / "repository"


# Which file


def test_without_a_file_the_defaults_hold(repository: Path) -> None:
    """And nothing is named as their source."""
    project = Projects().project_of(str(repository))
    assert (project.path, project.settings, project.problems) == (None, DEFAULTS, ())


@pytest.mark.parametrize(("name", "text", "expected"), [(OWN_FILE, OFF, IS_OFF), ("pyproject.toml", HINT, IS_HINT)])
def test_the_settings_come_from_either_file(repository: Path, name: str, text: str, expected: Settings) -> None:
    """They hold for its folder, and for those below."""
    path = write(repository / name, text)
    (repository / "docker" / "gpu").mkdir(parents=True)
    for folder in (repository, repository / "docker" / "gpu"):
        project = Projects().project_of(str(folder))
        assert (project.path, project.settings, project.problems) == (str(path), expected, ())


@pytest.mark.parametrize(
    ("name", "table"), [(OWN_FILE, "registry"), ("pyproject.toml", "tool.azureml-dockerfile.registry")]
)
def test_neither_file_says_whom_to_ask(repository: Path, name: str, table: str) -> None:
    """What else they set holds."""
    path = write(
        repository / name, f'[{table}]\nenabled = false\nurls = {{"mcr.microsoft.com" = "http://127.0.0.1:9"}}\n'
    )
    project = Projects().project_of(str(repository))
    assert project.settings == Settings(registry_enabled=False)
    assert [problem.partition(": only")[0] for problem in project.problems] == [f"{path}: registry.urls"]


def test_our_own_file_goes_before_pyproject(repository: Path) -> None:
    """In one folder only one of them counts."""
    write(repository / OWN_FILE, OFF)
    write(repository / "pyproject.toml", HINT + 'dockerfileFeatures = "wrong"\n')
    assert settings_in(repository) == IS_OFF


def test_the_nearest_file_counts_alone(repository: Path) -> None:
    """As with other tools, a file in a folder replaces those above it."""
    write(repository / OWN_FILE, f"dockerfileFeatures = false\n{OFF}")
    write(repository / "sub" / "pyproject.toml", HINT)
    assert settings_in(repository / "sub") == IS_HINT


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[project]\nname = "azureml-dockerfile"\n',
        '[tool.other]\nuses = "tool.azureml-dockerfile"\n',
        "tool = 'azureml-dockerfile'\n",
        "this is no TOML\n",
    ],
)
def test_a_pyproject_without_our_table_is_passed_by(repository: Path, text: str) -> None:
    """Whatever else is in it, or wrong with it."""
    write(repository / OWN_FILE, OFF)
    write(repository / "sub" / "pyproject.toml", text)
    assert settings_in(repository / "sub") == IS_OFF


def test_an_empty_table_is_a_table(repository: Path) -> None:
    """It asks for the defaults, whatever is set above."""
    write(repository / OWN_FILE, OFF)
    write(repository / "sub" / "pyproject.toml", "[tool.azureml-dockerfile]\n")
    assert settings_in(repository / "sub") == DEFAULTS


@pytest.mark.parametrize("is_worktree", [False, True])
def test_nothing_above_the_repository_is_read(tmp_path: Path, is_worktree: bool) -> None:
    """Its root has `.git`: a folder, or a file in a worktree. A file at the root itself counts."""
    write(tmp_path / OWN_FILE, OFF)
    if is_worktree:
        write(tmp_path / "repository" / ".git", "gitdir: elsewhere\n")
    else:
        (tmp_path / "repository" / ".git").mkdir(parents=True)
    assert settings_in(tmp_path / "repository") == DEFAULTS
    write(tmp_path / "repository" / "pyproject.toml", HINT)
    assert settings_in(tmp_path / "repository") == IS_HINT


def test_a_relative_folder_is_one_of_the_current_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search goes above it all the same."""
    write(repository / OWN_FILE, OFF)
    (repository / "sub").mkdir()
    monkeypatch.chdir(repository / "sub")
    assert Projects().project_of("").settings == IS_OFF


def test_a_folder_that_is_not_there_has_the_settings_of_those_above(repository: Path) -> None:
    """A document may be new."""
    write(repository / OWN_FILE, OFF)
    assert settings_in(repository / "not" / "yet") == IS_OFF


def test_the_build_context_counts_from_the_folder_of_the_file(repository: Path) -> None:
    """Not from that of the Dockerfile."""
    write(repository / OWN_FILE, 'buildContext = "src"\n')
    (repository / "docker").mkdir()
    assert settings_in(repository / "docker").build_context == str(repository / "src")


# What is wrong with it


def test_a_wrong_setting_is_told_with_the_name_of_the_file(repository: Path) -> None:
    """What is right counts."""
    path = write(repository / OWN_FILE, f'buildcontext = "."\n{OFF}')
    project = Projects().project_of(str(repository))
    assert project.settings == IS_OFF
    assert project.problems == (f"{path}: buildcontext: there is no such setting: did you mean buildContext?",)


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (b"[rules]\nFinalUserRoot off\n", ":2", "Expected '=' after a key"),
        (b"# \xc3\xa9\nx = '\xff'\n", ":2", "not UTF-8 text"),
        (b"\n\na" + b".a" * 120_000 + b" = 1\n", ":3", "a name of more than 50 parts"),
        (b"\n['a'" + b".'a'" * 60_000 + b"]\n", ":2", "a name of more than 50 parts"),
        (b"a = " + b"[" * 200_000, "", "too deeply nested"),
        (b"a = " + b"{a=" * 50_000, "", "too deeply nested"),
        (b"a = " + b"9" * 10_000, "", "Exceeds the limit"),
        (b"#" * (MAX_BYTES + 1), "", "longer than 256 KiB"),
    ],
    ids=["syntax", "not utf-8", "long name", "long quoted name", "lists", "tables", "number", "large"],
)
def test_a_damaged_file_is_told_and_the_defaults_hold(
    repository: Path, content: bytes, place: str, reason: str
) -> None:
    """The problem names file, line and reason, after little work; a file above does not take the place of this one."""
    write(repository.parent / OWN_FILE, OFF)
    path = repository / OWN_FILE
    path.write_bytes(content)
    start = time.process_time()
    project = Projects().project_of(str(repository))
    assert time.process_time() - start < 1
    assert project.settings == DEFAULTS
    (problem,) = project.problems
    assert problem.startswith(f"{path}{place}: {reason}")
    assert problem.endswith("; nothing in this file counts")
    assert len(problem) < 400 + len(str(path))


def test_a_damaged_pyproject_with_our_table_is_told(repository: Path) -> None:
    """Its settings were meant to hold."""
    write(repository / "pyproject.toml", f"{HINT}x y\n")
    (problem,) = Projects().project_of(str(repository)).problems
    assert "pyproject.toml:3: " in problem


def test_many_names_within_the_limit_are_read_in_time(repository: Path) -> None:
    """The parser's time grows with the number of names, times their parts."""
    write(repository / OWN_FILE, "[a" + ".a" * 49 + "]\n" + "".join(f"k{number}=1\n" for number in range(26_000)))
    start = time.process_time()
    assert len(Projects().project_of(str(repository)).problems) == 1
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "text", ["\ufeff" + OFF, OFF.replace("\n", "\r\n"), f"# {'.' * 200}\nbuildContext = ''\n{OFF}"]
)
def test_what_editors_of_windows_and_of_comments_write_is_no_damage(repository: Path, text: str) -> None:
    """A byte order mark, carriage returns, and a comment made of dots."""
    (repository / OWN_FILE).write_bytes(text.encode())
    assert settings_in(repository) == IS_OFF


def test_what_is_not_a_regular_file_is_no_file(repository: Path) -> None:
    """A named pipe is not waited for, a device not read without end, a loop of links not followed."""
    write(repository / OWN_FILE, OFF)
    if hasattr(os, "mkfifo"):
        (repository / "pipe").mkdir()
        os.mkfifo(repository / "pipe" / OWN_FILE)
    for name, target in (("device", "/dev/zero"), ("loop", OWN_FILE), ("nowhere", "nothing"), ("folder", "..")):
        (repository / name).mkdir()
        (repository / name / OWN_FILE).symlink_to(target)
    for folder in repository.iterdir():
        if folder.name != ".git" and folder.is_dir():
            assert settings_in(folder) == IS_OFF, folder


def test_a_link_to_a_file_is_read(repository: Path) -> None:
    """Several projects may share one."""
    write(repository / "shared.toml", OFF)
    (repository / OWN_FILE).symlink_to("shared.toml")
    assert settings_in(repository) == IS_OFF


# Reading again


def test_a_change_of_the_file_is_seen(repository: Path) -> None:
    """One that is written, replaced, removed, or put nearer."""
    projects = Projects()
    (repository / "sub").mkdir()
    assert projects.project_of(str(repository / "sub")).settings == DEFAULTS
    own = write(repository / OWN_FILE, OFF)
    assert projects.project_of(str(repository / "sub")).settings == IS_OFF
    write(own, "dockerfileFeatures = false\n")
    assert projects.project_of(str(repository / "sub")).settings == Settings(dockerfile_features=False)
    write(repository / "sub" / "pyproject.toml", HINT)
    assert projects.project_of(str(repository / "sub")).settings == IS_HINT
    (repository / "sub" / "pyproject.toml").unlink()
    own.unlink()
    assert projects.project_of(str(repository / "sub")).settings == DEFAULTS


def test_a_file_that_did_not_change_gives_the_same_project(repository: Path) -> None:
    """So who asks on every keystroke pays for a look at the disk, not for reading."""
    write(repository / OWN_FILE, OFF)
    (repository / "sub").mkdir()
    projects = Projects()
    first = projects.project_of(str(repository))
    assert projects.project_of(str(repository)) is first
    assert projects.project_of(str(repository / "sub")) is first
