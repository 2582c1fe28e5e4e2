"""What hadolint reports about a document, as findings of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.hadolint.codes import (
    AGAINST_AZUREML,
    GROUP,
    LEVELS,
    SAME_CAUSE,
    TWINS,
    TWINS_ON_AZUREML,
    is_code,
    rule_of,
)
from azureml_dockerfile_ls.rules.hadolint.hidden import Hidden, has_template, lines_of
from azureml_dockerfile_ls.rules.hadolint.shells import is_for_another_shell
from azureml_dockerfile_ls.rules.hadolint.words import words_of
from azureml_dockerfile_ls.rules.rule import Rule, Severity
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.syntax.sources import is_git
from azureml_dockerfile_ls.text import LocalSpan

_ABOUT_CONSTANTS = frozenset(("SC2050", "SC2078", "SC2157", "SC2194"))
"""What ShellCheck says about words that never change. A template is such a word only for us."""

_ABOUT_SHEBANG = frozenset(("SC1008", "SC2239"))
"""What ShellCheck says about the first line of a script. For a RUN, hadolint makes it up from SHELL."""

Severities = Mapping[str, Severity | None]


class Message(NamedTuple):
    """One finding as hadolint prints it; `line` counts from 0, in the text that hadolint has read."""

    code: str
    level: str
    line: int
    text: str


class PlacedMessage(NamedTuple):
    """A message with its rule, the index of its instruction, and the span of its word there."""

    at: int
    message: Message
    rule: Rule
    span: LocalSpan


@dataclass(frozen=True, slots=True, eq=False)
class HadolintReport:
    """What hadolint said about one version of a document.

    It is also of use for later versions: what it says of an instruction goes with it, until an edit changes it.
    """

    instructions: tuple[Instruction, ...]
    messages: tuple[PlacedMessage, ...]

    def in_version(self, tree: Tree) -> Iterator[PlacedMessage]:
        """The messages about instructions that another version has too, with their indexes there."""
        before, after = self.instructions, tree.instructions
        shortest = min(len(before), len(after))
        same = next((n for n in range(shortest) if before[n] is not after[n]), shortest)
        rest = shortest - same
        same_at_end = next((n for n in range(rest) if before[-1 - n] is not after[-1 - n]), rest)
        for placed in self.messages:
            if placed.at < same:
                yield placed
            elif placed.at >= len(before) - same_at_end:
                yield placed._replace(at=placed.at + len(after) - len(before))


def report_of(tree: Tree, read: Hidden, messages: Iterable[Message]) -> HadolintReport:
    """The report on a document of which hadolint has `read` the hidden text."""
    return HadolintReport(tree.instructions, tuple(_placed(tree, read, messages)))


def _placed(tree: Tree, read: Hidden, messages: Iterable[Message]) -> Iterator[PlacedMessage]:
    lines, rules = lines_of(tree), dict[str, Rule]()
    for message in messages:
        index = bisect_left(lines, read.line_of(message.line))
        span = _span(message, tree.instructions[index]) if index < len(lines) else None
        if span is not None and message.code not in TWINS:
            rule = rules.setdefault(message.code, rule_of(message.code))
            yield PlacedMessage(index, message, rule, span)


def is_wanted(severities: Severities) -> bool:
    """Whether the settings leave any rule of hadolint on."""
    if severities.get(GROUP, Severity.WARNING) is not None:
        return True
    return any(is_code(name) and severity is not None for name, severity in severities.items())


def hadolint_findings(
    report: HadolintReport, tree: Tree, model: Model, own: Sequence[PlacedFinding], severities: Severities
) -> Iterator[PlacedFinding]:
    """The findings to show beside our `own`, with the severities of the settings.

    Left out are those that one of our rules reports too, those that follow from the fault of a finding of ours, and on
    Azure ML's images what contradicts Microsoft's advice.
    """
    causes: dict[int, set[str]] = {}
    for finding in own:
        causes.setdefault(finding.index, set()).update(SAME_CAUSE.get(finding.rule.name, ()))
    for index, message, rule, span in report.in_version(tree):
        placed = model.stage_at(index)
        severity = _severity(message, placed.stage if placed is not None else None, severities)
        if severity is None or message.code in causes.get(index, ()):
            continue
        instruction = tree.instructions[index]
        if placed is None or not _is_mistaken(message.code, instruction, placed.stage, index - placed.first):
            yield PlacedFinding(rule, index, span.at(tree.offset_of(index)), message.text, severity, (), ())


def _severity(message: Message, stage: Stage | None, severities: Severities) -> Severity | None:
    code = message.code
    if code in severities:
        return severities[code]
    is_ours = stage is not None and is_on_azureml(stage)
    if is_ours and (code in AGAINST_AZUREML or code in TWINS_ON_AZUREML):
        return None
    return severities.get(GROUP, LEVELS.get(message.level, Severity.INFORMATION))


def _is_mistaken(code: str, instruction: Instruction, stage: Stage, index: int) -> bool:
    """Whether hadolint cannot know what we know."""
    if code in _ABOUT_SHEBANG:
        return not any(heredoc.body_span.of(instruction.text).startswith("#!") for heredoc in instruction.heredocs)
    if is_for_another_shell(code, stage, index):
        return True
    if code == "DL3006":
        # A variable can name a stage, and can have the tag in it.
        return instruction.image is not None and "$" in instruction.image.text
    if code == "DL3020":
        # ADD clones a repository, and a variable can hold an address.
        sources = [word.value for word in (instruction.trigger or instruction).words[:-1]]
        return any(is_git(source) or source.startswith("$") for source in sources)
    if code == "DL3045":
        # The base image sets a working directory.
        return stage.workdir_at(index) not in (None, "/")
    if has_template(instruction.text):
        return code in _ABOUT_CONSTANTS
    # hadolint 2.15 does not remove the tabs that `<<-` removes.
    has_tabs = any(heredoc.strips_tabs for heredoc in instruction.heredocs)
    return has_tabs and code.startswith("SC1")


def _span(message: Message, instruction: Instruction) -> LocalSpan | None:
    """The word that a message is about, else the keyword; None if it is about a template."""
    words = words_of(message.code, message.text, instruction)
    literal = [word for word in words if not has_template(instruction.text[word.start : word.end])]
    if words:
        return literal[0] if literal else None
    return instruction.keyword.span
