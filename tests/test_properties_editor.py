"""Properties that are true for every text, of what an editor shows beside it: tokens, folds, selections, symbols."""

from __future__ import annotations

import json
import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lsprotocol import types

from azureml_dockerfile_ls.features.folding import folds
from azureml_dockerfile_ls.features.selection import selections
from azureml_dockerfile_ls.features.semantic_tokens.document import change_between, semantic_tokens
from azureml_dockerfile_ls.features.symbols import definitions, symbols
from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.lsp.requests.document_symbol import outline
from azureml_dockerfile_ls.lsp.session.documents import Document, DocumentKind
from azureml_dockerfile_ls.lsp.session.view import View
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import Encoding, LineIndex, Span
from tests.features.tokens import read_tokens, with_change
from tests.test_properties import SECONDS, any_unicode, fragments

texts = st.one_of(fragments, fragments, any_unicode)
encodings: st.SearchStrategy[Encoding] = st.sampled_from(["utf-8", "utf-16", "utf-32"])
inserted = st.sampled_from(["", "\n", "x", "# ", "RUN a\n", "'", "\\\n"])
edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 8), st.sampled_from(["", "\n", "x", "# ", "RUN a\n", "'", "\\\n"]))
)

CASES = 'RUN case $x in\na) b;;\n*) c\nesac\nRUN ${${${ $($($( ``` "$("$(\nRUN <<A\n<<B <<C\n"\nB\n\'\nA\n'


@pytest.mark.slow
@given(texts, encodings)
@example(CASES, "utf-16")
@example("\ufeff\ufeffRUN 😀 'a\\\n😀' # x\r\n# syntax=a\rb", "utf-8")
def test_tokens_are_sorted_and_lie_on_their_lines(text: str, encoding: Encoding) -> None:
    """They do not overlap, and each one is on one line and has a length."""
    index = LineIndex(text, encoding)
    found = read_tokens(semantic_tokens(analyse(text), index), index)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
    for token in found:
        assert token.span.start < token.span.end
        assert not set("\r\n") & set(token.span.of(text))


@pytest.mark.slow
@given(texts, edits)
def test_the_change_of_the_tokens_gives_all_tokens(text: str, changes: list[tuple[float, int, str]]) -> None:
    """Applied to those before an edit; and what is kept of the version before is right for the new one."""
    snapshot = analyse(text)
    before = semantic_tokens(snapshot, LineIndex(text, "utf-16"))
    for place, deleted, inserted in changes[:4]:
        at = int(place * len(text))
        text = text[:at] + inserted + text[at + deleted :]
        snapshot, index = analyse(text, snapshot), LineIndex(text, "utf-16")
        after = semantic_tokens(snapshot, index)
        assert after == semantic_tokens(analyse(text), index)
        change = change_between(before, after)
        assert with_change(before, change) == after
        assert change is None or (change.start % 5, change.deleted % 5) == (0, 0)
        before = after


@pytest.mark.slow
@given(texts, st.floats(0, 1), st.floats(0, 1))
def test_the_tokens_of_a_part_are_those_of_the_file_there(text: str, first: float, second: float) -> None:
    """All that touch the part, and perhaps more of the instructions around."""
    snapshot, index = analyse(text), LineIndex(text, "utf-16")
    span = Span(*sorted((int(first * len(text)), int(second * len(text)))))
    every = read_tokens(semantic_tokens(snapshot, index), index)
    part = read_tokens(semantic_tokens(snapshot, index, span), index)
    assert set(part) <= set(every)
    assert {token for token in every if token.span.start < span.end and span.start < token.span.end} <= set(part)


@pytest.mark.slow
@given(texts, st.one_of(st.none(), st.integers(0, 4)))
def test_folds_are_disjoint_or_one_is_in_the_other(text: str, limit: int | None) -> None:
    """Each one has at least two lines of the text, no two are the same, and there are no more than the client takes."""
    index = LineIndex(text)
    found = folds(analyse(text), index, limit)
    assert limit is None or len(found) <= limit
    assert len({(fold.first, fold.last) for fold in found}) == len(found)
    around: list[int] = []
    for fold in found:
        assert 0 <= fold.first < fold.last < len(index.starts)
        while around and around[-1] < fold.first:
            around.pop()
        assert not around or fold.last <= around[-1], found
        around.append(fold.last)


@pytest.mark.slow
@given(texts, st.floats(0, 1))
def test_selections_grow_to_the_file(text: str, place: float) -> None:
    """Each one is a real part of the next, and all of them are around the cursor."""
    offset = int(place * len(text))
    found = selections(analyse(text), offset)
    assert found[-1] == Span(0, len(text))
    assert all(span.touches(offset) for span in found)
    for inner, outer in pairwise(found):
        assert outer.start <= inner.start <= inner.end <= outer.end
        assert inner != outer


@pytest.mark.slow
@given(texts, encodings, edits)
def test_the_outline_that_is_kept_is_that_of_the_text(
    text: str, encoding: Encoding, changes: list[tuple[float, int, str]]
) -> None:
    """After any edits it is the same as without the versions before, and has the symbols and places of the text."""
    client = ClientCapabilities(types.ClientCapabilities(), "")
    snapshot = None
    for place, deleted, inserted in [(0.0, 0, ""), *changes[:3]]:
        at = int(place * len(text))
        text = text[:at] + inserted + text[at + deleted :]
        snapshot = analyse(text, snapshot)
        index = LineIndex(text, encoding)
        document = Document("file:///Dockerfile", "dockerfile", DocumentKind.DOCKERFILE, 1, text, index)
        view = View(document, client, snapshot)
        shown = json.loads(outline(view).text)
        expected = [
            (inner.name, inner.detail, view.range(inner.span), view.range(inner.selection))
            for symbol in symbols(snapshot)
            for inner in (symbol, *symbol.children)
        ]
        assert [
            (one["name"], one.get("detail", ""), _range(one["range"]), _range(one["selectionRange"]))
            for symbol in shown
            for one in (symbol, *symbol.get("children", ()))
        ] == expected


def _range(value: dict[str, dict[str, int]]) -> types.Range:
    return types.Range(types.Position(**value["start"]), types.Position(**value["end"]))


@pytest.mark.slow
@given(texts)
def test_definitions_are_in_the_text(text: str) -> None:
    """In its order, and none on the same text twice."""
    spans = [definition.span for definition in definitions(analyse(text).tree)]
    assert all(0 <= span.start <= span.end <= len(text) for span in spans)
    assert spans == sorted(spans)


UNCLOSED = ["$(", "${a", '"$(', "`", "case a in ", "<<A ", "a;", "'", "$((", "\\\n", "${a:-'", "--a=$b "]


@pytest.mark.slow
@pytest.mark.parametrize("piece", UNCLOSED)
def test_a_long_text_in_which_nothing_is_closed_takes_no_long_time(piece: str) -> None:
    """Where a piece looked for its end in all that follows, thousands of them would take minutes."""
    text = f"FROM a\nRUN <<EOF\n{piece * 8000}\n\nEOF\nRUN {piece * 8000}\n"
    snapshot = analyse(text)
    started = time.process_time()
    semantic_tokens(snapshot, LineIndex(text))
    assert time.process_time() - started < 5 * SECONDS
