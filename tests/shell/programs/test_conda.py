"""conda, mamba and micromamba: environments and their packages."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.shell.programs.conda import Environment, conda_of, conda_run_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from tests.shell.last_command import command, values


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
