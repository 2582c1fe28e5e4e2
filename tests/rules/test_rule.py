"""The classes of rules: the type checker refuses a rule with another subject than its class has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import azureml_dockerfile_ls

MODULE = """
from collections.abc import Iterator

from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Finding, Group, InstructionRule, Severity, StageRule
from azureml_dockerfile_ls.syntax.nodes import Instruction


def check_of_instruction(instruction: Instruction) -> Iterator[Finding]:
    yield from ()


def check_of_stage(stage: Stage) -> Iterator[Finding]:
    yield from ()


A = InstructionRule("A", Severity.ERROR, Group.GENERAL, "page", check_of_instruction)
B = StageRule("B", Severity.ERROR, Group.GENERAL, "page", check_of_stage)
"""
WRONG = 'X = StageRule("X", Severity.ERROR, Group.GENERAL, "page", check_of_instruction)\n'


def mypy(module: str, folder: Path) -> str:
    """The output of `mypy --strict` for a module."""
    pytest.importorskip("mypy", reason="mypy is not installed: it is in the extra `test`")
    path = folder / "rule_module.py"
    path.write_text(module, encoding="utf-8")
    options = ("--strict", "--no-incremental", "--config-file=", "--follow-imports=silent")
    environment = {**os.environ, "MYPYPATH": str(Path(azureml_dockerfile_ls.__file__).parents[1])}
    return subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(path)],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    ).stdout


@pytest.mark.slow
def test_a_rule_with_a_wrong_subject_is_a_type_error(tmp_path: Path) -> None:
    """A stage rule with a check of an instruction is refused, and no other rule of the module is."""
    output = mypy(MODULE + WRONG, tmp_path)

    assert 'Argument 5 to "StageRule" has incompatible type' in output
    assert 'expected "Callable[[Stage], Iterable[Finding]]"' in output
    assert "Found 1 error" in output
