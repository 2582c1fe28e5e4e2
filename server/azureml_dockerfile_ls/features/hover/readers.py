"""What replaces a `$NAME`: the builder, the shell of a build step, the shell of a container, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.run_commands import is_read_by_posix_shell
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.shell.commands import SHELLS
from azureml_dockerfile_ls.syntax.instruction import variables_of_script
from azureml_dockerfile_ls.syntax.language import MOUNT_KEYS, ValueKind
from azureml_dockerfile_ls.syntax.nodes import Flag, Instruction, VariableReference

_AT_RUN_TIME = frozenset(("CMD", "ENTRYPOINT", "HEALTHCHECK"))
_OPTION_WITH_SCRIPT = lazy_pattern(r"-[a-z]*c")


class Reader(Enum):
    """What replaces a reference."""

    BUILDER = auto()
    """BuildKit: it knows ARG and ENV."""
    SHELL = auto()
    """The shell of a RUN: it has ARG and ENV."""
    CONTAINER = auto()
    """The shell that a container starts: it has ENV only."""
    NOBODY = auto()
    """The exec form passes it on as it is."""
    UNKNOWN = auto()


def references_of(instruction: Instruction) -> Iterator[VariableReference]:
    """The references of an instruction, with those in the script of a RUN."""
    yield from instruction.variables
    if instruction.heredocs:
        yield from variables_of_script(instruction)


def reader_of(stage: Stage | None, index: int, instruction: Instruction, reference: VariableReference) -> Reader:
    """What replaces a reference in instruction `index` of a stage. In FROM, and before it, the stage is None."""
    spec = instruction.spec
    flag = next((flag for flag in instruction.flags if flag.span.touches(reference.span.start)), None)
    if flag is not None:
        return Reader.BUILDER if _is_expanded(flag, instruction, reference) else Reader.UNKNOWN
    if spec is None or spec.expands:
        return Reader.UNKNOWN if spec is None else Reader.BUILDER
    if stage is None or (instruction.name != "RUN" and instruction.name not in _AT_RUN_TIME):
        return Reader.UNKNOWN
    shell = Reader.SHELL if instruction.name == "RUN" else Reader.CONTAINER
    if instruction.is_json:
        return _of_exec_form(instruction, reference, shell)
    if not is_read_by_posix_shell(stage, index) or _is_set_by_script(instruction, reference):
        return Reader.UNKNOWN
    return shell


def _is_expanded(flag: Flag, instruction: Instruction, reference: VariableReference) -> bool:
    known = instruction.spec.flag(flag.name) if instruction.spec else None
    if known is None or known.kind is not ValueKind.MOUNT:
        return known is not None and known.expands
    before = instruction.text[flag.span.start : reference.span.start]
    name = re.split(r"--mount=|,", before)[-1].partition("=")[0].strip("'\"").lower()
    return name in MOUNT_KEYS and MOUNT_KEYS[name].expands


def _of_exec_form(instruction: Instruction, reference: VariableReference, shell: Reader) -> Reader:
    words = instruction.words[1:] if instruction.name == "HEALTHCHECK" else instruction.words
    at = next((number for number, word in enumerate(words) if word.span.touches(reference.span.start)), 0)
    program = words[0].value.rsplit("/", 1)[-1] if words else ""
    if at < 2 or program not in SHELLS or not _OPTION_WITH_SCRIPT.fullmatch(words[at - 1].value):
        return Reader.NOBODY
    before = instruction.text[words[at].span.start : reference.span.start]
    is_quoted = before.count("'") % 2 == 1
    return Reader.UNKNOWN if is_quoted or _is_set_by_script(instruction, reference) else shell


def _is_set_by_script(instruction: Instruction, reference: VariableReference) -> bool:
    """Whether the script may set the variable itself before the reference."""
    text, name = instruction.text[: reference.span.start], re.escape(reference.name)
    # In `A=/x:$A` the reference is part of the word that sets the variable.
    end_of_word = max(map(text.rfind, " \t\r\n;&|"))
    setting = rf"(?<![\w$.-]){name}\+?=|\bfor\s+{name}\b|\b(?:read|unset)\b[^\n;|&]{{0,80}}\s{name}\b"
    first = re.search(setting, text)
    return first is not None and first.end() <= end_of_word
