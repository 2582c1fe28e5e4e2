"""Suppression of rules with `# check=skip=…`, at the top of the file or above an instruction."""

from __future__ import annotations

import time

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import check_clean, check_rule, crlf, dockerfile

RETIRED = "mcr.microsoft.com/azureml/minimal-ubuntu20.04-py38-cpu-inference"


def names(fixture: str) -> list[str]:
    """The names of the rules with findings, in the order of the text."""
    return [finding.rule.name for finding in analyse(dockerfile(fixture)).findings]


def test_at_the_top_it_covers_the_file() -> None:
    """At the top, the comment is a parser directive and applies to the file, as in BuildKit."""
    check_rule(
        "PackageInstallWithoutRoot",
        f"""
        # check=skip=PackageInstallWithoutRoot
        FROM {RETIRED}:latest AS a
        RUN apt-get update
        FROM {RETIRED}:latest
        RUN apt-get update
        """,
    )


def test_other_rules_still_report() -> None:
    """Only the named rules are suppressed."""
    assert names(f"# check=skip=RetiredImage\nFROM {RETIRED}:latest\nRUN apt-get update\n") == [
        "PackageInstallWithoutRoot"
    ]


@pytest.mark.parametrize(
    "comment",
    [
        "# check=skip=RetiredImage,PackageInstallWithoutRoot",
        "# check=skip=RetiredImage,PackageInstallWithoutRoot // we know",
        "# check=skip=DL3008,RetiredImage,PackageInstallWithoutRoot",
        "# check=skip=all",
        "# check=skip=all;error=true",
        "# check=error=true;skip=RetiredImage,PackageInstallWithoutRoot",
        "#check = skip=all",
        "# CHECK=skip=all",
        "# syntax=docker/dockerfile:1\n# check=skip=all",
        "# check=skip=all\n# escape=`",
    ],
)
def test_spellings_of_the_directive(comment: str) -> None:
    """The directive can have several names, a reason and other options; names of other linters are ignored."""
    check_clean(crlf(f"{comment}\nFROM {RETIRED}:latest\nRUN apt-get update\n"))


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "# check=skip=Retired",
        "# check=skip=RetiredImages",
        "# check=skip=NoSuchRule",
        "# check=error=true",
        # BuildKit reads up to the first space.
        "# check=skip=NoSuchRule, RetiredImage",
        "# skip=RetiredImage",
        # Letter case matters.
        "# check=skip=retiredimage",
        "# check=skip=RETIREDIMAGE",
        # A tab does not end the names.
        "# check=skip=RetiredImage\t// why",
        # An empty comment separates the comments above it from the instruction.
        "# A Dockerfile\n\n# check=skip=RetiredImage\n#",
    ],
)
def test_comments_that_do_not_suppress(comment: str) -> None:
    """Other names, other options and comments in other places suppress nothing."""
    found = names(f"{comment}\nFROM {RETIRED}:latest\n")

    assert [name for name in found if name not in ("IneffectiveSuppression", "UnknownCheck")] == ["RetiredImage"]


def test_above_an_instruction_it_covers_that_one() -> None:
    """A comment above an instruction applies only to that instruction."""
    check_rule(
        "TypographicCharacter",
        """
        FROM python:3.12
        # check=skip=TypographicCharacter // a test of the characters
        RUN rm –rf /a
        RUN rm –rf /b
        #      ^ TypographicCharacter
        """,
    )


def test_anywhere_in_the_comment_block() -> None:
    """Other comments and empty lines can be above and below it."""
    check_clean(
        """
        FROM python:3.12
        # Remove it
        # check=skip=TypographicCharacter

        # for good

        RUN rm –rf /a
        """
    )


def test_only_the_first_of_a_block() -> None:
    """BuildKit reads the first check comment above an instruction, and no other one."""
    check_rule(
        "WorkdirRelativePath",
        """
        FROM python:3.12
        # check=skip=UndefinedVar
        # check=skip=WorkdirRelativePath
        WORKDIR app
        #       ^^^ WorkdirRelativePath
        """,
    )


def test_not_with_white_space_before_it() -> None:
    """BuildKit does not read an indented comment."""
    check_rule(
        "WorkdirRelativePath",
        """
        FROM python:3.12
          # check=skip=WorkdirRelativePath
        WORKDIR app
        #       ^^^ WorkdirRelativePath
        """,
    )


def test_not_with_an_unknown_option() -> None:
    """BuildKit drops a comment with an unknown option."""
    check_rule(
        "WorkdirRelativePath",
        """
        FROM python:3.12
        # check=skip=WorkdirRelativePath;because=why
        WORKDIR app
        #       ^^^ WorkdirRelativePath
        """,
    )


def test_error_makes_the_checks_of_buildkit_errors() -> None:
    """`error=true` lets a finding of BuildKit's checks stop the build; the other rules keep their severities."""
    text = f"# check=error=true\nFROM {RETIRED}:latest as a\n"
    severities = {finding.rule.name: finding.severity for finding in analyse(text).findings}

    assert severities["FromAsCasing"] is Severity.ERROR
    assert severities["RetiredImage"] is Severity.WARNING


def test_error_leaves_what_stops_no_build() -> None:
    """BuildKit does not look for checks that are skipped in vain, and a trigger fails where it runs."""
    text = "# check=skip=WorkdirRelativePath,Unknown;error=true\nFROM alpine\nONBUILD COPY a\n"
    severities = {finding.rule.name: finding.severity for finding in analyse(text).findings}

    assert severities == {
        "UnusedSuppression": Severity.HINT,
        "UnknownCheck": Severity.HINT,
        "ParseError": Severity.WARNING,
    }


def test_below_and_inside_it_does_nothing() -> None:
    """A comment below or inside an instruction does not apply to it."""
    check_rule(
        "TypographicCharacter",
        r"""
        FROM python:3.12
        RUN true && \
            # check=skip=TypographicCharacter
            rm –rf /a
        #      ^ TypographicCharacter
        # check=skip=TypographicCharacter
        """,
    )


def test_above_from_it_covers_the_rules_about_the_stage() -> None:
    """A comment above FROM suppresses the rules about the whole stage, on any of its instructions."""
    check_clean(
        f"""
        FROM python:3.12 AS build

        # check=skip=RetiredImage,FinalUserRoot,MissingEntryScript,MissingModelDir
        FROM {RETIRED}:latest
        USER root
        COPY code /var/azureml-app
        COPY model /var/azureml-app/azureml-models
        COPY --from=mcr.microsoft.com/azureml/o16n-base/python-slim:1 /a /a
        """
    )


def test_above_from_it_does_not_cover_the_instructions_of_the_stage() -> None:
    """A comment above FROM does not suppress the rules about a single instruction."""
    fixture = """
        FROM python:3.12 AS build

        # check=skip=all
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN apt-get update && rm –rf /a
        #   ^^^^^^^ PackageInstallWithoutRoot
        #                        ^ TypographicCharacter
        COPY a b # c
        #        ^^^ TrailingComment
        """

    for rule in ("PackageInstallWithoutRoot", "TypographicCharacter", "TrailingComment"):
        check_rule(rule, fixture)


def test_above_one_from_it_does_not_cover_another() -> None:
    """A comment above FROM applies only to its own stage."""
    check_rule(
        "RetiredImage",
        f"""
        # The first stage

        # check=skip=RetiredImage
        FROM {RETIRED}:latest AS a
        FROM {RETIRED}:latest
        #    {"^" * len(RETIRED)} RetiredImage
        """,
    )


def test_above_the_instruction_with_the_finding() -> None:
    """A comment above the instruction with a finding about the stage suppresses it too."""
    check_clean(
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        # check=skip=FinalUserRoot // nginx needs it
        USER root
        """
    )


def test_errors_that_stop_the_build_stay() -> None:
    """`skip=all` does not suppress the errors that stop the build."""
    assert names("# check=skip=all\nFROM python:3.12\nRNU true\n") == ["ParseError"]


def test_many_findings_below_many_comments() -> None:
    """Many comments above an instruction with many findings take little time."""
    text = "FROM python:3.12\n" + "# check=skip=A // why\n" * 3000 + "RUN a" + " –r" * 3000 + "\n"
    started = time.process_time()
    findings = analyse(text).findings

    assert time.process_time() - started < 1
    assert sum(finding.rule.name == "TypographicCharacter" for finding in findings) == 3000


def test_a_finding_knows_its_instruction() -> None:
    """A finding has the index of its instruction in the file."""
    findings = analyse(f"FROM {RETIRED}:latest\n# a\nRUN apt-get update && \\\n  rm –rf /a\n").findings

    assert {(finding.rule.name, finding.index) for finding in findings} >= {
        ("RetiredImage", 0),
        ("PackageInstallWithoutRoot", 1),
        ("TypographicCharacter", 1),
    }


@pytest.mark.parametrize(
    ("rule", "code", "instruction"),
    [
        ("AptGetWithoutYes", "DL3014", "RUN apt-get update && apt-get install x && rm -rf /var/lib/apt/lists/*"),
        ("AptListsNotRemoved", "DL3009", "RUN apt-get update && apt-get install -y x"),
        ("FinalUserRoot", "DL3002", "USER root"),
    ],
)
def test_a_comment_of_hadolint_ignores_our_rule_for_the_same(rule: str, code: str, instruction: str) -> None:
    """On the line above or for the whole file; elsewhere, and with another code, it does not."""
    start = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\nUSER root\nUSER dockeruser\nUSER root\n"
    text = start.removesuffix("USER root\n") if instruction.startswith("USER") else start
    assert rule in names(f"{text}{instruction}\n")
    assert rule not in names(f"{text}# hadolint ignore=DL1111, {code} # why\n{instruction}\n")
    assert rule not in names(f"# hadolint global ignore={code}\n{text}{instruction}\n")
    assert rule in names(f"{text}# hadolint ignore=DL1111\n{instruction}\n")
    assert rule in names(f"{text}# hadolint ignore={code}\n\n{instruction}\n")


def test_a_comment_of_hadolint_does_not_concern_buildkit() -> None:
    """BuildKit reports its checks all the same, so they stay."""
    assert names("FROM ubuntu\n# hadolint ignore=DL4000\nMAINTAINER me\n") == ["MaintainerDeprecated"]
