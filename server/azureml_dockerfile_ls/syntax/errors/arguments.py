"""What BuildKit refuses in the arguments of an instruction."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.spelling import closest
from azureml_dockerfile_ls.syntax.errors.ports import port_message
from azureml_dockerfile_ls.syntax.go import integer, quoted
from azureml_dockerfile_ls.syntax.language import PORT_PROTOCOLS, SIGNALS, Arguments, InstructionSpec
from azureml_dockerfile_ls.syntax.nodes import Instruction, Problem
from azureml_dockerfile_ls.syntax.scan import array_of
from azureml_dockerfile_ls.syntax.sources import git_message, is_git, is_url
from azureml_dockerfile_ls.text import LocalSpan

_STAGE_NAME = lazy_pattern(r"[a-z][a-z0-9-_.]*")
MEANS_MORE = lazy_pattern(r"[$\"'\\`]")
"""What a value may hold whose meaning is only known after expansion."""

EMPTY_VOLUME = "VOLUME specified can not be an empty string"


def argument_problems(instruction: Instruction, spec: InstructionSpec, arguments: str) -> Iterator[Problem]:
    """The problems of the arguments; `arguments` is their joined text."""
    if spec.arguments.may_be_json and not instruction.is_json:
        array = arguments if spec.arguments is not Arguments.HEALTH else _after_first_word(arguments)
        if array_of(array) is not None:
            message = "when using JSON array syntax, arrays must be comprised of strings only"
            yield Problem(instruction.arguments_span, message, is_in_form=True)
            return
    if spec.arity and _count(instruction) < spec.arity.minimum:
        span = instruction.words[0].span if instruction.words else instruction.keyword.span
        yield Problem(span, f"{spec.name} requires {spec.arity.words}")
    elif spec.name in _CHECKS:
        yield from _CHECKS[spec.name](instruction)


def _count(instruction: Instruction) -> int:
    return len(instruction.words) or len(instruction.pairs) or int(instruction.trigger is not None)


def _after_first_word(text: str) -> str:
    return text.split(None, 1)[1] if len(text.split(None, 1)) > 1 else ""


def _from_problems(instruction: Instruction) -> Iterator[Problem]:
    words = instruction.words
    if len(words) == 1:
        return
    if len(words) != 3 or words[1].value.upper() != "AS":
        wrong = words[1:] if words[1].value.upper() != "AS" else words[3:] or words[1:]
        span = LocalSpan(wrong[0].span.start, wrong[-1].span.end)
        # Two letters typed in the wrong order: with AS the rest is right.
        is_swapped = (
            len(words) == 3 and words[1].value.upper() == "SA" and _STAGE_NAME.fullmatch(words[2].value.lower())
        )
        keyword = "as" if words[1].value.islower() else "AS"
        replaced = f"{keyword}{instruction.text[words[1].span.end : span.end]}" if is_swapped else None
        yield Problem(span, "FROM requires either one or three arguments", replaced)
        return
    stage = words[2]
    if not _STAGE_NAME.fullmatch(stage.value.lower()):
        reason = "name can't start with a number or contain symbols"
        message = f"invalid name for build stage: {quoted(stage.value)}, {reason}"
        yield Problem(stage.span, message)


def _onbuild_problems(instruction: Instruction) -> Iterator[Problem]:
    trigger = instruction.trigger
    if trigger is None:
        return
    if trigger.name == "ONBUILD":
        yield Problem(trigger.keyword.span, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
    elif trigger.spec and not trigger.spec.trigger:
        yield Problem(trigger.keyword.span, f"{trigger.name} isn't allowed as an ONBUILD trigger")
    else:
        yield from (problem._replace(is_deferred=not problem.is_in_form) for problem in trigger.problems)


def _pair_problems(instruction: Instruction) -> Iterator[Problem]:
    name = instruction.name
    for pair in instruction.pairs:
        if pair.separator == " " and pair.value is None:
            yield Problem(pair.span, f"{name} must have two arguments", is_in_form=True)
        elif pair.separator == "" and name != "ARG":
            message = f"Syntax error - can't find = in {quoted(pair.name)}. Must be of the form: name=value"
            yield Problem(pair.span, message, is_in_form=True)
        elif not pair.name:
            yield Problem(pair.span, f"{name} names can not be blank")


def _copy_problems(instruction: Instruction) -> Iterator[Problem]:
    yield from _add_problems(instruction)
    for word in instruction.words[:-1]:
        if is_git(word.value):
            yield Problem(word.span, git_message(word.value) or "source can't be a git ref for COPY")
        elif is_url(word.value):
            yield Problem(word.span, "source can't be a URL for COPY")


def _add_problems(instruction: Instruction) -> Iterator[Problem]:
    for heredoc in instruction.heredocs:
        if heredoc.span == instruction.words[-1].span:
            yield Problem(heredoc.span, f"{instruction.name} cannot accept a heredoc as a destination")


def is_health_none(instruction: Instruction) -> bool:
    """Whether the instruction is `HEALTHCHECK NONE`."""
    words = instruction.words
    return instruction.name == "HEALTHCHECK" and bool(words) and words[0].value.upper() == "NONE"


def _health_problems(instruction: Instruction) -> Iterator[Problem]:
    words = instruction.words
    kind = words[0].value.upper()
    known = [keyword.name for keyword in instruction.spec.keywords] if instruction.spec else []
    if kind not in known:
        yield Problem(words[0].span, f"Unknown type {quoted(kind)} in HEALTHCHECK (try CMD)", closest(kind, known))
    elif kind == "CMD" and len(words) == 1:
        yield Problem(words[0].span, "Missing command after HEALTHCHECK CMD")
    elif kind == "NONE" and len(words) > 1:
        yield Problem(LocalSpan(words[1].span.start, words[-1].span.end), "HEALTHCHECK NONE takes no arguments")


def _shell_problems(instruction: Instruction) -> Iterator[Problem]:
    if not instruction.is_json:
        yield Problem(instruction.arguments_span, "SHELL requires the arguments to be in JSON form")


def _volume_problems(instruction: Instruction) -> Iterator[Problem]:
    for word in instruction.words:
        if not word.value.strip():
            # A finding must have a width: that of an empty string is on its quotes.
            span = LocalSpan(word.span.start - 1, word.span.end + 1)
            yield Problem(span, EMPTY_VOLUME)


def _port_problems(instruction: Instruction) -> Iterator[Problem]:
    for word in instruction.words:
        message = None if MEANS_MORE.search(word.value) else port_message(word.value)
        if message:
            yield Problem(word.span, message, _with_protocol(word.value))


def _with_protocol(port: str) -> str | None:
    """A port with the protocol that its own surely means; None without one."""
    number, slash, protocol = port.rpartition("/")
    is_wrong = slash and number and protocol.lower() not in PORT_PROTOCOLS
    meant = closest(protocol, PORT_PROTOCOLS) if is_wrong else None
    return f"{number}/{meant}" if meant else None


def _signal_problems(instruction: Instruction) -> Iterator[Problem]:
    word = instruction.words[0]
    if not MEANS_MORE.search(word.value):
        yield from signal_problems(word.value, word.span)


def signal_problems(signal: str, span: LocalSpan) -> Iterator[Problem]:
    """The problem of the expanded argument of STOPSIGNAL at `span`."""
    number = integer(signal)
    if number == 0 if number is not None else signal.upper().removeprefix("SIG") not in SIGNALS:
        replacement = closest(signal, (f"SIG{name}" for name in SIGNALS))
        yield Problem(span, f"invalid signal: {signal}", replacement)


_CHECKS: dict[str, Callable[[Instruction], Iterator[Problem]]] = {
    "FROM": _from_problems,
    "COPY": _copy_problems,
    "ADD": _add_problems,
    "ENV": _pair_problems,
    "ARG": _pair_problems,
    "LABEL": _pair_problems,
    "EXPOSE": _port_problems,
    "HEALTHCHECK": _health_problems,
    "SHELL": _shell_problems,
    "VOLUME": _volume_problems,
    "STOPSIGNAL": _signal_problems,
    "ONBUILD": _onbuild_problems,
}
"""What is checked of the arguments of an instruction that has enough of them."""
