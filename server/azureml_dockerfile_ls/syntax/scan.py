"""The lines of a Dockerfile: blank lines, comments, directives and the logical lines of instructions.

The rules are those of BuildKit's `frontend/dockerfile/parser`: only `\\n` ends a line there, and a continued line may
contain comments and blank lines.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from math import isfinite
from typing import Any, NoReturn

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.spelling import closest
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN, Expander, ExpansionError, TooMuchError
from azureml_dockerfile_ls.syntax.go import quoted
from azureml_dockerfile_ls.syntax.language import BOOLEANS, CHECK_OPTIONS, DIRECTIVES, INSTRUCTIONS, ValueKind
from azureml_dockerfile_ls.syntax.nodes import Directive, FileProblem, Heredoc, SegmentKind
from azureml_dockerfile_ls.text import LocalSpan, Span

SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""White space as Go's `unicode.IsSpace` defines it; `str.isspace` accepts a few more characters."""

DEFAULT_ESCAPE = "\\"

_DIRECTIVE_SPACE = "\t\n\f\r "
_DIRECTIVE = lazy_pattern(rf"#[{SPACE}]*(?P<name>[a-zA-Z][a-zA-Z0-9]*)[{_DIRECTIVE_SPACE}]*=(?P<value>.+)")
_HEREDOC = lazy_pattern(r"([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)")
_QUOTED_OR_ESCAPED = lazy_pattern(r"\\(.?)|'([^']*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_ORDINARY = lazy_pattern(rf"[^$'\"\\<{SPACE}]+")
_BLANK = lazy_pattern(rf"[{SPACE}]")
_BEFORE_NAME = lazy_pattern(r"<(?:<[ \t\r]*)?")
"""What begins a heredoc: its name may follow after white space, but not after that of `<<-`."""
_INSTRUCTION_LINE = lazy_pattern(rf"^(?:{'|'.join(INSTRUCTIONS)})[ \t]", re.MULTILINE)

BLANKS = "\t\v\f\r "
"""The characters of BuildKit's `reWhitespace`, which separate words; fewer than `SPACE`."""

WORD = lazy_pattern(rf"[^{BLANKS}]+")

FLAG = lazy_pattern(
    rf"""--(?:[^{BLANKS}\x85\xa0'"\\]+|\\.?|'(?:[^'\\]+|\\.?)*'?|"(?:[^"\\]+|\\.?)*"?)*[\x85\xa0]?""", re.DOTALL
)
"""A word that begins with `--`, its quotes included. `\\` escapes here, whatever the escape character.

BuildKit looks at single bytes here, so a no-break space ends a flag but does not separate it from the word before.
"""


class LogicalLine(NamedTuple):
    """A logical line with its continuations joined, as BuildKit reads it.

    `starts` are the offsets in `text` where a new piece begins, `origins` the offsets in the raw text they come from.
    """

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]
    comments: tuple[LocalSpan, ...]
    blanks: tuple[LocalSpan, ...]
    end: int
    """Where the logical line ends in the raw text, its line end included."""

    def raw(self, offset: int) -> int:
        """The offset in the raw text of an offset in the joined one."""
        piece = bisect_right(self.starts, offset) - 1
        return self.origins[piece] + offset - self.starts[piece]

    def span(self, start: int, end: int) -> LocalSpan:
        """The span in the raw text of the range `[start, end)` of the joined one."""
        if len(self.starts) == 1:
            return LocalSpan(start, end)
        if start < end:
            return LocalSpan(self.raw(start), self.raw(end - 1) + 1)
        # An empty span belongs to the text before it, not to the next line, unless a word begins there.
        begins_word = start < len(self.text) and self.text[start] not in SPACE
        place = self.raw(start) if begins_word or not start else self.raw(start - 1) + 1
        return LocalSpan(place, place)


class HeredocTerminators:
    """The last line with each text, looked up once one heredoc has no terminator: then others may have none either.

    Without it, the terminator of each of many open heredocs would be searched for to the end of the text.
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


def _line_end(text: str, position: int) -> int:
    """The end of the line at `position`, line end included."""
    newline = text.find("\n", position)
    return len(text) if newline < 0 else newline + 1


def segment_at(
    text: str, position: int, escape: str, terminators: HeredocTerminators | None = None
) -> tuple[SegmentKind, int]:
    """The kind and the end of the segment at `position`, the start of a line. A directive is a comment here.

    A caller that splits a whole text passes the same `terminators` each time.
    """
    end = _line_end(text, position)
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


def read_directives(text: str) -> tuple[list[Directive], list[FileProblem], str]:
    """The directives at the top of the file, their problems, and the escape character that they set.

    A repeated directive is ignored; only its first repetition is reported.
    """
    directives: list[Directive] = []
    problems: list[FileProblem] = []
    repeated: dict[str, Span] = {}
    escape = DEFAULT_ESCAPE
    position = 1 if text.startswith("\ufeff") else 0
    while position < len(text):
        end = _line_end(text, position)
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
        problems.append(FileProblem(span, f"only one {name} parser directive can be used"))
    return directives, problems, escape


def continues(line: str, escape: str) -> bool:
    """Whether a line continues in the next one: it ends with a single escape character, perhaps before blanks."""
    trimmed = line.rstrip("\r\n").rstrip(" \t")
    return trimmed.endswith(escape) and trimmed[-2:-1] != escape


def _end_of_continued_line(text: str, position: int, escape: str) -> int:
    while position < len(text):
        line = text[position : _line_end(text, position)]
        stripped = line.strip(SPACE)
        position += len(line)
        if stripped and stripped[0] != "#" and not continues(line, escape):
            break
    return position


def join_continuations(text: str, escape: str) -> LogicalLine:
    """Join the physical lines of the logical line at the start of `text`, without comments and blank lines."""
    first_end = _line_end(text, 0)
    first = text[:first_end]
    if not continues(first, escape):
        return LogicalLine(first.rstrip("\r\n"), (0,), (0,), (), (), first_end)
    pieces = [_without_continuation(first)]
    starts, origins = [0], [0]
    comments: list[LocalSpan] = []
    blanks: list[LocalSpan] = []
    length, position = len(pieces[0]), first_end
    while position < len(text):
        end = _line_end(text, position)
        line = text[position:end]
        stripped = line.strip(SPACE)
        if not stripped:
            blanks.append(LocalSpan(position, end))
        elif stripped[0] == "#":
            start = position + line.index("#")
            comments.append(LocalSpan(start, start + len(line[start - position :].rstrip("\r\n"))))
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
    """The directive on a line that starts at `position`. The caller ensures that all lines before are directives."""
    body = line.rstrip("\r\n").lstrip(SPACE)
    match = _DIRECTIVE.match(body)
    if match is None or match["name"].lower() not in DIRECTIVES:
        return None
    offset = position + line.index("#")
    start, end = match.span("value")
    # If there is only white space, its last character is the value.
    start = min(end - len(match["value"].lstrip(_DIRECTIVE_SPACE)), end - 1)
    end = max(match.start("value") + len(match["value"].rstrip(_DIRECTIVE_SPACE)), start + 1)
    name, value = Span(*match.span("name")).shift(offset), Span(start, end).shift(offset)
    return Directive(Span(offset, value.end), match["name"].lower(), name, body[start:end], value)


def _directive_problem(directive: Directive) -> FileProblem | None:
    spec = DIRECTIVES[directive.name]
    if spec.values and directive.value not in spec.values:
        return FileProblem(directive.value_span, spec.refusal.format(directive.value), spec.values[0])
    return _check_problem(directive) if spec.options else None


def _check_problem(directive: Directive) -> FileProblem | None:
    # BuildKit reads the value up to the first space, which the reason follows.
    options = directive.value.split(" ", 1)[0]
    offset = directive.value_span.start
    refusal = "failed to parse check options: "
    for option in options.split(";", 2):
        name, equals, value = option.partition("=")
        # A finding must have a width, so that of an empty option is on the semicolon before it.
        span = Span(offset if option else max(offset - 1, directive.value_span.start), offset + len(option))
        offset += len(option) + 1
        known = CHECK_OPTIONS.get(name.strip())
        if not equals or known is None:
            unknown = name.strip() if equals else option
            replacement = closest(unknown, CHECK_OPTIONS) if equals else None
            name_span = span if replacement is None else Span(span.start, span.start + len(name))
            return FileProblem(name_span, f"{refusal}invalid check option {quoted(unknown)}", replacement)
        if known.kind is ValueKind.BOOLEAN and value.strip() not in BOOLEANS:
            reason = f"strconv.ParseBool: parsing {quoted(value.strip())}: invalid syntax"
            return FileProblem(span, f"{refusal}failed to parse check option {quoted(option)}: {reason}")
    return None


class HeredocStart(NamedTuple):
    """`<<NAME` on a line. Spans are relative to the start of that logical line."""

    span: LocalSpan
    name: str
    name_span: LocalSpan
    expands: bool
    strips_tabs: bool


def heredocs_of_line(line: str) -> list[HeredocStart]:
    """The heredocs that a logical line starts. Only RUN, COPY and ADD have them, and not in exec form."""
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
            found.append(HeredocStart(LocalSpan(start, end), name, LocalSpan(*match.span(3)), expands, match[2] == "-"))
    return found


def _keyword(line: str, position: int) -> tuple[str, int]:
    """The name of the instruction at `position`, and where its arguments start, after the flags."""
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
    """A keyword in upper case; unchanged if only Unicode's upper case, as that of `ſ`, would make it an instruction."""
    name = keyword.upper()
    return name if keyword.isascii() or name not in INSTRUCTIONS else keyword


def strings_of_array(text: str) -> list[str] | None:
    """The strings of a JSON array; None when the text is not an array of strings."""
    values = array_of(text)
    return values if values is not None and all(isinstance(value, str) for value in values) else None


def array_of(text: str) -> list[Any] | None:
    """The values of a JSON array; None when the text is not an array."""
    if not text.startswith("["):
        return None
    try:
        values = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, list) else None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON, although Python reads it")


def _finite(number: str) -> float:
    value = float(number)
    return value if isfinite(value) else _refuse(number)


def _unquoted(match: re.Match[str]) -> str:
    escaped, single, double = match.groups()
    if double is not None:
        return re.sub(r"\\([\"$\\])", r"\1", double)
    return single if escaped is None else escaped


def _shell_words(line: str) -> list[tuple[int, int]]:
    """The words between white space outside quotes, escapes and `${…}`; none where BuildKit's lexer fails.

    It fails at a quote or brace that is not closed, and at a modifier that it does not know, as in `${A^^}`.
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
        before_name = _BEFORE_NAME.match(line, position)
        if before_name is not None:
            position = before_name.end()
            continue
        lexer.position = position
        try:
            lexer.piece(keep_escapes=True)
        except (ExpansionError, TooMuchError):
            return []
        if line[position] == "$":
            # BuildKit splits what a variable stands for, and this is the reference itself.
            for match in _BLANK.finditer(line, position, lexer.position):
                if start < match.start():
                    words.append((start, match.start()))
                start = match.end()
        position = lexer.position
    if start >= 0:
        words.append((start, len(line)))
    return words


def heredoc_bodies(
    text: str, position: int, starts: list[HeredocStart], terminators: HeredocTerminators
) -> tuple[list[Heredoc], int]:
    """The heredocs with their bodies, which follow each other from `position` in `text`, and the end of the last one.

    The spans of the starts do not change. After a heredoc without terminator the others have none either.
    """
    heredocs: list[Heredoc] = []
    for start in starts:
        body_end, end = position, position
        if not heredocs or heredocs[-1].terminator_span:
            body_end, end = _end_of_heredoc(text, position, start, terminators)
        terminator = LocalSpan(body_end, end) if end > body_end else None
        heredocs.append(Heredoc(*start, LocalSpan(position, body_end), terminator))
        position = end
    return heredocs, position


def _end_of_heredoc(text: str, position: int, start: HeredocStart, terminators: HeredocTerminators) -> tuple[int, int]:
    """The end of the body, and the end of its terminator, line end included.

    Without a terminator the two are the same: the heredoc ends before the next line that begins with an instruction in
    upper case, so that the rest of the file is still analysed while the heredoc is typed.
    """
    begin = position
    while position < len(text) and terminators.may_follow(start.name, position):
        end = _line_end(text, position)
        line = text[position:end].rstrip("\r\n")
        if (line.lstrip("\t") if start.strips_tabs else line) == start.name:
            return position, end
        position = end
    terminators.one_is_missing = True
    recovery = _INSTRUCTION_LINE.search(text, begin)
    stop = recovery.start() if recovery else len(text)
    return stop, stop
