"""Replaces `$NAME` and `${NAME…}` in a word, and takes its quotes away, as BuildKit does.

The rules are those of BuildKit's `frontend/dockerfile/shell` lexer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum

_MISSING_BRACE = "syntax error: missing '}'"
_NAME = re.compile(r"\d+|[@*#?\-$!]|\w+")

_MAX_DEPTH = 50
"""`${A:-${B:-…}}` nested more deeply than this is not looked into."""

_MAX_PATTERN_WORK = 100_000
"""A pattern with many `*` on a long value takes time that grows with a power of both; beyond this it is unknown."""


class Unknown(Enum):
    """The value of a variable that may be set, to something that cannot be known from here."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN

Lookup = Callable[[str], "str | Unknown | None"]
"""Gives a variable's value, None when it is not set, or UNKNOWN."""


class ExpansionError(ValueError):
    """A word that BuildKit refuses. `offset` is where in the word the trouble starts."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def expand(word: str, escape: str, lookup: Lookup, *, quotes: bool = True) -> str | None:
    """The word with its variables replaced and its quotes removed; None when it depends on an unknown value.

    `quotes` is False for the body of a heredoc, where quotes are text. Raises `ExpansionError` where BuildKit would.
    """
    if "$" not in word and '"' not in word and "'" not in word and escape not in word:
        return word
    expander = _Expander(word, escape, lookup, quotes)
    try:
        value = expander.until(None, False)
    except _TooDeepError:
        return None
    return None if expander.unknown else value


class _TooDeepError(Exception):
    pass


class _Expander:
    def __init__(self, word: str, escape: str, lookup: Lookup, quotes: bool) -> None:
        self.word = word
        self.escape = escape
        self.lookup = lookup
        self.quotes = quotes
        self.position = 0
        self.depth = 0
        self.unknown = False

    def peek(self) -> str:
        return self.word[self.position : self.position + 1]

    def next(self) -> str:
        character = self.word[self.position : self.position + 1]
        self.position += 1
        return character

    def until(self, stop: str | None, keep_escapes: bool) -> str:
        """Expands up to `stop`, or to the end of the word."""
        start = self.position
        result: list[str] = []
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise _TooDeepError
        while character := self.peek():
            if character == stop:
                self.next()
                self.depth -= 1
                return "".join(result)
            if character == "$":
                result.append(self.dollar(keep_escapes))
            elif self.quotes and character == "'":
                result.append(self.single_quoted())
            elif self.quotes and character == '"':
                result.append(self.double_quoted(keep_escapes))
            else:
                self.next()
                if character == self.escape:
                    if keep_escapes:
                        result.append(character)
                    character = self.next()
                result.append(character)
        self.depth -= 1
        if stop is not None:
            message = _MISSING_BRACE if stop == "}" else "syntax error: missing '/' in ${}"
            raise ExpansionError(message, start)
        return "".join(result)

    def single_quoted(self) -> str:
        start = self.position
        end = self.word.find("'", start + 1)
        if end < 0:
            raise ExpansionError("unexpected end of statement while looking for matching single-quote", start)
        self.position = end + 1
        return self.word[start + 1 : end]

    def double_quoted(self, keep_escapes: bool) -> str:
        start = self.position
        result: list[str] = []
        self.next()
        while character := self.peek():
            if character == '"':
                self.next()
                return "".join(result)
            if character == "$":
                result.append(self.dollar(keep_escapes))
                continue
            self.next()
            if character == self.escape:
                if keep_escapes:
                    result.append(character)
                if not self.peek():
                    continue
                if self.peek() in ('"', "$", self.escape):
                    character = self.next()
            result.append(character)
        raise ExpansionError("unexpected end of statement while looking for matching double-quote", start)

    def name(self) -> str:
        match = _NAME.match(self.word, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match.group()

    def value(self, name: str) -> str | None:
        value = self.lookup(name)
        if value is UNKNOWN:
            self.unknown = True
            return ""
        return value

    def dollar(self, keep_escapes: bool) -> str:
        start = self.position
        self.next()
        if self.peek() != "{":
            name = self.name()
            return (self.value(name) or "") if name else "$"
        self.next()
        if not self.peek():
            raise ExpansionError(_MISSING_BRACE, start)
        if self.peek() in "{}:":
            raise ExpansionError("syntax error: bad substitution", start)
        name = self.name()
        modifier = self.next()
        if modifier == "}":
            return self.value(name) or ""
        if modifier == "/":
            return self.substitute(name, start)
        null_is_unset = modifier == ":"
        shown = modifier
        if null_is_unset:
            modifier = self.next()
            shown += modifier
        if not modifier:
            raise ExpansionError(_MISSING_BRACE, start)
        if not null_is_unset and modifier not in "+-?#%":
            raise ExpansionError(f"unsupported modifier ({shown}) in substitution", start)
        # A default that is not used may depend on an unknown value without harm.
        unknown_before = self.unknown
        self.unknown = False
        word = self.until("}", modifier in "#%")
        word_unknown, self.unknown = self.unknown, unknown_before
        if modifier not in "+-?#%":
            raise ExpansionError(f"unsupported modifier ({shown}) in substitution", start)
        value = self.lookup(name)
        if value is UNKNOWN:
            self.unknown = True
            return ""
        unset = value is None or (null_is_unset and not value)
        if modifier == "-":
            self.unknown |= unset and word_unknown
            return word if unset else value or ""
        if modifier == "+":
            self.unknown |= not unset and word_unknown
            return "" if unset else word
        self.unknown |= word_unknown
        if modifier == "?":
            if unset:
                what = "is not allowed to be unset" if value is None else "is not allowed to be empty"
                raise ExpansionError(f"{name}: {word or what}", start)
            return value or ""
        if _too_much_work(word, value or ""):
            self.unknown = True
            return ""
        greedy = word.startswith(modifier)
        return _trim(value or "", word[1:] if greedy else word, from_start=modifier == "#", greedy=greedy)

    def substitute(self, name: str, start: int) -> str:
        every = self.peek() == "/"
        if every:
            self.next()
        pattern = self.until("/", True)
        replacement = self.until("}", True)
        value = self.value(name) or ""
        regex = _shell_pattern(pattern, greedy=True)
        if regex is None:
            raise ExpansionError(f"invalid pattern ({pattern}) in substitution", start)
        if _too_much_work(pattern, value):
            self.unknown = True
            return ""
        return re.sub(regex, lambda _: replacement, value, count=0 if every else 1)


def _too_much_work(pattern: str, value: str) -> bool:
    return bool(len(value) ** (pattern.count("*") + 1) > _MAX_PATTERN_WORK)


def _trim(value: str, pattern: str, *, from_start: bool, greedy: bool) -> str:
    regex = _shell_pattern(pattern, greedy=greedy)
    if regex is None:
        return value
    if from_start:
        match = re.match(regex, value, re.DOTALL)
        return value[match.end() :] if match else value
    # The shortest suffix starts last, the longest first.
    starts = range(len(value) + 1) if greedy else range(len(value), -1, -1)
    anchored = re.compile(regex, re.DOTALL)
    return next((value[:start] for start in starts if anchored.fullmatch(value, start)), value)


def _shell_pattern(pattern: str, *, greedy: bool) -> str | None:
    """A regular expression for a pattern of `*`, `?` and text; None when it holds an escape that BuildKit refuses."""
    result, characters = [], iter(pattern)
    for character in characters:
        if character == "*":
            result.append(".*" if greedy else ".*?")
        elif character == "?":
            result.append(".")
        elif character == "\\":
            escaped = next(characters, "")
            if escaped not in "*?\\}/" or not escaped:
                return None
            result.append(re.escape(escaped))
        else:
            result.append(re.escape(character))
    return "".join(result)
