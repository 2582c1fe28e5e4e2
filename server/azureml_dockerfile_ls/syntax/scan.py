"""Splits a Dockerfile into blank lines, comments, directives and the logical lines of instructions.

The rules are those of BuildKit's `frontend/dockerfile/parser`: only `\\n` ends a line there, and comments and blank
lines may stand inside a continued line.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from azureml_dockerfile_ls.syntax.expansion import UNKNOWN, Expander, ExpansionError, TooMuchError
from azureml_dockerfile_ls.syntax.language import DIRECTIVES, INSTRUCTIONS
from azureml_dockerfile_ls.syntax.nodes import Directive, Heredoc, Problem, SegmentKind
from azureml_dockerfile_ls.text import Span

SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Go's `unicode.IsSpace` calls white space; Python's own notion holds a few more characters."""

DEFAULT_ESCAPE = "\\"

_DIRECTIVE_SPACE = "\t\n\f\r "
_DIRECTIVE = re.compile(rf"#[{SPACE}]*(?P<name>[a-zA-Z][a-zA-Z0-9]*)[{_DIRECTIVE_SPACE}]*=(?P<value>.+)")
_HEREDOC = re.compile(r"([0-9]*)<<(-?)([^<]+)")
_QUOTED_OR_ESCAPED = re.compile(r"\\(.?)|'([^']*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_ORDINARY = re.compile(rf"[^$'\"\\{SPACE}]+")
_INSTRUCTION_LINE = re.compile(rf"^(?:{'|'.join(INSTRUCTIONS)})[ \t]", re.MULTILINE)
GO_BOOLEANS = frozenset("1 t T TRUE true True 0 f F FALSE false False".split())


BLANKS = "\t\v\f\r "
"""What separates words for BuildKit's `reWhitespace`; less than `SPACE`."""

WORD = re.compile(rf"[^{BLANKS}]+")

FLAG = re.compile(
    rf"""--(?:[^{BLANKS}\x85\xa0'"\\]+|\\.?|'(?:[^'\\]+|\\.?)*'?|"(?:[^"\\]+|\\.?)*"?)*[\x85\xa0]?""", re.DOTALL
)
"""A word that begins with `--`, with its quotes and the characters that `\\` escapes, whatever the escape character.

BuildKit looks at single bytes here, so that a no-break space ends a flag but does not stand before one.
"""


class LogicalLine(NamedTuple):
    """A logical line with its continuations joined, as BuildKit reads it.

    `starts` are the offsets in `text` where a new piece begins, `origins` the offsets in the raw text they come from.
    """

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]
    comments: tuple[Span, ...]
    blanks: tuple[Span, ...]
    end: int
    """Where the logical line ends in the raw text, its line end included."""

    def raw(self, offset: int) -> int:
        """The offset in the raw text of an offset in the joined one."""
        piece = bisect_right(self.starts, offset) - 1
        return self.origins[piece] + offset - self.starts[piece]

    def span(self, start: int, end: int) -> Span:
        """The span in the raw text of the range `[start, end)` of the joined one."""
        if len(self.starts) == 1:
            return Span(start, end)
        if start < end:
            return Span(self.raw(start), self.raw(end - 1) + 1)
        # An empty span belongs to the text before it, after the last word and not at the next line, but where it is the
        # start of a word.
        begins_word = start < len(self.text) and self.text[start] not in SPACE
        place = self.raw(start) if begins_word or not start else self.raw(start - 1) + 1
        return Span(place, place)


class HeredocTerminators:
    """Which lines a text has, asked for once a heredoc has no closing line: then others may have none either.

    Without it, each of many open heredocs would be looked for to the end of the text.
    """

    def __init__(self, text: str) -> None:
        self.one_is_missing = False
        self._text = text

    @cached_property
    def _last(self) -> dict[str, int]:
        starts = accumulate((len(line) + 1 for line in self._text.split("\n")), initial=0)
        return {
            line.rstrip("\r").lstrip("\t"): start for line, start in zip(self._text.split("\n"), starts, strict=False)
        }

    def may_follow(self, name: str, position: int) -> bool:
        """Whether a line from `position` on is `name`, leading tabs aside."""
        return not self.one_is_missing or self._last.get(name.lstrip("\t"), -1) >= position


def segment_at(
    text: str, position: int, escape: str, terminators: HeredocTerminators | None = None
) -> tuple[SegmentKind, int]:
    """What kind of segment starts at `position`, the start of a line, and where it ends. Directives count as comments.

    Who splits a whole text gives the same `terminators` each time.
    """
    newline = text.find("\n", position)
    end = len(text) if newline < 0 else newline + 1
    line = text[position:end]
    stripped = line.strip(SPACE)
    if not stripped:
        return SegmentKind.BLANK, end
    if stripped[0] == "#":
        return SegmentKind.COMMENT, end
    if continues(line, escape):
        end = _end_of_continued_line(text, end, escape)
    if text.find("<<", position, end) >= 0:
        starts = heredocs_of_line(join_continuations(text[position:end], escape).text)
        end = heredoc_bodies(text, end, starts, terminators or HeredocTerminators(text))[1]
    return SegmentKind.INSTRUCTION, end


def read_directives(text: str) -> tuple[list[Directive], list[Problem], str]:
    """The directives at the top of the file, what is wrong with them, and the escape character that they set.

    Of several with the same name only the first is one, and only the second is reported.
    """
    directives: list[Directive] = []
    problems: list[Problem] = []
    repeated: dict[str, Span] = {}
    escape = DEFAULT_ESCAPE
    position = 1 if text.startswith("\ufeff") else 0
    while position < len(text):
        newline = text.find("\n", position)
        end = len(text) if newline < 0 else newline + 1
        directive = _directive(text[position:end], position)
        if directive is None:
            break
        position = end
        if any(directive.name == other.name for other in directives):
            repeated.setdefault(directive.name, directive.span)
            continue
        directives.append(directive)
        problem = _directive_problem(directive)
        if problem:
            problems.append(problem)
        elif directive.name == "escape":
            escape = directive.value
    for name, span in repeated.items():
        problems.append(Problem(span, f"only one {name} parser directive can be used"))
    return directives, problems, escape


def continues(line: str, escape: str) -> bool:
    """Whether a line goes on in the next one: it ends with a single escape character, blanks after it allowed."""
    trimmed = line.rstrip("\r\n").rstrip(" \t")
    return trimmed.endswith(escape) and trimmed[-2:-1] != escape


def _end_of_continued_line(text: str, position: int, escape: str) -> int:
    length = len(text)
    while position < length:
        newline = text.find("\n", position)
        end = length if newline < 0 else newline + 1
        line = text[position:end]
        stripped = line.strip(SPACE)
        position = end
        if stripped and stripped[0] != "#" and not continues(line, escape):
            break
    return position


def join_continuations(text: str, escape: str) -> LogicalLine:
    """Joins the physical lines of the logical line at the start of `text`, without comments and blank lines."""
    newline = text.find("\n")
    first_end = len(text) if newline < 0 else newline + 1
    first = text[:first_end]
    if not continues(first, escape):
        return LogicalLine(first.rstrip("\r\n"), (0,), (0,), (), (), first_end)
    pieces = [_without_continuation(first)]
    starts, origins = [0], [0]
    comments: list[Span] = []
    blanks: list[Span] = []
    length, position = len(pieces[0]), first_end
    while position < len(text):
        newline = text.find("\n", position)
        end = len(text) if newline < 0 else newline + 1
        line = text[position:end]
        stripped = line.strip(SPACE)
        if not stripped:
            blanks.append(Span(position, end))
        elif stripped[0] == "#":
            start = position + line.index("#")
            comments.append(Span(start, start + len(line[start - position :].rstrip("\r\n"))))
        else:
            goes_on = continues(line, escape)
            piece = _without_continuation(line) if goes_on else line.rstrip("\r\n")
            pieces.append(piece)
            starts.append(length)
            origins.append(position)
            length += len(piece)
            if not goes_on:
                position = end
                break
        position = end
    return LogicalLine("".join(pieces), tuple(starts), tuple(origins), tuple(comments), tuple(blanks), position)


def _without_continuation(line: str) -> str:
    return line.rstrip("\r\n").rstrip(" \t")[:-1]


def _directive(line: str, position: int) -> Directive | None:
    """The directive on a line that starts at `position`; only directives may stand before it."""
    body = line.rstrip("\r\n").lstrip(SPACE)
    match = _DIRECTIVE.match(body)
    if match is None or match["name"].lower() not in DIRECTIVES:
        return None
    offset = position + line.index("#")
    start, end = match.span("value")
    # Where there is nothing but white space, the last of it is the value.
    start = min(end - len(match["value"].lstrip(_DIRECTIVE_SPACE)), end - 1)
    end = max(match.start("value") + len(match["value"].rstrip(_DIRECTIVE_SPACE)), start + 1)
    name, value = Span(*match.span("name")).shift(offset), Span(start, end).shift(offset)
    return Directive(Span(offset, value.end), match["name"].lower(), name, body[start:end], value)


def _directive_problem(directive: Directive) -> Problem | None:
    if directive.name == "escape" and directive.value not in ("\\", "`"):
        message = f"invalid escape token '{directive.value}' does not match ` or \\"
        return Problem(directive.value_span, message, "\\")
    if directive.name == "check":
        return _check_problem(directive)
    return None


def _check_problem(directive: Directive) -> Problem | None:
    # BuildKit reads the value up to the first space: the reason follows it.
    options = directive.value.split(" ", 1)[0]
    offset = directive.value_span.start
    for option in options.split(";", 2):
        name, equals, value = option.partition("=")
        span = Span(offset, offset + len(option))
        offset = span.end + 1
        if not equals or name.strip() not in ("skip", "experimental", "error"):
            return Problem(span, f'invalid check option "{name.strip() if equals else option}"')
        if name.strip() == "error" and value.strip() not in GO_BOOLEANS:
            return Problem(span, f'failed to parse check option "{option}"')
    return None


class HeredocStart(NamedTuple):
    """`<<NAME` on a line: spans count from the start of that (joined) line."""

    span: Span
    name: str
    name_span: Span
    expands: bool
    strips_tabs: bool


def heredocs_of_line(line: str) -> list[HeredocStart]:
    """The here-documents that a joined line announces; only RUN, COPY and ADD have them, and not in exec form."""
    name, position = _keyword(line, 0)
    if name == "ONBUILD":
        name, position = _keyword(line, position)
    spec = INSTRUCTIONS.get(name)
    if spec is None or not spec.heredocs or strings_of_array(line[position:].strip(SPACE)) is not None:
        return []
    found = []
    for start, end in _shell_words(line):
        match = _HEREDOC.fullmatch(line, start, end)
        if match is None:
            continue
        delimiter = match[3]
        name = _QUOTED_OR_ESCAPED.sub(_unquoted, delimiter)
        if name:
            expands = not any(match[1] is None for match in _QUOTED_OR_ESCAPED.finditer(delimiter))
            found.append(HeredocStart(Span(start, end), name, Span(*match.span(3)), expands, match[2] == "-"))
    return found


def _keyword(line: str, position: int) -> tuple[str, int]:
    """The instruction whose keyword comes next, and where its arguments start, after the flags."""
    position = _skip(line, position, SPACE)
    word = WORD.match(line, position)
    if word is None:
        return "", position
    position = _skip(line, word.end(), BLANKS)
    while flag := FLAG.match(line, position):
        position = _skip(line, flag.end(), BLANKS)
        if flag.group() == "--":
            break
    return instruction_name(word.group()), position


def _skip(line: str, position: int, characters: str) -> int:
    while position < len(line) and line[position] in characters:
        position += 1
    return position


def instruction_name(keyword: str) -> str:
    """A keyword in upper case; one that is an instruction only by way of `ſ` and the like is left as it is."""
    name = keyword.upper()
    return name if keyword.isascii() or name not in INSTRUCTIONS else keyword


def strings_of_array(text: str) -> list[str] | None:
    """The strings of a JSON array; None when the text is no array of strings."""
    values = array_of(text)
    return values if values is not None and all(isinstance(value, str) for value in values) else None


def array_of(text: str) -> list[Any] | None:
    """The values of a JSON array; None when the text is none."""
    if not text.startswith("["):
        return None
    try:
        values = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, list) else None


def _refuse(constant: str) -> None:
    raise ValueError(f"Python reads {constant}, which is no JSON")


def _unquoted(match: re.Match[str]) -> str:
    escaped, single, double = match.groups()
    if double is not None:
        return re.sub(r"\\([\"$\\])", r"\1", double)
    return single if escaped is None else escaped


def _shell_words(line: str) -> list[tuple[int, int]]:
    """The words between white space, with quotes, `\\` and `${…}` respected; none where BuildKit's lexer gives up.

    It gives up on a quote or brace that is not closed, and on a modifier that it does not know, as in `${A^^}`.
    """
    words, start, position = [], -1, 0
    lexer = Expander(line, "\\", lambda _: UNKNOWN)
    while position < len(line):
        if line[position] in SPACE:
            if start >= 0:
                words.append((start, position))
            start, position = -1, position + 1
            continue
        if start < 0:
            start = position
        ordinary = _ORDINARY.match(line, position)
        if ordinary is not None:
            position = ordinary.end()
            continue
        lexer.position = position
        try:
            lexer.piece(keep_escapes=True)
        except (ExpansionError, TooMuchError):
            return []
        position = lexer.position
    if start >= 0:
        words.append((start, len(line)))
    return words


def heredoc_bodies(
    text: str, position: int, starts: list[HeredocStart], terminators: HeredocTerminators
) -> tuple[list[Heredoc], int]:
    """The heredocs with their bodies, which follow each other from `position` in `text`, and where the last one ends.

    The spans of the starts are left as they are. After a heredoc without closing line the others have none either.
    """
    heredocs: list[Heredoc] = []
    for start in starts:
        body_end, end = position, position
        if not heredocs or heredocs[-1].terminator_span:
            body_end, end = _end_of_heredoc(text, position, start, terminators)
        terminator = Span(body_end, end) if end > body_end else None
        heredocs.append(Heredoc(*start, Span(position, body_end), terminator))
        position = end
    return heredocs, position


def _end_of_heredoc(text: str, position: int, start: HeredocStart, terminators: HeredocTerminators) -> tuple[int, int]:
    """Where the body ends and where its closing line ends, line end included.

    Without a closing line the two are the same: the heredoc is taken to end before the next line that begins with an
    instruction in upper case, so that the rest of the file stays readable while the heredoc is typed.
    """
    begin, length = position, len(text)
    while position < length and terminators.may_follow(start.name, position):
        newline = text.find("\n", position)
        end = length if newline < 0 else newline + 1
        line = text[position:end].rstrip("\r\n")
        if (line.lstrip("\t") if start.strips_tabs else line) == start.name:
            return position, end
        position = end
    terminators.one_is_missing = True
    recovery = _INSTRUCTION_LINE.search(text, begin)
    stop = recovery.start() if recovery else length
    return stop, stop
