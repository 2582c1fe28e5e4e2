"""Which of hadolint's findings are shown, how severe they are, and at which word; with the real hadolint."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azureml_dockerfile_ls.hadolint import Hadolint
from azureml_dockerfile_ls.rules.hadolint.findings import HadolintReport, report_of
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.settings import DEFAULTS, Settings
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from tests.hadolint import real_program

INFERENCE = "mcr.microsoft.com/azureml/minimal-py312-inference"
TRAINING = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04"


def report(snapshot: Snapshot) -> HadolintReport:
    """What the real hadolint says about a snapshot."""
    read = snapshot.for_hadolint()
    return report_of(snapshot.tree, read, Hadolint(str(real_program())).check(read.text))


def checked(text: str, settings: Settings = DEFAULTS) -> Snapshot:
    """The snapshot of a text with what the real hadolint says."""
    snapshot = analyse(text, settings=settings)
    return replace(snapshot, hadolint=report(snapshot))


def shown(snapshot: Snapshot) -> list[tuple[str, str]]:
    """The code and the word of each finding of hadolint, in the order of the text."""
    return [
        (finding.rule.name, finding.span.of(snapshot.text))
        for finding in snapshot.findings
        if finding.rule.source == "hadolint"
    ]


def codes(text: str, settings: Settings = DEFAULTS) -> set[str]:
    """The codes of the findings of hadolint in a text."""
    return {code for code, _ in shown(checked(text, settings))}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FROM ubuntu\n", [("DL3006", "ubuntu")]),
        ("FROM ubuntu:latest\n", [("DL3007", "latest")]),
        ("FROM a:1\nRUN true && \\\n    sudo id\n", [("DL3004", "sudo")]),
        (
            "FROM a:1\nRUN apt-get update && apt-get install -y --no-install-recommends a=1 curl && \\\n"
            "    rm -rf /var/lib/apt/lists/*\n",
            [("DL3008", "curl")],
        ),
        ("FROM a:1\nRUN pip install --no-cache-dir a==1 numpy\n", [("DL3013", "numpy")]),
        ("FROM a:1\nRUN true && pip install a==1\n", [("DL3042", "install")]),
        ("FROM a:1\nCOPY a b\n", [("DL3045", "b")]),
        ("FROM a:1\nRUN a | tee b\n", [("DL4006", "tee")]),
        ("FROM a:1\nRUN echo $HOME/x > '/a'\n", [("SC2086", "$HOME")]),
        ("FROM a:1\nADD a /b\n", [("DL3020", "ADD")]),
        ("FROM a:1\nUSER me\n", [("DL3066", "me")]),
        ("FROM a:1\nENV A=1 B=$A\n", [("DL3044", "$A")]),
        ("FROM a:1\nONBUILD RUN sudo id\n", [("DL3004", "sudo")]),
    ],
)
def test_a_finding_is_at_its_word(text: str, found: list[tuple[str, str]]) -> None:
    """hadolint names the first line of the instruction only."""
    assert shown(checked(text)) == found


def test_a_word_that_is_not_certain_is_the_keyword() -> None:
    """ShellCheck means one of two variables, and hadolint does not pass on which one."""
    assert shown(checked("FROM a:1\nRUN echo $A && mkdir $B\n")) == [("SC2086", "RUN")]


def test_what_our_rules_report_too_is_left_out() -> None:
    """On every image for BuildKit's checks and errors."""
    text = (
        "FROM --platform=linux/amd64 a:1 AS Scratch\nMAINTAINER me\nCMD a\nCMD b\nENV PASSWORD=x\nEXPOSE 99999\n"
        "WORKDIR x\n"
    )
    assert codes(text) == set()
    ours = {finding.rule.name for finding in analyse(text).findings}
    assert ours >= {"MaintainerDeprecated", "JSONArgsRecommended", "SecretsUsedInArgOrEnv", "ParseError"}


def test_rules_for_azureml_take_the_place_of_hadolints() -> None:
    """On Azure ML's images; on others hadolint's remain, because ours say nothing there."""
    text = "FROM {}\nUSER root\nRUN apt-get update && apt-get install curl=1\n"
    twins = {"DL3002", "DL3006", "DL3009", "DL3014"}

    assert codes(text.format(INFERENCE)) & twins == set()
    assert codes(text.format("ubuntu")) & twins == twins


def test_what_contradicts_azureml_is_off_there() -> None:
    """A dated tag, a numeric user and another user than root are not what Microsoft advises for its images."""
    off = {"DL3002", "DL3007", "DL3066"}
    text = "FROM {}:latest\nUSER root\n"

    assert codes(text.format(TRAINING)) & off == set()
    assert codes(text.format("ubuntu")) & off == off
    on = replace(DEFAULTS, rules={"DL3007": Severity.WARNING})
    assert codes(text.format(TRAINING), on) & off == {"DL3007"}


def test_what_follows_from_a_fault_that_we_name_is_left_out() -> None:
    """A RUN that only changes the folder, and a package manager that the image does not have."""
    assert codes("FROM a:1\nRUN cd /x\n") == set()
    assert codes("FROM <your image>\n") == set()
    assert codes(f"FROM {TRAINING}:latest\nRUN yum install -y curl\n") == set()
    assert codes("FROM a:1\nRUN cd /x && make\n") == {"DL3003"}


@pytest.mark.parametrize(
    "lines",
    [
        'SHELL ["/bin/bash", "-c"]\nENV A=b\nRUN [[ -d x ]]\n',
        'SHELL ["/bin/bash", "-c"]\nARG A=b\nRUN source /x\n',
        'SHELL ["/bin/bash", "-c"]\nONBUILD RUN [[ -d x ]]\n',
        'SHELL ["conda", "run", "-n", "x", "/bin/bash", "-c"]\nENV A=b\nRUN [[ -d x ]]\n',
        'SHELL ["/bin/bash", "-ec"]\nRUN cd /x; make\n',
        'SHELL ["bash", "-c"]\nRUN <<EOF\n[[ -d x ]]\nEOF\n',
        'SHELL ["pwsh", "-c"]\nENV A=b\nRUN if (a) { b }\n',
        "RUN <<EOF\n#!/usr/bin/env bash\n[[ -d x ]]\nEOF\n",
        "RUN <<EOF bash\nmake -j\\$(nproc)\nEOF\n",
    ],
)
def test_a_shell_that_hadolint_does_not_know(lines: str) -> None:
    """What ShellCheck says about another shell than the one that reads the RUN is left out."""
    assert [code for code in codes(f"FROM a:1\n{lines}") if code.startswith("SC")] == []


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("RUN [[ -d x ]]\n", "SC3010"),
        ("ENV A=b\nRUN <<EOF\nrm -r /x/{a,b}\nEOF\n", "SC3009"),
        ('SHELL ["/bin/bash", "-c"]\nENV A=b\nSHELL ["/bin/sh", "-c"]\nRUN [[ -d x ]]\n', "SC3010"),
        ('SHELL ["/bin/bash", "-c"]\nENV A=b\nRUN <<EOF\n#!/bin/sh\n[[ -d x ]]\nEOF\n', "SC3010"),
        ('SHELL ["/bin/bash", "-c"]\nENV A=b\nRUN echo $B\n', "SC2086"),
        ('SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN cd /x; make\n', "SC2164"),
        ("RUN a | b\n", "DL4006"),
    ],
)
def test_a_shell_that_hadolint_is_right_about(lines: str, code: str) -> None:
    """What is wrong in the shell that reads the RUN is shown."""
    assert code in codes(f"FROM a:1\n{lines}")


@pytest.mark.parametrize(
    "text",
    [
        'FROM a:1 AS b\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nFROM b\nRUN a | b\n',
        "FROM a:1\nRUN <<EOF\n#!/bin/bash\nset -euo pipefail\na | b\nEOF\n",
        "FROM mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-1809\nRUN a | b\n",
    ],
)
def test_pipefail_that_hadolint_does_not_see(text: str) -> None:
    """By SHELL in the stage below, and by `set` in the script; a shell of Windows has no such option."""
    assert "DL4006" not in codes(text)


@pytest.mark.parametrize("source", ["git@github.com:a/b.git", "$ARCHIVE", "${URL}/a.txt"])
def test_a_source_that_only_add_reads(source: str) -> None:
    """A repository, and what a variable may make an address."""
    assert "DL3020" not in codes(f"FROM a:1\nARG ARCHIVE URL\nADD {source} /x\n")


def test_severities() -> None:
    """An error of hadolint stops no build, so it is a warning; settings change one rule or all."""
    text = "FROM a:1\nRUN sudo a\nRUN wget x\n"

    def severities(settings: Settings = DEFAULTS) -> dict[str, Severity]:
        return {each.rule.name: each.severity for each in checked(text, settings).findings}

    assert severities() == {
        "DL3004": Severity.WARNING,
        "DL3047": Severity.INFORMATION,
        "DL3059": Severity.INFORMATION,
    }
    all_hints = replace(DEFAULTS, rules={"hadolint": Severity.HINT, "DL3047": None, "DL3059": Severity.ERROR})
    assert severities(all_hints) == {"DL3004": Severity.HINT, "DL3059": Severity.ERROR}
    assert severities(replace(DEFAULTS, rules={"hadolint": None, "DL3047": Severity.HINT})) == {"DL3047": Severity.HINT}
    assert severities(replace(DEFAULTS, dockerfile_features=False)) == {}


def test_templates_and_placeholders_are_hidden() -> None:
    """hadolint stops at a text that it cannot parse; what is wrong beside it is found all the same."""
    text = (
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:{{latest-image-tag:\\d{8}.*}}\n"
        'EXPOSE {{port}}\nHEALTHCHECK --interval={{time}} --retries=${{n}} CMD ["a"]\n'
        "RUN pip install --no-cache-dir {{package}} numpy=={{latest-pypi-version}} && sudo id\n"
        'RUN [ "${{ x }}" = "y" ]\nCOPY <your file> /x\n'
    )
    assert codes(text) - {"DL3059"} == {"DL3004"}
    assert [code for code, _ in shown(checked("FROM {{image}}\nFROM a/{{image}}\n"))] == []


@pytest.mark.parametrize(
    "text",
    [
        "FROM a:1\nRUN <<EOF\ntrue\nEOF\nRUN sudo id\n",
        "FROM a:1\nCOPY <<A <<B /x/\na\nA\nb\nB\n# a comment\nRUN sudo id\n",
        "FROM a:1\r\nRUN <<EOF\r\ntrue\r\nEOF\r\nRUN <<EOF\r\ntrue\r\nEOF\r\nRUN sudo id\r\n",
        "FROM a:1\nRUN --device=nvidia.com/gpu=all true\nRUN sudo id\n",
        "FROM a:1\nWORKDIR x\nRUN sudo id\n",
        "\ufeff# caf\ufffd\nFROM a:1\nRUN sudo id\n",
        "# escape=`\nFROM a:1\nRUN sudo `\n  id\n",
    ],
)
def test_what_only_hadolint_cannot_read_is_no_hindrance(text: str) -> None:
    """Heredocs right above an instruction, new flags, a folder at which hadolint crashes, any encoding."""
    others = {("DL3059", "RUN")}
    assert set(shown(checked(text))) - others == {("DL3004", "sudo")}


def test_ignore_comments_are_honoured() -> None:
    """For an instruction and for the file, also below a heredoc; BuildKit's comment does not concern hadolint."""
    assert codes("FROM a:1\n# hadolint ignore=DL3004 # we need it\nRUN sudo id\n") == set()
    assert codes("# hadolint global ignore=DL3004,DL3059\nFROM a:1\nRUN a\nRUN sudo id\n") == set()
    assert codes("FROM a:1\nRUN <<EOF\nEOF\n# hadolint ignore=DL3004,DL3059\nRUN sudo {{x}}\n") == set()
    assert codes("FROM a:1\n# check=skip=DL3004\nRUN sudo id\n") == {"DL3004"}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("RUN sudo a\n", "# new\n\nRUN sudo a\n", ["sudo"]),
        ("RUN sudo a\n", "RUN sudo b\n", []),
        ("RUN sudo a\nCOPY a /b\n", "COPY c /d\nRUN sudo a\nCOPY a /b\n", ["sudo"]),
        ("RUN sudo a\nUSER 1\nRUN sudo b\n", "RUN sudo a\nUSER 2\nUSER 3\nRUN sudo b\n", ["sudo", "sudo"]),
        ("RUN sudo a\nUSER 1\nRUN sudo b\n", "RUN sudo b\n", ["sudo"]),
        ("RUN sudo a\n", "", []),
    ],
)
def test_a_report_on_an_earlier_version_goes_with_its_instructions(before: str, after: str, found: list[str]) -> None:
    """A finding moves with its instruction, and an edit of the instruction removes it."""
    start = "FROM a:1\n"
    old = checked(start + before)
    assert "DL3004" in {code for code, _ in shown(old)}

    new = analyse(start + after, old, settings=old.settings, hadolint=old.hadolint)

    assert [word for code, word in shown(new) if code == "DL3004"] == found
