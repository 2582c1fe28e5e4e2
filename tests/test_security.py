"""The promises of SECURITY.md."""

from __future__ import annotations

import ast
import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import azureml_dockerfile_ls
from tests.cli.command import COMMAND
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "server" / "SECURITY.md"
PACKAGE = ROOT / "server" / "azureml_dockerfile_ls"

FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "ctypes", "code", "pty", "runpy", "subprocess"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "os.startfile"}


def test_every_test_of_a_promise_exists() -> None:
    """The page names tests by path and name."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE.read_text())
    assert len(named) > 30
    for path, name in named:
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.MULTILINE), f"{path}::{name}"
    promises = re.findall(r"^- (?:.+\n(?:  .+\n)*)", PAGE.read_text(), re.MULTILINE)
    assert all("`tests/" in promise for promise in promises)


def test_the_page_is_linked() -> None:
    """From the README and the page for developers."""
    assert "(server/SECURITY.md)" in (ROOT / "README.md").read_text()
    assert "(SECURITY.md)" in (ROOT / "server" / "ARCHITECTURE.md").read_text()


@pytest.mark.slow
def test_the_package_cannot_execute_text() -> None:
    """It neither imports nor calls what runs code or loads objects from data; one module starts hadolint."""
    for path in PACKAGE.rglob("*.py"):
        allowed = {"subprocess"} if "hadolint" in path.as_posix() else set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules = {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules = {(node.module or "").partition(".")[0]}
            else:
                modules = set()
            assert not (modules & FORBIDDEN_MODULES) - allowed, path
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in FORBIDDEN_CALLS, path
                assert not any(keyword.arg == "shell" for keyword in node.keywords), path


WATCH = """
import sys
started = []
def watch(event, arguments):
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn", "socket.connect"):
        started.append((event, repr(arguments)))
sys.addaudithook(watch)
from azureml_dockerfile_ls.__main__ import main
main(["check", "--fix", "--unsafe-fixes", "."])
main(["format", "."])
print("STARTED", started)
"""


def hostile_project(folder: Path) -> Path:
    """A project in which everything that could be run leaves a file; gives the path of that file."""
    mark = folder / "executed"
    touch = f"touch {mark}"
    code = f"from pathlib import Path\nPath({str(mark)!r}).touch()\ndef init():\n    pass\ndef run(data):\n    pass\n"
    names = ["score", "requests", "packaging", "pathspec", "tomllib", "tomli", "argparse", "conftest", "sitecustomize"]
    for name in (*names, "lsprotocol", "pygls", "platformdirs", "dockerfile_parse", "setup", "glob", "difflib"):
        (folder / f"{name}.py").write_text(code)
    for program in ("docker", "git", "python", "hadolint", "sh", "node", "docker-credential-x"):
        (folder / program).write_text(f"#!/bin/sh\n{touch}\n")
        (folder / program).chmod(0o755)
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text(f"[core]\n\tfsmonitor = {touch}\n\tpager = {touch}\n")
    (folder / "Dockerfile").write_text(
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\nARG A=$(" + touch + ")\n"
        f"RUN $({touch}) && apt-get update && apt-get install curl\nRUN <<EOF python\n{code}EOF\n"
        "COPY . /var/azureml-app/\nENV AZUREML_ENTRY_SCRIPT=score.py\nONBUILD RUN " + touch + "\n"
    )
    (folder / "environment.yml").write_text(
        "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\n"
        f"name: !!python/object/apply:os.system ['{touch}']\nbuild:\n  path: .\n"
    )
    (folder / ".azureml-dockerfile.toml").write_text("extend = '$(" + touch + ")'\nbuildContext = '.'\n")
    return mark


def test_a_check_executes_nothing(tmp_path: Path) -> None:
    """Neither does it start a process or connect to anything, as the audit events of Python show."""
    mark = hostile_project(tmp_path)
    command = [sys.executable, "-c", f"import sys; sys.path[:] = {json.dumps([p for p in sys.path if p])}\n{WATCH}"]
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, env=environment)
    assert done.stdout.splitlines()[-1] == "STARTED []", done.stderr
    assert "AptGetWithoutYes" in done.stdout
    assert not mark.exists()


@pytest.mark.slow
def test_no_module_of_a_project_is_imported(tmp_path: Path) -> None:
    """`python -m` puts the current folder first, where an editor starts the server in the folder of the project."""
    mark = hostile_project(tmp_path)
    for arguments in (["check", "--format", "json", "."], ["format", "--diff", "."], ["images", "--refresh"]):
        subprocess.run(
            [
                *COMMAND,
                *arguments,
                *(["--registry", "mcr.microsoft.com=http://127.0.0.1:1"] if "images" in arguments else []),
            ],
            cwd=tmp_path,
            capture_output=True,
            timeout=PATIENCE,
        )
        assert not mark.exists(), arguments


def _expressions() -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """The compiled regular expressions of the package with their names, and whether any text is searched with them."""
    source = "".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    for module in pkgutil.walk_packages(azureml_dockerfile_ls.__path__, "azureml_dockerfile_ls."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        own = Path(str(loaded.__file__)).read_text()
        for name, value in vars(loaded).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                scans = rf"\b{name}\.(?:search|finditer|findall|split|subn?)\("
                searches = re.search(scans, own if name.startswith("_") else source)
                yield f"{module.name}.{name}", value, searches is not None


UNITS = [
    "a",
    "A1",
    " ",
    "\t",
    "\n",
    "_",
    "-",
    ".",
    "/",
    "$",
    '"',
    "'",
    "\\",
    "`",
    "a ",
    "a=",
    "${",
    "$(",
    "[",
    "<",
    "#a",
    "\\\n",
]


@pytest.mark.slow
def test_regular_expressions_are_not_quadratic() -> None:
    """A repeated text that does not match takes time in proportion to its length."""

    def seconds(look: Callable[[str], object], text: str) -> float:
        start = time.process_time()
        look(text)
        return time.process_time() - start

    slow = []
    for name, expression, searches in _expressions():
        look = expression.search if searches else expression.match
        for unit in UNITS:
            text = unit * (2_000 // len(unit)) + "\x00"
            if seconds(look, text) > 0.02 and min(seconds(look, text) for _ in range(3)) > 0.02:
                slow.append((name, unit))
    assert slow == []
