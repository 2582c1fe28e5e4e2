"""A list in brackets is not valid JSON, so it is read as plain text.

## What it does

Reports the arguments of RUN, CMD, ENTRYPOINT, HEALTHCHECK, COPY, ADD and VOLUME that look like a JSON array but are not
one: with single quotes, without quotes, without a comma between two strings, with a comma at the end, or with a single
backslash in a string. The rule is silent for `[ … ]` with a space after the bracket in a command, because that is the
test command of the shell, unless a comma follows the first string.

## Why is this bad?

Docker does not report the mistake. The shell then looks for a program with the name `[python,`, and the container does
not start. COPY looks for a file with brackets and quotes in its name, and VOLUME creates such a folder.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
CMD ['python', 'train.py']
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
CMD ["python", "train.py"]
```
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.rules.rule import Finding, Group, InstructionRule, Severity, page_of, replacement
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_COMMANDS = frozenset(("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"))
_PATHS = frozenset(("COPY", "ADD", "VOLUME"))
_LEAST = {"COPY": 2, "ADD": 2}
"""How many arguments an instruction needs, where that is more than one."""
_STRING = r"""(?:"[^"]*"|'[^']*')"""
_GAP = r"[ \t]*(?:,[ \t]*)?"
_OF_PATHS = lazy_pattern(rf"\[[ \t]*{_STRING}(?:{_GAP}{_STRING})*{_GAP}\]")
# `[` and a space is the test command of the shell.
_OF_COMMAND = lazy_pattern(
    rf"\[{_STRING}(?:{_GAP}{_STRING})*{_GAP}\]"
    rf"|\[[ \t]*{_STRING}(?:[ \t]*,[ \t]*{_STRING})*{_GAP}\]"
    r"|\[[\w./-]+(?:[ \t]*,[ \t]*[\w./:=-]+)+[ \t]*\]"
)
_ELEMENT = lazy_pattern(rf"{_STRING}|[\w./:=-]+")
_TYPOGRAPHIC = lazy_pattern("[\u2018-\u201f]")


def check(instruction: Instruction) -> Iterator[Finding]:
    """The arguments of an instruction that are almost a JSON array."""
    subject = instruction.trigger or instruction
    if subject.is_json or "]" not in instruction.text or subject.heredocs or instruction.problems or subject.problems:
        return
    words = subject.words[1:] if subject.name == "HEALTHCHECK" else subject.words
    if not words or subject.name not in _COMMANDS | _PATHS:
        return
    span = LocalSpan(words[0].span.start, words[-1].span.end)
    text = span.of(instruction.text)
    is_command = subject.name in _COMMANDS
    form = _OF_COMMAND if is_command else _OF_PATHS
    if not text.startswith("[") or not form.fullmatch(text) or (is_command and _is_test(text)):
        return
    if _TYPOGRAPHIC.search(text):
        return
    elements = [match.group() for match in _ELEMENT.finditer(text, 1, len(text) - 1)]
    if len(elements) < _LEAST.get(subject.name, 1):
        return
    array = f"[{', '.join(map(_as_string, elements))}]"
    effect = "as shell text" if is_command else "as plain paths"
    message = f"{subject.name} reads this {effect}, because it is not valid JSON: {_reason(text, elements)}."
    fix = replacement(f"Use {array}", 0, span, array, is_preferred=True)
    yield Finding(0, span, message, (fix,))


def _is_test(text: str) -> bool:
    """Whether the text is the test command of the shell, such as `[ "a" ]`."""
    return text[1] in " \t" and "," not in text


def _as_string(element: str) -> str:
    if element.startswith('"') and _is_valid(element):
        return element
    return json.dumps(element[1:-1] if element[0] in "\"'" else element, ensure_ascii=False)


def _is_valid(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _reason(text: str, elements: Sequence[str]) -> str:
    if any(element.startswith("'") for element in elements):
        return "strings need double quotes"
    if any(not element.startswith('"') for element in elements):
        return "strings need quotes"
    if not all(map(_is_valid, elements)):
        return "a backslash in a string must be doubled"
    return "a comma is missing" if text.count(",") < len(elements) - 1 else "a comma at the end is not allowed"


RULE = InstructionRule("InvalidJson", Severity.WARNING, Group.GENERAL, page_of(__doc__), check)
