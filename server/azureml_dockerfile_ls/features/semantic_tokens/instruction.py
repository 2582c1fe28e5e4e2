"""The tokens of one instruction."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.features.semantic_tokens.legend import TokenType
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.parts import Part, shell_parts
from azureml_dockerfile_ls.shell.reader import commands_of, heredoc_scripts
from azureml_dockerfile_ls.syntax.instruction import find_variables
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS, MOUNT_KEYS, Arguments, ValueKind
from azureml_dockerfile_ls.syntax.nodes import Flag, Heredoc, ImageReference, Instruction, VariableReference, Word
from azureml_dockerfile_ls.syntax.reference import split_reference
from azureml_dockerfile_ls.syntax.scan import DEFAULT_ESCAPE, continues
from azureml_dockerfile_ls.text import LocalSpan

_NUMBER = lazy_pattern(r"[-+]?\d+(?:\.\d+)?")
_PORT = lazy_pattern(r"\d+|/\w+|-")
_MOUNT_FIELD = lazy_pattern(r"\s*([^,=\s]+)(=?)([^,]*)")


class Reading(NamedTuple):
    """What the tokens of an instruction depend on beside its text.

    `is_posix` is whether a POSIX shell reads its commands. `stages` has, for each name in `named_sources`, whether it
    is that of a stage. `knows_all` is False if the file's frontend may have instructions of its own.
    """

    is_posix: bool = True
    stages: tuple[bool, ...] = ()
    knows_all: bool = True


class Token(NamedTuple):
    """A token of an instruction. One without a type is text inside another token that has none of its own."""

    span: LocalSpan
    type: TokenType | None
    is_declaration: bool = False


_PARTS = {
    Part.COMMAND: TokenType.FUNCTION,
    Part.KEYWORD: TokenType.KEYWORD,
    Part.OPTION: TokenType.PARAMETER,
    Part.VARIABLE: TokenType.VARIABLE,
    Part.ASSIGNED: TokenType.VARIABLE,
    Part.OPERATOR: TokenType.OPERATOR,
    Part.STRING: TokenType.STRING,
    Part.COMMENT: TokenType.COMMENT,
    Part.DELIMITER: TokenType.MACRO,
    Part.CODE: None,
}

_NUMBERS = frozenset((ValueKind.NUMBER, ValueKind.COUNT, ValueKind.DURATION, ValueKind.SIZE, ValueKind.MODE))
_WORDS = frozenset((ValueKind.BOOLEAN, ValueKind.CHOICE))


@derived
def named_sources(instruction: Instruction) -> tuple[ImageReference, ...]:
    """What an instruction names as an image or a stage: in FROM, `COPY --from` and `RUN --mount=from=`."""
    part = instruction.trigger or instruction
    if part.image is not None:
        return (part.image,)
    if part.name != "RUN":
        return ()
    return tuple(
        split_reference(value.of(part.text), partial(_placed, value.start))
        for flag in part.flags
        if flag.name == "mount"
        for key, value in _fields(part, flag)
        if key.of(part.text) == "from" and value.start < value.end
    )


def _placed(offset: int, start: int, end: int) -> LocalSpan:
    return LocalSpan(offset + start, offset + end)


def tokens_of(instruction: Instruction, reading: Reading) -> list[Token]:
    """The tokens of an instruction, in order and without overlap. A token can go over several lines."""
    return flattened([*_lines(instruction), *_tokens(instruction, reading), *_heredocs(instruction, reading)])


def flattened(tokens: list[Token]) -> list[Token]:
    """Tokens without overlap: where one is inside another, the inner one counts; of two in one place, the later."""
    result: list[Token] = []
    around: list[Token] = []
    position = 0

    def write(end: int) -> None:
        nonlocal position
        token = around[-1]
        if position < end and token.type is not None:
            result.append(token._replace(span=LocalSpan(position, end)))
        position = max(position, end)

    for token in sorted(tokens, key=lambda token: (token.span.start, -token.span.end)):
        start, end = token.span
        while around and around[-1].span.end <= start:
            write(around[-1].span.end)
            around.pop()
        if around:
            write(start)
            end = min(end, around[-1].span.end)
        position = start
        around.append(token._replace(span=LocalSpan(start, end)))
    while around:
        write(around[-1].span.end)
        around.pop()
    return result


def _lines(instruction: Instruction) -> Iterator[Token]:
    """The comments between the lines, and the escape characters that continue them."""
    for comment in instruction.comments:
        yield Token(comment, TokenType.COMMENT)
    if "\n" not in instruction.text:
        return
    comments = {comment.end for comment in instruction.comments}
    position = 0
    for line in instruction.text[: instruction.head_end].splitlines(keepends=True):
        position += len(line)
        content = line.rstrip("\r\n")
        if continues(line, instruction.escape) and position - len(line) + len(content) not in comments:
            at = position - len(line) + len(content.rstrip(" \t")) - 1
            yield Token(LocalSpan(at, at + 1), TokenType.OPERATOR)


def _tokens(instruction: Instruction, reading: Reading) -> Iterator[Token]:
    """The tokens of an instruction, or of the one after ONBUILD, without its heredocs."""
    spec = instruction.spec
    if spec is not None or not reading.knows_all:
        yield Token(instruction.keyword.span, TokenType.KEYWORD)
    for flag in instruction.flags:
        yield from _flag(instruction, flag, reading)
    if spec is None:
        return
    if instruction.trigger is not None:
        yield from _tokens(instruction.trigger, reading)
        return
    yield from _ARGUMENTS.get(instruction.name, _texts)(instruction, reading)
    end = len(instruction.text) if spec.expands else instruction.arguments_span.start
    for variable in instruction.variables:
        if variable.span.end <= end:
            yield from _variable(variable)


def _variable(variable: VariableReference) -> Iterator[Token]:
    yield Token(LocalSpan(variable.span.start, variable.name_span.end), TokenType.VARIABLE)
    if variable.span.end > variable.name_span.end:
        end = variable.name_span.end + len(variable.modifier)
        yield Token(LocalSpan(variable.name_span.end, end), TokenType.OPERATOR)
        word_end = variable.word_span.end if variable.word_span is not None else end
        yield Token(LocalSpan(max(word_end, end), variable.span.end), TokenType.VARIABLE)


def _flag(instruction: Instruction, flag: Flag, reading: Reading) -> Iterator[Token]:
    yield Token(LocalSpan(flag.span.start, flag.name_span.end), TokenType.PARAMETER)
    if flag.value_span is None:
        return
    yield Token(LocalSpan(flag.name_span.end, flag.value_span.start), TokenType.OPERATOR)
    spec = instruction.spec.flag(flag.name) if instruction.spec is not None else None
    kind = spec.kind if spec is not None else ValueKind.TEXT
    if kind is ValueKind.SOURCE and instruction.image is not None:
        yield from _source(instruction.image, reading.stages[:1])
    elif kind is ValueKind.MOUNT:
        yield from _mount(instruction, flag, reading)
    else:
        yield from _value(instruction, flag.value_span, kind)


def _mount(instruction: Instruction, flag: Flag, reading: Reading) -> Iterator[Token]:
    sources = {source.span.start: number for number, source in enumerate(named_sources(instruction))}
    for key, value in _fields(instruction, flag):
        yield Token(key, TokenType.PROPERTY)
        if value.start > key.end:
            yield Token(LocalSpan(key.end, value.start), TokenType.OPERATOR)
        spec = MOUNT_KEYS.get(key.of(instruction.text))
        number = sources.get(value.start)
        if number is not None:
            yield from _source(named_sources(instruction)[number], reading.stages[number : number + 1])
        elif spec is not None:
            yield from _value(instruction, value, spec.kind)


def _fields(instruction: Instruction, flag: Flag) -> Iterator[tuple[LocalSpan, LocalSpan]]:
    """The keys of a mount, each with its value, which is empty where there is none."""
    if flag.value_span is None:
        return
    for match in _MOUNT_FIELD.finditer(instruction.text, *flag.value_span):
        yield LocalSpan(*match.span(1)), LocalSpan(*match.span(3))


def _value(instruction: Instruction, span: LocalSpan, kind: ValueKind) -> Iterator[Token]:
    text = span.of(instruction.text)
    if kind in _NUMBERS or kind is ValueKind.CHECKSUM or _NUMBER.fullmatch(text):
        yield Token(span, TokenType.NUMBER)
    elif kind in _WORDS:
        yield Token(span, TokenType.ENUM_MEMBER)
    elif kind is ValueKind.OWNER:
        yield from _owner(instruction, span)
    else:
        yield Token(span, TokenType.STRING)


def _owner(instruction: Instruction, span: LocalSpan) -> Iterator[Token]:
    """A user and a group, each by name or number."""
    for match in re.finditer(r"[^:]+", span.of(instruction.text)):
        is_number = _NUMBER.fullmatch(match.group()) is not None
        place = LocalSpan(*match.span()).shift(span.start)
        yield Token(place, TokenType.NUMBER if is_number else TokenType.STRING)


def _source(image: ImageReference, is_stage: tuple[bool, ...]) -> Iterator[Token]:
    """An image in its parts, or a stage."""
    if is_stage == (True,):
        yield Token(image.span, TokenType.CLASS)
        return
    yield Token(image.name_span, TokenType.NAMESPACE)
    if image.tag_span is not None:
        yield Token(image.tag_span, TokenType.ENUM_MEMBER)
    if image.digest_span is not None:
        yield Token(image.digest_span, TokenType.NUMBER)


def _from(instruction: Instruction, reading: Reading) -> Iterator[Token]:
    if instruction.image is not None:
        yield from _source(instruction.image, reading.stages[:1])
    if len(instruction.words) > 1 and instruction.words[1].value.upper() == "AS":
        yield Token(instruction.words[1].span, TokenType.KEYWORD)
    if instruction.stage_name is not None:
        yield Token(instruction.stage_name.span, TokenType.CLASS, is_declaration=True)


def _pairs(instruction: Instruction, _: Reading) -> Iterator[Token]:
    is_label = instruction.name == "LABEL"
    for pair in instruction.pairs:
        yield Token(pair.name_span, TokenType.PROPERTY if is_label else TokenType.VARIABLE, not is_label)
        if pair.value_span is not None:
            if pair.separator == "=":
                yield Token(LocalSpan(pair.name_span.end, pair.value_span.start), TokenType.OPERATOR)
            yield from _value(instruction, pair.value_span, ValueKind.TEXT)


def _texts(instruction: Instruction, _: Reading) -> Iterator[Token]:
    heredocs = {heredoc.span for heredoc in instruction.heredocs}
    for word in instruction.words:
        if word.span not in heredocs:
            yield Token(_with_quotes(word, instruction), TokenType.STRING)


def _with_quotes(word: Word, instruction: Instruction) -> LocalSpan:
    """The span of an argument; a string of a JSON array with its quotes."""
    start, end = word.span
    return LocalSpan(start - 1, end + 1) if instruction.is_json and instruction.text[start - 1] == '"' else word.span


def _ports(instruction: Instruction, _: Reading) -> Iterator[Token]:
    for word in instruction.words:
        for match in _PORT.finditer(instruction.text, *word.span):
            span = LocalSpan(*match.span())
            if match.group() == "-":
                yield Token(span, TokenType.OPERATOR)
            elif match.group().isdecimal():
                yield Token(span, TokenType.NUMBER)
            else:
                yield Token(LocalSpan(span.start, span.start + 1), TokenType.OPERATOR)
                yield Token(LocalSpan(span.start + 1, span.end), TokenType.ENUM_MEMBER)


def _user(instruction: Instruction, _: Reading) -> Iterator[Token]:
    for word in instruction.words:
        yield from _owner(instruction, word.span)


def _signal(instruction: Instruction, _: Reading) -> Iterator[Token]:
    for word in instruction.words:
        yield from _value(instruction, word.span, ValueKind.CHOICE)


def _command(instruction: Instruction, reading: Reading) -> Iterator[Token]:
    words = instruction.words
    if instruction.name == "HEALTHCHECK":
        yield from (Token(word.span, TokenType.KEYWORD) for word in words[:1])
        words = words[1:]
    if instruction.is_json:
        for word in words:
            yield Token(_with_quotes(word, instruction), TokenType.STRING)
    elif reading.is_posix:
        for span, part in shell_parts(instruction):
            yield Token(span, _PARTS[part], part is Part.ASSIGNED)


_ARGUMENTS: dict[str, Callable[[Instruction, Reading], Iterator[Token]]] = {
    "FROM": _from,
    "ENV": _pairs,
    "ARG": _pairs,
    "LABEL": _pairs,
    "EXPOSE": _ports,
    "USER": _user,
    "STOPSIGNAL": _signal,
    "RUN": _command,
    "CMD": _command,
    "ENTRYPOINT": _command,
    "HEALTHCHECK": _command,
}
"""The tokens of the arguments of an instruction; those of any other are strings."""


def _heredocs(instruction: Instruction, reading: Reading) -> Iterator[Token]:
    """The delimiters of the heredocs, and the bodies that are the content of a file."""
    part = instruction.trigger or instruction
    if not instruction.heredocs:
        return
    is_command = INSTRUCTIONS[part.name].arguments is Arguments.COMMAND
    scripts = {heredoc for heredoc, _ in heredoc_scripts(part, commands_of(part))} if is_command else set()
    for heredoc in instruction.heredocs:
        yield Token(LocalSpan(heredoc.span.start, heredoc.name_span.start), TokenType.OPERATOR)
        yield Token(heredoc.name_span, TokenType.MACRO)
        if heredoc.terminator_span is not None:
            yield Token(heredoc.terminator_span, TokenType.MACRO)
        if heredoc not in scripts and (reading.is_posix or not is_command):
            yield from _content(instruction, heredoc, has_variables=is_command)


def _content(instruction: Instruction, heredoc: Heredoc, *, has_variables: bool) -> Iterator[Token]:
    yield Token(heredoc.body_span, TokenType.STRING)
    if has_variables and heredoc.expands:
        body = heredoc.body_span
        for variable in find_variables(instruction.text, *body, DEFAULT_ESCAPE, LocalSpan, quotes=False):
            yield from _variable(variable)
