"""Which values the menu offers for Azure ML's variables, and owners for `--chown`."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from tests.annotated import context_of
from tests.features.menus import check_completion, check_pick, check_silent, menu

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference:latest"
CODE = "/var/azureml-app"
MODELS = "/var/azureml-app/azureml-models"
SCRIPT = """
    def init():
        ...

    def run(data):
        return data
    """


@pytest.fixture
def context(tmp_path: Path) -> BuildContext:
    """A project with one entry script among other scripts."""
    return context_of(
        tmp_path,
        {
            "code/score.py": SCRIPT,
            "code/a_helper.py": "x = 1",
            "code/requirements.txt": "",
            "code/conda.yml": "",
            "train.py": "print()",
            "ignored.py": SCRIPT,
            ".dockerignore": "ignored.py",
        },
    )


# Entry scripts


def test_the_copied_scripts_that_fit_come_first(context: BuildContext) -> None:
    """Those that define `init()` and `run()`, relative to the app root; then the other copied ones."""
    fixture = f"FROM {IMAGE}\nCOPY code {CODE}\nENV AZUREML_ENTRY_SCRIPT=$0"
    check_completion(fixture, "score.py", "a_helper.py", context=context)
    assert menu(fixture, context).item("score.py").detail == "defines init() and run()"
    check_completion(
        f"FROM {IMAGE}\nCOPY . {CODE}\nENV AZUREML_ENTRY_SCRIPT=code/s$0", "code/score.py", context=context
    )


def test_before_any_code_is_copied_the_scripts_of_the_context_are_offered(context: BuildContext) -> None:
    """Only those that fit, and that `.dockerignore` lets through."""
    check_completion(f"FROM {IMAGE}\nENV AZUREML_ENTRY_SCRIPT=$0", "code/score.py", context=context)


def test_a_script_is_found_by_its_own_name(context: BuildContext) -> None:
    """What is typed need not begin with its folder, which comes with it."""
    fixture = f"FROM {IMAGE}\nENV AZUREML_ENTRY_SCRIPT=sc$0"
    check_pick(fixture, "code/score.py", f"FROM {IMAGE}\nENV AZUREML_ENTRY_SCRIPT=code/score.py", context)
    assert menu(fixture, context).in_vscode() == ["code/score.py"]
    check_silent(f"FROM {IMAGE}\nENV AZUREML_ENTRY_SCRIPT=ore$0", context)
    check_silent(f"FROM {IMAGE}\nENV AZUREML_ENTRY_SCRIPT=score.py$0", context)


def test_the_app_root_of_the_file_counts(context: BuildContext) -> None:
    """A script elsewhere is not found by the server."""
    fixture = f"FROM {IMAGE}\nENV AML_APP_ROOT=/srv\nCOPY code /srv/a\nENV AZUREML_ENTRY_SCRIPT=$0"
    check_completion(fixture, "a/score.py", "a/a_helper.py", context=context)


def test_without_a_context_no_script_is_known() -> None:
    """So none is offered."""
    check_silent(f"FROM {IMAGE}\nENV AZUREML_ENTRY_SCRIPT=$0")


def test_files_beside_the_script_are_offered_for_packages(context: BuildContext) -> None:
    """Requirements and conda files, relative to the folder of the script."""
    before = f"FROM {IMAGE}\nCOPY . {CODE}\nENV AZUREML_ENTRY_SCRIPT=code/score.py\nENV"
    check_completion(f"{before} AZUREML_EXTRA_REQUIREMENTS_TXT=$0", "requirements.txt", context=context)
    check_completion(f"{before} AZUREML_EXTRA_CONDA_YAML=$0", "conda.yml", context=context)


# Models


def test_the_folders_that_models_are_copied_to_come_first() -> None:
    """Then the folder where Azure ML puts models, then other folders; code that is one file is none of them."""
    check_completion(
        f"""
        FROM {IMAGE} AS base
        COPY model /srv/model
        FROM base
        COPY data /data
        COPY score.py /code/
        COPY code {CODE}
        ENV AZUREML_MODEL_DIR=$0
        """,
        "/srv/model",
        MODELS,
        "/data",
    )
    check_completion(f"FROM {IMAGE}\nENV AZUREML_MODEL_DIR=$0", MODELS)
    check_completion(f"FROM {IMAGE}\nENV AZUREML_MODEL_DIR=$0\nCOPY a.pkl {MODELS}/m/", f"{MODELS}/m", MODELS)


# Other values


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("WORKER_PRELOAD", ["true", "false"]),
        ("AML_APP_INSIGHTS_ENABLED", ["true", "false"]),
        ("AZUREML_LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
        ("WORKER_COUNT", ["1"]),
        ("SCORING_TIMEOUT_MS", ["3600000"]),
        ("AML_APP_ROOT", [CODE, MODELS]),
        ("SVDIR", ["/var/runit"]),
        ("SERVER_PORT", []),
        ("AZUREML_DEBUG_PORT", []),
        ("AML_APP_INSIGHTS_KEY", []),
        ("PATH", []),
        ("SOMETHING_ELSE", []),
    ],
)
def test_the_values_fit_the_type_of_the_variable(name: str, values: list[str]) -> None:
    """A choice where there is one, else the default; nothing for a variable without effect, or of somebody else."""
    check_completion(f"FROM {IMAGE}\nENV {name}=$0", *values)


def test_the_default_is_called_so() -> None:
    """So one sees what happens without."""
    found = menu(f"FROM {IMAGE}\nENV AZUREML_LOG_LEVEL=$0")
    assert [item.detail for item in found.items] == ["", "default", "", "", ""]


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("AZUREML_LOG_LEVEL=$0", "AZUREML_LOG_LEVEL=DEBUG"),
        ("AZUREML_LOG_LEVEL=DE$0", "AZUREML_LOG_LEVEL=DEBUG"),
        ("AZUREML_LOG_LEVEL=D$0xx B=1", "AZUREML_LOG_LEVEL=DEBUG B=1"),
        ('AZUREML_LOG_LEVEL="$0', 'AZUREML_LOG_LEVEL="DEBUG'),
        ('AZUREML_LOG_LEVEL="D$0"', 'AZUREML_LOG_LEVEL="DEBUG"'),
        ("AZUREML_LOG_LEVEL='$0' B=1", "AZUREML_LOG_LEVEL='DEBUG' B=1"),
        ("AZUREML_LOG_LEVEL $0", "AZUREML_LOG_LEVEL DEBUG"),
        ("AZUREML_LOG_LEVEL DE$0", "AZUREML_LOG_LEVEL DEBUG"),
        ("A=1 AZUREML_LOG_LEVEL=$0", "A=1 AZUREML_LOG_LEVEL=DEBUG"),
        ("A=1 \\\n    AZUREML_LOG_LEVEL=D$0 \\\n    B=1", "A=1 \\\n    AZUREML_LOG_LEVEL=DEBUG \\\n    B=1"),
    ],
)
def test_a_value_replaces_the_value_and_nothing_else(written: str, after: str) -> None:
    """In quotes and without, in both forms of ENV; what follows stays."""
    check_pick(f"FROM ubuntu\nENV {written}", "DEBUG", f"FROM ubuntu\nENV {after}")


@pytest.mark.parametrize(
    "written",
    [
        "AZUREML_LOG_LEVEL=INFO$0",
        "WORKER_COUNT=1$0",
        "WORKER_COUNT=4$0",
        'AZUREML_LOG_LEVEL="INFO"$0',
        "AZUREML_LOG_LEVEL=IN\\\nF$0",
        'AZUREML_LOG_LEVEL="a\\"$0',
        f"AZUREML_MODEL_DIR={MODELS}$0",
        "AZUREML_MODEL_DIR=/app/models$0",
    ],
)
def test_what_is_complete_or_something_else_gets_no_value(written: str) -> None:
    """Enter after it ends the line; nor is anything put into another value because of its letters."""
    check_silent(f"FROM {IMAGE}\nENV {written}")


def test_after_a_pair_no_menu_of_names_opens_by_itself() -> None:
    """A space there may be the end of the line; directly after ENV a name has to follow."""
    assert menu(f"FROM {IMAGE}\nENV A=1 $0").by_itself() == []
    assert "AZUREML_MODEL_DIR" in menu(f"FROM {IMAGE}\nENV A=1 $0").in_vscode()
    assert "AZUREML_MODEL_DIR" in menu(f"FROM {IMAGE}\nENV $0").by_itself()


def test_after_the_base_image_no_menu_opens_by_itself() -> None:
    """AS may follow, but need not."""
    assert menu("FROM ubuntu $0").by_itself() == []


# Owners


def test_on_an_inference_image_chown_is_offered_with_its_user() -> None:
    """What is copied belongs to root otherwise. The bare flag is offered too."""
    shown = menu(f"FROM {IMAGE}\nCOPY --$0 a b").in_vscode()
    assert shown[:3] == ["--from=", "--chown=dockeruser:dockeruser", "--chown="]
    check_pick(
        f"FROM {IMAGE}\nCOPY --cho$0 a b",
        "--chown=dockeruser:dockeruser",
        f"FROM {IMAGE}\nCOPY --chown=dockeruser:dockeruser a b",
    )
    check_completion(f"FROM {IMAGE}\nADD --chown=$0 a b", "dockeruser:dockeruser")
    check_completion(f"FROM {IMAGE}\nCOPY --chown$0=x a b", "--chown")


def test_chown_knows_the_users_that_the_file_creates() -> None:
    """On any image; on others than those for inference there is no `dockeruser`."""
    check_completion("FROM ubuntu\nRUN useradd -m ann\nCOPY --chown=$0 a b", "ann")
    check_silent("FROM ubuntu\nCOPY --chown=$0 a b")
    check_silent(f"FROM {IMAGE}\nONBUILD COPY --chown=$0 a b")
