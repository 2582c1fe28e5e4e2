"""Where in a YAML the cursor is: in a key or a value, below which keys."""

from __future__ import annotations

from dataclasses import dataclass

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.manifest.model import Manifest
from azureml_dockerfile_ls.text import Span
from azureml_dockerfile_ls.yaml.nodes import Mapping, Node, Pair, Scalar, Sequence

_WORD = lazy_pattern(r"( +)(?! )([\w.-]*)[ \t]*$")
_LINE_END = lazy_pattern(r"[\r\n]")


@dataclass(frozen=True, slots=True)
class ManifestCursor:
    """A cursor in a value, or in a key if `is_key`. `keys` lead to it from the root, its own key last.

    `typed` is the part of the text at `span` before the cursor. `siblings` is the mapping that holds the key. `scalar`
    is the value, None where there is none yet.
    """

    keys: tuple[str, ...]
    siblings: Mapping
    span: Span
    typed: str
    scalar: Scalar | None
    is_key: bool = False


def cursor_at(manifest: Manifest, offset: int) -> ManifestCursor | None:
    """The cursor at an offset; None between the nodes, in a block scalar, and in a comment."""
    return _in_mapping(manifest.text, manifest.root, (), offset) or _in_new_key(manifest, offset)


def _in_mapping(text: str, mapping: Mapping, above: tuple[str, ...], offset: int) -> ManifestCursor | None:
    pair = next((pair for pair in reversed(mapping.pairs) if pair.key.span.start <= offset), None)
    if pair is None:
        return None
    keys = (*above, pair.key.value)
    if offset <= pair.key.span.end:
        return _in_scalar(text, keys, mapping, pair.key, offset, is_key=True)
    return _in_value(text, keys, mapping, pair, pair.value, offset)


def _in_value(
    text: str, keys: tuple[str, ...], mapping: Mapping, pair: Pair, value: Node | None, offset: int
) -> ManifestCursor | None:
    if value is None:
        between = text[pair.key.span.end : offset]
        is_behind = between.startswith((": ", ":\t")) and not between[1:].strip(" \t")
        rest = _LINE_END.split(text[offset : offset + 200], maxsplit=1)[0]
        is_free = is_behind and (not rest.strip() or rest.lstrip().startswith("#"))
        return ManifestCursor(keys, mapping, Span(offset, offset), "", None) if is_free else None
    if isinstance(value, Scalar):
        return _in_scalar(text, keys, mapping, value, offset)
    if isinstance(value, Mapping):
        return _in_mapping(text, value, keys, offset)
    if isinstance(value, Sequence):
        item = next((one for one in reversed(value.items) if one is not None and one.span.start <= offset), None)
        return _in_value(text, keys, mapping, pair, item, offset) if item is not None else None
    return None


def _in_scalar(
    text: str, keys: tuple[str, ...], mapping: Mapping, scalar: Scalar, offset: int, *, is_key: bool = False
) -> ManifestCursor | None:
    inner = scalar.inner
    if not inner.touches(offset) or "\n" in inner.of(text):
        return None
    return ManifestCursor(keys, mapping, inner, text[inner.start : offset], scalar, is_key)


def _in_new_key(manifest: Manifest, offset: int) -> ManifestCursor | None:
    """A key that is being typed: a word alone on its line, in the column of the keys around it."""
    text = manifest.text
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    end = _LINE_END.search(text, offset)
    match = _WORD.match(text, start, end.start() if end is not None else len(text))
    if match is None or not match.start(2) <= offset <= match.end(2):
        return None
    column = len(match[1])
    found = _around(text, manifest.root, (), start, column)
    if found is None:
        return None
    mapping, above = found
    return ManifestCursor(
        (*above, match[2]), mapping, Span(*match.span(2)), text[match.start(2) : offset], None, is_key=True
    )


def _around(
    text: str, mapping: Mapping, above: tuple[str, ...], start: int, column: int
) -> tuple[Mapping, tuple[str, ...]] | None:
    """The mapping above the line at `start` whose keys are in `column`, and the keys that lead to it."""
    pair = next((pair for pair in reversed(mapping.pairs) if pair.key.span.start < start), None)
    if pair is None:
        return None
    line = max(text.rfind("\n", 0, pair.key.span.start), text.rfind("\r", 0, pair.key.span.start)) + 1
    if pair.key.span.start - line == column:
        return mapping, above
    keys = (*above, pair.key.value)
    if isinstance(pair.value, Mapping):
        return _around(text, pair.value, keys, start, column)
    is_empty = pair.value is None and pair.key.span.start - line < column
    return (Mapping(Span(start, start), ()), keys) if is_empty else None
