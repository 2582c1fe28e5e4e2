"""Rules, by the subject that they examine, and their findings."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any, Literal

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.text import LocalSpan, Span

if TYPE_CHECKING:
    from dataclasses import dataclass as _only_typed

    from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
    from azureml_dockerfile_ls.manifest.model import Manifest
else:

    def _only_typed(**_: bool):
        """Leave a class as it is, whose fields differ from those of its base only in their types."""
        return lambda cls: cls


_log = logging.getLogger(__name__)


class Severity(IntEnum):
    """The severity of a finding, with LSP's numbers."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3
    HINT = 4


class Group(Enum):
    """The group of a rule; settings and the command line can select rules by group."""

    AZUREML = "azureml"
    SHELL = "shell"
    GENERAL = "general"
    BUILDKIT = "buildkit"
    HADOLINT = "hadolint"


Source = Literal["azureml", "dockerfile", "hadolint"]
"""The `source` of a diagnostic in LSP."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """An instruction, as a stage and an index in it."""

    stage: Stage
    index: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces `span` of an instruction with `text`, whose lines end with `\\n`.

    `at` is the index of the instruction in the rule's subject, or an anchor for an instruction of another stage. With
    `is_above`, the text goes above the instruction and its comments. With `removes_line`, the line break after the
    instruction, which `span` covers, is removed too.
    """

    at: int | Anchor
    span: LocalSpan
    text: str
    is_above: bool = False
    removes_line: bool = False


@dataclass(frozen=True, slots=True)
class Fix:
    """A fix. `is_preferred` marks the one that a user almost always wants.

    `is_safe` marks a fix that cannot change the intended build, so that it can be applied without review, together with
    the safe fixes of other findings.
    """

    title: str
    edits: tuple[Edit, ...]
    is_preferred: bool = False
    is_safe: bool = False


@dataclass(frozen=True, slots=True)
class RelatedFile:
    """Related information in a file of the build context; `span` is relative to the text of that file."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class RelatedInstruction:
    """Related information on another instruction; `at` and `span` are as in `Finding`."""

    at: int | Anchor
    span: LocalSpan
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a rule, at `span` of an instruction.

    `at` is the index of the instruction in the rule's subject: in a stage from its FROM on, in a file from its first
    instruction on, and 0 for an instruction or a site. It is an anchor if the instruction is in an earlier stage.
    `severity` is set if it differs from the rule's severity.
    """

    at: int | Anchor
    span: LocalSpan
    message: str
    fixes: tuple[Fix, ...] = ()
    severity: Severity | None = None
    related: tuple[RelatedFile | RelatedInstruction, ...] = ()


Findings = tuple[Finding, ...]


BUILDING = frozenset(("RUN", "COPY", "ADD"))
"""The instructions that change the files of an image."""


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule with its name, severity and page. Each subclass has another subject.

    `covered_by_from` lets a `# check=skip=` above a FROM suppress the rule in the whole stage. `marks_deprecated` asks
    the editor to strike the text through. `is_lint` is False for errors that stop the build, which cannot be skipped.
    `is_experimental` marks a check that `# check=experimental=` must ask for.
    `names_cause` hides errors of BuildKit that have the same cause. `url` is set if the page is another project's.
    `looks_at` are the names of the instructions of a stage that can bring about a finding, besides those that change
    the state; None if that can be any. A rule that found nothing is not asked again after an edit of others.
    `in_manifest` is the check of Azure ML's YAML, for a rule that examines Dockerfiles too; `in_script` is that of
    scripts and notebooks.
    """

    name: str
    severity: Severity
    group: Group
    page: str
    check: Callable[..., Iterable[Finding]]
    covered_by_from: bool = field(default=False, kw_only=True)
    marks_deprecated: bool = field(default=False, kw_only=True)
    is_lint: bool = field(default=True, kw_only=True)
    is_experimental: bool = field(default=False, kw_only=True)
    names_cause: bool = field(default=False, kw_only=True)
    looks_at: frozenset[str] | None = field(default=None, kw_only=True)
    url: str | None = field(default=None, kw_only=True)
    in_manifest: Callable[[ManifestSubject], Iterable[Finding]] | None = field(default=None, kw_only=True)
    in_script: Callable[[ScriptSubject], Iterable[Finding]] | None = field(default=None, kw_only=True)
    find: Callable[..., Findings] = field(init=False, repr=False)
    """The check, without exceptions: a failure is logged, and gives no findings."""
    find_in_manifest: Callable[[ManifestSubject], Findings] | None = field(init=False, repr=False)
    """The check of Azure ML's YAML, without exceptions; None if the rule has none."""
    find_in_script: Callable[[ScriptSubject], Findings] | None = field(init=False, repr=False)
    """The check of scripts, without exceptions; None if the rule has none."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "find", _guarded(self.name, self.check))
        of_manifest = self.check if isinstance(self, ManifestRule) else self.in_manifest
        guarded = _guarded(self.name, of_manifest) if of_manifest is not None else None
        object.__setattr__(self, "find_in_manifest", guarded)
        of_script = _guarded(self.name, self.in_script) if self.in_script is not None else None
        object.__setattr__(self, "find_in_script", of_script)

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


@_only_typed(frozen=True, eq=False)
class InstructionRule(Rule):
    """A rule that examines one instruction alone."""

    check: Callable[[Instruction], Iterable[Finding]]


@dataclass(frozen=True, eq=False)
class RunRule(Rule):
    """A rule that examines each RUN with its state, in the stages for which `applies` is true."""

    check: Callable[[Site], Iterable[Finding]]
    applies: Callable[[Stage], bool]


@_only_typed(frozen=True, eq=False)
class StageRule(Rule):
    """A rule that examines a stage and the stages that it is built on."""

    check: Callable[[Stage], Iterable[Finding]]


@_only_typed(frozen=True, eq=False)
class FinalStageRule(StageRule):
    """A rule that examines the final stage and the stages that it is built on."""


@_only_typed(frozen=True, eq=False)
class ImageRule(Rule):
    """A rule that examines a stage and the image index."""

    check: Callable[[Stage, ImageIndex], Iterable[Finding]]


@_only_typed(frozen=True, eq=False)
class ContextRule(Rule):
    """A rule that examines the final stage and the build context, which is None if it is unknown."""

    check: Callable[[Stage, BuildContext | None], Iterable[Finding]]


@_only_typed(frozen=True, eq=False)
class StageContextRule(Rule):
    """A rule that examines each stage and the build context, which is None if it is unknown."""

    check: Callable[[Stage, BuildContext | None], Iterable[Finding]]


@_only_typed(frozen=True, eq=False)
class ModelRule(Rule):
    """A rule that examines all stages together."""

    check: Callable[[Model], Iterable[Finding]]


@_only_typed(frozen=True, eq=False)
class FileRule(Rule):
    """A rule that examines the text and the stages of a file."""

    check: Callable[[Tree, Model], Iterable[Finding]]


@dataclass(frozen=True, slots=True, eq=False)
class ManifestSubject:
    """A YAML of Azure ML, the files around it, and the image index. The files are None if they are not known."""

    manifest: Manifest
    files: ManifestFiles | None
    images: ImageIndex


@dataclass(frozen=True, slots=True, eq=False)
class ScriptSubject:
    """The text of a script or a notebook, which is JSON, and the image index."""

    text: str
    is_notebook: bool
    images: ImageIndex


@_only_typed(frozen=True, eq=False)
class ManifestRule(Rule):
    """A rule that examines a YAML of Azure ML; `in_yaml` makes its findings."""

    check: Callable[[ManifestSubject], Iterable[Finding]]


RuleNames = Mapping[str, Rule | None]
"""The rules of a set by their names; None for one that exists, but does not run on this kind of file."""


@_only_typed(frozen=True, eq=False)
class SuppressionRule(Rule):
    """A rule that examines the `# check=` of a file, after the other rules.

    The second argument of the check is the `Suppression` of the file, which knows what its comments have hidden.
    """

    check: Callable[[Tree, Any, RuleNames], Iterable[Finding]]


def _guarded(name: str, check: Callable[..., Iterable[Finding]]) -> Callable[..., Findings]:
    """The check as a function that never raises: a failure is logged, and gives no findings."""

    def find(*subject: Any) -> Findings:
        try:
            return tuple(check(*subject))
        except Exception:
            _log.exception("the rule %s failed; the other rules still run", name)
            return ()

    return find


def page_of(docstring: str | None) -> str:
    """The page of a rule, from the docstring of its module. Raises ValueError without a docstring."""
    if not docstring:
        raise ValueError("a rule's module needs a docstring: it is the rule's page")
    return docstring.expandtabs().strip()


def replacement(
    title: str, at: int | Anchor, span: LocalSpan, text: str, *, is_preferred: bool = False, is_safe: bool = False
) -> Fix:
    """The fix that replaces `span` with `text`."""
    return Fix(title, (Edit(at, span, text),), is_preferred, is_safe)


def in_yaml(span: Span, message: str, fixes: Iterable[Fix] = (), related: Iterable[RelatedFile] = ()) -> Finding:
    """A finding at `span` of a YAML, which has no instructions: its findings and edits are all `at` 0."""
    return Finding(0, span.inside(0), message, tuple(fixes), related=tuple(related))


def replacement_in_yaml(title: str, span: Span, text: str, *, is_preferred: bool = False, is_safe: bool = False) -> Fix:
    """The fix that replaces `span` of a YAML with `text`."""
    return replacement(title, 0, span.inside(0), text, is_preferred=is_preferred, is_safe=is_safe)
