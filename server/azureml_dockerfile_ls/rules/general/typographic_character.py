"""A typographic dash, quote or space replaces the ASCII one.

## What it does

Reports a typographic dash at the start of an option, a typographic quote, a no-break space and a zero-width space in
the text of an instruction. Comments, heredocs and text in plain quotes can contain them, and so can a word like
`don’t`. A no-break space that BuildKit trims, such as one before the first argument, is not reported.

## Why is this bad?

Word processors and web pages insert these characters. Even Microsoft's guide to extending these images shows
`pip install –r` with an en dash. The shell reads `–r` as the name of a file, and a no-break space does not separate
words. A no-break space after a `\\` also ends the instruction, because the line does not continue.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install –r requirements.txt
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install -r requirements.txt
```
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import zip_longest

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Group, InstructionRule, Severity, page_of, replacement
from azureml_dockerfile_ls.rules.spans import covered_by
from azureml_dockerfile_ls.shell.commands import SHELLS
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.language import Arguments
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.scan import SPACE
from azureml_dockerfile_ls.text import LocalSpan

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_QUOTES = {"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"}
_NO_BREAK_SPACE, _ZERO_WIDTH_SPACE = "\u00a0", "\u200b"
_SUSPECT = lazy_pattern(
    f"(?P<dashes>(?<!-)-*[{_DASHES}][{_DASHES}-]*)"
    f"|(?P<quote>[{''.join(_QUOTES)}])"
    f"|(?P<spaces>[{_NO_BREAK_SPACE}{_ZERO_WIDTH_SPACE}]+)"
)
_OPTION_NAME = lazy_pattern(r"[A-Za-z][\w-]*")
# The quotes in the script of `bash -c "…"` are escaped.
_QUOTED = lazy_pattern(r"""(?P<text>\\"[^"]*\\"|'[^']*'|"(?:[^"\\]|\\.)*")|\\.""", re.DOTALL)
_BEFORE_OPTION = SPACE + "\"'["
_VOWEL = lazy_pattern(r"[aeiouy]")
_SPECIAL = lazy_pattern(f"[\\\\`\n{''.join(_QUOTES)}]")
_PRINTING = frozenset(("echo", "printf"))
_TAKING_TEXT = _PRINTING | frozenset("awk cut egrep fgrep git grep perl sed tr".split())


def check(instruction: Instruction) -> Iterator[Finding]:
    """Every harmful typographic character in the instruction's own lines."""
    if instruction.text.isascii() or instruction.name == "MAINTAINER":
        return
    # BuildKit trims white space at the end of an instruction.
    end = len(instruction.text[: instruction.head_end].rstrip(SPACE))
    matches = _SUSPECT.finditer(instruction.text, 0, instruction.head_end)
    suspects = [match for match in matches if _is_harmful(match, instruction, end)]
    if not suspects:
        return
    is_text = covered_by(_harmless_text(instruction))
    found = [match for match in suspects if not is_text(match.start())]
    pairs = _paired([match for match in found if match["quote"]])
    has_plain_quotes = any(quote in instruction.text for quote in "\"'")
    for match in found:
        if match["quote"]:
            is_lone = len(pairs[match.start()]) == 1
            if is_lone and not has_plain_quotes and _ends_word(match):
                continue
            yield _quote(match, pairs[match.start()], is_among_plain_ones=has_plain_quotes)
        elif match["spaces"]:
            yield _space(match, instruction, is_last=match.start() >= end)
        else:
            yield _dash(match, instruction)


def _paired(quotes: list[re.Match[str]]) -> dict[int, list[re.Match[str]]]:
    """The pair, or the single quote, that each quote belongs to, by the offset of the quote."""
    pairs: dict[int, list[re.Match[str]]] = {}
    pair: list[re.Match[str]] = []
    for quote in quotes:
        if len(pair) != 1 or _QUOTES[pair[0].group()] != _QUOTES[quote.group()]:
            pair = []
        pair.append(quote)
        pairs[quote.start()] = pair
    return pairs


def _ends_word(match: re.Match[str]) -> bool:
    """Whether a quote is the apostrophe of a plural, as in `users’`."""
    return match.group() == "\u2019" and match.string[match.start() - 1].isalnum()


def _quote(match: re.Match[str], pair: list[re.Match[str]], *, is_among_plain_ones: bool) -> Finding:
    message = f"The build reads this {_name(match)} as ordinary text. Use a plain quote."
    # A fix of only one quote of a pair would leave an unclosed quote.
    edits = tuple(Edit(0, LocalSpan(*quote.span()), _QUOTES[quote.group()]) for quote in pair)
    title = "Replace both with plain quotes" if len(pair) == 2 else "Replace with a plain quote"
    # Beside plain quotes, or with a `\\` in between, a plain pair can quote another text than the intended one.
    is_safe = len(pair) == 2 and not is_among_plain_ones and not _SPECIAL.search(match.string, *_between(pair))
    return Finding(0, LocalSpan(*match.span()), message, (Fix(title, edits, is_preferred=True, is_safe=is_safe),))


def _between(pair: list[re.Match[str]]) -> LocalSpan:
    return LocalSpan(pair[0].end(), pair[1].start())


def _dash(match: re.Match[str], instruction: Instruction) -> Finding:
    span = LocalSpan(*match.span())
    candidates = _dashes_for(match, instruction)
    is_sure = len(candidates) == 1 or candidates[0] == "--"
    message = f'This {_name(match)} does not start an option. Use "{candidates[0]}" instead.'
    # Docker may refuse the value if the text becomes a flag.
    is_safe = len(candidates) == 1 and not _is_flag(match, instruction)
    fixes = tuple(
        replacement(f'Replace with "{dashes}"', 0, span, dashes, is_preferred=is_sure and number == 0, is_safe=is_safe)
        for number, dashes in enumerate(candidates)
    )
    return Finding(0, span, message, fixes)


def _is_flag(match: re.Match[str], instruction: Instruction) -> bool:
    """Whether the word after a dash is the name of one of the instruction's flags."""
    option = _OPTION_NAME.match(match.string, match.end())
    return option is not None and instruction.spec is not None and instruction.spec.flag(option.group()) is not None


def _space(match: re.Match[str], instruction: Instruction, *, is_last: bool) -> Finding:
    name = _name(match)
    plain = " " if _NO_BREAK_SPACE in match.group() and not is_last else ""
    if is_last:
        message = f"With this {name} after the {instruction.escape}, the line does not continue. Remove it."
    else:
        message = f"The build reads this {name} as ordinary text. {'Use a plain space' if plain else 'Remove it'}."
    span, title = LocalSpan(*match.span()), "Replace with a plain space" if plain else "Remove it"
    edit = Edit(0, span, plain, removes_line=not plain and span == LocalSpan(0, len(instruction.text)))
    return Finding(0, span, message, (Fix(title, (edit,), is_preferred=True, is_safe=True),))


def _name(match: re.Match[str]) -> str:
    character = next(character for character in match.group() if character != "-")
    return unicodedata.name(character).lower()


def _is_harmful(match: re.Match[str], instruction: Instruction, content_end: int) -> bool:
    text, (start, end) = match.string, match.span()
    # Options come only after the keyword.
    is_first = start <= instruction.keyword.span.start
    if match["dashes"]:
        return not is_first and text[start - 1] in _BEFORE_OPTION and _OPTION_NAME.match(text, end) is not None
    if match["quote"]:
        is_apostrophe = match["quote"] in "\u2018\u2019" and text[start - 1].isalnum() and text[end : end + 1].isalnum()
        return not is_apostrophe
    if _ZERO_WIDTH_SPACE in match.group():
        return True
    if _is_between_arguments(instruction, start, end):
        return False
    # White space at the end is harmless, unless it breaks the continuation.
    return not is_first and (start < content_end or text.endswith(instruction.escape, 0, content_end))


def _is_between_arguments(instruction: Instruction, start: int, end: int) -> bool:
    """Whether BuildKit trims white space here: before the arguments, and between pairs."""
    arguments = instruction.arguments_span
    if instruction.keyword.span.end <= start and end <= arguments.start:
        # After it, BuildKit reads a flag as an argument.
        return not instruction.text.startswith("--", arguments.start)
    if instruction.trigger is not None:
        return _is_between_arguments(instruction.trigger, start, end)
    spans = (pair.span for pair in instruction.pairs)
    return bool(instruction.pairs) and not any(span.start < end and start < span.end for span in spans)


def _dashes_for(match: re.Match[str], instruction: Instruction) -> tuple[str, ...]:
    """The possible plain dashes, the most likely first."""
    option = _OPTION_NAME.match(match.string, match.end())
    name = option.group() if option else ""
    # Word processors replace `--` with one dash.
    if len(match.group()) > 1 or "-" in name or _is_flag(match, instruction):
        return ("--",)
    is_cluster = len(name) <= 4 and not (name.islower() and _VOWEL.search(name))
    if len(name) <= 2 or is_cluster:
        return ("-",)
    return ("--", "-") if len(name) > 4 else ("-", "--")


def _harmless_text(instruction: Instruction) -> Iterator[LocalSpan]:
    """The spans of harmless text: comments, blank lines, quoted text, and text that a command only prints."""
    text = instruction.text
    for comment in instruction.comments:
        yield LocalSpan(text.rfind("\n", 0, comment.start) + 1, comment.end)
    yield from instruction.empty_continuations
    for pair in instruction.pairs:
        if pair.value_span:
            yield from _quoted(text, pair.value_span)
    if instruction.spec is None or instruction.spec.arguments not in (Arguments.COMMAND, Arguments.HEALTH):
        return
    end = instruction.arguments_span.start
    commands = commands_of(instruction)
    for command, following in zip_longest(commands, commands[1:]):
        if command.span.end <= instruction.head_end:
            end = max(end, command.span.end)
        if command.program in SHELLS and command.has_option("-c"):
            # The commands of its script follow.
            continue
        is_piped = following is not None and following.operator in ("|", "|&")
        is_shown = command.program in _PRINTING and not command.redirections and not is_piped
        for word in command.arguments:
            is_option = word.value.startswith(tuple(_DASHES)) and command.program not in _TAKING_TEXT
            if is_shown or (instruction.is_json and not is_option):
                yield word.span
            elif not is_option:
                yield from _quoted(text, word.span)
    shell_comment = text.find("#", end, instruction.head_end)
    if shell_comment >= 0:
        yield LocalSpan(shell_comment, instruction.head_end)


def _quoted(text: str, span: LocalSpan) -> Iterator[LocalSpan]:
    for match in _QUOTED.finditer(text, *span):
        if match["text"]:
            yield LocalSpan(*match.span())


RULE = InstructionRule("TypographicCharacter", Severity.ERROR, Group.GENERAL, page_of(__doc__), check)
