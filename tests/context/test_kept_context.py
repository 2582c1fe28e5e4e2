"""A reading of a build context is kept while what it looked up stays the same, and no longer."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.kept_context import KeptContext

SECONDS_UNTIL_SETTLED = 2.1


def look(context: KeptContext) -> None:
    """Look up what rules look up."""
    context.kind_of("requirements.txt")
    context.read("requirements.txt")
    context.kind_of("src/missing.py")
    context.kind_of("no/such/folder")
    context.read("link.txt")
    context.entries("src")


def nothing(folder: Path) -> None:
    """Change nothing."""


def write_beside(folder: Path) -> None:
    """Change a file that nobody looked up, in a folder that was looked into."""
    (folder / "other.txt").write_text("changed")


def write_below(folder: Path) -> None:
    """Add a file in a folder that nobody looked into."""
    (folder / "data" / "new.csv").write_text("1")


def write(folder: Path) -> None:
    """Write a file in place."""
    (folder / "requirements.txt").write_text("numpy\n")


def write_with_the_old_time(folder: Path) -> None:
    """Write a file of the same size, and set its time back."""
    times = os.stat(folder / "requirements.txt")
    (folder / "requirements.txt").write_text("pandaz\n")
    os.utime(folder / "requirements.txt", ns=(times.st_atime_ns, times.st_mtime_ns))


def add(folder: Path) -> None:
    """Add a file that was missing."""
    (folder / "src" / "missing.py").write_text("")


def add_folders(folder: Path) -> None:
    """Add folders that were missing."""
    (folder / "no" / "such" / "folder").mkdir(parents=True)


def remove(folder: Path) -> None:
    """Remove a file."""
    (folder / "requirements.txt").unlink()


def replace(folder: Path) -> None:
    """Put another file in the place of one."""
    (folder / "other.txt").replace(folder / "requirements.txt")


def grow(folder: Path) -> None:
    """Write to a file of a folder that was listed."""
    (folder / "src" / "main.py").write_text("import os\n")


def retarget(folder: Path) -> None:
    """Let a link lead elsewhere."""
    (folder / "link.txt").unlink()
    (folder / "link.txt").symlink_to("requirements.txt")


def write_the_target(folder: Path) -> None:
    """Write to the file that a link leads to."""
    (folder / "target.txt").write_text("changed")


def exclude(folder: Path) -> None:
    """Add a `.dockerignore`."""
    (folder / ".dockerignore").write_text("*.txt\n")


KEPT = (nothing, write_beside, write_below)
RENEWED = (
    *(write, write_with_the_old_time, add, add_folders, remove, replace, grow, retarget, write_the_target, exclude),
)


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, KeptContext]]:
    """A folder and a reading of it for each change, after so long that a change shows in the times of files."""
    folders = {change.__name__: tmp_path_factory.mktemp(change.__name__) for change in KEPT + RENEWED}
    for folder in folders.values():
        (folder / "src").mkdir()
        (folder / "data").mkdir()
        (folder / "src" / "main.py").write_text("")
        (folder / "requirements.txt").write_text("pandas\n")
        (folder / "other.txt").write_text("other")
        (folder / "target.txt").write_text("target")
        (folder / "link.txt").symlink_to("target.txt")
    time.sleep(SECONDS_UNTIL_SETTLED)
    found = {name: (folder, KeptContext(str(folder))) for name, folder in folders.items()}
    for _, context in found.values():
        look(context)
    return found


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the files have links")
@pytest.mark.parametrize("change", KEPT + RENEWED, ids=lambda change: change.__name__)
def test_a_reading_holds_until_what_it_looked_up_changes(
    change: Callable[[Path], None], readings: dict[str, tuple[Path, KeptContext]]
) -> None:
    """A change of anything else does not make a reading outdated."""
    folder, context = readings[change.__name__]
    assert context.holds(KeptContext(str(folder)))
    change(folder)
    assert context.holds(KeptContext(str(folder))) is (change in KEPT)


def test_a_file_that_changed_just_now_is_read_again(tmp_path: Path) -> None:
    """Two changes in a row can leave the same times, so a reading right after a change is not kept."""
    (tmp_path / "requirements.txt").write_text("pandas\n")
    context = KeptContext(str(tmp_path))
    context.read("requirements.txt")
    assert not context.holds(KeptContext(str(tmp_path)))


@pytest.mark.slow
def test_open_files_count_as_the_editor_has_them(readings: dict[str, tuple[Path, KeptContext]]) -> None:
    """The text of another open file makes a new reading; that of the Dockerfile itself is edited all the time.

    So its size is not told: it would be that of an earlier text.
    """
    folder, _ = readings["nothing"]
    root = os.path.realpath(folder)

    def reading(**texts: str) -> KeptContext:
        return KeptContext(root, "Dockerfile", {os.path.join(root, f"{name}"): text for name, text in texts.items()})

    context = reading(Dockerfile="FROM a", script="x = 1")
    context.read("script")
    sizes = {entry.name: entry.size for entry in context.entries("") or ()}
    assert (sizes["Dockerfile"], sizes["script"]) == (None, 5)
    assert context.holds(reading(Dockerfile="FROM another", script="x = 1"))
    assert not context.holds(reading(Dockerfile="FROM a", script="x = 2"))
    assert not context.holds(reading(Dockerfile="FROM a"))
