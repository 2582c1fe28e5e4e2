"""Properties that are true for every text."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from dockerfile_parse import DockerfileParser
from hypothesis import currently_in_test_context, given, note, settings
from hypothesis import strategies as st

from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN
from azureml_dockerfile_ls.syntax.nodes import Instruction, SegmentKind, Tree
from azureml_dockerfile_ls.syntax.scan import SPACE
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import Span

SECONDS = 1.0
"""The limit of CPU time for any text of the size that is generated here."""

some = settings(max_examples=max(settings().max_examples // 20, 50))
"""For properties that analyse several texts in one example."""


# Texts


def any_case(word: str) -> st.SearchStrategy[str]:
    """A word in upper, lower or mixed case."""
    return st.sampled_from([word, word, word, word.lower(), word.swapcase().capitalize()])


KEYWORDS = (
    "FROM RUN CMD COPY ADD ENV ARG WORKDIR USER EXPOSE ENTRYPOINT LABEL HEALTHCHECK SHELL VOLUME STOPSIGNAL ONBUILD "
    "MAINTAINER RNU ſHELL AS"
).split()
keywords = st.sampled_from(KEYWORDS).flatmap(any_case)

BLANKS = ["  ", "\t", "\v", "\f", "\r", "", "\xa0", "\u2003", "\x85", "\x1c", "\n", "\r\n"]
CONTINUATIONS = [" \\\n", " \\\n    ", "\\\n", "\\ \t\n", "\\\r\n", "`\n", " `\r\n", "\\\\\n", "\\\n\r\n"]
WITH_LINES_BETWEEN = [" \\\n# comment\n", " \\\n\n  # comment \\\n", " \\\n \n\\\n"]
blanks = st.one_of(st.just(" "), st.sampled_from(BLANKS), st.sampled_from(CONTINUATIONS + WITH_LINES_BETWEEN))

WORDS = (
    r"""
a b /x ./y/ 80 8000-8010/tcp 0 1 root dockeruser root:root scratch stage AS as –r CMD NONE USER useradd
mcr.microsoft.com/azureml/minimal-py312-inference:latest mcr.microsoft.com/azureml/ mcr.microsoft.com/azureml/x@sha256:0
localhost:5000/a/b:1.0 a:{{latest-image-tag:.*\d+}} {{x ${REG}/a:$TAG ubuntu Ubuntu : @ / é 😀
A=1 A= = =1 A="x A='x A=x\ y A=$B A=${B:-x} A=" A=' A=$A$A AZUREML_ENTRY_SCRIPT=score.py
$A ${A} ${A:-b} ${A:+b} ${A:?b} ${A-b} ${A#*/} ${A##*/} ${A%:*} ${A%%:*} ${A/x/y} ${A//x/y} ${A:-${B:-c}} ${A:+${B}
$ ${ ${A ${A: ${A:- ${A^^} ${A:#x} ${} $$ $1 ${A#\q} ${A// \$A
--from=stage --from=0 --from= --from --from='stage' --FROM=a --"from"=a --platform=linux/amd64 --platform=$X --link
--mount=type=cache,target=/x --mount=type=secret,id=a --mount= --mount=ro --chown=a:b --chmod=755 --x="a --x\ y=z
-- --- --= --interval=5m30s --retries=3 --network=none --link=true
<<EOF <<-EOF <<'EOF' <<"E <<E'O'F 3<<EOF <<\EOF << <<$A <<EOF) cat<<EOF <<A<<B
["a","b"] ["a", [1] [] ["\u00e9\n"] ["a",] [NaN] [[ {"a":1} [ ] "b"]
' " \ ` \\ # && || | ; ( ) $( $(a) `a` > <x> ... “a”
""".split()
    + [
        'A="x y"',
        "A='x y'",
        '--x="a b"',
        '<<"E F"',
        "sh -c 'apt install x'",
        "apt-get install -y x",
        "pip install –r r.txt",
        "a" * 64,
        "\ud800",
        "\0",
        "\u200b",
    ]
)
words = st.one_of(st.sampled_from(WORDS), st.sampled_from(WORDS), st.text(max_size=4), keywords)

instructions = st.builds(
    lambda indent, keyword, pieces: indent + keyword + "".join(blank + word for blank, word in pieces),
    st.sampled_from(["", "", "", "", " ", "\t", "\u2003"]),
    keywords,
    st.lists(st.tuples(blanks, words), max_size=6),
)
LINES = (
    r"""
#
# comment
  # comment
# comment \
#!/bin/sh
\
`
EOF
E F
A
$A
# check=skip=all
# check=skip=UnknownImage // why
# check=x
#check=error=1
# syntax=docker/dockerfile:1
# escape=`
#escape = \
# ESCAPE=`
# escape=x
# x=y
""".split("\n")
    + ["\tEOF", "EOF ", " \\ ", "# escape= ", "#  syntax = a  ", " ", "\t", "\r", "\f", "\u2028", "\ufeff"]
)
lines = st.one_of(instructions, instructions, instructions, st.sampled_from(LINES), st.text(max_size=8))
line_ends = st.sampled_from(["\n"] * 12 + ["\r\n", "\r\n", "\n\n", "\r", "\r\r\n", ""])
fragments = st.builds(
    lambda mark, start, rest: mark + "".join(start) + "".join(line + end for line, end in rest),
    st.sampled_from(["", "", "", "\ufeff"]),
    st.lists(st.sampled_from(LINES).map("{}\n".format), max_size=2),
    st.lists(st.tuples(lines, line_ends), max_size=10),
)
"""Texts that are made of fragments of Dockerfiles."""

special = st.sampled_from("\\\n\r\t `\"'$#{}<>=-[]:@/EOFRUN\ud83d\ude00")
any_unicode = st.text(st.one_of(st.characters(), st.characters(categories=["Cs", "Zs", "Cc"]), special), max_size=200)
"""Any characters at all, lone surrogates included."""


# Properties of a snapshot


def note_example(value: str) -> None:
    """Print a value with the example that fails. Outside of Hypothesis the caller has its own way."""
    if currently_in_test_context():
        note(value)


@contextmanager
def nothing_logged() -> Iterator[None]:
    """Fails if the body logs a record, as a failing rule does."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = records.append  # type: ignore[method-assign]
    logger = logging.getLogger("azureml_dockerfile_ls")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    assert not records, [(record.getMessage(), record.exc_info) for record in records]


def seen_in(snapshot: Snapshot) -> dict[str, Any]:
    """All visible values of a snapshot, to compare two snapshots."""
    return {
        "tree": repr(snapshot.tree),
        "model": stages_in(snapshot.model),
        "findings": [
            (found.rule.name, found.span, found.message, found.severity, found.fixes) for found in snapshot.findings
        ],
    }


def stages_in(model: Model) -> list[Any]:
    """All visible values of the stages of a model."""
    numbers = {placed.stage: number for number, placed in enumerate(model.stages)}
    return [
        (
            placed.first,
            placed.stage.name,
            placed.stage.image,
            numbers.get(placed.stage.base) if placed.stage.base else None,
            {name: definition.value for name, definition in placed.stage.environment.items()},
            [
                (
                    placed.stage.user_at(index).value,
                    placed.stage.shell_at(index).value,
                    placed.stage.workdir_at(index),
                    {name: definition.value for name, definition in placed.stage.definitions_at(index).items()},
                )
                for index in range(placed.stage.end + 1)
            ],
        )
        for placed in model.stages
    ] + [(definition.name, definition.value) for definition in model.global_definitions]


def spelled(instruction: Instruction, span: Span) -> str:
    """The text at a span, its lines joined as BuildKit joins them."""
    escape = re.escape(instruction.escape)
    return re.sub(rf"{escape}[ \t]*\r*\n(?:[{SPACE}]*?(?:#[^\n]*)?\n)*", "", span.of(instruction.text))


def named_spans(instruction: Instruction) -> Iterator[tuple[Span, str]]:
    """The spans of names and values, each with the text that it must cover."""
    yield instruction.keyword
    yield from (
        (flag.name_span, flag.name)
        for flag in instruction.flags
        if not set("\"'\\") & set(flag.name_span.of(instruction.text))
    )
    yield from ((word.span, word.value) for word in instruction.words if not instruction.is_json)
    for pair in instruction.pairs:
        yield pair.name_span, pair.name
        if pair.value is not None and pair.value_span is not None:
            yield pair.value_span, pair.value
    if image := instruction.image:
        yield image.span, image.text
        yield image.name_span, image.name
        yield image.repository_span, image.repository
        parts = [(image.registry_span, image.registry), (image.tag_span, image.tag), (image.digest_span, image.digest)]
        yield from ((span, part) for span, part in parts if span is not None and part is not None)
    if instruction.stage_name:
        yield instruction.stage_name
    yield from ((variable.name_span, variable.name) for variable in instruction.variables)


def all_spans(instruction: Instruction) -> Iterator[Span]:
    """Every span of an instruction."""
    yield from (span for span, _ in named_spans(instruction))
    yield from (instruction.span, instruction.arguments_span, Span(0, instruction.head_end))
    yield from (*instruction.comments, *instruction.empty_continuations)
    nodes = (*instruction.flags, *instruction.words, *instruction.pairs, *instruction.variables, *instruction.heredocs)
    for node in (*nodes, *instruction.problems):
        yield from (part for part in node if isinstance(part, Span))
    if instruction.trigger:
        yield from all_spans(instruction.trigger)


def check_tree(tree: Tree) -> None:
    """Check that the segments cover the text and that every span covers its own text."""
    text = tree.text
    assert (
        "".join(text[start : start + segment.length] for start, segment in zip(tree.starts, tree.segments, strict=True))
        == text
    )
    assert [tree.starts[number] for number in tree.instruction_segments] == [
        start
        for start, segment in zip(tree.starts, tree.segments, strict=True)
        if segment.kind is SegmentKind.INSTRUCTION
    ]
    for index, instruction in enumerate(tree.instructions):
        offset = tree.offset_of(index)
        assert text.startswith(instruction.text, offset)
        assert 0 <= offset <= tree.span_of(index).end <= len(text)
        for span in all_spans(instruction):
            assert 0 <= span.start <= span.end <= len(instruction.text), span
        for part in (instruction, instruction.trigger):
            if part:
                for span, value in named_spans(part):
                    assert spelled(part, span) == value
        for variable in instruction.variables:
            assert variable.span.of(instruction.text).startswith("$")
    for place in [*(problem.span for problem in tree.problems), *(directive.span for directive in tree.directives)]:
        assert 0 <= place.start <= place.end <= len(text)
    for directive in tree.directives:
        assert directive.name_span.of(text).lower() == directive.name
        assert directive.value_span.of(text) == directive.value


def check_findings(snapshot: Snapshot) -> None:
    """Check that findings and fixes are inside the text, and that the edits of a fix do not overlap."""
    end = len(snapshot.text)
    for found in snapshot.findings:
        assert 0 <= found.span.start <= found.span.end <= end, found
        for fix in found.fixes:
            spans = sorted(edit.span for edit in fix.edits)
            assert all(0 <= span.start <= span.end <= end for span in spans), fix
            assert all(first.end <= second.start for first, second in pairwise(spans)), fix


def analyse_strictly(text: str) -> None:
    """Analyse a text, and check every property of the result and the CPU time."""
    with nothing_logged():
        snapshot = analyse(text)
        check_findings(snapshot)
    seconds = seconds_for(text)
    # A second try, because the first may include the garbage collection of other tests.
    assert seconds < SECONDS or seconds_for(text) < SECONDS, f"{seconds:.2f} s"
    check_tree(snapshot.tree)


def seconds_for(text: str) -> float:
    """The CPU time of the analysis of a text with its findings."""
    started = time.process_time()
    _ = analyse(text).findings
    return time.process_time() - started


# Properties


@pytest.mark.slow
@given(fragments)
def test_a_text_of_dockerfile_fragments_is_analysed(text: str) -> None:
    """The analysis of a broken Dockerfile does not fail; its segments cover it, and every span is exact."""
    analyse_strictly(text)


@given(any_unicode)
def test_any_text_is_analysed(text: str) -> None:
    """The analysis of any text does not fail."""
    analyse_strictly(text)


edits = st.tuples(
    st.floats(0, 1),
    st.integers(0, 12),
    st.one_of(st.just(""), words, blanks, lines, st.sampled_from(LINES).map("{}\n".format)),
)


@some
@given(fragments, st.lists(edits, min_size=1, max_size=5))
def test_an_edited_text_is_analysed_as_if_it_were_new(text: str, changes: list[tuple[float, int, str]]) -> None:
    """The analysis of an edited text gives the same result with and without the previous version."""
    snapshot = analyse(text)
    for place, removed, inserted in changes:
        start = round(place * len(text))
        text = text[:start] + inserted + text[start + removed :]
        _ = snapshot.findings
        snapshot = analyse(text, snapshot)
        note(repr(text))

        assert seen_in(snapshot) == seen_in(analyse(text))


@some
@given(fragments)
def test_a_tree_depends_on_its_text_alone(text: str) -> None:
    """Blank lines and comments before an instruction move it, but do not change it."""
    tree = parse(text)
    if not tree.directives and not text.startswith("\ufeff"):
        moved = parse(f"\n{text}", tree)

        assert moved.instructions == tree.instructions
        assert [moved.offset_of(index) - 1 for index in range(len(moved.instructions))] == [
            tree.offset_of(index) for index in range(len(tree.instructions))
        ]


# dockerfile-parse, where its limits are not met: no heredocs, no blank lines in continuations, no half-typed line

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True)
plain = st.from_regex(r"[A-Za-z0-9_./:-]{1,8}", fullmatch=True)
values = st.one_of(
    plain,
    plain.map('"{0} {0}"'.format),
    plain.map("'{0} {0}'".format),
    st.tuples(plain, plain).map("{0[0]}\\ {0[1]}".format),
)
pairs = st.lists(st.tuples(names, values), min_size=1, max_size=4)
simple_instructions = st.one_of(
    pairs.map(lambda items: ("ENV", " ".join(f"{name}={value}" for name, value in items))),
    pairs.map(lambda items: ("LABEL", " ".join(f"{name}={value}" for name, value in items))),
    st.tuples(
        st.sampled_from(["RUN", "COPY", "USER", "WORKDIR", "CMD"]),
        st.lists(plain, min_size=2, max_size=4).map(" ".join),
    ),
    st.tuples(st.just("ENV"), st.tuples(names, plain).map(" ".join)),
)
simple_dockerfiles = st.lists(
    st.one_of(simple_instructions, st.just(("#", "comment")), st.just(("", ""))), max_size=8
).map(lambda items: [("FROM", "a"), *items])


@some
@given(simple_dockerfiles, st.sampled_from([" ", " \\\n  ", "\t"]), st.sampled_from(["\n", "\r\n"]))
def test_dockerfile_parse_agrees(items: list[tuple[str, str]], blank: str, line_end: str) -> None:
    """In plain Dockerfiles, dockerfile-parse finds the same instructions and lines, and the same ENVs and LABELs."""
    text = "".join(f"{keyword}{blank if keyword.isalpha() else ''}{rest}\n" for keyword, rest in items).replace(
        "\n", line_end
    )
    parser = DockerfileParser(fileobj=BytesIO(text.encode()))
    snapshot = analyse(text)
    tree = snapshot.tree
    lines_of = [
        (instruction.name, text.count("\n", 0, tree.span_of(index).start), text.count("\n", 0, tree.span_of(index).end))
        for index, instruction in enumerate(tree.instructions)
    ]
    assert lines_of == [
        (entry["instruction"], entry["startline"], entry["endline"])
        for entry in parser.structure
        if entry["instruction"] != "COMMENT"
    ]

    stage = snapshot.model.final
    assert stage is not None
    assert {name: definition.value for name, definition in stage.environment.items()} == dict(parser.envs)
    labels = {
        pair.name: expand_word(pair.value or "", instruction.escape, lambda _: UNKNOWN)
        for _, instruction in stage.instructions_named("LABEL")
        for pair in instruction.pairs
    }
    assert labels == dict(parser.labels)
