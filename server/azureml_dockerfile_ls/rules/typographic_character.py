"""A character that looks like a dash, a quote or a space, and is none.

## What it does

Reports a typographic dash where an option begins, a typographic quote, a no-break space and a zero-width space in the
text of an instruction. Comments, and the quoted text of LABEL, ENV, ARG and `echo`, may hold any of them.

## Why is this bad?

They come from word processors and web pages; Microsoft's own guide to extending these images shows `pip install –r`
with one. To the shell `–r` is no option but a file called `–r`, and a no-break space does not part words. After a `\\`
it also undoes the continuation of the line.

## Example

```dockerfile
RUN pip install –r requirements.txt
```

## Use instead

```dockerfile
RUN pip install -r requirements.txt
```
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from azureml_dockerfile_ls.model.shell import commands_of
from azureml_dockerfile_ls.rules.rule import Finding, Rule, Scope, Severity, page_of, replacement
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.scan import SPACE
from azureml_dockerfile_ls.text import Span

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_QUOTES = {"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"}
_SPACES = {"\u00a0": " ", "\u200b": ""}
_SUSPECT = re.compile(f"[{_DASHES}{''.join(_QUOTES)}{''.join(_SPACES)}]")
_OPTION = re.compile(rf"[{_DASHES}-]+(?P<name>[A-Za-z][\w-]*)")

_FREE_TEXT = frozenset(("LABEL", "ENV", "ARG", "MAINTAINER"))


def check(instruction: Instruction) -> Iterator[Finding]:
    """Every such character of the instruction's own lines, but for where it is text."""
    if instruction.text.isascii() or instruction.name == "MAINTAINER":
        return
    text = instruction.text[: instruction.head_end]
    text_spans = None
    for match in _SUSPECT.finditer(text):
        if text_spans is None:
            text_spans = [*instruction.comments, *_quoted_text(instruction)]
        at = match.start()
        if any(span.start <= at < span.end for span in text_spans) or not _is_harmful(text, at):
            continue
        ascii_text = _ascii_for(text, at)
        name = unicodedata.name(text[at]).lower().replace("-", " ")
        shown = f"a plain “{ascii_text}”" if ascii_text.strip() else "a plain space" if ascii_text else "nothing"
        message = f"This is a {name}, which the build takes as text of its own: write {shown} here."
        fix = replacement(f"Replace it by {shown}", 0, Span(at, at + 1), ascii_text, is_preferred=True)
        yield Finding(0, Span(at, at + 1), message, (fix,))


def _is_harmful(text: str, at: int) -> bool:
    character = text[at]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if character in _DASHES:
        # The first dash of a word is the one that counts; a quote or bracket may stand before it.
        return (not before or before in SPACE or before in "\"'[=,-" or before in _DASHES) and (
            _OPTION.match(text, at) is not None and _starts_word(text, at)
        )
    if character in _QUOTES:
        return not (before.isalnum() and after.isalnum())
    # BuildKit trims white space at both ends of an instruction.
    return bool(text[:at].strip(SPACE + "\u200b")) and bool(text[at:].strip(SPACE + "\u200b"))


def _starts_word(text: str, at: int) -> bool:
    while at > 0 and (text[at - 1] in _DASHES or text[at - 1] == "-"):
        at -= 1
    return at == 0 or text[at - 1] in SPACE or text[at - 1] in "\"'["


def _ascii_for(text: str, at: int) -> str:
    character = text[at]
    if character not in _DASHES:
        return {**_QUOTES, **_SPACES}[character]
    option = _OPTION.match(text, at)
    has_other_dash = (at > 0 and text[at - 1] == "-") or text[at + 1 : at + 2] in ("-", *_DASHES)
    # Word processors turn `--` into one dash.
    is_long = option is not None and ("-" in option["name"] or len(option["name"]) > 3)
    return "--" if is_long and not has_other_dash and text[at - 1 : at] not in _DASHES else "-"


def _quoted_text(instruction: Instruction) -> Iterator[Span]:
    """The quoted values of LABEL, ENV and ARG, and the quoted arguments of commands that print text."""
    if instruction.name in _FREE_TEXT:
        for pair in instruction.pairs:
            if pair.value and pair.value_span and any(quote in pair.value for quote in "\"'"):
                yield pair.value_span
    elif instruction.name in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"):
        for command in commands_of(instruction):
            for word in command.arguments:
                is_quoted = word.span.of(instruction.text)[:1] in ("'", '"')
                begins_as_option = bool(_OPTION.match(word.value)) and command.program not in ("echo", "printf")
                if (is_quoted or instruction.is_json) and not begins_as_option:
                    yield word.span


RULE = Rule("TypographicCharacter", Severity.ERROR, Scope.INSTRUCTION, check, page_of(__doc__))
