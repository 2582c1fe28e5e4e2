"""All safe repairs at once."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azureml_dockerfile_ls.features.fix_all import fix_all, fix_everything
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import apply_edits
from tests import annotated
from tests.annotated import crlf, dockerfile, findings_of
from tests.features.test_ignore import texts_with_findings
from tests.test_properties import fragments, some


def fixed(text: str) -> str:
    """The text with all safe repairs made, once."""
    return annotated.apply_edits(text, fix_all(analyse(text)).edits)


def check_fixed(fixture: str, after: str) -> None:
    """The repairs turn a fixture into `after`, with the line ends of Windows as well."""
    assert fixed(dockerfile(fixture)) == dockerfile(after)
    assert fixed(crlf(fixture)) == crlf(after)


def test_repairs_of_several_rules() -> None:
    """All over the file; comments, continuations and blanks stay."""
    check_fixed(
        r"""
        FROM python:3.12
        # Remove them –rf
        run rm –rf “/a b” && \
            # and –v

            ls   –l
        COPY a b # the files
        LABEL a="–r"
        """,
        r"""
        FROM python:3.12
        # Remove them –rf
        RUN rm -rf "/a b" && \
            # and –v
            ls   -l
        # the files
        COPY a b
        LABEL a="–r"
        """,
    )


def test_what_must_be_looked_at_is_left() -> None:
    """An image that another one follows, a variable that may be meant, a dash that may be one or two, who runs what."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/minimal-ubuntu20.04-py38-cpu-inference
        COPY code /var/azureml-app
        RUN apt-get update && apt-get install -y libgl1 && rm -rf /var/lib/apt/lists/*
        RUN find –maxdepth 1 –name x
        USER root
        """
    )

    assert len(analyse(text).findings) >= 4
    assert fix_all(analyse(text)).edits == ()


@pytest.mark.parametrize(
    "line",
    [
        "ENV A “x",
        "RUN touch it's “x”",
        'RUN sh -c “echo "x"”',
        "RUN ls “a\\”b”",
        "ENV A b # c",
        "COPY –from=a b c",
        "RUN –mount=type=x ls",
    ],
)
def test_what_may_be_meant_otherwise(line: str) -> None:
    """An unclosed quote, quotes in quotes, a value with a `#` in it, a flag with an unread value."""
    text = f"FROM python:3.12\n{line}\n"

    assert any(finding.fixes for finding in analyse(text).findings)
    assert fixed(text) == text


def test_a_comment_does_not_become_a_directive() -> None:
    """At the top of the file it would."""
    text = "FROM python:3.12 # escape=`\n"

    assert len(findings_of("TrailingComment", text)) == 1
    assert fixed(text) == text


def test_two_findings_with_one_repair() -> None:
    """Both quotes of a pair are found, and mended once."""
    check_fixed("CMD [“a”, “b”]\nFROM x\n", 'CMD ["a", "b"]\nFROM x\n')


def test_repairs_that_touch() -> None:
    """The first in the text is made; the other one waits for the next time."""
    text = "FROM python:3.12\nRUN ls “a”“b”\n"
    once = fixed(text)

    assert once == 'FROM python:3.12\nRUN ls "a"“b”\n'
    assert fixed(once) == once


def test_a_rule_that_is_ignored_repairs_nothing() -> None:
    """A fault without a finding is not repaired."""
    text = "# check=skip=TypographicCharacter\nFROM python:3.12\nRUN rm –rf /a\n"

    assert fixed(text) == text


def test_nothing_to_repair() -> None:
    """There are no edits."""
    assert fix_all(analyse("")).edits == ()
    assert fix_all(analyse("FROM python:3.12\n")).edits == ()


def test_the_fixes_that_are_made_are_named() -> None:
    """With their findings, in the order of the text; a fix that touches another one is not among them."""
    snapshot = analyse("FROM python:3.12\nRUN pip install a>=1\nRUN ls “a”“b”\n")
    applied = fix_all(snapshot)

    assert [finding.rule.name for finding, _ in applied.fixes] == ["UnquotedRequirement", *["TypographicCharacter"] * 2]
    assert {edit for _, fix in applied.fixes for edit in fix.edits} == set(applied.edits)


def test_errors_count_that_are_not_shown() -> None:
    """Beside another server, what BuildKit refuses is not reported; a fix must not add to it all the same."""
    text = "FROM python:3.12 # escape=`\n"
    settings = Settings(dockerfile_features=False)

    assert fix_all(analyse(text, settings=settings)) == fix_all(analyse(text))


# What holds for every text


def check_every_repair(text: str) -> None:
    """The edits are those of safe repairs; they do not overlap, and after a few rounds there are no more."""
    snapshot = analyse(text)
    edits = fix_all(snapshot).edits
    safe = {edit for finding in snapshot.findings for fix in finding.fixes if fix.is_safe for edit in fix.edits}
    assert set(edits) <= safe
    assert len(set(edits)) == len(edits)
    assert apply_edits(text, edits) == annotated.apply_edits(text, edits)
    assert all(first.span.end <= second.span.start for first, second in pairwise(edits))
    for _ in range(len(snapshot.findings) + 2):
        errors = len(findings_of("ParseError", text))
        after = fixed(text)
        assert len(findings_of("ParseError", after)) <= errors, after
        if after == text:
            return
        text = after
    raise AssertionError(f"there is always more to repair: {text!r}")


mended = st.sampled_from(
    ["RUN rm –rf “/a”", "COPY a b # c", "CMD [“a”] # c", "RUN ls\u00a0–l", "ENV\u00a0A=1", "RUN a\\\u00a0"]
)
texts_to_repair = st.lists(
    st.one_of(mended, mended, st.sampled_from(["RUN ls “a", "# –r", "  –v", ""])), max_size=8
).map(lambda lines: "".join(f"{line}\n" for line in ["FROM python:3.12", *lines]))


installing = st.sampled_from(
    [
        "RUN apt-get install libgl1",
        "RUN apt-get update && apt-get –y install libgl1",
        "RUN apt-get update \\\n  # a\n  && apt-get install “a” b",
        "RUN pip install a>=1 –r x “b”>2",
        "RUN apt install –y a && pip install a>1 # c",
        "run <<EOF\napt-get install a\npip install b>=1\nEOF",
        "ENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/score.py AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt",
        "USER root",
        "USER dockeruser",
        "# check=skip=AptGetWithoutYes",
    ]
)
texts_that_install = st.lists(installing, max_size=6).map(
    lambda lines: "".join(f"{line}\n" for line in ["FROM mcr.microsoft.com/azureml/minimal-py312-inference:1", *lines])
)


@pytest.mark.slow
@some
@given(st.one_of(texts_to_repair, texts_that_install, texts_with_findings))
def test_repairs_of_broken_dockerfiles(text: str) -> None:
    """No error of BuildKit is new, and repairing again and again comes to an end."""
    check_every_repair(text)


@some
@given(fragments)
def test_repairs_of_any_text(text: str) -> None:
    """However broken."""
    check_every_repair(text)


@some
@given(texts_to_repair)
def test_all_that_is_not_repaired_stays(text: str) -> None:
    """Byte for byte: only the characters that were wrong are other ones, and comments move."""

    def without_repaired(of: str) -> str:
        return re.sub(r"[–“”\"\u00a0 \n-]|# c", "", of)

    assert without_repaired(fixed(text)) == without_repaired(text)


@pytest.mark.parametrize(
    "last",
    [
        "echo it's done",
        'echo "x',
        "echo $(x",
        "echo `x",
        "echo ${x",
        "echo $((1",
        "(echo",
        "cat <<'E",
        'echo "$(a "b)"',
    ],
)
def test_repairs_of_an_open_quote_come_to_an_end(last: str) -> None:
    """What would be inserted at the end is part of the quote or bracket that is open there, so nothing is inserted."""
    text = (
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\n"
        f"RUN apt-get update && apt-get install -y curl && {last}\n"
    )
    assert [finding.rule.name for finding in findings_of("AptListsNotRemoved", text)] == ["AptListsNotRemoved"]
    assert fix_everything(analyse(text)) == ()


@pytest.mark.parametrize(
    "last", ["echo 'it is'", 'echo "$(a "b")"', "echo `x`", "echo ${x#a}", "echo $((1+(2)))", "(a)"]
)
def test_a_closed_quote_is_no_obstacle(last: str) -> None:
    """The repair goes behind it."""
    text = (
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\n"
        f"RUN apt-get update && apt-get install -y curl && {last}\n"
    )
    assert fixed(text) == text.replace(last, f"{last} && rm -rf /var/lib/apt/lists/*")
