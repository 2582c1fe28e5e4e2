"""The environment variables that Azure ML's images read."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.azureml import families
from azureml_dockerfile_ls.azureml.variables.packages import package_sources, starts_inference_server
from azureml_dockerfile_ls.azureml.variables.spelling import misspelt, suggest
from azureml_dockerfile_ls.azureml.variables.table import all_variables, find
from azureml_dockerfile_ls.azureml.variables.uses import used_names
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import dockerfile

INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"


def final_stage(fixture: str) -> Stage:
    """The final stage of a Dockerfile."""
    stage = analyse(dockerfile(fixture)).model.final
    assert stage is not None
    return stage


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
    """Names are case-sensitive, and other variables are unknown."""
    assert find(name) is None


def test_menu_order() -> None:
    """A menu starts with the variables that a Dockerfile usually sets and ends with those without effect."""
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
    """The defaults are those of the images' start-up script."""
    defaults = {variable.name: variable.default for variable in all_variables()}

    assert defaults["AML_APP_ROOT"] == families.DEFAULT_APP_ROOT
    assert defaults["AZUREML_ENTRY_SCRIPT"] == families.DEFAULT_ENTRY_SCRIPT
    assert defaults["SERVER_PORT"] == str(families.PUBLIC_PORT)


def test_variables_without_effect() -> None:
    """A variable that nothing reads is marked, with the variable to set instead if there is one."""
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
        ("AML_CORS_ORIGIN", "AML_CORS_ORIGINS"),
        ("AZUREML_ENTRYSCRPT", "AZUREML_ENTRY_SCRIPT"),
        ("AZUREML_MODEL_DIRR", "AZUREML_MODEL_DIR"),
        ("AZUREML_CONDA_ENVIROMENT_PATH", "AZUREML_CONDA_ENVIRONMENT_PATH"),
        ("AZUREML_EXTRA_CONDA_YML", "AZUREML_EXTRA_CONDA_YAML"),
        ("AZUREML__ENTRY_SCRIPT", "AZUREML_ENTRY_SCRIPT"),
    ],
)
def test_suggestion(name: str, expected: str) -> None:
    """A known mistake or a typing error leads to the correct name."""
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
    """Known names, distant names and names with other prefixes have no suggestion."""
    assert suggest(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "AZUREML_MODEL_ID",
        "AZUREML_MODEL_NAME",
        "AZUREML_MODEL_URI",
        "AZUREML_MODEL_DIM",
        "AZUREML_DEBUG_HOST",
        "AZUREML_LOG_LABEL",
        "AZUREML_EXTRA_PYTHON_BIN_PATH",
        "AZUREML_SENTRY_SCRIPT",
        "AML_APP_PORT",
        "AML_API_ROOT",
        "AML_LOG_LEVEL",
        "SCORING_TIMEOUT_S",
    ],
)
def test_another_word_is_no_slip(name: str) -> None:
    """A name that contains another word is a name of its own, even if few letters differ."""
    assert suggest(name) is None


@pytest.mark.parametrize(
    "name",
    ["AZUREML_MODEL_DIRS", "AZUREML_MODELS_DIR", "WORKER_COUNTS", "AZUREML_MODEL_DIR2", "AZUREML_MODEL_DIR_B"],
)
def test_more_of_the_same_is_no_slip(name: str) -> None:
    """A plural or a numbered name is a name of its own."""
    assert suggest(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "AZUREML_ARM_PROJECT_NAME",
        "AZUREML_ARM_RESOURCEGROUP",
        "AZUREML_ARM_SUBSCRIPTION",
        "AZUREML_ARM_WORKSPACE_NAME",
        "AZUREML_CR_EXECUTION_WORKING_DIR_PATH",
        "AZUREML_DISCOVERY_SERVICE_ENDPOINT",
        "AZUREML_DRIVER_LOG",
        "AZUREML_EXPERIMENT_ID",
        "AZUREML_GIT_BRANCH",
        "AZUREML_HTTP_REQUEST_TIMEOUT",
        "AZUREML_LOG_DIR",
        "AZUREML_LOG_FILE_NAME",
        "AZUREML_LOG_NETWORK_TRACES",
        "AZUREML_OUTPUT_DIRECTORY",
        "AZUREML_ROOT_RUN_ID",
        "AZUREML_RUN_ID",
        "AZUREML_RUN_TOKEN",
        "AZUREML_RUN_TOKEN_EXPIRY",
        "AZUREML_SERVICE_ENDPOINT",
        "AZUREML_WORKSPACE_ID",
        "AML_CONFIG_DIR",
        "AML_DISCOVERY_API_HOST",
        "AML_TOKEN",
    ],
)
def test_what_the_platform_sets_is_no_slip(name: str) -> None:
    """Names that azureml-core and azureml-mlflow read have no suggestion."""
    assert suggest(name) is None


def test_misspelt() -> None:
    """A stage's misspelled variables come with the names that are meant."""
    stage = final_stage(
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_ENTRY_SCRPT=score.py WORKER_COUNT=2 WORKER_TIMOUT=3 MY_ROOT=/a
        ARG AZUREML_MODEL_DR=/b
        """
    )

    assert dict(misspelt(stage)) == {"AZUREML_ENTRY_SCRPT": "AZUREML_ENTRY_SCRIPT", "WORKER_TIMOUT": "WORKER_TIMEOUT"}


@pytest.mark.parametrize(
    ("lines", "used"),
    [
        ("RUN echo $A_A", {"A_A"}),
        ("CMD python -c 'import os; os.environ[\"A_A\"]'", {"A_A"}),
        ("ENV B_B=${A_A:-x}", {"A_A"}),
        ("COPY a $A_A/\nLABEL x=$B_B", {"A_A", "B_B"}),
        ("ENV A_A=$A_A:more", {"A_A"}),
        ("ARG A_A\nENV A_A=$A_A", set()),
        ("ENV A_A=b", set()),
        ("RUN echo $A_A_A my_A_A", set()),
        ("# $A_A", set()),
    ],
)
def test_used_names(lines: str, used: set[str]) -> None:
    """A name is used if it is read or mentioned; setting it is not a use."""
    assert used_names(final_stage(f"FROM a\n{lines}\n"), {"A_A": None, "B_B": None}) == used


@pytest.mark.parametrize(
    "lines",
    [
        "",
        'CMD ["runsvdir", "/var/runit"]',
        "COPY code /var/azureml-app",
        "COPY requirements.txt /",
        "USER root\nRUN chown -R app /var/runit /var/log",
    ],
)
def test_the_images_own_script_starts(lines: str) -> None:
    """An inference image starts its server, even if files are copied beside it or folders get another owner."""
    assert starts_inference_server(final_stage(f"{INFERENCE}{lines}\n"))


@pytest.mark.parametrize(
    "lines",
    [
        'CMD ["python", "server.py"]',
        "COPY runit/gunicorn /var/runit/gunicorn",
        "COPY --from=services /artifacts /var/",
        "RUN sed -i 's/31311/8080/' /var/runit/gunicorn/run",
        "RUN rm -rf /var/runit/gunicorn",
    ],
)
def test_something_else_starts(lines: str) -> None:
    """With another command or other services, the server may start differently."""
    assert not starts_inference_server(final_stage(f"{INFERENCE}{lines}\n"))


def test_the_script_of_another_image() -> None:
    """Training images start no server."""
    assert not starts_inference_server(final_stage("FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest\n"))


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("ENV AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt", ["AZUREML_EXTRA_REQUIREMENTS_TXT"]),
        (
            "ENV AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt\nENV AZUREML_EXTRA_PYTHON_LIB_PATH=lib",
            ["AZUREML_EXTRA_PYTHON_LIB_PATH", "AZUREML_EXTRA_REQUIREMENTS_TXT"],
        ),
        (
            "ENV AZUREML_EXTRA_CONDA_YAML=c.yml AZUREML_EXTRA_CONDA_YAML_ABS_PATH=/c.yml",
            ["AZUREML_EXTRA_CONDA_YAML_ABS_PATH"],
        ),
        ("ENV AZUREML_EXTRA_CONDA_YAML= AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt", ["AZUREML_EXTRA_REQUIREMENTS_TXT"]),
        ("ENV AZUREML_EXTRA_CONDA_YAML=$X AZUREML_EXTRA_REQUIREMENTS_TXT=r.txt", []),
        ("ENV AZUREML_EXTRA_CONDA_YAML=c.yml AZUREML_EXTRA_REQUIREMENTS_TXT=$X", ["AZUREML_EXTRA_CONDA_YAML"]),
        ("", []),
    ],
)
def test_package_sources(lines: str, names: list[str]) -> None:
    """The source that takes effect comes first; empty values are skipped, and an unknown value hides later ones."""
    assert [definition.name for definition in package_sources(final_stage(f"{INFERENCE}{lines}\n"))] == names
