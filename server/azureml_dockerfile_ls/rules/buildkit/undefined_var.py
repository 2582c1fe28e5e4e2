"""An instruction uses a variable that nothing sets.

## What it does

Reports a variable that no ARG or ENV before it sets, and that the base image does not set. The rule knows the variables
of `scratch`, of well-known images of operating systems, and of images that the registry describes. On other base images
it reports a name that no variable can have, such as `$@`, and a misspelt name of a variable of the file.

## Why is this bad?

The variable is empty, so a path or value is not what it looks like.

## Example

```dockerfile
FROM ubuntu:24.04
ENV MODEL_ROOT=/models
ENV MODEL_PATH=$MODEL_ROT/sklearn
```

## Use instead

```dockerfile
FROM ubuntu:24.04
ENV MODEL_ROOT=/models
ENV MODEL_PATH=$MODEL_ROOT/sklearn
```
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import (
    Finding,
    Group,
    RelatedInstruction,
    Severity,
    StageRule,
    page_of,
    replacement,
)
from azureml_dockerfile_ls.spelling import closest, did_you_mean, edits
from azureml_dockerfile_ls.syntax.nodes import Heredoc, Instruction, VariableReference
from azureml_dockerfile_ls.text import LocalSpan

_EXPANDING = ("ADD", "ARG", "COPY", "ENV", "LABEL", "RUN", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR")
"""The instructions whose arguments, or flags, BuildKit expands."""

_ALWAYS_SET = frozenset(("PATH",))
_NOT_VARIABLES = frozenset(("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"))
"""The ARGs that BuildKit reads itself."""

_MOST_NAMES = 200
"""The most names of a stage among which the one that is meant is looked for."""

_LEAST_LENGTH = 5
"""The shortest name that is surely misspelt where the base image may set it."""


class _Undefined(NamedTuple):
    reference: VariableReference
    meant: str | None


def check(stage: Stage) -> Iterator[Finding]:
    """The variables of all instructions."""
    for index, found in stage.each_site(_undefined, *_EXPANDING):
        for reference, meant in found:
            message = f"Usage of undefined variable '${reference.name}'{did_you_mean(f'${meant}' if meant else None)}"
            fixes = [replacement(f"Change to {meant}", index, reference.name_span, meant)] if meant else []
            heredoc = _heredoc_of(stage.instructions[index], reference)
            if heredoc is None:
                yield Finding(index, reference.span, message, tuple(fixes))
                continue
            # The body is expanded because the delimiter has no quotes, so this is also the line that BuildKit reports.
            fixes.insert(0, replacement("Quote the delimiter", index, heredoc.name_span, f"'{heredoc.name}'"))
            related = (RelatedInstruction(index, reference.span, "The variable in the heredoc."),)
            yield Finding(index, heredoc.span, message, tuple(fixes), related=related)


def _heredoc_of(instruction: Instruction, reference: VariableReference) -> Heredoc | None:
    start = reference.span.start
    number = bisect_right(instruction.heredocs, start, key=lambda heredoc: heredoc.body_span.start)
    heredoc = instruction.heredocs[number - 1] if number else None
    return heredoc if heredoc is not None and start < heredoc.body_span.end else None


def _undefined(site: Site) -> tuple[_Undefined, ...]:
    references = site.instruction.variables
    return tuple(_undefined_in(site, references)) if references else ()


def _undefined_in(site: Site, references: tuple[VariableReference, ...]) -> Iterator[_Undefined]:
    instruction = site.instruction
    words = sorted(_expanded(instruction))
    is_argument = instruction.name == "ARG"
    # A pair of ARG sees the pairs before it.
    ends = {pair.name: pair.span.end for pair in reversed(instruction.pairs)} if is_argument else {}
    seen = set()
    known: list[str] | None = None
    for reference in references:
        number = bisect_right(words, reference.span.start, key=lambda word: word.start) - 1
        # BuildKit reports a name once for each word.
        if number < 0 or reference.span.start >= words[number].end or (number, reference.name) in seen:
            continue
        seen.add((number, reference.name))
        is_set = ends.get(reference.name, len(instruction.text)) <= reference.span.start or site.defines(reference.name)
        if is_set or reference.name in _ALWAYS_SET or reference.name in _NOT_VARIABLES:
            continue
        if known is None:
            known = sorted({*site.names(_MOST_NAMES), *(site.base_variables or ()), *_ALWAYS_SET})
        undefined = _judge(site, reference, known)
        if undefined:
            yield undefined


def _judge(site: Site, reference: VariableReference, known: Sequence[str]) -> _Undefined | None:
    """The reference, unless the base image may set its variable; `known` are the names that it may mean."""
    name, of_base = reference.name, site.base_variables
    if of_base is not None and name in of_base:
        return None
    meant = closest(name, known)
    is_sure = of_base is not None or not (name[0].isalpha() or name[0] == "_")
    if not is_sure and (meant is None or len(name) < _LEAST_LENGTH or edits(name, meant, 2) is None):
        return None
    return _Undefined(reference, meant)


def _expanded(instruction: Instruction) -> Iterator[LocalSpan]:
    """The parts of an instruction that BuildKit expands one by one."""
    flags = [flag for flag in instruction.flags if flag.value_span is not None]
    if instruction.name == "RUN":
        for flag in flags:
            if flag.name == "mount" and flag.value_span:
                yield from _fields(instruction.text, flag.value_span)
        return
    yield from (flag.value_span for flag in flags if flag.value_span and flag.name in ("chown", "chmod", "checksum"))
    for pair in instruction.pairs:
        if instruction.name != "ARG":
            yield pair.name_span
        if pair.value_span:
            yield pair.value_span
    if not instruction.pairs:
        yield from (word.span for word in instruction.words)
    yield from (heredoc.body_span for heredoc in instruction.heredocs)


def _fields(text: str, span: LocalSpan) -> Iterator[LocalSpan]:
    """The fields of a `--mount`, without their commas."""
    start = span.start
    while start < span.end:
        end = text.find(",", start, span.end)
        end = span.end if end < 0 else end
        yield LocalSpan(start, end)
        start = end + 1


RULE = StageRule(
    "UndefinedVar",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("UndefinedVar"),
    looks_at=frozenset(_EXPANDING),
)
