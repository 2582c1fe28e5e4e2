"""Commands that change packages, environments, users and owners."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azureml_dockerfile_ls.shell.commands import Command, ShellWord
from azureml_dockerfile_ls.shell.programs.apt import system_packages_of
from azureml_dockerfile_ls.shell.programs.conda import Environment, conda_of, conda_run_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.shell.programs.users import new_user_of, ownership_of
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.instruction import parse_instruction


def command(text: str) -> Command:
    """The last command of a RUN."""
    return commands_of(parse_instruction(f"RUN {text}", "\\"))[-1]


def values(words: tuple[ShellWord, ...]) -> list[str]:
    """The words without their quotes."""
    return [word.value for word in words]


def written(words: tuple[ShellWord, ...], text: str) -> list[str]:
    """The words as written in the text of a RUN."""
    return [word.span.of(f"RUN {text}") for word in words]


@pytest.mark.parametrize(
    ("text", "action", "packages"),
    [
        ("apt-get install -y curl git=1.2", "install", ["curl", "git=1.2"]),
        ("sudo /usr/bin/apt -o A=b -t stable install curl", "install", ["curl"]),
        ("apt-get -oA=b update", "update", []),
        ("aptitude safe-upgrade", "safe-upgrade", []),
        ("apt-get purge --auto-remove -- curl", "purge", ["curl"]),
        ("dpkg -i a.deb b.deb", "-i", ["a.deb", "b.deb"]),
        ("dpkg --force-all --purge curl", "--purge", ["curl"]),
    ],
)
def test_system_packages(text: str, action: str, packages: list[str]) -> None:
    """A change has the action and the packages, without options and their values."""
    found = system_packages_of(command(text))

    assert found is not None
    assert (found.action.value, values(found.packages)) == (action, packages)


@pytest.mark.parametrize(
    "text",
    ["apt-get", "apt-get download curl", "apt list install", "dpkg -l install", "apt-cache search a", "echo apt"],
)
def test_commands_that_change_no_system_packages(text: str) -> None:
    """Other actions of apt and dpkg change no packages."""
    assert system_packages_of(command(text)) is None


@pytest.mark.parametrize(
    ("options", "assumes_yes"),
    [
        *((yes, True) for yes in ("-y", "--yes", "--assume-yes", "-qy", "-qq", "-q -q", "-q=2", "--force-yes")),
        *(
            (yes, True)
            for yes in ("-o APT::Get::Assume-Yes=true", "-oAPT::Get::Assume-Yes=1", "--option=APT::Get::Assume-Yes=1")
        ),
        *((no, False) for no in ("", "-q", "-o Dpkg::Use-Pty=0", "--no-install-recommends", "-t y")),
    ],
)
def test_the_answer_yes(options: str, assumes_yes: bool) -> None:
    """`-y`, `-qq` and the configuration on the command line answer yes."""
    found = system_packages_of(command(f"apt-get install {options} curl"))

    assert found is not None
    assert found.assumes_yes is assumes_yes
    assert not found.is_simulated


@pytest.mark.parametrize("option", ["-s", "-yqs", "--dry-run", "--print-uris", "--assume-no"])
def test_a_simulation(option: str) -> None:
    """A simulation is recognised by its options."""
    found = system_packages_of(command(f"apt-get {option} install curl"))

    assert found is not None
    assert found.is_simulated


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


@pytest.mark.parametrize(
    ("text", "action", "packages", "files", "name", "prefix"),
    [
        ("conda create -y -n a python=3.12 -c conda-forge", "create", ["python=3.12"], [], "a", None),
        ("mamba install --prefix=/e a b", "install", ["a", "b"], [], None, "/e"),
        ("conda env create -p $P -f a.yml -q", "env create", [], ["a.yml"], None, "$P"),
        ("conda env update --file=a.yml --name base --prune", "env update", [], ["a.yml"], "base", None),
        ("micromamba -r /root create -pE -fa.yml", "create", [], ["a.yml"], None, "E"),
        ("conda activate a", "activate", ["a"], [], None, None),
        ("conda clean -afy", "clean", [], [], None, None),
    ],
)
def test_conda(
    text: str, action: str, packages: list[str], files: list[str], name: str | None, prefix: str | None
) -> None:
    """A conda command has its subcommand, packages, files and environment."""
    found = conda_of(command(text))

    assert found is not None
    assert (found.action, values(found.packages)) == (action, packages)
    assert found.action_span.of(f"RUN {text}") == action
    assert values(found.files) == files
    assert _shown(found.environment) == (name, prefix)


@pytest.mark.parametrize("text", ["conda", "conda --version", "echo conda create"])
def test_commands_that_are_not_conda(text: str) -> None:
    """Other programs, and conda without a subcommand, are not conda commands."""
    assert conda_of(command(text)) is None


@pytest.mark.parametrize(
    ("text", "name", "prefix"),
    [
        ("conda run -n a pip install b", "a", None),
        ("sudo micromamba run --live-stream --prefix=/e python -m pip install b", None, "/e"),
        ("conda run -n a bash -c 'true && pip install b'", "a", None),
        ("conda run -p /e sh <<EOF\npip install b\nEOF", None, "/e"),
        ("conda run pip install b", None, None),
    ],
)
def test_conda_run(text: str, name: str | None, prefix: str | None) -> None:
    """`conda run` sets the environment of its command, also of the script of a shell."""
    found = pip_of(command(text))

    assert found is not None
    assert found.environment is not None
    assert _shown(found.environment) == (name, prefix)


def test_commands_outside_conda_run() -> None:
    """A command beside `conda run` is not in its environment."""
    assert conda_run_of(command("conda run -n a true && pip install b")) is None


def _shown(environment: Environment) -> tuple[str | None, str | None]:
    name, prefix = environment
    return name.value if name else None, prefix.value if prefix else None


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("useradd --create-home -u 1000 -g staff joe", "joe"),
        ("useradd -mr -s /bin/bash joe", "joe"),
        ("adduser --disabled-password --gecos '' joe", "joe"),
        ("adduser -D -u 1000 joe", "joe"),
        ("adduser joe staff", None),
        ("usermod -aG staff joe", None),
    ],
)
def test_new_users(text: str, user: str | None) -> None:
    """useradd and adduser create users."""
    found = new_user_of(command(text))

    assert (found.user.value if found else None) == user


def test_owners() -> None:
    """A chown has the owner as written and the paths."""
    found = ownership_of(command("sudo chown -Rv joe:staff /a /b"))

    assert found is not None
    assert (found.owner.value, values(found.paths), found.is_recursive) == ("joe:staff", ["/a", "/b"], True)
    assert ownership_of(command("chown --reference=/a /b")) is None
    assert ownership_of(command("chmod 755 /a")) is None


PIECES = [
    "pip ",
    "apt-get ",
    "conda ",
    "uv ",
    "env ",
    "run ",
    "install ",
    "-",
    "--",
    "=",
    "r",
    "f",
    "'",
    '"',
    "\\",
    " ",
    "é",
    "$A",
    "\n",
    "dpkg ",
    "python -m ",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.booleans())
def test_any_text(pieces: list[str], is_heredoc: bool) -> None:
    """On any text, nothing raises, and every word is inside the text."""
    text = "".join(pieces)
    text = f"RUN <<EOF\n{text}\nEOF" if is_heredoc else f"RUN {text}".rstrip("\n")
    for found in commands_of(parse_instruction(text, "\\")):
        pip, conda, apt = pip_of(found), conda_of(found), system_packages_of(found)
        words = [*(pip.requirements + pip.requirement_files if pip else ()), *(conda.files if conda else ())]
        for word in [*words, *(apt.packages if apt else ())]:
            assert 0 <= word.span.start <= word.span.end <= len(text)
