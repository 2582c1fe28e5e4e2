"""The check of one file: what it finds is plain values, so that another process can do it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from azureml_dockerfile_ls.cli.check.linting import Linting
from azureml_dockerfile_ls.cli.check.options import CheckOptions
from azureml_dockerfile_ls.cli.check.repairs import repair
from azureml_dockerfile_ls.cli.difference import difference
from azureml_dockerfile_ls.cli.reports.checked import Checked, Failure, reported
from azureml_dockerfile_ls.cli.sources import STANDARD_INPUT, Source, Unreadable, read, write
from azureml_dockerfile_ls.context.file_memory import FileMemory
from azureml_dockerfile_ls.files import is_script_name, is_yaml_name
from azureml_dockerfile_ls.manifest_snapshot import analyse_manifest
from azureml_dockerfile_ls.project import Projects
from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.rules.rule import Group, Severity, SuppressionRule
from azureml_dockerfile_ls.script_snapshot import FileSnapshot, analyse_script
from azureml_dockerfile_ls.settings import Problem, Settings
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.workspace import Workspace, manifest_files, resolve

_WITHOUT_OTHERS: Mapping[str, Severity | None] = {
    rule.name: None for rule in RULES if rule.group is not Group.BUILDKIT or isinstance(rule, SuppressionRule)
}
"""The setting `rules` that leaves the checks and errors that BuildKit has too."""

_NOT_ENOUGH_MEMORY = "not enough memory to check it"


@dataclass(frozen=True, slots=True)
class Result:
    """The result for one file. `output` is the repaired text of standard input, as bytes."""

    checked: Checked | None = None
    failures: tuple[Failure, ...] = ()
    difference: str = ""
    output: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Analysed:
    """A file before its report. `place` is its path, None for a text without a file."""

    path: str
    place: str | None
    snapshot: FileSnapshot
    failures: tuple[Failure, ...]
    fixed: tuple[str, ...] = ()
    output: bytes | None = None


class Checker:
    """Checks files, some at once."""

    def __init__(self, options: CheckOptions) -> None:
        self._options = options
        self._projects = Projects(options.config, is_isolated=options.isolated)
        self._files = FileMemory()
        self._linting = Linting(options)
        selected = options.select
        self._left_out = {
            rule.name: None
            for rule in RULES
            if rule.is_lint and (rule.name in options.ignore or (selected is not None and rule.name not in selected))
        }

    def check(self, paths: Sequence[str]) -> list[Result]:
        """Check files, and repair them if the options say so. A file that cannot be checked is a failure."""
        analysed = [self._analysed(path) for path in paths]
        files = [file for file in analysed if isinstance(file, _Analysed)]
        linted = iter(self._linting.linted([(file.place, file.snapshot) for file in files]))
        return [_reported(file, next(linted)) if isinstance(file, _Analysed) else file for file in analysed]

    @property
    def problem(self) -> str | None:
        """Why findings of hadolint are missing, if any are."""
        return self._linting.problem

    def workspace(self, path: str) -> Workspace:
        """The settings and the build context of a file."""
        return self._workspace(path if path != STANDARD_INPUT else self._options.stdin_filename)

    def _workspace(self, path: str | None) -> Workspace:
        folder = os.curdir if path is None else None
        context = self._options.context
        workspace = resolve(path, self._projects, folder=folder, context_folder=context, files=self._files)
        return replace(workspace, settings=self._selected(workspace.settings))

    def _selected(self, settings: Settings) -> Settings:
        if self._options.only_buildkit:
            return replace(settings, rules={**_WITHOUT_OTHERS, **self._left_out}, dockerfile_features=True)
        return replace(settings, rules={**settings.rules, **self._left_out}) if self._left_out else settings

    def _analysed(self, path: str) -> _Analysed | Result:
        name = self._options.stdin_filename if path == STANDARD_INPUT else None
        try:
            source = read(path, name)
            if isinstance(source, Unreadable):
                is_passed_on = path == STANDARD_INPUT and self._options.fix
                failure = Failure(source.path, source.reason, source.line)
                return Result(failures=(failure,), output=source.data if is_passed_on else None)
            return self._repaired(source, is_stream=path == STANDARD_INPUT)
        except MemoryError:
            return Result(failures=(Failure(path if name is None else name, _NOT_ENOUGH_MEMORY),))

    def _repaired(self, source: Source, *, is_stream: bool) -> _Analysed | Result:
        has_place = source.is_file or (is_stream and self._options.stdin_filename is not None)
        path = source.path if has_place else None
        workspace = self._workspace(path)
        before = _snapshot(path, source, workspace)
        failures = [setting_failure(problem) for problem in workspace.problems]
        if not self._options.fix and not self._options.diff:
            return _Analysed(source.path, path, before, tuple(failures))
        repaired = repair(source.path, before, is_unsafe=self._options.unsafe_fixes)
        snapshot, fixed, content = repaired.snapshot, repaired.fixed, source.data
        try:
            if not repaired.has_end:
                raise OSError(0, "the repairs come to no end")
            if repaired.edits:
                content = source.edited(repaired.edits)
            if content != source.data and not is_stream and not self._options.diff:
                write(source, content)
        except OSError as error:
            failures.append(Failure(source.path, f"{error.strerror or error}; nothing was fixed in it"))
            snapshot, fixed, content = before, (), source.data
        if self._options.diff:
            lines = difference(source.path, before.text, snapshot.text)
            return Result(Checked(source.path, ()), tuple(failures), "\n".join(lines))
        return _Analysed(source.path, path, snapshot, tuple(failures), fixed, content if is_stream else None)


def _snapshot(path: str | None, source: Source, workspace: Workspace) -> FileSnapshot:
    if is_yaml_name(source.path):
        return analyse_manifest(source.text, files=manifest_files(path), settings=workspace.settings)
    if is_script_name(source.path):
        return analyse_script(source.path, source.text, workspace.settings)
    return analyse(source.text, context=workspace.build_context(), settings=workspace.settings)


def _reported(file: _Analysed, snapshot: FileSnapshot) -> Result:
    try:
        checked = Checked(file.path, tuple(reported(file.path, snapshot)), file.fixed)
    except MemoryError:
        return Result(failures=(*file.failures, Failure(file.path, _NOT_ENOUGH_MEMORY)), output=file.output)
    return Result(checked, file.failures, output=file.output)


def setting_failure(problem: Problem) -> Failure:
    """What is wrong in a settings file."""
    return Failure(problem.path or "", problem.text, problem.line, is_setting=True)
