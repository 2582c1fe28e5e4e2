"""CondaRunWithoutCommand: `conda run` without a command, before commands that are meant for the environment."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of
from tests.images_used import FROM_TRAINING

RULE = "CondaRunWithoutCommand"


def test_a_list() -> None:
    """The rule marks `conda run` with its options, on any base image."""
    [finding, _] = check_rule(
        RULE,
        """
        FROM continuumio/miniconda3
        RUN conda run -n score && pip install pandas
        #   ^^^^^^^^^^^^^^^^^^ CondaRunWithoutCommand pip runs outside the environment
        RUN ls && /opt/conda/bin/conda run --no-capture-output -p /envs/score; python -m pytest
        #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ CondaRunWithoutCommand python runs
        """,
    )

    assert finding.severity is Severity.WARNING


def test_a_later_command() -> None:
    """The message names the first command that uses an environment."""
    [finding] = check_rule(
        RULE,
        """
        FROM continuumio/miniconda3
        RUN conda run -n score && conda clean -a -y && pip install pandas
        #   ^^^^^^^^^^^^^^^^^^ CondaRunWithoutCommand pip runs outside the environment
        """,
    )

    assert finding.fixes == ()


def test_lines_of_a_heredoc() -> None:
    """Each line of a heredoc is a command of its own."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN <<EOF
          conda run -n score
        # ^^^^^^^^^^^^^^^^^^ CondaRunWithoutCommand
          pip install pandas
        EOF
        """,
    )


def test_a_script_of_bash() -> None:
    """The rule reads the script of `bash -c`."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
        RUN bash -c "micromamba run -n score && pip install pandas"
        #            ^^^^^^^^^^^^^^^^^^^^^^^ CondaRunWithoutCommand
        """,
    )


@pytest.mark.parametrize(
    "command",
    [
        "conda run -n score pip install pandas && pip install numpy",
        "conda run -n score bash -c 'pip install pandas' && ls",
        "conda run -n score $COMMAND && ls",
        "conda run -n score",
        "conda run -n score && \\",
        "conda run --help && ls",
        "cat commands | xargs conda run -n score && ls",
        "conda activate score && pip install pandas",
        "conda list -n score && pip install pandas",
        "echo conda run -n score && ls",
        "conda run -n score || pip install pandas",
        "bash -c 'conda run -n score' && ls",
        "conda run -n score && conda clean -a -y",
        "conda run -n score && conda install -y -n score numpy && conda clean -a -y",
        "conda run -n score && rm -rf /tmp/x && apt-get clean",
    ],
)
def test_commands_in_the_environment(command: str) -> None:
    """The rule is silent if a command follows in the same line, and if nothing that follows uses an environment."""
    check_rule(RULE, f"{FROM_TRAINING}RUN {command}\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("conda run -n a && pip install b", "conda run -n a pip install b"),
        ("conda run -n a&&pip install b", "conda run -n a pip install b"),
        ("conda run -n a && \\\n    pip install b", "conda run -n a \\\n    pip install b"),
        (
            "conda run -n a && pip install b && rm -r /c && python -m d",
            "conda run -n a pip install b && rm -r /c && conda run -n a python -m d",
        ),
        ('bash -c "conda run -n a && pip install b"', 'bash -c "conda run -n a pip install b"'),
    ],
)
def test_the_fix_runs_the_command_in_the_environment(before: str, after: str) -> None:
    """The next command becomes that of `conda run`, and later commands of Python get one of their own."""
    check_fix(RULE, f"{FROM_TRAINING}RUN {before}\n", f"{FROM_TRAINING}RUN {after}\n")
    check_fix(RULE, crlf(f"{FROM_TRAINING}RUN {before}\n"), crlf(f"{FROM_TRAINING}RUN {after}\n"))


@pytest.mark.parametrize(
    "command",
    [
        "conda run -n a && cd /b && pip install c",
        "conda run -n a && A=1 pip install b",
        "conda run -n a ; pip install b",
        "conda run -n a && conda install b",
        "conda run -n a && pip install b ; pip install c",
    ],
)
def test_no_fix_where_the_command_cannot_move(command: str) -> None:
    """`conda run` cannot start a command of the shell."""
    [finding] = findings_of(RULE, f"{FROM_TRAINING}RUN {command}\n")

    assert finding.fixes == ()
