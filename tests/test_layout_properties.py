"""Properties of formatting and refactorings that are true for every text."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from azureml_dockerfile_ls.features.formatting import DEFAULT, Style, format_document, format_range
from azureml_dockerfile_ls.features.formatting.typing import format_on_type
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.syntax.language import Arguments
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import Span, TextEdit, apply_edits
from tests.test_properties import fragments

often = settings(max_examples=max(settings().max_examples // 4, 100))

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


@often
@given(fragments, st.sampled_from([DEFAULT, Style("\t"), Style("  ", trims_lines=False, trims_end=False)]))
def test_formatting_keeps_what_is_built_and_is_stable(text: str, style: Style) -> None:
    """Formatting twice is the same as once, and the edits never change an instruction."""
    formatted = check_same(text, format_document(analyse(text), style))
    assert format_document(analyse(formatted), style) == ()
    assert not set(formatted) - set(text) - set(f"\n{style.indent}") - set(text.upper()) - set(text.lower())


@often
@given(fragments, places, places)
def test_formatting_a_range_keeps_what_is_built(text: str, one: float, other: float) -> None:
    """Whatever the range."""
    start, end = sorted((round(one * len(text)), round(other * len(text))))
    check_same(text, format_range(analyse(text), Span(start, end)))


@often
@given(fragments, places, st.sampled_from("\n\\`"))
def test_formatting_on_type_keeps_what_is_built(text: str, place: float, typed: str) -> None:
    """Whatever was typed where."""
    offset = round(place * len(text))
    text = text[:offset] + typed + text[offset:]
    check_same(text, format_on_type(analyse(text), offset + 1, typed))
