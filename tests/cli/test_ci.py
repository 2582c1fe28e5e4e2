"""The files that run the command elsewhere: the hooks of pre-commit, and the action of GitHub."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from azureml_dockerfile_ls.files import NOT_DOCKERFILES, is_dockerfile_name, is_yaml_name
from tests.cli.command import CLEAN, ERROR, run
from tests.machine import require
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
ENTRIES = re.findall("entry: azureml-dockerfile-ls (.*)", HOOKS)


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_hook_runs_a_command_that_exists(folder: Path, entry: str) -> None:
    """It gets the files as arguments."""
    Path("Dockerfile").write_text(CLEAN)
    assert run(*entry.split(), "Dockerfile").status == 0


def test_there_are_hooks_to_check_and_to_format() -> None:
    """They are the two commands that look at Dockerfiles."""
    assert ENTRIES == ["check", "format"]


@pytest.mark.parametrize("name", ["Dockerfile", "b/Containerfile", "gpu.dockerfile", "Dockerfile-gpu", "a-Dockerfile"])
def test_the_hooks_get_every_dockerfile(name: str) -> None:
    """Whatever form its name has. pre-commit searches for the patterns in the path."""
    assert passed(name) == [True, True]


@pytest.mark.parametrize("ending", sorted(NOT_DOCKERFILES))
def test_the_hooks_get_nothing_that_a_folder_search_leaves_out(ending: str) -> None:
    """A file that is named is checked in any case, so a `Dockerfile.dockerignore` would be full of errors."""
    name = f"Dockerfile.{ending}"
    assert passed(f"a/{name}") == [is_yaml_name(name) or is_dockerfile_name(name), is_dockerfile_name(name)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("env/environment.yml", [True, False]),
        ("Dockerfile.yaml", [True, False]),
        ("make-dockerfile", [False, False]),
        ("Dockerfile~", [False, False]),
        ("Dockerfile/main.rb", [False, False]),
        ("my_dockerfile", [False, False]),
    ],
)
def test_the_first_hook_gets_yaml_too(name: str, expected: list[bool]) -> None:
    """Neither gets anything else."""
    assert passed(name) == expected


def passed(path: str) -> list[bool]:
    """Whether pre-commit passes a path to each hook."""
    patterns = re.findall(r"^  files: \|\n((?: {4}.*\n)+)", HOOKS, re.MULTILINE)
    (others,) = re.findall(r"^  exclude: &others \|\n((?: {4}.*\n)+)", HOOKS, re.MULTILINE)
    assert HOOKS.count("exclude: ") == len(patterns) == len(ENTRIES)
    return [
        re.search(textwrap.dedent(pattern), path) is not None and re.search(textwrap.dedent(others), path) is None
        for pattern in patterns
    ]


def test_the_hook_passes_all_yaml_and_only_that_of_azure_ml_has_findings(folder: Path) -> None:
    """pre-commit knows the kind of a file by its name, so it also passes YAML of other programs, and templates."""
    Path("other.yml").write_text("image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04\n")
    Path("template.yml").write_text("{{ if }}\na: [\n")
    assert run("check", "other.yml", "template.yml") == (0, "no findings in 2 files\n", [])
    schema = "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\n"
    Path("environment.yml").write_text(f"{schema}name: a\n")
    assert "[NoImageOrBuild]" in run("check", "environment.yml").output


@pytest.mark.parametrize(
    ("paths", "arguments", "status", "files"),
    [
        (".", "", 1, ["a b/Dockerfile", "c/Dockerfile"]),
        ("c\n", "", 1, ["c/Dockerfile"]),
        ("a b\n\nc/Dockerfile\n", "--exit-zero\n", 0, ["a b/Dockerfile", "c/Dockerfile"]),
    ],
)
def test_the_action_checks_paths_with_options(
    folder: Path, paths: str, arguments: str, status: int, files: list[str]
) -> None:
    """Paths and options are lines, which may have blanks."""
    require("bash", "sed")
    action = (ROOT / "client-config" / "github-action" / "action.yml").read_text(encoding="utf-8")
    script = textwrap.dedent(action.rpartition("run: |\n")[2])
    for name in ("a b", "c"):
        Path(name).mkdir()
        Path(name, "Dockerfile").write_text(ERROR)
    installed = folder / "temporary" / "azureml-dockerfile-ls" / "bin"
    installed.mkdir(parents=True)
    command = installed / "azureml-dockerfile-ls"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m azureml_dockerfile_ls "$@"\n')
    command.chmod(0o755)
    environment = {**os.environ, "RUNNER_TEMP": str(folder / "temporary"), "PATHS": paths, "ARGUMENTS": arguments}
    process = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        capture_output=True,
        text=True,
        env=environment,
        timeout=PATIENCE,
    )
    assert (process.returncode, process.stderr) == (status, "")
    assert re.findall("^::error file=(.*?),", process.stdout, re.MULTILINE) == files
