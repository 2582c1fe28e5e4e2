"""The whole job in a real Neovim: from an empty file to a finished Dockerfile, and every mistake repaired there.

Every Neovim on the PATH does it: the oldest and the newest are far apart.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editors.neovim import Neovim, version
from tests.images.real_registry import Image, fill, require_programs, running_registry, without_proxies
from tests.waiting import wait_until

BASE = "mcr.microsoft.com/azureml"

FINISHED = f"""\
FROM {BASE}/minimal-py312-inference:latest
USER root
RUN apt-get update && \\
    apt-get install -y --no-install-recommends libgl1 && \\
    rm -rf /var/lib/apt/lists/*
USER dockeruser
COPY requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir -r /tmp/requirements.txt
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py
COPY model /var/azureml-app/azureml-models
ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models
"""

# The repair of a container that runs as root goes back after the last RUN: any of them may need root.
PIP = "COPY requirements.txt /tmp/requirements.txt\nRUN pip install --no-cache-dir -r /tmp/requirements.txt\n"
REPAIRED = FINISHED.replace(f"USER dockeruser\n{PIP}", f"{PIP}USER dockeruser\n")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A build context without its Dockerfile: requirements, code with an entry script, a model."""
    (tmp_path / "requirements.txt").write_text("numpy\n")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "score.py").write_text("def init():\n    pass\n\n\ndef run(data):\n    return data\n")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.onnx").write_bytes(b"")
    return tmp_path


def open_dockerfile(neovim: Neovim, project: Path, text: str = "") -> Path:
    """Write `project`/Dockerfile and open it in the editor."""
    dockerfile = project / "Dockerfile"
    dockerfile.write_text(text, encoding="utf-8")
    neovim.open(dockerfile)
    return dockerfile


def assert_clean(neovim: Neovim) -> None:
    """The editor shows no finding for the text as it is now."""
    assert neovim.findings() == [], neovim.state().screen()


def repair(neovim: Neovim, rule: str, text: str, title: str) -> None:
    """See `rule` as the only finding, under the word `text`; take the code action `title` there; see no finding."""
    # An error on the line that was typed last comes after a moment.
    found = neovim.wait_for("the finding", lambda state: state if state.up_to_date and state.findings else None)
    findings = found.findings
    assert [(finding.rule, finding.text) for finding in findings] == [(rule, text)], neovim.state().screen()
    neovim.put_cursor(findings[0].line, findings[0].column)
    neovim.code_action(title)
    assert_clean(neovim)


def write(neovim: Neovim, dockerfile: Path) -> str:
    """Save the file and read it back from disk."""
    neovim.keys(":write<CR>")
    neovim.wait_for("the file to be written", lambda state: not state.modified)
    return dockerfile.read_text(encoding="utf-8")


def test_from_an_empty_file_to_a_clean_dockerfile_and_back_after_five_mistakes(neovim: Neovim, project: Path) -> None:
    """Image and tag come from the menu, the blocks from code actions; five mistakes are seen and repaired in place."""
    dockerfile = open_dockerfile(neovim, project)

    neovim.keys("iFROM ")
    neovim.complete()
    neovim.pick("minimal-py312-inference")
    # Neovim 0.10 and newer select the tag.
    neovim.keys("<Esc>A<BS><BS><BS><BS><BS><BS>")
    assert neovim.complete()[0] == "latest"
    neovim.pick("latest")
    neovim.keys("<Esc>")
    assert neovim.state().lines == [f"FROM {BASE}/minimal-py312-inference:latest"]

    for block in ("apt packages", "pip install -r requirements.txt", "code and entry script", "model"):
        neovim.keys("Go<Esc>")
        neovim.code_action(f"Insert {block}")
    assert_clean(neovim)
    assert write(neovim, dockerfile) == FINISHED

    neovim.keys("gg/^USER root<CR>dd")
    repair(neovim, "PackageInstallWithoutRoot", "apt-get", "root")

    neovim.keys("G?^USER dockeruser<CR>dd")
    repair(neovim, "FinalUserRoot", "root", "dockeruser")

    neovim.keys("gg$T/cf:pytorch-1.6-ubuntu18.04-py37-cpu-inference:<Esc>")
    retired = f"{BASE}/pytorch-1.6-ubuntu18.04-py37-cpu-inference"
    repair(neovim, "RetiredImage", retired, "minimal-py312-inference")

    neovim.keys("gg/^ENV AZUREML_ENTRY_SCRIPT<CR>dd")
    repair(neovim, "MissingEntryScript", "/var/azureml-app", "AZUREML_ENTRY_SCRIPT")

    neovim.keys("gg/ -r <CR>lr–")
    repair(neovim, "TypographicCharacter", "–", "-")

    assert write(neovim, dockerfile) == REPAIRED


def test_hovering_an_image_shows_its_facts(neovim: Neovim, project: Path) -> None:
    """`K` on an image shows its operating system and its Python."""
    open_dockerfile(neovim, project, f"FROM {BASE}/minimal-ubuntu22.04-py39-cpu-inference:latest\n")
    neovim.keys("gg$T/")
    shown = neovim.hover()
    assert "minimal-ubuntu22.04-py39-cpu-inference" in shown
    assert "Operating system: Ubuntu 22.04" in shown
    assert "Python: 3.9" in shown


def test_completing_a_part_of_an_image_name_in_the_middle_of_a_line(neovim: Neovim, project: Path) -> None:
    """Completion after a part of a name, with or without its registry, replaces that part and nothing else."""
    open_dockerfile(neovim, project, f"FROM {BASE}/minimal-py AS serve\nFROM minimal-py AS train\n")
    for stage in ("serve", "train"):
        neovim.keys(f"<Esc>gg/ AS {stage}<CR>i")
        labels = neovim.complete()
        assert not any("openmpi" in label for label in labels)
        neovim.pick(next(label for label in labels if label.endswith("minimal-py312-inference")))
    image = f"{BASE}/minimal-py312-inference:latest"
    assert neovim.state().lines == [f"FROM {image} AS serve", f"FROM {image} AS train"]


def test_a_file_with_windows_line_ends_is_repaired_and_completed_behind_an_emoji(neovim: Neovim, project: Path) -> None:
    """A finding, its repair and an entry of the menu are at their letters, and the line ends stay."""
    install = "apt-get update && apt-get install -y --no-install-recommends libgl1 && rm -rf /var/lib/apt/lists/*"
    dockerfile = project / "Dockerfile"
    head = f"FROM {BASE}/minimal-py312-inference:latest\r\n"
    dockerfile.write_bytes(f"{head}RUN echo 😀é && {install}\r\n".encode())
    neovim.open(dockerfile)
    repair(neovim, "PackageInstallWithoutRoot", "apt-get", "root")

    neovim.keys("GoENV A=😀 AZUREML_ENT")
    neovim.complete()
    neovim.pick("AZUREML_ENTRY_SCRIPT")
    neovim.keys("score.py<Esc>")
    write(neovim, dockerfile)
    repaired = f"USER root\r\nRUN echo 😀é && {install}\r\nUSER dockeruser\r\n"
    assert dockerfile.read_bytes().decode() == f"{head}{repaired}ENV A=😀 AZUREML_ENTRY_SCRIPT=score.py\r\n"


def test_a_dockerfile_is_known_by_its_usual_names(neovim: Neovim, project: Path) -> None:
    """Files of these names are checked."""
    for name in ("Dockerfile.gpu", "gpu.dockerfile", "Containerfile", "gpu.containerfile"):
        (project / name).write_text(f"FROM {BASE}/minimal-py312-inference\n")
        neovim.open(project / name)
        assert [finding.rule for finding in neovim.findings()] == ["UntaggedImage"], name


def test_what_is_written_to_the_entry_script_is_seen_at_once(neovim: Neovim, project: Path) -> None:
    """Who takes `run` out of the script in another window sees the finding in the Dockerfile, without touching that."""
    open_dockerfile(neovim, project, FINISHED)
    assert_clean(neovim)
    neovim.keys(f":split {project}/code/score.py<CR>")
    neovim.keys("/^def run<CR>dG:write<CR>:close<CR>")
    neovim.wait_for("the finding", lambda state: [found.rule for found in state.findings] == ["InvalidEntryScript"])


def test_hints_show_what_a_tag_stands_for(neovim: Neovim, project: Path) -> None:
    """Where Neovim has hints, from 0.10 on, they are shown without being asked for."""
    has_hints = version(neovim.program) >= (0, 10)
    open_dockerfile(neovim, project, f"FROM {BASE}/minimal-py312-inference:latest\n")
    neovim.wait_for(
        "the hints", lambda state: any(label.startswith("newest known: 20") for label in state.hints) == has_hints
    )


def test_a_variable_is_found_and_renamed(neovim: Neovim, project: Path) -> None:
    """The cursor jumps to the definition; a rename changes every place, and a name that is taken changes none."""
    text = "FROM ubuntu AS base\nENV NAME=x\nFROM base\nRUN echo ${NAME} $OTHER\n"
    open_dockerfile(neovim, project, text)
    neovim.put_cursor(3, 12)
    neovim.keys("<C-]>")
    neovim.wait_for("the definition", lambda state: state.cursor[0] == 1 and state.cursor)
    neovim.keys(":lua vim.lsp.buf.rename('OTHER')<CR>")
    neovim.wait_for("the reason", lambda state: any("another variable" in line for line in state.messages))
    assert neovim.state().text == text
    neovim.put_cursor(1, 5)
    neovim.keys(":lua vim.lsp.buf.rename('TITLE')<CR>")
    neovim.wait_for("the edit", lambda state: state.text == text.replace("NAME", "TITLE"))


def test_every_place_of_a_name_is_listed_and_the_file_is_formatted(neovim: Neovim, project: Path) -> None:
    """The places are in the list of Neovim; formatting changes letter case, indentation and blanks."""
    text = "FROM ubuntu AS base\nENV NAME=x\nFROM base\ncopy a $NAME\n  RUN   ls\n"
    open_dockerfile(neovim, project, text)
    neovim.put_cursor(1, 5)
    neovim.keys("grr")
    wait_until(lambda: neovim.evaluate("#vim.fn.getqflist()") == "2")
    neovim.keys(":cclose<CR>")
    # Neovim 0.7 leaves out the last of the lines that it formats by gq.
    is_new = version(neovim.program) >= (0, 11)
    neovim.keys("gggqG" if is_new else ":lua vim.lsp.buf.formatting()<CR>")
    formatted = text.replace("copy", "COPY").replace("  RUN   ls", "RUN ls")
    neovim.wait_for("the edit", lambda state: state.text == formatted)


def test_a_mistake_is_repaired_from_anywhere_on_its_line(neovim: Neovim, project: Path) -> None:
    """The cursor is far from the word that is marked."""
    open_dockerfile(neovim, project, "FROM ubuntu:22.04\nRUN ls\ncopy a /long/path/to/a\n")
    neovim.wait_for("the finding", lambda state: state.findings)
    neovim.put_cursor(2, 20)
    neovim.code_action("Change to COPY")
    assert_clean(neovim)


def test_words_are_coloured_and_stages_fold(neovim: Neovim, program: str, project: Path) -> None:
    """A command in a RUN has the colour of a function; the folds are the server's, from Neovim 0.11 on."""
    open_dockerfile(neovim, project, "FROM a\nRUN ls && \\\n  pwd\n\nFROM b\nRUN ls\n")
    neovim.wait_for("the findings", lambda state: state.up_to_date)
    if version(program) < (0, 11):
        assert neovim.evaluate("vim.lsp.foldexpr == nil") == "true"
        return
    tokens = "#(vim.lsp.semantic_tokens.get_at_pos(0, 1, 4) or {})"
    wait_until(lambda: neovim.evaluate(tokens) == "1")
    assert neovim.evaluate("vim.lsp.semantic_tokens.get_at_pos(0, 1, 4)[1].type") == "function"
    neovim.keys(":set foldmethod=expr foldexpr=v:lua.vim.lsp.foldexpr()<CR>")
    wait_until(lambda: neovim.evaluate("vim.fn.foldlevel(3)") == "2")
    assert neovim.evaluate("vim.fn.foldlevel(1)") == "1"
    assert neovim.evaluate("vim.fn.foldlevel(4)") == "0"


def test_a_server_that_died_comes_back(neovim: Neovim, project: Path) -> None:
    """`:edit` starts another server."""
    open_dockerfile(neovim, project, f"FROM {BASE}/minimal-py312-inference\n")
    neovim.wait_for("the finding", lambda state: state.findings)
    neovim.kill_server()
    neovim.keys(":edit<CR>")
    neovim.wait_for("the finding again", lambda state: state.findings)


def test_a_missing_command_is_reported_once(
    program: str, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One short message says that the server is not installed, however many Dockerfiles are opened."""
    neovim = Neovim(program, tmp_path_factory.mktemp("home"), is_server_installed=False)
    try:
        for name in ("Dockerfile", "gpu.dockerfile"):
            (project / name).write_text(f"FROM {BASE}/minimal-py312-inference\n")
            neovim.keys(f":edit {project / name}<CR>")
        lines = neovim.wait_for("the second file", lambda state: state.lines if state.lines != [""] else None)
        assert lines == [f"FROM {BASE}/minimal-py312-inference"]
        messages = [message for message in neovim.state().messages if "azureml-dockerfile-ls" in message]
        assert messages == ["azureml-dockerfile-ls is not on your PATH: install it first."]
    finally:
        neovim.close()


def test_the_completion_options_of_the_user_stay(neovim: Neovim, project: Path) -> None:
    """Our menu has its own options; afterwards, and in other files, those of the user apply."""
    neovim.keys(":set completeopt=menu,longest<CR>")
    open_dockerfile(neovim, project)
    neovim.keys("iFROM ")
    neovim.complete()
    neovim.pick("minimal-py312-inference")
    neovim.keys("<Esc>:new<CR>")
    neovim.wait_for("the other window", lambda state: state.mode == "n" and state.lines == [""])
    assert neovim.option("completeopt") == "menu,longest"


def test_a_tag_that_only_a_registry_has_is_in_the_menu(
    program: str, project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registry is asked when the file is opened; its answer is there as soon as the menu is asked for again."""
    require_programs()
    without_proxies(monkeypatch)
    folder = tmp_path_factory.mktemp("registry")
    with running_registry(folder, folder / "data") as url:
        fill(url, [Image("azureml/minimal-py312-inference", "20261116.v7", {"User": "dockeruser"})], folder)
        settings = {"registry": {"urls": {"mcr.microsoft.com": url}}}
        neovim = Neovim(program, tmp_path_factory.mktemp("home"), settings=settings)
        try:
            open_dockerfile(neovim, project, f"FROM {BASE}/minimal-py312-inference:20261101.v1\n")
            neovim.wait_for("what only the registry knows", lambda state: state.findings)
            repair(neovim, "UnknownTag", "20261101.v1", "20261116.v7")
            neovim.keys("gg$T:C")
            assert neovim.complete() == ["20261116.v7"]
        finally:
            neovim.close()
