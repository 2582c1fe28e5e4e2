"""The pages of the rules, which `explain` prints and editors show: their content must be true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.responses import Listing
from azureml_dockerfile_ls.manifest_snapshot import analyse_manifest
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.registry import RULES, find_rule
from azureml_dockerfile_ls.rules.rule import ManifestRule, Rule, page_of
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import context_of, files_around

SECTIONS = ["What it does", "Why is this bad?", "Example", "Use instead"]
BLOCK = re.compile(r"^```dockerfile\n(.*?)^```$", re.MULTILINE | re.DOTALL)
YAML = re.compile(r"(?<!`:\n)\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)

MINIMAL = "mcr.microsoft.com/azureml/minimal-py312-inference"
LISTED = ImageIndex({MINIMAL: Listing(("latest",), is_complete=True)}, fresh=frozenset((MINIMAL,)))
"""An image index that the registry has just updated."""

WRONG_THROUGHOUT = """\
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04 AS a
USER dockeruser
RUN apt-get update && rm –rf “/a”
FROM mcr.microsoft.com/azureml/something-new:1 AS b
FROM mcr.microsoft.com/azureml/minmal-py312-inference:1 AS c
FROM mcr.microsoft.com/azureml/<name>
COPY <a> ... # b
FROM mcr.microsoft.com/azureml/minimal-py312-inference AS d
COPY code /var/azureml-app
COPY model /var/azureml-app/azureml-models
USER root
RUN\u00a0wget\u200b <url> \\\u00a0
FROM d
COPY model /opt/model
ENV AZUREML_MODEL_DIR=/models
"""


def example(rule: Rule, section: str) -> str:
    """The Dockerfile, or the YAML of a rule about YAML, under a heading of a rule's page."""
    block_of = YAML if isinstance(rule, ManifestRule) else BLOCK
    [block] = block_of.findall(section_of(rule, section))
    # No page prints a file that is too large.
    return str(block).replace("(and 100 KB more)\n", "goldfish\n" * 12_000)


def section_of(rule: Rule, section: str) -> str:
    """The text under a heading of a rule's page."""
    return rule.page.split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]


def files_of(rule: Rule, section: str) -> dict[str, str]:
    """The files that a page describes before a section, as blocks under `NAME:`."""
    names = SECTIONS[: SECTIONS.index(section) + 1]
    return dict(found for name in names for found in FILE.findall(section_of(rule, name)))


def findings_of(rule: Rule, section: str, folder: Path) -> list[PlacedFinding]:
    """The findings in the example under a heading, with the files that the page shows."""
    files = files_of(rule, section)
    text = example(rule, section)
    if isinstance(rule, ManifestRule):
        around: ManifestFiles = files_around(folder, files)
        return list(analyse_manifest(text, files=around, images=LISTED).findings)
    context: BuildContext | None = context_of(folder, files) if files else None
    return list(analyse(text, context=context, images=LISTED).findings)


def test_names_are_unique() -> None:
    """Rule names differ in more than letter case, and each rule is found by its name."""
    assert len({rule.name.lower() for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert find_rule(rule.name) is find_rule(rule.name.upper()) is rule
    assert find_rule("NoSuchRule") is None


@EVERY_RULE
def test_a_name_is_what_a_comment_can_skip(rule: Rule) -> None:
    """A rule name has only letters, and starts with a capital."""
    assert re.fullmatch(r"[A-Z][A-Za-z]+", rule.name)


@EVERY_RULE
def test_the_sections(rule: Rule) -> None:
    """Every page has the same four sections in this order, and none is empty."""
    headings = re.findall(r"^## (.*)$", rule.page, re.MULTILINE)

    assert headings == SECTIONS
    assert all(part.strip() for part in re.split(r"^## .*$", rule.page, flags=re.MULTILINE))


@EVERY_RULE
def test_the_summary_is_one_sentence(rule: Rule) -> None:
    """The summary fits into one line of a table."""
    assert re.fullmatch(r"[A-Z`][^\n|]*[^.\n|]\.", rule.summary)
    assert not re.search(r"[.!?] ", rule.summary)
    assert len(rule.summary) <= 100


@EVERY_RULE
def test_the_example_is_wrong(rule: Rule, tmp_path: Path) -> None:
    """The rule has a finding in its own example, with the files that the page shows."""
    findings = findings_of(rule, "Example", tmp_path)

    assert rule.name in [finding.rule.name for finding in findings]


@EVERY_RULE
def test_the_other_example_is_right(rule: Rule, tmp_path: Path) -> None:
    """No rule has a finding in the corrected example."""
    assert [finding.rule.name for finding in findings_of(rule, "Use instead", tmp_path)] == []


def test_messages_are_plain_sentences(tmp_path: Path) -> None:
    """A message is one or two sentences in one line; BuildKit's messages stay as they are."""
    findings = list(analyse(WRONG_THROUGHOUT).findings)
    for rule in RULES:
        findings += findings_of(rule, "Example", tmp_path / rule.name)

    assert {finding.rule for finding in findings} == set(RULES)
    for finding in findings:
        assert "\n" not in finding.message
        if finding.rule.source == "azureml":
            assert re.match(r"\S.*[.?]$", finding.message), finding.message
            assert 1 <= len(re.findall(r"(?<!\.\.)[.?](?= |$)", finding.message)) <= 2, finding.message


OLD_ENGLISH = re.compile(
    r"\b(?:told|tells?|nobody|somebody|anew|stands? (?:before|behind)|what is|(?:is|are) (?:no (?!longer)|none)"
    r"|be it|ever so|for nothing|and the like)\b",
    re.IGNORECASE,
)
"""Words that make a text read as translated or old-fashioned."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_english_is_plain(rule: Rule, tmp_path: Path) -> None:
    """The page, the messages and the titles of fixes have no words that read as translated or old-fashioned."""
    findings = findings_of(rule, "Example", tmp_path)
    titles = (fix.title for finding in findings for fix in finding.fixes)

    for text in (rule.page, *(finding.message for finding in findings), *titles):
        assert not OLD_ENGLISH.search(text), text


def test_titles_of_fixes_are_short() -> None:
    """A title starts with a capital and has no full stop, as in a menu."""
    titles = [fix.title for finding in analyse(WRONG_THROUGHOUT).findings for fix in finding.fixes]

    assert titles
    for title in titles:
        assert re.fullmatch(r"[A-Z][^\n]*[^.\n]", title)


def test_a_rule_needs_a_page() -> None:
    """A rule module without a docstring raises an error on import."""
    with pytest.raises(ValueError, match="docstring"):
        page_of(None)
