"""What BuildKit refuses in one instruction: its words, and the narrowest span."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS
from azureml_dockerfile_ls.syntax.tree import parse


def problems(text: str) -> list[tuple[str, str]]:
    """The problems of the one instruction of a text, each with the text that it marks."""
    (instruction,) = parse(text).instructions
    return [(problem.message, problem.span.of(instruction.text)) for problem in instruction.problems]


def repaired(text: str) -> list[str]:
    """The text after each suggested replacement."""
    (instruction,) = parse(text).instructions
    return [
        text[: problem.span.start] + problem.replacement + text[problem.span.end :]
        for problem in instruction.problems
        if problem.replacement is not None
    ]


GOOD = [
    "FROM a",
    "FROM --platform=$X a:b AS c-d_e.1",
    "FROM a AS C",
    "RUN",
    "RUN --mount=type=cache,target=/x,sharing=locked,mode=0755,uid=0 --mount=type=bind,rw,from=a a",
    "RUN --mount=type=secret,id=a,required --mount=type=ssh,required=true --mount=type=tmpfs,target=/x,size=1.5gb a",
    "RUN --mount=type=$T,size=1,mode=$M a",
    "RUN --network=none --security=insecure --device=a --device=b a",
    "CMD",
    "ENTRYPOINT []",
    "COPY --from=a --chown=a:b --chmod=0755 --link=FALSE a b",
    "COPY --chmod=u=rwX,go=rX --parents --exclude=a --exclude=b a b",
    "COPY --chmod=$M a b",
    'COPY ["a b", "c"]',
    "ADD --checksum=sha256:0 --keep-git-dir=true --unpack https://a/b c",
    "ENV A=1 B='x y'",
    "ENV A b",
    "ARG A B=1",
    "ARG --x A",
    "LABEL 'a b'=c",
    "WORKDIR /a b",
    "USER a:b",
    "EXPOSE 80 8000-8010/tcp 53/UDP $P 127.0.0.1:80:80 [::1]:80:80 8080:80",
    "HEALTHCHECK --interval=1h30m --timeout=1.5s --start-period=0 --start-interval=100ms --retries=0 CMD a",
    "HEALTHCHECK --x NONE",
    "HEALTHCHECK none",
    'SHELL ["a"]',
    "VOLUME a b",
    "STOPSIGNAL SIGTERM",
    "STOPSIGNAL term",
    "STOPSIGNAL RTMIN+3",
    "STOPSIGNAL 9",
    "STOPSIGNAL $S",
    "STOPSIGNAL -1",
    "STOPSIGNAL +9",
    f"STOPSIGNAL {'0' * 5000}9",
    f"EXPOSE {'0' * 5000}80",
    f"HEALTHCHECK --interval={'0' * 5000}1s CMD a",
    "EXPOSE +80 80/ :80",
    "COPY --chmod= a b",
    "COPY git@a b",
    "COPY github.com/a/b c",
    "ADD --checksum= a b",
    "CMD [1e999]",
    "HEALTHCHECK --interval=1.s --timeout=+0 --retries= CMD a",
    "ONBUILD RUN a",
    "MAINTAINER a b",
    "RUN echo ${A^^} ' \"",
    "CMD ${",
    "HEALTHCHECK CMD ${",
    "RUN <<E\n${\nE",
    "COPY <<'E' /x\n${\nE",
]


@pytest.mark.parametrize("text", GOOD)
def test_what_builds_has_no_problem(text: str) -> None:
    """BuildKit accepts each of these."""
    assert problems(text) == []


# Instructions and arguments


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("RNU a", "unknown instruction: RNU (did you mean RUN?)", "RNU"),
        ("rnu a", "unknown instruction: rnu (did you mean run?)", "rnu"),
        ("Copi a b", "unknown instruction: Copi (did you mean copy?)", "Copi"),
        ("whatever", "unknown instruction: whatever", "whatever"),
        ("&& a", "unknown instruction: &&", "&&"),
        ("FROM", "FROM requires either one or three arguments", "FROM"),
        ("FROM a b", "FROM requires either one or three arguments", "b"),
        ("FROM a AS", "FROM requires either one or three arguments", "AS"),
        ("FROM a AS b c d", "FROM requires either one or three arguments", "c d"),
        ("FROM a b c d", "FROM requires either one or three arguments", "b c d"),
        (
            "FROM a AS 1b",
            'invalid name for build stage: "1b", name can\'t start with a number or contain symbols',
            "1b",
        ),
        (
            "COPY a",
            "COPY requires at least two arguments, but only one was provided. Destination could not be determined",
            "a",
        ),
        (
            "ADD",
            "ADD requires at least two arguments, but only one was provided. Destination could not be determined",
            "ADD",
        ),
        ("COPY a <<E\nE", "COPY cannot accept a heredoc as a destination", "<<E"),
        ("COPY https://a/b c", "source can't be a URL for COPY", "https://a/b"),
        ("COPY git@a:b.git c", "source can't be a git ref for COPY", "git@a:b.git"),
        ("COPY https://a/b.git#c d", "source can't be a git ref for COPY", "https://a/b.git#c"),
        ("ENV", "ENV requires at least one argument", "ENV"),
        ("ENV A", "ENV must have two arguments", "A"),
        ("LABEL a", "LABEL must have two arguments", "a"),
        ("ENV A=1 B", 'Syntax error - can\'t find = in "B". Must be of the form: name=value', "B"),
        ('ENV A=b "C"', 'Syntax error - can\'t find = in "\\"C\\"". Must be of the form: name=value', '"C"'),
        ("ENV A=1 =2", "ENV names can not be blank", "=2"),
        ("ARG", "ARG requires at least one argument", "ARG"),
        ("ARG =1", "ARG names can not be blank", "=1"),
        ("WORKDIR", "WORKDIR requires exactly one argument", "WORKDIR"),
        ("USER", "USER requires exactly one argument", "USER"),
        ("MAINTAINER", "MAINTAINER requires exactly one argument", "MAINTAINER"),
        ("STOPSIGNAL", "STOPSIGNAL requires exactly one argument", "STOPSIGNAL"),
        ("EXPOSE", "EXPOSE requires at least one argument", "EXPOSE"),
        ("VOLUME", "VOLUME requires at least one argument", "VOLUME"),
        ("VOLUME []", "VOLUME requires at least one argument", "VOLUME"),
        ('VOLUME ["a", " "]', "VOLUME specified can not be an empty string", '" "'),
        ("SHELL", "SHELL requires at least one argument", "SHELL"),
        ("SHELL a b", "SHELL requires the arguments to be in JSON form", "a b"),
        ("CMD [1]", "when using JSON array syntax, arrays must be comprised of strings only", "[1]"),
        ('COPY ["a", null]', "when using JSON array syntax, arrays must be comprised of strings only", '["a", null]'),
        (
            "HEALTHCHECK CMD [1]",
            "when using JSON array syntax, arrays must be comprised of strings only",
            "CMD [1]",
        ),
        ("HEALTHCHECK", "HEALTHCHECK requires at least one argument", "HEALTHCHECK"),
        ("HEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD", "CMD"),
        ("HEALTHCHECK NONE a b", "HEALTHCHECK NONE takes no arguments", "a b"),
        ("HEALTHCHECK CDM a", 'Unknown type "CDM" in HEALTHCHECK (try CMD)', "CDM"),
        ("ONBUILD", "ONBUILD requires at least one argument", "ONBUILD"),
        ("ONBUILD onbuild RUN a", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", "onbuild"),
        ("ONBUILD FROM a", "FROM isn't allowed as an ONBUILD trigger", "FROM"),
        ("ONBUILD MAINTAINER a", "MAINTAINER isn't allowed as an ONBUILD trigger", "MAINTAINER"),
        ("ONBUILD RNU a", "unknown instruction: RNU (did you mean RUN?)", "RNU"),
        ("EXPOSE x", "invalid containerPort: x", "x"),
        ("EXPOSE 80 9-8", "invalid containerPort: 9-8", "9-8"),
        ("EXPOSE 80000", "invalid containerPort: 80000", "80000"),
        ("EXPOSE 80/TPC", 'invalid port: "80/TPC": invalid proto: TPC', "80/TPC"),
        ("EXPOSE /tcp", 'invalid port: "/tcp": no port specified', "/tcp"),
        ("EXPOSE x:80", "invalid hostPort: x", "x:80"),
        ("EXPOSE a.b:80:80", "invalid IP address: a.b", "a.b:80:80"),
        ("EXPOSE 1-3:80-90", "invalid ranges specified for container and host Ports: 80-90 and 1-3", "1-3:80-90"),
        ("EXPOSE 80-", "invalid containerPort: 80-", "80-"),
        ("EXPOSE 80:", 'invalid port: "80:": no port specified', "80:"),
        ("EXPOSE [::1:80:80", "invalid IP address [::1: address [::1:: missing ']' in address", "[::1:80:80"),
        ("EXPOSE [a]:80:80", "invalid IP address: a", "[a]:80:80"),
        ('VOLUME [""]', "VOLUME specified can not be an empty string", '""'),
        ("SHELL [1e999]", "SHELL requires the arguments to be in JSON form", "[1e999]"),
        (
            'FROM a AS "b"',
            'invalid name for build stage: "\\"b\\"", name can\'t start with a number or contain symbols',
            '"b"',
        ),
        ('HEALTHCHECK "CMD" a', 'Unknown type "\\"CMD\\"" in HEALTHCHECK (try CMD)', '"CMD"'),
        ("COPY https://a/b.git?c=d e", 'unexpected query "c"', "https://a/b.git?c=d"),
        ("STOPSIGNAL +0", "invalid signal: +0", "+0"),
        ("STOPSIGNAL SIGTREM", "invalid signal: SIGTREM", "SIGTREM"),
        ("STOPSIGNAL 0", "invalid signal: 0", "0"),
    ],
)
def test_wrong_arguments(text: str, message: str, marked: str) -> None:
    """The message is at the wrong argument, or at the keyword when an argument is missing."""
    assert problems(text) == [(message, marked)]


# Flags


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("COPY --form=a b c", "unknown flag: --form (did you mean from?)", "form"),
        ("COPY --From=a b c", "unknown flag: --From (did you mean from?)", "From"),
        ("COPY --whatever b c", "unknown flag: --whatever", "whatever"),
        ("CMD --link a", "unknown flag: --link", "link"),
        ("COPY --from b c", "missing a value on flag: --from", "--from"),
        ("COPY --link= b c", "missing a value on flag: --link", "--link="),
        ("COPY --link=yes b c", "expecting boolean value for flag --link, not: yes", "yes"),
        ("COPY --from=a --from=b c d", "duplicate flag specified: --from", "--from=b"),
        (
            "COPY --chmod=64a b c",
            "invalid chmod parameter: '64a'. it should be octal string and between 0 and 07777",
            "64a",
        ),
        (
            "ADD --chmod=77777 b c",
            "invalid chmod parameter: '77777'. it should be octal string and between 0 and 07777",
            "77777",
        ),
        ("HEALTHCHECK --interval=5 CMD a", 'time: missing unit in duration "5"', "5"),
        ("HEALTHCHECK --interval=5x CMD a", 'time: unknown unit "x" in duration "5x"', "5x"),
        ("HEALTHCHECK --interval=a CMD a", 'time: invalid duration "a"', "a"),
        ("HEALTHCHECK --interval=- CMD a", 'time: invalid duration "-"', "-"),
        ("HEALTHCHECK --interval=. CMD a", 'time: invalid duration "."', "."),
        ("HEALTHCHECK --interval=1h30 CMD a", 'time: missing unit in duration "1h30"', "1h30"),
        ("HEALTHCHECK --interval=5s-1s CMD a", 'time: unknown unit "s-" in duration "5s-1s"', "5s-1s"),
        ("HEALTHCHECK --interval=1é CMD a", 'time: unknown unit "\\xc3\\xa9" in duration "1\\xc3\\xa9"', "1é"),
        (
            "HEALTHCHECK --timeout=999999999999h CMD a",
            'time: invalid duration "999999999999h"',
            "999999999999h",
        ),
        ("HEALTHCHECK --timeout=1us CMD a", 'Interval "timeout" cannot be less than 1ms', "1us"),
        ("HEALTHCHECK --timeout=-1s CMD a", 'Interval "timeout" cannot be less than 1ms', "-1s"),
        ("HEALTHCHECK --retries=x CMD a", 'strconv.ParseInt: parsing "x": invalid syntax', "x"),
        (
            "HEALTHCHECK --retries=99999999999 CMD a",
            'strconv.ParseInt: parsing "99999999999": value out of range',
            "99999999999",
        ),
        (
            "COPY --chmod=a+x, b c",
            "invalid chmod parameter: 'a+x,'. it should be octal string and between 0 and 07777",
            "a+x,",
        ),
        ("RUN --network= a", 'invalid network mode ""', "--network="),
        ("HEALTHCHECK --retries=-1 CMD a", "--retries cannot be negative (-1)", "-1"),
        ("RUN --network=x a", 'invalid network mode "x"', "x"),
        ("RUN --security=x a", 'security "x" is not valid', "x"),
    ],
)
def test_wrong_flags(text: str, message: str, marked: str) -> None:
    """The message is at the name of an unknown flag, and at a wrong value."""
    assert problems(text) == [(message, marked)]


@pytest.mark.parametrize(
    ("mount", "message", "marked"),
    [
        ("type=tmp,target=/x", 'unsupported mount type "tmp" (did you mean tmpfs?)', "tmp"),
        ("type=whatever", 'unsupported mount type "whatever"', "whatever"),
        ("typ=bind", "unexpected key 'typ' in 'typ=bind' (did you mean type?)", "typ"),
        ("=bind", "unexpected key '' in '=bind'", "=bind"),
        ("target", "invalid field 'target' must be a key=value pair", "target"),
        ("", "failed to parse csv mounts: EOF", "--mount="),
        (",target=/x", "invalid field '' must be a key=value pair", ","),
        ("target=/x,", "invalid field '' must be a key=value pair", ","),
        ("type=cache,sharing=looked", 'unsupported sharing value "looked" (did you mean locked?)', "looked"),
        ("type=bind,sharing=locked", "invalid cache sharing set for bind mount", "type=bind,sharing=locked"),
        ("from=$A", "'from' doesn't support variable expansion, define alias stage instead", "$A"),
        ("required,type=secret,id=a", "unexpected key 'required' for mount type 'bind'", "required"),
        ("size=1", "unexpected key 'size' for mount type 'bind'", "size"),
        ("type=tmpfs,size=big", "invalid value for size: big", "big"),
        ("ro=maybe", "invalid value for ro: maybe", "maybe"),
        ("type=cache,mode=8", "invalid value 8 for mode", "8"),
        ("type=cache,uid=,target=/x", "invalid value  for uid", "uid="),
        ("type=cache,uid=root", "invalid value root for uid", "root"),
        ("uid=1", 'uid not allowed for "bind" type mounts', "uid=1"),
        ("type=secret", "invalid secret mount. one of source, target required", "type=secret"),
        ("type=secret,src=a,id=b", "both source and id can't be set", "type=secret,src=a,id=b"),
        ("type=secret,id=a,from=b", "secret mount should not have a from", "type=secret,id=a,from=b"),
        (
            "type=secret,id=a,sharing=locked",
            "secret mount should not define sharing",
            "type=secret,id=a,sharing=locked",
        ),
    ],
)
def test_wrong_mounts(mount: str, message: str, marked: str) -> None:
    """The message is at the wrong field, key or value, or at the whole mount; the order of the fields matters."""
    assert problems(f"RUN --mount={mount} a") == [(message, marked)]


def test_a_mount_in_quotes_is_marked_as_a_whole() -> None:
    """With quotes or continuations inside the value, its parts have no spans of their own."""
    assert problems("RUN --mount='type=tmp' a") == [
        ('unsupported mount type "tmp" (did you mean tmpfs?)', "'type=tmp'"),
    ]


# Quotes and variables


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        (
            'USER "a',
            'failed to process "\\"a": unexpected end of statement while looking for matching double-quote',
            '"a',
        ),
        (
            "FROM --platform=${A^} b",
            'failed to process arguments for platform : failed to process "${A^}": '
            "unsupported modifier (^) in substitution",
            "${A^}",
        ),
        (
            'ENV A="b\u00a0\\x',
            'failed to process "\\"b\\u00a0\\\\x": unexpected end of statement while looking for matching double-quote',
            '"b\u00a0\\x',
        ),
        ("FROM a${b:3.16", "failed to process \"a${b:3.16\": syntax error: missing '}'", "a${b:3.16"),
        ("FROM ${A", "failed to process \"${A\": syntax error: missing '}'", "${A"),
        ("WORKDIR ${A^}", 'failed to process "${A^}": unsupported modifier (^) in substitution', "${A^}"),
        ("ENV A=1 B=${}", 'failed to process "${}": syntax error: bad substitution', "${}"),
        ("ENV ${}=1", 'failed to process "${}": syntax error: bad substitution', "${}"),
        (
            'COPY ["it\'s", "/x"]',
            'failed to process "it\'s": unexpected end of statement while looking for matching single-quote',
            "it's",
        ),
        ("COPY --chown=${ a b", "failed to process \"${\": syntax error: missing '}'", "${"),
        (
            "COPY <<E /x\na\n  b ${C^} d\nE",
            'failed to process "a\\n  b ${C^} d\\n": unsupported modifier (^) in substitution',
            "${C^} d",
        ),
    ],
)
def test_wrong_quotes_and_references(text: str, message: str, marked: str) -> None:
    """Quotes and references are checked in all words, pairs, flags and heredocs that BuildKit expands."""
    assert problems(text) == [(message, marked)]


# Lines


def test_a_line_has_at_most_65535_bytes() -> None:
    """The limit is that of BuildKit's scanner, in bytes, for each line."""
    message = "dockerfile line greater than max allowed size of 65535"
    fits, too_long = "RUN " + "x" * 65531, "RUN " + "é" * 32766

    assert problems(fits) == []
    assert problems("RUN a \\\n" + "x" * 65535) == []
    assert problems(too_long) == [(message, too_long)]
    assert problems(f"RUN a \\\n{'x' * 65536}") == [(message, "x" * 65536)]
    assert problems(f"RUN <<E\n{'x' * 65536}\nE") == [(message, "x" * 65536)]


def test_the_number_of_problems_of_one_instruction_is_limited() -> None:
    """A long text pasted after EXPOSE does not flood the editor."""
    assert len(problems("EXPOSE " + "x " * 5_000)) == 1000


# Several problems, and replacements


def test_every_problem_is_reported() -> None:
    """BuildKit stops at the first problem; here all are reported."""
    assert [message for message, _ in problems("COPY --form=a --link=x --chmod=9 b")] == [
        "unknown flag: --form (did you mean from?)",
        "expecting boolean value for flag --link, not: x",
        "invalid chmod parameter: '9'. it should be octal string and between 0 and 07777",
        "COPY requires at least two arguments, but only one was provided. Destination could not be determined",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RNU a", "RUN a"),
        ("rnu a", "run a"),
        ("COPY --form=a b c", "COPY --from=a b c"),
        ("COPY --link=ture b c", "COPY --link=true b c"),
        ("EXPOSE 80/tpc", "EXPOSE 80/tcp"),
        ("RUN --network=nnoe a", "RUN --network=none a"),
        ("RUN --mount=typ=bind a", "RUN --mount=type=bind a"),
        ("RUN --mount=type=cahce,target=/x a", "RUN --mount=type=cache,target=/x a"),
        ("HEALTHCHECK CDM a", "HEALTHCHECK CMD a"),
        ("STOPSIGNAL SIGTREM", "STOPSIGNAL SIGTERM"),
    ],
)
def test_a_typo_has_a_replacement(text: str, expected: str) -> None:
    """A "did you mean" comes with a replacement that solves the problem."""
    assert repaired(text) == [expected]
    assert problems(expected) == []


def test_the_trigger_of_onbuild_is_checked_like_any_instruction() -> None:
    """The problems of each instruction are the same after ONBUILD, at the same text."""
    for name, spec in INSTRUCTIONS.items():
        if spec.trigger:
            assert problems(f"ONBUILD {name} --whatever") == problems(f"{name} --whatever")


def test_a_long_heredoc_is_not_repeated_in_the_message() -> None:
    """BuildKit prints all of its body; beyond a few lines, the line with the problem says more."""
    body = "".join(f"a line of text, number {number}\n" for number in range(20))

    assert problems(f"COPY <<E /x\n{body}b ${{C^}}\nE") == [
        ('failed to process "b ${C^}": unsupported modifier (^) in substitution', "${C^}")
    ]
