"""The reader of YAML, which keeps every position. It goes on after an error, so the rest of the text is checked too.

No library for YAML is used: PyYAML and ruamel.yaml stop at the first error, and their readers in pure Python take 46
and 190 ms for 500 lines. Fast readers, and tree-sitter, exist for some platforms only. This reader takes some 4 ms,
needs no installation, and reads what Azure ML's files contain. A value that it does not read, such as one with a tag,
is `Unknown`.
"""

from __future__ import annotations

import re

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.text import Span
from azureml_dockerfile_ls.yaml.lines import Line, lines_of
from azureml_dockerfile_ls.yaml.nodes import Mapping, Node, Pair, Scalar, Sequence, Style, Unknown, span_of
from azureml_dockerfile_ls.yaml.scalars import FlowReader, folded, quoted

_MAX_DEPTH = 60
_KEY_END = lazy_pattern(r":(?=[ \t]|$)|[ \t]#")
_SIMPLE_PAIR = lazy_pattern(r"([\w.$/][\w.$/-]*):(?:[ \t]+([^\s&!#|>*\[{\"'][^#]*))?[ \t]*")
"""A key of letters, and behind it a plain value without a comment, or nothing."""
_COMMENT = lazy_pattern(r"[ \t]#")
_QUOTED_KEY = lazy_pattern(r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')[ \t]*:(?=[ \t]|$)")
_PROPERTIES = ("&", "!")
_PROPERTY = lazy_pattern(r"([&!][^ \t\r\n]*)[ \t]*")
_BLOCK_HEADER = lazy_pattern(r"[|>][-+0-9]*[ \t]*(?:#.*)?$")
_DASH = lazy_pattern(r"-(?=[ \t]|$)[ \t]*")
_QUOTES = frozenset("\"'")
_NOT_A_KEY = "[]{},#&*!|>%@`"


def parse(text: str) -> Node | None:
    """The root of the first document of a text; None if it is empty. Never raises."""
    return _Reader(text).root()


class _Reader:
    """Reads one document. `self._line` is the number of the line that is read next."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = lines_of(text)
        self._line = 0
        self._anchors: dict[str, Node | None] = {}
        self._failed = 0
        """The number of lines that were not understood."""

    def root(self) -> Node | None:
        line = self._next()
        if line is None:
            return None
        root = self._block(line.content, line.indent, 0)
        if isinstance(root, Mapping) and self._next() is not None:
            return Mapping(root.span, root.pairs, is_complete=False)
        return root

    def _next(self) -> Line | None:
        """The next line with content."""
        while self._line < len(self._lines):
            line = self._lines[self._line]
            if line.indent >= 0:
                return line
            self._line += 1
        return None

    def _block(self, start: int, indent: int, depth: int) -> Node | None:
        """The node at `start` of the current line, whose column is `indent`."""
        if depth > _MAX_DEPTH:
            return self._given_up(start, indent)
        line = self._lines[self._line]
        if self._text[start] == "-" and _DASH.match(self._text, start, line.end):
            return self._sequence(start, indent, depth)
        if self._text[start] in "&!":
            return self._value(start, indent - 1, depth, in_mapping=False)
        simple = _SIMPLE_PAIR.fullmatch(self._text, start, line.end)
        if simple is not None or self._key_end(start, line.end) is not None:
            return self._mapping(start, simple, indent, depth)
        return self._inline(start, indent - 1, depth)

    def _given_up(self, start: int, indent: int) -> Unknown:
        """Skip the lines of a node that is not read."""
        end = self._lines[self._line].end
        self._line += 1
        while (line := self._next()) is not None and line.indent >= indent:
            end = line.end
            self._line += 1
        return Unknown(Span(start, end))

    def _key_end(self, start: int, end: int) -> int | None:
        """The offset of the colon behind the key at `start`; None if there is no key."""
        text = self._text
        first = text[start]
        if first in _QUOTES:
            match = _QUOTED_KEY.match(text, start, end)
            return match.end() - 1 if match is not None else None
        if first in _NOT_A_KEY or (first in "?-" and text[start + 1 : start + 2] in ("", " ", "\t")):
            return None
        match = _KEY_END.search(text, start, end)
        return match.start() if match is not None and text[match.start()] == ":" else None

    def _mapping(self, start: int, simple: re.Match[str] | None, indent: int, depth: int) -> Mapping:
        """The mapping whose first pair is at `start`, and what `_SIMPLE_PAIR` matches of it."""
        pairs: list[Pair] = []
        is_complete = True
        end = start
        failed = self._failed
        while True:
            found = self._pair(start, simple, indent, depth)
            if found is None:
                # A line that is not a pair: one that is being typed.
                is_complete = False
                self._line += 1
                self._skip_deeper(indent)
            else:
                pair, colon = found
                is_complete = is_complete and pair.key.value != "<<"
                pairs.append(pair)
                end = colon + 1 if pair.value is None else max(colon + 1, pair.value.span.end)
            following = self._next()
            if following is not None and following.indent > indent:
                self._skip_deeper(indent)
                is_complete = False
                following = self._next()
            if following is None or following.indent < indent:
                break
            start = following.content
            simple = _SIMPLE_PAIR.fullmatch(self._text, start, following.end)
        span = Span(pairs[0].key.span.start if pairs else start, end)
        return Mapping(span, tuple(pairs), is_complete and failed == self._failed)

    def _pair(self, start: int, simple: re.Match[str] | None, indent: int, depth: int) -> tuple[Pair, int] | None:
        """The pair whose key is at `start` of the current line, and the offset of its colon; None without a key."""
        if simple is None:
            colon = self._key_end(start, self._lines[self._line].end)
            if colon is None:
                return None
            key = self._key(start, colon)
            return Pair(key, self._value(colon + 1, indent, depth, in_mapping=True)), colon
        # Most lines are such, and reading them piece by piece takes twice the time.
        span = span_of((start, simple.end(1)))
        key = Scalar(span, simple[1], span)
        if simple[2] is None:
            return Pair(key, self._below(indent, depth, in_mapping=True)), span.end
        after = self._lines[self._line + 1].indent if self._line + 1 < len(self._lines) else 0
        if not 0 <= after <= indent:
            return Pair(key, self._plain(simple.start(2), indent)), simple.end(1)
        self._line += 1
        value = simple[2].rstrip(" \t")
        span = span_of((simple.start(2), simple.start(2) + len(value)))
        return Pair(key, Scalar(span, value, span)), simple.end(1)

    def _key(self, start: int, colon: int) -> Scalar:
        text = self._text
        if text[start] in "\"'":
            found = quoted(text, start, colon)
            if found is not None:
                return found
        value = text[start:colon].rstrip(" \t")
        span = span_of((start, start + len(value)))
        return Scalar(span, value, span)

    def _skip_deeper(self, indent: int) -> None:
        """Skip the lines that are indented further: they belong to what was not understood."""
        while (line := self._next()) is not None and line.indent > indent:
            self._failed += 1
            self._line += 1

    def _sequence(self, start: int, indent: int, depth: int) -> Sequence:
        items: list[Node | None] = []
        is_complete = True
        first, end = start, start
        while True:
            line = self._lines[self._line]
            dash = _DASH.match(self._text, start, line.end)
            if dash is None:
                break
            content = dash.end()
            if content < line.end and self._text[content] != "#":
                item = self._item(content, indent, content - line.start, depth)
            else:
                item = self._below(indent, depth, in_mapping=False)
            items.append(item)
            end = max(start + 1, item.span.end if item is not None else 0)
            following = self._next()
            if following is not None and following.indent > indent:
                is_complete = False
                self._skip_deeper(indent)
                following = self._next()
            if following is None or following.indent < indent:
                break
            start = following.content
        return Sequence(Span(first, end), tuple(items), is_complete)

    def _item(self, start: int, indent: int, column: int, depth: int) -> Node | None:
        """The item that starts on the line of its dash, in `column`."""
        line = self._lines[self._line]
        is_sequence = self._text[start] == "-" and _DASH.match(self._text, start, line.end) is not None
        if is_sequence or self._key_end(start, line.end) is not None:
            return self._block(start, column, depth + 1)
        if self._text[start] not in "&!":
            return self._inline(start, indent, depth)
        return self._value(start, indent, depth, in_mapping=False)

    def _value(self, position: int, indent: int, depth: int, *, in_mapping: bool) -> Node | None:
        """The value at `position` of the current line, behind a key or a dash at column `indent`."""
        line = self._lines[self._line]
        anchors: list[str] = []
        is_tagged = False
        start = position
        while start < line.end and self._text[start] in " \t":
            start += 1
        while self._text[start : start + 1] in _PROPERTIES and (found := _PROPERTY.match(self._text, start, line.end)):
            is_tagged = is_tagged or found[1].startswith("!")
            anchors += [found[1][1:]] if found[1].startswith("&") else []
            start = found.end()
        if start >= line.end or self._text[start] == "#":
            value = self._below(indent, depth, in_mapping=in_mapping)
        elif not in_mapping and self._key_end(start, line.end) is not None:
            value = self._block(start, start - line.start, depth + 1)
        else:
            value = self._inline(start, indent, depth)
        if is_tagged and value is not None:
            value = Unknown(value.span)
        for anchor in anchors:
            self._anchors[anchor] = value
        return value

    def _below(self, indent: int, depth: int, *, in_mapping: bool) -> Node | None:
        """The value on the lines below: indented further, or a sequence in the column of its key."""
        self._line += 1
        line = self._next()
        if line is None:
            return None
        is_list = in_mapping and line.indent == indent and _DASH.match(self._text, line.content, line.end) is not None
        if line.indent <= indent and not is_list:
            return None
        return self._block(line.content, line.indent, depth + 1)

    def _inline(self, start: int, indent: int, depth: int) -> Node:
        """The value that starts at `start` of the current line; lines indented further than `indent` belong to it."""
        text, line = self._text, self._lines[self._line]
        first = text[start]
        if first in "|>" and _BLOCK_HEADER.match(text, start, line.end):
            return self._block_scalar(start, indent)
        if first == "*":
            return self._alias(start, line)
        if first in "[{":
            return self._flow(start, indent, depth)
        if first in "\"'":
            return self._quoted(start, indent)
        return self._plain(start, indent)

    def _alias(self, start: int, line: Line) -> Node:
        name = text_to_comment(self._text, start + 1, line.end)
        self._line += 1
        known = self._anchors.get(name)
        return known if known is not None else Unknown(Span(start, start + 1 + len(name)))

    def _last_of_value(self, indent: int) -> int:
        """The number of the last line that is indented further than `indent`, from the current line on."""
        last = number = self._line
        for number in range(self._line + 1, len(self._lines)):
            line = self._lines[number]
            if line.indent > indent:
                last = number
            elif line.indent >= 0:
                # A bracket that closes a list may be in the column of its key.
                is_closing = line.indent == indent and self._text[line.content] in "]}"
                return number if is_closing else last
        return last

    def _flow(self, start: int, indent: int, depth: int) -> Node:
        last = self._last_of_value(indent)
        reader = FlowReader(self._text, self._lines[last].end)
        node = reader.node(start, depth)
        if reader.is_complete:
            self._go_behind(reader.position)
        else:
            self._failed += 1
            self._line = last + 1
        return node

    def _go_behind(self, position: int) -> None:
        """Read on at the line below the one with `position`."""
        while self._lines[self._line].end < position:
            self._line += 1
        self._line += 1

    def _quoted(self, start: int, indent: int) -> Node:
        last = self._last_of_value(indent)
        found = quoted(self._text, start, self._lines[last].end)
        if found is None:
            # The quote that is typed last has no end yet.
            self._failed += 1
            self._line += 1
            return Unknown(Span(start, self._lines[self._line - 1].end))
        self._go_behind(found.span.end)
        return found

    def _plain(self, start: int, indent: int) -> Scalar:
        line = self._lines[self._line]
        value = text_to_comment(self._text, start, line.end)
        end = start + len(value)
        has_comment = end < line.end and self._text[end : line.end].strip(" \t") != ""
        self._line += 1
        while not has_comment and self._line < len(self._lines):
            number = self._line
            while number < len(self._lines) and self._lines[number].indent < 0 and self._is_blank(number):
                number += 1
            following = self._lines[number] if number < len(self._lines) else None
            if following is None or following.indent <= indent:
                break
            if self._key_end(following.content, following.end) is not None:
                break
            more = text_to_comment(self._text, following.content, following.end)
            end = following.content + len(more)
            has_comment = end < following.end
            self._line = number + 1
        span = span_of((start, end))
        return Scalar(span, folded(self._text[start:end]), span)

    def _is_blank(self, number: int) -> bool:
        line = self._lines[number]
        return not self._text[line.start : line.end].strip(" \t")

    def _block_scalar(self, start: int, indent: int) -> Scalar:
        is_folded = self._text[start] == ">"
        self._line += 1
        parts: list[str] = []
        margin: int | None = None
        first, end = self._lines[self._line - 1].end, self._lines[self._line - 1].end
        while self._line < len(self._lines):
            line = self._lines[self._line]
            written = self._text[line.start : line.end]
            if written.strip(" \t"):
                spaces = len(written) - len(written.lstrip(" "))
                if spaces <= indent:
                    break
                margin = spaces if margin is None else margin
                if not parts:
                    first = line.start + margin
                end = line.end
            parts.append(written[margin or 0 :])
            self._line += 1
        while parts and not parts[-1].strip(" \t"):
            parts.pop()
        value = "\n".join(parts)
        return Scalar(Span(start, end), folded(value) if is_folded else value, Span(first, end), Style.BLOCK)


def text_to_comment(text: str, start: int, end: int) -> str:
    """The text from `start` on, without a comment and the space before it."""
    # A search for one character is faster, and most lines have no comment.
    match = _COMMENT.search(text, start, end) if text.find("#", start, end) >= 0 else None
    return text[start : match.start() if match is not None else end].rstrip(" \t")
