"""A requirement for pip has a single `=`, which pip refuses.

## What it does

Reports `name=1.2` where pip reads it: in `pip install`, below `pip:` in a conda file, and in a requirements file that a
RUN installs from. There the finding is on the name of the file, and related information leads to the line. conda's own
packages have a single `=`, and are not reported.

## Why is this bad?

pip stops with "Invalid requirement: … = is not a valid operator. Did you mean == ?", and the build with it.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN pip install numpy=1.26
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN pip install numpy==1.26
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.read_files import MOST_FILES, source_of_file
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.rule import (
    BUILDING,
    Finding,
    Fix,
    Group,
    ManifestSubject,
    RelatedFile,
    Severity,
    StageContextRule,
    in_yaml,
    page_of,
    replacement,
    replacement_in_yaml,
)
from azureml_dockerfile_ls.shell.commands import ShellWord
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan, Span

_WRONG = lazy_pattern(
    r"(?P<name>[A-Za-z0-9][\w.-]*(?:\[[\w., -]*\])?)[ \t]*(?P<operator>=)(?!=)[ \t]*(?P<version>[\w.*+!-]+)"
)
_LINE = lazy_pattern(r"^[ \t]*(\S[^\r\n]*)", re.MULTILINE)


class _Wrong(NamedTuple):
    """A wrong requirement, at `span` of a file."""

    span: Span
    message: str


class _Words(NamedTuple):
    """The wrong requirements of a RUN, and where it names requirements files."""

    findings: tuple[Finding, ...]
    files: tuple[ShellWord, ...]


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Find the wrong requirements of every RUN, and of the files that it installs from."""
    files_to_read = MOST_FILES
    for index, words in stage.each(_words):
        for finding in words.findings:
            yield Finding(index, finding.span, finding.message, tuple(_moved(fix, index) for fix in finding.fixes))
        if context is None or not words.files or not files_to_read:
            continue
        files_to_read -= 1
        for word in words.files:
            path = source_of_file(stage, index, word, context)
            wrong = context.value_of(path, wrong_lines) if path is not None else None
            if path is not None and wrong:
                related = tuple(RelatedFile(path, each.span, each.message) for each in wrong)
                message = f"pip refuses {path}. {wrong[0].message}"
                yield Finding(index, word.span, message, related=related)


def check_manifest(subject: ManifestSubject) -> Iterator[Finding]:
    """Find the wrong requirements below `pip:`."""
    for packages in subject.manifest.packages:
        for requirement in packages.pip:
            match = _WRONG.match(requirement.value)
            if match is not None and requirement.is_literal:
                span = requirement.part(*match.span("operator"))
                fix = replacement_in_yaml("Change to ==", span, "==", is_preferred=True, is_safe=True)
                is_exact = span.of(subject.manifest.text) == "="
                fixes = (fix,) if is_exact and _is_repaired(requirement.value, match) else ()
                yield in_yaml(requirement.span, _message(match), fixes)


def _words(run: Instruction) -> _Words | None:
    if run.name != "RUN":
        return None
    findings: list[Finding] = []
    files: list[ShellWord] = []
    for command in commands_of(run):
        pip = pip_of(command)
        if pip is None:
            continue
        files += pip.requirement_files
        for word in pip.requirements:
            match = _WRONG.match(word.value) if word.is_literal else None
            if match is None:
                continue
            written = word.span.of(run.text)
            fixes: tuple[Fix, ...] = ()
            if written.count("=") == 1 and _is_repaired(word.value, match):
                at = word.span.start + written.index("=")
                span = LocalSpan(at, at + 1)
                fixes = (replacement("Change to ==", 0, span, "==", is_preferred=True, is_safe=True),)
            findings.append(Finding(0, word.span, _message(match), fixes))
    return _Words(tuple(findings), tuple(files)) if findings or files else None


def _moved(fix: Fix, index: int) -> Fix:
    """A fix of an instruction as one of its stage."""
    return replacement(fix.title, index, fix.edits[0].span, fix.edits[0].text, is_preferred=True, is_safe=True)


def _is_repaired(requirement: str, match: re.Match[str]) -> bool:
    """Whether `==` makes a requirement of it: nothing follows, as a build does in a line of `conda list --export`."""
    rest = requirement[match.end() :].lstrip()
    return not rest or rest[0] in ",;#"


def _message(match: re.Match[str]) -> str:
    return f"pip does not know the operator =. Write {match['name']}=={match['version']}."


def wrong_lines(text: str) -> tuple[_Wrong, ...]:
    """The wrong requirements of a requirements file, in its order."""
    found = []
    for line in _LINE.finditer(text):
        match = _WRONG.match(line[1])
        if match is not None:
            found.append(_Wrong(Span(*match.span()).shift(line.start(1)), _message(match)))
    return tuple(found)


RULE = StageContextRule(
    "InvalidRequirement",
    Severity.ERROR,
    Group.SHELL,
    page_of(__doc__),
    check,
    in_manifest=check_manifest,
    looks_at=BUILDING,
)
