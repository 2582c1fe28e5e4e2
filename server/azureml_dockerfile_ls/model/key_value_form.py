"""`ENV name value`, `ENV name = value` and the same of LABEL in the form `name=value`."""

from __future__ import annotations

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.syntax.nodes import Instruction

_NAME = lazy_pattern(r"[A-Za-z_][\w.-]*")


@derived
def with_equals(instruction: Instruction) -> str | None:
    """The text `name=value` for the only pair of an ENV or LABEL with a space between its name and its value.

    None for another form, and if BuildKit would read another value.
    """
    pair = instruction.pairs[0] if instruction.pairs else None
    if pair is None or pair.separator != " " or not pair.value or "\n" in instruction.text:
        return None
    if not _NAME.fullmatch(pair.name):
        return None
    quoted = () if set(pair.value) & set("'\"\\`") else (f'"{pair.value}"',)
    texts = (f"{pair.name}={value}" for value in (pair.value, *quoted))
    return next((text for text in texts if _is_same(instruction, text)), None)


@derived
def without_blanks(instruction: Instruction) -> str | None:
    """The text `name=value` for the only pair of `ENV name = value`, where BuildKit takes the `=` into the value.

    None for another form, and if it is not clear where the value ends.
    """
    pair = instruction.pairs[0] if instruction.pairs else None
    if pair is None or pair.separator != " " or not (pair.value or "").startswith("=") or "\n" in instruction.text:
        return None
    value = (pair.value or "")[1:].strip()
    if not value or not _NAME.fullmatch(pair.name):
        return None
    quoted = () if set(value) & set("'\"\\`=") else (f'"{value}"',)
    texts = (f"{pair.name}={text}" for text in (value, *quoted))
    return next((text for text in texts if _is_one_pair(instruction, text)), None)


def _is_one_pair(old: Instruction, text: str) -> bool:
    start, end = old.pairs[0].span
    new = parse_instruction(old.text[:start] + text + old.text[end:], old.escape)
    return len(new.pairs) == 1 and new.pairs[0].separator == "=" and not new.problems


def _is_same(old: Instruction, text: str) -> bool:
    start, end = old.pairs[0].span
    new = parse_instruction(old.text[:start] + text + old.text[end:], old.escape)
    if len(new.pairs) != 1 or new.pairs[0].name != old.pairs[0].name:
        return False
    values = [expand_word(pair.value or "", old.escape, "<{}>".format) for pair in (*old.pairs, *new.pairs)]
    return values[0] is not None and values[0] == values[1]
