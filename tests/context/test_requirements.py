"""Requirements files and conda's environment files: the packages that they name."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from azureml_dockerfile_ls.context.conda_files import read_conda_file
from azureml_dockerfile_ls.context.requirements import (
    in_conda_file,
    in_requirements_file,
    names_of_conda_packages,
    names_of_requirements,
)
from tests.annotated import context_of


def packages(text: str) -> tuple[list[str], list[str]] | None:
    """The packages of a conda file, for conda and for pip."""
    found = read_conda_file(text)
    return ([each.value for each in found.conda], [each.value for each in found.pip]) if found is not None else None


def test_a_requirements_file(tmp_path: Path) -> None:
    """Names are normalised; versions, extras, markers, hashes, options and comments are ignored."""
    text = r"""
        # a comment
        Scikit_Learn==1.5  # another
        torch[cuda] >= 2 ; python_version < "3.12"

        --extra-index-url https://example.org/simple
        -i https://example.org/simple
        numpy==1.0 \
            --hash=sha256:abc \
            --hash=sha256:def
        -c constraints.txt
        zope.interface
        """
    context = context_of(tmp_path, {"r.txt": dedent(text)})

    assert in_requirements_file(context, "r.txt") == {"scikit-learn", "torch", "numpy", "zope-interface"}


def test_included_files(tmp_path: Path) -> None:
    """The path of `-r` is relative to the including file."""
    files = {
        "a.txt": "x\n-r sub/b.txt\n",
        "sub/b.txt": "y\n--requirement=c.txt\n",
        "sub/c.txt": "-r ../d.txt",
        "d.txt": "z",
    }

    assert in_requirements_file(context_of(tmp_path, files), "a.txt") == {"x", "y", "z"}


@pytest.mark.parametrize(
    "text",
    [
        "-e .",
        "--editable=.",
        ".",
        "./local",
        "/wheels/a.whl",
        "a @ https://example.org/a.whl",
        "git+https://example.org/a.git#egg=a",
        "https://example.org/a.whl",
        "${PACKAGE}",
        "a==$VERSION",
        "a b",
        "-r missing.txt",
        "-r ../outside.txt",
        "-r https://example.org/r.txt",
        "-r /etc/passwd",
        "-r r.txt",
        "x" * 2000,
        "a\n" * 6000,
        "a; " + "(" * 900,
    ],
)
def test_what_brings_more_than_names(tmp_path: Path, text: str) -> None:
    """Paths, URLs, variables, missing files and loops make the content unknown."""
    assert in_requirements_file(context_of(tmp_path, {"r.txt": f"numpy\n{text}\n"}), "r.txt") is None


def test_a_conda_file(tmp_path: Path) -> None:
    """The packages of conda and of pip are read, whatever their channels, versions and quotes."""
    text = """
        ---
        name: project
        channels:
          - conda-forge
          - "defaults"
        variables:
          A: b
        dependencies:
        - python=3.12
        - conda-forge::NumPy>=1.2   # a comment
        - 'pip=24'
        - scipy [version='>1']
        - pip:
            - Azureml_MLflow==1
            - -r requirements.txt
            - "torch[x]>=1"
        - zlib
        prefix: /opt/project
        """
    context = context_of(tmp_path, {"env/conda.yml": dedent(text), "env/requirements.txt": "flask"})

    assert in_conda_file(context, "env/conda.yml") == set(
        "python numpy pip scipy zlib azureml-mlflow flask torch".split()
    )


@pytest.mark.parametrize("indent", ["", "  ", "    "])
@pytest.mark.parametrize("inner", ["  ", "    "])
def test_indentation(indent: str, inner: str) -> None:
    """Lists can be indented in each way that YAML allows."""
    lines = ["- a", "- pip:", f"{inner}- b", f"{inner}- c", "- d"]
    text = "channels: [a, b]\ndependencies:\n" + "".join(f"{indent}{line}\n" for line in lines)

    assert packages(text) == (["a", "d"], ["b", "c"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "name: x",
        "dependencies: a",
        "dependencies:\n- a\ndependencies:\n- b",
        "dependencies:\n- *x",
        "dependencies:\n- a\n  b",
        "dependencies:\n- a: b",
        "dependencies:\n- 'a",
        'dependencies:\n- "a\\x41"',
        "dependencies:\n- |\n  a",
        "dependencies:\n- !!str a",
        "dependencies:\n-\n  - a",
        "dependencies:\n- - a",
        "dependencies:\n  -a",
        "dependencies:\n  - a\n - b",
        "dependencies:\n- pip:",
        "dependencies:\n- pip:\n- a",
        "dependencies:\n- pip:\n - a",
        "dependencies:\n- pip:\n  - a\n- pip:\n  - b",
        "dependencies:\n- pip:\n    - a\n   - b",
        "dependencies:\n- a\n  - b",
        "x:\n  - a\n  b: c\ndependencies:\n- b",
        "x:\n  a: b\n    c: d\ndependencies:\n- b",
        "? a\n: b\ndependencies:\n- b",
        "<<: *a\ndependencies:\n- b",
        "dependencies:\n- a\u2028- b",
        "dependencies:\n- a\x00",
    ],
)
def test_a_conda_file_with_more_than_its_words(text: str) -> None:
    """Nothing is said about the packages of a file that may name others, or that conda refuses."""
    assert packages(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "dependencies: [a, pip: [b]]",
        "dependencies: &x\n- &y a\n- {pip: [b]}",
        "x: |\n  dependencies:\n  - a\ndependencies:\n- a\n- pip: [b]",
        "x: 'a\n  b'\n\"dependencies\":\n- a\n- pip:\n  - b",
        "x: {a: b}\ny: &y [*x, *x]\ndependencies:\n- a\n- pip:\n  - b",
    ],
)
def test_a_conda_file_in_other_forms_of_yaml(text: str) -> None:
    """The packages are read in each form that YAML has for lists and scalars."""
    assert packages(text) == (["a"], ["b"])


@pytest.mark.parametrize("line", ["- -e .", "- ${X}", "- ./a"])
def test_pip_in_a_conda_file(tmp_path: Path, line: str) -> None:
    """The list for pip follows the rules of a requirements file."""
    text = f"dependencies:\n- pip:\n  {line}\n"

    assert in_conda_file(context_of(tmp_path, {"c.yml": text}), "c.yml") is None


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """A missing file has unknown content."""
    context = context_of(tmp_path, {})

    assert in_conda_file(context, "c.yml") is in_requirements_file(context, "r.txt") is None


def test_names_on_a_command_line() -> None:
    """Names are recognised as pip and conda take them on a command line."""
    assert names_of_requirements(["Flask>=1", "a[b]"]) == {"flask", "a"}
    assert names_of_requirements(["."]) is names_of_requirements(["a @ file:///x"]) is None
    assert names_of_conda_packages(["python=3.8", "conda-forge::Pip"]) == {"python", "pip"}
    assert (
        names_of_conda_packages(["https://example.org/a-1-0.tar.bz2"]) is names_of_conda_packages(["./a.conda"]) is None
    )
