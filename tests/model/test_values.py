"""The value of a word, with and without variables."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN, Unknown


def lookup(name: str) -> str | Unknown | None:
    """A is set, U may be anything, nothing else is set."""
    return {"A": "a", "U": UNKNOWN}.get(name)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("a", "a"),
        ("", ""),
        ('"a b"', "a b"),
        ("'a b'", "a b"),
        ("a'b c'd", "ab cd"),
        ('"it\'s"', "it's"),
        ("'$A'", "$A"),
        ("\\$A", "$A"),
        ("a\\ b", "a b"),
        ("$A/b", "a/b"),
        ('"${A}b"', "ab"),
        ("$B", ""),
        ("${B:-c}", "c"),
    ],
)
def test_a_word_has_a_value(word: str, value: str) -> None:
    """Without its quotes and escapes, and with its variables replaced."""
    assert expand_word(word, "\\", lookup) == value


@pytest.mark.parametrize("word", ["$U", "a${U}", "${U:-a}", "${A", "${B:?}", "'$A", '"$A', "${A^}"])
def test_some_words_have_none(word: str) -> None:
    """A value that nobody knows, and a word that BuildKit refuses."""
    assert expand_word(word, "\\", lookup) is None


def test_an_open_quote_is_taken_away() -> None:
    """While it is typed, a value without variables is what is there."""
    assert expand_word('"a b', "\\", lookup) == "a b"
