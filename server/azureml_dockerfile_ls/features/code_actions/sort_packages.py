"""The packages of an `apt-get install` or `pip install` in alphabetical order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action
from azureml_dockerfile_ls.features.code_actions.refactoring import refactoring, target_of
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.shell.commands import Command, ShellWord
from azureml_dockerfile_ls.shell.programs.apt import system_packages_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span

_NAME = lazy_pattern(r"[A-Za-z0-9][\w.+-]*")
_NOT_BY_NAME = lazy_pattern(r"[/@]|\+$|-$|\.(?:deb|whl|gz|zip)$")


def sort_packages(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """The action for the command that `span` touches. The layout stays: only the names change places."""
    target = target_of(snapshot, span, "RUN")
    if target is None or not target.is_posix:
        return
    text = target.instruction.text
    for command in commands_of(target.instruction):
        if not target.touches(command.span, span):
            continue
        packages = _packages(command)
        written = [package.span.of(text) for package in packages]
        ordered = [word.span.of(text) for word in sorted(packages, key=_key)]
        if len(packages) < 2 or ordered == written or not all(map(_is_plain, packages, written)):
            continue
        first, last = packages[0].span.start, packages[-1].span.end
        if any(first < comment.start < last for comment in target.instruction.comments):
            continue
        edits = [
            target.edit(package.span, new)
            for package, old, new in zip(packages, written, ordered, strict=True)
            if old != new
        ]
        yield from refactoring(snapshot, ActionKind.REWRITE, "Sort packages", *edits)
        return


def _packages(command: Command) -> Sequence[ShellWord]:
    system = system_packages_of(command)
    if system is not None:
        return system.packages if command.program != "dpkg" and system.action.value == "install" else ()
    pip = pip_of(command)
    if pip is None or pip.action.value != "install":
        return ()
    has_paths = any(word.value.startswith(("-e", "--editable")) for word in command.arguments)
    return () if has_paths else pip.requirements


def _is_plain(package: ShellWord, written: str) -> bool:
    """Whether a word is one package by name, on one line, whose place in the list does not matter."""
    is_name = _NAME.match(package.value) is not None and not _NOT_BY_NAME.search(package.value)
    return is_name and package.is_literal and "\n" not in written and package.quotes != "?"


def _key(package: ShellWord) -> tuple[str, str]:
    name = _NAME.match(package.value)
    return (name.group().lower() if name else "", package.value)
