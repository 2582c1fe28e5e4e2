"""`.dockerignore`: which paths are left out of a build context, by the rules of moby's pattern matcher."""

from __future__ import annotations

import time

import pytest

from azureml_dockerfile_ls.context.dockerignore import MAX_LENGTH, MAX_PATTERNS, NOTHING, Ignore, parse
from azureml_dockerfile_ls.context.patterns import Budget, TooMuchError


def is_ignored(text: str, path: str) -> bool:
    """Whether a `.dockerignore` excludes a path, given the verdicts on the folders above it."""
    ignore = parse(text)
    assert ignore is not None, "Docker refuses the file"
    budget, verdict, reached = Budget(), NOTHING, ""
    for name in path.split("/"):
        reached = f"{reached}/{name}".lstrip("/")
        verdict = ignore.judge(reached, verdict, budget)
    return verdict.is_ignored


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        # Plain names, from the root of the context only.
        ("score.py", "score.py", True),
        ("score.py", "code/score.py", False),
        ("code/score.py", "code/score.py", True),
        ("score.py", "score.pyc", False),
        ("score.py", "scoreXpy", False),
        ("code", "code/deep/score.py", True),
        ("code", "code2/score.py", False),
        # A slash at either end changes nothing; `.`, `..` and double slashes are cleaned away.
        ("/code", "code/a", True),
        ("code/", "code/a", True),
        ("code/", "code", True),
        ("./code", "code/a", True),
        ("a/../code", "code/a", True),
        ("code//deep", "code/deep/a", True),
        (".", "code", False),
        ("..", "code", False),
        ("../code", "code", False),
        ("/", "code", False),
        # One star and `?` stay in their folder.
        ("*", "score.py", True),
        ("*", "code/score.py", True),
        ("*.py", "score.py", True),
        ("*.py", "code/score.py", False),
        ("*/*.py", "code/score.py", True),
        ("*/*.py", "code/deep/score.py", False),
        ("code/*", "code", False),
        ("code/*", "code/deep/score.py", True),
        ("s?ore.py", "score.py", True),
        ("s?ore.py", "sore.py", False),
        ("a?b", "a/b", False),
        ("a*b*c", "a1b2c", True),
        ("a*b*c", "a1b/2c", False),
        ("s*e*.py", "score.py", True),
        (".*", ".git/config", True),
        (".*", "a.git", False),
        # Two stars cross folders.
        ("**", "code/score.py", True),
        ("**/", "code/score.py", True),
        ("**/*.py", "score.py", True),
        ("**/*.py", "code/deep/score.py", True),
        ("**/*.py", "code/deep/score.pyc", False),
        ("**/cache", "cache/a", True),
        ("**/cache", "code/cache/a", True),
        ("**/cache", "code/mycache", False),
        ("**cache", "code/mycache", True),
        ("code/**", "code", False),
        ("code/**", "code/deep/a", True),
        ("code/**/a", "code/a", True),
        ("code/**/a", "code/x/y/a", True),
        ("code/**/a", "code/xa", False),
        ("**/**/a.txt", "x/y/a.txt", True),
        ("**/s*e", "x/y/score", True),
        ("**/s*e", "x/y/scores", False),
        ("**/a/*/b", "x/a/y/b", True),
        ("**/a/*/b", "x/a/y/z/b", False),
        ("a**b", "a/x/b", True),
        ("a**b", "axb", False),
        ("a**/*.py", "a/score.py", True),
        # Classes, which unlike stars may stand for a slash when they are negated.
        ("score[12].py", "score1.py", True),
        ("score[12].py", "score3.py", False),
        ("score[a-c].py", "scoreb.py", True),
        ("score[^a-c].py", "scoreb.py", False),
        ("score[^a-c].py", "scored.py", True),
        ("a[^b]c", "a/c", True),
        ("[!a]", "b", False),
        ("[!a]", "!", True),
        # A backslash takes away the meaning of what follows.
        (r"a\*b", "a*b", True),
        (r"a\*b", "axb", False),
        (r"\#a", "#a", True),
        (r"a\[1\]", "a[1]", True),
        # Whatever else a regular expression would care for is a plain character.
        ("a.b+c(d)|{e}$", "a.b+c(d)|{e}$", True),
        ("a.b", "axb", False),
        ("x^2", "x^2", True),
        # Names are compared as they are written.
        ("Score.py", "score.py", False),
        ("modèle*", "modèles.pkl", True),
    ],
)
def test_one_pattern(pattern: str, path: str, expected: bool) -> None:
    """A single pattern excludes the paths that it matches."""
    assert is_ignored(f"{pattern}\n", path) is expected


@pytest.mark.parametrize(
    ("lines", "path", "expected"),
    [
        (["docs", "!docs/readme.md"], "docs/readme.md", False),
        (["docs", "!docs/readme.md"], "docs/other.md", True),
        (["docs/*", "!docs/readme.md"], "docs/readme.md", False),
        (["!score.py", "*.py"], "score.py", True),
        (["*.py", "!score.py", "s*.py"], "score.py", True),
        (["*", "!code"], "code/deep/score.py", False),
        (["*", "!code"], "data/score.py", True),
        (["*", "!code/**", "code/secret"], "code/secret/a", True),
        (["*", "!code/**", "code/secret"], "code/a", False),
        (["**", "!code/score.py"], "code/score.py", False),
        (["**", "! code/score.py"], "code/score.py", False),
        (["**", "!/code/score.py"], "code/score.py", False),
        (["**/*.py", "!**/score.py"], "a/b/score.py", False),
        # An exception before any exclusion says nothing of what is below it either.
        (["*/x", "!a"], "a/x", True),
        ([], "score.py", False),
    ],
)
def test_the_last_match_counts(lines: list[str], path: str, expected: bool) -> None:
    """A line with `!` is an exception to earlier lines, and a folder passes its matches on to its entries."""
    assert is_ignored("\n".join(lines), path) is expected


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("# score.py\n", "# score.py", False),
        (" # score.py\n", "# score.py", True),
        ("score.py # no comment\n", "score.py", False),
        ("\n\n  score.py \t\r\n", "score.py", True),
        ("\ufeffscore.py", "score.py", True),
        ("a\n\ufeffscore.py", "score.py", False),
        ("\ufeff# a\nscore.py", "score.py", True),
        ("score.py", "score.py", True),
        ("/\nscore.py", "score.py", True),
    ],
)
def test_lines(text: str, path: str, expected: bool) -> None:
    """Comments start in the first column; white space around a pattern and a byte order mark are ignored."""
    assert is_ignored(text, path) is expected


@pytest.mark.parametrize(
    "line",
    [
        "!",
        "! ",
        "!/",
        "[",
        "a[",
        "[]a]",
        "[^]",
        "[a-]",
        "[-a]",
        "[a-b-c]",
        "a\\",
        # What moby's regular expression makes something else of.
        "[z-a]",
        r"a\d*",
        "^a*",
        "[*]",
        "[[:alpha:]]",
    ],
)
def test_what_docker_refuses(line: str) -> None:
    """A file that Docker refuses has no rules."""
    assert parse(f"a\n{line}\nb\n") is None


def test_a_file_without_patterns() -> None:
    """A file without patterns excludes nothing."""
    assert parse("") == parse("# nothing\n\n") == Ignore(())


@pytest.mark.parametrize(
    "text",
    ["a\n" * (MAX_PATTERNS + 1), "\n".join(["x" * 1000] * (MAX_LENGTH // 1000 + 1)), "#" * 70_000, "*" * 5000],
)
def test_more_than_a_person_writes(text: str) -> None:
    """A file with very many or very long patterns has no rules."""
    assert parse(text) is None


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("docs", True), ("docs/de", True), ("docs/de/guide", False), ("src", False), ("node", True)],
)
def test_where_an_exception_may_be(folder: str, expected: bool) -> None:
    """Only an excluded folder that may contain an exception is searched."""
    ignore = parse("*\n!docs/de/readme.md\n!node/**\n")

    assert ignore is not None
    assert ignore.may_except_below(folder) is expected


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 400, "a" * 255),
        ("**/a" * 300, "a/" * 1000 + "b"),
        ("*[^x]" * 200 + "y", "z" * 255),
        ("**a" * 300, "a" * 255),
        ("?*" * 400 + "b", "a" * 255),
    ],
)
def test_hostile_patterns(pattern: str, path: str) -> None:
    """Many stars take no exponential time: the budget of steps ends the work."""
    ignore = parse(pattern)
    assert ignore is not None
    budget = Budget()

    start = time.process_time()
    try:
        for _ in range(50):
            ignore.judge(path, NOTHING, budget)
    except TooMuchError:
        pass
    assert time.process_time() - start < 1


@pytest.mark.slow
def test_many_patterns_for_many_files_have_a_limit() -> None:
    """The patterns of a large real file fit a large folder; a thousand of them are not compared with 20,000 files."""

    def judge(patterns: int, paths: int) -> None:
        ignore, budget = parse("".join(f"**/a{n}*.tmp\n" for n in range(patterns))), Budget()
        for n in range(paths):
            ignore.judge(f"file{n}.txt", NOTHING, budget)

    judge(300, 5000)
    with pytest.raises(TooMuchError):
        judge(1000, 20_000)
