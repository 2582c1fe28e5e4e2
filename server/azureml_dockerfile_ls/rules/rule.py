"""What a rule is, what it looks at, and what it finds."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any, Literal

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.text import Span

_log = logging.getLogger(__name__)


class Severity(IntEnum):
    """How much a finding matters; the numbers are LSP's."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3
    HINT = 4


class Group(Enum):
    """What a rule is about; settings and the command line select rules by it."""

    AZUREML = "azureml"
    SHELL = "shell"
    GENERAL = "general"
    BUILDKIT = "buildkit"
    HADOLINT = "hadolint"


Source = Literal["azureml", "dockerfile", "hadolint"]
"""What LSP calls the source of a diagnostic."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """An instruction: its stage, and its index there."""

    stage: Stage
    index: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Puts `text`, whose lines end with `\\n`, at `span` of an instruction.

    `at` is the index of the instruction in what the rule looks at, or the instruction where that is in another stage.
    With `is_above` the text goes above the instruction and the comments that belong to it. With `removes_line` the
    instruction, which `span` covers, goes with the end of its last line.
    """

    at: int | Anchor
    span: Span
    text: str
    is_above: bool = False
    removes_line: bool = False


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair. `is_preferred` says that it is the one that a user nearly always wants.

    `is_safe` says that it can only make the build do what the text means. Then it can be applied without a look at it,
    together with the safe fixes of other findings.
    """

    title: str
    edits: tuple[Edit, ...]
    is_preferred: bool = False
    is_safe: bool = False


@dataclass(frozen=True, slots=True)
class RelatedFile:
    """A place in a file of the build context that a finding is about; `span` counts in the text of that file."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class RelatedInstruction:
    """Another instruction that a finding is about; `at` and `span` are those of `Finding`."""

    at: int | Anchor
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, at `span` of an instruction.

    `at` is the index of the instruction in what the rule looks at: a stage counts from its FROM, a file from its first
    instruction, and an instruction or site is number 0. Where the instruction is in an earlier stage, `at` is that
    instruction. `severity` is set where it differs from the rule's own.
    """

    at: int | Anchor
    span: Span
    message: str
    fixes: tuple[Fix, ...] = ()
    severity: Severity | None = None
    related: tuple[RelatedFile | RelatedInstruction, ...] = ()


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule: its name, its page, and what it is. The subclasses say what it looks at.

    `covered_by_from` says that a `# check=skip=` above a FROM covers the rule in all of that stage. `marks_deprecated`
    asks the editor to strike the text through. `is_lint` is false for what stops the build, which cannot be skipped.
    `url` is set where the page is not ours.
    """

    name: str
    severity: Severity
    group: Group
    page: str
    covered_by_from: bool = field(default=False, kw_only=True)
    marks_deprecated: bool = field(default=False, kw_only=True)
    is_lint: bool = field(default=True, kw_only=True)
    url: str | None = field(default=None, kw_only=True)

    @property
    def summary(self) -> str:
        """The first sentence of the page."""
        return self.page.split("\n\n", 1)[0].replace("\n", " ")

    @property
    def source(self) -> Source:
        """The source of the rule's diagnostics."""
        if self.group is Group.BUILDKIT:
            return "dockerfile"
        return "hadolint" if self.group is Group.HADOLINT else "azureml"


Findings = tuple[Finding, ...]


@dataclass(frozen=True, eq=False)
class InstructionRule(Rule):
    """A rule that looks at one instruction alone."""

    check: Callable[[Instruction], Iterable[Finding]]
    find: Callable[[Instruction], Findings] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "find", _guarded(self.name, self.check))


@dataclass(frozen=True, eq=False)
class RunRule(Rule):
    """A rule that looks at each RUN, and what is in force there; `applies` says in which stages it does."""

    check: Callable[[Site], Iterable[Finding]]
    applies: Callable[[Stage], bool]
    find: Callable[[Site], Findings] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "find", _guarded(self.name, self.check))


@dataclass(frozen=True, eq=False)
class StageRule(Rule):
    """A rule that looks at a stage, and at those it is built on."""

    check: Callable[[Stage], Iterable[Finding]]
    find: Callable[[Stage], Findings] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "find", _guarded(self.name, self.check))


@dataclass(frozen=True, eq=False)
class FinalStageRule(StageRule):
    """A rule that looks at the stage that becomes the image, and at those it is built on."""


@dataclass(frozen=True, eq=False)
class ImageRule(Rule):
    """A rule that looks at a stage, and at what is known of images."""

    check: Callable[[Stage, ImageIndex], Iterable[Finding]]
    find: Callable[[Stage, ImageIndex], Findings] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "find", _guarded(self.name, self.check))


@dataclass(frozen=True, eq=False)
class ContextRule(Rule):
    """A rule that looks at the stage that becomes the image, and at the build context; None where it is not known."""

    check: Callable[[Stage, BuildContext | None], Iterable[Finding]]
    find: Callable[[Stage, BuildContext | None], Findings] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "find", _guarded(self.name, self.check))


@dataclass(frozen=True, eq=False)
class ModelRule(Rule):
    """A rule that looks at all stages together."""

    check: Callable[[Model], Iterable[Finding]]
    find: Callable[[Model], Findings] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "find", _guarded(self.name, self.check))


@dataclass(frozen=True, eq=False)
class FileRule(Rule):
    """A rule that looks at the text and the stages of a file."""

    check: Callable[[Tree, Model], Iterable[Finding]]
    find: Callable[[Tree, Model], Findings] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "find", _guarded(self.name, self.check))


def _guarded(name: str, check: Callable[..., Iterable[Finding]]) -> Callable[..., Findings]:
    """The check as a function that never raises: a rule that fails is logged, and finds nothing."""

    def find(*subject: Any) -> Findings:
        try:
            return tuple(check(*subject))
        except Exception:
            _log.exception("the rule %s failed; the others go on", name)
            return ()

    return find


def page_of(docstring: str | None) -> str:
    """The page of a rule, from the docstring of its module. Raises ValueError when there is none."""
    if not docstring:
        raise ValueError("a rule's module needs a docstring: it is the rule's page")
    return inspect.cleandoc(docstring)


def replacement(
    title: str, at: int | Anchor, span: Span, text: str, *, is_preferred: bool = False, is_safe: bool = False
) -> Fix:
    """The fix that puts `text` at `span`."""
    return Fix(title, (Edit(at, span, text),), is_preferred, is_safe)
