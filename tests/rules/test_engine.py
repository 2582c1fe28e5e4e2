"""How the rules run on a file."""

from __future__ import annotations

import gc
import logging
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules import rule as rule_module
from azureml_dockerfile_ls.rules.engine import RuleSet, check
from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.rules.rule import (
    ContextRule,
    FileRule,
    FinalStageRule,
    Finding,
    Group,
    ImageRule,
    InstructionRule,
    ModelRule,
    Rule,
    RunRule,
    Severity,
    StageRule,
)
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.text import LocalSpan
from tests.annotated import apply_edits, context_of, crlf

WRONG = """\
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04 AS build
USER dockeruser
RUN apt-get update # –r
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY code /var/azureml-app # the code
RUN apt-get install –y <package>
USER root
COPY model /var/azureml-app/azureml-models
"""

FRAGMENTS = [
    *("\n", "\r\n", " ", "\\\n", " \\\r\n", "# a\n", "\u00a0", "\u200b", "–r", "“a”", "# b", "<name>", "...", '"', "'"),
    *("FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n", " AS base\n", "FROM base\n", "FROM "),
    *("FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04\n", "FROM mcr.microsoft.com/azureml/sklearn-1.5\n"),
    *("USER root\n", "USER dockeruser\n", "USER ", "RUN apt-get update", "RUN <<EOF\n", "EOF\n", "RUN ", "&& "),
    *("COPY code /var/azureml-app\n", "COPY model /var/azureml-app/azureml-models\n", "COPY ", "COPY <<EOF /a\n"),
    *("ENV AZUREML_MODEL_DIR=/a\n", "ENV A=", "ENV A b", "ARG X=root\n", "$X", "${X:-", "}", "LABEL a=", "CMD [", "]"),
    *("ONBUILD ", "bash -c 'apt update'", "\ufeff", "# escape=`\n", "# check=skip=all\n", "WORKDIR /var/azureml-app\n"),
]


Edit = tuple[int, int, list[str]]


class Failures(logging.Handler):
    """A handler that collects log records, for tests with many examples."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.messages.append(record.getMessage())


def fail(*_: object) -> Iterator[Finding]:
    """A check that gives one finding, and then fails."""
    yield Finding(0, LocalSpan(0, 1), "found before it failed")
    raise RuntimeError("a mistake in a rule")


BROKEN = [
    InstructionRule("Broken", Severity.ERROR, Group.GENERAL, "A broken rule.", fail),
    RunRule("Broken", Severity.ERROR, Group.GENERAL, "A broken rule.", fail, lambda _: True),
    StageRule("Broken", Severity.ERROR, Group.GENERAL, "A broken rule.", fail),
    FinalStageRule("Broken", Severity.ERROR, Group.GENERAL, "A broken rule.", fail),
    ImageRule("Broken", Severity.ERROR, Group.GENERAL, "A broken rule.", fail),
    ContextRule("Broken", Severity.ERROR, Group.GENERAL, "A broken rule.", fail),
    ModelRule("Broken", Severity.ERROR, Group.GENERAL, "A broken rule.", fail),
    FileRule("Broken", Severity.ERROR, Group.GENERAL, "A broken rule.", fail),
]


def names(snapshot: Snapshot) -> list[str]:
    """The names of the rules with findings, in the order of the findings."""
    return [finding.rule.name for finding in snapshot.findings]


@pytest.mark.parametrize("rule", BROKEN, ids=lambda rule: type(rule).__name__)
def test_a_rule_that_fails_leaves_the_others_alone(rule: Rule, caplog: pytest.LogCaptureFixture) -> None:
    """A failing rule is logged with its name and has no findings; the other rules have the same findings as before."""
    snapshot = analyse(WRONG)

    with caplog.at_level(logging.ERROR):
        found = check(snapshot.tree, snapshot.model, None, EMBEDDED, RuleSet([rule, *RULES]))

    assert found == snapshot.findings
    assert "Broken" in caplog.text
    assert "a mistake in a rule" in caplog.text


def test_findings_are_in_the_order_of_the_text() -> None:
    """The order is independent of the rules."""
    findings = analyse(WRONG).findings
    spans = [finding.span for finding in findings]

    assert len(set(names(analyse(WRONG)))) >= 8
    assert spans == sorted(spans)


@pytest.mark.parametrize("text", [WRONG, crlf(WRONG)])
def test_the_edits_of_a_fix_do_not_overlap(text: str) -> None:
    """The edits of a fix do not overlap, and insert the line ends of the file."""
    fixes = [fix for finding in analyse(text).findings for fix in finding.fixes]

    assert len(fixes) >= 8
    for fix in fixes:
        repaired = apply_edits(text, fix.edits)
        assert repaired != text
        assert ("\r\n" in text) == ("\r\n" in repaired)
        assert repaired.count("\n") - repaired.count("\r\n") in (0, repaired.count("\n"))


def test_applying_one_fix_after_another_ends() -> None:
    """The preferred fixes do not undo each other, and leave a file without their findings."""
    text = WRONG
    for _ in range(30):
        fix = next((fix for finding in analyse(text).findings for fix in finding.fixes if fix.is_preferred), None)
        if fix is None:
            break
        text = apply_edits(text, fix.edits)

    assert fix is None
    repaired = {
        "FinalUserRoot",
        "MissingModelDir",
        "PackageInstallWithoutRoot",
        "TrailingComment",
        "TypographicCharacter",
    }
    assert repaired < set(names(analyse(WRONG)))
    assert repaired.isdisjoint(names(analyse(text)))


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "# a\n", "ARG A", "RUN apt-get update", "USER root # a", "FROM"])
def test_an_incomplete_file(text: str, caplog: pytest.LogCaptureFixture) -> None:
    """No rule fails on a part of a file."""
    analyse(text).findings  # noqa: B018

    assert caplog.records == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join))
def test_on_any_text(text: str) -> None:
    """On any text, no rule fails, every finding is inside the text, and every fix applies."""
    failures = Failures()
    logging.getLogger(rule_module.__name__).addHandler(failures)
    try:
        findings = analyse(text).findings
    finally:
        logging.getLogger(rule_module.__name__).removeHandler(failures)

    assert failures.messages == []
    for finding in findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        for fix in finding.fixes:
            assert apply_edits(text, fix.edits) != text
            assert all(edit.span.end <= len(text) for edit in fix.edits)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from(FRAGMENTS), max_size=10).map("".join), min_size=2, max_size=4))
def test_stored_findings_are_those_of_a_new_analysis(texts: list[str]) -> None:
    """The findings of a version do not depend on the previous version."""
    snapshot = None
    for text in texts:
        snapshot = analyse(text, snapshot)
        assert snapshot.findings == analyse(text).findings


LINES = [
    *("RUN apt-get update", "RUN apt-get install -y curl", "RUN apt-get update && apt-get install curl", "USER root"),
    *("USER dockeruser", "USER $NAME", "ENV NAME=root", "ENV NAME=joe X=$X", "ARG NAME", "ARG X=1", "WORKDIR /srv"),
    *(
        "WORKDIR $X",
        "WORKDIR code",
        'SHELL ["pwsh", "-c"]',
        'SHELL ["sh", "-c"]',
        "COPY a /usr/local/bin/curl",
        "RUN x.sh",
    ),
    *("COPY score.py /var/azureml-app/", "COPY model /opt/$X/model", "ENV AZUREML_MODEL_DIR=/opt/model", "LABEL a=b"),
    *(
        "RUN conda activate x",
        "RUN pip install a>=1",
        "RUN chown -R joe /var/runit",
        "ENV AZUREML_ENTRY_SCRIPT=score.py",
    ),
    *(
        "RUN apt-get install -y $PACKAGES",
        "ENV PACKAGES='a b'",
        "RUN rm -rf /var/lib/apt/lists/*",
        "RUN useradd dockeruser",
    ),
    *(
        "FROM base",
        "FROM base AS base",
        "FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest AS base",
        "CMD x",
    ),
    *(
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base",
        "EXPOSE $X",
        "COPY --from=base a b",
        "# c",
    ),
]

EDIT = st.tuples(st.integers(0, 10_000), st.integers(0, 3), st.lists(st.sampled_from(LINES), max_size=3))
"""An edit: where it begins, how many lines it removes, and the lines it inserts."""


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(st.sampled_from(LINES[:-8]), min_size=60, max_size=160), st.lists(EDIT, min_size=1, max_size=5))
def test_edits_of_a_long_stage_give_what_a_new_analysis_gives(lines: list[str], edits: list[Edit]) -> None:
    """Findings, users, folders and variables after each edit are those of the same text without a version before."""
    lines = ["FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base", *lines]
    snapshot = analyse("\n".join(lines))
    for start, removed, inserted in edits:
        start = start % len(lines)
        lines[start : start + removed] = inserted
        snapshot = analyse("\n".join(lines), snapshot)
        fresh = analyse("\n".join(lines))

        assert snapshot.findings == fresh.findings
        for placed, expected in zip(snapshot.model.stages, fresh.model.stages, strict=True):
            assert facts(placed.stage) == facts(expected.stage)


def facts(stage: Stage) -> list[object]:
    """What applies at each instruction of a stage, as values."""
    return [
        (
            stage.user_at(index).value,
            stage.workdir_at(index),
            stage.shell_at(index).value,
            {name: (definition.value, definition.index) for name, definition in stage.definitions_at(index).items()},
        )
        for index in range(stage.end + 1)
    ]


LONG = "x" * 100_000


@pytest.mark.parametrize(
    "text",
    [
        f"FROM {LONG}",
        f"{LONG} a",
        f"FROM a AS X{LONG}",
        f"FROM a\nUSER <{LONG}>",
        f"FROM --platform={LONG} a",
        f"# escape={LONG}\nFROM a",
        f"# check=skip={LONG}\nFROM a",
        f"FROM a\nRUN pip install {LONG}>=1",
        f"FROM a\nCOPY ../{LONG} b",
        f"FROM a\nCOPY --{LONG} a b",
        f"FROM ${LONG}",
        "FROM a\nRUN --mount=type=" + "y " * 50_000,
        f"FROM a\nENV AZUREML_ENTRY_SCRIPT=/{LONG}",
    ],
)
def test_a_message_is_short_however_long_the_word_is_that_it_quotes(text: str) -> None:
    """An editor shows messages and titles of repairs in menus and boxes; the repair itself has the whole word."""
    findings = analyse(text).findings
    assert findings
    for finding in findings:
        texts = [finding.message, *(fix.title for fix in finding.fixes), *(place.message for place in finding.related)]
        assert max(map(len, texts)) <= 1001


def test_earlier_surroundings_are_forgotten(tmp_path: Path) -> None:
    """What was found with a build context and with images dies when others take their place, however often that is."""
    snapshot: Snapshot | None = None
    earlier: list[weakref.ref[object]] = []
    for number in range(4):
        context, images = context_of(tmp_path, {"requirements.txt": "numpy=1"}), ImageIndex()
        for word in ("a", "b"):
            snapshot = analyse(f"{WRONG}LABEL {word}={number}\n", snapshot, context, images=images)
            assert snapshot.findings
        earlier += [weakref.ref(context), weakref.ref(images)]
        del context, images
    gc.collect()
    assert [reference() is None for reference in earlier] == [True] * 6 + [False] * 2


def test_a_message_of_usual_length_is_not_cut() -> None:
    """A name as long as an image can have stays whole."""
    name = "a" * 128
    assert any(name in finding.message for finding in analyse(f"FROM mcr.microsoft.com/azureml/{name}").findings)
