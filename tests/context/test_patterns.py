"""Patterns in the sources of COPY, as Go's `filepath.Match` reads them."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.context.patterns import Budget, PatternError, is_pattern, of_copy


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("*.py", "score.py", True),
        ("*.py", ".py", True),
        ("*", ".hidden", True),
        ("s*e.py", "score.py", True),
        ("**.py", "score.py", True),
        ("sc?re.py", "score.py", True),
        ("[^m]ain.py", "main.py", False),
        ("[^m]ain.py", "gain.py", True),
        ("[a-z]*", "Score.py", False),
        (r"\*.py", "*.py", True),
        (r"\*.py", "a.py", False),
        ("*.p", "score.py", False),
        ("s*s*", "s", False),
        ("a*b*c*d", "abcbcd", True),
    ],
)
def test_names(pattern: str, name: str, expected: bool) -> None:
    """A pattern matches a whole name."""
    assert of_copy(pattern).fits(name, Budget()) is expected


def test_a_star_stays_in_its_folder() -> None:
    """`*`, `?` and classes do not match a slash, unlike in `.dockerignore`."""
    assert not any(of_copy(pattern).fits("a/b", Budget()) for pattern in ("*", "a?b", "a[^x]b", "a*b"))


@pytest.mark.parametrize("pattern", ["[", "[]", "a\\", "[a-]", "*" * 5000])
def test_what_go_refuses(pattern: str) -> None:
    """A pattern that Go refuses is an error."""
    with pytest.raises(PatternError):
        of_copy(pattern)


@pytest.mark.parametrize(("source", "expected"), [("code", False), ("*.py", True), ("a[1]", True), ("a?", True)])
def test_what_is_a_pattern(source: str, expected: bool) -> None:
    """A source is a pattern if it contains a special character."""
    assert is_pattern(source) is expected
