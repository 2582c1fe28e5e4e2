"""Patterns of paths: those of `.dockerignore`, and those of the sources of COPY.

The first follow moby's `patternmatcher` as BuildKit applies it (in `filter.go` of fsutil), the second Go's
`filepath.Match`. Both are matched by tracking the set of reachable positions in the pattern, which takes time
proportional to the lengths of pattern and path, however many stars the pattern contains.
"""

from __future__ import annotations

import posixpath

from azureml_dockerfile_ls.records import NamedTuple

MAX_PATTERN = 4096
"""The longest pattern that is considered; no path is longer."""

MAX_STEPS = 300_000
"""The initial steps of a budget, for some tenths of a second of matching. Only several stars take steps."""

_WILD = frozenset("*?[]\\")
_SPECIAL = frozenset("*?[\\")


class PatternError(ValueError):
    """A pattern that Docker refuses, or whose meaning is unexpected."""


class TooMuchError(Exception):
    """The budget is exhausted."""


class _Part(NamedTuple):
    """A part of a pattern: one character in `ranges`, or any number of characters if `repeats`.

    Empty `ranges` mean any character; `/` only if `crosses`. A `whole` repeat can only end after a `/`.
    """

    ranges: tuple[tuple[str, str], ...] = ()
    is_negated: bool = False
    repeats: bool = False
    crosses: bool = True
    whole: bool = False

    def fits(self, character: str) -> bool:
        if not self.ranges:
            return self.crosses or character != "/"
        inside = any(first <= character <= last for first, last in self.ranges)
        return inside is not self.is_negated and (self.crosses or character != "/")


_Parts = tuple[_Part, ...]

_ONE = _Part(crosses=False)
_STAR = _Part(repeats=True, crosses=False)
_ANYTHING = _Part(repeats=True)
_FOLDERS = _Part(repeats=True, whole=True)


class Budget:
    """The remaining steps of matching, so that no set of patterns and paths takes long."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self._steps = steps

    def spend(self, steps: int) -> None:
        """Subtract `steps`. Raises `TooMuchError` if there are not enough."""
        self._steps -= steps
        if self._steps < 0:
            raise TooMuchError


class Pattern(NamedTuple):
    """A pattern: the prefix and suffix of every path that it matches, and its parts, or None without a wildcard.

    The parts are those before the first repeat, from there to the last repeat, and after it.
    """

    prefix: str
    suffix: str
    parts: tuple[_Parts, _Parts, _Parts] | None

    def fits(self, path: str, budget: Budget) -> bool:
        """Whether the pattern matches all of `path`. Raises `TooMuchError`."""
        if self.parts is None:
            return path == self.prefix
        if not path.startswith(self.prefix) or not path.endswith(self.suffix):
            return False
        head, middle, tail = self.parts
        start, end = len(head), len(path) - len(tail)
        if end < start or (not middle and end != start):
            return False
        if not all(map(_Part.fits, tail, path[end:])) or not all(map(_Part.fits, head, path)):
            return False
        if len(middle) > 1:
            budget.spend(min(len(middle), end - start + 1) * (end - start))
            return _fits(middle, path[start:end])
        if not middle or start == end:
            return True
        return path[end - 1] == "/" if middle[0].whole else middle[0].crosses or path.find("/", start, end) < 0


def is_pattern(source: str) -> bool:
    """Whether a source of COPY contains wildcards."""
    return not _SPECIAL.isdisjoint(source)


def of_copy(text: str) -> Pattern:
    """The pattern of one name in a source of COPY, as Go's `filepath.Match` reads it. Raises `PatternError`."""
    return _pattern(text, is_ignore=False)


def of_ignore(text: str) -> Pattern:
    """The pattern of a line of `.dockerignore`, already clean and without its `!`. Raises `PatternError`."""
    return _pattern(text, is_ignore=True)


def _pattern(text: str, *, is_ignore: bool) -> Pattern:
    if len(text) > MAX_PATTERN:
        raise PatternError("too long")
    if _WILD.isdisjoint(text):
        return Pattern(text, text, None)
    parts: list[_Part] = []
    position = 0
    while position < len(text):
        part, position = _part(text, position, is_ignore=is_ignore)
        last = parts[-1] if parts else None
        if last == _FOLDERS and part == _STAR:
            # Any folders followed by any name match anything.
            parts[-1] = _ANYTHING
        elif not part.repeats or last not in (part, _ANYTHING):
            parts.append(part)
    prefix = _literal(parts)
    if len(prefix) == len(parts):
        return Pattern(prefix, prefix, None)
    repeats = [number for number, part in enumerate(parts) if part.repeats] or [len(parts)]
    first, last_repeat = repeats[0], repeats[-1] + 1
    in_three = (tuple(parts[:first]), tuple(parts[first:last_repeat]), tuple(parts[last_repeat:]))
    return Pattern(prefix, _literal(parts[::-1])[::-1], in_three)


def _part(text: str, position: int, *, is_ignore: bool) -> tuple[_Part, int]:
    """The part of a pattern that starts at `position`, and its end."""
    character = text[position]
    if character == "*":
        if not is_ignore or not text.startswith("**", position):
            return _STAR, position + 1
        end = position + 2
        if text.startswith("/", end):
            end += 1
        if end == len(text):
            return _ANYTHING, end
        # `**name`, at the start and with no other wildcard, is any path that ends with `name`; elsewhere it is folders.
        is_suffix = position == 0 and text[end - 1] == "*" and _WILD.isdisjoint(text[end:])
        return (_ANYTHING if is_suffix else _FOLDERS), end
    if character == "?":
        return _ONE, position + 1
    if character == "[":
        return _class(text, position, is_ignore=is_ignore)
    if character == "\\":
        return _literally(_escaped(text, position, is_ignore=is_ignore)), position + 2
    if character == "^" and is_ignore:
        raise PatternError("moby's regular expression takes `^` for the start of the path")
    return _literally(character), position + 1


def _literally(character: str) -> _Part:
    return _Part(((character, character),))


def _escaped(text: str, position: int, *, is_ignore: bool) -> str:
    following = text[position + 1 : position + 2]
    if not following:
        raise PatternError("syntax error in pattern")
    if is_ignore and following.isalnum():
        raise PatternError("moby's regular expression takes it for a class of characters")
    return following


def _class(text: str, start: int, *, is_ignore: bool) -> tuple[_Part, int]:
    position = start + 1
    is_negated = text.startswith("^", position)
    position += is_negated
    ranges: list[tuple[str, str]] = []
    while not (ranges and text.startswith("]", position)):
        first, position = _class_character(text, position, is_ignore=is_ignore)
        last = first
        if text.startswith("-", position):
            last, position = _class_character(text, position + 1, is_ignore=is_ignore)
        if is_ignore and last < first:
            raise PatternError("an empty range")
        ranges.append((first, last))
    return _Part(tuple(ranges), is_negated, crosses=is_ignore), position + 1


def _class_character(text: str, position: int, *, is_ignore: bool) -> tuple[str, int]:
    character = text[position : position + 1]
    if character in ("", "-", "]"):
        raise PatternError("syntax error in pattern")
    if character == "\\":
        return _escaped(text, position, is_ignore=is_ignore), position + 2
    if is_ignore and character in "*?[^":
        raise PatternError("moby's regular expression takes it for something else in a class")
    return character, position + 1


def _literal(parts: list[_Part]) -> str:
    """The literal characters at the start of a pattern."""
    found = []
    for part in parts:
        if part.repeats or part.is_negated or len(part.ranges) != 1 or part.ranges[0][0] != part.ranges[0][1]:
            break
        found.append(part.ranges[0][0])
    return "".join(found)


def _fits(parts: _Parts, path: str) -> bool:
    """Whether `parts` match the whole path, by tracking all reachable positions in the pattern."""
    count = len(parts)

    def closed(places: set[int]) -> set[int]:
        """The positions together with those after repeats that can match no character."""
        for place in list(places):
            while place < count and parts[place].repeats:
                place += 1
                places.add(place)
        return places

    places = closed({0})
    # Positions inside a repeat of folders, which can only end after a `/`.
    inside: set[int] = set()
    for character in path:
        following: set[int] = set()
        still_inside: set[int] = set()
        for place in places | inside:
            if place == count:
                continue
            part = parts[place]
            if part.whole:
                (following if character == "/" else still_inside).add(place)
            elif place in places and part.fits(character):
                following.add(place if part.repeats else place + 1)
        places, inside = closed(following), still_inside
        if not places and not inside:
            return False
    return count in places


def clean(path: str) -> str:
    """The shortest path that means the same, as Go's `filepath.Clean` gives it."""
    cleaned = posixpath.normpath(path)
    return cleaned[1:] if cleaned.startswith("//") else cleaned
