"""The words that hadolint's findings are about. hadolint names only the line on which an instruction begins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.shell.commands import Command, ShellWord
from azureml_dockerfile_ls.shell.programs.apt import system_packages_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

Words = Iterable[LocalSpan]

_NAMED = lazy_pattern(r"`([^`]+)`")
_READ = lazy_pattern(r"\w+(?= is referenced but not assigned)")
_PINNED = lazy_pattern(r"[=<>~@]|^[./$]|\.(?:whl|deb|zip|tar\.gz)$|://")
_UNQUOTED = lazy_pattern(r"\$(?:\w+|\{\w+\})")

_PROGRAMS: Mapping[str, str] = {
    "DL3001": "ssh vim shutdown service ps free top kill mount ifconfig",
    "DL3003": "cd",
    "DL3016": "npm",
    "DL3018": "apk",
    "DL3019": "apk",
    "DL3027": "apt",
    "DL3028": "gem",
    "DL3030": "yum",
    "DL3032": "yum",
    "DL3033": "yum",
    "DL3034": "zypper",
    "DL3035": "zypper",
    "DL3036": "zypper",
    "DL3037": "zypper",
    "DL3038": "dnf microdnf",
    "DL3040": "dnf microdnf",
    "DL3041": "dnf microdnf",
    "DL3046": "useradd",
    "DL3047": "wget",
    "DL3060": "yarn",
    "DL3062": "go",
    "DL4001": "wget curl",
    "DL4005": "ln",
    "SC2002": "cat",
    "SC2028": "echo",
    "SC2103": "cd",
    "SC2164": "cd pushd popd",
    "SC3037": "echo",
    "SC3046": "source",
}
"""The programs that rules are about."""


def words_of(code: str, message: str, instruction: Instruction) -> tuple[LocalSpan, ...]:
    """The words of an instruction that a finding can be about, the most likely first; none if they are not known."""
    inner = instruction.trigger or instruction
    if code in _PROGRAMS:
        programs = _PROGRAMS[code].split()
        return tuple(command.words[0].span for command in commands_of(inner) if command.program in programs)
    found = _WORDS.get(code)
    if found is not None:
        return tuple(found(inner))
    if code.startswith("SC"):
        # ShellCheck's place in the RUN does not arrive here, so only what occurs once is certain.
        candidates = tuple(_of_shellcheck(code, message, inner))
        return candidates if len(set(candidates)) == 1 else ()
    named = _NAMED.search(message)
    if named is not None and inner.pairs:
        return tuple(pair.name_span for pair in inner.pairs if pair.name.strip("\"'") == named[1])
    return ()


def _of_shellcheck(code: str, message: str, instruction: Instruction) -> Words:
    read = _READ.match(message)
    if code == "SC2154" and read is not None:
        pattern = re.compile(rf"\$\{{?{read[0]}\b")
        return (LocalSpan(*match.span()) for match in pattern.finditer(instruction.text))
    if code == "SC2086":
        return _unquoted(instruction)
    return ()


def _unquoted(instruction: Instruction) -> Words:
    for command in commands_of(instruction):
        for word in command.words:
            if not word.quotes:
                matches = _UNQUOTED.finditer(instruction.text, *word.span)
                yield from (LocalSpan(*match.span()) for match in matches)


def _of_commands(function: Callable[[Command], Words]) -> Callable[[Instruction], Words]:
    return lambda instruction: (span for command in commands_of(instruction) for span in function(command))


def _action_of_apt(*actions: str) -> Callable[[Instruction], Words]:
    def words(command: Command) -> Words:
        apt = system_packages_of(command)
        return (apt.action.span,) if apt is not None and apt.action.value in actions else ()

    return _of_commands(words)


def _apt_packages(command: Command) -> Words:
    apt = system_packages_of(command)
    is_installation = apt is not None and apt.action.value == "install"
    return _without_version(apt.packages) if apt is not None and is_installation else ()


def _pip_packages(command: Command) -> Words:
    pip = pip_of(command)
    if pip is None:
        return ()
    sources = (word.span for word in pip.requirements if word.value.startswith("git+") and "@" not in word.value)
    return (*_without_version(pip.requirements), *sources)


def _without_version(words: Iterable[ShellWord]) -> Words:
    return (word.span for word in words if not _PINNED.search(word.value))


def _pip_action(command: Command) -> Words:
    pip = pip_of(command)
    return (pip.action.span,) if pip is not None else ()


def _sudo(command: Command) -> Words:
    return (word.span for word in (*command.prefix, *command.words) if word.value.rsplit("/", 1)[-1] == "sudo")


def _image(instruction: Instruction) -> Words:
    return (instruction.image.name_span,) if instruction.image is not None else ()


def _tag(instruction: Instruction) -> Words:
    image = instruction.image
    return (image.tag_span,) if image is not None and image.tag_span is not None else _image(instruction)


def _source(instruction: Instruction) -> Words:
    flag = instruction.flag("from")
    return (flag.value_span,) if flag is not None and flag.value_span is not None else ()


def _first(instruction: Instruction) -> Words:
    return (word.span for word in instruction.words[:1])


def _last(instruction: Instruction) -> Words:
    return (word.span for word in instruction.words[-1:])


def _own_references(instruction: Instruction) -> Iterator[LocalSpan]:
    names = {pair.name for pair in instruction.pairs}
    return (reference.span for reference in instruction.variables if reference.name in names)


_WORDS: Mapping[str, Callable[[Instruction], Words]] = {
    "DL3002": _first,
    "DL3004": _of_commands(_sudo),
    "DL3006": _image,
    "DL3007": _tag,
    "DL3008": _of_commands(_apt_packages),
    "DL3009": _action_of_apt("update"),
    "DL3013": _of_commands(_pip_packages),
    "DL3014": _action_of_apt("install"),
    "DL3015": _action_of_apt("install"),
    "DL3022": _source,
    "DL3026": _image,
    "DL3042": _of_commands(_pip_action),
    "DL3044": _own_references,
    "DL3045": _last,
    "DL3066": _first,
    "DL4006": _of_commands(lambda command: (command.words[0].span,) if command.operator == "|" else ()),
}
"""The words that other rules are about."""
