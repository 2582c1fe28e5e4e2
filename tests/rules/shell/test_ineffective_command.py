"""IneffectiveCommand: a RUN that changes only its own shell."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, findings_of
from tests.images_used import FROM_TRAINING

RULE = "IneffectiveCommand"


def test_a_folder() -> None:
    """The next RUN starts in the working directory of the image."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        COPY . /app
        RUN cd /app
        #   ^^^^^^^ IneffectiveCommand cd changes the folder only until this RUN ends
        RUN pip install -r requirements.txt
        """,
    )

    assert finding.severity is Severity.HINT


def test_a_variable_and_an_environment() -> None:
    """Any base image is examined, also in the exec form of a shell."""
    check_rule(
        RULE,
        """
        FROM example.com/base:1
        RUN export CUDA_HOME=/usr/local/cuda # for pip
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ IneffectiveCommand Use ENV
        RUN . /venv/bin/activate && echo done
        #   ^^^^^^^^^^^^^^^^^^^^ IneffectiveCommand The activation lasts only until this RUN ends
        RUN ["bash", "-c", "source ~/.bashrc"]
        #                   ^^^^^^^^^^^^^^^^ IneffectiveCommand Set its variables with ENV
        RUN . /opt/ros/noetic/setup.sh
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^ IneffectiveCommand The effect of the script
        """,
    )


def test_source_in_sh() -> None:
    """The build stops at `source` in dash, so the finding is a warning, and no other rule reports it."""
    fixture = """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN source /venv/bin/activate
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^ IneffectiveCommand sh has no source command
        """
    [finding] = check_rule(RULE, fixture)
    check_rule("SourceWithoutBash", fixture)

    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    "command",
    [
        "cd /a && export B=c",
        "<<EOF\ncd /a\nexport B=c\nEOF",
        "bash -c 'cd /a'",
    ],
)
def test_commands_of_the_shell(command: str) -> None:
    """Every command that changes only its shell is known, in every form of a RUN."""
    assert len(findings_of(RULE, f"{FROM_TRAINING}RUN {command}\n")) == 1


@pytest.mark.parametrize(
    "command",
    [
        "cd /app && ls",
        'cd /app && bash -c "$BUILD"',
        "cd /app && echo $PWD",
        "cd /app && echo a > b",
        "cd /app && { echo a; echo b; } > /c",
        "set -e; { echo a; echo b; } > /c",
        "export A=$(make version)",
        "export A=b > /c",
        "export -p | tee /variables",
        "[ -d /app ] || cd /app",
        "if true; then cd /app; fi",
        "cd /app && \\",
        "cd",
        "export",
        "echo done",
        "true",
        ". ./build.sh",
        "source /opt/setup.sh",
        "conda activate a",
        "source activate a",
        "echo cd /app",
        "--mount=type=secret,id=a cd /app",
    ],
)
def test_commands_with_another_effect(command: str) -> None:
    """The rule is silent if a command may have an effect that lasts, or while it is typed."""
    check_rule(RULE, f"{FROM_TRAINING}RUN {command}\n")


def test_another_shell() -> None:
    """The rule does not read the text of PowerShell."""
    check_rule(RULE, f'{FROM_TRAINING}SHELL ["pwsh", "-c"]\nRUN cd /app\n')


@pytest.mark.parametrize(
    ("command", "instruction"),
    [
        ("cd /app", "WORKDIR /app"),
        ("export CUDA_HOME=/usr/local/cuda", "ENV CUDA_HOME=/usr/local/cuda"),
        ("export PATH=/opt/bin:$PATH", "ENV PATH=/opt/bin:$PATH"),
        (". /venv/bin/activate", "ENV PATH=/venv/bin:$PATH"),
    ],
)
def test_the_fix_uses_the_instruction_that_lasts(command: str, instruction: str) -> None:
    """WORKDIR and ENV apply to the next instructions and to the container."""
    check_fix(
        RULE,
        f"{FROM_TRAINING}RUN {command}\nRUN make\n",
        f"{FROM_TRAINING}{instruction}\nRUN make\n",
        f"Use {instruction}",
    )


def test_the_fix_joins_with_the_next_run() -> None:
    """The command goes before the first command of the next RUN."""
    check_fix(
        RULE,
        f"{FROM_TRAINING}# the code\nRUN cd /app && export A=b\nRUN pip install . && \\\n    make\n",
        f"{FROM_TRAINING}# the code\nRUN cd /app && export A=b && pip install . && \\\n    make\n",
        "Join with the next RUN",
    )


@pytest.mark.parametrize(
    "lines",
    [
        "RUN cd $APP\nRUN a; b",
        "RUN cd $APP\nRUN a || b",
        "RUN cd $APP\nRUN --mount=type=cache,target=/a b",
        "RUN cd $APP # note\nRUN a",
        'RUN cd $APP\nRUN ["a"]',
        "RUN cd $APP\nCOPY a b",
        "RUN cd $APP",
        'RUN ["bash", "-c", "cd /a"]\nRUN a',
        "RUN export HOME_BIN=$HOME/bin",
    ],
)
def test_no_fix_if_it_is_uncertain(lines: str) -> None:
    """There is no fix if the joined commands may differ from the intended ones."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}{lines}\n")

    assert finding.fixes == ()


def test_a_variable_that_env_has_set() -> None:
    """ENV exports a variable itself, so a RUN that exports it again can go."""
    before = f"{FROM_TRAINING}ENV JAVA_HOME=/opt/java\nRUN export JAVA_HOME\nRUN java -version\n"
    [finding] = findings_of(RULE, before)

    assert finding.message == "ENV has exported JAVA_HOME already, so this RUN has no effect. Remove it."
    check_fix(RULE, before, before.replace("RUN export JAVA_HOME\n", ""), "Remove this RUN")
