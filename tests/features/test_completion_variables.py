"""Completion of variables: names in ENV, and references after a dollar sign."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.completion import documentation
from azureml_dockerfile_ls.images.image_index import EMBEDDED
from tests.features.menus import IMAGE, check_pick, check_silent, menu


def test_env_offers_the_variables_of_azure_ml() -> None:
    """The most important variables come first; variables without effect are not offered."""
    found = menu(f"FROM {IMAGE}\nENV $0")
    shown = found.in_vscode()
    assert shown[:3] == ["AZUREML_ENTRY_SCRIPT", "AZUREML_MODEL_DIR", "AML_APP_ROOT"]
    assert "SERVER_PORT" not in shown
    assert found.item("AZUREML_ENTRY_SCRIPT").detail == "default main.py"
    assert "`init()`" in documentation(found.item("AZUREML_ENTRY_SCRIPT").key, EMBEDDED)


@pytest.mark.parametrize(
    ("fixture", "after"),
    [
        ("ENV $0", "ENV AZUREML_MODEL_DIR="),
        ("ENV azureml_mo$0", "ENV AZUREML_MODEL_DIR="),
        ("ENV AZUREML_$0=/x", "ENV AZUREML_MODEL_DIR=/x"),
        ("ENV AZUREML_$0X=/x B=1", "ENV AZUREML_MODEL_DIR=/x B=1"),
        ("ENV AZUREML_M$0 B=1", "ENV AZUREML_MODEL_DIR= B=1"),
        ("ENV A=1 AZUREML_M$0", "ENV A=1 AZUREML_MODEL_DIR="),
        ("ENV A=1 \\\n    AZUREML_M$0 \\\n    B=1", "ENV A=1 \\\n    AZUREML_MODEL_DIR= \\\n    B=1"),
        ("ENV AZUREML_M$0 /x", "ENV AZUREML_MODEL_DIR /x"),
        ("ONBUILD ENV AZUREML_M$0=/x", "ONBUILD ENV AZUREML_MODEL_DIR=/x"),
    ],
)
def test_a_name_replaces_the_name_and_keeps_the_value(fixture: str, after: str) -> None:
    """A name is completed in every key-value pair; the old form, `ENV name value`, is kept."""
    check_pick(f"FROM {IMAGE}\n{fixture}", "AZUREML_MODEL_DIR", f"FROM {IMAGE}\n{after}")


@pytest.mark.parametrize(
    "fixture",
    [
        "ENV A=$0",
        "ENV A=x$0",
        "ENV A=1 B=$0",
        "ENV A x$0",
        "ENV A $0",
        'ENV A="some $0 words"',
        "ENV A='AZ$0",
        "ARG $0",
    ],
)
def test_no_name_is_offered_in_a_value(fixture: str) -> None:
    """No name is offered in a value, quoted or not, nor in the value of the old form."""
    check_silent(f"FROM ubuntu\n{fixture}")


def test_a_dollar_offers_the_variables_in_scope() -> None:
    """Variables that are set above are offered with their values; those of other stages and global ARGs are not."""
    found = menu("""
        ARG GLOBAL=1
        ARG ONLY_FOR_FROM=1
        FROM python AS build
        ENV INHERITED=2
        FROM python AS other
        ENV ELSEWHERE=3
        FROM build
        ENV OWN=4
        ARG GLOBAL
        WORKDIR /$$0
        ENV LATER=5
        """)
    assert {item.label: item.detail for item in found.items} == {"GLOBAL": "1", "INHERITED": "2", "OWN": "4"}


def test_from_offers_only_the_arguments_before_it() -> None:
    """FROM is offered the ARGs before the first FROM, and those of the builder."""
    shown = menu("ARG BASE\nFROM ubuntu\nENV OWN=1\nFROM $$0").in_vscode()
    assert shown[0] == "BASE"
    assert "OWN" not in shown
    assert "BUILDPLATFORM" in menu("FROM --platform=$B$0 ubuntu").in_vscode()


@pytest.mark.parametrize(
    ("fixture", "after"),
    [
        ("COPY a /$$0", "COPY a /$FOLDER"),
        ("COPY a /$F$0/b", "COPY a /$FOLDER/b"),
        ("COPY a /${F$0}/b", "COPY a /${FOLDER}/b"),
        ("COPY a /${F$0OLD}/b", "COPY a /${FOLDER}/b"),
        ("COPY $$0 /b", "COPY $FOLDER /b"),
        ("RUN ls ${FO$0", "RUN ls ${FOLDER"),
        ("COPY --chown=$F$0 a b", "COPY --chown=$FOLDER a b"),
        ("LABEL a=$FO$0", "LABEL a=$FOLDER"),
    ],
)
def test_a_variable_replaces_the_name_after_the_dollar(fixture: str, after: str) -> None:
    """Braces and the text after them stay."""
    check_pick(f"FROM ubuntu\nARG FOLDER=x\n{fixture}", "FOLDER", f"FROM ubuntu\nARG FOLDER=x\n{after}")


@pytest.mark.parametrize(
    "fixture",
    [
        'CMD ["echo", "$$0',
        "CMD echo $A$0",
        "ENTRYPOINT echo ${A$0",
        "HEALTHCHECK CMD echo $A$0",
        'RUN ["echo", "$$0',
        "RUN echo '$$0'",
        "RUN echo \\$$0",
        "ENV X='$$0'",
        "COPY --from=$$0 a b",
        "RUN --mount=type=bind,from=$$0 x",
        "COPY <<'EOF' /x\n$$0\nEOF",
        "MAINTAINER $$0",
        'SHELL ["$$0',
    ],
)
def test_no_variable_is_offered_where_none_has_a_value(fixture: str) -> None:
    """A container has no ARG; the exec form, single quotes, escapes and `--from` are not expanded."""
    check_silent(f"FROM python\nARG A=1\n{fixture}")


@pytest.mark.parametrize(
    "fixture",
    [
        "CMD echo $$0",
        'CMD echo "$$0',
        "HEALTHCHECK CMD curl $$0",
        "RUN echo \"'$$0'\"",
        "RUN <<'EOF'\necho $$0\nEOF",
        "COPY <<EOF /x\n$$0\nEOF",
        "RUN --mount=type=cache,target=$$0 x",
    ],
)
def test_an_environment_variable_has_a_value_in_containers_and_heredocs(fixture: str) -> None:
    """ENV is offered wherever BuildKit or a shell replaces it, with its value."""
    assert menu(f"FROM ubuntu\nENV A=1\n{fixture}").item("A").detail == "1"


def test_a_run_knows_the_proxies_of_the_builder() -> None:
    """They need no ARG. Other instructions do not see them."""
    assert "HTTP_PROXY" in menu("FROM ubuntu\nRUN echo $HTTP$0").in_vscode()
    check_silent("FROM python\nLABEL a=$HTTP$0")


def test_azure_mls_variables_are_offered_on_its_images_only() -> None:
    """On another image they are offered once their first letters are typed, and never twice."""
    check_silent("FROM alpine\nENV $0")
    check_silent("FROM alpine\nENV P$0")
    assert "AZUREML_MODEL_DIR" in menu("FROM alpine\nENV AZ$0").in_vscode()
    assert "AZUREML_MODEL_DIR" in menu("ARG BASE\nFROM $BASE\nENV $0").in_vscode()
    assert "AZUREML_MODEL_DIR" not in menu(f"FROM {IMAGE}\nENV AZUREML_MODEL_DIR=/x $0").in_vscode()
