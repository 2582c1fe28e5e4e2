"""MissingOperator: a command that became the arguments of the command on the line above."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of
from tests.images_used import FROM_TRAINING

RULE = "MissingOperator"


def test_a_line_of_its_own() -> None:
    """The program is marked, on any base image, also behind comments."""
    [finding, _] = check_rule(
        RULE,
        """
        FROM python:3.12
        RUN pip install a==1 && \\
            pip install b==2 \\
            pip install c==3
        #   ^^^ MissingOperator pip install does not run: without && before it, its words are arguments of the pip above
        RUN tdnf install -y wget \\
            # The cache is not needed.
            tdnf clean all && rm -rf /x
        #   ^^^^ MissingOperator tdnf clean does not run
        """,
    )

    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    "command",
    [
        "apt-get -y clean \\\n  pip install numpy",
        "cd /app \\\n  pip install -e .",
        "mkdir /app \\\n  apt-get install -y git",
        "conda install -y numpy \\\n  conda clean -ay",
        "python -m pip install a \\\n  python3 -m pip install b",
        "/opt/conda/bin/pip install a \\\n  /opt/conda/bin/pip install b",
        "bash -c 'pip install a \\\n  pip install b'",
    ],
)
def test_other_programs(command: str) -> None:
    """The managers of packages, and programs that only take arguments."""
    assert len(findings_of(RULE, f"{FROM_TRAINING}RUN {command}\n")) == 1


def test_the_same_line() -> None:
    """Nobody installs a package of the name install beside pip."""
    check_rule(
        RULE,
        """
        FROM ubuntu:24.04
        RUN apt-get update && apt-get install -y curl apt-get install -y git
        #                                             ^^^^^^^ MissingOperator apt-get install does not run
        RUN sudo apt-get install -y curl sudo apt-get install -y git
        #                                ^^^^ MissingOperator
        RUN python3 -m pip install -r requirements.txt pip install numpy
        #                                              ^^^ MissingOperator
        RUN apt-get install -y apt pip && pip install --upgrade pip
        """,
    )


def test_a_run_that_belongs_to_the_line_above() -> None:
    """The repair removes the escape character there."""
    check_rule(
        RULE,
        r"""
        FROM a
        RUN pip3 install "b>=1" \
        RUN pip3 install c
        #^^ MissingOperator the line above ends with \, so pip3 install is arguments of the pip3 there. Remove the \.
        """.replace(r"\\", "\\"),
    )
    before = 'FROM a\nRUN pip3 install "b>=1" \\\nRUN pip3 install c\n'
    check_fix(RULE, before, before.replace(" \\", ""))


@pytest.mark.parametrize(
    "command",
    [
        "pip install a && \\\n  pip install b",
        "pip install a \\\n  && pip install b",
        "pip install --upgrade \\\n  pip \\\n  install",
        "pip install --upgrade \\\n  pip setuptools wheel",
        "pip install --upgrade pip install-jdk",
        "conda run -n a \\\n  pip install b",
        "uv run \\\n  pip install b",
        "retry 3 \\\n  apt-get install -y git",
        "xargs -a list \\\n  apt-get install -y",
        "sudo \\\n  apt-get install -y git",
        "echo use \\\n  pip install b",
        "pip install a \\\n  'pip' install",
        "python3 -m \\\n  pip install a",
        "cd /app \\\n  $PIP install b",
        "apt-get install -y \\\n  python3-pip install-info",
    ],
)
def test_commands_that_run(command: str) -> None:
    """The rule is silent about lists of packages, and programs that start the words after them."""
    check_rule(RULE, f"{FROM_TRAINING}RUN {command}\n")


def test_the_fix_inserts_the_operator() -> None:
    """The line becomes a command of its own."""
    before, after = (f"{FROM_TRAINING}RUN cd /a \\\n  {word}pip install b\n" for word in ("", "&& "))
    check_fix(RULE, before, after)
    check_fix(RULE, crlf(before), crlf(after))
