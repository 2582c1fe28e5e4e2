"""The settings of a project: the file that they come from, and the problems of a damaged file."""

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
    """Write a file with this text; create its folder if necessary."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def settings_in(folder: Path) -> Settings:
    """The settings for a folder, which have no problem."""
    project = Projects().project_of(str(folder))
    assert project.problems == ()
    return project.settings


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The root of a repository. Folders above it are not searched."""
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    return tmp_path / "repository"


# The settings file


def test_without_a_file_the_defaults_apply(repository: Path) -> None:
    """The project then has no path."""
    project = Projects().project_of(str(repository))
    assert (project.path, project.settings, project.problems) == (None, DEFAULTS, ())


@pytest.mark.parametrize(("name", "text", "expected"), [(OWN_FILE, OFF, IS_OFF), ("pyproject.toml", HINT, IS_HINT)])
def test_the_settings_come_from_either_file(repository: Path, name: str, text: str, expected: Settings) -> None:
    """They apply to its folder, and to the folders below."""
    path = write(repository / name, text)
    (repository / "docker" / "gpu").mkdir(parents=True)
    for folder in (repository, repository / "docker" / "gpu"):
        project = Projects().project_of(str(folder))
        assert (project.path, project.settings, project.problems) == (str(path), expected, ())


@pytest.mark.parametrize(
    ("name", "table"), [(OWN_FILE, "registry"), ("pyproject.toml", "tool.azureml-dockerfile.registry")]
)
def test_neither_file_can_choose_the_registry(repository: Path, name: str, table: str) -> None:
    """The other settings in the file apply."""
    path = write(
        repository / name, f'[{table}]\nenabled = false\nurls = {{"mcr.microsoft.com" = "http://127.0.0.1:9"}}\n'
    )
    project = Projects().project_of(str(repository))
    assert project.settings == Settings(registry_enabled=False)
    assert [str(problem).partition(": can only")[0] for problem in project.problems] == [f"{path}:3: registry.urls"]


def test_our_own_file_has_priority_over_pyproject(repository: Path) -> None:
    """Only one file of a folder applies."""
    write(repository / OWN_FILE, OFF)
    write(repository / "pyproject.toml", HINT + 'dockerfileFeatures = "wrong"\n')
    assert settings_in(repository) == IS_OFF


def test_only_the_nearest_file_applies(repository: Path) -> None:
    """As with other tools, the file in a folder replaces those in the folders above."""
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
        "this is not TOML\n",
    ],
)
def test_a_pyproject_without_our_table_is_skipped(repository: Path, text: str) -> None:
    """Its other contents do not matter, even if they are invalid."""
    write(repository / OWN_FILE, OFF)
    write(repository / "sub" / "pyproject.toml", text)
    assert settings_in(repository / "sub") == IS_OFF


def test_an_empty_table_replaces_the_settings_above(repository: Path) -> None:
    """It gives the defaults."""
    write(repository / OWN_FILE, OFF)
    write(repository / "sub" / "pyproject.toml", "[tool.azureml-dockerfile]\n")
    assert settings_in(repository / "sub") == DEFAULTS


@pytest.mark.parametrize("is_worktree", [False, True])
def test_nothing_above_the_repository_is_read(tmp_path: Path, is_worktree: bool) -> None:
    """The root of a repository has `.git`: a folder, or a file in a worktree. A settings file there applies."""
    write(tmp_path / OWN_FILE, OFF)
    if is_worktree:
        write(tmp_path / "repository" / ".git", "gitdir: elsewhere\n")
    else:
        (tmp_path / "repository" / ".git").mkdir(parents=True)
    assert settings_in(tmp_path / "repository") == DEFAULTS
    write(tmp_path / "repository" / "pyproject.toml", HINT)
    assert settings_in(tmp_path / "repository") == IS_HINT


def test_a_relative_folder_is_below_the_current_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search continues in the folders above the current folder."""
    write(repository / OWN_FILE, OFF)
    (repository / "sub").mkdir()
    monkeypatch.chdir(repository / "sub")
    assert Projects().project_of("").settings == IS_OFF


def test_a_missing_folder_has_the_settings_of_the_folders_above(repository: Path) -> None:
    """A new document may be in a folder that does not exist yet."""
    write(repository / OWN_FILE, OFF)
    assert settings_in(repository / "not" / "yet") == IS_OFF


def test_the_build_context_is_relative_to_the_folder_of_the_file(repository: Path) -> None:
    """The folder of the Dockerfile does not matter."""
    write(repository / OWN_FILE, 'buildContext = "src"\n')
    (repository / "docker").mkdir()
    assert settings_in(repository / "docker").build_context == str(repository / "src")


# Problems


def test_a_problem_names_the_file(repository: Path) -> None:
    """The valid settings apply."""
    path = write(repository / OWN_FILE, f'buildcontext = "."\n{OFF}')
    project = Projects().project_of(str(repository))
    assert project.settings == IS_OFF
    (problem,) = project.problems
    assert str(problem) == f"{path}:1: buildcontext: unknown setting; did you mean buildContext?"


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (b"[rules]\nFinalUserRoot off\n", ":2", "Expected '=' after a key"),
        (b"# \xc3\xa9\nx = '\xff'\n", ":2", "not UTF-8 text"),
        (b"\n\na" + b".a" * 120_000 + b" = 1\n", ":3", "a key with more than 50 parts"),
        (b"\n['a'" + b".'a'" * 60_000 + b"]\n", ":2", "a key with more than 50 parts"),
        (b"a = " + b"[" * 200_000, "", "too deeply nested"),
        (b"a = " + b"{a=" * 50_000, "", "too deeply nested"),
        (b"a = " + b"9" * 10_000, "", "Exceeds the limit"),
        (b"#" * (MAX_BYTES + 1), "", "longer than 256 KiB"),
    ],
    ids=["syntax", "not utf-8", "long name", "long quoted name", "lists", "tables", "number", "large"],
)
def test_a_damaged_file_is_a_problem_and_the_defaults_apply(
    repository: Path, content: bytes, place: str, reason: str
) -> None:
    """The problem has the path, the line and the reason, after a short time; a file above is not used instead."""
    write(repository.parent / OWN_FILE, OFF)
    path = repository / OWN_FILE
    path.write_bytes(content)
    start = time.process_time()
    project = Projects().project_of(str(repository))
    assert time.process_time() - start < 5
    assert project.settings == DEFAULTS
    (problem,) = map(str, project.problems)
    assert problem.startswith(f"{path}{place}: {reason}")
    assert problem.endswith("; this file is ignored")
    assert len(problem) < 400 + len(str(path))


def test_a_damaged_pyproject_with_our_table_is_a_problem(repository: Path) -> None:
    """Its settings are lost, so it is not skipped."""
    write(repository / "pyproject.toml", f"{HINT}x y\n")
    (problem,) = map(str, Projects().project_of(str(repository)).problems)
    assert "pyproject.toml:3: " in problem


@pytest.mark.slow
def test_many_names_are_read_in_a_short_time(repository: Path) -> None:
    """The parser takes time for each name, times the number of its parts."""
    write(repository / OWN_FILE, "[a" + ".a" * 49 + "]\n" + "".join(f"k{number}=1\n" for number in range(26_000)))
    start = time.process_time()
    assert len(Projects().project_of(str(repository)).problems) == 1
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "text", ["\ufeff" + OFF, OFF.replace("\n", "\r\n"), f"# {'.' * 200}\nbuildContext = ''\n{OFF}"]
)
def test_byte_order_marks_carriage_returns_and_dots_are_valid(repository: Path, text: str) -> None:
    """Editors on Windows write the first two; a comment can consist of dots."""
    (repository / OWN_FILE).write_bytes(text.encode())
    assert settings_in(repository) == IS_OFF


def test_only_a_regular_file_is_a_settings_file(repository: Path) -> None:
    """A named pipe does not block, a device is not read, and a loop of links is not followed."""
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
    """Several projects can share a file."""
    write(repository / "shared.toml", OFF)
    (repository / OWN_FILE).symlink_to("shared.toml")
    assert settings_in(repository) == IS_OFF


# Files that extend others, and settings for some files


def test_a_file_extends_another_one(repository: Path) -> None:
    """The settings of the other one apply where the file sets nothing; the build context starts from its folder."""
    write(repository / "team" / "base.toml", f'{OFF}UntaggedImage = "error"\n')
    write(repository / "sub" / OWN_FILE, 'extend = "../team/base.toml"\nrules.UntaggedImage = "hint"\n')
    assert settings_in(repository / "sub") == Settings(rules={"FinalUserRoot": None, "UntaggedImage": Severity.HINT})


def test_a_change_of_an_extended_file_is_noticed(repository: Path) -> None:
    """The file that extends it stays the same."""
    base = write(repository / "base.toml", OFF)
    write(repository / OWN_FILE, 'extend = "base.toml"\n')
    projects = Projects()
    assert projects.project_of(str(repository)).settings == IS_OFF
    write(base, "[rules]\nFinalUserRoot = 'hint'\n# changed\n")
    assert projects.project_of(str(repository)).settings == IS_HINT


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ('"nowhere.toml"', "there is no file"),
        ('"/etc/hosts"', "expected a relative path"),
        ('"../outside.toml"', "expected a path in this repository"),
        (f'"{OWN_FILE}"', "this file extends itself"),
        ("1", "expected the path of a settings file"),
    ],
)
def test_a_file_that_cannot_be_extended_is_a_problem(repository: Path, value: str, reason: str) -> None:
    """The other settings apply."""
    write(repository.parent / "outside.toml", OFF)
    path = write(repository / OWN_FILE, f"extend = {value}\n{OFF}")
    project = Projects().project_of(str(repository))
    (problem,) = map(str, project.problems)
    assert problem.startswith(f"{path}:1: extend: {reason}")
    assert project.settings == IS_OFF


def test_without_a_repository_a_file_above_cannot_be_extended(tmp_path: Path) -> None:
    """The message says why, because in a repository the same line is fine."""
    write(tmp_path / "base.toml", OFF)
    path = write(tmp_path / "sub" / OWN_FILE, 'extend = "../base.toml"\n')
    reason = "expected a path below the folder of this file, because it is in no Git repository"
    assert [str(each) for each in Projects().project_of(str(path.parent)).problems] == [f"{path}:1: extend: {reason}"]


def test_overrides_are_for_some_of_the_files(repository: Path) -> None:
    """Their patterns are those of .gitignore, relative to the settings file; the last one that matches wins."""
    write(
        repository / OWN_FILE,
        f'{OFF}[[overrides]]\npaths = ["gpu/", "*.test"]\nrules.FinalUserRoot = "hint"\n'
        '[[overrides]]\npaths = ["/gpu/last/**"]\nrules.FinalUserRoot = "error"\n',
    )
    project = Projects().project_of(str(repository / "gpu"))
    assert project.problems == ()
    severities = [
        project.settings_for(str(repository / name)).rules["FinalUserRoot"]
        for name in ("Dockerfile", "gpu/a/Dockerfile", "Dockerfile.test", "gpu/last/Dockerfile")
    ]
    assert severities == [None, Severity.HINT, Severity.HINT, Severity.ERROR]


@pytest.mark.parametrize(
    ("table", "line", "text"),
    [
        ('paths = ["a"]\nrules.FinalUserRot = "off"', 3, "overrides[0].rules.FinalUserRot: unknown rule"),
        ('rules.FinalUserRoot = "off"', 1, "overrides[0]: expected paths, a list of patterns"),
        ('paths = "a"', 2, "overrides[0]: expected paths, a list of patterns"),
    ],
)
def test_a_wrong_override_is_a_problem_at_its_place(repository: Path, table: str, line: int, text: str) -> None:
    """It has the line of the key, or of its table."""
    path = write(repository / OWN_FILE, f"[[overrides]]\n{table}\n")
    (problem,) = map(str, Projects().project_of(str(repository)).problems)
    assert problem.startswith(f"{path}:{line}: {text}")


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("azureml-dockerfile.toml", OFF, 1),
        (".azureml-dockerfile-ls.toml", OFF, 1),
        ("pyproject.toml", '[project]\nname = "x"\n[tool.azureml-dockerfile-ls.rules]\nFinalUserRoot = "off"\n', 3),
        ("pyproject.toml", "[tool.azureml_dockerfile]\ndockerfileFeatures = false\n", 1),
    ],
)
def test_a_name_that_is_nearly_ours_is_a_problem(repository: Path, name: str, text: str, line: int) -> None:
    """What is in it does not apply, and the settings above do."""
    write(repository / OWN_FILE, HINT.replace("tool.azureml-dockerfile.", ""))
    path = write(repository / "sub" / name, text)
    project = Projects().project_of(str(repository / "sub"))
    (problem,) = map(str, project.problems)
    assert problem.startswith(f"{path}:{line}: ")
    assert "is not read; rename it to" in problem
    assert project.settings == IS_HINT


# Changes


def test_a_change_of_the_file_is_noticed(repository: Path) -> None:
    """The file can be written, replaced, or removed, and a nearer one added."""
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


def test_an_unchanged_file_is_not_read_again(repository: Path) -> None:
    """It gives the same project, so a keystroke costs a look at the disk, but no parsing."""
    write(repository / OWN_FILE, OFF)
    (repository / "sub").mkdir()
    projects = Projects()
    first = projects.project_of(str(repository))
    assert projects.project_of(str(repository)) is first
    assert projects.project_of(str(repository / "sub")) is first
