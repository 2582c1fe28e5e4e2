"""The classes of lsprotocol that are finished at their first use equal those that lsprotocol makes itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from azureml_dockerfile_ls.lsp.late_classes import COMPARED
from tests.machine import last_line, run

ROOT = Path(__file__).parents[2]

CLASSES = 554
NAMES = 150
"""At least so many are constants and types, such as `HoverResult`."""
USED_BY_THE_CONVERTER = 10


def seen(*arguments: str, packages: Path | None = None) -> tuple[int, list[str]]:
    """How many classes an import left unfinished, and all that is seen of each, and of the module's other names.

    `packages` replace installed ones.
    """
    paths = [str(path) for path in (packages, os.environ.get("PYTHONPATH")) if path]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", "tests.lsp.protocol_classes", *arguments]
    output = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    first, *classes = output.splitlines()
    return int(first.split()[0]), classes


def assert_the_same(packages: Path | None = None) -> None:
    """Compare both ways to import, name by name."""
    (none, normal), (late, as_late) = seen(packages=packages), seen("late", packages=packages)
    assert none == 0
    assert late > CLASSES - USED_BY_THE_CONVERTER
    names = [line for line in normal if line.partition(" ")[2].startswith("= ")]
    assert len(normal) - len(names) == CLASSES
    assert len(names) > NAMES
    for line, other in zip(normal, as_late, strict=True):
        assert line == other


@pytest.mark.slow
def test_each_class_is_the_same_whenever_it_is_finished() -> None:
    """Fields, text, equality, hash, copies, errors, and the way to JSON and back do not depend on the import."""
    assert_the_same()


def test_the_server_finishes_few_classes_before_its_first_answer() -> None:
    """The installed versions are among those that are compared, so the server imports the classes late.

    When this fails with a new version and the test above does not, add the version to `COMPARED`.
    """
    script = (
        "from azureml_dockerfile_ls.lsp.late_classes import import_late; import_late();"
        "from azureml_dockerfile_ls.lsp.language_server import Server; Server();"
        "from lsprotocol import types;"
        "print(sum(type(vars(cls).get('__attrs_attrs__')).__name__ == '_Late' for cls in vars(types).values()"
        "          if isinstance(cls, type)))"
    )
    unfinished = int(subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True).stdout)
    assert unfinished > CLASSES - 30


@pytest.mark.slow
def test_other_versions_are_imported_as_they_are() -> None:
    """With a version that nobody compared, lsprotocol is imported in its own way."""
    script = (
        "from azureml_dockerfile_ls.lsp.late_classes import import_late; import_late({'attrs': ('1.0',)});"
        "import sys; assert 'lsprotocol.types' not in sys.modules;"
        "import attrs; from lsprotocol import types;"
        "assert type(types.Position.__attrs_attrs__).__name__ == 'PositionAttributes'"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.slow
def test_classes_finish_once_when_threads_use_them_together() -> None:
    """Threads that use the same classes at the same time all get finished ones."""
    script = """
import sys, threading
from azureml_dockerfile_ls.lsp.late_classes import import_late
import_late()
import attrs
from lsprotocol import types
sys.setswitchinterval(1e-6)
classes = [cls for cls in vars(types).values() if isinstance(cls, type) and "__attrs_attrs__" in vars(cls)]
failed, together = [], threading.Barrier(8)

def use():
    together.wait()
    for cls in classes:
        try:
            if any(isinstance(field.type, str) for field in attrs.fields(cls)):
                failed.append(cls)
            if len(attrs.fields(types.Range)) != 2 or types.Range(types.Position(1, 2), types.Position(3, 4)) is None:
                failed.append(cls)
        except Exception as error:
            failed.append(error)

threads = [threading.Thread(target=use) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failed, failed
"""
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("version", COMPARED["attrs"])
def test_each_class_is_the_same_with_each_version_of_attrs(version: str, tmp_path: Path) -> None:
    """All versions of attrs with which the server imports the classes late make the same classes."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", tmp_path, f"attrs=={version}"]
    installed = run(*pip)
    if installed.returncode:
        pytest.skip(f"pip cannot download attrs: {last_line(installed)}")
    assert_the_same(tmp_path)
