"""EntryScriptNotFound: the script that the server is told to run is not among what is copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_clean, check_fix, check_rule, context_of, crlf, findings_of

RULE = "EntryScriptNotFound"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
FIT = "def init():\n    pass\n\n\ndef run(data):\n    pass\n"
FILES = {"code/score.py": FIT, "code/util.py": "x = 1\n", "code/lib/a.py": ""}


def test_a_script_that_is_not_there(tmp_path: Path) -> None:
    """The value is marked; the message names the file that would have to be there."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY code /var/azureml-app
        ENV AZUREML_ENTRY_SCRIPT=scoring.py
        #                        ^^^^^^^^^^ EntryScriptNotFound there is no code/scoring.py in the build context
        """,
        context_of(tmp_path, FILES),
    )

    assert finding.severity is Severity.WARNING


def test_a_script_in_a_folder(tmp_path: Path) -> None:
    """It counts from the app root, quoted or not, absolute or not."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        WORKDIR /app
        ENV AML_APP_ROOT=/app \\
            AZUREML_ENTRY_SCRIPT="/app/src/score.py"
        #                        ^^^^^^^^^^^^^^^^^^^ EntryScriptNotFound there is no code/src/score.py
        COPY code .
        """,
        context_of(tmp_path, FILES),
    )


@pytest.mark.parametrize("name", [".dockerignore", "Dockerfile.dockerignore"])
def test_a_script_that_is_left_out(tmp_path: Path, name: str) -> None:
    """The message says which file does it: `.dockerignore`, or the Dockerfile's own."""
    check_rule(
        RULE,
        f"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY . /var/azureml-app
        ENV AZUREML_ENTRY_SCRIPT code/score.py
        #                        ^^^^^^^^^^^^^ EntryScriptNotFound : {name} leaves code/score.py out
        """,
        context_of(tmp_path, {**FILES, name: "**/s*.py\n"}),
    )


def test_letter_case(tmp_path: Path) -> None:
    """A container's disk tells `Score.py` from `score.py`."""
    text = f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=Score.py\n"

    assert len(findings_of(RULE, text, context_of(tmp_path, FILES))) == 1


def test_a_variable_of_the_stage_below(tmp_path: Path) -> None:
    """The value is marked where that stage sets it, and the stage that inherits it is related."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        ENV AZUREML_ENTRY_SCRIPT=main.py
        #                        ^^^^^^^ EntryScriptNotFound
        FROM base
        COPY code /var/azureml-app
        """,
        context_of(tmp_path, FILES),
    )

    assert [fix.title for fix in finding.fixes] == ["Use score.py"]
    assert [place.message for place in finding.related] == ["This stage inherits it."]


def test_an_image_that_is_made_to_serve(tmp_path: Path) -> None:
    """A training image whose command starts the services runs the server too."""
    lines = "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=x.py\n"
    text = f"FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04\n{lines}"
    context = context_of(tmp_path, FILES)

    assert len(findings_of(RULE, f'{text}CMD ["runsvdir", "/var/runit"]\n', context)) == 1
    assert findings_of(RULE, text, context) == []
    assert findings_of(RULE, f'{text}CMD ["uvicorn", "a:b"]\n', context) == []


@pytest.mark.parametrize(
    "lines",
    [
        "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=score.py",
        "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=./lib/../score.py",
        "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/score.py",
        "COPY code/score.py /var/azureml-app/main.py\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code/*.py /var/azureml-app/\nENV AZUREML_ENTRY_SCRIPT=score.py",
        # The deployment brings the code, or it is somewhere else.
        "ENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /opt/code\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app/lib\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=/opt/main.py",
        "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=../main.py",
        "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=",
        # What is in these cannot be seen.
        "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=$SCRIPT",
        "COPY code /var/azureml-app\nENV AML_APP_ROOT=$ROOT AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nCOPY --from=build /app /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nADD more.tgz /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nRUN echo > $AML_APP_ROOT/x.py\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nRUN ./make.sh\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nCOPY <<EOF /var/azureml-app/main.py\nEOF\nENV AZUREML_ENTRY_SCRIPT=main.py",
        # It is built with another context.
        "COPY src /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nCOPY models /models\nENV AZUREML_ENTRY_SCRIPT=main.py",
        # A server of its own.
        'COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py\nCMD ["uvicorn", "app:app"]',
    ],
)
def test_what_may_be_there(tmp_path: Path, lines: str) -> None:
    """Nothing is said of a script that is there, or that may be there."""
    assert findings_of(RULE, f"{INFERENCE}{lines}\n", context_of(tmp_path, FILES)) == []


@pytest.mark.parametrize("name", ["python:3.12", "$BASE", "mcr.microsoft.com/azureml/curated/sklearn-1.5:latest"])
def test_other_images(tmp_path: Path, name: str) -> None:
    """What they hold and start is not known."""
    text = f"FROM {name}\nCOPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py\n"

    assert findings_of(RULE, text, context_of(tmp_path, FILES)) == []


def test_the_script_of_an_mlflow_image(tmp_path: Path) -> None:
    """It is in the image, in the folder to which other code may be copied."""
    text = (
        "FROM mcr.microsoft.com/azureml/curated/mlflow-py312-inference:latest\nCOPY code /var/mlflow_resources\n"
        "ENV AZUREML_ENTRY_SCRIPT=mlflow_score_script.py\n"
    )

    assert findings_of(RULE, text, context_of(tmp_path, FILES)) == []


def test_without_a_context() -> None:
    """Nothing is known of any file."""
    assert findings_of(RULE, f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py\n") == []


def test_the_only_script_that_fits(tmp_path: Path) -> None:
    """It is the preferred repair; the file is clean then, and quotes, continuations and line ends stay."""
    context = context_of(tmp_path, FILES)
    before = r"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        copy code /var/azureml-app
        env A=1 \
            # the script
            AZUREML_ENTRY_SCRIPT='scoring.py' \
            B=2
        """
    after = before.replace("scoring", "score")

    check_fix(RULE, before, after, "Use score.py", context)
    check_fix(RULE, crlf(before), crlf(after), context=context)
    check_clean(after, context)
    [finding] = findings_of(RULE, crlf(before), context)
    assert [fix.is_preferred for fix in finding.fixes] == [True]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ENV AZUREML_ENTRY_SCRIPT main.py", 'ENV AZUREML_ENTRY_SCRIPT "my code/a.py"'),
        ("ENV AZUREML_ENTRY_SCRIPT=main.py", 'ENV AZUREML_ENTRY_SCRIPT="my code/a.py"'),
        ("ENV AZUREML_ENTRY_SCRIPT='main.py'", 'ENV AZUREML_ENTRY_SCRIPT="my code/a.py"'),
        ("ENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/x", 'ENV AZUREML_ENTRY_SCRIPT="/var/azureml-app/my code/a.py"'),
    ],
)
def test_names_that_need_quotes(tmp_path: Path, before: str, after: str) -> None:
    """An absolute value stays absolute."""
    context = context_of(tmp_path, {"src/my code/a.py": FIT})

    text = f"{INFERENCE}COPY src /var/azureml-app\n"
    check_fix(RULE, f"{text}{before}\n", f"{text}{after}\n", context=context)


def test_several_scripts(tmp_path: Path) -> None:
    """Each is offered, the nearest first, and none preferred."""
    context = context_of(tmp_path, {**FILES, "code/lib/a.py": FIT, "code/b.py": FIT})
    [finding] = findings_of(RULE, f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py\n", context)

    assert [fix.title for fix in finding.fixes] == ["Use b.py", "Use score.py", "Use lib/a.py"]
    assert not any(fix.is_preferred or fix.is_safe for fix in finding.fixes)


def test_no_script_fits(tmp_path: Path) -> None:
    """Then there is nothing to offer."""
    [finding] = findings_of(
        RULE,
        f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py\n",
        context_of(tmp_path, {"code/a.py": ""}),
    )

    assert finding.fixes == ()


def test_a_value_with_a_variable(tmp_path: Path) -> None:
    """What an ARG gives is known, but not repaired: the ARG may be right for something else."""
    text = f"{INFERENCE}ARG S=main.py\nCOPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=$S\n"
    [finding] = findings_of(RULE, text, context_of(tmp_path, FILES))

    assert finding.fixes == ()
