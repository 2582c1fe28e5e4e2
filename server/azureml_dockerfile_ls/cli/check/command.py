"""The command itself: find the files, check them, print the report, and give the exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from itertools import chain

from azureml_dockerfile_ls.cli.check.baseline import Baseline, BaselineError, load
from azureml_dockerfile_ls.cli.check.checker import Checker, Result, setting_failure
from azureml_dockerfile_ls.cli.check.options import CheckOptions
from azureml_dockerfile_ls.cli.check.parallel import check_all
from azureml_dockerfile_ls.cli.check.shown import shown_files, shown_settings
from azureml_dockerfile_ls.cli.reports import REPORTS, statistics
from azureml_dockerfile_ls.cli.reports.checked import Checked, Failure, Outcome
from azureml_dockerfile_ls.cli.search import EmptyFolder, find
from azureml_dockerfile_ls.cli.sources import STANDARD_INPUT, Unreadable
from azureml_dockerfile_ls.cli.terminal import complain, print_text, standard_output, style, visible, with_bar
from azureml_dockerfile_ls.files import replace_file
from azureml_dockerfile_ls.project import leads_out
from azureml_dockerfile_ls.rules.rule import Severity

_FOR_PEOPLE = ("text", "concise")
_COULD_NOT_CHECK = 2


def run_check(options: CheckOptions) -> int:
    """Check files, print the findings, and return the exit status.

    The repaired text of standard input goes to standard output, and then the report to standard error. What cannot be
    checked is reported on standard error and in the report, and the other files are checked all the same.
    """
    return _Run(options).run()


class _Run:
    """One run of the command."""

    def __init__(self, options: CheckOptions) -> None:
        self._options = options
        self._checked: list[Checked] = []
        self._failures: dict[Failure, None] = {}
        self._has_difference = False
        self._differences: list[str] = []
        self._problem: str | None = None
        """Why findings of hadolint are missing, if any are."""

    def run(self) -> int:
        options = self._options
        baseline = None
        if options.baseline is not None:
            try:
                baseline = load(options.baseline)
            except (OSError, BaselineError) as error:
                complain(f"{options.baseline}: {error}")
                return _COULD_NOT_CHECK
        paths = list(self._files())
        if options.show_files or options.show_settings:
            return self._show(list(filter(self._exists, paths)))
        results = self._results(paths)
        for result in results if options.quiet else with_bar("checking", results, len(paths)):
            self._take(result, baseline)
        for failure in self._failures:
            complain(str(failure))
        if self._problem is not None:
            complain(self._problem)
        if options.write_baseline is not None:
            return self._write_baseline(options.write_baseline)
        if not self._put(self._report(baseline)):
            return _COULD_NOT_CHECK
        return self._status()

    def _files(self) -> Iterator[str]:
        """The files to check. A path without a file is reported."""
        for found in find(self._options.paths, self._options.exclude):
            match found:
                case EmptyFolder():
                    complain(str(found))
                case Unreadable():
                    self._failures[Failure(found.path, found.reason)] = None
                case str():
                    yield found

    def _results(self, paths: list[str]) -> Iterator[Result]:
        for batch in check_all(paths, self._options):
            self._problem = self._problem or batch.problem
            yield from batch.results

    def _take(self, result: Result, baseline: Baseline | None) -> None:
        self._failures.update(dict.fromkeys(result.failures))
        if result.output is not None:
            with standard_output():
                sys.stdout.buffer.write(result.output)
                sys.stdout.buffer.flush()
        if result.difference:
            self._differences.append(result.difference)
        if result.checked is not None:
            # A new baseline has the known findings too, or else an update of a baseline would lose them.
            known = baseline if self._options.write_baseline is None else None
            self._checked.append(known.without_known(result.checked) if known else result.checked)

    def _report(self, baseline: Baseline | None) -> str:
        options = self._options
        if options.diff:
            return "\n".join(self._differences)
        seen = style() if options.output_file is None else None
        name = options.format or ("text" if seen is not None and seen.width is not None else "concise")
        outcome = Outcome(
            self._checked,
            tuple(self._failures),
            baseline.left_out if baseline else 0,
            options.quiet,
            **({"style": seen} if seen is not None else {}),
        )
        if name not in _FOR_PEOPLE:
            for line in chain.from_iterable(file.fixed for file in self._checked):
                print(line, file=sys.stderr)
        report = statistics.report if options.statistics else REPORTS[name]
        text = report(outcome)
        if options.output_file is not None and name in _FOR_PEOPLE:
            return "\n".join([*(visible(str(failure)) for failure in self._failures), text])
        return text

    def _put(self, report: str) -> bool:
        """Print the report, or write it to its file; return whether that was possible."""
        output = self._options.output_file
        if output is not None:
            return _write(output, report + "\n" if report else "")
        if self._options.fix and STANDARD_INPUT in self._options.paths:
            print(report, file=sys.stderr)
        elif report:
            print_text(report)
        return True

    def _exists(self, path: str) -> bool:
        """Whether a path leads to a file; if not, that is reported."""
        if path == STANDARD_INPUT:
            return True
        try:
            os.stat(path)
        except OSError as error:
            self._failures[Failure(path, error.strerror or str(error))] = None
            return False
        return True

    def _show(self, paths: Sequence[str]) -> int:
        """Print the files, or their settings."""
        if self._options.show_settings:
            checker = Checker(self._options)
            problems = (problem for path in paths for problem in checker.workspace(path).problems)
            self._failures.update(dict.fromkeys(map(setting_failure, problems)))
            lines = shown_settings(paths, checker)
        else:
            lines = shown_files(paths)
        for failure in self._failures:
            complain(str(failure))
        is_written = self._put("\n".join(lines))
        return 0 if is_written and not self._failures else _COULD_NOT_CHECK

    def _write_baseline(self, path: str) -> int:
        text = Baseline(os.path.dirname(os.path.abspath(path))).text_of(self._checked)
        if not _write(path, text):
            return _COULD_NOT_CHECK
        if not self._options.quiet:
            count = sum(len(file.findings) for file in self._checked)
            print(visible(f"{count} finding{'' if count == 1 else 's'} written to {path}"), file=sys.stderr)
        return _COULD_NOT_CHECK if self._failures else 0

    def _status(self) -> int:
        if self._failures:
            return _COULD_NOT_CHECK
        if self._options.exit_zero:
            return 0
        if self._options.diff:
            return int(bool(self._differences))
        threshold = Severity[self._options.fail_on.upper()]
        return int(any(finding.severity <= threshold for file in self._checked for finding in file.findings))


def _write(path: str, text: str) -> bool:
    """Write a file, and say so where that fails. A reader sees the old or the new content."""
    try:
        content = text.encode(errors="backslashreplace")
        if os.path.lexists(path) and not os.path.isfile(path):
            with open(path, "wb") as file:
                file.write(content)
        elif leads_out(path):
            complain(f"{path}: a link that leads out of the repository")
            return False
        elif os.path.exists(path):
            replace_file(os.path.realpath(path), content, os.stat(path))
        else:
            with open(path, "xb") as file:
                file.write(content)
    except OSError as error:
        complain(f"{path}: {error.strerror or error}")
        return False
    return True
