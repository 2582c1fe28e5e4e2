"""What is said about the word under the mouse."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.features.hover import hover
from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import LineIndex
from tests.annotated import cursor

BASE = "mcr.microsoft.com/azureml"
IMAGE = f"{BASE}/minimal-py312-inference"
RETIRED = f"{BASE}/minimal-ubuntu18.04-py37-cpu-inference"


def check_hover(fixture: str, word: str, *parts: str, context: BuildContext | None = None) -> str:
    """The hover at the cursor is about `word` and says all `parts`; it is returned for closer looks."""
    text, offset = cursor(fixture)
    found = hover(analyse(text, context=context), offset)
    assert found is not None
    assert found.span.of(text) == word
    assert found.span.touches(offset)
    for part in parts:
        assert part in found.markdown
    return found.markdown


def check_silent(fixture: str) -> None:
    """There is nothing to say at the cursor."""
    text, offset = cursor(fixture)
    assert hover(analyse(text), offset) is None


# Images


@pytest.mark.parametrize(
    "fixture",
    [
        f"FROM {BASE}/min$0imal-py312-inference:latest\n",
        f"FROM --platform=linux/amd64 $0{IMAGE}:latest AS x\n",
        f"from {IMAGE}$0:latest\n",
        f"FROM {IMAGE}:latest\nCOPY --from={BASE}/minimal$0-py312-inference:latest /a /b\n",
        f"FROM {IMAGE}:latest\nONBUILD COPY --from={BASE}/minimal$0-py312-inference:latest /a /b\n",
    ],
)
def test_an_image_shows_its_facts(fixture: str) -> None:
    """What it is for, whether it is supported, its Python and its user; in FROM and in `COPY --from`."""
    check_hover(
        fixture,
        f"{IMAGE}:latest",
        "**minimal-py312-inference**: an inference image",
        "Supported.",
        "- Python: 3.12",
        "- User: `dockeruser`",
    )


def test_a_retired_image_names_its_successor() -> None:
    """And the finding about it follows the facts."""
    shown = check_hover(f"FROM {BASE}/minimal-ubuntu18$0.04-py37-cpu-inference:latest\n", f"{RETIRED}:latest")
    facts, finding = shown.split("\n\n---\n\n")
    assert f"Use `{IMAGE}`." in facts
    assert finding.startswith("**RetiredImage**: ")


def test_a_training_image_runs_as_root() -> None:
    """That is what its users have to know."""
    shown = check_hover(f"FROM {BASE}/openmpi4.1.0-u$0buntu22.04:latest\n", f"{BASE}/openmpi4.1.0-ubuntu22.04:latest")
    assert "a base image for training; it runs as `root`" in shown
    assert "- User: `root`" in shown


def test_an_image_by_a_variable_is_shown_with_its_value() -> None:
    """What the variable stands for, then the image."""
    check_hover(
        f"ARG BASE={IMAGE}:latest\nFROM $B$0ASE\n",
        "$BASE",
        f"`$BASE` is `{IMAGE}:latest`.",
        "- Python: 3.12",
    )


def test_an_image_over_two_lines_is_one_image() -> None:
    """The hover covers both lines."""
    check_hover(f"FROM mcr.micro\\\n{IMAGE[9:]}$0:latest\n", f"mcr.micro\\\n{IMAGE[9:]}:latest", "- Python: 3.12")


def test_an_unknown_image_of_azure_ml_is_said_to_be_unknown() -> None:
    """It may be newer than the catalogue."""
    check_hover(
        f"FROM {BASE}/n$0o-such-thing:1\n", f"{BASE}/no-such-thing:1", "is not in this catalogue", "UnknownImage"
    )


def test_an_image_of_somebody_else_has_no_hover() -> None:
    """Nothing is known of it."""
    check_silent("FROM ubu$0ntu:22.04\n")


def test_a_python_that_depends_on_the_tag() -> None:
    """The page says which tags have which Python, and does not give one for the image."""
    check_hover(
        f"FROM {BASE}/openmpi4.1.0-ubun$0tu22.04\n",
        f"{BASE}/openmpi4.1.0-ubuntu22.04",
        "Python 3.10 up to the tag 20260409.v4, and 3.12 from 20260507.v1 on.",
    )


# Tags


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        (
            "la$0test",
            "`latest` moves to each new release. The newest tag in the built-in list of 2026-07-23 is `20260316.v1`.",
        ),
        ("2026$00316.v1", "The newest tag in the built-in list of 2026-07-23."),
        ("19990101.v$01", "This tag is not known"),
        ("{{lat$0est-image-tag}}", "stands for `20260316.v1` in this catalogue"),
        ("{{latest-image-tag:2\\d+\\.v$01}}", "stands for `20260316.v1` in this catalogue"),
        ("{{latest-image-tag:bi$0weekly}}", "matches no tag that this catalogue knows"),
    ],
)
def test_a_tag_says_what_it_is(tag: str, said: str) -> None:
    """The hover is about the tag alone; a template says which tag it stands for."""
    check_hover(f"FROM {IMAGE}:{tag}\n", tag.replace("$0", ""), said)


def test_an_older_tag_names_the_newest() -> None:
    """So one can see how old it is."""
    check_hover(
        f"FROM {BASE}/openmpi4.1.0-ubuntu22.04:2023$01024.v1@sha256:{'0' * 64}\n",
        "20231024.v1",
        "The newest tag in the built-in list of 2026-07-23 is `2026",
    )


def test_a_tag_by_a_variable_is_the_tag_that_it_stands_for() -> None:
    """Where it can be known; else the image is shown."""
    check_hover(f"ARG TAG=latest\nFROM {IMAGE}:${{T$0AG}}\n", "${TAG}", f"`{IMAGE}:latest`", "`latest` moves")
    check_hover(f"ARG TAG\nFROM {IMAGE}:$T$0AG\n", f"{IMAGE}:$TAG", "**minimal-py312-inference**")


# Stages


@pytest.mark.parametrize(
    ("rest", "word"),
    [
        ("FROM bu$0ild\n", "build"),
        ("FROM BU$0ILD AS x\n", "BUILD"),
        ("FROM scratch\nCOPY --from=bu$0ild /a /b\n", "build"),
        ("FROM scratch\nCOPY --from=$00 /a /b\n", "0"),
    ],
)
def test_an_earlier_stage_shows_what_it_is_built_on(rest: str, word: str) -> None:
    """By its name, in any letter case, and by its number."""
    said = f"an earlier stage of this file, built on `{IMAGE}:latest`."
    check_hover(f"FROM {IMAGE}:latest AS build\n{rest}", word, said)


def test_a_stage_on_an_unknown_image_says_so() -> None:
    """A build argument without a default can be anything."""
    check_hover(
        "ARG BASE\nFROM $BASE AS build\nFROM bu$0ild\n", "build", "built on an image that cannot be known here."
    )


def test_a_later_stage_is_no_stage_yet() -> None:
    """COPY cannot take from it, so it is not shown as one."""
    shown = check_hover("FROM scratch\nCOPY --from=la$0ter /a /b\nFROM scratch AS later\n", "--from=later")
    assert "an earlier stage" not in shown


# Variables


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
    "fixture", ["COPY a $UNSET$0\n", "LABEL AZUREML_ENTRY$0_SCRIPT=x\n", "ENV A=AZUREML_ENTRY$0_SCRIPT\n"]
)
def test_of_other_names_nothing_is_known(fixture: str) -> None:
    """A variable that is set nowhere, a label, a value."""
    check_silent(f"FROM ubuntu\n{fixture}")


# Instructions and flags


@pytest.mark.parametrize(
    ("fixture", "word", "said"),
    [
        ("R$0UN x\n", "RUN", "Runs a command while the image is built"),
        ("w$0orkdir /x\n", "workdir", "```dockerfile\nWORKDIR PATH\n```\nSets the working directory"),
        ("ONBUILD CO$0PY a b\n", "COPY", "Copies files from the build context"),
        ("ONB$0UILD COPY a b\n", "ONBUILD", "Keeps an instruction for later"),
        ("COPY --ch$0own=a b c\n", "--chown=a", "`--chown`: Owner of what is copied"),
        ("RUN --mou$0nt=type=cache,target=/x y\n", "--mount=type=cache,target=/x", "- `type=bind`\n- `type=cache`"),
        ("ONBUILD RUN --net$0work=none x\n", "--network=none", "Network of the command."),
    ],
)
def test_instructions_and_flags_are_explained(fixture: str, word: str, said: str) -> None:
    """Whatever the letter case, after ONBUILD too."""
    check_hover(f"FROM ubuntu\n{fixture}", word, said)


@pytest.mark.parametrize(
    "fixture",
    ["RUN ec$0ho a\n", "# RU$0N\n", "RUN <<EOF\nRU$0N\nEOF\n", "COPY --chwon$0=1 a b\n", "\n$0\n", "WORKDIR /RU$0N\n"],
)
def test_ordinary_text_has_no_hover(fixture: str) -> None:
    """Commands, comments, heredocs, paths, and flags that do not exist."""
    text, offset = cursor(f"FROM ubuntu\n{fixture}")
    found = hover(analyse(text), offset)
    assert found is None or found.markdown.startswith("unknown flag")


# Findings


def test_a_finding_says_what_is_wrong_and_why() -> None:
    """The message, then the reason from the rule's page."""
    shown = check_hover(f"FROM {IMAGE}:latest\nRUN apt$0-get update\n", "apt-get")
    assert shown.startswith("**PackageInstallWithoutRoot**: apt-get runs as dockeruser here")
    assert "Only root can write to the package database" in shown


def test_an_error_of_the_builder_is_said_in_its_words() -> None:
    """They are all that there is to say."""
    assert check_hover("FROM ubuntu\nRU$0M x\n", "RUM") == "unknown instruction: RUM (did you mean RUN?)"


def test_every_rule_has_a_reason_to_show() -> None:
    """A hover cuts it out of the rule's page."""
    for rule in RULES:
        assert "## Why is this bad?\n" in rule.page or rule.name == "ParseError", rule.name


# Every place


@pytest.mark.parametrize(
    "text",
    [
        f"ARG A=1\nFROM --platform=$BUILDPLATFORM {IMAGE}:$A@sha256:01 AS build\n"
        f"ENV A=1 B='x y' \\\n # c\n\n  C=$A ${{A\n",
        f"from {RETIRED}\r\nonbuild copy --from={IMAGE}:latest --chown=a:b x /y\r\nuser dockeruser\r\n\r\n",
        "\ufeff# escape=`\nFROM a `\n  AS b\nRUN <<A <<-B\nx\nA\n\ty\n\tB\nHEALTHCHECK --retries=1 CMD ${A:-$B}\n# end",
    ],
)
def test_a_hover_is_about_the_text_under_the_mouse(text: str) -> None:
    """At every place of a file: its span holds the place, and lies in the text."""
    snapshot, index = analyse(text), LineIndex(text)
    for offset in range(len(text) + 1):
        found = hover(snapshot, offset)
        if found is not None:
            assert found.markdown.strip()
            assert found.span.touches(offset), (index.position(offset), found)
            assert 0 <= found.span.start <= found.span.end <= len(text)


@pytest.mark.parametrize(
    ("fixture", "part"),
    [
        ("FROM python:3.12\nRUN pip install $0<package-1>\n", r"the placeholder \<package-1>"),
        ("![x](https://example.com/p$0.png)\n", r"!\["),
    ],
)
def test_text_of_the_file_is_no_markup(fixture: str, part: str) -> None:
    """A message that quotes the file shows the text as it is written: no picture is loaded, no word disappears."""
    text, offset = cursor(fixture)
    found = hover(analyse(text), offset)

    assert found is not None
    assert part in found.markdown
