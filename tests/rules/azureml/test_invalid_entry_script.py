"""InvalidEntryScript: an entry script that the inference server cannot use."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_rule, context_of, findings_of

RULE = "InvalidEntryScript"
COPIED = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\nCOPY code /var/azureml-app\n"
WITH_SCRIPT = f"{COPIED}ENV AZUREML_ENTRY_SCRIPT=score.py\n"
GOOD = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"


def test_a_missing_function(tmp_path: Path) -> None:
    """The value is marked, and the script is related."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY code /var/azureml-app
        ENV AZUREML_ENTRY_SCRIPT=score.py
        #                        ^^^^^^^^ InvalidEntryScript code/score.py as the entry script. The script has no
        """,
        context_of(tmp_path, {"code/score.py": "def init():\n    pass\n\n\ndef predict(data):\n    pass\n"}),
    )

    assert finding.severity is Severity.WARNING
    assert finding.fixes == ()
    [related] = finding.related
    assert (related.path, tuple(related.span)) == ("code/score.py", (0, 0))


def test_every_problem_is_related(tmp_path: Path) -> None:
    """Each problem is a related location with its exact span."""
    script = "def init(model):\n    pass\n\n\ndef run(*data):\n    pass\n"
    [finding] = findings_of(RULE, WITH_SCRIPT, context_of(tmp_path, {"code/score.py": script}))

    assert [related.span.of(script) for related in finding.related] == ["model", "data"]
    assert "init() is called without arguments" in finding.message


def test_the_default_script_is_read(tmp_path: Path) -> None:
    """Without the variable the server runs `main.py`, and the COPY that adds it is marked."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY data /var/azureml-app/data
        COPY code /var/azureml-app
        #         ^^^^^^^^^^^^^^^^ InvalidEntryScript code/main.py as the entry script. The script has no
        """,
        context_of(tmp_path, {"code/main.py": "print('hello')\n", "data/": ""}),
    )


def test_a_copy_in_an_earlier_stage(tmp_path: Path) -> None:
    """The COPY of the earlier stage is marked."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        COPY code /var/azureml-app
        #         ^^^^^^^^^^^^^^^^ InvalidEntryScript
        FROM base
        """,
        context_of(tmp_path, {"code/main.py": ""}),
    )


def test_the_text_of_an_open_editor_is_read(tmp_path: Path) -> None:
    """The text in the editor replaces that on disk."""
    context_of(tmp_path, {"code/score.py": GOOD})
    context = BuildContext(str(tmp_path), open_files={str(tmp_path / "code" / "score.py"): "x = 1\n"})

    assert len(findings_of(RULE, WITH_SCRIPT, context)) == 1


@pytest.mark.parametrize(
    "script",
    [
        GOOD,
        "from model import init, run\n",
        "from model import *\n",
        "init, run = load()\n",
        "def init():\n    pass\n\n\n@decorated\ndef run():\n    pass\n",
        "def init(:\n",
        "print 'an old script'\n",
        "x = a ?? b\n",
        "(" * 10_000,
    ],
)
def test_scripts_without_a_problem_are_not_reported(tmp_path: Path, script: str) -> None:
    """The rule ignores suitable scripts, other Python versions, and names that come from elsewhere."""
    assert findings_of(RULE, WITH_SCRIPT, context_of(tmp_path, {"code/score.py": script})) == []


@pytest.mark.parametrize(
    "text",
    [
        COPIED,
        f"{COPIED}ENV AZUREML_ENTRY_SCRIPT=other.py\n",
        f"{COPIED}ENV AZUREML_ENTRY_SCRIPT=$SCRIPT\n",
        f"{COPIED}ENV AZUREML_ENTRYSCRIPT=other.py\n",
        f"{COPIED}COPY --from=build /a /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=score.py\n",
        f"{COPIED}RUN sed -i s/a/b/ /var/azureml-app/score.py\nENV AZUREML_ENTRY_SCRIPT=score.py\n",
        f"{COPIED}ENV AZUREML_ENTRY_SCRIPT=/opt/score.py\n",
        f'{WITH_SCRIPT}CMD ["python", "/var/azureml-app/score.py"]\n',
        WITH_SCRIPT.replace("minimal-py312-inference", "openmpi5.0-ubuntu24.04"),
        WITH_SCRIPT.replace("code", "elsewhere"),
    ],
)
def test_another_script_is_not_reported(tmp_path: Path, text: str) -> None:
    """The rule ignores a script that is not run, or that may be changed."""
    assert findings_of(RULE, text, context_of(tmp_path, {"code/score.py": "x = 1\n"})) == []


def test_nothing_is_reported_without_a_context() -> None:
    """The files are unknown."""
    assert findings_of(RULE, WITH_SCRIPT) == []


def test_an_ignored_script_is_left_to_another_rule(tmp_path: Path) -> None:
    """EntryScriptNotFound reports it."""
    context = context_of(tmp_path, {"code/score.py": "", ".dockerignore": "code/score.py"})

    assert findings_of(RULE, WITH_SCRIPT, context) == []
    assert len(findings_of("EntryScriptNotFound", WITH_SCRIPT, context)) == 1


def test_a_similar_variable_does_not_hide_the_default_script(tmp_path: Path) -> None:
    """The Dockerfile uses the similar name itself, so it is not a typo, and the server runs `main.py`."""
    context = context_of(tmp_path, {"code/main.py": "def init(): ...\n"})
    text = (
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
        "ENV AZUREML_ENTRY_SCRIPTT=a.py\nRUN echo $AZUREML_ENTRY_SCRIPTT\nCOPY code /var/azureml-app\n"
    )
    assert len(findings_of("InvalidEntryScript", text, context)) == 1
    assert findings_of("InvalidEntryScript", text.replace("RUN echo $AZUREML_ENTRY_SCRIPTT\n", ""), context) == []
