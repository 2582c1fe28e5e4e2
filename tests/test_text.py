"""Spans, lines and columns."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azureml_dockerfile_ls.text import Encoding, LineIndex, Span, TextEdit, apply_edits, merge_edits

ENCODINGS: list[Encoding] = ["utf-8", "utf-16", "utf-32"]
encodings = st.sampled_from(ENCODINGS)
# Line ends, near line ends, wide and lone surrogates often, everything else sometimes.
texts = st.text(st.one_of(st.sampled_from("ab\n\r\u2028\x85\x0b\x0cé€😀\ud83d\ude00"), st.characters()), max_size=40)


def units(text: str, encoding: Encoding) -> int:
    """The length of `text` in the units of `encoding`."""
    if encoding == "utf-32":
        return len(text)
    codec, size = ("utf-8", 1) if encoding == "utf-8" else ("utf-16-le", 2)
    return len(text.encode(codec, "surrogatepass")) // size


def inside_a_line_end(text: str, offset: int) -> bool:
    """Whether `offset` lies between `\\r` and `\\n`, where no line and column can be."""
    return text[offset - 1 : offset + 1] == "\r\n" if offset else False


@given(texts, st.integers(0, 40), st.integers(0, 40), texts, encodings)
def test_an_edited_index_is_that_of_the_new_text(
    text: str, start: int, length: int, replacement: str, encoding: Encoding
) -> None:
    """Lines that an edit joins, splits, adds or removes are found, also where it touches half of a `\\r\\n`."""
    span = Span(min(start, len(text)), min(start + length, len(text)))
    edited = LineIndex(text, encoding).edited(span, replacement)
    fresh = LineIndex(text[: span.start] + replacement + text[span.end :], encoding)

    assert (edited.text, edited.encoding, edited.starts) == (fresh.text, encoding, fresh.starts)
    assert edited.position(len(edited.text)) == fresh.position(len(fresh.text))


def test_a_span_covers_its_text_and_can_be_shifted() -> None:
    """A span is half open, and shifting it moves both ends."""
    assert Span(1, 3).of("FROM") == "RO"
    assert Span(1, 3).shift(2) == Span(3, 5)


@pytest.mark.parametrize(("offset", "touches"), [(0, False), (1, True), (2, True), (3, True), (4, False)])
def test_a_cursor_touches_a_span_at_both_ends(offset: int, touches: bool) -> None:
    """A cursor directly before or after a word is still at that word."""
    assert Span(1, 3).touches(offset) is touches


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("", [0]),
        ("a", [0]),
        ("a\n", [0, 2]),
        ("a\nb", [0, 2]),
        ("a\r\nb\rc\n\n", [0, 3, 5, 7, 8]),
        ("\r\r\n\n\r", [0, 1, 3, 4, 5]),
        ("a\n\rb", [0, 2, 3]),
    ],
)
def test_lines_end_at_newline_carriage_return_or_both(text: str, starts: list[int]) -> None:
    """Each of `\\n`, `\\r\\n` and `\\r` ends one line, and one more line follows the last."""
    assert LineIndex(text).starts == starts


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"])
def test_nothing_else_ends_a_line(character: str) -> None:
    """Separators that `str.splitlines` knows are ordinary characters of a line, at its end and in the middle."""
    assert LineIndex(f"a{character}b\nc{character}").starts == [0, 4]
    assert LineIndex(f"a{character}\nb\n").starts == [0, 3, 5]


@given(texts)
def test_the_lines_and_their_ends_make_up_the_text(text: str) -> None:
    """Lines without their ends, and the ends between them, cover the text."""
    index = LineIndex(text)
    spans = [index.line_span(line) for line in range(len(index.starts))]
    between = [text[before.end : after.start] for before, after in pairwise(spans)]
    assert spans[0].start == 0
    assert spans[-1].end == len(text)
    assert all(end in ("\n", "\r\n", "\r") for end in between)
    assert not any(set("\r\n") & set(span.of(text)) for span in spans)


@given(texts, encodings)
def test_an_offset_survives_the_way_to_a_position_and_back(text: str, encoding: Encoding) -> None:
    """Every offset outside `\\r\\n` has its own position in each encoding."""
    index = LineIndex(text, encoding)
    offsets = [offset for offset in range(len(text) + 1) if not inside_a_line_end(text, offset)]
    assert [index.offset(*index.position(offset)) for offset in offsets] == offsets


@given(texts, encodings)
def test_a_column_is_the_number_of_units_before_it_on_its_line(text: str, encoding: Encoding) -> None:
    """A position is the number of line ends before it, and the encoded length of the text before it on its line."""
    index = LineIndex(text, encoding)
    for offset in range(len(text) + 1):
        if not inside_a_line_end(text, offset):
            before = text[:offset]
            line_ends = before.count("\n") + before.count("\r") - before.count("\r\n")
            last_line = before[max(before.rfind("\n"), before.rfind("\r")) + 1 :]
            assert index.position(offset) == (line_ends, units(last_line, encoding))
            assert index.line_at(offset) == line_ends


@given(texts, encodings, st.integers(), st.integers())
def test_any_position_gives_a_place_in_the_text(text: str, encoding: Encoding, line: int, column: int) -> None:
    """Lines and columns that do not exist, negative and huge ones included, are moved to the nearest that does."""
    index = LineIndex(text, encoding)
    offset = index.offset(line, column)
    assert 0 <= offset <= len(text)
    if line < 0:
        assert offset == 0
    elif line >= len(index.starts):
        assert offset == len(text)
    else:
        assert index.line_span(line).touches(offset)
    assert index.position(column) == index.position(min(max(column, 0), len(text)))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_cursor_on_the_empty_last_line_is_at_the_end(encoding: Encoding) -> None:
    """A final newline is followed by one more line, empty, where completion is requested most often."""
    index = LineIndex("FROM x\nRUN é\n", encoding)
    assert index.offset(2, 0) == len(index.text)
    assert index.position(len(index.text)) == (2, 0)
    assert index.line_span(2) == Span(len(index.text), len(index.text))


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_column_past_the_end_means_the_end_of_the_line(encoding: Encoding, line_end: str) -> None:
    """The line's own ending is not part of it, and the next line is not reached."""
    index = LineIndex(f"aé{line_end}b", encoding)
    assert index.offset(0, 99) == 2
    assert index.offset(1, 99) == len(index.text)


@pytest.mark.parametrize(
    ("encoding", "offsets_by_column"),
    [
        ("utf-8", [0, 1, 1, 2, 2, 2, 2, 3, 4, 4]),
        ("utf-16", [0, 1, 2, 2, 3, 4, 4]),
        ("utf-32", [0, 1, 2, 3, 4, 4]),
    ],
)
def test_a_column_inside_a_character_means_its_start(encoding: Encoding, offsets_by_column: list[int]) -> None:
    """An emoji is two columns wide in UTF-16 and four in UTF-8; a column between them is moved to its start."""
    index = LineIndex("aé😀b", encoding)
    assert [index.offset(0, column) for column in range(len(offsets_by_column))] == offsets_by_column


def test_a_lone_surrogate_is_one_unit_of_utf_16_and_three_of_utf_8() -> None:
    """Half an emoji, which an editor may send in the middle of an edit, raises no error."""
    text = "\ud83dx"
    assert LineIndex(text, "utf-16").position(1) == (0, 1)
    assert LineIndex(text, "utf-8").position(1) == (0, 3)
    assert LineIndex(text, "utf-16").offset(0, 1) == 1
    assert LineIndex(text, "utf-8").offset(0, 3) == 1


pieces = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.text("ab", max_size=3)), max_size=6)


def edits_in(text: str, found: list[tuple[int, int, str]]) -> tuple[TextEdit, ...]:
    """Edits in the order of a text: each skips some characters, and replaces some."""
    edits, at = [], 0
    for skipped, removed, new in found:
        start, end = min(at + skipped, len(text)), min(at + skipped + removed, len(text))
        edits.append(TextEdit(Span(start, end), new))
        at = end
    return tuple(edits)


@given(st.text("xyz", max_size=12), pieces, pieces)
def test_merged_edits_do_what_both_do(
    text: str, first: list[tuple[int, int, str]], then: list[tuple[int, int, str]]
) -> None:
    """One after the other; the merged ones are in order, and do not overlap."""
    once = edits_in(text, first)
    between = apply_edits(text, once)
    twice = edits_in(between, then)
    merged = merge_edits(between, once, twice)
    assert apply_edits(text, merged) == apply_edits(between, twice)
    assert all(one.span.end < two.span.start for one, two in pairwise(merged))
