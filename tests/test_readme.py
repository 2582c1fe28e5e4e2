"""The documentation that is taken from the code is up to date."""

from __future__ import annotations

from azureml_dockerfile_ls.rules.pages import FOLDER
from tests.readme import README, page_files, readme_text


def test_the_table_of_rules_in_the_readme_is_up_to_date() -> None:
    """The README lists every rule as the rules describe themselves; `python -m tests.readme` writes it."""
    assert README.read_text(encoding="utf-8") == readme_text()


def test_the_page_of_every_rule_is_up_to_date() -> None:
    """Each rule has a page with its docstring, and no page is left of a rule that is gone."""
    pages = {path: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}

    assert pages == page_files()
