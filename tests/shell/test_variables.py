"""The variables that shell text reads and sets."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.shell.variables import names_read, names_written


def read(text: str) -> list[str]:
    """The names that a text reads; each is at the place that its span gives."""
    found = list(names_read(text, 0, len(text)))
    assert [text[name.start : name.end] for name in found] == [name.name for name in found]
    return [name.name for name in found]


def written(text: str) -> list[str]:
    """The names that a text sets; each is at the place that its span gives."""
    found = list(names_written(text, 0, len(text)))
    assert [text[name.start : name.end] for name in found] == [name.name for name in found]
    return [name.name for name in found]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("echo $A ${B} x$C.d", ["A", "B", "C"]),
        ("echo ${A:-${B:+$C}} ${#D} ${!E}", ["A", "B", "C", "D", "E"]),
        ("echo $((A + B * 2)) $(( $C ))", ["A", "B", "C"]),
        ('echo "$A" "${B}"', ["A", "B"]),
        ("sh -c 'echo $A'", ["A"]),
        ("echo $(echo $A) `echo $B`", ["A", "B"]),
    ],
)
def test_references_are_read(text: str, names: list[str]) -> None:
    """In braces and arithmetic, nested, and in the quotes of a script for another shell."""
    assert read(text) == names


@pytest.mark.parametrize("text", ["A", r"\$A", r'"\${A}"', "$$A", "$1 $@ $? $", "${", "$(A)", "A=1"])
def test_what_is_no_reference_is_not_read(text: str) -> None:
    """An escaped `$`, the process number, and positional parameters."""
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A=1", ["A"]),
        ("A=1 B='x y' cmd", ["A", "B"]),
        ("A=1; B=2 && C=3 || D=4 | E=5", ["A", "B", "C", "D", "E"]),
        ("A+=x\nB[0]=1", ["A", "B"]),
        ("export A B=2 -n", ["A", "B"]),
        ("read -r A B", ["A", "B"]),
        ("for A in 1 2; do B=$A; done", ["A", "B"]),
        ("if A=$(date); then B=1; fi", ["A", "B"]),
        ("(A=1) { B=2; }", ["A", "B"]),
        ("X=$(A=1; echo)", ["X", "A"]),
        ("env A=1 cmd", ["A"]),
        ("> file A=1", ["A"]),
        ("A=1 # B=2\nC=3", ["A", "C"]),
    ],
)
def test_assignments_and_declarations_are_written(text: str, names: list[str]) -> None:
    """Where a command starts, and as the operands of built-in commands."""
    assert written(text) == names


@pytest.mark.parametrize(
    "text", ["make A=1", "cmake -DA=1", "echo A=1", "dd if=x", '"A=1"', "docker run -e A=1", "--A=1", "1A=2", "> A=1"]
)
def test_an_operand_is_not_an_assignment(text: str) -> None:
    """It is a word for the program."""
    assert written(text) == []
