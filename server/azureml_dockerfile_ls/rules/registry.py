"""Every rule, in the order of the documentation. A new rule is one file and one line here."""

from __future__ import annotations

from azureml_dockerfile_ls.rules import (
    final_user_root,
    missing_entry_script,
    missing_model_dir,
    model_dir_mismatch,
    package_install_without_root,
    parse_error,
    retired_image,
    trailing_comment,
    typographic_character,
    undefined_user,
    unfilled_placeholder,
    unknown_image,
    untagged_image,
)
from azureml_dockerfile_ls.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    retired_image.RULE,
    unknown_image.RULE,
    untagged_image.RULE,
    package_install_without_root.RULE,
    final_user_root.RULE,
    undefined_user.RULE,
    missing_entry_script.RULE,
    missing_model_dir.RULE,
    model_dir_mismatch.RULE,
    typographic_character.RULE,
    trailing_comment.RULE,
    unfilled_placeholder.RULE,
    parse_error.RULE,
)


def find_rule(name: str) -> Rule | None:
    """The rule of this name, whatever the letter case."""
    return next((rule for rule in RULES if rule.name.lower() == name.lower()), None)
