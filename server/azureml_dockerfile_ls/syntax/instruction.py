"""The parser of one instruction: a logical line with the bodies of its heredocs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.syntax.errors import problems_of
from azureml_dockerfile_ls.syntax.expansion import VARIABLE_NAME
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS, Arguments
from azureml_dockerfile_ls.syntax.nodes import Flag, Heredoc, Instruction, KeyValuePair, VariableReference, Word
from azureml_dockerfile_ls.syntax.reference import split_reference
from azureml_dockerfile_ls.syntax.scan import (
    BLANKS,
    DEFAULT_ESCAPE,
    FLAG,
    SPACE,
    WORD,
    HeredocTerminators,
    LogicalLine,
    heredoc_bodies,
    heredocs_of_line,
    instruction_name,
    join_continuations,
    strings_of_array,
)
from azureml_dockerfile_ls.text import LocalSpan

_JSON_STRING = lazy_pattern(r'"(?:[^"\\]|\\.)*"')
_SPECIAL_CHARACTER = lazy_pattern(r"['\"\\`$}]")
_MODIFIER = lazy_pattern(r":.|##?|%%?|//?|[+\-?]", re.DOTALL)
_COMMENT_LINE = lazy_pattern(r"^[ \t]*#.*", re.MULTILINE)
_SHEBANG_OF_SHELL = lazy_pattern(r"#!.*\b(?:ba|da|a|z|k)?sh\b")


def parse_instruction(text: str, escape: str) -> Instruction:
    """Parse `text`: all lines of one segment of kind INSTRUCTION, without the last line end."""
    line = join_continuations(text, escape)
    heredocs: list[Heredoc] = []
    if "<<" in line.text:
        heredocs = heredoc_bodies(text, line.end, heredocs_of_line(line.text), HeredocTerminators(text))[0]
    source = _Source(
        text,
        escape,
        line,
        tuple(
            heredoc._replace(span=line.span(*heredoc.span), name_span=line.span(*heredoc.name_span))
            for heredoc in heredocs
        ),
        line.end if heredocs else len(text),
    )
    start = len(line.text) - len(line.text.lstrip(SPACE))
    end = max(len(line.text.rstrip(SPACE)), start)
    return _parse(source, start, end)


class _Source(NamedTuple):
    """The text that an instruction and its trigger have in common."""

    text: str
    escape: str
    line: LogicalLine
    heredocs: tuple[Heredoc, ...]
    head_end: int


class _Arguments(NamedTuple):
    words: tuple[Word, ...] = ()
    is_json: bool = False
    pairs: tuple[KeyValuePair, ...] = ()


def _parse(source: _Source, start: int, end: int, *, is_trigger: bool = False) -> Instruction:
    """Parse the instruction in the range `[start, end)` of the logical line."""
    line = source.line
    keyword = WORD.match(line.text, start, end)
    keyword_end = keyword.end() if keyword else start
    name = instruction_name(line.text[start:keyword_end])
    spec = INSTRUCTIONS.get(name)
    flags, position, from_start = _flags(line, keyword_end, end)
    arguments, variables = _Arguments(), []
    if spec is not None and spec.arguments in _PARSERS:
        arguments = _PARSERS[spec.arguments](line, position, end, source.escape)
        quotes = not arguments.is_json
        variables = list(find_variables(line.text, keyword_end, end, source.escape, line.span, quotes=quotes))
        if spec.expands:
            variables += _heredoc_variables(source)
    image, words = None, arguments.words
    if name == "FROM" and words:
        image = split_reference(words[0].value, _place(line, position))
    elif name == "COPY" and from_start is not None:
        value = next(flag.value for flag in reversed(flags) if flag.name == "from" and flag.value is not None)
        # Quotes may precede the value; where quotes or escapes are inside, it has no span.
        from_start = line.text.find(value, from_start, position)
        if from_start >= 0:
            image = split_reference(value, _place(line, from_start))
    trigger = None
    if spec is not None and spec.arguments is Arguments.INSTRUCTION and position < end and not is_trigger:
        trigger = _parse(source, position, end, is_trigger=True)
    has_stage_name = name == "FROM" and len(words) > 2 and words[1].value.upper() == "AS"
    if has_stage_name:
        # BuildKit replaces no variables in the name of a stage.
        variables = [variable for variable in variables if variable.span.end <= words[1].span.start]
    instruction = Instruction(
        text=source.text,
        escape=source.escape,
        name=name,
        keyword=Word(line.span(start, keyword_end), line.text[start:keyword_end]),
        flags=tuple(flags),
        words=words,
        is_json=arguments.is_json,
        pairs=arguments.pairs,
        image=image,
        stage_name=words[2] if has_stage_name else None,
        heredocs=source.heredocs,
        variables=tuple(sorted(variables)),
        trigger=trigger,
        comments=line.comments,
        empty_continuations=line.blanks,
        problems=(),
        arguments_span=line.span(position, end),
        head_end=source.head_end,
    )
    problems = problems_of(instruction, line.text[position:end], is_trigger=is_trigger)
    return replace(instruction, problems=problems) if problems else instruction


def _place(line: LogicalLine, offset: int) -> Callable[[int, int], LocalSpan]:
    return lambda start, end: line.span(offset + start, offset + end)


def _skip(text: str, position: int, end: int, characters: str) -> int:
    while position < end and text[position] in characters:
        position += 1
    return position


def _flags(line: LogicalLine, position: int, end: int) -> tuple[list[Flag], int, int | None]:
    """The flags from `position` on, where the text after them starts, and where the value of `--from` starts."""
    flags: list[Flag] = []
    text, from_start = line.text, None
    position = _skip(text, position, end, BLANKS)
    while match := FLAG.match(text, position, end):
        start, stop = match.span()
        if text[stop - 1] in "\x85\xa0":
            stop -= 1
        position = _skip(text, match.end(), end, BLANKS)
        content, equals = _unquoted(text[start + 2 : stop])
        if not content:
            break
        name, _, value = content.partition("=")
        span = line.span(start, stop)
        if equals is None:
            flags.append(Flag(span, name, line.span(start + 2, stop), None, None))
            continue
        value_start = start + 2 + equals + 1
        flags.append(Flag(span, name, line.span(start + 2, value_start - 1), value, line.span(value_start, stop)))
        if name == "from":
            from_start = value_start
    return flags, _skip(text, position, end, SPACE), from_start


def _unquoted(word: str) -> tuple[str, int | None]:
    """A flag without its quotes and escapes, and the place of its first `=` in `word`."""
    if "'" not in word and '"' not in word and "\\" not in word:
        return word, word.find("=") if "=" in word else None
    quote, equals, position = "", None, 0
    content: list[str] = []
    while position < len(word):
        character = word[position]
        if character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
        else:
            if character == "\\":
                position += 1
                character = word[position : position + 1]
            if character == "=" and equals is None:
                equals = position
            content.append(character)
        position += 1
    return "".join(content), equals


def _words(line: LogicalLine, position: int, end: int) -> tuple[Word, ...]:
    matches = WORD.finditer(line.text, position, end)
    return tuple(Word(line.span(*match.span()), match.group()) for match in matches)


def _json_words(line: LogicalLine, position: int, end: int) -> tuple[Word, ...] | None:
    """The strings of a JSON array; None when the text is not an array of strings."""
    values = strings_of_array(line.text[position:end])
    if values is None:
        return None
    matches = _JSON_STRING.finditer(line.text, position, end)
    return tuple(
        Word(line.span(match.start() + 1, match.end() - 1), value)
        for match, value in zip(matches, values, strict=False)
    )


def _parse_words(line: LogicalLine, position: int, end: int, _escape: str) -> _Arguments:
    return _Arguments(_words(line, position, end))


def _parse_paths(line: LogicalLine, position: int, end: int, _escape: str) -> _Arguments:
    words = _json_words(line, position, end)
    return _Arguments(_words(line, position, end)) if words is None else _Arguments(words, is_json=True)


def _parse_command(line: LogicalLine, position: int, end: int, escape: str) -> _Arguments:
    words = _json_words(line, position, end)
    return _parse_text(line, position, end, escape) if words is None else _Arguments(words, is_json=True)


def _parse_text(line: LogicalLine, position: int, end: int, _escape: str) -> _Arguments:
    return _Arguments((Word(line.span(position, end), line.text[position:end]),) if position < end else ())


def _parse_health(line: LogicalLine, position: int, end: int, escape: str) -> _Arguments:
    kind = WORD.match(line.text, position, end)
    if kind is None:
        return _Arguments()
    command = _parse_command(line, _skip(line.text, kind.end(), end, BLANKS), end, escape)
    return _Arguments((Word(line.span(*kind.span()), kind.group()), *command.words), command.is_json)


def _parse_pairs(line: LogicalLine, position: int, end: int, escape: str) -> _Arguments:
    words = list(_quoted_words(line.text, position, end, escape))
    if not words or "=" in line.text[words[0][0] : words[0][1]]:
        return _Arguments(pairs=tuple(_pair(line, start, stop) for start, stop in words))
    name = WORD.match(line.text, position, end)
    if name is None:
        return _Arguments()
    value_start = _skip(line.text, name.end(), end, BLANKS)
    has_value = value_start > name.end()
    pair = KeyValuePair(
        line.span(position, end),
        name.group(),
        line.span(*name.span()),
        line.text[value_start:end] if has_value else None,
        line.span(value_start, end) if has_value else None,
        " ",
    )
    return _Arguments(pairs=(pair,))


def _parse_definitions(line: LogicalLine, position: int, end: int, escape: str) -> _Arguments:
    words = _quoted_words(line.text, position, end, escape)
    return _Arguments(pairs=tuple(_pair(line, start, stop) for start, stop in words))


def _pair(line: LogicalLine, start: int, end: int) -> KeyValuePair:
    equals = line.text.find("=", start, end)
    if equals < 0:
        return KeyValuePair(line.span(start, end), line.text[start:end], line.span(start, end), None, None, "")
    return KeyValuePair(
        line.span(start, end),
        line.text[start:equals],
        line.span(start, equals),
        line.text[equals + 1 : end],
        line.span(equals + 1, end),
        "=",
    )


def _quoted_words(text: str, position: int, end: int, escape: str) -> Iterator[tuple[int, int]]:
    """The words of ENV, LABEL and ARG: white space in quotes, or after the escape character, does not end a word."""
    while True:
        position = _skip(text, position, end, SPACE)
        if position >= end:
            return
        start, quote = position, ""
        while position < end and (quote or text[position] not in SPACE):
            character = text[position]
            if character == quote:
                quote = ""
            elif not quote and character in "'\"":
                quote = character
            elif character == escape and quote != "'":
                if position + 1 == end:
                    # An escape character at the end escapes nothing and is dropped.
                    end = position
                    break
                position += 1
            position += 1
        position = min(position, end)
        if position > start:
            yield start, position


_PARSERS: dict[Arguments, Callable[[LogicalLine, int, int, str], _Arguments]] = {
    Arguments.WORDS: _parse_words,
    Arguments.PATHS: _parse_paths,
    Arguments.COMMAND: _parse_command,
    Arguments.PAIRS: _parse_pairs,
    Arguments.DEFINITIONS: _parse_definitions,
    Arguments.TEXT: _parse_text,
    Arguments.HEALTH: _parse_health,
}


def _heredoc_variables(source: _Source) -> list[VariableReference]:
    return [
        variable
        for heredoc in source.heredocs
        if heredoc.expands
        for variable in find_variables(source.text, *heredoc.body_span, DEFAULT_ESCAPE, LocalSpan, quotes=False)
    ]


def variables_of_script(instruction: Instruction) -> list[VariableReference]:
    """The references in the heredocs of a RUN that its shell replaces.

    A body is the script itself if the heredoc is the whole command: then quotes around its name do not matter. Else it
    is the input of a command, which quotes around the name keep as it is. An interpreter in the first line reads the
    script instead of the shell, so nothing is known about the references then.
    """
    found: list[VariableReference] = []
    for heredoc in instruction.heredocs if instruction.name == "RUN" else ():
        is_script = heredoc.span == instruction.arguments_span
        if not (is_script or heredoc.expands):
            continue
        text = instruction.text
        if is_script:
            body = heredoc.body_span.of(text)
            if not is_shell_script(body):
                continue
            # An apostrophe in a comment is not a quote.
            text = _COMMENT_LINE.sub(lambda line: " " * len(line.group()), text)
        found += find_variables(text, *heredoc.body_span, DEFAULT_ESCAPE, LocalSpan, quotes=is_script)
    return found


def is_shell_script(text: str) -> bool:
    """Whether a POSIX shell reads a script, as its first line says: it names such a shell, or no program."""
    return not text.startswith("#!") or _SHEBANG_OF_SHELL.match(text) is not None


def find_variables(
    text: str, position: int, end: int, escape: str, place: Callable[[int, int], LocalSpan], *, quotes: bool
) -> Iterator[VariableReference]:
    """The references outside single quotes. One whose brace is not closed yet ends with its word."""
    if text.find("$", position, end) < 0:
        return
    open_references: list[tuple[int, re.Match[str], str, int]] = []
    in_double_quotes = False
    while True:
        special = _SPECIAL_CHARACTER.search(text, position, end)
        if special is None:
            break
        start, character = special.start(), special.group()
        position = start + 1
        if character == "$":
            braced = text.startswith("{", position, end)
            name = VARIABLE_NAME.match(text, position + braced, end)
            if name is None:
                continue
            position = name.end()
            if not braced:
                yield VariableReference(place(start, position), name.group(), place(*name.span()), "", None)
            else:
                modifier = _MODIFIER.match(text, position, end)
                position = modifier.end() if modifier else position
                open_references.append((start, name, modifier.group() if modifier else "", position))
        elif character == "}":
            if open_references:
                yield _braced_reference(*open_references.pop(), position, position - 1, place)
        elif character == escape:
            position += 1
        elif quotes and character == '"':
            in_double_quotes = not in_double_quotes
        elif quotes and character == "'" and not in_double_quotes:
            closing = text.find("'", position, end)
            position = position if closing < 0 else closing + 1
    stop = position = 0
    for start, name, modifier_text, word_start in open_references:
        if word_start > stop:
            word = WORD.match(text, word_start, end)
            stop = word.end() if word else word_start
        yield _braced_reference(start, name, modifier_text, word_start, stop, stop, place)


def _braced_reference(
    start: int,
    name: re.Match[str],
    modifier: str,
    word_start: int,
    end: int,
    word_end: int,
    place: Callable[[int, int], LocalSpan],
) -> VariableReference:
    word_span = place(word_start, word_end) if modifier else None
    return VariableReference(place(start, end), name.group(), place(*name.span()), modifier, word_span)
