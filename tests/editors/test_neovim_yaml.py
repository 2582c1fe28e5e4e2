"""Azure ML's YAML in Neovim, beside its Dockerfile; for other YAML nothing is started."""

from __future__ import annotations

import time
from pathlib import Path

from tests.annotated import dockerfile
from tests.editors.neovim import Neovim, version
from tests.editors.terminal import processes
from tests.manifest.test_recognition import OTHERS, SCHEMA, SHAPES
from tests.waiting import wait_until

BASE = "mcr.microsoft.com/azureml"
RETIRED = f"{BASE}/openmpi4.1.0-ubuntu20.04"
DOCKERFILE = f"FROM {BASE}/minimal-py312-inference:latest\n"
ENVIRONMENT = "name: mine\nbuild:\n  path: .\n  dockerfile_path: Dockerfile\n"


def test_a_server_runs_for_azure_mls_yaml_only(neovim: Neovim, tmp_path: Path) -> None:
    """The files of other programs start none; then each form of Azure ML's has its findings, or none."""
    for number, text in enumerate(OTHERS.values()):
        path = tmp_path / f"other{number}.yml"
        path.write_text(dockerfile(text))
        neovim.keys(f":edit {path}<CR>")
        neovim.put_cursor(0, 0)
        wait_until(lambda name=path.name: neovim.evaluate("vim.fn.expand('%:t')") == name)
    assert not any("azureml-dockerfile-ls" in command for command in processes(neovim.folder).values())
    comment = f"# yaml-language-server: $schema={SCHEMA.format('environment').split(' ')[1]}name: mine\n"
    for number, text in enumerate([SCHEMA.format("workspace"), comment, *(text for text, _ in SHAPES)]):
        path = tmp_path / f"ours{number}.yml"
        path.write_text(text)
        neovim.open(path)


def test_a_retired_image_is_repaired(neovim: Neovim, tmp_path: Path) -> None:
    """The name of the image is marked; `gq` formats as in other YAML."""
    path = tmp_path / "training.yml"
    path.write_text(f"name: training\nimage: {RETIRED}:latest\nconda_file: conda.yml\n")
    (tmp_path / "conda.yml").write_text("dependencies:\n  - python=3.12\n")
    neovim.open(path)
    findings = neovim.findings()
    assert [(finding.rule, finding.text) for finding in findings] == [("RetiredImage", RETIRED)]
    neovim.put_cursor(1, 20)
    neovim.code_action("Replace")
    assert neovim.findings() == []
    assert RETIRED not in neovim.state().text
    assert neovim.option("formatexpr") == ""


def follow(neovim: Neovim, text: str, line: int) -> None:
    """Jump to the definition. Neovim gives up after a second, which a busy machine may need: then jump again."""

    def is_there() -> bool:
        state = neovim.state()
        return state.text == text and state.cursor[0] == line

    while not is_there():
        neovim.keys("<C-]>")
        end = time.monotonic() + 5
        while time.monotonic() < end and not is_there():
            time.sleep(0.1)


def test_an_environment_and_its_dockerfile_lead_to_each_other(neovim: Neovim, tmp_path: Path) -> None:
    """From the path to the Dockerfile; from the word FROM, and in Neovim 0.12 by the lens above it, to the path."""
    (tmp_path / "environment.yml").write_text(ENVIRONMENT)
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    neovim.open(tmp_path / "environment.yml")
    neovim.put_cursor(3, 22)
    follow(neovim, DOCKERFILE, 0)
    neovim.put_cursor(0, 1)
    follow(neovim, ENVIRONMENT, 2)
    if version(neovim.program) >= (0, 12):
        neovim.open(tmp_path / "Dockerfile")
        lenses = "vim.lsp.codelens.get({ bufnr = 0 })"
        titles = f"(#{lenses} > 0 and {lenses}[1].lens.command.title)"
        wait_until(lambda: neovim.evaluate(titles) == "environment mine (environment.yml)")
        neovim.keys("grx")
        neovim.wait_for("the environment", lambda state: state.text == ENVIRONMENT and state.cursor[0] == 2)
