"""The values of words: without quotes, with variables replaced."""

from __future__ import annotations

import re

from azureml_dockerfile_ls.syntax.expansion import ExpansionError, Lookup, expand

_CLOSED_QUOTES = re.compile(r"""(?:[^'"]|'[^']*'|"[^"]*")*""")


def expand_word(word: str, escape: str, lookup: Lookup) -> str | None:
    """The value that BuildKit gives a word; None if it is unknown or BuildKit refuses the word."""
    # WordSplitter treats a backslash as special even if the escape character is another one.
    if "$" not in word and escape not in word and "\\" not in word:
        if "'" not in word and '"' not in word:
            return word
        if not _CLOSED_QUOTES.fullmatch(word):
            return None
        # A late import: the server answers `initialize` without it.
        from dockerfile_parse.util import WordSplitter

        return str(WordSplitter(word).dequote())
    try:
        return expand(word, escape, lookup)
    except ExpansionError:
        return None
