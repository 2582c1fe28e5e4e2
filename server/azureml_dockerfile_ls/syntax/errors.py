"""What BuildKit would refuse of one instruction, in BuildKit's words, with the narrowest span.

The conditions and messages are those of `frontend/dockerfile/instructions` and `frontend/dockerfile/parser`. BuildKit
stops at the first; here each is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from azureml_dockerfile_ls.spelling import closest
from azureml_dockerfile_ls.syntax.expansion import ExpansionError, expand
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS, Arguments, InstructionSpec
from azureml_dockerfile_ls.syntax.nodes import Flag, Instruction, Problem, Word
from azureml_dockerfile_ls.syntax.scan import DEFAULT_ESCAPE, GO_BOOLEANS, array_of
from azureml_dockerfile_ls.text import Span

_STAGE_NAME = re.compile(r"[a-z][a-z0-9-_.]*")
_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_UNITS = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "μs": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6}

_CHMOD = re.compile(r"0*[0-7]{1,4}|[ugoa]*[-+=][rwxXstugoa,=+-]*|.*[$\"'\\`].*")
_URL = re.compile(r"https?://")
_GIT = re.compile(r"git@|git://|ssh://|github\.com/|https?://[^#?]*\.git(?:[#?]|$)")
_MEMORY_SIZE = re.compile(r"[0-9]+(?:\.[0-9]+)* ?[kKmMgGtTpP]?[iI]?[bB]?")

_MAX_LINE = 65535
"""The number of bytes, without the line end, that a line may have: that of Go's `bufio.Scanner`."""

_MAX_PROBLEMS = 1000
"""Nobody reads more of one instruction, and what is pasted by mistake may have very many."""

_MOUNT_TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
_MOUNT_KEYS = ("type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "readwrite", "rw") + (
    "id",
    "sharing",
    "required",
    "size",
    "mode",
    "uid",
    "gid",
    "env",
)
_SHARING = ("shared", "private", "locked")

_SIGNALS = frozenset(
    (
        "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM "
        "TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX"
    ).split()
    + [f"RTMIN+{number}" for number in range(1, 16)]
    + [f"RTMAX-{number}" for number in range(1, 15)]
)


def problems_of(instruction: Instruction, arguments: str, *, is_trigger: bool) -> tuple[Problem, ...]:
    """The problems of an instruction, `arguments` being its joined text after the flags.

    Those of the lines as such are left to the instruction that `is_trigger` belongs to.
    """
    found = _problems(instruction, arguments) if is_trigger else _all_problems(instruction, arguments)
    return tuple(islice(found, _MAX_PROBLEMS))


def _all_problems(instruction: Instruction, arguments: str) -> Iterator[Problem]:
    # No character has more than four bytes.
    if len(instruction.text) > _MAX_LINE // 4:
        yield from _long_lines(instruction.text)
    for heredoc in instruction.heredocs:
        if heredoc.terminator_span is None:
            yield Problem(heredoc.span, "unterminated heredoc")
    yield from _problems(instruction, arguments)


def _long_lines(text: str) -> Iterator[Problem]:
    start = 0
    for line in text.split("\n"):
        if len(line.encode("utf-8", "surrogatepass")) > _MAX_LINE:
            yield Problem(
                Span(start, start + len(line)), f"dockerfile line greater than max allowed size of {_MAX_LINE}"
            )
        start += len(line) + 1


def _problems(instruction: Instruction, arguments: str) -> Iterator[Problem]:
    spec = instruction.spec
    if spec is None:
        yield _unknown_instruction(instruction)
        return
    if spec.name not in ("ARG", "STOPSIGNAL") and not _is_health_none(instruction):
        yield from _flag_problems(instruction, spec)
    yield from _argument_problems(instruction, spec, arguments)
    if spec.expands:
        yield from _expansion_problems(instruction)


def _suggesting(message: str, replacement: str | None) -> str:
    return f"{message} (did you mean {replacement}?)" if replacement else message


def _unknown_instruction(instruction: Instruction) -> Problem:
    word = instruction.keyword
    replacement = closest(word.value, INSTRUCTIONS)
    if replacement and not word.value.isupper():
        replacement = replacement.lower()
    return Problem(word.span, _suggesting(f"unknown instruction: {word.value}", replacement), replacement)


# Flags


def _flag_problems(instruction: Instruction, spec: InstructionSpec) -> Iterator[Problem]:
    seen: set[str] = set()
    for flag in instruction.flags:
        known = spec.flag(flag.name)
        if known is None:
            replacement = closest(flag.name, (known.name for known in spec.flags))
            message = _suggesting(f"unknown flag: --{flag.name}", replacement)
            yield Problem(flag.name_span, message, replacement)
            continue
        if flag.name in seen and not known.repeatable:
            yield Problem(flag.span, f"duplicate flag specified: {flag.name}")
        seen.add(flag.name)
        if known.boolean:
            if flag.value == "":
                yield Problem(flag.span, f"missing a value on flag: {flag.name}")
            elif flag.value is not None and flag.value.lower() not in ("true", "false"):
                message = f"expecting boolean value for flag {flag.name}, not: {flag.value}"
                yield Problem(flag.value_span or flag.span, message)
        elif flag.value is None:
            yield Problem(flag.span, f"missing a value on flag: {flag.name}")
        elif spec.name == "HEALTHCHECK":
            yield from _health_flag_problems(flag)
        elif spec.name == "RUN":
            yield from _run_flag_problems(flag)
        elif flag.name == "chmod" and not _CHMOD.fullmatch(flag.value):
            message = f"invalid chmod parameter: '{flag.value}'. it should be octal string and between 0 and 07777"
            yield Problem(flag.value_span or flag.span, message)


def _health_flag_problems(flag: Flag) -> Iterator[Problem]:
    value, span = flag.value or "", flag.value_span or flag.span
    if not value:
        return
    if flag.name == "retries":
        if not re.fullmatch(r"[-+]?\d+", value):
            yield Problem(span, f'strconv.ParseInt: parsing "{value}": invalid syntax')
        elif int(value[:12]) < 0:
            yield Problem(span, f"--retries cannot be negative ({value})")
        return
    milliseconds = _milliseconds(value)
    if milliseconds is None:
        yield Problem(span, f'time: invalid duration "{value}"')
    elif milliseconds != 0 and milliseconds < 1:
        yield Problem(span, f'Interval "{flag.name}" cannot be less than 1ms')


def _milliseconds(duration: str) -> float | None:
    """A duration as Go's `time.ParseDuration` reads it."""
    if duration in ("0", "+0", "-0"):
        return 0
    sign, rest = (-1, duration[1:]) if duration.startswith("-") else (1, duration.removeprefix("+"))
    total, position = 0.0, 0
    while match := _DURATION_PART.match(rest, position):
        position = match.end()
        total += float(match[1][:20]) * _UNITS[match[2]]
    return sign * total if rest and position == len(rest) else None


def _run_flag_problems(flag: Flag) -> Iterator[Problem]:
    value, span = flag.value or "", flag.value_span or flag.span
    if flag.name == "network" and value not in ("default", "none", "host"):
        yield Problem(span, f'invalid network mode "{value}"')
    elif flag.name == "security" and value not in ("sandbox", "insecure"):
        yield Problem(span, f'security "{value}" is not valid')
    elif flag.name == "mount":
        yield from _mount_problems(value, span)


def _mount_problems(value: str, span: Span) -> Iterator[Problem]:
    # Quotes that are left here are those of CSV, which nobody writes.
    if '"' in value:
        return
    # Spans of single fields are exact only where the value stands as it is, without quotes or continuations.
    exact = span.end - span.start == len(value)
    kind, fields, is_wrong = "bind", {}, False
    offset = span.start
    for field in value.split(","):
        place = Span(offset, offset + len(field)) if exact else span
        offset += len(field) + 1
        problem = _mount_field_problem(field, kind, place, exact)
        if problem:
            is_wrong = True
            yield problem
            continue
        key, _, text = field.partition("=")
        fields[key.lower()] = text
        if key.lower() == "type":
            kind = "" if "$" in text else text.lower()
    if not is_wrong and kind:
        yield from (Problem(span, message) for message in _mount_messages(fields, kind))


def _mount_field_problem(field: str, kind: str, place: Span, exact: bool) -> Problem | None:
    """What is wrong with one field of a mount whose type is `kind` as far as the fields before it tell."""
    name, equals, text = field.partition("=")
    key = name.lower()
    key_place = Span(place.start, place.start + len(name)) if exact else place
    text_place = Span(key_place.end + 1, place.end) if exact else place
    if not equals and key not in ("readonly", "ro", "readwrite", "rw", "required"):
        return Problem(place, f"invalid field '{field}' must be a key=value pair")
    if key not in _MOUNT_KEYS:
        replacement = closest(key, _MOUNT_KEYS)
        message = _suggesting(f"unexpected key '{key}' in '{field}'", replacement)
        return Problem(key_place, message, replacement if exact else None)
    if kind and ((key == "required" and kind not in ("secret", "ssh")) or (key == "size" and kind != "tmpfs")):
        return Problem(key_place, f"unexpected key '{key}' for mount type '{kind}'")
    if key == "from" and "$" in text[:-1]:
        return Problem(text_place, "'from' doesn't support variable expansion, define alias stage instead")
    if "$" in text or not equals:
        return None
    if key == "type" and text.lower() not in _MOUNT_TYPES:
        replacement = closest(text, _MOUNT_TYPES)
        return Problem(text_place, _suggesting(f'unsupported mount type "{text}"', replacement), replacement)
    if key == "sharing" and text.lower() not in _SHARING:
        replacement = closest(text, _SHARING)
        return Problem(text_place, _suggesting(f'unsupported sharing value "{text}"', replacement), replacement)
    if (key in ("uid", "gid") and not text.isdecimal()) or (key == "mode" and not re.fullmatch(r"[0-7]+", text)):
        return Problem(text_place, f"invalid value {text} for {key}")
    is_flag = key in ("readonly", "ro", "readwrite", "rw", "required")
    if (is_flag and text not in GO_BOOLEANS) or (key == "size" and not _MEMORY_SIZE.fullmatch(text)):
        return Problem(text_place, f"invalid value for {key}: {text}")
    return None


def _mount_messages(fields: dict[str, str], kind: str) -> Iterator[str]:
    for key in ("mode", "uid", "gid"):
        if key in fields and kind not in ("secret", "ssh", "cache"):
            yield f'{key} not allowed for "{kind}" type mounts'
    if kind == "secret":
        source = fields.get("source") or fields.get("src")
        target = fields.get("target") or fields.get("dst") or fields.get("destination")
        if fields.get("from"):
            yield "secret mount should not have a from"
        if "sharing" in fields:
            yield "secret mount should not define sharing"
        if source and fields.get("id"):
            yield "both source and id can't be set"
        if not (source or target or fields.get("id")):
            yield "invalid secret mount. one of source, target required"
    elif "sharing" in fields and kind != "cache":
        yield f"invalid cache sharing set for {kind} mount"


# Arguments


def _argument_problems(instruction: Instruction, spec: InstructionSpec, arguments: str) -> Iterator[Problem]:
    name, words, keyword = spec.name, instruction.words, instruction.keyword.span
    if spec.arguments in (Arguments.COMMAND, Arguments.PATHS, Arguments.HEALTH):
        array = arguments if spec.arguments is not Arguments.HEALTH else _after_first_word(arguments)
        if not instruction.is_json and array_of(array) is not None:
            message = "when using JSON array syntax, arrays must be comprised of strings only"
            yield Problem(instruction.arguments_span, message)
            return
    if spec.arguments is Arguments.TEXT and not words:
        yield Problem(keyword, f"{name} requires exactly one argument")
    elif name in ("EXPOSE", "VOLUME", "HEALTHCHECK", "SHELL") and not words:
        yield Problem(keyword, f"{name} requires at least one argument")
    elif name == "ONBUILD":
        yield from _onbuild_problems(instruction)
    elif spec.arguments in (Arguments.PAIRS, Arguments.DEFINITIONS):
        yield from _pair_problems(instruction, name)
    elif name == "FROM":
        yield from _from_problems(instruction)
    elif name in ("COPY", "ADD"):
        yield from _copy_problems(instruction, name)
    elif name == "HEALTHCHECK":
        yield from _health_problems(words)
    elif name == "SHELL" and not instruction.is_json:
        yield Problem(instruction.arguments_span, "SHELL requires the arguments to be in JSON form")
    elif name == "VOLUME":
        for word in words:
            if not word.value.strip():
                yield Problem(word.span, "VOLUME specified can not be an empty string")
    elif name == "EXPOSE":
        for word in words:
            yield from _port_problems(word)
    elif name == "STOPSIGNAL":
        yield from _signal_problems(words[0])


def _after_first_word(text: str) -> str:
    return text.split(None, 1)[1] if len(text.split(None, 1)) > 1 else ""


def _from_problems(instruction: Instruction) -> Iterator[Problem]:
    words = instruction.words
    if not words:
        yield Problem(instruction.keyword.span, "FROM requires either one or three arguments")
        return
    if len(words) == 1:
        return
    if len(words) != 3 or words[1].value.upper() != "AS":
        wrong = words[1:] if words[1].value.upper() != "AS" else words[3:] or words[1:]
        yield Problem(Span(wrong[0].span.start, wrong[-1].span.end), "FROM requires either one or three arguments")
        return
    stage = words[2]
    if not _STAGE_NAME.fullmatch(stage.value.lower()):
        message = f'invalid name for build stage: "{stage.value}", name can\'t start with a number or contain symbols'
        yield Problem(stage.span, message)


def _onbuild_problems(instruction: Instruction) -> Iterator[Problem]:
    trigger = instruction.trigger
    if trigger is None:
        yield Problem(instruction.keyword.span, "ONBUILD requires at least one argument")
    elif trigger.name == "ONBUILD":
        yield Problem(trigger.keyword.span, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
    elif trigger.name in ("FROM", "MAINTAINER"):
        yield Problem(trigger.keyword.span, f"{trigger.name} isn't allowed as an ONBUILD trigger")
    else:
        yield from trigger.problems


def _pair_problems(instruction: Instruction, name: str) -> Iterator[Problem]:
    if not instruction.pairs:
        yield Problem(instruction.keyword.span, f"{name} requires at least one argument")
    for pair in instruction.pairs:
        if pair.separator == " " and pair.value is None:
            yield Problem(pair.span, f"{name} must have two arguments")
        elif pair.separator == "" and name != "ARG":
            message = f'Syntax error - can\'t find = in "{pair.name}". Must be of the form: name=value'
            yield Problem(pair.span, message)
        elif not pair.name:
            yield Problem(pair.span, f"{name} names can not be blank")


def _copy_problems(instruction: Instruction, name: str) -> Iterator[Problem]:
    words = instruction.words
    if len(words) < 2:
        message = (
            f"{name} requires at least two arguments, but only one was provided. Destination could not be determined"
        )
        span = words[0].span if words else instruction.keyword.span
        yield Problem(span, message)
        return
    for heredoc in instruction.heredocs:
        if heredoc.span == words[-1].span:
            yield Problem(heredoc.span, f"{name} cannot accept a heredoc as a destination")
    if name == "COPY":
        for word in words[:-1]:
            if _GIT.match(word.value):
                yield Problem(word.span, "source can't be a git ref for COPY")
            elif _URL.match(word.value):
                yield Problem(word.span, "source can't be a URL for COPY")


def _is_health_none(instruction: Instruction) -> bool:
    words = instruction.words
    return instruction.name == "HEALTHCHECK" and bool(words) and words[0].value.upper() == "NONE"


def _health_problems(words: tuple[Word, ...]) -> Iterator[Problem]:
    kind = words[0].value.upper()
    if kind == "NONE":
        if len(words) > 1:
            yield Problem(Span(words[1].span.start, words[-1].span.end), "HEALTHCHECK NONE takes no arguments")
    elif kind != "CMD":
        yield Problem(words[0].span, f'Unknown type "{kind}" in HEALTHCHECK (try CMD)', closest(kind, ("CMD", "NONE")))
    elif len(words) == 1:
        yield Problem(words[0].span, "Missing command after HEALTHCHECK CMD")


def _port_problems(word: Word) -> Iterator[Problem]:
    if "$" in word.value or any(quote in word.value for quote in "\"'\\`"):
        return
    message = port_message(word.value)
    if message:
        yield Problem(word.span, message)


def port_message(port: str) -> str | None:
    """What BuildKit says of an expanded argument of EXPOSE that is no port; None for a good one."""
    *host, container = port.split(":")
    address, host_port = ":".join(host[:-1]), host[-1] if host else ""
    number, _, protocol = container.partition("/")
    if not number:
        return f"no port specified: {container}<empty>"
    if protocol.lower() not in ("", "tcp", "udp", "sctp"):
        return f"invalid proto: {protocol.lower()}"
    if address and not _is_address(address):
        return f"invalid IP address: {address}"
    ports, host_ports = _port_range(number), _port_range(host_port)
    if ports is None:
        is_number = number.isdecimal() and number.isascii()
        return f"invalid containerPort: {number}{': value out of range (0–65535)' if is_number else ''}"
    if host_port and host_ports is None:
        return f"invalid hostPort: {host_port}"
    if host_ports and len(ports) > 1 and len(host_ports) != len(ports):
        return f"invalid ranges specified for container and host Ports: {number} and {host_port}"
    return None


def _is_address(text: str) -> bool:
    # Imported when the first EXPOSE with an address is met, which is rare.
    from ipaddress import ip_address

    try:
        ip_address(text.removeprefix("[").removesuffix("]") if text.startswith("[") else text)
    except ValueError:
        return False
    return True


def _port_range(text: str) -> range | None:
    """The ports of `8080` or `8000-8010`."""
    ends = text.split("-")
    if len(ends) > 2 or not all(end.isdecimal() and end.isascii() for end in ends):
        return None
    first, last = int(ends[0][:6]), int(ends[-1][:6])
    return range(first, last + 1) if first <= last <= 65535 else None


def _signal_problems(word: Word) -> Iterator[Problem]:
    signal = word.value
    if any(character in signal for character in "$\"'\\`"):
        return
    if signal.isdecimal():
        if int(signal[:6]) == 0:
            yield Problem(word.span, f"invalid signal: {signal}")
    elif signal.upper().removeprefix("SIG") not in _SIGNALS:
        replacement = closest(signal, (f"SIG{name}" for name in _SIGNALS))
        yield Problem(word.span, f"invalid signal: {signal}", replacement)


# Quotes and variables


def _expansion_problems(instruction: Instruction) -> Iterator[Problem]:
    escape = instruction.escape
    for word in instruction.words:
        yield from _expansion_problem(word.value, word.span, escape)
    for flag in instruction.flags:
        if flag.value and flag.value_span and flag.name != "from":
            yield from _expansion_problem(flag.value, flag.value_span, escape)
    for pair in instruction.pairs:
        if instruction.name != "ARG":
            yield from _expansion_problem(pair.name, pair.name_span, escape)
        if pair.value and pair.value_span:
            yield from _expansion_problem(pair.value, pair.value_span, escape)
    for heredoc in instruction.heredocs:
        if heredoc.expands and instruction.name in ("COPY", "ADD"):
            yield from _heredoc_problem(heredoc.body_span, instruction.text)


def _expansion_problem(text: str, span: Span, escape: str) -> Iterator[Problem]:
    try:
        expand(text, escape, lambda _: "x")
    except ExpansionError as error:
        yield Problem(span, f'failed to process "{text}": {error}')


def _heredoc_problem(body: Span, text: str) -> Iterator[Problem]:
    try:
        expand(body.of(text), DEFAULT_ESCAPE, lambda _: "x", quotes=False)
    except ExpansionError as error:
        start = body.start + error.offset
        line = text[text.rfind("\n", 0, start) + 1 : body.end].split("\n", 1)[0].rstrip("\r")
        end = max(text.rfind("\n", 0, start) + 1 + len(line), start)
        yield Problem(Span(start, end), f'failed to process "{line}": {error}')
