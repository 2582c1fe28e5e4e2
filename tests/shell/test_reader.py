"""The commands of RUN, CMD and ENTRYPOINT, and the spans of their words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azureml_dockerfile_ls.model.model import build
from azureml_dockerfile_ls.model.run_commands import commands_at
from azureml_dockerfile_ls.shell.commands import Command, may_run_other_commands
from azureml_dockerfile_ls.shell.reader import commands_of, end_of_commands
from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.syntax.tree import parse


def commands(text: str) -> list[str]:
    """The commands of an instruction, each as its words joined by spaces."""
    return [" ".join(word.value for word in command.words) for command in parsed(text)]


def parsed(text: str) -> tuple[Command, ...]:
    """The commands of an instruction."""
    return commands_of(parse_instruction(text, "\\"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a && b || c; d | e & f", ["a", "b", "c", "d", "e", "f"]),
        ("(a; { b; })", ["a", "b"]),
        ("if a; then b; elif c; else d; fi", ["a", "b", "c", "d"]),
        ("for i in a b; do c $i; done", ["for i in a b", "c $i"]),
        ("while ! a; do b; done", ["a", "b"]),
        ("case x in x) a;; esac", ["case x in x", "a", "esac"]),
        ("f() { a; }; f", ["f", "a", "f"]),
        ("A=b C=$D a", ["a"]),
        ("A=b", []),
        ("a $(b $(c)) `d`", ["a $(b $(c)) `d`", "b $(c)", "c", "d"]),
        ("a # b; c", ["a"]),
        ("a#b", ["a#b"]),
        ("a \"b; c\" 'd && e' f\\;g", ["a b; c d && e f;g"]),
        ("a $((1 + 2))", ["a $((1 + 2))"]),
        ("a \\\n  # comment\n\n  && b", ["a", "b"]),
        ("", []),
        ("--mount=type=cache,target=/a b", ["b"]),
        ("R", ["R"]),
    ],
)
def test_the_shell_form(text: str, expected: list[str]) -> None:
    """Commands are split at operators, without assignments and reserved words; substitutions follow."""
    assert commands(f"RUN {text}") == expected


@pytest.mark.parametrize(
    ("text", "expected", "by_sudo"),
    [
        ("sudo a", "a", True),
        ("sudo -E -u joe A=b env -u C nice -n 5 a", "a", True),
        ("gosu root a", "a", True),
        ("timeout -k 5 60 a", "a", False),
        ("xargs -n 1 a b", "a b", False),
        ("exec a", "a", False),
        ("time a", "a", False),
        ("sudo", "sudo", False),
        ("conda run -n e --no-capture-output a b", "a b", False),
        ("/opt/conda/bin/mamba run --cwd /b a", "a", False),
        ("conda install run", "conda install run", False),
    ],
)
def test_programs_that_start_another(text: str, expected: str, by_sudo: bool) -> None:
    """The command of a wrapper such as sudo is the command that it starts."""
    [command] = parsed(f"RUN {text}")

    assert (commands(f"RUN {text}"), command.by_sudo) == ([expected], by_sudo)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sh -c 'a; b'", ["sh -c a; b", "a", "b"]),
        ("/bin/bash -euxc \"a && sh -c 'b'\"", ["/bin/bash -euxc a && sh -c 'b'", "a", "sh -c b", "b"]),
        ("bash a.sh -c 'b'", ["bash a.sh -c b"]),
        ("python -c 'a; b'", ["python -c a; b"]),
    ],
)
def test_the_script_of_a_shell(text: str, expected: list[str]) -> None:
    """The commands of a `sh -c` script follow the shell."""
    assert commands(f"RUN {text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('RUN ["a", "b; c", "$d"]', ["a b; c $d"]),
        ('CMD ["sh", "-c", "a && b"]', ["sh -c a && b", "a", "b"]),
        ("ENTRYPOINT a; b", ["a", "b"]),
        ("HEALTHCHECK --interval=5s CMD a || b", ["a", "b"]),
        ('HEALTHCHECK CMD ["a", "b"]', ["a b"]),
        ("HEALTHCHECK CMD CMD", ["CMD"]),
        ("RUN []", []),
    ],
)
def test_other_forms_and_instructions(text: str, expected: list[str]) -> None:
    """The exec form is one command; CMD, ENTRYPOINT and HEALTHCHECK are read like RUN."""
    assert commands(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<<EOF\na\nb\nEOF", ["a", "b"]),
        ("<<-EOF\n\ta\n\tEOF", ["a"]),
        ("<<EOF\n#!/bin/bash -e\na\nEOF", ["a"]),
        ("<<EOF\n#!/usr/bin/env python3\na\nEOF", []),
        ("<<EOF # comment\na\nEOF", []),
        ("bash -eo pipefail <<EOF\na\nEOF", ["bash -eo pipefail", "a"]),
        ("<<EOF bash\na\nEOF", ["bash", "a"]),
        ("bash b.sh <<EOF\na\nEOF", ["bash b.sh"]),
        ("cat <<EOF > b\na\nEOF", ["cat"]),
        ("<<EOF cat > b\na\nEOF", ["cat"]),
        ("cat <<A && sh <<B\na\nA\nb\nB", ["cat", "sh", "b"]),
        ("sh <<EOF && b\na \\\n  c\nEOF", ["sh", "b", "a c"]),
        ("<<EOF\ncat <<X > f && b\nd\n  X\nX\nc\nEOF", ["cat", "b", "c"]),
        ("<<EOF\ncat <<-'X'\nd\n\tX\nc\nEOF", ["cat", "c"]),
        ("<<EOF\ncat <<X\nd\nEOF", ["cat"]),
    ],
)
def test_heredocs(text: str, expected: list[str]) -> None:
    """A heredoc is a script if a shell reads it: alone, or as the input of a shell."""
    assert commands(f"RUN {text}") == expected


def test_a_heredoc_of_sudo() -> None:
    """The commands of a heredoc run with sudo if sudo runs the shell that reads it."""
    assert [command.by_sudo for command in parsed("RUN sudo sh <<EOF\na\nEOF")] == [True, True]


def test_redirections() -> None:
    """Redirections are not words; one at the end has no target."""
    [command] = parsed("RUN <a b 2>>c d &>e >")

    assert [word.value for word in command.words] == ["b", "d"]
    assert [(item.operator, item.target and item.target.value) for item in command.redirections] == [
        *(("<", "a"), (">>", "c"), ("&>", "e"), (">", None)),
    ]


def test_options_and_operands() -> None:
    """An option is found in a cluster of letters, and its value is not an operand."""
    [command] = parsed("RUN apt-get -yo A=b -qt stable install --dry-run --target=/a curl")

    assert command.program == "apt-get"
    assert command.has_option("-y", "--yes")
    assert command.has_option("--target")
    assert not command.has_option("-s", "--simulate")
    assert [word.value for word in command.operands("-o", "-t")] == ["install", "curl"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("RUN a 'b c'", "'b c'"),
        ("RUN a \\\n  && 'b \\\n c'", "'b \\\n c'"),
        ("RUN sh -c 'a bcd e'", "bcd"),
        ('RUN sh -c "a \\"x\\" bcd"', "bcd"),
        ("RUN sh -c \"a 'b' \\\n bcd\"", "bcd"),
        ("RUN sh -c \"sh -c 'a \\$x bcd'\"", "bcd"),
        ("RUN sh -c a' b'\" bcd\"", "bcd"),
        ('CMD ["sh", "-c", "a \\"b\\" \\u00e9 bcd"]', "bcd"),
        ("RUN <<EOF\na\n  bcd\nEOF", "bcd"),
        ("RUN a $(b bcd)", "bcd"),
    ],
)
def test_spans_of_words(text: str, word: str) -> None:
    """The spans are exact through continuations, quotes, escapes and nested scripts."""
    spans = [item.span.of(text) for command in parsed(text) for item in command.words]

    assert word in spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a && b || c; d | e & f", ["", "&&", "||", ";", "|", "&"]),
        ("(a; b) && { c; }", ["(", ";", "&&"]),
        ("<<EOF\na &&\n# comment\n\n b\nc\nEOF", ["", "&&", "\n"]),
        ("sh -c 'a && b' | c", ["", "", "&&", "|"]),
    ],
)
def test_the_operator_before_a_command(text: str, expected: list[str]) -> None:
    """A list continues on the next line after `&&`."""
    assert [command.operator for command in parsed(f"RUN {text}")] == expected


def test_the_prefix_of_a_command() -> None:
    """The prefix holds assignments, reserved words and wrappers with their options."""
    [command] = parsed("RUN if A=b sudo -E conda run -n c d; then")

    assert [word.value for word in command.prefix] == ["if", "A=b", "sudo", "-E", "conda", "run", "-n", "c"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN a", ""),
        ("RUN sh -c 'b a'", "'"),
        ('RUN sh -c "b \\"x\\" a"', '"'),
        ("RUN sh -c \"sh -c 'b a'\"", "\"'"),
        ('RUN ["sh", "-c", "b a"]', '"'),
        ("RUN sh -c b\\ a", "?"),
        ("RUN sh -c b' 'a", "?"),
    ],
)
def test_the_quotes_around_a_script(text: str, expected: str) -> None:
    """The outermost quotes come first."""
    assert parsed(text)[-1].script.quotes == expected


def test_commands_of_one_shell() -> None:
    """The commands of one shell have the same script, with the command that reads it."""
    outer, shell, inner, other = parsed("RUN a && sh -c 'b; c'")

    assert outer.script == shell.script != inner.script == other.script
    assert outer.script.reader is None
    assert inner.script.reader == shell


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("FROM a\nRUN b", ["b"]),
        ('FROM a\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN b', ["b"]),
        ('FROM a\nSHELL ["conda", "run", "-p", "$NOWHERE", "/bin/bash", "-c"]\nRUN b', ["b"]),
        ('FROM a\nSHELL ["pwsh", "-c"]\nRUN b', []),
        ('FROM a\nSHELL ["cmd", "/S", "/C"]\nRUN b', []),
        ('FROM a\nSHELL ["pwsh", "-c"]\nRUN ["b"]', ["b"]),
        ("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN b", []),
        ("FROM mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-1809\nRUN b", []),
        ("ARG TAG=3.12-windowsservercore\nFROM python:$TAG\nRUN b", []),
    ],
)
def test_the_shell_of_a_stage(lines: str, expected: list[str]) -> None:
    """Only the text for a POSIX shell is read; the exec form needs no shell."""
    [placed] = build(parse(lines)).stages
    found = commands_at(placed.stage, placed.stage.end - 1)

    assert [command.program for command in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN a b # c", "RUN a b"),
        ("RUN a \\\n  # comment\n  'b c' \\\n", "RUN a \\\n  # comment\n  'b c'"),
        ("RUN (a; b)", "RUN (a; b)"),
        ("RUN if a; then b; fi", "RUN if a; then b; fi"),
        ("RUN a > b", "RUN a > b"),
        ("RUN a <<EOF # c\nd\nEOF", "RUN a <<EOF"),
        ("RUN <<EOF\na\nb # c\n\nEOF", "RUN <<EOF\na\nb"),
        ("RUN a &&", None),
        ("RUN a;", None),
        ("RUN a && \\\n", None),
        ("RUN <<EOF\na\ncat <<X\nb\nX\nEOF", None),
        ('RUN ["a"]', None),
        ("RUN", None),
    ],
)
def test_the_end_of_the_commands(text: str, expected: str | None) -> None:
    """The commands end before a comment; there is no end after an operator."""
    end = end_of_commands(parse_instruction(text, "\\"))

    assert (text[:end] if end is not None else None) == expected


@pytest.mark.parametrize(
    "text",
    [
        "./a.sh",
        "/tmp/a",
        "bash a.sh",
        "sh",
        ". a",
        "source a",
        "eval b",
        "make",
        "$A",
        "a.py",
        "python a",
        "python3 -u a.py",
    ],
)
def test_commands_that_run_unknown_commands(text: str) -> None:
    """Scripts, the user's own programs and `eval` may run unknown commands."""
    assert may_run_other_commands(parsed(f"RUN {text}")[0])


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "/usr/bin/a",
        "$CONDA/bin/pip a",
        "bash -ec 'a'",
        "sh <<EOF\na\nEOF",
        "cp a.sh /b",
        "python -m a",
        "python --version",
    ],
)
def test_commands_that_run_no_other_commands(text: str) -> None:
    """System programs, and shells with their script in the text, run no unknown commands."""
    assert not may_run_other_commands(parsed(f"RUN {text}")[0])


FRAGMENTS = [
    *(
        "a",
        " ",
        "\\",
        "\\\n",
        "\n",
        "'",
        '"',
        "`",
        "$(",
        ")",
        "${",
        "}",
        "$((",
        "))",
        ";",
        "&&",
        "|",
        "<",
        ">",
        "<<",
        "#",
    ),
    *("sh -c ", "sudo ", "EOF", "<<EOF\n", "\nEOF\n", "A=b ", "[", "]", '", "', "é", "\u00a0", "2>", "-c"),
]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["RUN ", "CMD ", 'CMD ["', "HEALTHCHECK CMD "]), st.lists(st.sampled_from(FRAGMENTS), max_size=20)
)
def test_any_text(keyword: str, fragments: list[str]) -> None:
    """On any text, the reader never raises, every span is inside the text, and every command has a program."""
    text = (keyword + "".join(fragments)).rstrip("\r\n")
    end = end_of_commands(parse_instruction(text, "\\"))
    assert end is None or 0 < end <= len(text)
    for command in parsed(text):
        assert command.words
        for span in (command.span, *(word.span for word in command.words)):
            assert 0 <= span.start <= span.end <= len(text)
        for redirection in command.redirections:
            assert 0 <= redirection.span.start <= redirection.span.end <= len(text)
