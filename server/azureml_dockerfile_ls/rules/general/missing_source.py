"""A source of COPY or ADD is not in the build context.

## What it does

Reports a file or folder that COPY or ADD takes from the build context, if it is not there. Suggests a file with a
similar name.

The build context is known if the setting `buildContext`, the command line or a YAML of an Azure ML environment names
its folder. Otherwise it is assumed to be the folder of the Dockerfile. Then the rule reports a source only if there is
a file with a similar name, if another source of the Dockerfile is there, or if the folder is the root of a repository.

The rule is silent for a source with wildcards or with variables without a value. It is silent for a file that
`.gitignore` excludes, because a build step may make it. It is also silent for a path that repeats the name of the
assumed folder: the context is then probably a folder above.

## Why is this bad?

The build stops with "not found".

## Example

The file is `requirements.txt`:

```text
pandas
```

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
COPY requirments.txt /tmp/
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
COPY requirements.txt /tmp/
```
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EXISTING, EntryKind
from azureml_dockerfile_ls.context.upload_ignore import is_excluded
from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.context_sources import Source, remembered, sources_in_context
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Group, Severity, StageContextRule, page_of, replacement
from azureml_dockerfile_ls.spelling import edits
from azureml_dockerfile_ls.text import shortened

_PLACEHOLDER = lazy_pattern(r"\{\{|\}\}|[$<>]")
_PLAIN = lazy_pattern(r"[\w./+@-]+")
_DIGITS = lazy_pattern(r"\d+")
_MAX_NEAR = 50
"""The number of missing sources of a stage for which a similar name is searched."""
_MAX_NAMES = 1000
"""The number of names in a folder that are compared."""
_MAX_SEARCHED = 2000
"""The number of files of a context in which one with the same name is searched."""


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Find the sources that are certainly, or very probably, not there."""
    if context is None:
        return
    sources = [source for source in sources_in_context(stage, context) if _is_plain(source)]
    missing = [source for source in sources if source.kind is EntryKind.MISSING]
    is_likely = bool(missing) and (context.source.is_known or _is_own_context(context, sources))
    for number, source in enumerate(missing):
        if remembered(context, is_excluded, source.path):
            continue
        near = remembered(context, _near, source.path) if number < _MAX_NEAR else None
        is_above = not context.source.is_known and _repeats_folder(context, source.path)
        if (near or is_likely) and not is_above:
            yield _finding(context, source, near or _elsewhere(context, source.path))


def _is_plain(source: Source) -> bool:
    """Whether a source is not a placeholder, and not above the context, which SourceOutsideContext reports."""
    return not _PLACEHOLDER.search(source.value) and ".." not in source.value.split("/")


def _is_own_context(context: BuildContext, sources: Iterable[Source]) -> bool:
    """Whether the folder of a Dockerfile is very probably its context."""
    is_repository = context.kind_of(".git") in (*EXISTING, EntryKind.IGNORED)
    return is_repository or any(source.path and source.kind in EXISTING for source in sources)


def _repeats_folder(context: BuildContext, path: str) -> bool:
    """Whether a path begins with the end of the path of the context: it probably starts in a folder above."""
    parts, folders = path.split("/"), context.root.replace("\\", "/").split("/")
    return any(parts[:count] == folders[-count:] for count in range(1, min(len(parts), len(folders)) + 1))


def _near(context: BuildContext, path: str) -> str | None:
    """The path that is probably meant: one part of it is misspelt, or superfluous."""
    parts = path.split("/")
    missing = next(
        number
        for number in range(len(parts))
        if number == len(parts) - 1 or context.kind_of("/".join(parts[: number + 1])) is not EntryKind.FOLDER
    )
    folder, name, rest = "/".join(parts[:missing]), parts[missing], parts[missing + 1 :]
    names = (entry.name for entry in (context.entries(folder) or ())[:_MAX_NAMES])
    found = [
        (distance, other)
        for other in names
        if (distance := _distance(name, other)) is not None and _is_there(context, folder, other, *rest)
    ]
    best = [other for distance, other in found if distance == min(found)[0]]
    if len(best) == 1:
        return posixpath.join(folder, best[0], *rest)
    shorter = [parts[count:] for count in range(1, len(parts))]
    return next(("/".join(each) for each in shorter if _is_there(context, *each)), None)


def _distance(name: str, other: str) -> int | None:
    """The number of edits between two names that people mistake for each other; None for other names."""
    if _DIGITS.findall(name) != _DIGITS.findall(other):
        # `model1.pkl` and `model2.pkl` are two files.
        return None
    limit = 2 if len(name) >= 8 else 1
    distance = edits(name.lower(), other.lower(), limit)
    is_swap = sorted(name) == sorted(other)
    return distance if len(name) >= 4 or is_swap or distance == 0 else None


def _is_there(context: BuildContext, *parts: str) -> bool:
    return context.kind_of(posixpath.join(*parts)) in EXISTING


def _elsewhere(context: BuildContext, path: str) -> str | None:
    """The only file of the context with the name of a path; None if there is none, or not certainly one only."""
    found = _by_name(context).get(posixpath.basename(path), ())
    return found[0] if len(found) == 1 else None


@derived
def _by_name(context: BuildContext) -> Mapping[str, list[str]]:
    """The paths of the files and folders of a context by their names; empty if these are too many."""
    found: dict[str, list[str]] = {}
    for item in context.walk("", _MAX_SEARCHED):
        if item is None:
            return {}
        found.setdefault(item[1].name, []).append(item[0])
    return found


def _finding(context: BuildContext, source: Source, meant: str | None) -> Finding:
    is_known, says = context.source.is_known, context.source.says
    folder = f"the build context that {shortened(says)} names" if is_known else "the folder of the Dockerfile"
    mean = f" Did you mean {shortened(meant)}?" if meant else ""
    message = f"{shortened(source.path)} is not in {folder}.{mean}"
    severity = None if is_known else Severity.WARNING
    fixes = tuple(_fixes(source, meant)) if meant else ()
    return Finding(source.at, source.word.span, message, fixes, severity)


def _fixes(source: Source, meant: str) -> Iterator[Fix]:
    span = source.word.span
    written = span.of(source.files.instruction.text)
    value = source.word.value
    if "$" in value or not _PLAIN.fullmatch(meant):
        return
    quote = written[0] if written[:1] in ("'", '"') else ""
    if value not in written:
        return
    start = "./" if value.startswith("./") else "/" if value.startswith("/") else ""
    end = "/" if value.endswith("/") else ""
    yield replacement(f"Use {meant}", source.at, span, f"{quote}{start}{meant}{end}{quote}", is_preferred=True)


RULE = StageContextRule(
    "MissingSource", Severity.ERROR, Group.GENERAL, page_of(__doc__), check, looks_at=frozenset(("ADD", "COPY"))
)
