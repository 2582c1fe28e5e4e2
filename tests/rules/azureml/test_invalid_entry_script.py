"""InvalidEntryScript: the entry script lacks what the inference server calls."""

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


def test_a_function_is_missing(tmp_path: Path) -> None:
    """The value is marked; the place in the script is related to it."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY code /var/azureml-app
        ENV AZUREML_ENTRY_SCRIPT=score.py
        #                        ^^^^^^^^ InvalidEntryScript code/score.py as entry script. The script has no
        """,
        context_of(tmp_path, {"code/score.py": "def init():\n    pass\n\n\ndef predict(data):\n    pass\n"}),
    )

    assert finding.severity is Severity.WARNING
    assert finding.fixes == ()
    [related] = finding.related
    assert (related.path, tuple(related.span)) == ("code/score.py", (0, 0))


def test_every_problem_has_its_place(tmp_path: Path) -> None:
    """Each is related to the finding, with its exact words."""
    script = "def init(model):\n    pass\n\n\ndef run(*data):\n    pass\n"
    [finding] = findings_of(RULE, WITH_SCRIPT, context_of(tmp_path, {"code/score.py": script}))

    assert [related.span.of(script) for related in finding.related] == ["model", "data"]
    assert "init() is called without arguments" in finding.message


def test_the_default_script(tmp_path: Path) -> None:
    """Without the variable the server runs `main.py`: the COPY that brings it is marked."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY data /var/azureml-app/data
        COPY code /var/azureml-app
        #         ^^^^^^^^^^^^^^^^ InvalidEntryScript code/main.py as entry script. The script has no function init()
        """,
        context_of(tmp_path, {"code/main.py": "print('hello')\n", "data/": ""}),
    )


def test_a_stage_below(tmp_path: Path) -> None:
    """The COPY of an earlier stage is marked where it is."""
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


def test_what_an_editor_has_open(tmp_path: Path) -> None:
    """The text in the editor counts."""
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
def test_scripts_without_a_problem(tmp_path: Path, script: str) -> None:
    """Good ones, those of a Python that is not ours, and names that come from elsewhere."""
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
def test_another_script_or_none(tmp_path: Path, text: str) -> None:
    """The script that is wrong here is not the one that is run, or may be changed, or nobody runs it."""
    assert findings_of(RULE, text, context_of(tmp_path, {"code/score.py": "x = 1\n"})) == []


def test_without_a_context() -> None:
    """Nothing is known of any file."""
    assert findings_of(RULE, WITH_SCRIPT) == []


def test_a_script_that_is_left_out(tmp_path: Path) -> None:
    """That is another rule's business."""
    context = context_of(tmp_path, {"code/score.py": "", ".dockerignore": "code/score.py"})

    assert findings_of(RULE, WITH_SCRIPT, context) == []
    assert len(findings_of("EntryScriptNotFound", WITH_SCRIPT, context)) == 1


def test_a_name_that_is_only_like_the_variable(tmp_path: Path) -> None:
    """The Dockerfile uses it itself, so it is no slip, and the server runs `main.py` all the same."""
    context = context_of(tmp_path, {"code/main.py": "def init(): ...\n"})
    text = (
        "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
        "ENV AZUREML_ENTRY_SCRIPTT=a.py\nRUN echo $AZUREML_ENTRY_SCRIPTT\nCOPY code /var/azureml-app\n"
    )
    assert len(findings_of("InvalidEntryScript", text, context)) == 1
    assert findings_of("InvalidEntryScript", text.replace("RUN echo $AZUREML_ENTRY_SCRIPTT\n", ""), context) == []
