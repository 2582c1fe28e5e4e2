"""UnquotedRequirement: the shell reads a version requirement without quotes as a redirection."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_fix, check_rule, crlf, findings_of
from tests.images_used import FROM_INFERENCE

RULE = "UnquotedRequirement"


def test_a_version_without_quotes() -> None:
    """The finding covers the whole requirement; quoted ones and `==` are correct."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN pip install -U numpy>=1.2 'pandas>=2' "scipy<2" torch==2.4
        #                  ^^^^^^^^^^ UnquotedRequirement a file named "=1.2", so pip gets "numpy" without
        """,
    )

    assert finding.severity is Severity.WARNING


def test_each_has_its_own_finding() -> None:
    """Each requirement has a finding, with extras, two bounds or only an upper bound."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN pip install \\
            # the newest
            foo[a,b]>=1.0,<2 \\
        #   ^^^^^^^^^^^^^^^^ UnquotedRequirement read a file named "2"
            bar<=3 baz~=1.0,<1.4 \\
        #   ^^^^^^ UnquotedRequirement "=3"
        #          ^^^^^^^^^^^^^ UnquotedRequirement
            qux>2
        #   ^^^^^ UnquotedRequirement pip gets "qux" without
        """,
    )


def test_every_installer() -> None:
    """The rule knows pip under all its names, uv, conda and mamba, on any base image and in any stage."""
    check_rule(
        RULE,
        """
        FROM python:3.12 AS build
        RUN python3 -m pip install foo>=1 && uv pip install foo>=1
        #                          ^^^^^^ UnquotedRequirement
        #                                                   ^^^^^^ UnquotedRequirement
        FROM ubuntu
        RUN conda install -n base python>=3.12 && conda run -n base /opt/bin/pip3 download foo>=1
        #                         ^^^^^^^^^^^^ UnquotedRequirement conda gets "python" without
        #                                                                                  ^^^^^^ UnquotedRequirement
        """,
    )


def test_blanks_around_the_sign() -> None:
    """With blanks, a file whose name starts with `=` is reported, because it is never meant."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        RUN pip install numpy >=1.2 pandas >= 2.0
        #               ^^^^^^^^^^^ UnquotedRequirement a file named "=1.2"
        #                           ^^^^^^^^^^^^^ UnquotedRequirement a file named "="
        RUN pip install scipy >= \\
        #               ^^^^^^^^ UnquotedRequirement
            1.0
        """,
    )


def test_scripts_in_scripts() -> None:
    """The rule reads `bash -c` scripts and heredocs."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN bash -c "source activate a && pip install foo>=1"
        #                                             ^^^^^^ UnquotedRequirement
        RUN <<EOF
        pip install foo>=$VERSION
        #           ^^^^^^^^^^^^^ UnquotedRequirement
        EOF
        """,
    )


@pytest.mark.parametrize(
    "command",
    [
        "pip freeze >requirements.txt",
        "pip install foo >log",
        "pip install foo>log",
        "pip install foo>1.log",
        "pip install foo > /dev/null 2>&1",
        "pip install foo>&2",
        "pip install foo>>2",
        "pip install foo 2>1",
        "pip install foo <2",
        "pip install foo >2",
        "pip install ./foo>1",
        "pip install -r requirements.txt>1",
        "pip install 'foo>=1' \"bar<2\" baz\\>=1 qux==1,!=2",
        "pip uninstall foo>1",
        "echo numpy>=1.2",
        "echo 'pip install foo>=1'",
        "conda list foo>=1",
        "apt-get install foo>=1",
        "# pip install foo>=1",
        '["pip", "install", "foo>=1"]',
        "cat <<EOF > install.sh\npip install foo>=1\nEOF",
    ],
)
def test_redirections_that_are_meant(command: str) -> None:
    """The rule is silent for output to a file, for plain text, and for the exec form."""
    check_rule(RULE, f"{FROM_INFERENCE}RUN {command}\n")


def test_another_shell() -> None:
    """The rule does not examine commands of PowerShell."""
    check_rule(RULE, f'{FROM_INFERENCE}SHELL ["pwsh", "-c"]\nRUN pip install foo>=1\n')


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pip install foo>=1.0 bar", "pip install 'foo>=1.0' bar"),
        ("pip install foo[a]>=1.0,<2", "pip install 'foo[a]>=1.0,<2'"),
        ('pip install "foo">=1', "pip install 'foo>=1'"),
        ("pip install foo>=1>log", "pip install 'foo>=1'>log"),
        ("pip install foo >= 1 bar", "pip install 'foo>=1' bar"),
        ("pip install foo>=$V", 'pip install "foo>=$V"'),
        ("pip install foo>={{v}}", "pip install 'foo>={{v}}'"),
        ('bash -c "pip install foo>=1"', "bash -c \"pip install 'foo>=1'\""),
        ("bash -c 'pip install foo>=1'", "bash -c 'pip install \"foo>=1\"'"),
        ('["sh", "-c", "pip install foo>=1"]', '["sh", "-c", "pip install \'foo>=1\'"]'),
        ("<<EOF\npip install foo>=1\nEOF", "<<EOF\npip install 'foo>=1'\nEOF"),
    ],
)
def test_quotes(before: str, after: str) -> None:
    """The fix adds single quotes, or double quotes if the text around it or a variable needs them."""
    check_fix(RULE, f"{FROM_INFERENCE}RUN {before}\n", f"{FROM_INFERENCE}RUN {after}\n")


def test_the_layout_stays() -> None:
    """The fix keeps continuations, comments and line ends."""
    before = "run pip install \\\n\t# new\n\tfoo>=1 \\\n\tbar\n"
    after = "run pip install \\\n\t# new\n\t'foo>=1' \\\n\tbar\n"

    check_fix(RULE, FROM_INFERENCE + before, FROM_INFERENCE + after, "Write 'foo>=1'")
    check_fix(RULE, crlf(FROM_INFERENCE + before), crlf(FROM_INFERENCE + after))


@pytest.mark.parametrize(
    "command",
    [
        "pip install foo>=1;python_version<'3.8'",
        "sh -c \"sh -c 'pip install foo>=1'\"",
        'sh -c "pip install foo>=$V"',
        "sh -c pip' install foo>=1'",
        "pip install fo\\\no>=1",
    ],
)
def test_no_fix_if_quotes_may_be_wrong(command: str) -> None:
    """There is no fix for a marker, without free quotes, for a variable in quotes, and for a split word."""
    [finding] = findings_of(RULE, f"{FROM_INFERENCE}RUN {command}\n")

    assert finding.fixes == ()
