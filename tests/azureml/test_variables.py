"""The environment variables that Azure ML's images read."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.azureml import families
from azureml_dockerfile_ls.azureml.variables import all_variables, find, suggest


def test_every_variable_is_there() -> None:
    """All 44 documented variables are there, and the one that is read in place of a documented one."""
    names = [variable.name for variable in all_variables()]

    assert len(names) == len(set(names)) == 44 + 1


@pytest.mark.parametrize(
    "name", ["AZUREML_ENTRY_SCRIPT", "AZUREML_MODEL_DIR", "AML_APP_ROOT", "SVDIR", "AML_DBG_MODEL_INFO"]
)
def test_find(name: str) -> None:
    """A variable is found by its exact name."""
    variable = find(name)

    assert variable is not None
    assert variable.name == name


@pytest.mark.parametrize("name", ["azureml_entry_script", "AZUREML_ENTRY", "", "HOME"])
def test_find_nothing(name: str) -> None:
    """Names are case-sensitive, and other people's variables are not known."""
    assert find(name) is None


def test_menu_order() -> None:
    """A menu begins with what a Dockerfile sets first and ends with the variables that have no effect."""
    names = [variable.name for variable in all_variables()]
    effects = [variable.has_effect for variable in all_variables()]

    assert names[:4] == [
        "AZUREML_ENTRY_SCRIPT",
        "AZUREML_MODEL_DIR",
        "AML_APP_ROOT",
        "AZUREML_EXTRA_REQUIREMENTS_TXT",
    ]
    assert effects == sorted(effects, reverse=True)


def test_every_variable_is_explained() -> None:
    """Each variable has a description in whole sentences, a scope and a source."""
    for variable in all_variables():
        assert variable.description.endswith("."), variable.name
        assert variable.scope, variable.name
        assert variable.source, variable.name


def test_defaults_agree_with_the_contract() -> None:
    """The defaults are those that the images' start-up script falls back to."""
    defaults = {variable.name: variable.default for variable in all_variables()}

    assert defaults["AML_APP_ROOT"] == families.DEFAULT_APP_ROOT
    assert defaults["AZUREML_ENTRY_SCRIPT"] == families.DEFAULT_ENTRY_SCRIPT
    assert defaults["SERVER_PORT"] == str(families.PUBLIC_PORT)


def test_variables_without_effect() -> None:
    """A variable that nothing reads says so, and names the one that has the effect where there is one."""
    ineffective = {variable.name: variable.instead for variable in all_variables() if not variable.has_effect}

    assert ineffective == {
        "SERVER_PORT": None,
        "HEALTH_PORT": None,
        "AML_APP_INSIGHTS_ENDPOINT": None,
        "AML_MODEL_DC_STORAGE_ENABLED": "AML_MDC_STORAGE_ENABLED",
        "AML_FLASK_ONE_COMPATIBILITY": None,
        "AML_DBG_MODEL_INFO": None,
        "AML_DBG_RESOURCE_INFO": None,
    }
    effective = find("AML_MDC_STORAGE_ENABLED")
    assert effective is not None
    assert effective.has_effect


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AZUREML_CORS_ORIGINS", "AML_CORS_ORIGINS"),
        ("AML_ENTRY_SCRIPT", "AZUREML_ENTRY_SCRIPT"),
        ("AML_SOURCE_DIRECTORY", "AZUREML_SOURCE_DIRECTORY"),
        ("AML_APPINSIGHTS_ENABLED", "AML_APP_INSIGHTS_ENABLED"),
        ("AZUREML_EXTRA_REQUIRMENTS_TXT", "AZUREML_EXTRA_REQUIREMENTS_TXT"),
        ("AZUREML_ENTRYSCRIPT", "AZUREML_ENTRY_SCRIPT"),
        ("AZUREML_MODEL_DRI", "AZUREML_MODEL_DIR"),
        ("AML_AP_ROT", "AML_APP_ROOT"),
        ("WORKER_COUT", "WORKER_COUNT"),
        ("SCORING_TIMEOUT_M", "SCORING_TIMEOUT_MS"),
    ],
)
def test_suggestion(name: str, expected: str) -> None:
    """A known mistake, or a name a slip away, leads to the right variable."""
    assert suggest(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "AZUREML_ENTRY_SCRIPT",
        "AML_MODEL_DC_STORAGE_ENABLED",
        "AZUREML_RUN_ID",
        "WORKER_CONT_",
        "SCORING_TIMEOUT",
        "MY_APP_ROOT",
        "HOSTNAMES",
        "PATHS",
        "",
    ],
)
def test_no_suggestion(name: str) -> None:
    """Known names, names that are too far away, and names with a prefix that is not Azure ML's are left alone."""
    assert suggest(name) is None
