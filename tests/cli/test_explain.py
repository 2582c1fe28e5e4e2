"""The sub-command `explain`."""

from __future__ import annotations

import re

import pytest

from azureml_dockerfile_ls.rules.pages import page_text
from azureml_dockerfile_ls.rules.registry import RULES
from tests.cli.command import (
    Outcome,
    run,
)


def test_explain_lists_the_rules() -> None:
    """Each rule has a line with its name and summary."""
    outcome = run("explain")
    assert outcome.status == 0
    lines = outcome.output.splitlines()
    assert [line.split()[0] for line in lines] == [rule.name for rule in RULES]
    assert [line.partition("  ")[2].strip() for line in lines] == [rule.summary for rule in RULES]


@pytest.mark.parametrize("name", ["FinalUserRoot", "finaluserroot", "FINALUSERROOT"])
def test_explain_prints_the_page_of_a_rule(name: str) -> None:
    """The name can have any letter case; the page has four sections."""
    outcome = run("explain", name)
    assert outcome.status == 0
    assert outcome.errors == []
    headings = [line for line in outcome.output.splitlines() if re.match("#+ ", line)]
    assert headings == [
        "# FinalUserRoot (warning)",
        "## What it does",
        "## Why is this bad?",
        "## Example",
        "## Use instead",
    ]


def test_every_rule_has_a_page() -> None:
    """The page starts with name, severity and summary, and has text below every heading."""
    for rule in RULES:
        first, *rest = re.split(r"^#+ (?!check=)", page_text(rule), flags=re.MULTILINE)[1:]
        assert first.startswith(f"{rule.name} ({rule.severity.name.lower()})\n\n{rule.summary}")
        for section in rest:
            heading, _, body = section.partition("\n")
            assert body.strip(), f"{rule.name}: {heading}"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("FinalUserRot", "unknown rule FinalUserRot; did you mean FinalUserRoot?"),
        ("finaluserrot", "unknown rule finaluserrot; did you mean FinalUserRoot?"),
        ("XY3008", "unknown rule XY3008; `azureml-dockerfile-ls explain` lists them all"),
    ],
)
def test_explain_of_an_unknown_rule_suggests_one(name: str, message: str) -> None:
    """If no name is similar, it says where the list is."""
    assert run("explain", name) == Outcome(2, "", [f"azureml-dockerfile-ls: {message}"])
