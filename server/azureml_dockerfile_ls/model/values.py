"""The values of words: without quotes, with variables replaced."""

from __future__ import annotations

from azureml_dockerfile_ls.syntax.expansion import ExpansionError, Lookup, expand


def expand_word(word: str, escape: str, lookup: Lookup) -> str | None:
    """The value that BuildKit gives a word; None if it is unknown or BuildKit refuses the word.

    An open quote is only removed, because its word is still being typed.
    """
    # WordSplitter treats a backslash as special even if the escape character is another one.
    if "$" not in word and escape not in word and "\\" not in word:
        if "'" not in word and '"' not in word:
            return word
        # A late import: the server answers `initialize` without it.
        from dockerfile_parse.util import WordSplitter

        return str(WordSplitter(word).dequote())
    try:
        return expand(word, escape, lookup)
    except ExpansionError:
        return None


def strict_value(word: str, escape: str, lookup: Lookup) -> str | None:
    """The value that BuildKit gives a word; None if it is unknown, or BuildKit refuses the word, as an open quote."""
    try:
        return expand(word, escape, lookup)
    except ExpansionError:
        return None
