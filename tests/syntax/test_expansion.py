"""The expansion of the variables and quotes of a word, as BuildKit does it."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.syntax.expansion import UNKNOWN, ExpansionError, Unknown, expand

VALUES: dict[str, str | Unknown] = {
    "A": "a",
    "EMPTY": "",
    "SPACES": "x y",
    "IMAGE": "reg.io/a/b:1.0",
    "UNKNOWN": UNKNOWN,
    "1": "one",
}


def expanded(word: str, escape: str = "\\") -> str | None:
    """Expand a word with the variables of VALUES; all others are not set."""
    return expand(word, escape, VALUES.get)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("a", "a"),
        ("$A", "a"),
        ("${A}", "a"),
        ("x$A.y", "xa.y"),
        ("x${A}y", "xay"),
        ("$UNSET", ""),
        ("$SPACES", "x y"),
        ("$1a", "onea"),
        ("$", "$"),
        ("a$.", "a$."),
        ("$$A", "A"),
    ],
)
def test_a_reference_is_replaced(word: str, value: str) -> None:
    """A name ends at the first character that is not a letter, digit or underscore; an unset variable is empty."""
    assert expanded(word) == value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ('"a b"', "a b"),
        ("'a b'", "a b"),
        ("a'b'\"c\"", "abc"),
        ("'$A'", "$A"),
        ('"$A"', "a"),
        ("\"'$A'\"", "'a'"),
        ("\\$A", "$A"),
        ("\\\\", "\\"),
        ("a\\b", "ab"),
        ('"\\$A \\" \\a \\\\"', '$A " \\a \\'),
        ("'\\'", "\\"),
        ("a\\", "a"),
    ],
)
def test_quotes_and_escapes_are_removed(word: str, value: str) -> None:
    """As in a shell, nothing is special in single quotes, and only `$`, `"` and the escape are in double quotes."""
    assert expanded(word) == value


def test_the_backtick_can_escape() -> None:
    """With `# escape=` and a backtick, a backslash is text."""
    assert expanded("`$A\\$A", "`") == "$A\\a"


def test_quotes_are_text_in_a_heredoc() -> None:
    """Quotes in a heredoc are kept; variables and escapes are expanded."""
    assert expand("'$A' \"${A}\" \\$A", "\\", VALUES.get, quotes=False) == "'a' \"a\" $A"


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("${A:-x}", "a"),
        ("${EMPTY:-x}", "x"),
        ("${UNSET:-x}", "x"),
        ("${EMPTY-x}", ""),
        ("${UNSET-x}", "x"),
        ("${A:+x}", "x"),
        ("${EMPTY:+x}", ""),
        ("${UNSET:+x}", ""),
        ("${EMPTY+x}", "x"),
        ("${UNSET+x}", ""),
        ("${A:?x}", "a"),
        ("${UNSET:-}", ""),
        ("${UNSET:-${A}}", "a"),
        ("${UNSET:-${ALSO_UNSET:-$A}b}", "ab"),
        ("${UNSET:-\"x y\"'z'}", "x yz"),
        ("${UNSET:-\\}}", "}"),
        ("${A:+${UNSET:-${A:+b}}}", "b"),
    ],
)
def test_defaults_and_alternatives(word: str, value: str) -> None:
    """With a colon an empty value is treated as unset; both words may contain further references."""
    assert expanded(word) == value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("${IMAGE#*/}", "a/b:1.0"),
        ("${IMAGE##*/}", "b:1.0"),
        ("${IMAGE%/*}", "reg.io/a"),
        ("${IMAGE%%/*}", "reg.io"),
        ("${IMAGE%%:*}", "reg.io/a/b"),
        ("${IMAGE#r?g}", ".io/a/b:1.0"),
        ("${IMAGE#x}", "reg.io/a/b:1.0"),
        ("${UNSET#x}", ""),
        ("${IMAGE/a/x}", "reg.io/x/b:1.0"),
        ("${IMAGE//[:]/x}", "reg.io/a/b:1.0"),
        ("${IMAGE//./-}", "reg-io/a/b:1-0"),
        ("${IMAGE/a*/x}", "reg.io/x"),
        ("${IMAGE/\\//x}", "reg.ioxa/b:1.0"),
        ("${IMAGE//\\?/x}", "reg.io/a/b:1.0"),
        ("${IMAGE/b/$A}", "reg.io/a/a:1.0"),
    ],
)
def test_patterns(word: str, value: str) -> None:
    """`#` and `%` remove a match at the start and the end, the longest if doubled; `/` replaces one match, `//` all."""
    assert expanded(word) == value


@pytest.mark.parametrize(
    "word",
    [
        "$UNKNOWN",
        "x${UNKNOWN}y",
        "${UNKNOWN:-x}",
        "${UNKNOWN:+x}",
        "${UNKNOWN:?x}",
        "${UNKNOWN#x}",
        "${A:+$UNKNOWN}",
        "${A/a/$UNKNOWN}",
        "${UNKNOWN}${UNKNOWN:?x}",
    ],
)
def test_an_unknown_value_makes_the_word_unknown(word: str) -> None:
    """A word whose value depends on an unknown variable is unknown."""
    assert expanded(word) is None


@pytest.mark.parametrize(
    ("word", "value"),
    [("${A:-$UNKNOWN}", "a"), ("${UNSET:+$UNKNOWN}", ""), ("\\$UNKNOWN", "$UNKNOWN"), ("'$UNKNOWN'", "$UNKNOWN")],
)
def test_an_unknown_value_that_is_not_used_has_no_effect(word: str, value: str) -> None:
    """A default that is not needed, and a quoted reference, may name an unknown variable."""
    assert expanded(word) == value


@pytest.mark.parametrize(
    ("word", "message", "offset"),
    [
        ("${", "syntax error: missing '}'", 0),
        ("x${A", "syntax error: missing '}'", 1),
        ("${A:", "syntax error: missing '}'", 0),
        ("${A:-x", "syntax error: missing '}'", 5),
        ("${}", "syntax error: bad substitution", 0),
        ("${:-x}", "syntax error: bad substitution", 0),
        ("${{A}}", "syntax error: bad substitution", 0),
        ("${A^^}", "unsupported modifier (^) in substitution", 0),
        ("${A:!x}", "unsupported modifier (:!) in substitution", 0),
        ("${A:#x}", "unsupported modifier (:#) in substitution", 0),
        ("${#A}", "unsupported modifier (A) in substitution", 0),
        ("${A/x}", "syntax error: missing '/' in ${}", 4),
        ("${A/x/y", "syntax error: missing '}'", 6),
        ("${A#\\q}", "invalid pattern (\\q) in substitution: invalid escape '\\q'", 0),
        ("${A/\\q/y}", "invalid pattern (\\q) in substitution: invalid escape '\\q'", 0),
        ("${UNSET:?}", "UNSET: is not allowed to be unset", 0),
        ("${EMPTY:?}", "EMPTY: is not allowed to be empty", 0),
        ("${UNSET?say so}", "UNSET: say so", 0),
        ("a'b", "unexpected end of statement while looking for matching single-quote", 1),
        ('a"b', "unexpected end of statement while looking for matching double-quote", 1),
        ('"\\"', "unexpected end of statement while looking for matching double-quote", 0),
    ],
)
def test_what_buildkit_refuses(word: str, message: str, offset: int) -> None:
    """The error has BuildKit's words, and the offset in the word."""
    with pytest.raises(ExpansionError) as raised:
        expanded(word)

    assert (str(raised.value), raised.value.offset) == (message, offset)


@pytest.mark.parametrize(
    "word",
    [
        *("${UNSET:-" * 10_000 + "}" * 10_000, "${UNSET:-" * 10_000, "$BIG" * 2_000, "${BIG//x/" + "y" * 2_000 + "}"),
        *("${BIG%" + "*x" * 50 + "y}", "${BIG#" + "x" * 200_000 + "}"),
    ],
)
def test_an_excessive_word_is_unknown(word: str) -> None:
    """Deep nesting, growing values and slow patterns make the word unknown, instead of taking long."""
    assert expand(word, "\\", {"BIG": "x" * 2_000}.get) is None
