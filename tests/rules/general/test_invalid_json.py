"""InvalidJson: arguments in brackets that are not the JSON array that they look like."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of

RULE = "InvalidJson"


def test_single_quotes() -> None:
    """JSON has double quotes only; the whole list is marked."""
    [finding, _] = check_rule(
        RULE,
        """
        FROM alpine
        CMD ['python', 'app.py']
        #   ^^^^^^^^^^^^^^^^^^^^ InvalidJson strings need double quotes
        VOLUME [ '/data' ]
        #      ^^^^^^^^^^^ InvalidJson VOLUME reads this as plain paths
        """,
    )

    assert finding.severity is Severity.WARNING


def test_a_missing_comma() -> None:
    """The flags of COPY are not part of the list."""
    check_rule(
        RULE,
        """
        FROM alpine
        COPY --chmod=0755 ["a" "/c/"]
        #                 ^^^^^^^^^^^ InvalidJson a comma is missing
        ENTRYPOINT ["python" "app.py"]
        #          ^^^^^^^^^^^^^^^^^^^ InvalidJson ENTRYPOINT reads this as shell text
        """,
    )


def test_strings_without_quotes_and_other_mistakes() -> None:
    """The program would be `[python,`."""
    check_rule(
        RULE,
        r"""
        FROM alpine
        HEALTHCHECK CMD [curl, localhost]
        #               ^^^^^^^^^^^^^^^^^ InvalidJson strings need quotes
        COPY ["C:\Data", "/c/"]
        #    ^^^^^^^^^^^^^^^^^^ InvalidJson a backslash in a string must be doubled
        ONBUILD RUN [ "a", "b", ]
        #           ^^^^^^^^^^^^^ InvalidJson a comma at the end
        """,
    )


@pytest.mark.parametrize(
    "line",
    [
        'CMD ["python", "app.py"]',
        "RUN [ -f /a ]",
        'RUN [ "a" = "b" ]',
        "RUN [ '/a' ]",
        'RUN [ "a" ] && ls',
        "RUN [[ -f /a ]]",
        'RUN ["a"] && ls',
        "COPY [ab].txt /c/[d]",
        "COPY [ab] [cd]",
        "CMD ls [a-z]",
        "CMD [“a”, “b”]",
        'CMD ["python", "app.py"] # run',
        "LABEL a=['b']",
        "ENV A=['b','c']",
        "SHELL ['bash', '-c']",
        "VOLUME /a]",
    ],
)
def test_other_brackets(line: str) -> None:
    """The rule is silent for JSON, tests of the shell, patterns, and for mistakes that other rules report."""
    check_rule(RULE, f"FROM alpine\n{line}\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("CMD ['python', 'app.py']", 'CMD ["python", "app.py"]'),
        ("CMD ['it', 'says \"a\"']", r'CMD ["it", "says \"a\""]'),
        ('COPY ["a" "/c/"]', 'COPY ["a", "/c/"]'),
        ("CMD [python, app.py]", 'CMD ["python", "app.py"]'),
        (r'COPY ["C:\Data", "/c/"]', r'COPY ["C:\\Data", "/c/"]'),
        ('CMD ["a", "b",]', 'CMD ["a", "b"]'),
        ("ONBUILD CMD ['a']", 'ONBUILD CMD ["a"]'),
    ],
)
def test_the_fix_writes_json(before: str, after: str) -> None:
    """The strings stay the same."""
    check_fix(RULE, f"FROM alpine\n{before}\n", f"FROM alpine\n{after}\n")
    check_fix(RULE, crlf(f"FROM alpine\n{before}\n"), crlf(f"FROM alpine\n{after}\n"))


def test_a_list_of_several_lines() -> None:
    """A list with continuations is not examined."""
    assert findings_of(RULE, "FROM alpine\nCMD ['a', \\\n  'b']\n") == []


@pytest.mark.slow
@pytest.mark.parametrize("filling", [" ", ",", "'a' ", "'a',", '"', "a,"])
@pytest.mark.parametrize("name", ["CMD", "COPY"])
def test_long_texts_that_are_no_list(name: str, filling: str) -> None:
    """A long text that stays unfinished is read once."""
    check_rule(RULE, f"FROM alpine\n{name} ['a' {filling * 50_000}x]\n")
