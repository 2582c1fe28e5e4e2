"""Writes what the documentation takes from the code: the README's table of rules, and the page of every rule.

Run `python -m tests.readme` from the root of the repository after a rule was added or its docstring changed;
`test_readme.py` fails until then.
"""

from __future__ import annotations

from pathlib import Path

from azureml_dockerfile_ls.rules.pages import FOLDER, page_text, table
from azureml_dockerfile_ls.rules.registry import RULES

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- rules: written by `python -m tests.readme` -->\n", "\n<!-- end of rules -->"


def readme_text() -> str:
    """The README with the table of rules as it should be. Raises ValueError when a mark of the table is missing."""
    text = README.read_text(encoding="utf-8")
    start = text.index(BEGIN) + len(BEGIN)
    return text[:start] + table(RULES) + text[text.index(END) :]


def page_files() -> dict[Path, str]:
    """Every file with a rule's page, and what it should hold."""
    return {FOLDER / f"{rule.name}.md": page_text(rule) for rule in RULES}


def main() -> None:
    """Writes the README and the pages, and removes the pages of rules that are gone."""
    README.write_text(readme_text(), encoding="utf-8")
    pages = page_files()
    for path in FOLDER.glob("*.md"):
        if path not in pages:
            path.unlink()
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
