"""The sub-command `check`: check files, repair them, and report what is left."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from azureml_dockerfile_ls.cli.reports import REPORTS
from azureml_dockerfile_ls.cli.reports.checked import Checked, one_line
from azureml_dockerfile_ls.cli.sources import (
    STANDARD_INPUT,
    EmptyFolder,
    Source,
    Unreadable,
    encoded,
    find,
    read,
    write,
)
from azureml_dockerfile_ls.cli.terminal import complain, print_text, standard_output
from azureml_dockerfile_ls.context.file_memory import FileMemory
from azureml_dockerfile_ls.features.fix_all import MAX_ROUNDS, analysed_again, fix_all
from azureml_dockerfile_ls.files import is_yaml_name
from azureml_dockerfile_ls.manifest_snapshot import AnySnapshot, analyse_manifest
from azureml_dockerfile_ls.project import Projects
from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.rules.rule import Group, Severity, SuppressionRule
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import LineIndex, apply_edits
from azureml_dockerfile_ls.workspace import manifest_files, resolve

_WITHOUT_OTHERS: Mapping[str, Severity | None] = {
    rule.name: None for rule in RULES if rule.group is not Group.BUILDKIT or isinstance(rule, SuppressionRule)
}
"""The setting `rules` that leaves the checks and errors that BuildKit has too."""


def run_check(
    paths: Sequence[str],
    output: str,
    fail_on: str,
    *,
    is_fixing: bool = False,
    context: str | None = None,
    only_buildkit: bool = False,
) -> int:
    """Check files, print the findings on standard output, and return the exit status.

    `output` is the format of the report. `is_fixing` makes the safe repairs first; the repaired text of standard input
    goes to standard output, and then the report to standard error. `context` is the folder of the build context; the
    default is the one in the settings, else the folder of each Dockerfile. `only_buildkit` leaves what BuildKit itself
    reports, whatever the settings of the rules.

    A file that cannot be checked is reported on standard error, and the other files are checked all the same.
    """
    checker = _Checker(is_fixing, context, only_buildkit)
    checker.check(paths)
    for failure in checker.failures:
        complain(failure)
    report = REPORTS[output](checker.checked, checker.failures)
    if output != "text":
        for line in chain.from_iterable(file.fixed for file in checker.checked):
            print(line, file=sys.stderr)
    if is_fixing and STANDARD_INPUT in paths:
        print(report, file=sys.stderr)
    elif report:
        print_text(report)
    if checker.failures:
        return 2
    threshold = Severity[fail_on.upper()]
    return int(any(finding.severity <= threshold for file in checker.checked for finding in file.findings))


class _Checker:
    """Checks files one by one. Collects the checked ones, and sentences about what could not be checked."""

    def __init__(self, is_fixing: bool, context_folder: str | None, only_buildkit: bool) -> None:
        self.checked: list[Checked] = []
        self.failures: list[str] = []
        self._is_fixing = is_fixing
        self._context_folder = context_folder
        self._only_buildkit = only_buildkit
        self._projects = Projects()
        self._files = FileMemory()

    def check(self, paths: Sequence[str]) -> None:
        """Check the files that `paths` name."""
        for found in find(paths):
            source = read(found) if isinstance(found, str) else found
            match source:
                case EmptyFolder():
                    complain(str(source))
                case Unreadable():
                    self._fail(str(source))
                case Source():
                    self._check(source)

    def _fail(self, failure: str) -> None:
        if failure not in self.failures:
            self.failures.append(failure)

    def _check(self, source: Source) -> None:
        if source.flaw is not None:
            self._fail(source.flaw)
        snapshot = None if source.text is None else self._analyse(source, source.text)
        fixed: tuple[str, ...] = ()
        # A file with a flaw is never written: the bytes that are not text would be lost.
        if snapshot is not None and self._is_fixing and source.flaw is None:
            snapshot, fixed = self._fix(source, snapshot)
        if self._is_fixing and source.path == STANDARD_INPUT:
            is_text = snapshot is not None and source.flaw is None
            with standard_output():
                sys.stdout.buffer.write(encoded(source, snapshot.text) if snapshot and is_text else source.data)
                sys.stdout.buffer.flush()
        if snapshot is not None:
            lines = LineIndex(snapshot.text)
            self.checked.append(Checked(source.path, lines, snapshot.context, snapshot.findings, fixed))

    def _analyse(self, source: Source, text: str) -> AnySnapshot:
        path, folder = (source.path, None) if source.is_file else (None, os.curdir)
        workspace = resolve(path, self._projects, folder=folder, context_folder=self._context_folder, files=self._files)
        for problem in workspace.problems:
            self._fail(problem)
        settings = workspace.settings
        if self._only_buildkit:
            settings = replace(settings, rules=_WITHOUT_OTHERS, dockerfile_features=True)
        if is_yaml_name(source.path):
            return analyse_manifest(text, files=manifest_files(path), settings=settings)
        return analyse(text, context=workspace.build_context(), settings=settings)

    def _fix(self, source: Source, before: AnySnapshot) -> tuple[AnySnapshot, tuple[str, ...]]:
        """Write the safe repairs to the file; return the snapshot after them, and a line about each."""
        snapshot, fixed = _fixed(source.path, before)
        if snapshot is not before and source.path != STANDARD_INPUT:
            try:
                write(source, snapshot.text)
            except OSError as error:
                self._fail(f"{source.path}: {error.strerror or error}; nothing was fixed in it")
                return before, ()
        return snapshot, fixed


def _fixed(path: str, snapshot: AnySnapshot) -> tuple[AnySnapshot, tuple[str, ...]]:
    """The snapshot after the safe repairs, and a line about each."""
    fixed: list[str] = []
    for _ in range(MAX_ROUNDS):
        applied = fix_all(snapshot)
        text = apply_edits(snapshot.text, applied.edits)
        if text == snapshot.text:
            break
        lines = LineIndex(snapshot.text)
        for finding, fix in applied.fixes:
            message = f"fixed: {fix.title} [{finding.rule.name}]"
            fixed.append(one_line(path, lines, finding.span, message))
        snapshot = analysed_again(text, snapshot)
    return snapshot, tuple(fixed)
