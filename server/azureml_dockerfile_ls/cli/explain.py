"""The sub-command `explain`."""

from __future__ import annotations

from azureml_dockerfile_ls.cli.terminal import complain, print_text
from azureml_dockerfile_ls.rules.pages import page_text
from azureml_dockerfile_ls.rules.registry import RULES, find_rule
from azureml_dockerfile_ls.spelling import closest


def run_explain(name: str | None) -> int:
    """Print the page of a rule, or the list of all rules; return the exit status, 2 for an unknown name."""
    if name is None:
        width = max(len(rule.name) for rule in RULES)
        print_text("\n".join(f"{rule.name:{width}}  {rule.summary}" for rule in RULES))
        return 0
    rule = find_rule(name)
    if rule is None:
        meant = closest(name, [rule.name for rule in RULES])
        hint = f"did you mean {meant}?" if meant else "`azureml-dockerfile-ls explain` lists them all"
        complain(f"unknown rule {name}; {hint}")
        return 2
    print_text(page_text(rule).rstrip())
    return 0
