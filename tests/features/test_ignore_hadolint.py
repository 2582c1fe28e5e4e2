"""“Ignore DL3004 here”: it writes or extends hadolint's own comment, `# hadolint ignore=…`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azureml_dockerfile_ls.features.code_actions import code_actions
from azureml_dockerfile_ls.features.code_actions.fixes import findings_at
from azureml_dockerfile_ls.rules.hadolint.findings import Message, report_of
from azureml_dockerfile_ls.rules.hadolint.hidden import Hidden
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.text import Span
from tests.annotated import apply_edits

SUDO = Message("DL3004", "error", 0, "Do not use sudo")
PIPE = Message("DL4006", "warning", 0, "Set the SHELL option -o pipefail")


def reported(text: str, *messages: Message) -> Snapshot:
    """The snapshot of a text, of whose last instruction hadolint says something."""
    snapshot = analyse(text)
    line = text.count("\n", 0, snapshot.tree.span_of(len(snapshot.tree.instructions) - 1).start)
    placed = [message._replace(line=line) for message in messages]
    return replace(snapshot, hadolint=report_of(snapshot.tree, Hidden(text, ()), placed))


def ignored(snapshot: Snapshot, title: str) -> str | None:
    """The text after the action of this title for what is found in the last instruction; None without the action."""
    span = snapshot.tree.span_of(len(snapshot.tree.instructions) - 1)
    named = list(findings_at(snapshot, span))
    actions = code_actions(snapshot, Span(span.start, span.start), named=named)
    found = [action for action in actions if action.title == title]
    return apply_edits(snapshot.text, found[0].computed().edits) if found else None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN sudo a\n", "# hadolint ignore=DL3004\nRUN sudo a\n"),
        ("# why\n  RUN sudo a\n", "# why\n  # hadolint ignore=DL3004\n  RUN sudo a\n"),
        ("# hadolint ignore=DL3003\nRUN sudo a\n", "# hadolint ignore=DL3003,DL3004\nRUN sudo a\n"),
        ("#hadolint ignore = SC1 , SC2 # why\nRUN sudo a\n", "#hadolint ignore = SC1 , SC2,DL3004 # why\nRUN sudo a\n"),
        (
            "# hadolint ignore=DL3003\n\nRUN sudo a\n",
            "# hadolint ignore=DL3003\n\n# hadolint ignore=DL3004\nRUN sudo a\n",
        ),
        (
            "# hadolint global ignore=DL3003\nRUN sudo a\n",
            "# hadolint global ignore=DL3003\n# hadolint ignore=DL3004\nRUN sudo a\n",
        ),
        (
            "# check=skip=X // why\nRUN sudo a\n",
            "# check=skip=X // why\n# hadolint ignore=DL3004\nRUN sudo a\n",
        ),
    ],
)
def test_the_comment_is_on_the_line_above(before: str, after: str) -> None:
    """hadolint reads no other line. A comment that is there already gets one name more."""
    for newline in ("\n", "\r\n"):
        text = f"FROM a:1\n{before}".replace("\n", newline)
        assert ignored(reported(text, SUDO), "Ignore DL3004 here") == f"FROM a:1\n{after}".replace("\n", newline)


def test_several_rules_of_an_instruction_are_one_comment() -> None:
    """Their names are in the order of the text."""
    text = "FROM a:1\nRUN sudo a | b\n"
    after = ignored(reported(text, SUDO, PIPE), "Ignore DL3004 and DL4006 here")
    assert after == "FROM a:1\n# hadolint ignore=DL3004,DL4006\nRUN sudo a | b\n"


def test_each_tool_has_its_own_comment() -> None:
    """BuildKit's goes above hadolint's, which must stay on the line above the instruction."""
    text = "FROM a:1\n# hadolint ignore=DL3003\nRUN cd x\n"
    after = ignored(reported(text, SUDO), "Ignore IneffectiveCommand here")
    assert after == "FROM a:1\n# check=skip=IneffectiveCommand\n# hadolint ignore=DL3003\nRUN cd x\n"
