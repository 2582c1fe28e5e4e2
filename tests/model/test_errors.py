"""The errors of BuildKit that depend on several instructions together."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.model.errors import problems_of_model
from azureml_dockerfile_ls.model.model import build
from azureml_dockerfile_ls.syntax.tree import parse

_DIGEST = f"sha256:{'0123456789abcdef' * 4}"

_UNKNOWN_PLATFORM = "unknown operating system or architecture: invalid argument"


def problems(text: str) -> list[tuple[int, str, str]]:
    """The errors of a text: index of the instruction, message, and marked text."""
    tree = parse(text)
    return [
        (index, problem.message, problem.span.shift(tree.offset_of(index)).of(text))
        for index, problem in problems_of_model(tree, build(tree))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "ARG A=1\nFROM a\nRUN b\n",
        "FROM scratch\n",
        "FROM mcr.microsoft.com/azureml/a:{{latest-image-tag:.*}}\n",
        "ARG A\nFROM $A\n",
        "ARG A\nFROM --platform=$A a\n",
        "FROM --platform=$BUILDPLATFORM a\n",
        "FROM --platform=linux/arm/v7 a\n",
        "FROM --platform=windows(10.0.17763)/amd64 a\n",
        "FROM --platform=arm64 a\n",
        "FROM a AS b\nFROM b\nCOPY --from=b c d\nCOPY --from=0 c d\nCOPY --from=B c d\n",
        "FROM a\nCOPY --from=e/f:1 c d\n",
        "FROM a\nCOPY --from= c d\n",
        "FROM a\nARG P=80\nEXPOSE $P/tcp $UNKNOWN\n",
        "FROM a\nARG P='80 443/tcp'\nEXPOSE $P\n",
        f"FROM a\nADD --checksum={_DIGEST} https://a/b c\n",
        f"FROM a\nARG U=https://a\nADD --checksum={_DIGEST} $U/b c\n",
        "FROM a\nADD --checksum=abc https://a/b.git c\n",
        "FROM a\nADD --checksum= b c\n",
        "FROM a\nADD --checksum=sha256:0 $UNKNOWN c\n",
        "",
        "RNU a\n",
    ],
)
def test_files_without_an_error(text: str) -> None:
    """BuildKit accepts each of these files, or refuses one of its instructions alone."""
    assert problems(text) == []


def test_only_arg_may_precede_the_first_from() -> None:
    """Any other instruction before the first FROM is an error."""
    assert problems("ARG A\nRUN a\nENV B=1\nFROM a\n") == [
        (1, "no build stage in current context", "RUN"),
        (2, "no build stage in current context", "ENV"),
    ]


def test_a_file_of_args_has_no_stage() -> None:
    """A file with only ARGs has an error on the last of them."""
    assert problems("ARG A\nARG B\n") == [(1, "dockerfile contains no stages to build", "ARG")]


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("FROM $A\n", "base name ($A) should not be blank", "$A"),
        ("ARG A=\nFROM $A\n", "base name ($A) should not be blank", "$A"),
        ("FROM a:\n", 'failed to parse stage name "a:": invalid reference format', "a:"),
        ("FROM <image>\n", 'failed to parse stage name "<image>": invalid reference format', "<image>"),
        (
            "FROM a AS Build\nFROM Build\n",
            'failed to parse stage name "Build": invalid reference format: '
            "repository name (library/Build) must be lowercase",
            "Build",
        ),
        ("ARG A=a:b:c\nFROM $A\n", 'failed to parse stage name "a:b:c": invalid reference format', "$A"),
        ("FROM --platform=$A a\n", "empty platform value from expression $A", "$A"),
        (
            "FROM --platform=$BUILDPLATFROM a\n",
            "empty platform value from expression $BUILDPLATFROM (did you mean BUILDPLATFORM?)",
            "$BUILDPLATFROM",
        ),
        (
            "FROM --platform=linx a\n",
            'failed to parse platform linx: "linx": unknown operating system or architecture: invalid argument',
            "linx",
        ),
        (
            "FROM --platform=linux/a/b/c a\n",
            'failed to parse platform linux/a/b/c: "linux/a/b/c": cannot parse platform specifier: invalid argument',
            "linux/a/b/c",
        ),
        (
            "ARG P=*\nFROM --platform=$P a\n",
            'failed to parse platform $P: "*": wildcards not yet supported: invalid argument',
            "$P",
        ),
    ],
)
def test_wrong_base_images(text: str, message: str, marked: str) -> None:
    """The image is checked with its variables replaced, and its text in the file is marked."""
    assert [(found, at) for _, found, at in problems(text)] == [(message, marked)]


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        (
            "FROM a AS b\nCOPY --from=c d e\nFROM a AS c\n",
            'cannot copy from stage "c", it needs to be defined before current stage "b"',
            "c",
        ),
        (
            "FROM a\nCOPY --from=1 d e\nFROM a\n",
            'cannot copy from stage "1", it needs to be defined before current stage "stage-0"',
            "1",
        ),
        ("FROM a AS b\nCOPY --from=B c d\n", "circular dependency detected on stage: b", "B"),
        ("FROM a\nFROM a\nCOPY --from=1 c d\n", "circular dependency detected on stage: stage-1", "1"),
        ("FROM a\nCOPY --from=7 b c\n", "invalid stage index 7", "7"),
        (
            "FROM a\nCOPY --from=$B c d\n",
            "variable expansion is not supported for --from, "
            "define a new stage with FROM using ARG from global scope as a workaround",
            "$B",
        ),
        (
            "FROM a\nCOPY --from=b//c d e\n",
            'failed to parse stage name "b//c": invalid reference format',
            "b//c",
        ),
        (
            "FROM a\nCOPY --from=b/C d e\n",
            'failed to parse stage name "b/C": invalid reference format: repository name (b/C) must be lowercase',
            "b/C",
        ),
    ],
)
def test_wrong_sources_of_copy(text: str, message: str, marked: str) -> None:
    """BuildKit refuses a later stage, the stage itself, a too high number, a variable and an invalid name."""
    assert [(found, at) for _, found, at in problems(text)] == [(message, marked)]


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("FROM a\nARG P=http\nEXPOSE 80 $P\n", "invalid containerPort: http", "$P"),
        ("FROM a\nADD --checksum=sha256:0 b c\n", "checksum requires HTTP(S) or Git sources", "--checksum=sha256:0"),
        (
            "FROM a\nADD --checksum=sha256:0 https://a/b https://a/c d\n",
            "checksum can't be specified for multiple sources",
            "--checksum=sha256:0",
        ),
    ],
)
def test_wrong_values_of_variables(text: str, message: str, marked: str) -> None:
    """These errors depend on the values of variables."""
    assert [(found, at) for _, found, at in problems(text)] == [(message, marked)]


def test_a_misspelt_platform_has_a_replacement() -> None:
    """The error on a misspelt platform variable has the whole expression as its replacement."""
    tree = parse("FROM --platform=${TARGETPLATFROM} a\n")
    ((_, problem),) = problems_of_model(tree, build(tree))

    assert problem.replacement == "${TARGETPLATFORM}"


def test_a_stage_in_another_letter_case_has_a_replacement() -> None:
    """FROM finds a stage only by its name in lower case, so that name is the replacement."""
    tree = parse("FROM a AS Build\nFROM Build\n")
    ((_, problem),) = problems_of_model(tree, build(tree))

    assert problem.replacement == "build"
