"""White space of shell text: where it only separates words, and where it is a part of one."""

from __future__ import annotations

from bisect import bisect_right

from azureml_dockerfile_ls.text import LocalSpan

_MAX_DEPTH = 16


def held_spans(text: str, start: int, end: int) -> list[LocalSpan]:
    """The parts of the POSIX shell text in `[start, end)` in which white space may matter, in order.

    These are quotes, escaped characters, and all that follows what cannot be read with certainty.
    """
    held: list[LocalSpan] = []
    position = start
    while position < end:
        stop = end_of_held(text, position, start, end)
        if stop > position:
            held.append(LocalSpan(position, min(stop, end)))
            position = stop
        else:
            position += 1
    return held


def single_spaced(text: str) -> str:
    """Shell text with one space for each run of blanks that only separates words."""
    parts, position = [], 0
    for span in held_spans(text, 0, len(text)):
        parts += [_squeezed(text[position : span.start]), span.of(text)]
        position = span.end
    return "".join([*parts, _squeezed(text[position:])])


def holds(held: list[LocalSpan], offset: int) -> bool:
    """Whether `offset` is inside one of the spans, which are in order: not at its start or end."""
    number = bisect_right(held, offset, key=lambda span: span.start) - 1
    return number >= 0 and held[number].start < offset < held[number].end


def _squeezed(text: str) -> str:
    characters: list[str] = []
    for character in text:
        blank = " " if character in " \t" else character
        if blank != " " or characters[-1:] != [" "]:
            characters.append(blank)
    return "".join(characters)


def end_of_held(text: str, position: int, start: int, end: int) -> int:
    """The end of the part at `position` in which white space matters; `position` if there is none.

    It is behind `end` if the rest of the text cannot be read with certainty.
    """
    character = text[position]
    if character == "\\":
        return position + 2
    if character == "'":
        return _after(text, "'", position + 1, end)
    if character == '"':
        return _after_double_quotes(text, position + 1, end, 0)
    if text.startswith("${", position):
        return _after_brace(text, position, end)
    is_comment = character == "#" and (position == start or text[position - 1] in " \t;&|(")
    return end + 1 if is_comment or character == "`" or text.startswith(("$'", "<<<"), position) else position


def after_parenthesis(text: str, position: int, end: int, depth: int = 0) -> int:
    """The end of a `$(…)` whose inside begins at `position`; behind `end` where that is not certain."""
    level = 1
    if depth > _MAX_DEPTH:
        return end + 1
    while position < end:
        character = text[position]
        if character == "\\":
            position += 2
        elif character == "'":
            position = _after(text, "'", position + 1, end)
        elif character == '"':
            position = _after_double_quotes(text, position + 1, end, depth)
        elif character in "#`" or text.startswith(("case ", "${", "$'"), position):
            return end + 1
        else:
            level += (character == "(") - (character == ")")
            position += 1
            if level == 0:
                return position
    return end + 1


def _after(text: str, closing: str, position: int, end: int) -> int:
    found = text.find(closing, position, end)
    return end + 1 if found < 0 else found + 1


def _after_brace(text: str, position: int, end: int) -> int:
    """The end of a simple `${…}` at `position`."""
    stop = _after(text, "}", position, end)
    inside = text[position + 2 : stop - 1]
    return end + 1 if any(character in inside for character in " \t'\"\\$`{") else stop


def _after_double_quotes(text: str, position: int, end: int, depth: int) -> int:
    while position < end:
        character = text[position]
        if character == "\\":
            position += 2
        elif character == '"':
            return position + 1
        elif character == "`":
            break
        elif text.startswith("$(", position):
            position = after_parenthesis(text, position + 2, end, depth + 1)
        elif text.startswith("${", position):
            position = _after_brace(text, position, end)
        else:
            position += 1
    return end + 1
