"""Patterns that are compiled late do what compiled ones do."""

from __future__ import annotations

import re

import pytest

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

TEXT = "FROM a AS b\nfrom c"
CALLS = {
    "match": (TEXT, 5, 9),
    "fullmatch": ("From",),
    "search": (TEXT, 1),
    "findall": (TEXT,),
    "split": (TEXT, 1),
    "sub": ("RUN", TEXT, 1),
    "subn": ("RUN", TEXT),
}


@pytest.mark.parametrize("method", CALLS)
def test_each_method_gives_what_that_of_a_pattern_gives(method: str) -> None:
    """The first call and the second."""
    late, early = lazy_pattern("from", re.IGNORECASE), re.compile("from", re.IGNORECASE)
    for _ in range(2):
        got, wanted = (getattr(pattern, method)(*CALLS[method]) for pattern in (late, early))
        assert (got and got.span()) == (wanted and wanted.span()) if isinstance(wanted, re.Match) else got == wanted


def test_what_is_no_method_of_a_pattern_is_an_error() -> None:
    """As it is of a pattern."""
    with pytest.raises(AttributeError, match="mtach"):
        _ = lazy_pattern("a").mtach


def test_an_invalid_expression_is_an_error_when_it_is_used() -> None:
    """It is the error of `re`."""
    broken = lazy_pattern("(")
    with pytest.raises(re.error):
        broken.match("")
