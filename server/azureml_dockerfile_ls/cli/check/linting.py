"""hadolint for some files at once: one process for all that have the same configuration."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from azureml_dockerfile_ls.cli.check.options import CheckOptions
from azureml_dockerfile_ls.hadolint import (
    Hadolint,
    HadolintError,
    configuration_of,
    installed_programs,
    program_for,
    project_folders,
)
from azureml_dockerfile_ls.rules.hadolint.codes import GROUP, is_code
from azureml_dockerfile_ls.rules.hadolint.findings import Message, is_wanted, report_of
from azureml_dockerfile_ls.script_snapshot import FileSnapshot
from azureml_dockerfile_ls.snapshot import Snapshot

_PROBE = "FROM scratch\n"
_NOT_INSTALLED = "hadolint is not installed, or is switched off, so its findings are missing"


class Linting:
    """Runs hadolint where it is installed, and where options and settings want its findings."""

    def __init__(self, options: CheckOptions) -> None:
        self._select = options.select
        self._ignore = options.ignore
        selects_any = options.select is None or any(name == GROUP or is_code(name) for name in options.select)
        is_wanted = selects_any and not options.only_buildkit and not options.diff and GROUP not in options.ignore
        self._programs = installed_programs() if is_wanted else ()
        names_any = options.select is not None and is_wanted
        self.problem: str | None = _NOT_INSTALLED if names_any and not self._programs else None
        """Why findings of hadolint are missing: the first reason."""

    def linted(self, files: Sequence[tuple[str | None, FileSnapshot]]) -> list[FileSnapshot]:
        """The snapshots of files with what hadolint says about them. Each has its path, if it is a file."""
        snapshots = [snapshot for _, snapshot in files]
        groups: dict[tuple[str, str | None], list[int]] = {}
        for number, (path, snapshot) in enumerate(files):
            if self._programs and isinstance(snapshot, Snapshot) and _wants(snapshot):
                projects = (os.getcwd(),) if path is None else project_folders(path)
                program = program_for(self._programs, projects)
                if program is not None:
                    groups.setdefault((program, configuration_of(path)), []).append(number)
        for (program, configuration), numbers in groups.items():
            of_group = [snapshot for number in numbers if isinstance(snapshot := snapshots[number], Snapshot)]
            read = [snapshot.for_hadolint() for snapshot in of_group]
            answers = self._messages(program, configuration, [each.text for each in read])
            for number, snapshot, text, messages in zip(numbers, of_group, read, answers, strict=True):
                selected = [message for message in messages if self._selects(message.code)]
                snapshots[number] = replace(snapshot, hadolint=report_of(snapshot.tree, text, selected))
        return snapshots

    def _selects(self, code: str) -> bool:
        is_selected = self._select is None or GROUP in self._select or code in self._select
        return is_selected and code not in self._ignore

    def _messages(self, program: str, configuration: str | None, texts: Sequence[str]) -> list[list[Message]]:
        """The messages about each text; none for a text that hadolint cannot deal with, which spoils no other."""
        if not self._programs:
            return [[] for _ in texts]
        run = Hadolint(program, configuration)
        try:
            found = run.check_all(texts)
        except HadolintError as error:
            if len(texts) > 1 and self._works(program):
                half = len(texts) // 2
                first = self._messages(program, configuration, texts[:half])
                return first + self._messages(program, configuration, texts[half:])
            self.problem = self.problem or f"hadolint failed, and its findings are missing: {error}"
            return [[] for _ in texts]
        if run.complaint is not None:
            self.problem = self.problem or f"hadolint: {run.complaint}"
        return found

    def _works(self, program: str) -> bool:
        """Whether the program works at all; if not, it is not run again."""
        try:
            Hadolint(program).check(_PROBE)
        except HadolintError:
            self._programs = ()
            return False
        return True


def _wants(snapshot: Snapshot) -> bool:
    return snapshot.settings.dockerfile_features and is_wanted(snapshot.settings.rules)
