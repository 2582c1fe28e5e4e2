"""The values of words, without their quotes and with their variables replaced."""

from __future__ import annotations

from azureml_dockerfile_ls.syntax.expansion import ExpansionError, Lookup, expand


def expand_word(word: str, escape: str, lookup: Lookup) -> str | None:
    """The value that BuildKit gives a word; None where it depends on what cannot be known, or is refused."""
    # A backslash is nothing special where the escape character is another one, but it always is to WordSplitter.
    if "$" not in word and escape not in word and "\\" not in word:
        if "'" not in word and '"' not in word:
            return word
        # Imported when the first quoted value is met: no one waits for it before the editor has its first answer.
        from dockerfile_parse.util import WordSplitter

        return str(WordSplitter(word).dequote())
    try:
        return expand(word, escape, lookup)
    except ExpansionError:
        return None
