"""The value of a word, with and without variables."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN, Unknown


def lookup(name: str) -> str | Unknown | None:
    """A lookup in which A is set, U is unknown and all other variables are unset."""
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
    """The value of a word has no quotes and escapes, and its variables are replaced."""
    assert expand_word(word, "\\", lookup) == value


@pytest.mark.parametrize("word", ["$U", "a${U}", "${U:-a}", "${A", "${B:?}", "'$A", '"$A', "${A^}"])
def test_words_without_a_value(word: str) -> None:
    """A word has no value if the value is unknown or BuildKit refuses the word."""
    assert expand_word(word, "\\", lookup) is None


def test_an_open_quote_is_removed() -> None:
    """A word with an open quote, as while typing, has the text after the quote as its value."""
    assert expand_word('"a b', "\\", lookup) == "a b"
