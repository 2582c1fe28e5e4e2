"""What a rule is, and what it finds."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Literal

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.model.stages import Model, Stage
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.text import Span


class Severity(IntEnum):
    """How much a finding matters; the numbers are LSP's."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3
    HINT = 4


class Scope(Enum):
    """What a rule looks at. Its findings are remembered for as long as that stays the same."""

    INSTRUCTION = "instruction"
    STAGE = "stage"
    IMAGES = "stage and what is known of images"
    FINAL_STAGE = "final stage"
    CONTEXT = "final stage and build context"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Edit:
    """Puts `text`, whose lines end with `\\n`, at `span` of an instruction: the `at`th of the rule's scope.

    With `is_above` it goes above the instruction and the comments that belong to it.
    """

    at: int
    span: Span
    text: str
    is_above: bool = False


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair. `is_preferred` says that it is the one that a user nearly always wants.

    `is_safe` says that it can only make the build do what the text means, so that it may be made without being looked
    at, together with the safe ones of other findings.
    """

    title: str
    edits: tuple[Edit, ...]
    is_preferred: bool = False
    is_safe: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """A place in another file of the build context that a finding is about; `span` counts in the text of that file."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, at `span` of an instruction: the `at`th of the rule's scope.

    Scope INSTRUCTION has only number 0, a stage counts from its FROM, a file from its first instruction. `severity` is
    set where it differs from the rule's own.
    """

    at: int
    span: Span
    message: str
    fixes: tuple[Fix, ...] = ()
    severity: Severity | None = None
    related: tuple[Related, ...] = ()


Check = (
    Callable[[Instruction], Iterable[Finding]]
    | Callable[[Stage], Iterable[Finding]]
    | Callable[[Stage, ImageIndex], Iterable[Finding]]
    | Callable[[Stage, BuildContext | None], Iterable[Finding]]
    | Callable[[Tree, Model], Iterable[Finding]]
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, its page, and the function that finds it.

    `covered_by_from` says that a `# check=skip=` above a FROM covers the rule in all of that stage. `marks_deprecated`
    asks the editor to strike the text through.
    """

    name: str
    severity: Severity
    scope: Scope
    check: Check
    page: str
    source: Literal["azureml", "dockerfile"] = "azureml"
    covered_by_from: bool = False
    marks_deprecated: bool = False

    @property
    def summary(self) -> str:
        """The first sentence of the page."""
        return self.page.split("\n\n", 1)[0].replace("\n", " ")


def page_of(docstring: str | None) -> str:
    """The page of a rule, from the docstring of its module. Raises ValueError when there is none."""
    if not docstring:
        raise ValueError("a rule's module needs a docstring: it is the rule's page")
    return inspect.cleandoc(docstring)


def replacement(
    title: str, at: int, span: Span, text: str, *, is_preferred: bool = False, is_safe: bool = False
) -> Fix:
    """The fix that puts `text` at `span`."""
    return Fix(title, (Edit(at, span, text),), is_preferred, is_safe)
