"""The names in one instruction. They depend on its text alone, so the instruction stores them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.sections import Block
from azureml_dockerfile_ls.model.symbols.symbol import Form, Occurrence
from azureml_dockerfile_ls.shell.commands import SHELLS
from azureml_dockerfile_ls.shell.variables import ShellName, names_read, names_written
from azureml_dockerfile_ls.syntax.instruction import is_shell_script
from azureml_dockerfile_ls.syntax.nodes import Heredoc, Instruction, KeyValuePair, VariableReference
from azureml_dockerfile_ls.syntax.scan import LogicalLine, join_continuations
from azureml_dockerfile_ls.text import LocalSpan

_NAME = lazy_pattern(r"[^\W\d]\w*")
_NO_NAME = lazy_pattern(r"[$'\"\\`\s]")
_STAGE_NAME = lazy_pattern(r"[A-Za-z0-9][\w.-]*", re.ASCII)
_SHELL_AT_END = lazy_pattern(r"(?:^|[\s/;&|(])(?:ba|da|a|z|k)?sh(?:\s[^<;&|]*)?$")
_LOOK_BEHIND = 200

_SHELL_FORMS = {
    "RUN": Form.SHELL,
    "CMD": Form.STARTED,
    "ENTRYPOINT": Form.STARTED,
    "HEALTHCHECK": Form.STARTED,
}


@derived
def variables_of(instruction: Instruction) -> tuple[Occurrence, ...]:
    """The variables in an instruction, or in its trigger, in the order in which they are read and defined."""
    part = instruction.trigger or instruction
    form = _SHELL_FORMS.get(part.name)
    if form is not None:
        found = list(_in_shell(part, form))
    elif part.spec is None or not (part.spec.expands or part.name == "FROM"):
        return ()
    else:
        found = [_read(variable) for variable in part.variables if _NAME.fullmatch(variable.name)]
    if part.name in ("ARG", "ENV"):
        found = list(_with_definitions(part, found))
    return tuple(_outside_heredoc_names(part, found)) if part.heredocs else tuple(found)


@derived
def variables_in(block: Block) -> Mapping[str, Sequence[tuple[int, Occurrence]]]:
    """The variables in a block by name, each with the index of its instruction in the block."""
    found: dict[str, list[tuple[int, Occurrence]]] = {}
    for at, instruction in enumerate(block.instructions):
        for occurrence in variables_of(instruction):
            found.setdefault(occurrence.name, []).append((at, occurrence))
    return found


@derived
def stages_of(instruction: Instruction) -> tuple[Occurrence, ...]:
    """The names and numbers of stages in an instruction, and the names of images that could be stages."""
    part = instruction.trigger or instruction
    found = []
    if part.name == "FROM":
        if part.image is not None and _STAGE_NAME.fullmatch(part.image.text):
            found.append(_named(part.image.text, part.image.span, Form.BASE))
        if part.stage_name is not None:
            found.append(_named(part.stage_name.value, part.stage_name.span, Form.STAGE))
    elif part.name == "COPY" and part.image is not None:
        found += _source(part.image.text, part.image.span)
    elif part.name == "RUN":
        for flag in part.flags:
            if flag.name == "mount" and flag.value is not None and flag.value_span is not None:
                found += _mount_sources(flag.value, flag.value_span)
    return tuple(found)


@derived
def heredocs_of(instruction: Instruction) -> tuple[tuple[Occurrence, ...], ...]:
    """The name of each heredoc: where it starts, and where it ends."""
    return tuple(tuple(found) for heredoc in instruction.heredocs if (found := _heredoc(instruction, heredoc)))


def _outside_heredoc_names(part: Instruction, found: list[Occurrence]) -> Iterator[Occurrence]:
    """The variables without those in `<<$NAME`, where the `$` is part of the name of the heredoc."""
    spans = [heredoc.span for heredoc in part.heredocs]
    starts = [span.start for span in spans]
    for occurrence in found:
        number = bisect_right(starts, occurrence.span.start) - 1
        if number < 0 or occurrence.span.start >= spans[number].end:
            yield occurrence


def _named(name: str, span: LocalSpan, form: Form) -> Occurrence:
    return Occurrence(name.lower(), span, form, span)


def _source(text: str, span: LocalSpan) -> Iterator[Occurrence]:
    if _STAGE_NAME.fullmatch(text) and span.end - span.start == len(text):
        yield _named(text, span, Form.NUMBER if text.isdecimal() else Form.SOURCE)


def _mount_sources(value: str, span: LocalSpan) -> Iterator[Occurrence]:
    # Spans of single fields are exact only where the value is written as it is, without quotes or continuations.
    if span.end - span.start != len(value) or '"' in value:
        return
    offset = span.start
    for field in value.split(","):
        key, _, text = field.partition("=")
        if key.lower() == "from":
            yield from _source(text, LocalSpan(offset + len(key) + 1, offset + len(field)))
        offset += len(field) + 1


def _read(variable: VariableReference) -> Occurrence:
    reach = LocalSpan(variable.span.start, variable.name_span.end)
    return Occurrence(variable.name, variable.name_span, Form.REFERENCE, reach)


def _with_definitions(part: Instruction, reads: list[Occurrence]) -> Iterator[Occurrence]:
    """Reads and definitions: a pair of ARG sees the pairs before it, one of ENV only the instructions before it."""
    if part.name == "ENV":
        yield from reads
    left = iter(reads)
    read = next(left, None) if part.name == "ARG" else None
    for pair in part.pairs:
        while read is not None and read.span.start < pair.span.end:
            yield read
            read = next(left, None)
        if pair.name and not _NO_NAME.search(pair.name):
            yield Occurrence(pair.name, pair.name_span, _definition(part, pair), pair.name_span)
    while read is not None:
        yield read
        read = next(left, None)


def _definition(part: Instruction, pair: KeyValuePair) -> Form:
    if part.name == "ENV":
        return Form.VARIABLE
    return Form.BARE_ARGUMENT if pair.value is None else Form.ARGUMENT


def _in_shell(part: Instruction, form: Form) -> Iterator[Occurrence]:
    words = part.words[1:] if part.name == "HEALTHCHECK" else part.words
    line = join_continuations(part.text, part.escape)
    end = len(line.text)
    if part.is_json and not (words and words[0].value.rsplit("/", 1)[-1] in SHELLS):
        # Nothing replaces the variables of an exec form, unless it starts a shell. Its flags precede it.
        end = line.text.find("[")
    found = list(names_read(line.text, 0, end))
    if words and not part.is_json:
        found += names_written(line.text, line.text.rfind(words[-1].value), end)
    for name in sorted(found):
        yield _placed(name, line, form)
    for heredoc in part.heredocs:
        if _is_read_by_shell(part, heredoc):
            names = [*names_read(part.text, *heredoc.body_span), *names_written(part.text, *heredoc.body_span)]
            for name in sorted(names):
                yield _placed(name, None, form)


def _placed(name: ShellName, line: LogicalLine | None, form: Form) -> Occurrence:
    span = line.span(name.start, name.end) if line is not None else LocalSpan(name.start, name.end)
    if name.is_written:
        return Occurrence(name.name, span, Form.ASSIGNED, span)
    # The cursor can also be on the `$` or the `{` before the name.
    return Occurrence(name.name, span, form, LocalSpan(max(span.start - 1, 0), span.end))


def _is_read_by_shell(part: Instruction, heredoc: Heredoc) -> bool:
    """Whether a shell replaces the variables in the body of a heredoc of a RUN."""
    if heredoc.span == part.arguments_span:
        return is_shell_script(heredoc.body_span.of(part.text))
    if heredoc.expands:
        return True
    before = part.text[max(heredoc.span.start - _LOOK_BEHIND, 0) : heredoc.span.start]
    return _SHELL_AT_END.search(before) is not None


def _heredoc(instruction: Instruction, heredoc: Heredoc) -> Iterator[Occurrence]:
    text, span = instruction.text, heredoc.name_span
    written = span.of(text)
    at = written.find(heredoc.name)
    if at < 0 or (written[:at] + written[at + len(heredoc.name) :]).strip() not in ("", "''", '""'):
        return
    span = LocalSpan(span.start + at, span.start + at + len(heredoc.name))
    yield Occurrence(heredoc.name, span, Form.HEREDOC, span)
    if heredoc.terminator_span is not None:
        last = heredoc.terminator_span.of(text).rstrip("\r\n")
        end = heredoc.terminator_span.start + len(last)
        name = LocalSpan(end - len(heredoc.name), end)
        yield Occurrence(heredoc.name, name, Form.TERMINATOR, name)
