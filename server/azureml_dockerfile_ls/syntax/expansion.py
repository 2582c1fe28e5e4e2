"""The expansion of a word: `$NAME` and `${NAME…}` are replaced, and quotes removed, as BuildKit does.

The rules are those of BuildKit's `frontend/dockerfile/shell` lexer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

_MISSING_BRACE = "syntax error: missing '}'"
_MISSING_SLASH = "syntax error: missing '/' in ${}"
VARIABLE_NAME = lazy_pattern(r"\d+|[@*#?\-$!]|\w+")
"""What BuildKit reads as a name after `$` or `${`."""

_PLAIN_REFERENCE = lazy_pattern(rf"\$(?:({VARIABLE_NAME.pattern})|\{{([^\W\d]\w*)\}})")
_ORDINARY = lazy_pattern(r"[^$'\"\\`}/]+")
"""Text without any special meaning."""

_MAX_DEPTH = 50
"""The deepest nesting of `${A:-${B:-…}}` that is expanded."""

_MAX_LENGTH = 10_000
"""When the variables of a word are longer than this together, its value is unknown: `ENV A=$A$A` doubles a value."""

_MAX_PATTERN_WORK = 100_000
"""A pattern with many `*` takes time that grows with a power of the value's length; beyond this the word is unknown."""


class Unknown(Enum):
    """The value of a variable that cannot be determined: it may be set to anything."""

    UNKNOWN = "unknown"
    NOT_GIVEN = "not given"


UNKNOWN = Unknown.UNKNOWN

NOT_GIVEN = Unknown.NOT_GIVEN
"""The value of an ARG without a default, which is not set unless the build sets it.

`${NAME:-word}` is then `word`: a value that the file gives, as a default of the ARG is.
"""

Lookup = Callable[[str], "str | Unknown | None"]
"""A function from a variable's name to its value, to None when it is not set, or to an unknown value."""


class ExpansionError(ValueError):
    """A word that BuildKit refuses. `offset` is where in the word the reason starts."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def expand(word: str, escape: str, lookup: Lookup, *, quotes: bool = True) -> str | None:
    """Replace the variables of a word and remove its quotes; None when the result depends on an unknown value.

    `quotes` is False for the body of a heredoc, where quotes are text. Raises `ExpansionError` where BuildKit would.
    """
    if "$" not in word and '"' not in word and "'" not in word and escape not in word:
        return word
    expander = Expander(word, escape, lookup, quotes=quotes)
    try:
        value = expander.until(None, keep_escapes=False)
    except TooMuchError:
        return None
    return None if expander.unknown else value


class TooMuchError(Exception):
    """A word whose nesting or length is beyond what a person would write."""


class Expander:
    """A reader of a word from `position` on. Its methods raise `TooMuchError`; where BuildKit fails, `ExpansionError`.

    `unknown` is whether the text read so far depends on an unknown value.
    """

    def __init__(self, word: str, escape: str, lookup: Lookup, *, quotes: bool = True) -> None:
        self.word = word
        self.escape = escape
        self.lookup = lookup
        self.quotes = quotes
        self.position = 0
        self.unknown = False
        self._depth = 0
        self._length = 0
        self._work = 0

    def until(self, stop: str | None, *, keep_escapes: bool) -> str:
        """Read the text up to `stop` and skip that, or read to the end of the word."""
        start = self.position
        result: list[str] = []
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise TooMuchError
        while character := self._peek():
            if character == stop:
                self.position += 1
                self._depth -= 1
                return "".join(result)
            result.append(self.piece(keep_escapes=keep_escapes))
        self._depth -= 1
        if stop is not None:
            raise ExpansionError(_MISSING_BRACE if stop == "}" else _MISSING_SLASH, start)
        return "".join(result)

    def piece(self, *, keep_escapes: bool) -> str:
        """Read the next part: a reference, quoted text, an escaped character, or ordinary text."""
        ordinary = _ORDINARY.match(self.word, self.position)
        if ordinary is not None:
            self.position = ordinary.end()
            return ordinary.group()
        character = self._peek()
        if character == "$":
            return self._reference()
        if self.quotes and character == "'":
            return self._single_quoted()
        if self.quotes and character == '"':
            return self._double_quoted(keep_escapes)
        self.position += 1
        if character != self.escape:
            return character
        escaped = self._next()
        return self.escape + escaped if keep_escapes else escaped

    def _peek(self) -> str:
        return self.word[self.position : self.position + 1]

    def _next(self) -> str:
        character = self.word[self.position : self.position + 1]
        self.position += 1
        return character

    def _single_quoted(self) -> str:
        start = self.position
        end = self.word.find("'", start + 1)
        if end < 0:
            self.position = len(self.word)
            raise ExpansionError("unexpected end of statement while looking for matching single-quote", start)
        self.position = end + 1
        return self.word[start + 1 : end]

    def _double_quoted(self, keep_escapes: bool) -> str:
        start = self.position
        result: list[str] = []
        self.position += 1
        while character := self._peek():
            ordinary = _ORDINARY.match(self.word, self.position)
            if ordinary is not None:
                self.position = ordinary.end()
                result.append(ordinary.group())
                continue
            if character == "$":
                result.append(self._reference())
                continue
            self.position += 1
            if character == '"':
                return "".join(result)
            if character == self.escape:
                if keep_escapes:
                    result.append(character)
                if self._peek() in ('"', "$", self.escape):
                    character = self._next()
            result.append(character)
        raise ExpansionError("unexpected end of statement while looking for matching double-quote", start)

    def _name(self) -> str:
        match = VARIABLE_NAME.match(self.word, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match.group()

    def _value(self, name: str) -> str | Unknown | None:
        value = self.lookup(name)
        if isinstance(value, Unknown):
            self.unknown = True
        elif value is not None:
            self._length += len(value)
            if self._length > _MAX_LENGTH:
                raise TooMuchError
        return value

    def _text(self, name: str) -> str:
        value = self._value(name)
        return value if isinstance(value, str) else ""

    def _reference(self) -> str:
        plain = _PLAIN_REFERENCE.match(self.word, self.position)
        if plain is not None:
            self.position = plain.end()
            return self._text(plain[1] or plain[2])
        start = self.position
        self.position += 1
        if self._peek() != "{":
            return "$"
        self.position += 1
        if not self._peek():
            raise ExpansionError(_MISSING_BRACE, start)
        if self._peek() in "{}:":
            raise ExpansionError("syntax error: bad substitution", start)
        name = self._name()
        modifier = self._next()
        if modifier == "}":
            return self._text(name)
        if modifier == "/":
            return self._substitute(name, start)
        null_is_unset = modifier == ":"
        if null_is_unset:
            modifier = self._next()
        if not modifier:
            raise ExpansionError(_MISSING_BRACE, start)
        if null_is_unset and modifier not in "+-?":
            self._argument("}", keep_escapes=False)
            raise ExpansionError(f"unsupported modifier (:{modifier}) in substitution", start)
        if modifier not in "+-?#%":
            raise ExpansionError(f"unsupported modifier ({modifier}) in substitution", start)
        if modifier in "#%":
            return self._trim(name, self._argument("}", keep_escapes=True), modifier, start)
        return self._with_default(name, modifier, start, null_is_unset=null_is_unset)

    def _argument(self, stop: str, *, keep_escapes: bool) -> str:
        """Read the text after a modifier up to `stop`. Where the word ends, that is what BuildKit says is missing."""
        try:
            return self.until(stop, keep_escapes=keep_escapes)
        except ExpansionError as error:
            if self._peek():
                raise
            raise ExpansionError(_MISSING_BRACE if stop == "}" else _MISSING_SLASH, error.offset) from None

    def _with_default(self, name: str, modifier: str, start: int, *, null_is_unset: bool) -> str:
        """The text of `${name-word}`, `${name+word}` or `${name?word}` with the word at the position."""
        # A word that is not used may depend on an unknown value without harm.
        unknown_before = self.unknown
        self.unknown = False
        word = self._argument("}", keep_escapes=False)
        word_unknown, self.unknown = self.unknown, unknown_before
        value = None if modifier == "-" and self.lookup(name) is NOT_GIVEN else self._value(name)
        if isinstance(value, Unknown):
            return ""
        unset = value is None or (null_is_unset and not value)
        if modifier == "-":
            self.unknown |= unset and word_unknown
            return word if unset else value or ""
        if modifier == "+":
            self.unknown |= not unset and word_unknown
            return "" if unset else word
        if unset:
            what = "is not allowed to be unset" if value is None else "is not allowed to be empty"
            raise ExpansionError(f"{name}: {word or what}", start)
        return value or ""

    def _trim(self, name: str, word: str, modifier: str, start: int) -> str:
        """The text of `${name#word}`, `##`, `%` or `%%`: the value without a match at its start or its end."""
        self._count_work(len(word), 1)
        greedy = word.startswith(modifier)
        pattern = _shell_pattern(word[1:] if greedy else word, start, greedy=greedy)
        value = self._text(name)
        self._count_work(len(value), word.count("*"))
        if modifier == "#":
            match = re.match("".join(pattern), value, re.DOTALL)
            return value[match.end() :] if match else value
        # Match from the end, so that the shortest suffix is found first.
        match = re.match("".join(reversed(pattern)), value[::-1], re.DOTALL)
        return value[: len(value) - match.end()] if match else value

    def _substitute(self, name: str, start: int) -> str:
        every = self._peek() == "/"
        if every:
            self.position += 1
        pattern = self._argument("/", keep_escapes=True)
        replacement = self._argument("}", keep_escapes=True)
        self._count_work(len(pattern), 1)
        regex = "".join(_shell_pattern(pattern, start, greedy=True))
        value = self._text(name)
        self._count_work(len(value), pattern.count("*") + 1)
        self._count_work(len(value) * len(replacement), 1)
        return re.sub(regex, lambda _: replacement, value, count=0 if every else 1)

    def _count_work(self, length: int, power: int) -> None:
        self._work += length ** min(power, 10)
        if self._work > _MAX_PATTERN_WORK:
            raise TooMuchError


def _shell_pattern(pattern: str, offset: int, *, greedy: bool) -> list[str]:
    """A regular expression, in its parts, for a pattern of `*`, `?` and text.

    Raises `ExpansionError`, at `offset`, for an escape that BuildKit refuses.
    """
    result, characters = [], iter(pattern)
    for character in characters:
        if character == "*":
            result.append(".*" if greedy else ".*?")
        elif character == "?":
            result.append(".")
        elif character == "\\":
            escaped = next(characters, "")
            if escaped not in ("*", "?", "\\", "}", "/"):
                message = f"invalid pattern ({pattern}) in substitution: invalid escape '\\{escaped}'"
                raise ExpansionError(message, offset)
            result.append(re.escape(escaped))
        else:
            result.append(re.escape(character))
    return result
