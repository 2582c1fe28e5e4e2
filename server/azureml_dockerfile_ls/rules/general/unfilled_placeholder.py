"""A placeholder from a guide is not filled in.

## What it does

Reports `<image_name>`, `<package-1>`, `<your model>` and similar placeholders, and a lone `...`, where the build takes
the text literally: in the name of an image, in a path, a value or a package. Redirections of the shell, heredocs,
labels, markup, sentences, patterns and the tokens of language models can contain angle brackets.

## Why is this bad?

Guides print such words for the reader to replace. Docker takes them literally, and the shell tries to read a file for
`<name>`, so the build stops or makes the wrong image.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/<image_name>:<tag>
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from azureml_dockerfile_ls.azureml.variables.table import find
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.rules.rule import Finding, Group, InstructionRule, Severity, page_of
from azureml_dockerfile_ls.rules.spans import covered_by
from azureml_dockerfile_ls.shell.commands import PYTHON, Command
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction, KeyValuePair
from azureml_dockerfile_ls.text import LocalSpan

_PLACEHOLDER = lazy_pattern(r"<[A-Za-z][\w.-]*(?: [\w.-]+)*>")
_IN_VALUE = lazy_pattern(rf"(?<!\w){_PLACEHOLDER.pattern}")
_ONE_PLAIN_WORD = lazy_pattern(r"<[A-Za-z]+>")
_FOR_READER = lazy_pattern(r"<.*[ -].*>|<(?:your|my)(?![a-z]).*>", re.IGNORECASE)
_IN_PATH = lazy_pattern(r"/(?:app|azureml-envs|code|data|etc|home|mnt|models?|opt|root|srv|tmp|usr|var)/")
_IN_ADDRESS = lazy_pattern(r"[a-z]+://(?:[^/]*@)?<", re.IGNORECASE)
# A version or a space can follow `<package>`, but no other word: `<in>out` are two files.
_AND_FILE = lazy_pattern(r"[\w./$&\"']")
_USUAL = frozenset(
    "account address domain email endpoint file folder group host hostname id key location name password path "
    "port project region registry repo repository secret server subscription tag token url user username value version "
    "workspace".split()
)
_ELLIPSES = ("...", "…")
_READ_BY_DOCKER = frozenset(("FROM", "COPY", "ADD", "USER", "WORKDIR", "VOLUME", "EXPOSE"))
_SPLIT = frozenset(("FROM", "COPY", "ADD", "USER", "EXPOSE"))
"""The instructions that fail if a name in them falls into several words."""

_PACKAGE_MANAGERS = frozenset("apt-get apt aptitude dpkg pip pip3 conda mamba micromamba uv".split())


def check(instruction: Instruction) -> Iterator[Finding]:
    """Every unfilled placeholder of the instruction."""
    if "<" not in instruction.text and not any(ellipsis in instruction.text for ellipsis in _ELLIPSES):
        return
    split = tuple(_phrases_in_pairs(instruction)) if instruction.name in ("ENV", "LABEL") else ()
    is_split = instruction.name in _SPLIT and not instruction.is_json
    for span in _placeholders(instruction):
        text = " ".join(span.of(instruction.text).split())
        if span in split or (is_split and " " in text):
            message = f"The build splits the placeholder {text} at its blanks and stops. Replace it with the real text."
        else:
            message = f"The build takes the placeholder {text} literally. Replace it with the real text."
        yield Finding(0, span, message)


def _placeholders(instruction: Instruction) -> Iterator[LocalSpan]:
    if instruction.name in _READ_BY_DOCKER:
        is_elsewhere = covered_by((*instruction.comments, *(heredoc.span for heredoc in instruction.heredocs)))
        start, end = instruction.keyword.span.end, instruction.arguments_span.end
        for match in _PLACEHOLDER.finditer(instruction.text, start, end):
            if not is_elsewhere(match.start()):
                yield LocalSpan(*match.span())
        yield from (word.span for word in instruction.words if word.value in _ELLIPSES)
    elif instruction.name in ("ENV", "ARG"):
        yield from _phrases_in_pairs(instruction)
        for pair in instruction.pairs:
            yield from _placeholders_of_value(instruction, pair)
    elif instruction.name == "LABEL":
        yield from _phrases_in_pairs(instruction)
    elif instruction.name == "RUN":
        for command in commands_of(instruction):
            yield from _placeholders_of_command(instruction, command)


def _phrases_in_pairs(instruction: Instruction) -> Iterator[LocalSpan]:
    """The placeholders of several words without quotes, as in `ENV NAME=<PROJECT NAME>`, which Docker splits."""
    for pair, following in pairwise(instruction.pairs):
        span = pair.value_span
        if span is None or pair.separator != "=" or following.separator:
            continue
        match = _PLACEHOLDER.search(instruction.text, span.start, instruction.arguments_span.end)
        if match and match.start() < span.end < match.end() and not set(pair.value or "") & {'"', "'"}:
            yield LocalSpan(*match.span())


def _placeholders_of_value(instruction: Instruction, pair: KeyValuePair) -> Iterator[LocalSpan]:
    """The placeholders in a value that is a name or a path; a sentence or markup can contain angle brackets."""
    if pair.value is None or pair.value_span is None:
        return
    unquoted = pair.value.strip("\"'")
    is_quoted = unquoted != pair.value
    is_of_azureml = find(pair.name) is not None
    if unquoted in _ELLIPSES and (not is_quoted or is_of_azureml):
        yield pair.value_span
        return
    # `(?<year>…)` is a regular expression.
    is_text = " " in _PLACEHOLDER.sub("", unquoted) or any(mark in unquoted for mark in ("</", "/>", "(?"))
    # In quotes, `<pad>` is a token of a language model, and `<br>` is HTML.
    if is_text or (is_quoted and not is_of_azureml and _ONE_PLAIN_WORD.fullmatch(unquoted)):
        return
    is_place = is_of_azureml or _IN_PATH.match(unquoted) or _IN_ADDRESS.match(unquoted)
    for match in _IN_VALUE.finditer(instruction.text, *pair.value_span):
        if is_place or _FOR_READER.fullmatch(match.group()) or _is_name_of(pair, match.group()):
            yield LocalSpan(*match.span())


def _is_name_of(pair: KeyValuePair, placeholder: str) -> bool:
    """Whether a value is only a placeholder with the name of its variable or a usual name.

    `KEY=<key>` and `ACR=<acr_name>` are placeholders, but `EOS=<end_of_text>` is a token of a language model.
    """
    name = placeholder.strip("<>").lower()
    is_usual = name.rpartition("_")[2] in _USUAL
    return pair.value == placeholder and (is_usual or ("_" in name and pair.name.lower().endswith(name)))


def _placeholders_of_command(instruction: Instruction, command: Command) -> Iterator[LocalSpan]:
    """The placeholders in the arguments of a package manager; elsewhere `<in >out` are redirections."""
    installs = command.program in _PACKAGE_MANAGERS or _is_pip_module(command)
    if installs:
        # The shell takes the text after `<name>` as the file that `>` writes to.
        targets = (redirection.target for redirection in command.redirections)
        for word in (*command.arguments, *filter(None, targets)):
            if word.value in _ELLIPSES:
                yield word.span
            elif "<" in word.value:
                for match in _IN_VALUE.finditer(instruction.text, *word.span):
                    yield LocalSpan(*match.span())
    elif len(command.words) == 1 and command.words[0].value in _ELLIPSES:
        yield command.words[0].span
    reads_packages = any(word.value.rsplit("/", 1)[-1] == "xargs" for word in command.prefix)
    for number, redirection in enumerate(command.redirections):
        start = redirection.span.start
        placeholder = _PLACEHOLDER.match(instruction.text, start)
        # `<in 2>errors`
        if placeholder is None or re.search(r" \d+>$", placeholder.group()):
            continue
        following = command.redirections[number + 1 : number + 2]
        # A `>` at the end is an error in every shell, and a redirection in the middle of an address is never meant.
        is_broken = bool(following) and following[0].target is None
        is_package = installs and not reads_packages and not _AND_FILE.match(instruction.text, placeholder.end())
        if is_package or is_broken or instruction.text[start - 1] in "/:=@":
            yield LocalSpan(*placeholder.span())


def _is_pip_module(command: Command) -> bool:
    return PYTHON.fullmatch(command.program) is not None and [word.value for word in command.words[1:3]] == [
        "-m",
        "pip",
    ]


RULE = InstructionRule("UnfilledPlaceholder", Severity.ERROR, Group.GENERAL, page_of(__doc__), check, names_cause=True)
