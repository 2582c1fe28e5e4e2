"""BuildKit refuses to build the file.

## What it does

Reports the errors that make `docker build` stop before it runs a command: an unknown instruction or flag, a missing
argument, an unclosed quote or heredoc, an invalid image reference, and so on. The messages are BuildKit's own. BuildKit
stops at the first error, and this rule reports all of them. If a comment after a `\\`, or a second `\\`, ends an
instruction too early, the error on the line below says so.

An ONBUILD instruction only fails where an image is built on this one. It is a warning, unless a later stage of the file
is built on its stage. With a `# syntax=` that names a frontend other than Docker's own, unknown instructions and flags
are not reported, because that frontend may know them.

## Why is this bad?

The image cannot be built.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RNU pip install pandas
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install pandas
```
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.model.errors import problems_of_model
from azureml_dockerfile_ls.model.model import Model, PlacedStage
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.buildkit.continuations import continuing_fixes
from azureml_dockerfile_ls.rules.rule import (
    Edit,
    FileRule,
    Finding,
    Fix,
    Group,
    RelatedInstruction,
    Severity,
    page_of,
    replacement,
)
from azureml_dockerfile_ls.syntax.frontend import has_other_frontend
from azureml_dockerfile_ls.syntax.nodes import Instruction, Problem, Tree
from azureml_dockerfile_ls.text import LocalSpan

_REFERENCE = "https://docs.docker.com/reference/dockerfile/"
"""Docker's reference of the Dockerfile syntax."""


def check(tree: Tree, model: Model) -> Iterator[Finding]:
    """Every error in the lines of the file, in its instructions, and between instructions."""
    before_first = tree.offset_of(0) if tree.instructions else 0
    for problem in tree.problems:
        yield _finding(0, Problem(problem.span.inside(before_first), problem.message, problem.replacement))
    knows_all_words = not has_other_frontend(tree)
    for index, problems in model.values.of(_problems):
        placed = model.stage_at(index)
        is_used = placed is None or not _defers(problems) or placed.stage in _bases(model)
        broken = _broken_continuation(tree, index) if knows_all_words and placed is not None else ()
        known = _known(problems, knows_all_words=knows_all_words)
        fixes = tuple(continuing_fixes(tree, index)) if placed is not None else ()
        yield from broken or (_finding(index, problem, fixes, is_used=is_used) for problem in known)
    for number, deferred in model.stage_values.of(_inherited_problems):
        yield from _inherited(model, model.stages[number], deferred, knows_all_words=knows_all_words)
    for found in problems_of_model(tree, model):
        yield _finding(found.instruction_index, found.problem)


def _problems(instruction: Instruction) -> tuple[Problem, ...]:
    return instruction.problems


def _defers(problems: Iterable[Problem]) -> bool:
    return any(problem.is_deferred for problem in problems)


@derived
def _bases(model: Model) -> frozenset[Stage | None]:
    """The stages that other stages are built on."""
    return frozenset(stage.base for _, stage in model.stages)


def _known(problems: Iterable[Problem], *, knows_all_words: bool) -> Iterator[Problem]:
    """The problems without those of instructions and flags that another frontend may know."""
    return (problem for problem in problems if knows_all_words or not problem.is_unknown_word)


def _inherited_problems(stage: Stage) -> tuple[tuple[Problem, int], ...]:
    """The problems in the triggers of the stage that a stage is built on."""
    return _deferred(stage.base) if stage.base is not None else ()


def _inherited(
    model: Model, placed: PlacedStage, deferred: Iterable[tuple[Problem, int]], *, knows_all_words: bool
) -> Iterator[Finding]:
    """The finding on the FROM of a stage whose base has triggers that stop the build."""
    first, start = placed.first, placed.stage.instructions[0]
    span = start.image.span if start.image else start.keyword.span
    for problem, at in deferred:
        if placed.stage.base is not None and (knows_all_words or not problem.is_unknown_word):
            place = model.first_of(placed.stage.base) + at
            related = RelatedInstruction(place, problem.span, "This trigger runs here.")
            yield Finding(first, span, problem.message, related=(related,))
            # BuildKit stops at the first one.
            return


@derived
def _deferred(stage: Stage) -> tuple[tuple[Problem, int], ...]:
    """The problems in the triggers of a stage, each with the index of its instruction."""
    return tuple((problem, at) for at, problems in stage.each(_problems) for problem in problems if problem.is_deferred)


def _broken_continuation(tree: Tree, index: int) -> tuple[Finding, ...]:
    """The finding on an unknown instruction that the line above is meant to continue with."""
    segments = tree.instruction_segments
    instruction, above = tree.instructions[index], tree.instructions[index - 1]
    if instruction.spec is not None or not index or segments[index] - segments[index - 1] != 1:
        return ()
    # Few lines have the escape character, and both searches need it.
    if tree.escape not in above.text:
        return ()
    return _after_comment(tree, index, instruction, above) or _after_doubled(tree, index, instruction, above)


def _after_comment(tree: Tree, index: int, instruction: Instruction, above: Instruction) -> tuple[Finding, ...]:
    """The finding where a comment follows the escape character of the line above."""
    last_line = above.text.rfind("\n") + 1
    match = re.compile(rf"(?P<escape>{re.escape(tree.escape)})[ \t]+(?P<comment>#.*)").search(above.text, last_line)
    if match is None or above.heredocs:
        return ()
    end = len(above.text)
    message = (
        f"{instruction.problems[0].message}. The line above does not continue, "
        f"because a comment follows its {tree.escape}."
    )
    edits = (
        Edit(index - 1, LocalSpan(0, 0), f"{match['comment'].rstrip()}\n"),
        Edit(index - 1, LocalSpan(match.end("escape"), end), ""),
    )
    fix = Fix("Move the comment above the instruction", edits, is_preferred=True)
    related = RelatedInstruction(index - 1, LocalSpan(match.start("escape"), end), "This comment ends the instruction.")
    return (Finding(index, instruction.keyword.span, message, (fix,), related=(related,)),)


def _after_doubled(tree: Tree, index: int, instruction: Instruction, above: Instruction) -> tuple[Finding, ...]:
    """The finding where the line above ends with more than one escape character, as in a text that was escaped."""
    match = re.compile(rf"(?:{re.escape(tree.escape)}){{2,}}(?=[ \t\r]*\Z)").search(above.text)
    if match is None or above.heredocs:
        return ()
    message = (
        f"{instruction.problems[0].message}. The line above does not continue, "
        f"because it ends with {match[0]} instead of {tree.escape}."
    )
    span = LocalSpan(*match.span())
    fix = Fix(f"End the line above with one {tree.escape}", (Edit(index - 1, span, tree.escape),), is_preferred=True)
    related = RelatedInstruction(index - 1, span, "This ends the instruction.")
    return (Finding(index, instruction.keyword.span, message, (fix,), related=(related,)),)


def _finding(at: int, problem: Problem, fixes: tuple[Fix, ...] = (), *, is_used: bool = True) -> Finding:
    if problem.replacement is not None:
        fix = replacement(f"Change to {problem.replacement}", at, problem.span, problem.replacement, is_preferred=True)
        fixes = (*fixes, fix)
    if problem.is_deferred and not is_used:
        message = f"The build of an image on this one stops here: {problem.message}"
        return Finding(at, problem.span, message, fixes, severity=Severity.WARNING)
    return Finding(at, problem.span, problem.message, fixes)


RULE = FileRule("ParseError", Severity.ERROR, Group.BUILDKIT, page_of(__doc__), check, is_lint=False, url=_REFERENCE)
