"""The distance between a misspelt name and a known one."""

from __future__ import annotations

from collections.abc import Iterable


def edits(typed: str, known: str, limit: int) -> int | None:
    """The number of edits that turn `typed` into `known`; None when it is more than `limit`.

    An edit inserts, removes or replaces a character, or swaps two neighbours. `limit` must be small: the work grows
    exponentially with it, and hardly with the length of the names.
    """
    if abs(len(typed) - len(known)) > limit:
        return None
    start = 0
    while start < len(typed) and start < len(known) and typed[start] == known[start]:
        start += 1
    typed, known = typed[start:], known[start:]
    if not typed or not known:
        return max(len(typed), len(known))
    if limit == 0:
        return None
    attempts = [(typed[1:], known), (typed, known[1:]), (typed[1:], known[1:])]
    if typed[:2] == known[:2][::-1]:
        attempts.append((typed[2:], known[2:]))
    needed = [count for pair in attempts if (count := edits(*pair, limit - 1)) is not None]
    return 1 + min(needed) if needed else None


def did_you_mean(name: str | None) -> str:
    """The end of BuildKit's message for a misspelt name; empty without a suggestion."""
    return f" (did you mean {name}?)" if name else ""


def closest(typed: str, known: Iterable[str]) -> str | None:
    """The known word nearest to a misspelt one, within two edits and letter case aside; None if there is none.

    Of equally near ones, that is one from which letters are only left out, as COPY is for CP; else the first.
    """
    lower = typed.lower()
    letters = set(lower)
    found: tuple[int, bool, str] | None = None
    for word in known:
        # An edit removes one letter and adds one, at most.
        if abs(len(word) - len(typed)) > 2 or len(letters ^ set(word.lower())) > 4:
            continue
        distance = edits(lower, word.lower(), 2)
        if distance is None or word == typed:
            continue
        rank = (distance, not _is_abbreviation(lower, word.lower()))
        if found is None or rank < found[:2]:
            found = (*rank, word)
    return found[2] if found else None


def _is_abbreviation(short: str, word: str) -> bool:
    """Whether the letters of a text are in a word, in the same order."""
    letters = iter(word)
    return all(letter in letters for letter in short)
