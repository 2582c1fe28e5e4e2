"""pip and uv: Python packages."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.shell.commands import ShellWord
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from tests.shell.last_command import command, values


def written(words: tuple[ShellWord, ...], text: str) -> list[str]:
    """The words as written in the text of a RUN."""
    return [word.span.of(f"RUN {text}") for word in words]


@pytest.mark.parametrize(
    ("text", "program", "requirements", "files"),
    [
        ("pip install a 'b>=1' -U", "pip", ["a", "b>=1"], []),
        ("/opt/e/bin/pip3.12 --no-cache-dir install a", "/opt/e/bin/pip3.12", ["a"], []),
        ("python -m pip install -r a.txt", "python", [], ["a.txt"]),
        ("python3.11 -W ignore -Im pip install a", "python3.11", ["a"], []),
        ("uv pip install --system -p 3.12 a -r b.txt", "uv", ["a"], ["b.txt"]),
        ("uv --no-cache pip install a", "uv", ["a"], []),
        ("pip install -ra.txt --requirement=b.txt --requirement c.txt", "pip", [], ["a.txt", "b.txt", "c.txt"]),
        ("pip install --index-url https://a/b -c c.txt -e . d", "pip", ["d", "."], []),
        ("pip download -d /tmp a", "pip", ["a"], []),
    ],
)
def test_pip(text: str, program: str, requirements: list[str], files: list[str]) -> None:
    """pip is recognised by its name, as a module of Python, and in uv."""
    found = pip_of(command(text))

    assert found is not None
    assert (found.program.value, values(found.requirements), values(found.requirement_files)) == (
        *(program, requirements, files),
    )
    assert found.environment is None


@pytest.mark.parametrize(
    "text",
    [
        "pip",
        "pip freeze",
        "pip cache purge",
        "python a.py -m pip install a",
        "python -c pip install a",
        "uv sync",
        "pipx install a",
    ],
)
def test_commands_that_are_not_pip(text: str) -> None:
    """Other commands, and other actions of pip, install no packages with pip."""
    assert pip_of(command(text)) is None


@pytest.mark.parametrize(
    "text", ["pip install -r'a b.txt'", 'pip install --requirement="a b.txt"', "pip install -r 'a b.txt'"]
)
def test_the_span_of_a_file(text: str) -> None:
    """The value of an option has its own span, even if both are one word."""
    found = pip_of(command(text))

    assert found is not None
    assert [item.strip("'\"") for item in written(found.requirement_files, text)] == ["a b.txt"]


def test_files_in_the_exec_form() -> None:
    """The files are found in the strings of the exec form."""
    text = '["pip", "install", "--requirement=\\u0061.txt"]'
    found = pip_of(command(text))

    assert found is not None
    assert written(found.requirement_files, text) == ["\\u0061.txt"]
