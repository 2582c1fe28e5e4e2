"""The build context: what is there, what is sent to the build, and what an editor has open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.build_context import MAX_FILE_BYTES, BuildContext
from azureml_dockerfile_ls.context.entries import Entry, EntryKind
from tests.annotated import context_of

NEEDS_LINKS = pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")


def names(context: BuildContext, folder: str) -> list[str] | None:
    """The names in a folder; those of folders end with a slash."""
    entries = context.entries(folder)
    if entries is None:
        return None
    return [f"{entry.name}/" if entry.kind is EntryKind.FOLDER else entry.name for entry in entries]


def test_files_and_folders(tmp_path: Path) -> None:
    """Paths are relative to the root, and the root itself is the empty path."""
    context = context_of(tmp_path, {"code/score.py": "x = 1\n", "empty/": ""})

    assert context.kind_of("code/score.py") is EntryKind.FILE
    assert context.kind_of("code") is context.kind_of("empty") is context.kind_of("") is EntryKind.FOLDER
    assert context.kind_of("code/main.py") is context.kind_of("code/score.py/a") is EntryKind.MISSING
    assert context.read("code/score.py") == "x = 1\n"
    assert context.read("code") is context.read("code/main.py") is None
    assert Path(context.absolute("code/score.py")) == Path(os.path.realpath(tmp_path)) / "code" / "score.py"
    assert context.absolute("") == os.path.realpath(tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        "/code/score.py",
        "./code/score.py",
        "code//score.py",
        "code/./score.py",
        "../code/score.py",
        "x/../code/score.py",
    ],
)
def test_paths_as_docker_takes_them(tmp_path: Path, path: str) -> None:
    """Paths are normalised, and `..` cannot leave the context."""
    assert context_of(tmp_path, {"code/score.py": "a"}).read(path) == "a"


def test_entries(tmp_path: Path) -> None:
    """Entries are sorted by name, and files have their size in bytes."""
    context = context_of(tmp_path, {"b.py": "é\n", "a/x": "", ".env": "", "C": ""})

    assert names(context, "") == [".env", "C", "a/", "b.py"]
    assert context.entries("")[-1] == Entry("b.py", EntryKind.FILE, 3)  # type: ignore[index]
    assert context.entries("a") == (Entry("x", EntryKind.FILE, 0),)
    assert context.entries("b.py") is context.entries("no") is None


def test_one_reading(tmp_path: Path) -> None:
    """A context does not change; a new context sees the changes."""
    context = context_of(tmp_path, {"a": "1"})
    before = (context.read("a"), context.kind_of("b"), names(context, ""))

    (tmp_path / "a").write_text("2")
    (tmp_path / "b").write_text("")

    assert (context.read("a"), context.kind_of("b"), names(context, "")) == before == ("1", EntryKind.MISSING, ["a"])
    assert BuildContext(str(tmp_path)).read("a") == "2"


def test_letter_case(tmp_path: Path) -> None:
    """`Score.py` and `score.py` are different files, as for Docker, whatever the disk considers."""
    context = context_of(tmp_path, {"code/score.py": "", "a/x": "", "1": ""})

    assert context.kind_of("code/Score.py") is context.kind_of("Code/score.py") is EntryKind.MISSING
    os.link(tmp_path / "a" / "x", tmp_path / "a" / "X")
    assert BuildContext(str(tmp_path)).kind_of("a/X") is BuildContext(str(tmp_path)).kind_of("1") is EntryKind.FILE


class TestDockerignore:
    """Files that `.dockerignore` excludes."""

    def test_left_out(self, tmp_path: Path) -> None:
        """An excluded file is neither read nor listed."""
        context = context_of(tmp_path, {".dockerignore": "*.md\ndata\n", "a.md": "x", "data/x": "", "b": ""})

        assert context.kind_of("a.md") is context.kind_of("data/x") is context.kind_of("data") is EntryKind.IGNORED
        assert context.kind_of("c.md") is EntryKind.MISSING
        assert context.read("a.md") is context.entries("data") is None
        assert names(context, "") == [".dockerignore", "b"]

    def test_exceptions_keep_their_folders(self, tmp_path: Path) -> None:
        """A folder is sent if anything in it is sent."""
        files = {
            ".dockerignore": "*\n!code/src/score.py\n!lib/none\n",
            "code/src/score.py": "",
            "code/a": "",
            "lib/a": "",
        }
        context = context_of(tmp_path, files)

        assert context.kind_of("code") is context.kind_of("code/src") is EntryKind.FOLDER
        assert context.kind_of("lib") is context.kind_of("code/a") is EntryKind.IGNORED
        assert names(context, "") == ["code/"]
        assert names(context, "code") == ["src/"]

    def test_the_dockerfiles_own(self, tmp_path: Path) -> None:
        """`NAME.dockerignore` beside the Dockerfile takes precedence over `.dockerignore`."""
        files = {".dockerignore": "a", "gpu.Dockerfile.dockerignore": "b", "docker/D.dockerignore": "c"}
        context_of(tmp_path, {**files, "a": "", "b": "", "c": ""})

        def left_out(dockerfile: str) -> list[str]:
            context = BuildContext(str(tmp_path), dockerfile)
            return [name for name in "abc" if context.kind_of(name) is EntryKind.IGNORED]

        assert left_out("Dockerfile") == left_out("../D") == ["a"]
        assert left_out("gpu.Dockerfile") == ["b"]
        assert left_out("docker/D") == ["c"]

    def test_one_that_is_open(self, tmp_path: Path) -> None:
        """The text in the editor applies."""
        context_of(tmp_path, {".dockerignore": "a", "a": "", "b": ""})
        context = BuildContext(str(tmp_path), open_files={str(tmp_path / ".dockerignore"): "b"})

        assert (context.kind_of("a"), context.kind_of("b")) == (EntryKind.FILE, EntryKind.IGNORED)

    @pytest.mark.parametrize("content", [b"\xff\xfe", b"[", b"!", b"a\n" * 2000])
    def test_one_that_cannot_be_read(self, tmp_path: Path, content: bytes) -> None:
        """With an unreadable `.dockerignore` every path is unknown."""
        context_of(tmp_path, {"a": ""})
        (tmp_path / ".dockerignore").write_bytes(content)
        context = BuildContext(str(tmp_path))

        assert context.kind_of("a") is context.kind_of("b") is EntryKind.UNKNOWN
        assert context.read("a") is context.entries("") is None


class TestOpenFiles:
    """Files that are open in an editor take precedence over the disk."""

    def test_text_and_size(self, tmp_path: Path) -> None:
        """The text in the editor is read, and a file that was never saved exists, with its folders."""
        context_of(tmp_path, {"code/score.py": "old"})
        files = {str(tmp_path / "code" / "score.py"): "é", str(tmp_path / "new" / "deep" / "main.py"): ""}
        context = BuildContext(str(tmp_path), open_files=files)

        assert context.read("code/score.py") == "é"
        assert context.read("new/deep/main.py") == ""
        assert context.entries("code") == (Entry("score.py", EntryKind.FILE, 2),)
        assert names(context, "") == ["code/", "new/"]
        assert names(context, "new") == ["deep/"]
        assert names(context, "new/deep") == ["main.py"]

    def test_others_do_not_count(self, tmp_path: Path) -> None:
        """A file outside the context is not in it, even if its path starts with the same characters."""
        context_of(tmp_path / "root", {"a": "disk"})
        beside = {str(tmp_path / "a"): "x", f"{tmp_path / 'root'}2{os.sep}a": "y"}
        context = BuildContext(str(tmp_path / "root"), open_files=beside)

        assert (context.read("a"), names(context, "")) == ("disk", ["a"])

    @NEEDS_LINKS
    def test_a_root_that_is_a_link(self, tmp_path: Path) -> None:
        """An open file is found by the path that the user opened and by its path on the disk."""
        context_of(tmp_path / "real", {"a": "disk"})
        (tmp_path / "link").symlink_to("real")
        for folder in ("real", "link"):
            context = BuildContext(str(tmp_path / "link"), open_files={str(tmp_path / folder / "a"): "open"})
            assert context.read("a") == "open"

    def test_a_text_that_is_too_large(self, tmp_path: Path) -> None:
        """The size limit of files also applies to open ones."""
        context = BuildContext(str(tmp_path), open_files={str(tmp_path / "a"): "x" * (MAX_FILE_BYTES + 1)})

        assert (context.kind_of("a"), context.read("a")) == (EntryKind.FILE, None)


@NEEDS_LINKS
class TestLinks:
    """Links inside the context are followed."""

    def test_inside(self, tmp_path: Path) -> None:
        """Links can lead to a file, to a folder, upwards, and through other links."""
        context = context_of(tmp_path, {"code/score.py": "x", "other/deep/": ""})
        (tmp_path / "src").symlink_to("code")
        (tmp_path / "other" / "deep" / "s.py").symlink_to("../../src/./score.py")

        assert context.read("src/score.py") == context.read("other/deep/s.py") == "x"
        assert context.kind_of("src") is EntryKind.FOLDER
        assert context.kind_of("src/main.py") is EntryKind.MISSING
        assert context.is_link("src/score.py")
        assert not context.is_link("code/score.py")
        assert context.entries("")[-1] == Entry("src", EntryKind.FOLDER, None, True)  # type: ignore[index]
        assert context.entries("other/deep") == (Entry("s.py", EntryKind.FILE, 1, True),)

    def test_to_nothing(self, tmp_path: Path) -> None:
        """A link without a target is missing."""
        context = context_of(tmp_path, {"a": ""})
        (tmp_path / "link").symlink_to("gone")

        assert context.kind_of("link") is EntryKind.MISSING

    def test_to_what_is_left_out(self, tmp_path: Path) -> None:
        """A link to an excluded file is excluded, because the build gets the link without its target."""
        context = context_of(tmp_path, {".dockerignore": "data", "data/x": ""})
        (tmp_path / "link").symlink_to("data/x")

        assert context.kind_of("link") is EntryKind.IGNORED


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbfa", "a"),
        ("é\r\n".encode(), "é\r\n"),
        (b"a\xff", None),
        (b"a\x00b", "a\x00b"),
        (b"x" * MAX_FILE_BYTES, "x" * MAX_FILE_BYTES),
        (b"x" * (MAX_FILE_BYTES + 1), None),
    ],
)
def test_texts(tmp_path: Path, content: bytes, text: str | None) -> None:
    """A file is read as UTF-8, up to 1 MiB, without a byte order mark."""
    (tmp_path / "a").write_bytes(content)

    assert BuildContext(str(tmp_path)).read("a") == text


def test_a_context_that_is_not_there(tmp_path: Path) -> None:
    """A context that does not exist, or is a file, is unknown rather than empty."""
    (tmp_path / "file").write_text("")
    for root in ("none", "file"):
        context = BuildContext(str(tmp_path / root))
        assert context.kind_of("") is context.kind_of("a") is EntryKind.UNKNOWN
        assert context.entries("") is context.read("a") is None


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """A context manager in which root runs as another user, who can read `folder` only."""
    if os.geteuid() != 0:
        yield
        return
    for above in (folder, *folder.parents):
        above.chmod(above.stat().st_mode | 0o111)
    folder.chmod(0o755)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_without_permission(tmp_path: Path) -> None:
    """An entry without read permission is unknown rather than missing."""
    context = context_of(tmp_path, {"closed/a": ""})
    (tmp_path / "closed").chmod(0)
    try:
        with as_nobody(tmp_path):
            assert context.kind_of("closed") is EntryKind.FOLDER
            assert context.kind_of("closed/a") is EntryKind.UNKNOWN
            assert context.entries("closed") is None
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_walk(tmp_path: Path) -> None:
    """The nearest entries come first, and None at the end means that there are more."""
    context = context_of(tmp_path, {"a/b/c": "", "a/z": "", "y": ""})

    assert [item and item[0] for item in context.walk("", 10)] == ["a", "y", "a/b", "a/z", "a/b/c"]
    assert [item and item[0] for item in context.walk("a", 2)] == ["a/b", "a/z", None]
    assert list(context.walk("none", 10)) == [None]
