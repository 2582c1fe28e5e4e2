"""Signature help: the forms of the instruction that is typed, and the parameter at the cursor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum

from azureml_dockerfile_ls.features.cursor import InInstruction, cursor_at
from azureml_dockerfile_ls.features.directives import directive_at
from azureml_dockerfile_ls.features.signature_help.directives import directive_help
from azureml_dockerfile_ls.features.signature_help.flags import flag_help
from azureml_dockerfile_ls.features.signature_help.result import Parameter, Signature, SignatureHelp
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS, Arguments, InstructionSpec
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import Span

__all__ = ["Parameter", "Signature", "SignatureHelp", "Trigger", "signature_help"]

_OPTIONS = "OPTIONS"
_FLAGS = lazy_pattern(r"\[(?:OPTIONS|--[a-z]+=[A-Z]+)\]")
_STRING = lazy_pattern(r'"(?:[^"\\]|\\.)*(?:"|$)', re.DOTALL)
_EXEC_FORM, _HEREDOC = "[", "<<"
_OBVIOUS = frozenset(("WORKDIR", "VOLUME", "STOPSIGNAL", "MAINTAINER", "ONBUILD"))
"""The instructions with one parameter, whose form helps only who asks for it."""


class Trigger(Enum):
    """What asks for signature help."""

    INVOKED = "invoked"
    TYPING = "typing"


def signature_help(snapshot: Snapshot, offset: int, trigger: Trigger = Trigger.INVOKED) -> SignatureHelp | None:
    """The forms of the instruction at `offset`; while typing only where they help.

    A command of the shell and an instruction with one obvious parameter have no help while typing. Neither has the
    image of FROM: on the first lines of a file there is no room above, and the help would lie under the menu of images.
    """
    cursor = cursor_at(snapshot, offset)
    if not isinstance(cursor, InInstruction):
        directive = directive_at(snapshot, offset)
        return directive_help(directive, offset) if directive is not None else None
    instruction = snapshot.tree.instructions[cursor.index]
    is_in_keyword = not cursor.keyword and not cursor.is_trigger
    spec = instruction.spec if is_in_keyword else _spec(cursor)
    if spec is None or (is_in_keyword and trigger is Trigger.TYPING):
        return None
    if is_in_keyword:
        return _forms(spec, 0, None)
    part = instruction.trigger if cursor.is_trigger and instruction.trigger else instruction
    if not cursor.arguments_before and cursor.typed.startswith("--") and spec.flags:
        name, equals, value = cursor.typed[2:].partition("=")
        flag = spec.flag(name)
        return flag_help(flag, value) if flag is not None and equals else _forms(spec, 0, _OPTIONS)
    if trigger is Trigger.TYPING and _annoys(spec, cursor, part):
        return None
    at = offset - snapshot.tree.offset_of(cursor.index)
    return _forms(spec, *_PLACES[spec.arguments](cursor, part, at))


def _forms(spec: InstructionSpec, form: int, name: str | None) -> SignatureHelp:
    """All forms of an instruction, with one of them and a parameter of it at the cursor."""
    signatures = tuple(_signature(spec, label) for label in spec.forms)
    names = [each for each, _ in _parameters(spec, spec.forms[form])]
    return SignatureHelp(signatures, form, names.index(name) if name in names else None)


def _spec(cursor: InInstruction) -> InstructionSpec | None:
    """The instruction whose arguments are typed; ONBUILD while the instruction after it is typed."""
    return INSTRUCTIONS["ONBUILD"] if cursor.is_trigger and not cursor.keyword else cursor.spec


def _annoys(spec: InstructionSpec, cursor: InInstruction, part: Instruction) -> bool:
    if spec.arguments in (Arguments.COMMAND, Arguments.HEALTH):
        words = cursor.arguments_before
        is_begun = bool(words or cursor.typed)
        is_exec_form = _written(words, cursor).startswith(_EXEC_FORM)
        return is_begun and not is_exec_form
    is_image = spec.name == "FROM" and not cursor.arguments_before
    return is_image or spec.name in _OBVIOUS or bool(part.heredocs)


def _signature(spec: InstructionSpec, label: str) -> Signature:
    documentation = f"{spec.documentation}\n\n[Docker's documentation]({spec.url})"
    return Signature(label, documentation, tuple(parameter for _, parameter in _parameters(spec, label)))


def _parameters(spec: InstructionSpec, label: str) -> Iterator[tuple[str, Parameter]]:
    """The parameters of a form by name, in the order of the text."""
    flags = _FLAGS.search(label)
    position = len(spec.name)
    if flags is not None:
        rows = "\n".join(f"- `--{flag.name}`: {flag.documentation}" for flag in spec.flags)
        yield _OPTIONS, Parameter(Span(*flags.span()), rows)
        position = flags.end()
    found = []
    for parameter in spec.parameters:
        match = re.compile(rf"(?<![A-Z]){parameter.name}(?![A-Z])").search(label, position)
        if match is not None:
            found.append((match.start(), parameter.name, Parameter(Span(*match.span()), parameter.documentation)))
    for _, name, shown in sorted(found):
        yield name, shown


def _written(words: tuple[str, ...], cursor: InInstruction) -> str:
    return words[0] if words else cursor.typed


def _strings_before(part: Instruction, at: int) -> int:
    """The number of strings of a JSON array that end before the place `at`."""
    return _STRING.sub("", part.text[part.arguments_span.start : at]).count(",")


def _of_words(cursor: InInstruction, part: Instruction, at: int) -> tuple[int, str]:
    if cursor.keyword == "EXPOSE":
        return 0, "PROTOCOL" if "/" in cursor.typed else "PORT"
    if cursor.arguments_before:
        return 0, "NAME"
    _, digest, _ = cursor.typed.partition("@")
    is_tagged = ":" in cursor.typed.rpartition("/")[2]
    return 0, "DIGEST" if digest else "TAG" if is_tagged else "IMAGE"


def _of_paths(cursor: InInstruction, part: Instruction, at: int) -> tuple[int, str]:
    words = cursor.arguments_before
    if cursor.keyword == "VOLUME":
        return int(_written(words, cursor).startswith(_EXEC_FORM)), "PATH"
    if _written(words, cursor).startswith(_EXEC_FORM):
        number = _strings_before(part, at)
        is_last = not any(word.span.start > at for word in part.words) if part.is_json else True
        return 1, "DESTINATION" if number and is_last else "SOURCE"
    is_last = all(word.span.start <= at for word in part.words)
    return 0, "DESTINATION" if words and is_last else "SOURCE"


def _of_command(cursor: InInstruction, part: Instruction, at: int) -> tuple[int, str]:
    words = cursor.arguments_before
    forms = part.spec.forms if part.spec is not None else ()
    written = _written(words, cursor)
    if written.startswith(_EXEC_FORM) or cursor.keyword == "SHELL":
        form = next((number for number, form in enumerate(forms) if "EXECUTABLE" in form), 0)
        return form, "ARGUMENT" if _strings_before(part, at) else "EXECUTABLE"
    if written.startswith(_HEREDOC) and cursor.keyword == "RUN":
        return next((number for number, form in enumerate(forms) if _HEREDOC in form), 0), "EOF"
    return next((number for number, form in enumerate(forms) if "COMMAND" in form), 0), "COMMAND"


def _of_pairs(cursor: InInstruction, part: Instruction, at: int) -> tuple[int, str]:
    value = "DEFAULT" if cursor.keyword == "ARG" else "VALUE"
    for pair in part.pairs:
        is_open = pair is part.pairs[-1] and pair.value is not None and _is_open(pair.value)
        if pair.value_span is not None and (pair.value_span.touches(at) or (is_open and at >= pair.value_span.start)):
            return 0, value
    # The old form, a name and all that follows it.
    is_old = len(part.pairs) == 1 and part.pairs[0].separator == " " and bool(cursor.arguments_before)
    return 0, value if is_old else "NAME"


def _is_open(value: str) -> bool:
    quotes = re.sub(r"\\.", "", value)
    return bool(re.fullmatch(r"(?:[^\"']|\"[^\"]*\"|'[^']*')*(?:\"[^\"]*|'[^']*)", quotes))


def _of_text(cursor: InInstruction, part: Instruction, at: int) -> tuple[int, str]:
    if cursor.keyword == "USER":
        return 0, "GROUP" if ":" in cursor.typed else "NAME"
    spec = part.spec
    return 0, spec.parameters[0].name if spec and spec.parameters else ""


def _of_health(cursor: InInstruction, part: Instruction, at: int) -> tuple[int, str]:
    if cursor.arguments_before:
        return 0, "COMMAND"
    return (1, "NONE") if cursor.typed.upper().startswith("N") else (0, "COMMAND")


def _of_instruction(cursor: InInstruction, part: Instruction, at: int) -> tuple[int, str]:
    return 0, "INSTRUCTION"


_PLACES: dict[Arguments, Callable[[InInstruction, Instruction, int], tuple[int, str]]] = {
    Arguments.WORDS: _of_words,
    Arguments.PATHS: _of_paths,
    Arguments.COMMAND: _of_command,
    Arguments.PAIRS: _of_pairs,
    Arguments.DEFINITIONS: _of_pairs,
    Arguments.TEXT: _of_text,
    Arguments.HEALTH: _of_health,
    Arguments.INSTRUCTION: _of_instruction,
}
"""The form of an instruction, by its number, and the parameter at the cursor."""
