"""All rules in the order of the documentation. A new rule is one file and one line here."""

from __future__ import annotations

from azureml_dockerfile_ls.rules.azureml import (
    absolute_entry_script,
    conflicting_package_sources,
    entry_script_not_found,
    file_too_large,
    final_user_root,
    ineffective_variable,
    invalid_encoding,
    invalid_entry_script,
    invalid_variable_value,
    missing_entry_script,
    missing_inference_server,
    missing_model_dir,
    missing_module,
    missing_path_folder,
    missing_system_library,
    misspelled_variable,
    model_dir_mismatch,
    outdated_tag,
    package_install_without_root,
    privileged_port,
    requires_buildkit,
    retired_image,
    retired_package,
    root_required,
    services_not_started,
    uncopied_file,
    undefined_user,
    unknown_image,
    unknown_tag,
    unqualified_image,
    untagged_image,
    unused_conda_environment,
    user_without_ownership,
    wrong_package_manager,
)
from azureml_dockerfile_ls.rules.buildkit import parse_error
from azureml_dockerfile_ls.rules.engine import RuleSet
from azureml_dockerfile_ls.rules.general import (
    source_outside_context,
    trailing_comment,
    typographic_character,
    unfilled_placeholder,
)
from azureml_dockerfile_ls.rules.rule import Rule
from azureml_dockerfile_ls.rules.shell import (
    apt_get_without_update,
    apt_get_without_yes,
    apt_lists_not_removed,
    conda_activate_lost,
    conda_not_initialized,
    ineffective_command,
    source_without_bash,
    unaccepted_eula,
    uninstall_without_yes,
    uninstallable_package,
    unquoted_requirement,
)

RULES: tuple[Rule, ...] = (
    retired_image.RULE,
    unknown_image.RULE,
    unqualified_image.RULE,
    untagged_image.RULE,
    outdated_tag.RULE,
    unknown_tag.RULE,
    package_install_without_root.RULE,
    root_required.RULE,
    wrong_package_manager.RULE,
    privileged_port.RULE,
    requires_buildkit.RULE,
    uncopied_file.RULE,
    source_outside_context.RULE,
    final_user_root.RULE,
    undefined_user.RULE,
    user_without_ownership.RULE,
    missing_entry_script.RULE,
    missing_model_dir.RULE,
    model_dir_mismatch.RULE,
    entry_script_not_found.RULE,
    invalid_entry_script.RULE,
    missing_module.RULE,
    absolute_entry_script.RULE,
    misspelled_variable.RULE,
    conflicting_package_sources.RULE,
    retired_package.RULE,
    invalid_variable_value.RULE,
    ineffective_variable.RULE,
    typographic_character.RULE,
    unquoted_requirement.RULE,
    apt_get_without_yes.RULE,
    apt_get_without_update.RULE,
    apt_lists_not_removed.RULE,
    uninstall_without_yes.RULE,
    uninstallable_package.RULE,
    unaccepted_eula.RULE,
    trailing_comment.RULE,
    unfilled_placeholder.RULE,
    services_not_started.RULE,
    missing_inference_server.RULE,
    missing_system_library.RULE,
    unused_conda_environment.RULE,
    missing_path_folder.RULE,
    conda_activate_lost.RULE,
    conda_not_initialized.RULE,
    ineffective_command.RULE,
    source_without_bash.RULE,
    file_too_large.RULE,
    invalid_encoding.RULE,
    parse_error.RULE,
)

ALL = RuleSet(RULES)
"""The set of all rules."""


def find_rule(name: str) -> Rule | None:
    """The rule with this name in any letter case."""
    return next((rule for rule in RULES if rule.name.lower() == name.lower()), None)
