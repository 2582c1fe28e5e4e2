"""MissingEntryScript: code in an inference image without a configured entry script."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_clean, check_fix, check_rule, context_of, crlf, findings_of

RULE = "MissingEntryScript"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"


def test_a_folder_of_code() -> None:
    """The destination is marked, and the message names the file that the server will look for."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY code /var/azureml-app
        #         ^^^^^^^^^^^^^^^^ MissingEntryScript the server will look for /var/azureml-app/main.py
        """,
    )

    assert finding.severity is Severity.WARNING


def test_an_argument_instead_of_a_variable() -> None:
    """An ARG exists during the build only; the fix makes it an ENV."""
    before = f"{INFERENCE}COPY code /var/azureml-app\nARG AZUREML_ENTRY_SCRIPT=score.py\n"
    [finding] = findings_of(RULE, before)

    assert "is an ARG, which the container does not have" in finding.message
    check_fix(RULE, before, before.replace("ARG", "ENV"), "Use ENV")
    check_fix(RULE, crlf(before), crlf(before.replace("ARG", "ENV")))


def test_only_the_first_copy_of_code() -> None:
    """One missing variable is one finding; files that are not code do not matter."""
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
    """The destination is relative to the WORKDIR."""
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
    """`AML_APP_ROOT` changes the folder of the code."""
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


def test_code_in_an_earlier_stage() -> None:
    """The COPY of the earlier stage is marked, and the fix adds the variable below it."""
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
def test_instructions_that_add_no_default_script(lines: str) -> None:
    """An ARG does not exist at run time, and other files, commands and folders do not add `main.py`."""
    assert len(findings_of(RULE, f"{INFERENCE}{lines}\n")) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "COPY main.py /var/azureml-app/",
        "COPY score.py /var/azureml-app/main.py",
        "COPY score.py util.py main.py /var/azureml-app/",
        "COPY code /var/azureml-app\nCOPY server/main.py /var/azureml-app/",
        "COPY <<main.py /var/azureml-app/\nimport json\nmain.py",
        # These patterns match main.py.
        "COPY *.py /var/azureml-app/",
        "COPY src/* /var/azureml-app/",
        "COPY ma?n.py /var/azureml-app/",
        # The content of these stages, archives and folders is unknown.
        "COPY --from=build /app /var/azureml-app",
        "COPY code /var/azureml-app/code\nCOPY --from=build /app /var/azureml-app",
        "ADD code.tar.gz /var/azureml-app/",
        "ADD https://example.org/code.git /var/azureml-app",
        "ARG SOURCE\nCOPY ${SOURCE} /var/azureml-app",
        "COPY overlay /\nCOPY lib /var/azureml-app/lib",
        "COPY . .\nCOPY lib /var/azureml-app/lib",
        # These commands may create it.
        "COPY code /var/azureml-app\nRUN mv /var/azureml-app/score.py /var/azureml-app/main.py",
        "COPY code /var/azureml-app\nRUN echo 'import score' > $AML_APP_ROOT/main.py",
        "COPY lib /var/azureml-app/lib\nRUN cp -r /tmp/code/. /var/azureml-app/",
        "COPY lib /var/azureml-app/lib\nWORKDIR /var/azureml-app\nRUN git clone https://example.org/code.git .",
    ],
)
def test_a_possible_default_script_is_not_reported(lines: str) -> None:
    """The server runs `main.py` by default, so the rule is silent if any instruction may add it."""
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
def test_correct_dockerfiles_are_not_reported(lines: str) -> None:
    """The rule ignores Dockerfiles without code, with another folder, with the variable, or with another server."""
    check_rule(RULE, f"{INFERENCE}{lines}\n")


@pytest.mark.parametrize(
    "destination", ["/var/azureml-app/azureml-models", "/var/azureml-app/azureml-models/a/1", "/m"]
)
def test_model_folders_are_not_code(destination: str) -> None:
    """Files in the models folder, or in `AZUREML_MODEL_DIR`, are not code."""
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
def test_images_without_the_server_are_not_reported(fixture: str) -> None:
    """The rule ignores other images, MLflow images with their own script, and stages that are not the final one."""
    check_rule(RULE, fixture)


def test_a_misspelled_variable_is_left_to_another_rule() -> None:
    """MisspelledVariable reports the mistake."""
    check_rule(RULE, f"{INFERENCE}COPY code /var/azureml-app\nENV AZUREML_ENTRYSCRIPT=score.py\n")


def test_an_empty_variable() -> None:
    """The server runs `main.py` as if the variable were not set; the fix names the script in the variable."""
    before = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_ENTRY_SCRIPT= A=1
        COPY score.py /var/azureml-app/
        #             ^^^^^^^^^^^^^^^^^ MissingEntryScript AZUREML_ENTRY_SCRIPT is empty
        """
    after = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_ENTRY_SCRIPT=score.py A=1
        COPY score.py /var/azureml-app/
        """

    check_rule(RULE, before)
    check_fix(RULE, before, after, "Use score.py")
    check_fix(RULE, before.replace("SCRIPT= A=1", 'SCRIPT ""'), after.replace("=score.py A=1", " score.py"))


def test_the_fix_adds_the_variable() -> None:
    """The new line is below the COPY; continuations, letter case and line ends stay unchanged."""
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
def test_the_script_of_the_fix(lines: str, script: str) -> None:
    """The fix names the copied script relative to the app root, or `score.py` if its name is unknown."""
    first, *rest = lines.split("\n")
    after = "\n".join([first, f"ENV AZUREML_ENTRY_SCRIPT={script}", *rest])

    check_fix(RULE, f"{INFERENCE}{lines}\n", f"{INFERENCE}{after}\n")


def test_the_fix_in_the_last_line() -> None:
    """A file without a final line end still has none after the fix."""
    before = f"{INFERENCE}COPY code /var/azureml-app"

    check_fix(RULE, before, f"{before}\nENV AZUREML_ENTRY_SCRIPT=score.py")


def test_no_fix_below_an_unfinished_line() -> None:
    """At the end of the file, a line that ends in `\\` would swallow the new instruction."""
    [finding] = findings_of(RULE, f"{INFERENCE}COPY code /var/azureml-app \\\n\n")

    assert finding.fixes == ()


class TestWithTheContext:
    """If the build context is known, the rule looks for `main.py` in it."""

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
    def test_an_existing_default_script_is_not_reported(self, tmp_path: Path, lines: str) -> None:
        """`main.py` is in the folder or matches a pattern, or may be in an archive."""
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
    def test_a_missing_default_script(self, tmp_path: Path, lines: str, script: str) -> None:
        """The fix names the only script with `init` and `run`, or `score.py` if no script has them."""
        context = context_of(tmp_path, {"code/serve.py": self.FIT, "code/a.py": "", "lib/b.py": ""})
        first, *rest = lines.split("\n")
        after = "\n".join([first, f"ENV AZUREML_ENTRY_SCRIPT={script}", *rest])

        check_fix(RULE, f"{INFERENCE}{lines}\n", f"{INFERENCE}{after}\n", context=context)
        if script != "score.py":
            check_clean(f"{INFERENCE}{after}\n", context)

    def test_an_ignored_default_script(self, tmp_path: Path) -> None:
        """A file that `.dockerignore` excludes is not copied."""
        context = context_of(tmp_path, {"code/main.py": self.FIT, ".dockerignore": "**/main.py"})

        assert len(findings_of(RULE, f"{INFERENCE}COPY code /var/azureml-app\n", context)) == 1

    @pytest.mark.parametrize("lines", ["COPY src /var/azureml-app", "COPY . /var/azureml-app"])
    def test_another_build_context(self, tmp_path: Path, lines: str) -> None:
        """If the folder is probably not the build context, the context is treated as unknown."""
        context = context_of(tmp_path, {"Dockerfile": ""})

        assert len(findings_of(RULE, f"{INFERENCE}{lines}\n", context)) == 1
        assert findings_of(RULE, f"{INFERENCE}{lines}\nCOPY src/* /var/azureml-app/\n", context) == []

    @pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
    def test_a_folder_that_cannot_be_read_is_not_reported(self, tmp_path: Path) -> None:
        """A folder outside the context may contain anything."""
        context = context_of(tmp_path / "root", {"a.py": ""})
        (tmp_path / "root" / "code").symlink_to(tmp_path)

        assert findings_of(RULE, f"{INFERENCE}COPY code /var/azureml-app\n", context) == []


@pytest.mark.parametrize("name", ["nginx.conf", "run.sh", "settings.toml", "*.ini"])
def test_scripts_and_configuration_files_are_not_reported(name: str) -> None:
    """The server runs Python only, so these files do not show that the code is in the image."""
    check_rule(RULE, f"FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\nCOPY {name} /var/azureml-app/\n")
