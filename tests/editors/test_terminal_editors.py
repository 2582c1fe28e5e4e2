"""The job in short, in a real Emacs, Vim and Helix, with the very files that their users copy."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import annotated
from tests.editors.emacs import Emacs, EmacsLspMode
from tests.editors.helix import Helix
from tests.editors.terminal import processes, wait_until_left
from tests.editors.vim import Vim
from tests.manifest.test_recognition import OTHERS

Editor = Emacs | Vim | Helix
Open = Callable[..., Editor]

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"
INSTALL = "RUN apt-get update && apt-get install -y --no-install-recommends libgl1 && rm -rf /var/lib/apt/lists/*\n"


@pytest.fixture(params=[Emacs, EmacsLspMode, Vim, Helix])
def open_dockerfile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """A function that opens a Dockerfile in one of the editors, with these settings of the server."""
    opened = []

    def start(dockerfile: Path, **settings: object) -> Editor:
        home = tmp_path_factory.mktemp("home")
        opened.append((home, request.param(home, dockerfile, {"registry": {"enabled": False}, **settings})))
        return opened[-1][1]

    yield start
    for home, editor in opened:
        editor.close()
        wait_until_left(home)


@pytest.fixture
def dockerfile(tmp_path: Path) -> Path:
    """A Dockerfile with two mistakes: the image has no tag, and `apt-get` does not run as root."""
    path = tmp_path / "Dockerfile"
    path.write_text(f"FROM {IMAGE}\n{INSTALL}", encoding="utf-8")
    return path


def on_disk(path: Path) -> str | None:
    """The text of a file; None while an editor replaces it by another one."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def test_two_mistakes_are_seen_and_repaired_by_completion_and_by_a_quick_fix(
    open_dockerfile: Open, dockerfile: Path
) -> None:
    """Both mistakes are marked at their words; a tag from the menu and a code action leave no mark, on disk too."""
    editor = open_dockerfile(dockerfile)
    editor.wait_until_underlined(IMAGE, "apt-get")

    editor.append(0, ":")
    editor.complete("latest")
    editor.wait_until_underlined("apt-get")

    editor.go_to(1, 4)
    editor.code_action("Switch to root for this RUN, and back to dockeruser")
    editor.wait_until_underlined()

    editor.go_to(0, 40)
    editor.hover()
    editor.wait_until_shown("Python: 3.12")

    editor.save()
    expected = f"FROM {IMAGE}:latest\nUSER root\n{INSTALL}USER dockeruser\n"
    editor.wait_for("the file on disk", lambda screen: on_disk(dockerfile) == expected)


@pytest.mark.parametrize("typed", ["minimal-py312-inf", IMAGE.removesuffix("erence")])
def test_a_part_of_a_name_becomes_the_whole_image(open_dockerfile: Open, dockerfile: Path, typed: str) -> None:
    """Completion replaces what was typed, with or without the registry, by the image with its registry and a tag."""
    dockerfile.write_text("FROM\n", encoding="utf-8")
    editor = open_dockerfile(dockerfile)
    editor.wait_until_underlined("FROM")
    editor.append(0, f" {typed}")
    editor.complete("minimal-py312-inference")
    # Eglot drops the edit of an item if the next key comes before its answer to completionItem/resolve.
    editor.wait_until_shown(f"{IMAGE}:latest")
    editor.save()
    editor.wait_for("the file on disk", lambda screen: on_disk(dockerfile) == f"FROM {IMAGE}:latest\n")


def test_a_file_is_completed_below_its_folder(open_dockerfile: Open, dockerfile: Path) -> None:
    """What COPY can take from a folder of the build context is offered behind the folder's slash."""
    (dockerfile.parent / "code").mkdir()
    (dockerfile.parent / "code" / "score.py").touch()
    head = f"FROM {IMAGE}:latest\n"
    dockerfile.write_text(f"{head}COPY\n", encoding="utf-8")
    editor = open_dockerfile(dockerfile)
    editor.wait_until_underlined("COPY")
    editor.append(1, " code/sc")
    editor.complete("score.py")
    editor.save()
    expected = f"{head}COPY code/score.py\n"
    editor.wait_for("the file on disk", lambda screen: on_disk(dockerfile) == expected)


def test_the_settings_of_the_editor_hold(open_dockerfile: Open, dockerfile: Path) -> None:
    """A rule that the editor's settings switch off marks nothing; the others still do."""
    editor = open_dockerfile(dockerfile, rules={"UntaggedImage": "off"})
    editor.wait_until_underlined("apt-get")


def test_a_containerfile_with_windows_line_ends_is_completed_behind_letters_of_all_sizes(
    open_dockerfile: Open, tmp_path: Path
) -> None:
    """A file of a rarer name is checked too, an entry goes where it belongs, and the line ends stay."""
    containerfile = tmp_path / "gpu.containerfile"
    containerfile.write_bytes(f"FROM {IMAGE}\r\nENV\r\n".encode())
    editor = open_dockerfile(containerfile)
    editor.wait_until_underlined(IMAGE, "ENV")
    letters = "é" if isinstance(editor, EmacsLspMode) else "é😀"  # lsp-mode counts an emoji as one letter, not as two.
    editor.append(1, f" A={letters} AZUREML_ENTRY_SC")
    editor.complete("AZUREML_ENTRY_SCRIPT")
    editor.wait_until_shown("AZUREML_ENTRY_SCRIPT=")
    editor.wait_until_underlined(IMAGE)
    editor.save()
    expected = f"FROM {IMAGE}\r\nENV A={letters} AZUREML_ENTRY_SCRIPT=\r\n".encode()
    editor.wait_for("the file on disk", lambda screen: containerfile.read_bytes() == expected)


def write_below_install(editor: Editor, text: str) -> None:
    """Write a text in a new line at the end of the file with the two mistakes."""
    editor.wait_until_underlined(IMAGE, "apt-get")
    editor.append(1, "")
    editor.keys("Enter")
    editor.type(text)


@pytest.mark.parametrize("open_dockerfile", [Vim], indirect=True)
def test_vim_offers_no_block_of_several_lines(open_dockerfile: Open, dockerfile: Path) -> None:
    """Its menu would put the lines on one."""
    editor = open_dockerfile(dockerfile)
    write_below_install(editor, "apt")
    editor.keys("C-x", "C-o")
    editor.wait_until_shown("Pattern not found")


@pytest.mark.parametrize("open_dockerfile", [Helix], indirect=True)
def test_helix_offers_no_folder_of_this_machine_for_one_of_the_image(open_dockerfile: Open, dockerfile: Path) -> None:
    """Where COPY goes to is completed by the server alone."""
    editor = open_dockerfile(dockerfile)
    write_below_install(editor, "COPY code /va")
    screen = editor.wait_until_shown(" /var/azureml-app/azureml-models ")
    assert " folder " not in screen, screen


def test_the_yaml_of_an_environment_is_repaired(open_dockerfile: Open, tmp_path: Path) -> None:
    """A requirement that pip refuses is marked, and a code action leaves no mark."""
    text = "name: training\ndependencies:\n  - python=3.12\n  - pip:\n      - numpy=1.26\n"
    path = tmp_path / "conda.yml"
    path.write_text(text, encoding="utf-8")
    editor = open_dockerfile(path)
    editor.wait_until_underlined("numpy=1.26")
    editor.go_to(4, 10)
    editor.code_action("Change to ==")
    editor.wait_until_underlined()
    editor.save()
    expected = text.replace("numpy=", "numpy==")
    editor.wait_for("the file on disk", lambda screen: path.read_text(encoding="utf-8") == expected)


@pytest.mark.parametrize("open_dockerfile", [Emacs, EmacsLspMode, Vim], indirect=True)
def test_no_server_is_started_for_other_yaml(open_dockerfile: Open, tmp_path: Path) -> None:
    """Only Helix cannot tell it from Azure ML's."""
    path = tmp_path / "kubernetes.yml"
    path.write_text(annotated.dockerfile(OTHERS["kubernetes"]), encoding="utf-8")
    editor = open_dockerfile(path)
    editor.wait_until_shown("apiVersion")
    # A server would be there by now.
    time.sleep(3)
    assert not any("azureml-dockerfile-ls" in command for command in processes(editor.folder).values())
