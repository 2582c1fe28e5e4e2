"""Properties of formatting and refactorings that are true for every text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions import Action, code_actions
from azureml_dockerfile_ls.features.formatting import DEFAULT, Style, format_document, format_range
from azureml_dockerfile_ls.features.formatting.typing import format_on_type
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.syntax.language import Arguments
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import Span, TextEdit, apply_edits
from tests.test_properties import fragments, note_example

often = settings(max_examples=max(settings().max_examples // 4, 100))

HEADS = ("", "# syntax=docker/dockerfile:1\n", "# escape=`\n", "ARG V=1\nARG W=a\n")
COMMANDS = r"""
apt-get update
apt-get install -y b a
apt-get install -y --no-install-recommends c=1 b \
rm -rf /var/lib/apt/lists/*
pip install --no-cache-dir b 'a>=1'
pip install -r r.txt b a
uv pip install --no-cache b a
cd /a
export A=1
A=1
A=1 b
. a
source a
conda activate a
set -e
echo $A "b  c"
echo "$(a && b)"
echo 'a && b'
echo `a && b`
a | b
a > b
a 2>&1
$A b
! a
if a
for b in c
service a start
exit 0
(a
a)
a # b
a $?
sh -c "a && b"
[ -f a ]
python -c "import a"
""".strip().split("\n")
OPERATORS = [
    " && ",
    " && ",
    " && ",
    " && \\\n    ",
    " && \\\n    ",
    " && \\\n# c\n  ",
    " || ",
    "; ",
    " | ",
    " & ",
    "\n",
]
OTHERS = (
    'USER root|USER b|ENV A b|ENV A b $C|ENV A=b|LABEL a \'b c\'|CMD a b|CMD ["/a", "b c"]|ENTRYPOINT a|WORKDIR /a|'
    'FROM a:1 AS b|FROM $W:${V}|FROM a|COPY --link a b|SHELL ["bash", "-c"]|SHELL ["cmd"]|RUN ["a", "$B"]|# c|'
    "RUN <<EOF\nset -e\na b\ncd c\nEOF|RUN <<EOF\na\nEOF|ARG V|ARG X=1|COPY a:b c|ENV PIP_CACHE_DIR=a|"
).split("|")
runs = st.builds(
    lambda keyword, first, rest: keyword + first + "".join(operator + command for operator, command in rest),
    st.sampled_from(["RUN "] * 6 + ["run ", "RUN --mount=type=cache,target=/a ", "RUN --network=none ", "CMD "]),
    st.sampled_from(COMMANDS),
    st.lists(st.tuples(st.sampled_from(OPERATORS), st.sampled_from(COMMANDS)), max_size=4),
)
dockerfiles = st.builds(
    lambda head, lines, end: (head + "FROM a:1\n" + "".join(f"{line}\n" for line in lines)).replace("\n", end),
    st.sampled_from(HEADS),
    st.lists(st.one_of(runs, runs, st.sampled_from(OTHERS)), max_size=8),
    st.sampled_from(["\n"] * 5 + ["\r\n"]),
)
"""Dockerfiles that are worth a refactoring."""

SHELL_FORMS = (Arguments.COMMAND, Arguments.HEALTH)
places = st.floats(0, 1)


def built(tree: Tree) -> list[Any]:
    """What BuildKit reads of a file: the directives, and each instruction with the bytes of its heredocs."""
    directives = [(directive.name, directive.value) for directive in tree.directives]
    return [tree.escape, directives, *(read(instruction) for instruction in tree.instructions)]


def read(instruction: Instruction) -> Any:
    """What BuildKit reads of an instruction, and the shell of a shell form; the case of keywords aside."""
    spec = instruction.spec
    words: list[Any] = [word.value for word in instruction.words]
    if spec is not None and spec.arguments in SHELL_FORMS and not instruction.is_json:
        words = [
            ([word.value for word in command.words], [word.value for word in command.prefix], command.operator)
            for command in commands_of(instruction)
        ]
    elif instruction.stage_name is not None:
        words[1] = words[1].upper()
    return (
        instruction.name,
        [(flag.name, flag.value) for flag in instruction.flags],
        words,
        instruction.is_json,
        [(pair.name, pair.value, pair.separator) for pair in instruction.pairs],
        [(heredoc.name, heredoc.body_span.of(instruction.text)) for heredoc in instruction.heredocs],
        [problem.message for problem in instruction.problems],
        read(instruction.trigger) if instruction.trigger else None,
    )


def check_same(text: str, edits: tuple[TextEdit, ...]) -> str:
    """The text after edits, which BuildKit reads like the one before."""
    assert list(edits) == sorted(edits, key=lambda edit: edit.span)
    after = apply_edits(text, edits)
    assert built(parse(after)) == built(parse(text))
    return after


@pytest.mark.slow
@often
@given(fragments, st.sampled_from([DEFAULT, Style("\t"), Style("  ", trims_lines=False, trims_end=False)]))
def test_formatting_keeps_what_is_built_and_is_stable(text: str, style: Style) -> None:
    """Formatting twice is the same as once, and the edits never change an instruction."""
    formatted = check_same(text, format_document(analyse(text), style))
    assert format_document(analyse(formatted), style) == ()
    assert not set(formatted) - set(text) - set(f"\n{style.indent}") - set(text.upper()) - set(text.lower())


@pytest.mark.slow
@often
@given(fragments, places, places)
def test_formatting_a_range_keeps_what_is_built(text: str, one: float, other: float) -> None:
    """Whatever the range."""
    start, end = sorted((round(one * len(text)), round(other * len(text))))
    check_same(text, format_range(analyse(text), Span(start, end)))


@pytest.mark.slow
@often
@given(fragments, places, st.sampled_from("\n\\`"))
def test_formatting_on_type_keeps_what_is_built(text: str, place: float, typed: str) -> None:
    """Whatever was typed where."""
    offset = round(place * len(text))
    text = text[:offset] + typed + text[offset:]
    check_same(text, format_on_type(analyse(text), offset + 1, typed))


# Refactorings


def ran(tree: Tree, *, ignored: Callable[[list[str]], bool]) -> list[Any]:
    """What a file runs and sets, whatever the form: adjacent RUNs are one list of commands, packages are in order."""
    found: list[Any] = []
    for instruction in tree.instructions:
        if instruction.name in ("RUN", "CMD", "ENTRYPOINT"):
            flags = [(flag.name, flag.value) for flag in instruction.flags if not ignored([flag.value or ""])]
            commands = list(commands_in(instruction, ignored))
            if found and instruction.name == "RUN" and found[-1][:2] == ("RUN", flags):
                found[-1][2].extend(commands)
            else:
                found.append((instruction.name, flags, commands))
        elif instruction.name in ("ENV", "LABEL"):
            values = [
                (pair.name, expand_word(pair.value or "", tree.escape, "<{}>".format)) for pair in instruction.pairs
            ]
            found.append((instruction.name, values, None))
        else:
            found.append((instruction.name, read(instruction), None))
    return found


def commands_in(instruction: Instruction, ignored: Callable[[list[str]], bool]) -> Iterator[tuple[Any, ...]]:
    """The commands of an instruction; a heredoc with `set -e` stops at a failure like a chain."""
    commands = commands_of(instruction)
    stops = bool(instruction.heredocs and commands and [word.value for word in commands[0].words] == ["set", "-e"])
    for command in commands[stops:]:
        words = [word.value for word in command.words]
        if ignored(words):
            continue
        if "install" in words:
            start = words.index("install") + 1
            words = words[:start] + sorted(word for word in words[start:] if not ignored([word]))
        operator = "&&" if (stops and command.operator == "\n") or not command.operator else command.operator
        targets = [(each.operator, each.target and each.target.value) for each in command.redirections]
        yield operator, [word.value for word in command.prefix], words, targets
    if not commands and instruction.name != "RUN":
        yield "", instruction.arguments_span.of(instruction.text)


def check_refactored(snapshot: Snapshot, action: Action) -> None:
    """Check that a refactoring changes the text, and nothing of what it runs and sets."""
    text = snapshot.text
    after = apply_edits(text, action.computed().edits)
    note_example(f"{action.title}: {after!r}")
    old, new = snapshot.tree, parse(after)
    assert after != text
    assert sum(len(each.problems) for each in new.instructions) <= sum(len(each.problems) for each in old.instructions)
    is_windows = "\n" in text and text.count("\r\n") == text.count("\n")
    assert not is_windows or after.count("\r\n") == after.count("\n")
    if action.title.startswith("Extract to ARG "):
        name = action.title.rpartition(" ")[2]
        (definition,) = re.findall(rf"^\ufeff?arg {name}=(.*?)\r?\n", after, re.MULTILINE | re.IGNORECASE)
        without = re.sub(rf"^(\ufeff?)arg {name}=.*\n", r"\1", after, flags=re.MULTILINE | re.IGNORECASE)
        assert without.replace(f"${{{name}}}", definition) == text
        assert images_in(snapshot) == images_in(analyse(after))
    elif action.title.startswith("Inline ARG "):
        assert images_in(snapshot) == images_in(analyse(after))
        assert len(new.instructions) == len(old.instructions) - 1
    else:
        is_cache = action.title.startswith("Add cache mount")
        drops = (lambda words: is_about_cache(" ".join(words))) if is_cache else (lambda _: False)
        assert ran(new, ignored=drops) == ran(old, ignored=drops)


def images_in(snapshot: Snapshot) -> list[str | None]:
    """The base images of the stages."""
    return [placed.stage.image.text if placed.stage.image else None for placed in snapshot.model.stages]


def is_about_cache(text: str) -> bool:
    """Whether a flag, an option or a command is what a cache mount brings or makes superfluous."""
    return text.startswith(("type=cache", "--no-cache")) or text == "rm -rf /var/lib/apt/lists/*"


def refactorings(snapshot: Snapshot, span: Span) -> list[Action]:
    """The refactorings for a selection."""
    kinds = (ActionKind.REWRITE, ActionKind.EXTRACT, ActionKind.INLINE)
    return [action for action in code_actions(snapshot, span, kinds) if not action.title.startswith(("Insert", "Pin"))]


@pytest.mark.slow
@often
@given(st.one_of(dockerfiles, dockerfiles, fragments), places, st.one_of(st.just(0), st.integers(0, 40)))
def test_refactorings_keep_what_is_run(text: str, place: float, length: int) -> None:
    """Whatever is selected, in any text, and at each `&&`."""
    snapshot = analyse(text)
    start = round(place * len(text))
    spans = [Span(start, min(start + length, len(text)))]
    spans += [Span(match.end(), match.end()) for match in re.finditer("&&|RUN", text)]
    for span in spans:
        for action in refactorings(snapshot, span):
            check_refactored(snapshot, action)
