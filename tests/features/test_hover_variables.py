"""What is said about variables, where they are set and where they are used."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.hover import hover
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import cursor
from tests.features.test_hover import check_hover, check_silent

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"


def check_value(fixture: str, name: str, value: str, setter: str = "ENV") -> None:
    """The hover at the cursor gives the value of a variable, in code, and the instruction that sets it."""
    text, offset = cursor(fixture)
    found = hover(analyse(text), offset)
    assert found is not None
    assert found.markdown.startswith(f"`{name}` is `{value}`, set by {setter}.")


def check_no_value(fixture: str, value: str, *parts: str) -> None:
    """The hover at the cursor, if there is one, says all `parts` and not the value."""
    text, offset = cursor(fixture)
    found = hover(analyse(text), offset)
    shown = found.markdown if found else ""
    assert value not in shown
    for part in parts:
        assert part in shown


# Azure ML's variables


@pytest.mark.parametrize(
    "fixture",
    [
        "ENV AZUREML_ENTRY$0_SCRIPT=score.py",
        "ENV A=1 \\\n  AZUREML_ENTRY_SCRIPT$0=score.py",
        "ENV AZUREML_$0ENTRY_SCRIPT score.py",
        "ARG AZUREML_$0ENTRY_SCRIPT",
        "ONBUILD ENV AZUREML_$0ENTRY_SCRIPT=score.py",
    ],
)
def test_a_variable_of_azure_ml_is_explained_where_it_is_set(fixture: str) -> None:
    """By ENV in both its forms, by ARG, and after ONBUILD."""
    check_hover(
        f"FROM ubuntu\n{fixture}\n",
        "AZUREML_ENTRY_SCRIPT",
        "**AZUREML_ENTRY_SCRIPT** (path, default `main.py`; read by the server and start-up script)",
        "`init()` and `run()`",
    )


def test_a_variable_without_effect_says_so_once() -> None:
    """And names nothing that would read it."""
    shown = check_hover(f"FROM {IMAGE}:latest\nENV SERVER$0_PORT=1\n", "SERVER_PORT", "without effect")
    assert "read by" not in shown
    assert shown.partition("\n\n---\n\n")[0].count("as no effect") == 1


# Values


@pytest.mark.parametrize(
    ("fixture", "word", "said"),
    [
        ("ENV FOLDER=/x\nCOPY a $FOL$0DER\n", "$FOLDER", "`FOLDER` is `/x`, set by ENV."),
        ("ARG FOLDER=/x\nCOPY a ${FOL$0DER:-y}/z\n", "${FOLDER:-y}", "`FOLDER` is `/x`, set by ARG."),
        ("ENV FOLDER=\nCOPY a x$FOL$0DER\n", "$FOLDER", "`FOLDER` is empty, set by ENV."),
        ("ARG FOLDER\nCOPY a $FOL$0DER\n", "$FOLDER", "`FOLDER` is a value that cannot be known here, set by ARG."),
        ("ENV FOLDER=/x\nRUN ls $FOL$0DER\n", "$FOLDER", "`FOLDER` is `/x`, set by ENV."),
        ("RUN ls $AML_APP$0_ROOT\n", "$AML_APP_ROOT", "default `/var/azureml-app`"),
    ],
)
def test_a_reference_shows_the_value_in_force(fixture: str, word: str, said: str) -> None:
    """And what Azure ML's variables mean."""
    check_hover(f"FROM ubuntu\n{fixture}", word, said)


def test_a_reference_in_from_sees_the_args_above_it() -> None:
    """Not the ENV of the stage above."""
    check_hover("ARG NAME=x\nFROM ubuntu\nENV NAME=y\nFROM $NA$0ME\n", "$NAME", "`NAME` is `x`, set by ARG.")


@pytest.mark.parametrize(
    "fixture", ["RUN ls $UNSET$0\n", "LABEL AZUREML_ENTRY$0_SCRIPT=x\n", "ENV A=AZUREML_ENTRY$0_SCRIPT\n"]
)
def test_of_other_names_nothing_is_known(fixture: str) -> None:
    """A variable that is set nowhere, a label, a value."""
    check_silent(f"FROM ubuntu\n{fixture}")


# Where a variable is set


@pytest.mark.parametrize(
    ("fixture", "name", "value", "setter"),
    [
        ('FROM alpine\nENV v$0ar="\\"x\\""\n', "var", '"x"', "ENV"),
        ("FROM alpine\nENV A=1 B=$0x\nENV C=y\n".replace("B=$0", "B$0="), "B", "x", "ENV"),
        ("FROM alpine\nENV A=1\nENV B$0=$A-2\n", "B", "1-2", "ENV"),
        ("FROM alpine\nENV O$0LD the value\n", "OLD", "the value", "ENV"),
        ("FROM alpine\nARG A$0=1\n", "A", "1", "ARG"),
        ("ARG ver=latest\nFROM busybox:$ver\nARG v$0er\nRUN echo $ver\n", "ver", "latest", "ARG"),
        ("ARG v$0er=latest\nFROM busybox:$ver\n", "ver", "latest", "ARG"),
        ("FROM alpine\nENV A=1\nARG $0A\n", "A", "1", "ENV"),
    ],
)
def test_a_definition_shows_its_value(fixture: str, name: str, value: str, setter: str) -> None:
    """Without quotes, with variables replaced; an ARG without a default takes what is set before it."""
    check_value(fixture, name, value, setter)


def test_an_arg_without_a_default_says_how_to_give_it_a_value() -> None:
    """BuildKit gives some of them a value itself."""
    check_hover("FROM a\nARG TOK$0EN\n", "TOKEN", "`docker build --build-arg TOKEN=…` gives it a value.")
    check_hover("FROM a\nARG TARGETA$0RCH\n", "TARGETARCH", "set by BuildKit: the architecture", "`amd64`")
    check_hover("FROM --platform=$BUILDP$0LATFORM a\n", "$BUILDPLATFORM", "the machine that builds")


@pytest.mark.parametrize(
    "fixture",
    ["FROM a\nARG U\nENV $0A=$U\n", "FROM a\nENV $0A=1 A=2\n", "FROM a\nONBUILD ENV $0A=1\n", "FROM a\nLABEL $0A=1\n"],
)
def test_a_definition_without_a_certain_value_is_silent(fixture: str) -> None:
    """The value depends on the build, is replaced at once, or belongs to another file."""
    check_silent(fixture)


# White space


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ("V=\\  b=c", "`V` is one space, set by ENV."),
        ("V='  '", "`V` is 2 spaces, set by ENV."),
        ("V='\t '", "`V` is one tab, one space, set by ENV."),
        ("V   a \\\n  b", "`V`, set by ENV, is\n\n```text\na   b\n```"),
        ("V='a\tb'", "`V`, set by ENV, is\n\n```text\na\tb\n```"),
        ("V=' a'", "`V`, set by ENV, is\n\n```text\n a\n```"),
        ("V='a b'", "`V` is `a b`, set by ENV."),
        ("V=", "`V` is empty, set by ENV."),
    ],
)
def test_the_white_space_of_a_value_is_kept(definition: str, said: str) -> None:
    """White space that is easy to miss is on a line of its own; a value of nothing else is named."""
    assert check_hover(f"FROM scratch\nENV {definition}\nRUN echo $$0V\n".replace("$$0V", "$V$0"), "$V") == said


# Who replaces a reference


@pytest.mark.parametrize(
    ("fixture", "name", "value"),
    [
        ("ENV foo=1\nENV X=$f$0oo-bar\n", "foo", "1"),
        ("ENV var=value\nRUN a \\\nb #c \\\n#d \\\n$va$0r\n", "var", "value"),
        ("ENV v1='b\\ \nc' v2='\\'\nLABEL k=\"$v1 $v2$0\"\n", "v2", "\\"),
        ("ENV V=1\nRUN --mount=type=cache,target=/$V$0 x\n", "V", "1"),
        ('ENV V=1\nRUN ["bash", "-ec", "echo $V$0"]\n', "V", "1"),
        ("ENV V=1\nRUN V=2 && x\nRUN echo $V$0\n", "V", "1"),
        ("ENV P=/a\nRUN export P=/b:$P$0\n", "P", "/a"),
    ],
)
def test_the_builder_and_the_shell_of_a_run_know_the_value(fixture: str, name: str, value: str) -> None:
    """A hyphen ends a name, and comments between the lines change nothing."""
    check_value(f"FROM a\n{fixture}", name, value)


def test_a_pair_of_arg_sees_the_pairs_before_it() -> None:
    """A pair of ENV sees the variables before the instruction."""
    check_value("FROM a\nARG X=0\nARG X=1 Y=$X$0\n", "X", "1", "ARG")
    check_value("FROM a\nENV X=0\nENV X=1 Y=$X$0\n", "X", "0", "ENV")
    check_value("ARG A=0\nARG B=$A$0\nARG A=1\nFROM a\n", "A", "0", "ARG")


def test_an_arg_of_another_stage_is_not_in_scope() -> None:
    """Nor is one before the first FROM, unless the stage declares it."""
    check_silent("ARG image=alpine\nFROM $image\nRUN echo $im$0age\nFROM $image\n")
    check_silent("FROM a\nARG V=1\nFROM b\nRUN echo $V$0\n")


@pytest.mark.parametrize("instruction", ["CMD echo $V$0", "ENTRYPOINT echo $V$0", "HEALTHCHECK CMD echo $V$0"])
def test_an_arg_is_gone_when_the_container_runs(instruction: str) -> None:
    """The hover says so, and how to keep the value."""
    check_no_value(f"FROM a\nARG V=hidden\n{instruction}\n", "hidden", "does not exist any more", "`ENV V=$V` keeps")
    check_value(f"FROM a\nARG V=1\nENV V=2\nARG V=3\n{instruction}\nENV X=1\n", "V", "2")
    check_value(f"FROM a\n{instruction}\nENV V=late\n", "V", "late")
    check_silent(f'FROM a\nSHELL ["/bin/bash", "-c"]\n{instruction}\n')


@pytest.mark.parametrize(
    "instruction",
    [
        'HEALTHCHECK CMD ["curl", "localhost:$V$0"]',
        'CMD ["echo", "$V$0"]',
        'RUN ["echo", "$V$0"]',
        'RUN ["sh", "$V$0"]',
    ],
)
def test_the_exec_form_replaces_nothing(instruction: str) -> None:
    """The hover says so in place of the value."""
    check_no_value(f"FROM a\nENV V=hidden\n{instruction}\n", "hidden", "The exec form runs no shell", "`$V`")


@pytest.mark.parametrize(
    "rest",
    [
        "RUN echo '$V$0'\n",
        "RUN ['sh', '-c', 'echo $V$0']\n",
        'CMD ["sh", "-c", "echo \'$V$0\'"]\n',
        "RUN V=2; echo $V$0\n",
        "RUN for V in a b; do echo $V$0; done\n",
        "RUN read -r V && echo $V$0\n",
        'SHELL ["pwsh", "-Command"]\nRUN echo $V$0\n',
        'SHELL ["x", "$V$0"]\n',
        "RUN --mount=type=bind,target=/x,from=$V$0 x\n",
        "ONBUILD RUN echo $V$0\n",
    ],
)
def test_where_the_value_is_not_certain_nothing_is_said(rest: str) -> None:
    """Single quotes, variables that the script sets, other shells, and what BuildKit does not replace."""
    check_no_value(f"FROM a\nENV V=hidden\n{rest}", "hidden")


# Heredocs


@pytest.mark.parametrize(
    "rest",
    [
        "RUN <<EOF\necho $V$0\nEOF\n",
        "RUN <<'EOF'\necho $V$0\nEOF\n",
        "RUN <<EOF\n# don't\necho $V$0\nEOF\n",
        "RUN <<EOF\n#!/bin/bash\necho $V$0\nEOF\n",
        "RUN cat <<EOF > /x\n'$V$0'\nEOF\n",
        "COPY <<EOF /x\n$V$0\nEOF\n",
    ],
)
def test_a_heredoc_shows_values(rest: str) -> None:
    """A RUN that is only a heredoc runs it as a script, whether or not its name has quotes."""
    check_value(f"FROM a\nENV V=1\n{rest}", "V", "1")


@pytest.mark.parametrize(
    "rest",
    [
        "COPY <<'EOF' /x\n$V$0\nEOF\n",
        "RUN cat <<'EOF' > /x\n$V$0\nEOF\n",
        "RUN <<EOF\necho '$V$0'\nEOF\n",
        "RUN <<EOF\n#!/usr/bin/env python3\nprint($V$0)\nEOF\n",
        "RUN <<EOF\nV=2\necho $V$0\nEOF\n",
    ],
)
def test_a_heredoc_that_replaces_nothing_shows_no_value(rest: str) -> None:
    """Its name has quotes, or an interpreter reads it."""
    check_no_value(f"FROM a\nENV V=hidden\n{rest}", "hidden")
    check_silent(f"FROM a\nENV V=hidden\n{rest}")
