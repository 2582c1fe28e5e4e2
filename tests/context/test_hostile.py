"""A hostile build context: nothing outside of it is read, nothing hangs, nothing crashes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from azureml_dockerfile_ls.azureml.entry_script import read_script
from azureml_dockerfile_ls.context.build_context import MAX_ENTRIES, BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.file_memory import FileMemory
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import context_of
from tests.waiting import PATIENCE

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links, FIFOs and devices of POSIX systems")

INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
SCRIPT = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"


@contextmanager
def promptly() -> Iterator[None]:
    """A context manager: its body takes a few seconds of the processor at most and waits for nothing."""

    def end(*_: object) -> None:
        # Not an OSError, which what is inside might take for one of the disk.
        pytest.fail("it waits for something")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        start = time.process_time()
        yield
        assert time.process_time() - start < 5
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def look_everywhere(context: BuildContext, path: str) -> EntryKind:
    """Make every query about a path."""
    kind = context.kind_of(path)
    context.entries(path)
    context.read(path)
    list(context.walk(path, 100))
    text = f"{INFERENCE}COPY {json.dumps([path or '.', '/var/azureml-app/'])}\nENV AZUREML_ENTRY_SCRIPT=score.py\n"
    assert analyse(text, context=context).findings is not None
    return kind


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the context `tmp_path / "root"` with a file that must not be read."""
    (tmp_path / "root").mkdir()
    (tmp_path / "outside" / "deep").mkdir(parents=True)
    (tmp_path / "outside" / "score.py").write_text("SECRET = 1\n")
    (tmp_path / "outside" / "deep" / "a").write_text("")
    return tmp_path / "outside"


LINKS_OUT = {
    "a file by an absolute path": ("score.py", "{outside}/score.py", "score.py"),
    "a file by a relative path": ("score.py", "../outside/score.py", "score.py"),
    "a folder": ("code", "../outside", "code/score.py"),
    "the root of the system": ("code", "/", "code/etc/passwd"),
    "up and back in": ("code", "../root", "code"),
    "deep": ("a/b/code", "../../../outside", "a/b/code/score.py"),
    "up through a folder": ("code", "a/../../outside", "code/score.py"),
}


@pytest.mark.parametrize("name", LINKS_OUT)
def test_links_that_lead_out(outside: Path, name: str) -> None:
    """A link that leads out of the context is unknown, and so is everything behind it."""
    link, target, path = LINKS_OUT[name]
    root = outside.parent / "root"
    (root / "a").mkdir()
    (root / link).parent.mkdir(parents=True, exist_ok=True)
    (root / link).symlink_to(target.format(outside=outside))
    context = BuildContext(str(root))

    with promptly():
        assert look_everywhere(context, path) is EntryKind.UNKNOWN
    assert context.read(path) is context.entries(path) is None


def test_a_dockerignore_that_leads_out(outside: Path) -> None:
    """A `.dockerignore` that is a link to the outside is not read, and every path is unknown."""
    (outside.parent / "root" / ".dockerignore").symlink_to("../outside/score.py")

    assert look_everywhere(BuildContext(str(outside.parent / "root")), "a") is EntryKind.UNKNOWN


WATCH = """
import json, os, sys
seen = []
def watch(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and arguments:
        seen.append(arguments[0])
sys.path[:0] = json.loads(sys.argv[3])
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.snapshot import analyse
from pathlib import Path
text = Path(sys.argv[2]).read_text()
start = "FROM mcr.microsoft.com/azureml/minimal-py312-inference"
analyse(start, context=BuildContext(os.path.dirname(sys.argv[2]))).findings
sys.addaudithook(watch)
context = BuildContext(sys.argv[1])
found = [finding.rule.name for finding in analyse(text, context=context).findings]
list(context.walk("", 1000))
for path in ("link/score.py", "../../outside/score.py", "etc/passwd", "file.py", "loop/a"):
    context.kind_of(path), context.entries(path), context.read(path)
names = [os.fsdecode(place) for place in seen if isinstance(place, (str, bytes))]
print(json.dumps([found, names]))
"""


def test_nothing_outside_is_opened(outside: Path) -> None:
    """No file or folder outside the context is opened or listed, as the audit events of Python show."""
    root = outside.parent / "root"
    context_of(root, {"code/score.py": SCRIPT, "code/util.py": ""})
    (root / "link").symlink_to("../outside")
    (root / "file.py").symlink_to(outside / "score.py")
    (root / "loop").symlink_to("loop")
    dockerfile = outside.parent / "Dockerfile"
    dockerfile.write_text(
        f"{INFERENCE}COPY ../../outside /var/azureml-app/\nCOPY ../../etc/passwd /var/azureml-app/\n"
        "COPY link file.py /var/azureml-app/\nCOPY * /opt/\nENV AZUREML_ENTRY_SCRIPT=../../etc/passwd\n"
    )

    command = [sys.executable, "-c", textwrap.dedent(WATCH), str(root), str(dockerfile), json.dumps(sys.path)]
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    findings, opened = json.loads(output)

    assert "MissingEntryScript" not in findings
    # Names without a slash are opened below a folder that is open already.
    outer = [name for name in opened if "/" in name and not f"{name}/".startswith(f"{os.path.realpath(root)}/")]
    assert [name for name in outer if not name.endswith((".py", ".pyc")) or "outside" in name] == []
    assert any(name == os.path.realpath(root) for name in opened)


def test_a_path_that_goes_up(outside: Path) -> None:
    """`COPY ../../etc/passwd` means `etc/passwd` of the context."""
    root = outside.parent / "root"
    context = context_of(root, {"etc/passwd": "of the context"})

    assert context.read("../../etc/passwd") == "of the context"
    assert context.kind_of("../outside/score.py") is EntryKind.MISSING


@pytest.mark.parametrize("target", ["loop", "./loop", "other", "a/../loop", "loop/loop/loop", "other/x"])
def test_loops(tmp_path: Path, target: str) -> None:
    """A loop of links is unknown."""
    (tmp_path / "a").mkdir()
    (tmp_path / "loop").symlink_to(target)
    (tmp_path / "other").symlink_to("loop")
    (tmp_path / "a" / "up").symlink_to("..")
    context = BuildContext(str(tmp_path))

    with promptly():
        assert look_everywhere(context, "loop/score.py") is EntryKind.UNKNOWN
        look_everywhere(context, "/".join(["a/up"] * 30))
        look_everywhere(context, "/".join(["a/up"] * 3000))


def test_links_that_multiply(tmp_path: Path) -> None:
    """Links whose targets multiply are abandoned."""
    (tmp_path / "f").mkdir()
    (tmp_path / "l0").symlink_to("f")
    for number in range(1, 30):
        (tmp_path / f"l{number}").symlink_to("/".join([f"l{number - 1}/.."] * 10) + f"/l{number - 1}")

    with promptly():
        assert look_everywhere(BuildContext(str(tmp_path)), "l29") is EntryKind.UNKNOWN


def test_what_is_no_file(tmp_path: Path) -> None:
    """FIFOs, sockets and devices are never opened."""
    os.mkfifo(tmp_path / "score.py")
    os.mkfifo(tmp_path / ".dockerignore.fifo")
    (tmp_path / "zero").symlink_to("/dev/zero")
    listener = socket.socket(socket.AF_UNIX)
    before = os.getcwd()
    os.chdir(tmp_path)  # the path of a socket must be short
    try:
        listener.bind("socket")
    finally:
        os.chdir(before)
        listener.close()
    context = BuildContext(str(tmp_path))

    with promptly():
        assert {look_everywhere(context, name) for name in ("score.py", "zero", "socket")} == {EntryKind.UNKNOWN}
        assert look_everywhere(context, "") is EntryKind.FOLDER


def test_a_fifo_for_dockerignore(tmp_path: Path) -> None:
    """A FIFO in place of `.dockerignore` does not block."""
    os.mkfifo(tmp_path / ".dockerignore")

    with promptly():
        assert look_everywhere(BuildContext(str(tmp_path)), "a") is EntryKind.UNKNOWN


def test_a_file_of_two_gigabytes(tmp_path: Path) -> None:
    """A huge file exists with its size, and is not read."""
    with (tmp_path / "score.py").open("wb") as file:
        file.truncate(2 * 1024**3)
    context = BuildContext(str(tmp_path))

    with promptly():
        assert look_everywhere(context, "score.py") is EntryKind.FILE
        assert context.read("score.py") is None
        [entry] = context.entries("") or ()
    assert entry.size == 2 * 1024**3


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A context whose folder `many` contains three times as many names as the limit."""
    root = tmp_path_factory.mktemp("crowd")
    (root / "many").mkdir()
    descriptor = os.open(root / "many", os.O_RDONLY)
    try:
        os.close(os.open("0.py", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
        for number in range(1, 3 * MAX_ENTRIES):
            os.link("0.py", f"{number}.py", src_dir_fd=descriptor, dst_dir_fd=descriptor)
    finally:
        os.close(descriptor)
    return root


@pytest.mark.slow
def test_a_folder_with_more_names_than_are_listed(crowd: Path) -> None:
    """A folder above the limit is not listed, but a file in it is found by its name."""
    context = BuildContext(str(crowd))

    with promptly():
        assert look_everywhere(context, "many") is EntryKind.FOLDER
        assert context.entries("many") is None
        assert context.kind_of("many/score.py") is EntryKind.MISSING
    for text in ("COPY many /var/azureml-app\n", "COPY many/*.py /var/azureml-app/\n", "COPY . /var/azureml-app\n"):
        with promptly():
            assert analyse(f"{INFERENCE}{text}", context=BuildContext(str(crowd))).findings is not None


@pytest.mark.slow
def test_a_folder_with_as_many_names_as_are_listed(tmp_path: Path) -> None:
    """A listing is complete or absent."""
    (tmp_path / "0").touch()
    for number in range(1, MAX_ENTRIES):
        os.symlink("0", f"{tmp_path}/{number}")
    with promptly():
        assert len(BuildContext(str(tmp_path)).entries("") or ()) == MAX_ENTRIES
    os.symlink("0", tmp_path / "one-more")
    assert BuildContext(str(tmp_path)).entries("") is None


@pytest.mark.slow
@pytest.mark.parametrize("patterns", ["*a*a*a*a*a*a*a*a*b\n", "**/a*b*c*d?e\n" * 300, "*\n!**/*x*y*z\n", "*a*" * 1000])
def test_hostile_patterns(tmp_path: Path, patterns: str) -> None:
    """Many names against many stars end in time, and names without a verdict are unknown."""
    for number in range(2000):
        (tmp_path / ("a" * 200 + str(number))).touch()
    (tmp_path / ".dockerignore").write_text(patterns)
    context = BuildContext(str(tmp_path))

    with promptly():
        look_everywhere(context, "")


@pytest.mark.parametrize(
    "name", ["new\nline", "\x1b[31mred", "\ud800", "a\x00b", "x" * 300, "/".join("x" * 5000), "-rf", "*", "…", "\u202e"]
)
def test_names(tmp_path: Path, name: str) -> None:
    """Names with special characters are found or unknown."""
    context = context_of(tmp_path, {"a": ""})

    with promptly():
        assert look_everywhere(context, name) in (EntryKind.MISSING, EntryKind.UNKNOWN)


def test_names_on_the_disk(tmp_path: Path) -> None:
    """A name that is not valid Unicode is not listed; all other names are."""
    (tmp_path / "new\nline").touch()
    (tmp_path / "\x1b[0m").touch()
    with (tmp_path / "a").open("w"):
        os.link(tmp_path / "a", os.path.join(os.fsencode(tmp_path), b"\xff"))

    assert [entry.name for entry in BuildContext(str(tmp_path)).entries("") or ()] == ["\x1b[0m", "a", "new\nline"]


NESTED = {
    "brackets": "(" * 10_000 + ")" * 10_000,
    "open brackets": "x = " + "[" * 10_000,
    "minus signs": "x = " + "-" * 50_000 + "1",
    "nots": "x = " + "not " * 16_000 + "1",
    "attributes": "x = a" + ".b" * 32_000,
    "attributes in lines": "x = (a" + "\n.b" * 21_000 + ")",
    "sums": "x = a" + " + a" * 16_000,
    "sums in lines": "x = (a" + "\n+ a" * 16_000 + ")",
    "products in lines": "x = (a" + "\n@ a" * 16_000 + ")",
    "calls": "x = a" + "()" * 32_000,
    "items": "x = a" + "[0]" * 21_000,
    "conditions": "x = " + "a if b else " * 5_000 + "c",
    "lambdas": "x = " + "lambda:" * 9_000 + "1",
    "powers": "x = a" + "**a" * 21_000,
    "branches": "if a:\n pass\n" + "elif a:\n pass\n" * 4_000,
    "blocks": "".join(" " * depth + "if a:\n" for depth in range(300)) + " " * 300 + "pass",
    "format strings": "x = " + 'f"{' * 1000 + "1" + '}"' * 1000,
    "a sum in a format string": 'x = f"{a' + "+a" * 32_000 + '}"',
    "statements": "a;" * 30_000,
    "names": "a = " * 15_000 + "1",
    "strings": "x = " + '"a" ' * 16_000,
    "format strings in a row": "x = " + 'f"{a}" ' * 9_000,
    "decorators": "@a\n" * 21_000 + "def f(): pass",
    "NUL": "def init():\n    pass\x00\n",
    "a coding cookie": "# -*- coding: nothing -*-\nx = 1\n",
    "many statements": "x = 1\n" * 10_000,
    "a mebibyte": "x = 1\n" * 170_000,
    "surrogates": "x = '\ud800'\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NESTED)
def test_scripts_that_are_nested_deeply(tmp_path: Path, name: str) -> None:
    """Deeply nested scripts neither overflow the stack nor take long."""
    text = f"{NESTED[name]}\n{SCRIPT}"
    path = str(tmp_path / "code" / "score.py")
    context = BuildContext(str(tmp_path), open_files={path: text})

    with promptly():
        assert read_script(text).problems in (None, ())
    with promptly():
        look_everywhere(context, "code")


def test_nested_scripts_in_a_thread_with_a_small_stack() -> None:
    """Half a mebibyte of stack is enough, which is the size on some systems."""
    code = (
        "import sys, threading, json\n"
        "sys.path[:0] = json.loads(sys.argv[1])\n"
        "from azureml_dockerfile_ls.azureml.entry_script import read_script\n"
        "threading.stack_size(512 * 1024)\n"
        "texts = [b + e * n + c for n in (500, 2500, 9000, 50_000) for b, e, c in\n"
        "    [('x=a', '.b', ''), ('x=a', '+a', ''), ('x=a', '()', ''), ('x=(a', '\\n@a', ')'), ('x=a', '[0]', '')]]\n"
        "thread = threading.Thread(target=lambda: [read_script(text).problems for text in texts])\n"
        "thread.start(); thread.join(); print('alive')\n"
    )
    output = subprocess.run(
        [sys.executable, "-c", code, json.dumps(sys.path)], capture_output=True, text=True, timeout=60
    )

    assert output.stdout == "alive\n", output.stderr


@pytest.mark.slow
def test_hundreds_of_dense_scripts(tmp_path: Path) -> None:
    """The work of finding the entry script is bounded, and a second reading of the context does not repeat it."""
    dense = "x=1\n" * 16_000
    for number in range(300):
        file = tmp_path / "code" / f"s{number}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{SCRIPT}{dense}")
        os.utime(file, (1_000_000_000, 1_000_000_000))
    text = f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=missing.py\n"
    files = FileMemory()

    def seconds_to_check() -> float:
        start = time.process_time()
        assert analyse(text, context=BuildContext(str(tmp_path), files=files)).findings
        return time.process_time() - start

    assert seconds_to_check() < 10
    assert seconds_to_check() < 1
