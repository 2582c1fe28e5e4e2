"""What the sub-commands do: check files, explain rules."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import chain

from azureml_dockerfile_ls.cli.reports import REPORTS, Checked, one_line
from azureml_dockerfile_ls.cli.sources import STANDARD_INPUT, Source, dockerfiles, encoded, read, write
from azureml_dockerfile_ls.cli.terminal import print_text, standard_output
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.features.fix_all import fix_all
from azureml_dockerfile_ls.files import path_below
from azureml_dockerfile_ls.project import Projects
from azureml_dockerfile_ls.rules.pages import page_text
from azureml_dockerfile_ls.rules.registry import RULES, find_rule
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.spelling import closest
from azureml_dockerfile_ls.text import LineIndex, apply_edits

_MAX_ROUNDS = 10
"""A repair may bring out another finding, but not so often in turn."""


def run_check(
    paths: Sequence[str], output: str, fail_on: str, *, is_fixing: bool = False, context: str | None = None
) -> int:
    """Checks files, prints the findings on standard output, and gives the exit status.

    `output` names a report. `is_fixing` makes the safe repairs first; of standard input the repaired text goes to
    standard output, and the findings to standard error. `context` is the folder of the build context: by default that
    of the settings, else the folder of each Dockerfile.

    What cannot be checked is told on standard error, and the rest is checked all the same.
    """
    failures: list[str] = []
    projects = Projects()
    checked = [
        file
        for path in dockerfiles(paths, failures)
        if (source := read(path, failures)) is not None
        and (file := _check(source, projects, is_fixing, context, failures)) is not None
    ]
    for failure in failures:
        print(f"azureml-dockerfile-ls: {failure}", file=sys.stderr)
    report = REPORTS[output](checked, failures)
    if output != "text":
        for line in chain.from_iterable(file.fixed for file in checked):
            print(line, file=sys.stderr)
    if is_fixing and STANDARD_INPUT in paths:
        print(report, file=sys.stderr)
    elif report:
        print_text(report)
    if failures:
        return 2
    least = Severity[fail_on.upper()]
    return int(any(finding.severity <= least for file in checked for finding in file.findings))


def run_explain(name: str | None) -> int:
    """Prints the page of a rule, or the list of all, and gives the exit status: 2 for an unknown name."""
    if name is None:
        width = max(len(rule.name) for rule in RULES)
        print_text("\n".join(f"{rule.name:{width}}  {rule.summary}" for rule in RULES))
        return 0
    rule = find_rule(name)
    if rule is None:
        meant = closest(name, [rule.name for rule in RULES])
        hint = f"did you mean {meant}?" if meant else "`azureml-dockerfile-ls explain` lists them all."
        print(f"azureml-dockerfile-ls: there is no rule {name}: {hint}", file=sys.stderr)
        return 2
    print_text(page_text(rule).rstrip())
    return 0


def _check(
    source: Source, projects: Projects, is_fixing: bool, context_folder: str | None, failures: list[str]
) -> Checked | None:
    """What is found in a file, and was repaired; None where it holds no text."""
    snapshot: Snapshot | None = None
    fixed: tuple[str, ...] = ()
    if source.text is not None:
        project = projects.project_of(os.path.dirname(source.path) if source.is_file else os.curdir)
        failures.extend(problem for problem in project.problems if problem not in failures)
        context = _build_context(source, context_folder, project.settings, failures)
        snapshot = analyse(source.text, context=context, settings=project.settings)
        # Bytes that could not be read would not be written again.
        if is_fixing and source.is_utf8:
            snapshot, fixed = _fixed(source, snapshot, failures)
    if is_fixing and source.path == STANDARD_INPUT:
        with standard_output():
            sys.stdout.buffer.write(encoded(source, snapshot.text) if snapshot and source.is_utf8 else source.data)
            sys.stdout.buffer.flush()
    if snapshot is None:
        return None
    return Checked(source.path, LineIndex(snapshot.text), snapshot.context, snapshot.findings, fixed)


def _fixed(source: Source, before: Snapshot, failures: list[str]) -> tuple[Snapshot, tuple[str, ...]]:
    """The snapshot after the safe repairs, which are written to the file, and a line that tells of each."""
    snapshot = before
    told: list[str] = []
    for _ in range(_MAX_ROUNDS):
        applied = fix_all(snapshot)
        text = apply_edits(snapshot.text, applied.edits)
        if text == snapshot.text:
            break
        lines = LineIndex(snapshot.text)
        for finding, fix in applied.fixes:
            said = f"fixed: {fix.title} [{finding.rule.name}]"
            told.append(one_line(source.path, lines, finding.span, said))
        snapshot = analyse(text, snapshot, snapshot.context, snapshot.settings)
    if snapshot is not before and source.path != STANDARD_INPUT:
        try:
            write(source, snapshot.text)
        except OSError as error:
            failures.append(f"{source.path}: {error.strerror or error}; nothing was fixed in it")
            return before, ()
    return snapshot, tuple(told)


def _build_context(source: Source, folder: str | None, settings: Settings, failures: list[str]) -> BuildContext | None:
    """The build context of a file; None where it is not known, as for standard input."""
    if folder is None:
        if not source.is_file:
            return None
        folder = settings.build_context
        if folder is not None and not os.path.isdir(folder):
            failure = f"buildContext: {folder} is not a folder"
            failures.extend([failure] if failure not in failures else [])
            return None
    root = folder or os.path.dirname(os.path.abspath(source.path))
    inside = path_below(root, source.path) if source.is_file else None
    return BuildContext(root, inside or os.path.basename(source.path))
