"""A baseline: the findings that a project has already, so that only new ones fail."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace

from azureml_dockerfile_ls.cli.reports.checked import Checked, Reported

_VERSION = 1

_Key = tuple[str, str]


class BaselineError(Exception):
    """A file that is not a baseline."""


class Baseline:
    """The fingerprints of known findings, by file. Paths are relative to the folder of the baseline."""

    def __init__(self, folder: str, known: Iterable[_Key] = ()) -> None:
        self._folder = os.path.abspath(folder)
        self._known = frozenset(known)
        self.left_out = 0

    def without_known(self, file: Checked) -> Checked:
        """The file with the findings that are not in the baseline."""
        path = self._relative(file.path)
        new = tuple(finding for finding in file.findings if (path, finding.fingerprint) not in self._known)
        self.left_out += len(file.findings) - len(new)
        return replace(file, findings=new)

    def text_of(self, files: Iterable[Checked]) -> str:
        """The text of a baseline with the findings of these files."""
        found = {self._relative(file.path): [_entry(finding) for finding in file.findings] for file in files}
        files_with_findings = {path: entries for path, entries in sorted(found.items()) if entries}
        return json.dumps({"version": _VERSION, "files": files_with_findings}, indent=2) + "\n"

    def _relative(self, path: str) -> str:
        try:
            return os.path.relpath(path, self._folder).replace(os.sep, "/")
        except ValueError:  # on another drive
            return os.path.abspath(path)


def load(path: str) -> Baseline:
    """The baseline in a file. Raises BaselineError or OSError."""
    with open(path, encoding="utf-8") as file:
        try:
            content = json.load(file)
        except (ValueError, RecursionError) as error:
            raise BaselineError("not a baseline: invalid JSON") from error
    files = content.get("files") if isinstance(content, Mapping) and content.get("version") == _VERSION else None
    if not isinstance(files, Mapping):
        raise BaselineError("not a baseline of this version; write it again with --write-baseline")
    known = [
        (str(name), str(entry["fingerprint"]))
        for name, entries in files.items()
        if isinstance(entries, list)
        for entry in entries
        if isinstance(entry, Mapping) and "fingerprint" in entry
    ]
    return Baseline(os.path.dirname(os.path.abspath(path)), known)


def _entry(finding: Reported) -> dict[str, str]:
    return {"rule": finding.rule_name, "fingerprint": finding.fingerprint}
