"""How hadolint is found and run. What is broken here is a small program in its place."""

from __future__ import annotations

import os
import sysconfig
import threading
from pathlib import Path

import pytest

from azureml_dockerfile_ls import hadolint
from azureml_dockerfile_ls.hadolint import (
    SWITCH,
    Hadolint,
    HadolintError,
    configuration_of,
    installed_programs,
    program_for,
    project_folders,
)
from tests.hadolint import real_program
from tests.waiting import PATIENCE

SUDO = "FROM a:1\nRUN sudo id\n"


def write_program(folder: Path, script: str) -> Path:
    """Make a program `hadolint` that runs a script of the shell."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "hadolint"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """Folders on the `PATH`, the first of which has no hadolint."""
    folders = [tmp_path / "empty", tmp_path / "a", tmp_path / "b"]
    folders[0].mkdir()
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))
    return folders


def found(tmp_path: Path) -> list[str]:
    """The programs that are found below a folder, relative to it."""
    return [
        Path(program).relative_to(tmp_path).as_posix()
        for program in installed_programs()
        if Path(program).is_relative_to(tmp_path)
    ]


def test_the_path_is_searched_in_its_order(path: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not executable is no program, and a relative folder is not searched: it could be a project's."""
    write_program(path[2], "")
    assert found(tmp_path) == ["b/hadolint"]
    write_program(path[1], "").chmod(0o644)
    assert found(tmp_path) == ["b/hadolint"]
    (path[1] / "hadolint").chmod(0o755)
    assert found(tmp_path) == ["a/hadolint", "b/hadolint"]

    monkeypatch.chdir(path[1])
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", "../b"]))
    assert found(tmp_path) == []


def test_the_switch(path: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment variable switches hadolint off."""
    write_program(path[1], "")
    monkeypatch.setenv(SWITCH, "off")
    assert installed_programs() == ()


def test_no_program_of_the_project_is_run(path: list[Path], tmp_path: Path) -> None:
    """Neither in its folder nor in its repository, nor by a link; the one of the running Python is trusted."""
    inside = write_program(tmp_path / "project" / "bin", "")
    (tmp_path / "project" / ".git").mkdir()
    path[1].mkdir()
    (path[1] / "hadolint").symlink_to(inside)
    outside = write_program(path[2], "")
    projects = project_folders(str(tmp_path / "project" / "docker" / "Dockerfile"))
    programs = [str(inside), str(path[1] / "hadolint"), str(outside)]

    assert program_for(programs, projects) == str(outside)
    assert program_for(programs[:2], projects) is None
    assert program_for(programs, project_folders("/Dockerfile")) == str(inside)
    own = os.path.join(sysconfig.get_path("scripts"), "hadolint")
    assert program_for([own], [sysconfig.get_path("scripts")]) == own


def test_the_configuration_is_the_nearest_of_the_repository(tmp_path: Path) -> None:
    """From the folder of the Dockerfile up to the root; without a repository only its folder counts."""
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    dockerfile = str(folder / "Dockerfile")
    (tmp_path / ".hadolint.yaml").touch()
    assert configuration_of(None) is None
    assert configuration_of(dockerfile) is None

    (tmp_path / "a" / ".git").mkdir()
    assert configuration_of(dockerfile) is None
    (tmp_path / "a" / ".hadolint.yml").touch()
    assert configuration_of(dockerfile) == str(tmp_path / "a" / ".hadolint.yml")
    (folder / ".hadolint.yaml").touch()
    assert configuration_of(dockerfile) == str(folder / ".hadolint.yaml")


def test_one_process_checks_many_texts() -> None:
    """The messages of each text are the same as if it were checked alone."""
    program = str(real_program())
    texts = [SUDO, "", "FROM scratch\n", f"{SUDO}USER 1\n", "FORM x\n"]

    together = Hadolint(program).check_all(texts)

    assert together == [Hadolint(program).check(text) for text in texts]
    assert [[message.code for message in messages] for messages in together] == [
        ["DL3004"],
        [],
        [],
        ["DL3004"],
        ["DL1000"],
    ]


def test_a_configuration_is_used(tmp_path: Path) -> None:
    """And what is wrong with it is known."""
    configuration = tmp_path / "own.yaml"
    configuration.write_text("ignored: [DL3004]\n")
    assert Hadolint(str(real_program()), str(configuration)).check(SUDO) == []

    configuration.write_text("ignored: [\n")
    run = Hadolint(str(real_program()), str(configuration))
    assert [message.code for message in run.check(SUDO)] == ["DL3004"]
    assert run.complaint is not None
    assert str(configuration) in run.complaint


@pytest.mark.parametrize(
    "script",
    [
        "exit 3",
        "echo no JSON",
        "echo '[{}]'",
        "echo 5",
        'echo \'[{"code": "DL3004", "level": 1, "message": "", "line": "x", "file": "-"}]\'',
        "kill -9 $$",
        "cat >/dev/null; yes",
    ],
)
def test_a_broken_program_is_an_error(tmp_path: Path, script: str) -> None:
    """Whatever it prints, however much, and however it ends."""
    program = write_program(tmp_path, script)
    with pytest.raises(HadolintError):
        Hadolint(str(program)).check("x" * 1_000_000)


def test_what_is_no_program_is_an_error(tmp_path: Path) -> None:
    """A file of another system, or one that has gone."""
    program = write_program(tmp_path, "")
    program.write_bytes(b"\0\1\2")
    with pytest.raises(HadolintError):
        Hadolint(str(program)).check(SUDO)
    program.unlink()
    with pytest.raises(HadolintError):
        Hadolint(str(program)).check(SUDO)


def test_a_slow_program_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the deadline, with all that it has started."""
    monkeypatch.setattr(hadolint, "_SECONDS", 0.5)
    os.mkfifo(tmp_path / "held")
    program = write_program(tmp_path, f"exec 3>{tmp_path}/held; sleep 1000 | sleep 1000")
    ended = threading.Thread(target=(tmp_path / "held").read_bytes)
    ended.start()

    with pytest.raises(HadolintError, match="in time"):
        Hadolint(str(program)).check(SUDO)

    # The pipe ends with the last process that holds it.
    ended.join(PATIENCE)
    assert not ended.is_alive()


def test_a_run_can_be_cancelled(tmp_path: Path) -> None:
    """While it is going on, and before it begins."""
    os.mkfifo(tmp_path / "started")
    program = write_program(tmp_path, f"echo >{tmp_path}/started; sleep 1000")
    run = Hadolint(str(program))
    errors: list[HadolintError] = []

    def check() -> None:
        try:
            run.check(SUDO)
        except HadolintError as error:
            errors.append(error)

    thread = threading.Thread(target=check)
    thread.start()
    (tmp_path / "started").read_text()
    run.cancel()
    thread.join()
    assert len(errors) == 1

    with pytest.raises(HadolintError):
        run.check(SUDO)
