"""Completion of instructions, and of the blocks that are offered in their place."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.completion import Kind, documentation
from azureml_dockerfile_ls.images.image_index import EMBEDDED
from tests.features.menus import IMAGE, check_completion, check_pick, check_silent, menu

BLOCKS = [
    "apt packages",
    "pip packages",
    "pip package",
    "code and entry script",
    "model",
    "conda environment",
    "own user",
]


def test_only_from_and_arg_are_offered_before_the_first_from() -> None:
    """A file without a stage is also offered complete files."""
    check_completion("$0", "FROM", "ARG", "inference Dockerfile", "training Dockerfile")
    check_completion("# syntax=docker/dockerfile:1\n$0", "FROM", "ARG", "inference Dockerfile", "training Dockerfile")
    check_completion("ARG A=1\n$0\n", "FROM", "ARG", "inference Dockerfile", "training Dockerfile")
    check_completion("$0\nFROM ubuntu\n", "FROM", "ARG")


def test_in_a_stage_every_instruction_is_offered() -> None:
    """The instructions come first, then the blocks."""
    shown = menu("FROM ubuntu\n$0").in_vscode()
    assert shown[:4] == ["FROM", "RUN", "CMD", "COPY"]
    assert "MAINTAINER" in shown
    assert shown[-len(BLOCKS) :] == BLOCKS


@pytest.mark.parametrize(
    ("fixture", "after"),
    [
        ("FROM ubuntu\nWO$0", "FROM ubuntu\nWORKDIR"),
        ("FROM ubuntu\n  WO$0", "FROM ubuntu\n  WORKDIR"),
        ("FROM ubuntu\nWO$0 /app", "FROM ubuntu\nWORKDIR /app"),
        ("FROM ubuntu\nW$0RK /app", "FROM ubuntu\nWORKDIR /app"),
        ("FROM ubuntu\r\nWO$0\r\n", "FROM ubuntu\r\nWORKDIR\r\n"),
        ("FROM ubuntu\n# note\n$0", "FROM ubuntu\n# note\nWORKDIR"),
        ("FROM ubuntu\nRUN <<EOF\nx\nEOF\n$0", "FROM ubuntu\nRUN <<EOF\nx\nEOF\nWORKDIR"),
        ("FROM ubuntu\nRUN a \\\n\n  b\n$0\n", "FROM ubuntu\nRUN a \\\n\n  b\nWORKDIR\n"),
        ("FROM ubuntu\nONBUILD WO$0", "FROM ubuntu\nONBUILD WORKDIR"),
        ("FROM ubuntu\nONBUILD $0", "FROM ubuntu\nONBUILD WORKDIR"),
    ],
)
def test_an_instruction_replaces_the_half_typed_word(fixture: str, after: str) -> None:
    """The word is replaced wherever it is, also before other text, around the cursor and after ONBUILD."""
    check_pick(fixture, "WORKDIR", after)


def test_instructions_follow_the_letter_case_of_the_user() -> None:
    """The letter case is that of the typed word, or else that of the file."""
    check_pick("FROM ubuntu\nwo$0", "workdir", "FROM ubuntu\nworkdir")
    assert "workdir" in menu("from ubuntu\n$0").in_vscode()
    assert "workdir" in menu("from ubuntu\nonbuild $0").in_vscode()
    assert "WORKDIR" in menu("from ubuntu\nW$0").in_vscode()


def test_a_keyword_over_two_lines_is_completed_on_the_second() -> None:
    """An edit cannot span lines, so it replaces the second part only."""
    check_pick("FROM ubuntu\nWORK\\\nD$0", "WORKDIR", "FROM ubuntu\nWORK\\\nDIR")


def test_no_block_is_offered_on_the_second_line_of_a_keyword() -> None:
    """It would write the keyword again."""
    check_completion("FROM ubuntu\nRU\\\nN$0", "RUN")


def test_only_valid_instructions_are_offered_after_onbuild() -> None:
    """FROM, ONBUILD, MAINTAINER and the blocks are not offered after ONBUILD."""
    shown = menu("FROM ubuntu\nONBUILD $0").in_vscode()
    assert {"FROM", "ONBUILD", "MAINTAINER", *BLOCKS}.isdisjoint(shown)
    assert "COPY" in shown


def test_the_documentation_of_an_instruction_shows_its_forms() -> None:
    """The forms are shown as code, and a description follows."""
    page = documentation(menu("FROM ubuntu\n$0").item("WORKDIR").key, EMBEDDED)
    assert page.startswith("```dockerfile\nWORKDIR PATH\n```\nSets the working directory")


def test_healthcheck_is_followed_by_its_type() -> None:
    """HEALTHCHECK is followed by CMD or NONE, after its flags."""
    check_completion("FROM ubuntu\nHEALTHCHECK $0", "CMD", "NONE")
    check_completion("FROM ubuntu\nHEALTHCHECK --retries=3 c$0", "cmd")
    check_silent("FROM ubuntu\nHEALTHCHECK CMD $0")


def test_a_block_is_offered_where_an_instruction_begins() -> None:
    """A block is offered on an empty line and while its name is typed, and it replaces the typed text."""
    found = menu(f"FROM {IMAGE}\napt$0")
    assert found.in_vscode()[0] == "apt packages"
    assert found.item("apt packages").snippet
    assert menu(f"FROM {IMAGE}\npip$0\n").pick("pip packages").startswith(f"FROM {IMAGE}\nCOPY requirements.txt")
    for typed in ("Azure$0", "inf$0"):
        assert menu(typed).pick("inference Dockerfile").startswith(f"FROM {IMAGE}:latest\n")


@pytest.mark.parametrize("fixture", ["apt$0 x", "RUN $0", "ONBUILD $0", "RUN a \\\n  $0", "  $0 RUN x", "# $0"])
def test_a_block_is_offered_nowhere_else(fixture: str) -> None:
    """A block is not offered before other text on the line or inside an instruction."""
    assert menu(f"FROM {IMAGE}\n{fixture}").in_vscode(Kind.SNIPPET) == []


def test_a_block_fits_the_user_at_the_cursor() -> None:
    """A block switches to root and back only where root is not the current user."""
    as_dockeruser = menu(f"FROM {IMAGE}\n$0\nUSER root\n").item("apt packages").text
    as_root = menu(f"FROM {IMAGE}\nUSER root\n$0\n").item("apt packages").text
    assert as_dockeruser.startswith("USER root\nRUN apt-get update")
    assert as_dockeruser.endswith("\nUSER dockeruser")
    assert as_root == as_dockeruser.removeprefix("USER root\n").removesuffix("\nUSER dockeruser")
