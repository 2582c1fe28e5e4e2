"""The outline of a Dockerfile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from azureml_dockerfile_ls.features.symbols import LONGEST_NAME, Symbol, SymbolKind, definitions, is_asked_for, symbols
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import crlf, dockerfile

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference:latest"


def outline(text: str) -> list[Symbol]:
    """The outline of a text; it holds that editors can take it: no empty names, each part inside the whole."""
    found = symbols(analyse(text))
    _check_nesting(text, found, 0, len(text))
    return found


def _check_nesting(text: str, found: list[Symbol] | tuple[Symbol, ...], start: int, end: int) -> None:
    for symbol in found:
        assert symbol.name.strip()
        assert "\n" not in symbol.name
        assert start <= symbol.span.start <= symbol.selection.start <= symbol.selection.end <= symbol.span.end <= end
        _check_nesting(text, symbol.children, *symbol.span)
        start = symbol.span.end


def check_symbols(fixture: str, expected: str) -> None:
    """The outline of a Dockerfile, with the instructions of a stage indented below it."""
    lines = []
    for symbol in outline(dockerfile(fixture)):
        lines.append(f"{symbol.name} <- {symbol.detail}" if symbol.detail else symbol.name)
        lines += [f"    {child.name}" for child in symbol.children]
    assert lines == dockerfile(expected).splitlines()


def test_a_symbol_is_on_one_line() -> None:
    """Also where a flag, a value or a word goes over two lines."""
    check_symbols(
        r"""
        FROM a
        RUN --mount=type=cache,\
        target=/x b
        COPY --chown=a\
        b c d
        ENV A=b\
        c
        """,
        """
        a
            FROM
            RUN --mount=type=cache,target=/x b
            COPY --chown=ab c d
            ENV A=bc
        """,
    )


def test_a_stage_holds_its_instructions() -> None:
    """It is called by its name, with the image beside it, else by its image; its FROM has the keyword alone."""
    check_symbols(
        f"""
        # syntax=docker/dockerfile:1
        ARG TAG=latest
        FROM --platform=linux/amd64 ubuntu:24.04 AS build
        RUN pip install numpy

        # the image
        FROM {IMAGE}
        COPY --from=build --chown=1:1 /a /b
        CMD ["python", "-m", "serve"]
        """,
        f"""
        ARG TAG=latest
        build <- ubuntu:24.04
            FROM
            RUN pip install numpy
        {IMAGE}
            FROM
            COPY --from=build --chown=1:1 /a /b
            CMD python -m serve
        """,
    )


def test_every_kind_of_instruction_begins_with_its_keyword() -> None:
    """As it is written, on one line, without the comments in it."""
    check_symbols(
        """
        from ubuntu
        env A=1 \\
            # a comment
            B="x y"
        label a=b
        onbuild run x
        healthcheck --retries=3 cmd curl localhost
        run <<EOF
          echo
        EOF
        make it so
        """,
        """
        ubuntu
            from
            env A=1 B="x y"
            label a=b
            onbuild run x
            healthcheck --retries=3 cmd curl localhost
            run <<EOF
            make
        """,
    )


def test_long_instructions_are_cut() -> None:
    """An outline is to be looked over."""
    (stage,) = outline(f"FROM ubuntu\nRUN {'x' * 200}\n")
    assert len(stage.children[1].name) == LONGEST_NAME
    assert stage.children[1].name.endswith("x…")


def test_the_spans_lead_to_the_text() -> None:
    """A stage spans its instructions and selects its name; an instruction spans all of its lines."""
    text = "FROM ubuntu AS build\nRUN a \\\n  b\n\nFROM scratch\n"
    build, scratch = outline(text)
    assert build.span.of(text) == "FROM ubuntu AS build\nRUN a \\\n  b"
    assert build.selection.of(text) == "build"
    assert build.children[1].span.of(text) == "RUN a \\\n  b"
    assert build.children[1].selection.of(text) == "RUN"
    assert scratch.selection.of(text) == "scratch"


def test_a_deprecated_instruction_is_marked() -> None:
    """MAINTAINER is."""
    (stage,) = outline("FROM ubuntu\nMAINTAINER me\nUSER me\n")
    assert [child.is_deprecated for child in stage.children] == [False, True, False]


def test_each_kind_of_instruction_has_its_sign() -> None:
    """What it makes or sets; where no sign fits, it has a neutral one."""
    argument, stage = outline(
        'ARG A=1\nFROM ubuntu\nENV A=1\nCOPY a b\nWORKDIR /a\nUSER a\nEXPOSE 1\nRUN a\nCMD a\nSHELL ["a"]\nX\n'
    )
    assert argument.kind is SymbolKind.ARGUMENT
    assert stage.kind is SymbolKind.STAGE
    assert [child.kind for child in stage.children[1:]] == [
        SymbolKind.VARIABLE,
        SymbolKind.FILE,
        SymbolKind.FOLDER,
        SymbolKind.USER,
        SymbolKind.PORT,
        SymbolKind.COMMAND,
        SymbolKind.START,
        SymbolKind.OTHER,
        SymbolKind.OTHER,
    ]


def test_stages_and_arguments_can_be_searched_for() -> None:
    """Each ARG with its default, and with the stage that it is in."""
    text = "ARG A=1\nFROM ubuntu AS build\nARG B C=2\nRUN x\nFROM scratch\n"
    found = [(one.name, one.detail, one.container, one.span.of(text)) for one in definitions(analyse(text).tree)]
    assert found == [
        ("A", "1", "", "A"),
        ("build", "ubuntu", "", "build"),
        ("B", "", "build", "B"),
        ("C", "2", "build", "C"),
        ("scratch", "", "", "scratch"),
    ]


@pytest.mark.parametrize(
    ("query", "fits"), [("", True), ("bld", True), ("BU ST", True), ("db", False), ("buildx", False)]
)
def test_a_query_has_letters_of_the_name_in_their_order(query: str, fits: bool) -> None:
    """In either case, with or without gaps."""
    assert is_asked_for("build-stage", query) is fits


@pytest.mark.parametrize(
    ("text", "name"),
    [("FROM\n", "stage 0"), ("FROM $BASE\n", "$BASE"), ("FROM ubuntu AS\n", "ubuntu"), ("FROM a b c\n", "a")],
)
def test_a_stage_always_has_a_name(text: str, name: str) -> None:
    """Also while its image is typed."""
    assert [symbol.name for symbol in outline(text)] == [name]


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "\ufeff"])
def test_without_instructions_the_outline_is_empty(text: str) -> None:
    """Comments are not entries."""
    assert outline(text) == []


def test_windows_line_ends_make_no_difference() -> None:
    """The names are the same."""
    text = "FROM ubuntu AS x\nRUN a \\\n  b\nENV A=1 \\\n  B=2\n"
    names = [[child.name for child in stage.children] for stage in outline(text)]
    assert names == [[child.name for child in stage.children] for stage in outline(crlf(text))]


@pytest.mark.parametrize(
    "text",
    [
        f"ARG A=1\nFROM --platform=$BUILDPLATFORM {IMAGE} AS build\n"
        f"ENV A=1 B='x y' \\\n # c\n\n  C=$A ${{A\n\\\n\nFROM \\\n",
        "\ufeff# escape=`\nFROM a `\n  AS b\nRUN <<A <<-B\nx\nA\n\ty\n\tB\nHEALTHCHECK --retries=1 CMD ${A:-$B}\n# end",
        'FROM 🐍\nLABEL a=🐍 b=\u2028 c=\rd\x0be\n\x85USER\xa0x\nCMD ["", "a\\nb"]\nCMD [""]\n`\nENTRYPOINT []\n"',
    ],
)
def test_a_text_that_is_being_typed_has_an_outline_that_editors_take(text: str) -> None:
    """Cut off at any place."""
    for end in range(len(text) + 1):
        outline(text[:end])


@pytest.mark.parametrize(
    "text",
    ["FROM a\nENV \x07=1", "FROM a AS \x1b[0m", "FROM a\x1b\nARG \x85=\u202e", "RUN \x00", "\x1b", "FROM \x0b\x0c"],
)
def test_a_name_has_no_control_characters(text: str) -> None:
    """A list in an editor shows a mark instead, and so does the search in the workspace."""

    def names(found: Iterable[Symbol]) -> Iterator[str]:
        for symbol in found:
            yield from (symbol.name, symbol.detail, *names(symbol.children))

    snapshot = analyse(text)
    found = [text for each in definitions(snapshot.tree) for text in (each.name, each.detail, each.container)]
    assert all(name.isprintable() for name in (*names(outline(text)), *found))
