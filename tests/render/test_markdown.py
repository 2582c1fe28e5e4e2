"""Text of a file in Markdown, and Markdown as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azureml_dockerfile_ls.render.markdown import code, plain, text, value

MARKUP = st.text(alphabet="a_*`<>[]()!#&;~\\-+.1 \n|=", max_size=60)


@pytest.mark.parametrize(
    ("written", "markdown"),
    [
        ("<package-1> is a placeholder", r"\<package-1> is a placeholder"),
        ("![x](https://example.com/p.png)", r"!\[x](https://example.com/p.png)"),
        ("[x](command:run)", r"\[x](command:run)"),
        ("*a* `b` ~~c~~", r"\*a\* \`b\` \~~c\~~"),
        ("_a_ &amp; &lt", r"\_a\_ \&amp; &lt"),
        ("C:\\*", r"C:\\\*"),
        ("# a\n> b", r"\# a > b"),
        ("1. a", r"1\. a"),
    ],
)
def test_text(written: str, markdown: str) -> None:
    """Characters that Markdown would interpret are escaped."""
    assert text(written) == markdown


@pytest.mark.parametrize(
    "written", ["AZUREML_ENTRY_SCRIPT=score.py", "a - b", "x > 1", "python>=3.9", "A & B", "C:\\dir"]
)
def test_plain_text_stays_readable(written: str) -> None:
    """Other characters stay as they are, for editors that show Markdown as it is written."""
    assert text(written) == written


@pytest.mark.parametrize(
    ("written", "markdown"),
    [("a  b\n", "`a b`"), ("", "(empty)"), ("a`b", "`` a`b ``"), ("<b>*", "`<b>*`"), ("``", "``` `` ```")],
)
def test_code(written: str, markdown: str) -> None:
    """Inline code is on one line, and its fence is longer than any run of backticks in it."""
    assert code(written) == markdown


@given(MARKUP)
def test_text_and_code_hold_any_text(written: str) -> None:
    """A client without Markdown sees the text that was written, on one line."""
    line = " ".join(written.split())

    assert plain(f"a {text(written)} z") == f"a {line} z"
    assert plain(f"a {code(written)} z") == f"a {line or '(empty)'} z"


def test_plain() -> None:
    """Plain text has neither headings, rules, fences nor emphasis."""
    markdown = "# Title\n\n**a** is `b`\n\n---\n\n```dockerfile\nRUN x\n```\n"

    assert plain(markdown) == "Title\n\na is b\n\nRUN x"


def test_plain_shows_links_and_blocks_as_they_are() -> None:
    """The address follows the text of a link, and nothing in a block is markup."""
    markdown = "See [the page](https://example.com/a#b), not \\[this](https://x).\n\n````text\n```  **a**\n````"

    assert plain(markdown) == "See the page: https://example.com/a#b, not [this](https://x).\n\n```  **a**"


@given(MARKUP)
def test_a_value_keeps_its_white_space(written: str) -> None:
    """A client without Markdown sees exactly the value, in the line or on lines of its own."""
    if written.strip() and "\n" not in written:
        assert written in plain(f"a is {value(written)}")
