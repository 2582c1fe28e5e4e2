"""“Ignore … here” and “… in this file”: they write or extend BuildKit's `# check=skip=…`."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions import Action, code_actions
from azureml_dockerfile_ls.features.code_actions.fixes import findings_at
from azureml_dockerfile_ls.features.code_actions.ignores import ignores
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.rule import SuppressionRule
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import Span
from tests.annotated import apply_edits, cursor
from tests.test_properties import fragments, some

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"


def ignored(text: str, offset: int, title: str) -> str | None:
    """The text after the action of this title for what is found at `offset`; None where it is not offered.

    For "in this file" the whole file is selected, and the editor names only what is found at `offset`.
    """
    snapshot = analyse(text)
    findings = list(findings_at(snapshot, Span(offset, offset)))
    span = Span(0, len(text)) if title.endswith("in this file") else Span(offset, offset)
    found = [action for action in ignores(snapshot, span, findings) if action.title == title]
    return apply_edits(text, found[0].computed().edits) if found else None


def check_ignored(fixture: str, title: str, after: str) -> None:
    """The action turns a fixture into `after`, with the line ends of Windows as well."""
    for newline in ("\n", "\r\n"):
        before = fixture.replace("\n", newline)
        assert ignored(before.replace("$0", ""), before.index("$0"), title) == after.replace("\n", newline)


# Here


@pytest.mark.parametrize(
    ("above", "after"),
    [
        ("", "# check=skip=TypographicCharacter\n"),
        ("# Remove it\n", "# Remove it\n# check=skip=TypographicCharacter\n"),
        ("# check=skip=Other\n", "# check=skip=Other,TypographicCharacter\n"),
        ("# check=skip=A,B // we know\n", "# check=skip=A,B,TypographicCharacter // we know\n"),
        ("# check=skip=A, B\n", "# check=skip=A,TypographicCharacter B\n"),
        ("#check = skip=A;error=true\n", "#check = skip=A,TypographicCharacter;error=true\n"),
        ("# CHECK=error=true;skip=A\n# why\n", "# CHECK=error=true;skip=A,TypographicCharacter\n# why\n"),
        ("# check=error=true // why\n", "# check=error=true;skip=TypographicCharacter // why\n"),
        ("# check=skip=\n", "# check=skip=TypographicCharacter\n"),
        ("# check=skip=A\n# check=skip=B\n", "# check=skip=A,TypographicCharacter\n# check=skip=B\n"),
        # What BuildKit does not read is left alone. It reads the first one only, so the new one is above it.
        ("# check=x\n", "# check=skip=TypographicCharacter\n# check=x\n"),
        ("# check= // why\n", "# check=skip=TypographicCharacter\n# check= // why\n"),
        ("# check=skip=A\n#\n# b\n", "# check=skip=A\n#\n# b\n# check=skip=TypographicCharacter\n"),
        ("# check=skip=A\n\n# b\n", "# check=skip=A,TypographicCharacter\n\n# b\n"),
    ],
)
def test_here_is_written_in_the_comments_above(above: str, after: str) -> None:
    """A line of its own, or another name in the one that is there; its reason and its other options stay."""
    check_ignored(
        f"FROM python:3.12\n{above}RUN rm $0–rf /a\nRUN true\n",
        "Ignore TypographicCharacter here",
        f"FROM python:3.12\n{after}RUN rm –rf /a\nRUN true\n",
    )


def test_here_is_not_indented() -> None:
    """BuildKit does not read an indented comment."""
    check_ignored(
        "FROM python:3.12\n \t RUN rm $0–rf /a\n",
        "Ignore TypographicCharacter here",
        "FROM python:3.12\n# check=skip=TypographicCharacter\n \t RUN rm –rf /a\n",
    )


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("FROM $0{}\n", "\n# check=skip=UntaggedImage\nFROM {}\n"),
        ("# syntax=a\nFROM $0{}\n", "# syntax=a\n\n# check=skip=UntaggedImage\nFROM {}\n"),
        ("# check=error=true\nFROM $0{}\n", "# check=error=true\n\n# check=skip=UntaggedImage\nFROM {}\n"),
        ("# an image\nFROM $0{}\n", "# an image\n# check=skip=UntaggedImage\nFROM {}\n"),
        ("# x=y\nFROM $0{}\n", "# x=y\n# check=skip=UntaggedImage\nFROM {}\n"),
        ("\nFROM $0{}\n", "\n# check=skip=UntaggedImage\nFROM {}\n"),
        ("\ufeffFROM $0{}\n", "\ufeff\n# check=skip=UntaggedImage\nFROM {}\n"),
        ("ARG A=1\nFROM $0{}\n", "ARG A=1\n# check=skip=UntaggedImage\nFROM {}\n"),
    ],
)
def test_here_at_the_top_of_the_file_is_no_directive(text: str, after: str) -> None:
    """A blank line keeps it from covering the file, where only directives are above."""
    text, after = text.format(IMAGE), after.format(IMAGE)
    check_ignored(text, "Ignore UntaggedImage here", after)

    def directives(of: str) -> list[tuple[str, str]]:
        return [(directive.name, directive.value) for directive in parse(of).directives]

    assert directives(after) == directives(text.replace("$0", ""))


def test_here_leaves_the_same_in_another_stage() -> None:
    """Above FROM it is for that stage."""
    text = f"FROM {IMAGE} AS a\nFROM {IMAGE}\n"
    after = ignored(text, 6, "Ignore UntaggedImage here")

    assert after is not None
    assert [finding.index for finding in analyse(after).findings] == [1]


@pytest.mark.parametrize(
    "instruction",
    [
        "ONBUILD RUN rm $0–rf /a",
        "HEALTHCHECK CMD rm $0–rf /a",
        "RUN true && \\\n    # a\n    rm $0–rf /a",
        "RUN rm $0–rf /a <<EOF\nEOF",
    ],
)
def test_here_is_above_the_whole_instruction(instruction: str) -> None:
    """However many lines it has."""
    check_ignored(
        f"FROM python:3.12\n{instruction}\n",
        "Ignore TypographicCharacter here",
        f"FROM python:3.12\n# check=skip=TypographicCharacter\n{instruction.replace('$0', '')}\n",
    )


def test_here_is_not_offered_below_an_open_heredoc() -> None:
    """It would swallow the line."""
    text, offset = cursor("FROM python:3.12\nRUN <<EOF\na\nRUN rm $0–rf /a\n")

    assert ignored(text, offset, "Ignore TypographicCharacter here") is None
    assert ignored(text, offset, "Ignore TypographicCharacter in this file") is not None


# In this file


@pytest.mark.parametrize(
    ("top", "after"),
    [
        ("", "# check=skip=UntaggedImage\n"),
        ("# An image\n\n", "# check=skip=UntaggedImage\n# An image\n\n"),
        ("\n", "# check=skip=UntaggedImage\n\n"),
        ("\ufeff", "\ufeff# check=skip=UntaggedImage\n"),
        ("\ufeff# syntax=a\n", "\ufeff# syntax=a\n# check=skip=UntaggedImage\n"),
        ("# syntax=a\n# escape=`\n# b\n", "# syntax=a\n# escape=`\n# check=skip=UntaggedImage\n# b\n"),
        ("# check=skip=A\n", "# check=skip=A,UntaggedImage\n"),
        ("# syntax=a\n# check=skip=A // why\n", "# syntax=a\n# check=skip=A,UntaggedImage // why\n"),
        ("#check=skip=A;error=true\n", "#check=skip=A,UntaggedImage;error=true\n"),
        ("# check=error=true // why\n", "# check=error=true;skip=UntaggedImage // why\n"),
        ("# check=experimental=all;error=true\n", "# check=experimental=all;error=true;skip=UntaggedImage\n"),
        ("# check=skip=A;skip=B\n", "# check=skip=A;skip=B,UntaggedImage\n"),
        # These are not directives.
        ("# a\n# check=skip=A\n\n", "# check=skip=UntaggedImage\n# a\n# check=skip=A\n\n"),
        ("\n# check=skip=A\n", "# check=skip=UntaggedImage\n\n# check=skip=A\n"),
    ],
)
def test_in_this_file_is_a_directive(top: str, after: str) -> None:
    """Below the other directives and above everything else, or another name in the one that is there: never two."""
    check_ignored(f"{top}FROM $0{IMAGE}\n", "Ignore UntaggedImage in this file", f"{after}FROM {IMAGE}\n")


@pytest.mark.parametrize("top", ["#!/usr/bin/env x\n", "# check=error=0;error=1;experimental=a\n"])
def test_in_this_file_is_not_offered(top: str) -> None:
    """Where a `#!` must stay the first line, and where BuildKit would read a fourth option as part of the third."""
    text, offset = cursor(f"{top}FROM $0{IMAGE}\n")

    assert ignored(text, offset, "Ignore UntaggedImage in this file") is None
    assert ignored(text, offset, "Ignore UntaggedImage here") is not None


# What is offered


def ignore_titles(text: str, span: Span) -> list[str]:
    """The titles of the actions that ignore something, where `span` is selected."""
    actions = code_actions(analyse(text), span, [ActionKind.QUICKFIX])
    return [action.title for action in actions if action.title.startswith("Ignore ")]


def test_one_comes_after_the_repairs() -> None:
    """And it is not what a user nearly always wants."""
    text, offset = cursor("FROM python:3.12\nRUN rm $0–rf /a\n")
    actions = code_actions(analyse(text), Span(offset, offset), [ActionKind.QUICKFIX])

    assert [action.title for action in actions] == ['Replace with "-"', "Ignore TypographicCharacter here"]
    assert [action.is_preferred for action in actions] == [True, False]
    assert {finding for action in actions for finding in action.findings} == set(analyse(text).findings)


def test_one_action_ignores_all_that_is_found_in_an_instruction() -> None:
    """However many findings and rules: the comment names each rule once."""
    text = "FROM python:3.12\nRUN rm –rf /a –v && pip install a>=1\n"
    start = text.index("RUN")
    title = "Ignore TypographicCharacter and UnquotedRequirement here"

    assert ignore_titles(text, Span(start, len(text) - 1)) == [title]
    (action,) = ignores(analyse(text), Span(start, len(text) - 1), analyse(text).findings)
    after = apply_edits(text, action.computed().edits)
    assert "\n# check=skip=TypographicCharacter,UnquotedRequirement\nRUN" in after
    assert analyse(after).findings == ()


def test_where_several_instructions_are_selected_the_file_is_meant() -> None:
    """One action for all of them."""
    text = "FROM python:3.12\nRUN rm –rf /a –v\nRUN rm –rf /b\n"

    assert ignore_titles(text, Span(0, len(text))) == ["Ignore TypographicCharacter in this file"]


def test_what_buildkit_refuses_cannot_be_ignored() -> None:
    """It does not build, whatever a comment says."""
    text = "FROM python:3.12\nRNU true\n"

    assert [
        action.title
        for action in code_actions(analyse(text), Span(18, 18), [ActionKind.QUICKFIX])
        if "Ignore" in action.title
    ] == []


def test_an_experimental_check_cannot_be_ignored() -> None:
    """BuildKit runs it where the file asks for it, whatever is skipped."""
    text = f"# check=experimental=InvalidDefinitionDescription\nFROM {IMAGE}:latest\n# The port.\nARG PORT=1\n"

    assert [finding.rule.name for finding in analyse(text).findings] == ["InvalidDefinitionDescription"]
    assert ignore_titles(text, Span(text.index("ARG"), text.index("ARG"))) == []


# What they do


def is_covered(finding: PlacedFinding, by: Action, snapshot: Snapshot) -> bool:
    """Whether an action says that it silences a finding."""
    return any(_is_covered(finding, subject, by, snapshot) for subject in by.findings)


def _is_covered(finding: PlacedFinding, subject: PlacedFinding, by: Action, snapshot: Snapshot) -> bool:
    if finding.rule is not subject.rule:
        return False
    if by.title.endswith("in this file") or finding.index == subject.index:
        return True
    stage, own = snapshot.model.stage_at(finding.index), snapshot.model.stage_at(subject.index)
    return finding.rule.covered_by_from and stage == own and own is not None and own.first == subject.index


def seen(findings: list[PlacedFinding]) -> Counter[tuple[str, int, str]]:
    """Findings by what does not change when a line is inserted above them.

    Why a check comment has no effect depends on the comments above it, so that message is left out.
    """
    return Counter(
        (finding.rule.name, finding.index, "" if isinstance(finding.rule, SuppressionRule) else finding.message)
        for finding in findings
    )


def check_every_way(text: str) -> int:
    """Each action on each finding silences what it says, and nothing else; the number of actions is returned.

    Without a finding that names a cause, its consequences are reported.
    """
    snapshot = analyse(text)
    places = [
        *((finding.span, [finding]) for finding in snapshot.findings),
        *((Span(finding.span.start, finding.span.start), [finding]) for finding in snapshot.findings),
        (Span(0, len(text)), list(snapshot.findings)),
    ]
    actions = [action for span, findings in places for action in ignores(snapshot, span, findings)]
    for action in actions:
        after = apply_edits(text, action.computed().edits)
        left = [finding for finding in snapshot.findings if not is_covered(finding, action, snapshot)]
        found = seen(list(analyse(after).findings))
        if any(finding.rule.names_cause for finding in action.findings):
            # What it explained is reported again.
            assert found >= seen(left), (action.title, after)
        else:
            assert found == seen(left), (action.title, after)
        assert [item.text for item in analyse(after).tree.instructions] == [
            item.text for item in snapshot.tree.instructions
        ]
    return len(actions)


TOPS = [
    "",
    "\ufeff",
    "\n",
    "# a\n",
    "#\n",
    "# x=y\n",
    "# syntax=docker/dockerfile:1\n",
    "# escape=`\n",
    "# check=error=false\n",
    "# check=skip=NoSuchRule // why\n",
    "# check=skip=A;error=true\n",
    "  # syntax=a\n",
    "# check=x\n",
    "# syntax=a\n# syntax=b\n",
]
COMMENTS = ["", "", "", "# a\n", "#\n", "\n", "  # check=skip=NoSuchRule // why\n", "# check=error=1\n", "# check=\n"]
INSTRUCTIONS = [
    f"FROM {IMAGE} AS a",
    f"FROM {IMAGE}-x",
    "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest",
    "FROM a",
    "  from python:3.12",
    "RUN rm –rf /a –v /b",
    "RUN apt-get update && \\\n    # a\n\n    rm –rf “/a b”",
    "ONBUILD RUN rm –rf /a",
    "HEALTHCHECK CMD rm –rf /a",
    "RUN <<EOF\napt-get update\nEOF",
    "COPY <a> /b # c",
    "COPY code /var/azureml-app",
    f"COPY --from={IMAGE}-y /a /b",
    "COPY model /var/azureml-app/azureml-models",
    "USER root",
    "USER joe",
    "CMD [“bash”]",
    "ENV AZUREML_ENTRY_SCRIPT=score.py",
    'CMD ["bash"]',
    "RNU x",
]
texts_with_findings = st.builds(
    lambda top, image, lines, newline: (
        top + "".join(f"{comment}{line}\n" for comment, line in [("", image), *lines])
    ).replace("\n", newline),
    st.sampled_from(TOPS),
    st.sampled_from(INSTRUCTIONS[:5]),
    st.lists(st.tuples(st.sampled_from(COMMENTS), st.sampled_from(INSTRUCTIONS)), max_size=6),
    st.sampled_from(["\n", "\n", "\r\n"]),
)


@pytest.mark.slow
@some
@given(texts_with_findings)
def test_what_is_ignored_is_gone_and_nothing_else(text: str) -> None:
    """Every other finding is still there, BuildKit's errors included, and every instruction is as it was."""
    check_every_way(text)


@some
@given(fragments)
def test_it_holds_in_any_text(text: str) -> None:
    """However broken."""
    assume(len(text) < 2000)
    check_every_way(text)


@pytest.mark.slow
def test_the_texts_have_findings_of_many_rules() -> None:
    """So that the properties above say something."""
    text = "".join(f"{line}\n" for line in [*INSTRUCTIONS, *INSTRUCTIONS[:1], *INSTRUCTIONS[5:]])

    assert check_every_way(text) > 25
    assert {finding.rule.name for finding in analyse(text).findings} >= {
        "PackageInstallWithoutRoot",
        "ParseError",
        "RetiredImage",
        "ServicesNotStarted",
        "TrailingComment",
        "TypographicCharacter",
        "UnfilledPlaceholder",
        "UnknownImage",
        "UntaggedImage",
    }
