"""What holds for every completion, and the places where nothing is offered."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.completion import ItemKey, documentation
from azureml_dockerfile_ls.images.image_index import EMBEDDED
from tests.features.menus import BASE, IMAGE, check_completion, check_silent, menu


@pytest.mark.parametrize(
    "fixture",
    [
        "# FR$0",
        "FROM ubuntu\n# RU$0\n",
        "# a comment that goes on $0",
        "# sy$0 and more",
        "FROM ubuntu\n# $0",
        "FROM ubuntu\n# syntax=$0",
        "# a = b$0",
        "FROM ubuntu\nRUN a \\\n  # a comment $0\n  b",
        "FROM ubuntu\nENV A=1 \\\n$0# a comment\n  B=2",
        "FROM ubuntu\nRUN <<EOF\n$0\nEOF",
        "FROM ubuntu\nRUN <<EOF\n  ls$0\nEOF",
        "FROM ubuntu\nRUN <<EOF\nEOF$0\n",
        "FROM ubuntu\nRUN <<EOF\ntext that has no end yet\n$0",
        "FROM ubuntu\nCOPY <<-'EOF' /x\n\tFR$0\n\tEOF",
        "FROM ubuntu\nRUN a$0",
        "FROM ubuntu\nRUN apt-get$0",
        "FROM ubuntu\nRUN apt-get install curl$0",
        "FROM ubuntu\nRUN apt-get update $0",
        "FROM ubuntu\nRUN echo apt-get install $0",
        "FROM ubuntu\nRUN a && \\\n  $0",
        "FROM ubuntu\nRUN a && \\\n\n$0",
        "FROM ubuntu\nRUN a -$0",
        "FROM ubuntu\nRUN a --mo$0",
        'FROM ubuntu\nCMD ["a", "$0"]',
        "FROM ubuntu\nWORKDIR /a$0",
        "FROM ubuntu\nCOPY a $0",
        "FROM ubuntu\nEXPOSE 50$0",
        "FROM ubuntu \\$0",
        "FROM ubuntu \\ $0\nAS x",
        "FROM ubuntu\nMAKE $0",
        "FROM ubuntu\nUSER root $0",
        "FROM ubuntu\nUSER root:$0",
    ],
)
def test_the_menu_stays_empty(fixture: str) -> None:
    """Nothing is offered in comments, directives, heredocs, commands and paths, or after the backslash of a line."""
    check_silent(fixture)


def test_the_escape_character_of_the_file_continues_lines() -> None:
    """With a backquote as escape character, a backquote continues a line and a backslash does not."""
    check_completion("# escape=`\nFROM ubuntu `\n$0", "AS")
    assert "RUN" in menu("# escape=`\nFROM ubuntu \\\n$0").in_vscode()


def test_the_documentation_of_an_unknown_key_is_empty() -> None:
    """An editor may send back a key that the server never issued."""
    for provider, key in (
        ("", ""),
        ("image", ""),
        ("image", "nothing"),
        ("tag", ""),
        ("tag", "a b"),
        ("variable", "X"),
        ("instruction", "MAKE"),
        ("flag", ""),
        ("flag", "RUN x"),
        ("mount", "x"),
        ("mount", "cache x"),
        ("label", "x"),
        ("🐍", "x"),
    ):
        assert documentation(ItemKey(provider, key), EMBEDDED) == ""


@pytest.mark.parametrize(
    ("fixture", "label"),
    [
        (f"FROM {BASE}/mini$0:latest", "minimal-py312-inference"),
        (f"FROM {IMAGE}:la$0@sha256:01 AS x", "latest"),
        ("FROM ubuntu AS build\nFROM b$0 AS x", "build"),
        ("FROM ubuntu\nENV AZUREML_M$0=/x", "AZUREML_MODEL_DIR"),
        ("FROM ubuntu\nCOPY --fr$0=x a b", "--from"),
        ("FROM ubuntu\nARG FOLDER=x\nCOPY a ${F$0}/b", "FOLDER"),
    ],
)
def test_inserting_and_replacing_agree_at_the_end_of_a_name(fixture: str, label: str) -> None:
    """VS Code keeps the text after the cursor by default, so an `=` or `:` there must not be inserted again."""
    found = menu(fixture)
    assert found.item(label).span.end == found.offset


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        f"ARG A=1\nFROM --platform=$BUILDPLATFORM {IMAGE}:latest@sha256:01 AS build\n"
        "ENV A=1 B='x y' \\\n # c\n\n  C=$A\n",
        f"from {IMAGE}\r\nonbuild copy --from={IMAGE}:latest --chown=a:b x /y\r\nuser dockeruser\r\n\r\n",
        "\ufeff# escape=`\nFROM a `\n  AS b\nRUN <<A <<-B\nx\nA\n\ty\n\tB\nHEALTHCHECK --retries=1 CMD ${A:-$B}\n# end",
        "FROM 🐍 \\\n AS 🐍\nLABEL a=🐍 b=\u2028 c=\rd\x0be\n\x85USER\xa0x\n",
    ],
)
def test_the_edits_fit_at_every_offset(text: str) -> None:
    """At every offset of a file, complete or cut off there, every offered edit is valid."""
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":  # an editor never puts the cursor there
            menu(f"{text[:offset]}$0{text[offset:]}")
            menu(f"{text[:offset]}$0")
