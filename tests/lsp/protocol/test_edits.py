"""Documents after edits: columns, lines, order and size."""

from __future__ import annotations

import pytest

from tests.lsp.protocol.messages import URI, offset_of, text_of
from tests.lsp.raw_client import RawClient, change


@pytest.mark.parametrize(
    ("offered", "agreed", "column_after_emoji"),
    [
        (None, "utf-16", 2),
        (["utf-16"], "utf-16", 2),
        (["utf-8", "utf-16", "utf-32"], "utf-8", 4),
        (["utf-32", "utf-8"], "utf-32", 1),
        (["utf-7", "utf-32"], "utf-32", 1),
        (["utf-7"], "utf-16", 2),
        ([], "utf-16", 2),
    ],
)
def test_columns_are_counted_in_the_agreed_encoding(
    fresh: RawClient, offered: object, agreed: str, column_after_emoji: int
) -> None:
    """The client's first encoding that the server knows is used, also for edits after an emoji."""
    capabilities = fresh.initialize(**({"general": {"positionEncodings": offered}} if offered is not None else {}))
    assert capabilities["positionEncoding"] == agreed
    fresh.open(URI, "a\n😀x")
    assert offset_of(fresh, 1, column_after_emoji) == 3
    fresh.send(
        change(URI, 2, (1, column_after_emoji, 1, column_after_emoji + 1, "é"), (1, column_after_emoji, 1, 99, "y"))
    )
    assert text_of(fresh) == {"text": "a\n😀y", "version": 2}


def test_the_cursor_on_the_empty_last_line_is_at_the_end(client: RawClient) -> None:
    """The empty last line, where a new instruction is typed, has a position and can be edited."""
    client.open(URI, "FROM x\n")
    assert offset_of(client, 1, 0) == 7
    client.send(change(URI, 2, (1, 0, 1, 0, "RUN y")))
    assert text_of(client)["text"] == "FROM x\nRUN y"
    assert offset_of(client, 1, 99) == 12


def test_only_line_endings_of_the_protocol_end_lines(client: RawClient) -> None:
    """`\\r\\n`, `\\n` and `\\r` end lines; a line separator or a form feed does not."""
    client.open(URI, "a\u2028b\x0c\r\nc\rd\ne")
    client.send(change(URI, 2, (3, 0, 3, 1, "E"), (1, 0, 1, 1, "C"), (0, 4, 0, 4, "!")))
    assert text_of(client)["text"] == "a\u2028b\x0c!\r\nC\rd\nE"


def test_edits_apply_in_order_and_a_range_may_be_reversed(client: RawClient) -> None:
    """One notification may mix full texts and ranges."""
    client.open(URI, "")
    client.send(change(URI, 7, "one\ntwo", (1, 3, 0, 3, " "), (0, 0, 0, 0, "> ")))
    assert text_of(client) == {"text": "> one ", "version": 7}


def test_half_of_a_surrogate_pair_is_kept(client: RawClient) -> None:
    """An editor may send the two halves in separate edits, and a request between them."""
    client.open(URI, "\ud83d")
    assert text_of(client)["text"] == "\ud83d"
    assert offset_of(client, 0, 1) == 1


def test_an_edit_of_an_unopened_document_is_ignored(client: RawClient) -> None:
    """The edit is logged; closing an unopened document does nothing."""
    client.send(change(URI, 2, "x"))
    client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert text_of(client) is None
    assert "not open" in client.stderr()


def test_three_megabytes_are_opened_and_edited(client: RawClient) -> None:
    """A document of 3 MB can be opened, edited at both ends and queried."""
    lines = 100_000
    client.open(URI, "RUN echo 0123456789 012345678\n" * lines)
    client.send(change(URI, 2, (lines, 0, lines, 0, "USER x"), (0, 0, 1, 0, "")))
    assert client.request("test/length", {"uri": URI}) == 30 * (lines - 1) + 6
    assert offset_of(client, lines - 1, 6) == 30 * (lines - 1) + 6
