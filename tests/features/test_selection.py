"""Selection that grows with each press of a key."""

from __future__ import annotations

from azureml_dockerfile_ls.features.selection import selections
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import cursor


def check_selections(fixture: str, *expected: str) -> None:
    """The texts that are selected one after the other, before the whole file is."""
    text, offset = cursor(fixture)
    found = [span.of(text) for span in selections(analyse(text), offset)]
    assert found == [*expected, text]


def test_it_grows_from_the_word_to_the_file() -> None:
    """Over the value, the argument, the instruction and the stage."""
    check_selections(
        'FROM a\nENV A=1 B="x y$0 z"\n\nFROM b\n',
        "y",
        "x y z",
        '"x y z"',
        'B="x y z"',
        'A=1 B="x y z"',
        'ENV A=1 B="x y z"',
        'FROM a\nENV A=1 B="x y z"',
    )


def test_it_grows_over_the_parts_of_an_image() -> None:
    """Repository, name, reference."""
    check_selections(
        "FROM mcr.microsoft.com/azureml/mini$0mal:latest AS x\n",
        "minimal",
        "azureml/minimal",
        "mcr.microsoft.com/azureml/minimal",
        "mcr.microsoft.com/azureml/minimal:latest",
        "mcr.microsoft.com/azureml/minimal:latest AS x",
        "FROM mcr.microsoft.com/azureml/minimal:latest AS x",
    )


def test_it_grows_over_the_commands_of_a_run() -> None:
    """Word, quoted text, command, all commands."""
    check_selections(
        "FROM a\nRUN ls && pip install 'a>$0=1' && pwd\n",
        "a>=1",
        "'a>=1'",
        "pip install 'a>=1'",
        "ls && pip install 'a>=1' && pwd",
        "RUN ls && pip install 'a>=1' && pwd",
        "FROM a\nRUN ls && pip install 'a>=1' && pwd",
    )


def test_it_grows_over_flags_variables_and_json() -> None:
    """Each part of them."""
    check_selections(
        "FROM a\nCOPY --chown=m$0e:b c d\n",
        *("me", "me:b", "--chown=me:b", "COPY --chown=me:b c d", "FROM a\nCOPY --chown=me:b c d"),
    )
    check_selections(
        "FROM a\nUSER ${U:-ro$0ot}\n", *("root", "${U:-root}", "USER ${U:-root}", "FROM a\nUSER ${U:-root}")
    )
    check_selections(
        'FROM a\nCMD ["a b$0", "c"]\n',
        *("b", "a b", '"a b"', '["a b", "c"]', 'CMD ["a b", "c"]', 'FROM a\nCMD ["a b", "c"]'),
    )


def test_it_grows_over_heredocs() -> None:
    """Command, body, body with its last line, instruction."""
    check_selections(
        "FROM a\nRUN <<EOF\nl$0s -l\npwd\nEOF\n",
        "ls",
        "ls -l",
        "ls -l\npwd\n",
        "ls -l\npwd\nEOF",
        "RUN <<EOF\nls -l\npwd\nEOF",
        "FROM a\nRUN <<EOF\nls -l\npwd\nEOF",
    )


def test_it_grows_over_comments() -> None:
    """Word, comment, the comments together."""
    check_selections("# a b$0\n# c\nFROM a\n", "b", "# a b", "# a b\n# c")


def test_between_instructions_the_stage_is_next() -> None:
    """And in an empty file there is nothing but the file."""
    check_selections("FROM a\n$0\nRUN b\n", "FROM a\n\nRUN b")
    check_selections("$0")
