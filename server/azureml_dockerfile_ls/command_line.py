"""What the sub-commands do: check files, explain rules."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from azureml_dockerfile_ls.rules.check import PlacedFinding
from azureml_dockerfile_ls.rules.pages import page_text, url_of
from azureml_dockerfile_ls.rules.registry import RULES, find_rule
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.spelling import closest
from azureml_dockerfile_ls.text import LineIndex

_DOCKERFILE_NAME = re.compile(r"(?:docker|container)file(?:\..+)?|.+\.(?:docker|container)file", re.IGNORECASE)
_OTHER_LANGUAGES = (
    ".dockerignore",
    ".md",
    ".rst",
    ".py",
    ".js",
    ".ts",
    ".json",
    ".yaml",
    ".yml",
    ".lua",
    ".vim",
    ".html",
)
"""What `Dockerfile.…` ends with when it is about Dockerfiles rather than one."""

_NOT_SEARCHED = frozenset((".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"))


@dataclass(frozen=True, slots=True)
class _Checked:
    path: str
    findings: tuple[PlacedFinding, ...]
    lines: LineIndex


def run_check(paths: Sequence[str], output: Literal["text", "json"], fail_on: str) -> int:
    """Checks files, prints the findings on standard output, and gives the exit status.

    What cannot be read is told on standard error, and the rest is checked all the same.
    """
    failures: list[str] = []
    checked: list[_Checked] = []
    for path in _files(paths, failures):
        text = _read(path, failures)
        if text is not None:
            checked.append(_Checked(path, analyse(text).findings, LineIndex(text)))
    for failure in failures:
        print(f"azureml-dockerfile-ls: {failure}", file=sys.stderr)
    _print(_as_json(checked) if output == "json" else _as_text(checked))
    if failures:
        return 2
    least = Severity[fail_on.upper()]
    return int(any(finding.severity <= least for file in checked for finding in file.findings))


def run_explain(name: str | None) -> int:
    """Prints the page of a rule, or the list of all, and gives the exit status: 2 for an unknown name."""
    if name is None:
        width = max(len(rule.name) for rule in RULES)
        _print("\n".join(f"{rule.name:{width}}  {rule.summary}" for rule in RULES))
        return 0
    rule = find_rule(name)
    if rule is None:
        meant = closest(name, [rule.name for rule in RULES])
        hint = f"did you mean {meant}?" if meant else "`azureml-dockerfile-ls explain` lists them all."
        print(f"azureml-dockerfile-ls: there is no rule {name}: {hint}", file=sys.stderr)
        return 2
    _print(page_text(rule).rstrip())
    return 0


def _files(paths: Sequence[str], failures: list[str]) -> Iterator[str]:
    """The files that paths stand for, each once; a folder stands for the Dockerfiles below it."""
    seen: set[str] = set()
    for path in paths:
        for file in _below(path, failures) if path != "-" and os.path.isdir(path) else (path,):
            identity = file if file == "-" else os.path.realpath(file)
            if identity not in seen:
                seen.add(identity)
                yield file


def _below(folder: str, failures: list[str]) -> Iterator[str]:
    found = False

    def failed(error: OSError) -> None:
        nonlocal found
        found = True
        failures.append(f"{error.filename}: {error.strerror}")

    for parent, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if name not in _NOT_SEARCHED)
        for name in sorted(names):
            path = os.path.join(parent, name)
            is_special = os.path.exists(path) and not os.path.isfile(path)
            if _DOCKERFILE_NAME.fullmatch(name) and not name.lower().endswith(_OTHER_LANGUAGES) and not is_special:
                found = True
                yield path
    if not found:
        print(f"azureml-dockerfile-ls: {folder}: no Dockerfile in this folder", file=sys.stderr)


def _read(path: str, failures: list[str]) -> str | None:
    try:
        is_standard_input = path == "-"
        with open(0 if is_standard_input else path, "rb", closefd=not is_standard_input, opener=_open) as file:
            content = file.read()
    except OSError as error:
        failures.append(f"{path}: {error.strerror or error}")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        failures.append(f"{path}:{line}: not UTF-8 text (byte {error.start + 1} of the file); save it as UTF-8")
        return None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        failures.append(f"{path}:{line}: not text, since it holds a NUL character")
        return None
    return text


def _open(path: str, flags: int) -> int:
    """Opens a file as `os.open` does, without the wait for somebody who writes into a named pipe."""
    if not hasattr(os, "O_NONBLOCK"):
        return os.open(path, flags)
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


def _as_text(checked: Sequence[_Checked]) -> str:
    lines = []
    for file in checked:
        for finding in file.findings:
            line, column = file.lines.position(finding.span.start)
            severity = finding.severity.name.lower()
            said = f"{severity}: {finding.message} [{finding.rule.name}]"
            lines.append(_visible(f"{file.path}:{line + 1}:{column + 1}: {said}"))
    counts = Counter(finding.severity for file in checked for finding in file.findings)
    files = f"{len(checked)} file{'' if len(checked) == 1 else 's'}"
    found = ", ".join(_counted(counts[severity], severity) for severity in sorted(counts))
    return "\n".join([*lines, f"{found or 'no findings'} in {files}"])


def _visible(text: str) -> str:
    """The text on one line: what a file holds must not act on the terminal, or look like a finding of its own."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _counted(count: int, severity: Severity) -> str:
    noun = severity.name.lower()
    return f"{count} {noun}{'' if count == 1 or severity is Severity.INFORMATION else 's'}"


def _as_json(checked: Sequence[_Checked]) -> str:
    return json.dumps([_json_of(file, finding) for file in checked for finding in file.findings], indent=2)


def _json_of(file: _Checked, finding: PlacedFinding) -> dict[str, Any]:
    line, column = file.lines.position(finding.span.start)
    end_line, end_column = file.lines.position(finding.span.end)
    return {
        "path": file.path,
        "rule": finding.rule.name,
        "severity": finding.severity.name.lower(),
        "message": finding.message,
        "line": line + 1,
        "column": column + 1,
        "endLine": end_line + 1,
        "endColumn": end_column + 1,
        "url": url_of(finding.rule),
        "fixes": [fix.title for fix in finding.fixes],
    }


def _print(text: str) -> None:
    # A terminal that cannot show a character must not cost the report.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        print(text, flush=True)
    except OSError as error:
        # Python is not to try again at exit, and to complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # Whoever closes a pipe has seen enough.
        if not isinstance(error, BrokenPipeError):
            print(f"azureml-dockerfile-ls: standard output: {error.strerror or error}", file=sys.stderr)
            sys.exit(2)
