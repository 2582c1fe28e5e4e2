"""The pages of the rules, and their URLs."""

from __future__ import annotations

from pathlib import Path

from azureml_dockerfile_ls.rules.rule import Group, Rule

FOLDER = Path(__file__).with_name("pages")


def url_of(rule: Rule) -> str:
    """The URL of a rule's page: a file that is installed with the server, so that no network is needed."""
    return rule.url or (FOLDER / f"{rule.name}.md").as_uri()


def page_text(rule: Rule) -> str:
    """The whole page of a rule, in Markdown."""
    # hadolint decides on the severity of its rules.
    kind = rule.group.value if rule.group is Group.HADOLINT else rule.severity.name.lower()
    return f"# {rule.name} ({kind})\n\n{rule.page}\n"
