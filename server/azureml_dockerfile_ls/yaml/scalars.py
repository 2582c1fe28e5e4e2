"""Scalars and flow collections: what can follow a key or a dash on its line."""

from __future__ import annotations

import re

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.text import Span
from azureml_dockerfile_ls.yaml.nodes import Mapping, Node, Pair, Scalar, Sequence, Style, Unknown, span_of

_SPACE = lazy_pattern(r"(?:[ \t\r\n]+(?:#[^\r\n]*)?)*")
_DOUBLE = lazy_pattern(r'"(?:[^"\\]|\\[\s\S])*"')
_SINGLE = lazy_pattern(r"'(?:[^']|'')*'")
_FOLD = lazy_pattern(r"(?<![ \t])[ \t]*(\r\n|\n|\r)[ \t]*((?:(?:\r\n|\n|\r)[ \t]*)*)")
_ESCAPE = lazy_pattern(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|(?:\r\n|\n|\r)[ \t]*|[\s\S])")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_FLOW_PLAIN_END = lazy_pattern(r"[,\[\]{}\r\n]|:(?=[ \t\r\n,\[\]{}]|$)|[ \t]#")
_SIMPLE_FLOW_PLAIN = lazy_pattern(r"[^,\[\]{}\r\n:# \t*&!][^,\[\]{}\r\n:#]*(?=[,\]}]|:[ \t])")
_LINE_END = lazy_pattern(r"\r\n|\n|\r")
_MAX_DEPTH = 60


def quoted(text: str, start: int, end: int) -> Scalar | None:
    """The quoted scalar that starts at `start`; None if it does not end before `end`."""
    is_double = text[start] == '"'
    match = (_DOUBLE if is_double else _SINGLE).match(text, start, end)
    if match is None:
        return None
    inner = span_of((start + 1, match.end() - 1))
    value = folded(text[start + 1 : match.end() - 1])
    if is_double and "\\" in value:
        value = _ESCAPE.sub(_unescaped, value)
    elif not is_double:
        value = value.replace("''", "'")
    return Scalar(span_of(match.span()), value, inner, Style.DOUBLE if is_double else Style.SINGLE)


def _unescaped(match: re.Match[str]) -> str:
    escape = match[1]
    if escape[0] in "xuU" and len(escape) > 1:
        code = int(escape[1:], 16)
        return chr(code) if code <= 0x10FFFF else "\ufffd"
    if escape[0] in "\r\n":
        return ""
    return _ESCAPES.get(escape, escape)


def folded(text: str) -> str:
    """The value of a scalar over several lines: a line break is a space, and an empty line a line break."""
    if "\n" not in text and "\r" not in text:
        return text
    return _FOLD.sub(lambda match: "\n" * len(_LINE_END.findall(match[2])) or " ", text)


class FlowReader:
    """Reads a flow collection, `[a, b]` or `{a: b}`, up to `end`. `is_complete` is False after an error."""

    def __init__(self, text: str, end: int) -> None:
        self._text = text
        self._end = end
        self.is_complete = True
        self.position = 0

    def node(self, start: int, depth: int) -> Node:
        """The node at `start`; `position` is behind it."""
        text, first = self._text, self._text[start]
        if depth > _MAX_DEPTH:
            return self._failed(start)
        if first in "[{":
            return self._collection(start, depth)
        if first in "\"'":
            found = quoted(text, start, self._end)
            if found is None:
                return self._failed(start)
            self.position = found.span.end
            return found
        return self._plain(start)

    def _plain(self, start: int) -> Node:
        text = self._text
        simple = _SIMPLE_FLOW_PLAIN.match(text, start, self._end)
        if simple is not None:
            value = simple[0].rstrip(" \t")
            self.position = simple.end()
            span = span_of((start, start + len(value)))
            return Scalar(span, value, span)
        match = _FLOW_PLAIN_END.search(text, start, self._end)
        end = match.start() if match is not None else self._end
        value = text[start:end].rstrip(" \t")
        self.position = end
        span = span_of((start, start + len(value)))
        return Unknown(span) if value[:1] in ("*", "&", "!") else Scalar(span, value, span)

    def _failed(self, start: int) -> Unknown:
        self.is_complete = False
        self.position = self._end
        return Unknown(Span(start, self._end))

    def _skip(self, position: int) -> int:
        if position < self._end and self._text[position] not in " \t\r\n":
            return position
        match = _SPACE.match(self._text, position, self._end)
        return match.end() if match is not None else position

    def _collection(self, start: int, depth: int) -> Node:
        text = self._text
        is_mapping = text[start] == "{"
        closing = "}" if is_mapping else "]"
        items: list[Node | None] = []
        pairs: list[Pair] = []
        position = self._skip(start + 1)
        while position < self._end and text[position] != closing:
            before = position
            if text[position] in ",]}":
                # Recover from a wrong bracket, and from a comma too many.
                if text[position] != ",":
                    self.is_complete = False
                    break
                position = self._skip(position + 1)
                continue
            item = self.node(position, depth + 1)
            position = self._skip(self.position)
            if position < self._end and text[position] == ":":
                value, position = self._value(position + 1, depth)
                pair = Pair(_key(item), value)
                pairs.append(pair)
                if not is_mapping:
                    items.append(Mapping(Span(before, position), (pair,)))
            elif is_mapping:
                pairs.append(Pair(_key(item), None))
            else:
                items.append(item)
            if position < self._end and text[position] not in f",{closing}":
                self.is_complete = False
                break
        if position >= self._end or text[position] != closing:
            self.is_complete = False
            self.position = position
        else:
            position += 1
            self.position = position
        span = Span(start, min(position, self._end))
        if is_mapping:
            return Mapping(span, tuple(pairs), self.is_complete)
        return Sequence(span, tuple(items), self.is_complete)

    def _value(self, position: int, depth: int) -> tuple[Node | None, int]:
        position = self._skip(position)
        if position >= self._end or self._text[position] in ",]}":
            return None, position
        value = self.node(position, depth + 1)
        return value, self._skip(self.position)


def _key(node: Node) -> Scalar:
    """A node as a key; one that is not a scalar has no name."""
    return node if isinstance(node, Scalar) else Scalar(node.span, "", node.span)
