"""UnfilledPlaceholder: a placeholder from a guide is not filled in."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_rule

RULE = "UnfilledPlaceholder"


def test_the_name_of_an_image() -> None:
    """The rule reports each placeholder."""
    findings = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/<image_name>:<tag>
        #                              ^^^^^^^^^^^^ UnfilledPlaceholder the placeholder <image_name> literally
        #                                           ^^^^^ UnfilledPlaceholder the placeholder <tag> literally
        """,
    )

    assert {finding.severity for finding in findings} == {Severity.ERROR}


def test_several_words() -> None:
    """A placeholder can be a phrase."""
    check_rule(
        RULE,
        """
        FROM <prebuilt docker image from MCR>
        #    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ UnfilledPlaceholder
        """,
    )


def test_paths_and_users() -> None:
    """The rule examines the arguments and flags of all instructions that Docker itself reads."""
    check_rule(
        RULE,
        r"""
        FROM python:3.12
        WORKDIR /opt/<folder>
        #            ^^^^^^^^ UnfilledPlaceholder
        COPY --chown=<user> <local_code_directory> /var/azureml-app
        #            ^^^^^^ UnfilledPlaceholder
        #                   ^^^^^^^^^^^^^^^^^^^^^^ UnfilledPlaceholder
        COPY a \
            # not <this>
            <destination>
        #   ^^^^^^^^^^^^^ UnfilledPlaceholder
        COPY ["<your file>", "/a"]
        #      ^^^^^^^^^^^ UnfilledPlaceholder
        USER <user>
        #    ^^^^^^ UnfilledPlaceholder
        EXPOSE <port>
        #      ^^^^^^ UnfilledPlaceholder
        VOLUME /data/<name>
        #            ^^^^^^ UnfilledPlaceholder
        COPY ... /a
        #    ^^^ UnfilledPlaceholder
        """,
    )


def test_values() -> None:
    """The rule examines the values of ENV and ARG, also in paths and quotes."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        ARG KEY=<key>
        #       ^^^^^ UnfilledPlaceholder
        ENV AZUREML_ENTRY_SCRIPT=<entryscript_file_name> AZUREML_MODEL_DIR=/var/<model>/1
        #                        ^^^^^^^^^^^^^^^^^^^^^^^ UnfilledPlaceholder
        #                                                                       ^^^^^^^ UnfilledPlaceholder
        ENV A="<your key>" B='/opt/<name>' C=...
        #      ^^^^^^^^^^ UnfilledPlaceholder
        #                          ^^^^^^ UnfilledPlaceholder
        #                                    ^^^ UnfilledPlaceholder
        ENV D <value>
        #     ^^^^^^^ UnfilledPlaceholder
        ENV API_KEY=<api_key> URL=https://<account>.example.org/a AZUREML_MODEL_DIR="<model>"
        #           ^^^^^^^^^ UnfilledPlaceholder
        #                                 ^^^^^^^^^ UnfilledPlaceholder
        #                                                                            ^^^^^^^ UnfilledPlaceholder
        """,
    )


def test_values_of_several_words_without_quotes() -> None:
    """Docker splits the placeholder, so the finding covers all of its words."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        ENV A=1 PROJECT_NAME=<PROJECT NAME HERE> B=2
        #                    ^^^^^^^^^^^^^^^^^^^ UnfilledPlaceholder splits the placeholder <PROJECT NAME HERE> at its
        ARG ID=<SUBSCRIPTION ID>
        #      ^^^^^^^^^^^^^^^^^ UnfilledPlaceholder takes the placeholder <SUBSCRIPTION ID> literally
        LABEL owner=<YOUR TEAM>
        #           ^^^^^^^^^^^ UnfilledPlaceholder
        ENV A="<MY NAME>" B='<MY ID>' C="a <b" D="c> d"
        #      ^^^^^^^^^ UnfilledPlaceholder takes the placeholder <MY NAME> literally
        #                    ^^^^^^^ UnfilledPlaceholder
        """,
    )


def test_names_of_several_words() -> None:
    """An instruction with a fixed number of words fails; WORKDIR and a list in brackets take the blanks too."""
    check_rule(
        RULE,
        """
        FROM <prebuilt image>
        #    ^^^^^^^^^^^^^^^^ UnfilledPlaceholder splits the placeholder <prebuilt image> at its blanks and stops
        COPY <model directory> /model
        #    ^^^^^^^^^^^^^^^^^ UnfilledPlaceholder splits the placeholder
        COPY ["<model directory>", "/model"]
        #      ^^^^^^^^^^^^^^^^^ UnfilledPlaceholder takes the placeholder
        WORKDIR <working directory>
        #       ^^^^^^^^^^^^^^^^^^^ UnfilledPlaceholder takes the placeholder
        """,
    )


def test_names_with_an_underscore() -> None:
    """The last word of a placeholder decides, whether or not the variable has the same name."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        ENV ACR=<acr_name> ACR_NAME=<acr_name> P=<project_name>
        #       ^^^^^^^^^^ UnfilledPlaceholder
        #                           ^^^^^^^^^^ UnfilledPlaceholder
        #                                        ^^^^^^^^^^^^^^ UnfilledPlaceholder
        ARG SUBSCRIPTION=<subscription_id>
        #                ^^^^^^^^^^^^^^^^^ UnfilledPlaceholder
        ENV ACR_NAME <acr_name>
        #            ^^^^^^^^^^ UnfilledPlaceholder
        """,
    )


def test_packages() -> None:
    """Placeholders for packages are reported, because the shell reads them as redirections."""
    check_rule(
        RULE,
        r"""
        FROM python:3.12
        RUN apt-get update && \
            apt-get install -y \
            <package-1> \
        #   ^^^^^^^^^^^ UnfilledPlaceholder
            ... \
        #   ^^^ UnfilledPlaceholder
            <package-n> && \
        #   ^^^^^^^^^^^ UnfilledPlaceholder
            rm -rf /var/lib/apt/lists/*
        RUN pip install <library> "numpy==<version>" 'git+https://<token>@example.org/a'
        #               ^^^^^^^^^ UnfilledPlaceholder
        #                                 ^^^^^^^^^ UnfilledPlaceholder
        #                                                         ^^^^^^^ UnfilledPlaceholder
        RUN python3 -m pip install pandas==<version>
        #                                  ^^^^^^^^^ UnfilledPlaceholder
        RUN ["conda", "install", "<package>"]
        #                         ^^^^^^^^^ UnfilledPlaceholder
        RUN <<EOF
        pip install <library>
        #           ^^^^^^^^^ UnfilledPlaceholder
        EOF
        RUN sudo bash -c "pip install \"numpy==<version>\" <library>"
        #                                      ^^^^^^^^^ UnfilledPlaceholder
        #                                                  ^^^^^^^^^ UnfilledPlaceholder
        RUN ["bash", "-c", "pip install \"numpy\" <library>"]
        #                                         ^^^^^^^^^ UnfilledPlaceholder
        """,
    )


def test_other_commands() -> None:
    """In other commands, a placeholder is reported if it cannot be a redirection."""
    check_rule(
        RULE,
        """
        FROM python:3.12
        RUN wget <url>
        #        ^^^^^ UnfilledPlaceholder
        RUN git clone https://<token>@example.org/a.git
        #                     ^^^^^^^ UnfilledPlaceholder
        RUN ... && true
        #   ^^^ UnfilledPlaceholder
        """,
    )


@pytest.mark.parametrize(
    "line",
    [
        # Redirections.
        "RUN sort <in >out",
        "RUN sort <in.txt>out.txt",
        "RUN sort <in> out && true",
        "RUN python train.py <input.txt 2> errors.log",
        "RUN pip install pandas && sort <in 2> out",
        "RUN pip install -r /dev/stdin <requirements.txt >log",
        "RUN pip install -r /dev/stdin <requirements>log",
        "RUN pip install -r /dev/stdin <requirements.txt 2>/dev/null",
        "RUN xargs apt-get install -y <packages> log",
        "RUN pip install 'numpy>1,<2' \"scipy<2\"",
        "RUN diff <(sort a) <(sort b) > c",
        # Other text of the shell.
        "RUN echo '<a> <b c>' > page.html",
        'RUN sed -i "s/<name>/joe/" a.txt',
        "RUN pip install pandas # not <this>",
        "RUN go build ./... && ls ...d",
        # Heredocs.
        "RUN cat <<EOF >a.html\n<html> <b> <a b>\nEOF",
        "COPY <<EOF /a.html\n<html>\nEOF",
        "COPY <<a <<b /c/\n<x>\na\n<y>\nb",
        # Addresses, markup, sentences, types, and words of language models.
        'LABEL maintainer="Joe <joe@example.org>" title="<name>"',
        'ENV AUTHOR="Joe <joe@example.org>" MAIL=<joe@example.org>',
        "MAINTAINER Joe <joe>",
        'ENV PAGE="<b>bold</b>" BREAK=\'<br>\' LINE="a<br/>b"',
        'ENV USAGE="run <file> [<other file>]"',
        "ENV USAGE run <file> now",
        'ENV PAD="<pad>" TYPE="List<String>" LIST=List<String>',
        "ENV IMAGE_TOKEN=<image> BOS=<start_of_text> EXTRA=<extra_id_0>",
        "ENV PAD=<pad> STOP=<end_of_turn> PROMPT='<system_prompt>'",
        "ENV ROUTE=/users/<name> FORMAT='<level>{message}' YEAR='^(?<year>[0-9]+)$' DOTS='...'",
        'CMD ["python", "-c", "print(\'<a>\')"]',
        "# FROM <image>",
        "ARG A",
    ],
)
def test_angle_brackets_that_mean_something(line: str) -> None:
    """The rule is silent for redirections, heredocs, e-mail addresses, markup and sentences."""
    check_rule(RULE, f"FROM python:3.12\n{line}\n".replace("MAINTAINER", "# MAINTAINER"))


def test_no_fix() -> None:
    """There is no fix, because only the user knows the real text."""
    [finding] = check_rule(RULE, "FROM <image>\n#    ^^^^^^^ UnfilledPlaceholder\n")

    assert finding.fixes == ()
