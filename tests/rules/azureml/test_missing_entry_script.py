"""MissingEntryScript: code that is built into an inference image, with nothing that says which script to run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_clean, check_fix, check_rule, context_of, crlf, findings_of

RULE = "MissingEntryScript"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"


def test_a_folder_of_code() -> None:
    """The destination is marked; the message names the file that the server will look for."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY code /var/azureml-app
        #         ^^^^^^^^^^^^^^^^ MissingEntryScript The server will look for /var/azureml-app/main.py
        """,
    )

    assert finding.severity is Severity.WARNING


def test_only_the_first_copy_of_code() -> None:
    """One variable is missing, so there is one finding; what is no code does not count."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY requirements.txt conda.yml settings.json /var/azureml-app/
        COPY model /var/azureml-app/azureml-models
        ADD ["src", "config.toml", "/var/azureml-app/src/"]
        #                           ^^^^^^^^^^^^^^^^^^^^^ MissingEntryScript
        COPY score.py /var/azureml-app/
        ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models
        """,
    )


def test_a_relative_destination() -> None:
    """It counts from the WORKDIR."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        WORKDIR /var
        WORKDIR azureml-app
        COPY . .
        #      ^ MissingEntryScript
        """,
    )


def test_another_app_root() -> None:
    """`AML_APP_ROOT` moves the folder of the code."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AML_APP_ROOT=/app/
        COPY lib /var/azureml-app
        COPY src $AML_APP_ROOT
        #        ^^^^^^^^^^^^^ MissingEntryScript /app/main.py
        """,
    )


def test_code_in_the_stage_below() -> None:
    """Where an earlier stage copies the code, its COPY is marked, and the variable is added below it."""
    before = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        COPY src /var/azureml-app/src
        #        ^^^^^^^^^^^^^^^^^^^^ MissingEntryScript
        FROM base
        RUN pip install pandas
        """

    check_rule(RULE, before)
    check_fix(
        RULE,
        before,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
        COPY src /var/azureml-app/src
        ENV AZUREML_ENTRY_SCRIPT=src/score.py
        FROM base
        RUN pip install pandas
        """,
    )


@pytest.mark.parametrize(
    "lines",
    [
        "COPY code /var/azureml-app\nARG AZUREML_ENTRY_SCRIPT=score.py",
        'COPY code /var/azureml-app\nCMD ["runsvdir", "/var/runit"]',
        "COPY code /var/azureml-app\nRUN chown -R dockeruser /var/azureml-app && pip install -e /var/azureml-app",
        "COPY requirements.txt .\nCOPY code /var/azureml-app",
        "COPY requirements.txt /\nCOPY code /var/azureml-app",
        "COPY s*.py /var/azureml-app/",
        "COPY main.py /var/azureml-app/run.py",
        "COPY main.py /opt/\nCOPY code /var/azureml-app",
        "COPY --from=build /wheels /wheels\nCOPY code /var/azureml-app",
        "COPY <<EOF /var/azureml-app/score.py\nimport json\nEOF",
    ],
)
def test_what_brings_no_main_py(lines: str) -> None:
    """An ARG is gone when the container runs; and other files, commands and folders do not help."""
    assert len(findings_of(RULE, f"{INFERENCE}{lines}\n")) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "COPY main.py /var/azureml-app/",
        "COPY score.py /var/azureml-app/main.py",
        "COPY score.py util.py main.py /var/azureml-app/",
        "COPY code /var/azureml-app\nCOPY server/main.py /var/azureml-app/",
        "COPY <<main.py /var/azureml-app/\nimport json\nmain.py",
        # Patterns that fit main.py.
        "COPY *.py /var/azureml-app/",
        "COPY src/* /var/azureml-app/",
        "COPY ma?n.py /var/azureml-app/",
        # What is in these cannot be seen from here.
        "COPY --from=build /app /var/azureml-app",
        "COPY code /var/azureml-app/code\nCOPY --from=build /app /var/azureml-app",
        "ADD code.tar.gz /var/azureml-app/",
        "ADD https://example.org/code.git /var/azureml-app",
        "ARG SOURCE\nCOPY ${SOURCE} /var/azureml-app",
        "COPY overlay /\nCOPY lib /var/azureml-app/lib",
        "COPY . .\nCOPY lib /var/azureml-app/lib",
        # These commands may make it.
        "COPY code /var/azureml-app\nRUN mv /var/azureml-app/score.py /var/azureml-app/main.py",
        "COPY code /var/azureml-app\nRUN echo 'import score' > $AML_APP_ROOT/main.py",
        "COPY lib /var/azureml-app/lib\nRUN cp -r /tmp/code/. /var/azureml-app/",
        "COPY lib /var/azureml-app/lib\nWORKDIR /var/azureml-app\nRUN git clone https://example.org/code.git .",
    ],
)
def test_what_may_bring_a_main_py(lines: str) -> None:
    """The server runs `main.py` by itself, so wherever it may come from, nothing is said."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "RUN pip install pandas",
        "COPY code /opt/code",
        "COPY code /var/azureml-app2",
        "# COPY code /var/azureml-app",
        "COPY requirements.txt /var/azureml-app/",
        "COPY conda.yaml conda.yml settings.json /var/azureml-app/",
        "COPY weights.onnx /var/azureml-app/",
        "ADD MODEL.PKL labels.csv /var/azureml-app/",
        "COPY config /var/azureml-app/config.json",
        "COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=score.py",
        "ARG SCRIPT\nCOPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=${SCRIPT}",
        "ENV AZUREML_ENTRY_SCRIPT score.py\nCOPY code /var/azureml-app",
        'COPY code /var/azureml-app\nCMD ["uvicorn", "app:app"]',
        "COPY code /var/azureml-app\nENTRYPOINT python server.py",
    ],
)
def test_nothing_is_missing(lines: str) -> None:
    """No code, no app root, a variable that is set, or a server of its own: most Dockerfiles are right without it."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


@pytest.mark.parametrize(
    "destination", ["/var/azureml-app/azureml-models", "/var/azureml-app/azureml-models/a/1", "/m"]
)
def test_the_folders_of_models(destination: str) -> None:
    """What goes to the models' folder, or to `AZUREML_MODEL_DIR`, is no code."""
    check_rule(RULE, f"{INFERENCE}COPY files {destination}\nENV AZUREML_MODEL_DIR={destination}\n")


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest\nCOPY code /var/azureml-app\n",
        "FROM mcr.microsoft.com/azureml/curated/mlflow-py312-inference:latest\nCOPY code /var/mlflow_resources\n",
        "FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest\nCOPY code /var/azureml-app\n",
        "FROM python:3.12\nCOPY code /var/azureml-app\n",
        f"{INFERENCE}ENV AML_APP_ROOT=$ROOT\nCOPY code /var/azureml-app\n",
        f"{INFERENCE[:-1]} AS build\nCOPY code /var/azureml-app\nFROM python:3.12\nCOPY --from=build /a /a\n",
    ],
)
def test_images_without_the_server(fixture: str) -> None:
    """Only the inference images start it; the MLflow ones have a script; and only the final stage is started."""
    check_rule(RULE, fixture)


def test_a_misspelt_variable() -> None:
    """That is one mistake, and the rule about variables has a word on it."""
    check_rule(RULE, f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRYSCRIPT=score.py\n")


def test_the_variable_is_added() -> None:
    """Below the COPY; continuations, letter case and line ends stay."""
    before = r"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        copy --chown=dockeruser \
            # the code
            code \
            /var/azureml-app
        # end
        """
    after = before.replace("azureml-app\n", "azureml-app\n        ENV AZUREML_ENTRY_SCRIPT=score.py\n")

    check_fix(RULE, before, after, "Add ENV AZUREML_ENTRY_SCRIPT=score.py")
    check_fix(RULE, crlf(before), crlf(after))


@pytest.mark.parametrize(
    ("lines", "script"),
    [
        ("COPY run.py /var/azureml-app/", "run.py"),
        ("COPY src/run.py /var/azureml-app/src/", "src/run.py"),
        ("COPY run.py /var/azureml-app/serve.py", "serve.py"),
        ("COPY run.py /var/azureml-app", "run.py"),
        ("COPY run.py requirements.txt /var/azureml-app/", "run.py"),
        ("COPY util.py score.py /var/azureml-app/", "score.py"),
        ("COPY a.py b.py /var/azureml-app/", "score.py"),
        ("COPY s*.py /var/azureml-app/", "score.py"),
        ("COPY . /var/azureml-app/", "score.py"),
        ("COPY src /var/azureml-app/src", "src/score.py"),
        ("COPY src /var/azureml-app/v1.0", "v1.0/score.py"),
        ("COPY lib /var/azureml-app/lib\nCOPY src /var/azureml-app", "score.py"),
        ("COPY lib /var/azureml-app/lib\nCOPY serve.py /var/azureml-app/", "serve.py"),
        ('COPY ["my code", "/var/azureml-app/my code"]', '"my code/score.py"'),
    ],
)
def test_the_script_that_is_offered(lines: str, script: str) -> None:
    """The script that is copied, relative to the app root; `score.py` where its name is not to be seen."""
    first, *rest = lines.split("\n")
    after = "\n".join([first, f"ENV AZUREML_ENTRY_SCRIPT={script}", *rest])

    check_fix(RULE, f"{INFERENCE}{lines}\n", f"{INFERENCE}{after}\n")


def test_the_last_line_of_a_file() -> None:
    """A file that does not end its last line does not end it afterwards."""
    before = f"{INFERENCE}COPY code /var/azureml-app"

    check_fix(RULE, before, f"{before}\nENV AZUREML_ENTRY_SCRIPT=score.py")


def test_no_repair_below_a_line_that_goes_on() -> None:
    """At the end of the file a line that ends in `\\` would swallow it."""
    [finding] = findings_of(RULE, f"{INFERENCE}COPY code /var/azureml-app \\\n\n")

    assert finding.fixes == ()


class TestWithTheContext:
    """Where the build context is known, the rule looks whether `main.py` is there."""

    FIT = "def init():\n    pass\n\n\ndef run(data):\n    pass\n"

    @pytest.mark.parametrize(
        "lines",
        [
            "COPY code /var/azureml-app",
            "COPY . /var/azureml-app/\nCOPY code /var/azureml-app",
            "COPY code/*.py /var/azureml-app/",
            "COPY code/lib /var/azureml-app/lib\nCOPY c* /var/azureml-app/",
            "COPY code/lib /var/azureml-app\nADD more.tar /var/azureml-app/",
        ],
    )
    def test_main_py_is_there(self, tmp_path: Path, lines: str) -> None:
        """In the folder, or by a pattern; or it may be, in an archive."""
        context = context_of(tmp_path, {"code/main.py": self.FIT, "code/lib/a.py": "", "more.tar": ""})

        assert findings_of(RULE, f"{INFERENCE}{lines}\n", context) == []

    @pytest.mark.parametrize(
        ("lines", "script"),
        [
            ("COPY code /var/azureml-app", "serve.py"),
            ("COPY code/*.py /var/azureml-app/", "serve.py"),
            ("COPY code /var/azureml-app/src", "src/serve.py"),
            ("COPY . /var/azureml-app", "code/serve.py"),
            ("COPY lib /var/azureml-app/\nCOPY code /var/azureml-app/b", "b/serve.py"),
            ("COPY lib /var/azureml-app", "score.py"),
        ],
    )
    def test_main_py_is_not_there(self, tmp_path: Path, lines: str, script: str) -> None:
        """The only script with `init` and `run` is offered; `score.py` where there is none."""
        context = context_of(tmp_path, {"code/serve.py": self.FIT, "code/a.py": "", "lib/b.py": ""})
        first, *rest = lines.split("\n")
        after = "\n".join([first, f"ENV AZUREML_ENTRY_SCRIPT={script}", *rest])

        check_fix(RULE, f"{INFERENCE}{lines}\n", f"{INFERENCE}{after}\n", context=context)
        if script != "score.py":
            check_clean(f"{INFERENCE}{after}\n", context)

    def test_main_py_is_left_out(self, tmp_path: Path) -> None:
        """What `.dockerignore` leaves out is not copied."""
        context = context_of(tmp_path, {"code/main.py": self.FIT, ".dockerignore": "**/main.py"})

        assert len(findings_of(RULE, f"{INFERENCE}COPY code /var/azureml-app\n", context)) == 1

    @pytest.mark.parametrize("lines", ["COPY src /var/azureml-app", "COPY . /var/azureml-app"])
    def test_another_context(self, tmp_path: Path, lines: str) -> None:
        """Where the folder is hardly the one that the file is built with, it is as if none were known."""
        context = context_of(tmp_path, {"Dockerfile": ""})

        assert len(findings_of(RULE, f"{INFERENCE}{lines}\n", context)) == 1
        assert findings_of(RULE, f"{INFERENCE}{lines}\nCOPY src/* /var/azureml-app/\n", context) == []

    @pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
    def test_what_cannot_be_read(self, tmp_path: Path) -> None:
        """A folder that lies outside the context may hold anything."""
        context = context_of(tmp_path / "root", {"a.py": ""})
        (tmp_path / "root" / "code").symlink_to(tmp_path)

        assert findings_of(RULE, f"{INFERENCE}COPY code /var/azureml-app\n", context) == []
