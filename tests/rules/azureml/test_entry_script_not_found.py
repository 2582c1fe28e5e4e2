"""EntryScriptNotFound: the configured entry script is not copied into the image."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_clean, check_fix, check_rule, context_of, crlf, findings_of

RULE = "EntryScriptNotFound"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
FIT = "def init():\n    pass\n\n\ndef run(data):\n    pass\n"
FILES = {"code/score.py": FIT, "code/util.py": "x = 1\n", "code/lib/a.py": ""}


def test_a_missing_script(tmp_path: Path) -> None:
    """The value is marked, and the message names the file that is missing from the build context."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY code /var/azureml-app
        ENV AZUREML_ENTRY_SCRIPT=scoring.py
        #                        ^^^^^^^^^^ EntryScriptNotFound code/scoring.py does not exist in the build context
        """,
        context_of(tmp_path, FILES),
    )

    assert finding.severity is Severity.WARNING


def test_a_script_in_a_folder(tmp_path: Path) -> None:
    """The path starts from the app root, with or without quotes, absolute or relative."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        WORKDIR /app
        ENV AML_APP_ROOT=/app \\
            AZUREML_ENTRY_SCRIPT="/app/src/score.py"
        #                        ^^^^^^^^^^^^^^^^^^^ EntryScriptNotFound code/src/score.py does not exist
        COPY code .
        """,
        context_of(tmp_path, FILES),
    )


def test_a_script_in_the_copied_folder(tmp_path: Path) -> None:
    """COPY copies the files of a folder, not the folder itself; a path that repeats its name is a common mistake."""
    before = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY code /var/azureml-app
        ENV AZUREML_ENTRY_SCRIPT=code/score.py
        #                        ^^^^^^^^^^^^^ EntryScriptNotFound COPY puts the files of code, not the folder itself
        """
    context = context_of(tmp_path, FILES)

    check_rule(RULE, before, context)
    check_fix(
        RULE,
        f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=code/score.py\n",
        f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=score.py\n",
        context=context,
    )


@pytest.mark.parametrize("name", [".dockerignore", "Dockerfile.dockerignore"])
def test_an_ignored_script(tmp_path: Path, name: str) -> None:
    """The message names the ignore file that excludes the script: `.dockerignore`, or the Dockerfile's own."""
    check_rule(
        RULE,
        f"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY . /var/azureml-app
        ENV AZUREML_ENTRY_SCRIPT code/score.py
        #                        ^^^^^^^^^^^^^ EntryScriptNotFound because {name} excludes code/score.py
        """,
        context_of(tmp_path, {**FILES, name: "**/s*.py\n"}),
    )


def test_letter_case_matters(tmp_path: Path) -> None:
    """In a container, `Score.py` and `score.py` are two files."""
    text = f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=Score.py\n"

    assert len(findings_of(RULE, text, context_of(tmp_path, FILES))) == 1


def test_a_variable_set_in_an_earlier_stage(tmp_path: Path) -> None:
    """The value is marked in the earlier stage, and the FROM of the later stage is related."""
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


def test_a_training_image_that_starts_the_services(tmp_path: Path) -> None:
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
        # The deployment adds the code, or the code is in another folder.
        "ENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /opt/code\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code/lib /var/azureml-app/lib\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=/opt/main.py",
        "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=../main.py",
        "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=",
        # The content of these folders and archives is unknown.
        "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=$SCRIPT",
        "COPY code /var/azureml-app\nENV AML_APP_ROOT=$ROOT AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nCOPY --from=build /app /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nADD more.tgz /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nRUN echo > $AML_APP_ROOT/x.py\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nRUN ./make.sh\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY code /var/azureml-app\nCOPY <<EOF /var/azureml-app/main.py\nEOF\nENV AZUREML_ENTRY_SCRIPT=main.py",
        # The build context is another folder.
        "COPY src /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py",
        "COPY . /var/azureml-app\nCOPY models /models\nENV AZUREML_ENTRY_SCRIPT=main.py",
        # The command starts another server.
        'COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py\nCMD ["uvicorn", "app:app"]',
    ],
)
def test_a_script_that_may_exist_is_not_reported(tmp_path: Path, lines: str) -> None:
    """The rule ignores a script that exists, or that may exist."""
    assert findings_of(RULE, f"{INFERENCE}{lines}\n", context_of(tmp_path, FILES)) == []


@pytest.mark.parametrize("name", ["python:3.12", "$BASE", "mcr.microsoft.com/azureml/curated/sklearn-1.5:latest"])
def test_other_images_are_not_reported(tmp_path: Path, name: str) -> None:
    """Their content and their command are unknown."""
    text = f"FROM {name}\nCOPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py\n"

    assert findings_of(RULE, text, context_of(tmp_path, FILES)) == []


def test_the_script_of_an_mlflow_image_is_not_reported(tmp_path: Path) -> None:
    """The image contains the script, in a folder to which other code may be copied."""
    text = (
        "FROM mcr.microsoft.com/azureml/curated/mlflow-py312-inference:latest\nCOPY code /var/mlflow_resources\n"
        "ENV AZUREML_ENTRY_SCRIPT=mlflow_score_script.py\n"
    )

    assert findings_of(RULE, text, context_of(tmp_path, FILES)) == []


def test_a_folder_is_not_judged_without_a_context() -> None:
    """The files are unknown."""
    assert findings_of(RULE, f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py\n") == []


def test_a_script_that_is_copied_by_its_name() -> None:
    """Without a build context, the names in the Dockerfile suffice."""
    before = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_ENTRY_SCRIPT=scor.py
        #                        ^^^^^^^ EntryScriptNotFound because nothing copies scor.py there
        COPY requirements.txt score.py /var/azureml-app/
        """

    check_rule(RULE, before)
    check_fix(
        RULE, before, before.replace("scor.py", "score.py", 1).replace(_line_of(before, "^^^"), ""), "Use score.py"
    )


def _line_of(text: str, part: str) -> str:
    return next(line for line in text.splitlines(keepends=True) if part in line)


@pytest.mark.parametrize(
    "lines",
    [
        "WORKDIR /var/azureml-app\nCOPY score.py .",
        "WORKDIR /var\nWORKDIR azureml-app\nCOPY code/score.py ./",
        "COPY score.py /var/azureml-app/entry.py",
        "COPY score.py /var/azureml-app/main.py\nCOPY *.txt lib_*.py /var/azureml-app/",
        "COPY scor.py /var/azureml-app/src/",
        "COPY score.py /var/azureml-app/src/score.py\nCOPY --from=build /lib/a.py /var/azureml-app/",
        "ENV AML_APP_ROOT=/app\nCOPY score.py /var/azureml-app/",
        "ADD score.py /var/azureml-app",
    ],
)
def test_names_that_do_not_fit(lines: str) -> None:
    """The name, the folder or the app root differs, so that no COPY or ADD writes the script."""
    assert len(findings_of(RULE, f"{INFERENCE}{lines}\nENV AZUREML_ENTRY_SCRIPT=scor.py\n")) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "COPY scor.py /var/azureml-app/",
        "COPY scor.py /var/azureml-app",
        "COPY score.py /var/azureml-app/scor.py",
        "COPY *.py /var/azureml-app/",
        "COPY score.py $FILES /var/azureml-app/",
        "COPY score.py /var/azureml-app/\nCOPY . /var",
        "COPY score.py /var/azureml-app/\nCOPY --from=build /app /var/azureml-app",
        "COPY score.py /var/azureml-app/\nRUN cp /x/scor.py /var/azureml-app/",
        "COPY score.py /var/azureml-app/\nADD code.tar.gz /var/azureml-app/",
        "COPY score.py /var/azureml-app/\nCOPY . $TARGET",
        # The deployment may add the script to these.
        "COPY helpers.py /opt/lib/",
        "COPY helpers.py /var/azureml-app/lib/",
        "COPY model.py /var/azureml-app/azureml-models/net/1/",
        "COPY requirements.txt /var/azureml-app/",
    ],
)
def test_names_that_may_fit_are_not_reported(lines: str) -> None:
    """A COPY, ADD or RUN may write the script, or only modules and models are copied."""
    assert findings_of(RULE, f"{INFERENCE}{lines}\nENV AZUREML_ENTRY_SCRIPT=scor.py\n") == []


def test_a_script_in_a_subfolder(tmp_path: Path) -> None:
    """A folder keeps its own name only if the destination has it, so the message says where the script is."""
    context = context_of(tmp_path, FILES)
    before = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY code /var/azureml-app/code
        ENV AZUREML_ENTRY_SCRIPT=score.py
        #                        ^^^^^^^^ EntryScriptNotFound score.py is copied to /var/azureml-app/code/score.py.
        """
    after = before.replace("=score.py", "=code/score.py").replace(_line_of(before, "^^^"), "")

    check_rule(RULE, before, context)
    check_fix(RULE, before, after, "Use code/score.py", context)
    check_clean(after, context)


@pytest.mark.parametrize("value", ["score", "score.ipynb", "src", "src/", ".", "/var/azureml-app/score"])
def test_a_value_that_is_no_python_file(value: str) -> None:
    """Python imports the script by its path, and accepts only the names of Python files."""
    [finding] = check_rule(
        RULE,
        f"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY score.py /var/azureml-app/
        ENV AZUREML_ENTRY_SCRIPT={value}
        #                        {"^" * len(value)} EntryScriptNotFound is not a .py file
        """,
    )

    assert [fix.is_preferred for fix in finding.fixes] == [True]


@pytest.mark.parametrize("lines", ["", "COPY model.pkl /var/azureml-app/azureml-models/m/1/\n", "COPY a.py /opt/\n"])
def test_another_value_without_code_is_not_reported(lines: str) -> None:
    """The deployment adds the code and sets the variable itself."""
    assert findings_of(RULE, f"{INFERENCE}{lines}ENV AZUREML_ENTRY_SCRIPT=score\n") == []


def test_another_source_that_is_missing(tmp_path: Path) -> None:
    """A source that is missing elsewhere does not hide the fault if the folder of the script exists."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY requirement.txt /tmp/
        COPY code /var/azureml-app
        ENV AZUREML_ENTRY_SCRIPT=scorer.py
        #                        ^^^^^^^^^ EntryScriptNotFound code/scorer.py does not exist in the build context
        """,
        context_of(tmp_path, FILES),
    )


def test_the_only_suitable_script_is_the_preferred_fix(tmp_path: Path) -> None:
    """The fix leaves a clean file, and keeps quotes, continuations and line ends."""
    context = context_of(tmp_path, FILES)
    before = r"""
        from mcr.microsoft.com/azureml/minimal-py312-inference:latest
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
def test_the_fix_quotes_names_with_spaces(tmp_path: Path, before: str, after: str) -> None:
    """An absolute value stays absolute."""
    context = context_of(tmp_path, {"src/my code/a.py": FIT})

    text = f"{INFERENCE}COPY src /var/azureml-app\n"
    check_fix(RULE, f"{text}{before}\n", f"{text}{after}\n", context=context)


def test_several_suitable_scripts(tmp_path: Path) -> None:
    """Each one has a fix, the nearest script first, and no fix is preferred."""
    context = context_of(tmp_path, {**FILES, "code/lib/a.py": FIT, "code/b.py": FIT})
    [finding] = findings_of(RULE, f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py\n", context)

    assert [fix.title for fix in finding.fixes] == ["Use b.py", "Use score.py", "Use lib/a.py"]
    assert not any(fix.is_preferred or fix.is_safe for fix in finding.fixes)


def test_a_name_that_no_instruction_can_hold_has_no_fix(tmp_path: Path) -> None:
    """A line break in the name of a file would become an instruction of the Dockerfile."""
    context = context_of(tmp_path, {"code/a\nRUN b.py": FIT, "code/b\r.py": FIT})
    [finding] = findings_of(RULE, f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py\n", context)

    assert finding.fixes == ()


def test_no_suitable_script(tmp_path: Path) -> None:
    """The finding has no fix."""
    [finding] = findings_of(
        RULE,
        f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=main.py\n",
        context_of(tmp_path, {"code/a.py": ""}),
    )

    assert finding.fixes == ()


def test_a_value_with_a_variable_has_no_fix(tmp_path: Path) -> None:
    """The ARG may be correct for other uses."""
    text = f"{INFERENCE}ARG S=main.py\nCOPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=$S\n"
    [finding] = findings_of(RULE, text, context_of(tmp_path, FILES))

    assert finding.fixes == ()
