"""The settings that the VS Code extension offers are those that the server reads."""

from __future__ import annotations

import json

import pytest
from server.tools.generate import PACKAGE

from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.settings import SECTION
from azureml_dockerfile_ls.settings import SETTINGS as OF_THE_SERVER
from azureml_dockerfile_ls.settings_reader import read

PROPERTIES = json.loads(PACKAGE.read_text(encoding="utf-8"))["contributes"]["configuration"]["properties"]
SETTINGS = {name.removeprefix(f"{SECTION}."): schema for name, schema in PROPERTIES.items()}
OF_THE_EXTENSION = {"interpreter", "codeLens"}


def test_the_rules_are_those_of_the_registry() -> None:
    """Every rule can be set, in the order of the registry, and those of hadolint, but nothing else."""
    assert list(SETTINGS["rules"]["properties"]) == [*(rule.name for rule in RULES), "hadolint"]
    assert SETTINGS["rules"]["additionalProperties"] is False


@pytest.mark.parametrize("name", sorted(SETTINGS.keys() - OF_THE_EXTENSION))
def test_the_server_takes_the_default_of_every_setting(name: str) -> None:
    """The server knows the setting, and what VS Code shows as its default changes nothing."""
    default = SETTINGS[name]["default"]
    settings, problems = read({name: default}, "/")
    assert problems == ()
    assert settings == read({}, "/")[0]


def test_every_setting_of_the_server_is_offered() -> None:
    """The extension adds only settings of its own."""
    assert {setting.name for setting in OF_THE_SERVER} == SETTINGS.keys() - OF_THE_EXTENSION


def test_the_severities_are_those_that_the_server_takes() -> None:
    """Each value that the schema allows for a rule is read without a problem."""
    for rule, schema in SETTINGS["rules"]["properties"].items():
        for severity in schema["enum"]:
            assert read({"rules": {rule: severity}}, "/")[1] == ()


def test_a_workspace_cannot_name_a_registry() -> None:
    """`registry.urls` is of the machine: VS Code does not take it from the settings of a folder that was cloned."""
    assert SETTINGS["registry.urls"]["scope"] == "machine"


def test_every_setting_is_described() -> None:
    """VS Code shows a description for each setting."""
    assert all(schema.get("markdownDescription") for schema in SETTINGS.values())


def test_the_lock_file_names_no_registry() -> None:
    """The packages come from whatever registry npm is set up for."""
    lock = (PACKAGE.parent / "package-lock.json").read_text(encoding="utf-8")
    assert json.loads(lock)["packages"]
    assert "resolved" not in lock
