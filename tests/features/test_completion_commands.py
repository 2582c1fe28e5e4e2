"""Completion in the commands of RUN: actions, options, packages and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.features.completion import Kind, complete
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import context_of, cursor
from tests.features.menus import check_completion, check_pick, check_silent, menu


def test_a_program_offers_its_actions() -> None:
    """The most frequent ones come first; `conda env` and `uv pip` have actions of their own."""
    assert menu("FROM a\nRUN apt-get $0").in_vscode()[:2] == ["install", "update"]
    assert menu("FROM a\nRUN pip $0").in_vscode()[:2] == ["install", "uninstall"]
    assert menu("FROM a\nRUN conda env $0").in_vscode()[:2] == ["create", "update"]
    assert menu("FROM a\nRUN uv pip i$0").in_vscode() == ["install"]
    check_completion("FROM a\nRUN ap$0", "apt-get")


@pytest.mark.parametrize(
    ("before", "label"),
    [
        ("apt-get install -y lib", "libgl1"),
        ("apt-get update && apt-get install -y --no-install-recommends cu", "curl"),
        ("sudo apt install gi", "git"),
        ("pip install to", "torch"),
        ("pip3 install --no-cache-dir -U pan", "pandas"),
        ("python -m pip install azureml-inf", "azureml-inference-server-http"),
        ("uv pip install --system fast", "fastapi"),
        ("/opt/conda/bin/pip install num", "numpy"),
        ("conda install -y -c conda-forge pyt", "pytorch"),
        ("conda run -n env pip install pan", "pandas"),
        ('bash -c "pip install pan', "pandas"),
        ("echo a; (pip install pan", "pandas"),
        ("pip install numpy \\\n    pan", "pandas"),
        ("pip install numpy \\\n    # why\n    pan", "pandas"),
        ("--mount=type=cache,target=/x pip install pan", "pandas"),
        ("pip install \\\n'pan", "pandas"),
    ],
)
def test_packages_are_offered_wherever_one_is_installed(before: str, label: str) -> None:
    """The package replaces what is typed of it, after options, operators, quotes and continuations."""
    found = menu(f"FROM a\nRUN {before}$0\n")
    typed = before.split()[-1].lstrip("'\"")
    assert label in found.in_vscode()
    assert found.pick(label) == f"FROM a\nRUN {before.removesuffix(typed)}{label}\n"


@pytest.mark.parametrize("fixture", ["RUN <<EOF\n%s\nEOF\n", "RUN <<-'EOF'\n\t%s\n\tEOF\n", "ONBUILD RUN %s\n"])
def test_packages_are_offered_in_heredocs_and_triggers(fixture: str) -> None:
    """A shell reads them too."""
    check_pick(f"FROM a\n{fixture % 'pip install pand$0'}", "pandas", f"FROM a\n{fixture % 'pip install pandas'}")


@pytest.mark.parametrize(
    ("fixture", "label", "after"),
    [
        ("pip install pan$0das==2.0", "pandas-gbq", "pip install pandas-gbq==2.0"),
        ("pip install 'pan$0das>=2'", "pandas-gbq", "pip install 'pandas-gbq>=2'"),
        ("pip install pan$0\\\n  numpy", "pandas", "pip install pandas\\\n  numpy"),
        ("apt-get install -y $0\\\n  git", "curl", "apt-get install -y curl\\\n  git"),
        ("pip install --no-$0deps x", "--no-cache-dir", "pip install --no-cache-dir x"),
    ],
)
def test_a_word_keeps_what_follows_it(fixture: str, label: str, after: str) -> None:
    """Versions, quotes and continuations after the cursor stay."""
    check_pick(f"FROM a\nRUN {fixture}", label, f"FROM a\nRUN {after}")


def test_a_package_that_is_there_is_not_offered_again() -> None:
    """Neither one before the cursor nor one after it."""
    shown = menu("FROM a\nRUN pip install numpy $0 pandas").in_vscode()
    assert "scipy" in shown
    assert {"numpy", "pandas"}.isdisjoint(shown)


def test_a_package_is_found_by_the_part_after_a_hyphen() -> None:
    """`learn` finds scikit-learn, after the packages that begin so."""
    assert "scikit-learn" in menu("FROM a\nRUN pip install learn$0").in_vscode()


def test_a_list_that_is_cut_is_incomplete() -> None:
    """The editor asks again with the next letter."""
    text, offset = cursor("FROM a\nRUN pip install $0")
    found = complete(analyse(text), offset)
    assert len(found.items) == 100
    assert found.is_incomplete


def test_options_are_those_of_the_action_and_offered_once() -> None:
    """An option that is given already is not offered again."""
    shown = menu("FROM a\nRUN pip install -r x.txt -$0").in_vscode()
    assert "--no-cache-dir" in shown
    assert "-r" not in shown
    assert "--no-install-recommends" in menu("FROM a\nRUN apt-get install -$0").in_vscode()
    assert "--no-install-recommends" not in menu("FROM a\nRUN apt-get update -$0").in_vscode()


@pytest.mark.parametrize(
    "command",
    [
        "pip install pandas$0",
        "pip install -i $0",
        "pip install pandas==$0",
        "pip install ./src$0",
        "apt-get clean $0",
        "conda activate $0",
        "conda create -n $0",
        "echo pip install $0",
        "# pip install $0",
        "pip install x && $0",
        "pip install x > $0",
        'pip install "$0',
    ],
)
def test_nothing_is_offered_elsewhere(command: str) -> None:
    """After a complete name, in values, paths, redirections, and after other programs there is no package."""
    labels = menu(f"FROM a\nRUN {command}").in_vscode(Kind.PACKAGE, Kind.COMMAND)
    assert labels == [] or command.endswith('"$0')


def test_another_shell_gets_no_commands() -> None:
    """PowerShell is left alone, and so is the exec form."""
    check_silent('FROM a\nSHELL ["pwsh", "-Command"]\nRUN pip install $0')
    check_silent('FROM a\nRUN ["pip", "install", "$0')


def test_enter_after_a_first_package_ends_the_line() -> None:
    """The space after an action opens a menu of packages; the space after a package does not."""
    assert menu("FROM a\nRUN pip install $0").by_itself()
    assert menu("FROM a\nRUN pip install numpy $0").by_itself() == []


def test_a_requirements_file_is_one_that_was_copied(tmp_path: Path) -> None:
    """It has its path in the container: relative in the working directory, else absolute."""
    context = context_of(tmp_path, {"requirements.txt": "", "src/dev.txt": "", "src/env.yml": ""})
    fixture = """
        FROM a
        COPY requirements.txt /tmp/
        WORKDIR /app
        COPY src .
        RUN %s
        COPY requirements.txt /late/
        """
    check_completion(fixture % "pip install -r $0", "dev.txt", "/tmp/requirements.txt", context=context)
    check_completion(fixture % "pip install -r req$0", "/tmp/requirements.txt", context=context)
    check_completion(fixture % "conda env create -f $0", "env.yml", context=context)
    check_silent(fixture % "pip install -r dev.txt$0", context=context)


def test_without_a_build_context_the_names_in_copy_are_offered() -> None:
    """The context may be unknown, as in a file that was never saved."""
    check_pick(
        "FROM a\nCOPY req.txt /tmp/r.txt\nRUN pip install -r $0 x",
        "/tmp/r.txt",
        "FROM a\nCOPY req.txt /tmp/r.txt\nRUN pip install -r /tmp/r.txt x",
    )


def test_a_file_that_is_not_copied_yet_is_offered_with_that_word(tmp_path: Path) -> None:
    """Only where no file of the kind is copied."""
    context = context_of(tmp_path, {"requirements.txt": "", "notes.md": ""})
    found = menu("FROM a\nRUN pip install -r $0", context)
    assert [(item.label, item.detail) for item in found.items] == [("requirements.txt", "not copied yet")]


def test_a_name_with_a_line_break_is_never_offered(tmp_path: Path) -> None:
    """Neither of the build context, nor of what is copied: it would break the instruction."""
    context = context_of(tmp_path, {"a\nRUN b.txt": "", "c\rd.txt": "", "e\u2028f.txt": ""})
    for copy in ("", "COPY . /src/\n"):
        assert menu(f"FROM a\n{copy}RUN pip install -r $0", context).items == ()
