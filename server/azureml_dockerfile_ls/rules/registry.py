"""All rules in the order of the documentation. What examines a Dockerfile alone needs only `dockerfile_rules.py`."""

from __future__ import annotations

from azureml_dockerfile_ls.rules.dockerfile_rules import AFTER_MANIFESTS, BEFORE_MANIFESTS
from azureml_dockerfile_ls.rules.engine import RuleSet
from azureml_dockerfile_ls.rules.hadolint.codes import is_code, rule_of
from azureml_dockerfile_ls.rules.manifest import (
    build_path_not_found,
    build_without_path,
    code_not_found,
    conda_file_needs_image,
    conda_file_not_found,
    conda_keys_in_environment,
    dockerfile_not_found,
    end_of_life_python,
    image_and_build,
    no_image_or_build,
    os_tag_mismatch,
    retired_environment,
    scoring_script_not_found,
)
from azureml_dockerfile_ls.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *BEFORE_MANIFESTS,
    retired_environment.RULE,
    image_and_build.RULE,
    no_image_or_build.RULE,
    conda_file_needs_image.RULE,
    conda_keys_in_environment.RULE,
    build_without_path.RULE,
    build_path_not_found.RULE,
    dockerfile_not_found.RULE,
    conda_file_not_found.RULE,
    code_not_found.RULE,
    scoring_script_not_found.RULE,
    os_tag_mismatch.RULE,
    end_of_life_python.RULE,
    *AFTER_MANIFESTS,
)

ALL = RuleSet(RULES)
"""The set of all rules."""


def find_rule(name: str) -> Rule | None:
    """The rule with this name in any letter case: one of these, or a rule of hadolint by its code."""
    if is_code(name):
        return rule_of(name)
    return next((rule for rule in RULES if rule.name.lower() == name.lower()), None)
