"""The errors of BuildKit that depend on several instructions together."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.model.errors import problems_of_model
from azureml_dockerfile_ls.model.model import build
from azureml_dockerfile_ls.syntax.tree import parse

_DIGEST = f"sha256:{'0123456789abcdef' * 4}"

_NO_DEVICES = "device feature is only supported in Dockerfile frontend 1.14.0-labs or later"
_UNKNOWN_PLATFORM = "unknown operating system or architecture: invalid argument"


def problems(text: str) -> list[tuple[int, str, str]]:
    """The errors of a text: index of the instruction, message, and marked text."""
    tree = parse(text)
    return [
        (index, problem.message, problem.span.shift(tree.offset_of(index)).of(text))
        for index, problem in problems_of_model(tree, build(tree))
    ]


def check_only(text: str, message: str, marked: str) -> None:
    """Check that a text has one error, in these words and on this text."""
    assert [(found, at) for _, found, at in problems(text)] == [(message, marked)]


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
        "FROM a\nCOPY --from=e c d\nCOPY --from=1 c d\n",
        "FROM a\nCOPY --from=scratch c d\n",
        "FROM a\nRUN --mount=type=cache c\n",
        "FROM scratch\nWORKDIR /x\nRUN --mount=type=cache c\n",
        "FROM scratch\nRUN --mount=type=ssh --mount=type=secret,id=a,target=/ c\n",
        "FROM scratch\nRUN --mount=type=cache,target=// c\n",
        "FROM scratch AS b\nFROM scratch\nRUN --mount=from=b,target=/x c\n",
        "FROM scratch\nRUN --mount=from=0,target=/x c\n",
        "ARG A\nFROM a:${A?no}\n",
        "FROM a\nENV B=${UNKNOWN:?no}\n",
        "FROM scratch\nARG A\nENV B=${A:?no}\n",
        "FROM scratch\nENV A=1\nENV B=${A:?no}\n",
        "FROM a\nVOLUME $UNKNOWN\nSTOPSIGNAL $UNKNOWN\n",
        "FROM scratch\nSTOPSIGNAL 'SIGTERM'\n",
        "FROM a\nADD https://a/b?c=d git@a:b?ref=c e\n",
        "FROM a\nADD https://a/b.git?ref=c#c https://a/b.git?tag=c#refs/tags/c https://a/b.git?a=%zz e\n",
        "FROM a\nADD --keep-git-dir https://a/b.git?keep-git-dir=true c\n",
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
    check_only(text, message, marked)


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
        ("FROM a\nCOPY --from=-1 b c\n", "invalid stage index -1", "-1"),
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
    check_only(text, message, marked)


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
    check_only(text, message, marked)


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


@pytest.mark.parametrize(
    ("mounts", "message", "marked"),
    [
        ("type=cache", 'invalid mount target "/"', "--mount=type=cache"),
        ("type=bind", 'invalid mount target "/"', "--mount=type=bind"),
        ("type=tmpfs,target=/", 'invalid mount target "/"', "/"),
        ("target=.", 'invalid mount target "/"', "."),
        ("target=../..", 'invalid mount target "/"', "../.."),
        ("target=$UNSET", 'invalid mount target "/"', "$UNSET"),
        ("type=$UNSET", 'unsupported mount type ""', "$UNSET"),
        ("type=cache,target=/x,uid=$UNSET", "invalid value  for uid", "$UNSET"),
        ("target=${UNSET:?a}", 'failed to process "${UNSET:?a}": UNSET: a', "${UNSET:?a}"),
        ("from=own,target=/x", "circular dependency detected on stage: own", "own"),
        (
            "from=later,target=/x",
            'cannot mount from stage "later" to "/x", stage needs to be defined before current command',
            "later",
        ),
        (
            "target=/x,from=Ab",
            'failed to parse stage name "Ab": invalid reference format: repository name (library/Ab) must be lowercase',
            "Ab",
        ),
    ],
)
def test_wrong_mounts(mounts: str, message: str, marked: str) -> None:
    """A mount needs a target that is not the root where the working directory is known, and an earlier stage."""
    check_only(f"FROM scratch AS own\nRUN --mount={mounts} a\nFROM scratch AS later\n", message, marked)


def test_a_mount_below_the_working_directory() -> None:
    """WORKDIR decides what a relative target is."""
    check_only("FROM a\nWORKDIR /b\nRUN --mount=target=.. c\n", 'invalid mount target "/"', "..")


@pytest.mark.parametrize(
    ("checksum", "message"),
    [
        ("abc", "invalid checksum digest format"),
        ("sha256:abc", "invalid checksum digest length"),
        (f"md5:{_DIGEST[7:39]}", "unsupported digest algorithm"),
        (_DIGEST.upper().replace("SHA", "sha"), "invalid checksum digest format"),
    ],
)
def test_wrong_checksums(checksum: str, message: str) -> None:
    """The checksum of a download has an algorithm and a hash of its length."""
    check_only(f"FROM a\nADD --checksum={checksum} https://a/b c\n", message, checksum)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("https://a/b.git?ref=", 'query "ref" has no value'),
        ("https://a/b.git?foo=1", 'unexpected query "foo"'),
        ("https://a/b.git?ref=a&ref=b", 'query "ref" has multiple values'),
        ("https://a/b.git?subdir=x#y:z", 'subdir conflicts: "z" vs "x"'),
        ("https://a/b.git?ref=x#y", 'ref conflicts: "y" vs "x"'),
        ("https://a/b.git?tag=x#y", 'ref conflicts: "y" vs "refs/tags/x"'),
        ("https://a/b.git?branch=x#y", 'ref conflicts: "y" vs "refs/heads/x"'),
        ("https://a/b.git?tag=x&branch=y", "branch conflicts with tag"),
        ("https://a/b.git?submodules=x", 'invalid submodules value: "x"'),
        ("git@a:b?foo=1", 'unexpected query "foo"'),
        ("github.com/a/b?foo=1", 'unexpected query "foo"'),
        ("ssh://a/b?foo=1", 'unexpected query "foo"'),
    ],
)
def test_wrong_queries_of_git_sources(source: str, message: str) -> None:
    """The query of a repository has known names, one value for each, and agrees with the fragment."""
    check_only(f"FROM a\nADD {source} c\n", message, source)


@pytest.mark.parametrize(
    ("flag", "query", "message"),
    [
        ("--checksum=abcdef0", "checksum=abd", 'checksum mismatch "abcdef0" != "abd"'),
        ("--keep-git-dir", "keep-git-dir=false", "inconsistent keep-git-dir configuration"),
        ("--keep-git-dir=false", "keep-git-dir=1", "inconsistent keep-git-dir configuration"),
    ],
)
def test_a_query_that_contradicts_a_flag(flag: str, query: str, message: str) -> None:
    """A flag of ADD and the query of its source say the same."""
    check_only(f"FROM a\nADD {flag} https://a/b.git?{query} c\n", message, f"https://a/b.git?{query}")


@pytest.mark.parametrize(
    ("line", "message", "marked"),
    [
        ("STOPSIGNAL $UNSET", "invalid signal: ", "$UNSET"),
        ("STOPSIGNAL $", "invalid signal: $", "$"),
        ('STOPSIGNAL "SIGITN"', "invalid signal: SIGITN", '"SIGITN"'),
        ("VOLUME $UNSET", "VOLUME specified can not be an empty string", "$UNSET"),
        (
            "ARG A=abc\nCOPY --chmod=$A b c",
            "invalid chmod parameter: 'abc'. it should be octal string and between 0 and 07777",
            "$A",
        ),
        ("VOLUME a ''", "VOLUME specified can not be an empty string", "''"),
        ("EXPOSE 'http'", "invalid containerPort: http", "'http'"),
        ("ENV A=${X:?}", 'failed to process "${X:?}": X: is not allowed to be unset', "${X:?}"),
        ("ARG A=${X?no}", 'failed to process "${X?no}": X: no', "${X?no}"),
        ("COPY --chown=${X:?no} a b", 'failed to process "${X:?no}": X: no', "${X:?no}"),
        ("COPY ${X:?no} b", 'failed to process "${X:?no}": X: no', "${X:?no}"),
        ("WORKDIR ${X:?a b}", 'failed to process "${X:?a b}": X: a b', "${X:?a b}"),
        ("RUN --device=x a", _NO_DEVICES, "--device=x"),
        ("RUN --device= a", "failed to parse csv devices: EOF", "--device="),
    ],
)
def test_what_is_only_wrong_after_expansion(line: str, message: str, marked: str) -> None:
    """On scratch, what the file does not set is not set."""
    check_only(f"FROM scratch\n{line}\n", message, marked)


def test_an_empty_variable_is_refused_in_its_own_words() -> None:
    """With a colon, a variable must not be empty either."""
    text = "FROM scratch\nENV X=\nENV A=${X:?}\n"
    check_only(text, 'failed to process "${X:?}": X: is not allowed to be empty', "${X:?}")


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("FROM a:${X?no}\n", 'failed to process "a:${X?no}": X: no', "a:${X?no}"),
        (
            "FROM --platform=T$ARGETPLATFORM a\n",
            f'failed to parse platform T$ARGETPLATFORM: "T": {_UNKNOWN_PLATFORM} (did you mean TARGETPLATFORM?)',
            "T$ARGETPLATFORM",
        ),
        (
            "FROM --platform=${BUILDPLATORM:-} a\n",
            "empty platform value from expression ${BUILDPLATORM:-} (did you mean BUILDPLATFORM?)",
            "${BUILDPLATORM:-}",
        ),
        (
            "FROM --platform=linux/ a\n",
            'failed to parse platform linux/: "" is an invalid component of "linux/": '
            'platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument',
            "linux/",
        ),
        (
            f"FROM a@sha256:{_DIGEST[8:]}\n",
            f'failed to parse stage name "a@sha256:{_DIGEST[8:]}": invalid checksum digest length',
            f"a@sha256:{_DIGEST[8:]}",
        ),
    ],
)
def test_more_wrong_base_images(text: str, message: str, marked: str) -> None:
    """A digest, a platform and a required variable of a FROM."""
    check_only(text, message, marked)


def test_stages_that_copy_from_each_other() -> None:
    """Each instruction of the circle has the error, with the name of its first stage."""
    message = "circular dependency detected on stage: a"
    text = (
        "FROM scratch AS a\nCOPY --from=b / /\nFROM scratch AS b\nRUN --mount=from=c,target=/x y\n"
        "FROM scratch AS c\nCOPY --from=a / /\nFROM scratch\nCOPY --from=a / /\n"
    )
    assert problems(text) == [(1, message, "b"), (3, message, "c"), (5, message, "a")]


def test_a_stage_that_is_built_on_another_is_not_in_its_circle() -> None:
    """BuildKit follows COPY and mounts, but not FROM."""
    check_only(
        "FROM scratch AS a\nCOPY --from=c / /\nFROM a AS b\nFROM scratch AS c\nCOPY --from=b / /\n",
        'cannot copy from stage "c", it needs to be defined before current stage "a"',
        "c",
    )


def test_a_repeated_name_means_the_last_stage() -> None:
    """BuildKit looks for the name among all stages of the file."""
    check_only(
        "FROM scratch AS a\nFROM scratch\nCOPY --from=a b c\nFROM scratch AS a\n",
        'cannot copy from stage "a", it needs to be defined before current stage "stage-1"',
        "a",
    )


@pytest.mark.parametrize(
    "syntax", ["docker/dockerfile:1-labs", "docker.io/docker/dockerfile:labs", "example.com/other/frontend"]
)
def test_devices_in_the_labs_frontend(syntax: str) -> None:
    """A frontend that has the feature, or may have it, takes the flag."""
    assert problems(f"# syntax={syntax}\nFROM scratch\nRUN --device=x a\n") == []
