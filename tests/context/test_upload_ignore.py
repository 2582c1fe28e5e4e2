"""Which files Azure ML uploads, by `.amlignore` or `.gitignore`."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.context.patterns import Budget
from azureml_dockerfile_ls.context.upload_ignore import parse


def excluding(text: str, path: str) -> str | None:
    """The line of a file that leaves out a path."""
    ignore = parse(text)
    assert ignore is not None
    line = ignore.excluding(path, Budget())
    return line.written if line else None


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("*.pkl", "model/model.pkl", "*.pkl"),
        ("model", "model", "model"),
        ("model", "a/model/b/c.txt", "model"),
        ("model/", "model/c.txt", "model/"),
        ("model/", "model", None),
        ("/model", "model/c.txt", "/model"),
        ("/model", "a/model/c.txt", None),
        ("a/b", "a/b/c", "a/b"),
        ("a/b", "x/a/b", None),
        ("**/b", "x/a/b", "**/b"),
        ("a/**", "a/b/c", "a/**"),
        ("a/**", "a", None),
        ("a/**/c", "a/c", "a/**/c"),
        ("[!a]", "b", "[!a]"),
        ("[!a]", "a", None),
        ("?.txt", "a.txt", "?.txt"),
        ("# model", "model", None),
        ("model   ", "model", "model"),
        ("model\r\n", "model", "model"),
        ("model\n!model/a.txt", "model/a.txt", None),
        ("model\n!model/a.txt", "model/b.txt", "model"),
        ("!model\nmodel", "model", "model"),
        ("*\n!model/", "model/a.txt", None),
        ("\n\n/\n", "a", None),
    ],
)
def test_the_last_line_that_matches_decides(text: str, path: str, line: str | None) -> None:
    """As for Git, but a line with `!` also brings back a file of an excluded folder."""
    assert excluding(text, path) == line


@pytest.mark.parametrize("text", ["a//b", "**/", "a/**/", "[a"])
def test_a_line_of_uncertain_meaning_makes_the_whole_file_uncertain(text: str) -> None:
    """Nothing is said then."""
    assert parse(f"*.pkl\n{text}\n") is None
