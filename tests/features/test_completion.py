"""What the menu offers, and that what is picked from it replaces the right text in every editor."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.completion import ItemKey, Kind, documentation
from azureml_dockerfile_ls.features.completion.images import LONGEST_LABEL
from azureml_dockerfile_ls.images.image_index import EMBEDDED
from azureml_dockerfile_ls.images.tags import LATEST
from tests.features.menus import check_completion, check_pick, check_silent, menu

BASE = "mcr.microsoft.com/azureml"
IMAGE = f"{BASE}/minimal-py312-inference"
TRAINING_IMAGE = f"{BASE}/openmpi4.1.0-ubuntu22.04"
BLOCKS = [
    "apt packages",
    "pip packages",
    "pip package",
    "code and entry script",
    "model",
    "conda environment",
    "own user",
]


# Images


def test_the_menu_of_images_begins_with_the_supported_inference_images() -> None:
    """Minimal ones first, the newest Python first; then the training images; the labels are the images' own names."""
    shown = menu("FROM $0").in_vscode()
    assert shown[:3] == [
        "minimal-py312-inference",
        "minimal-ubuntu22.04-py39-cpu-inference",
        "minimal-ubuntu22.04-py39-cuda11.8-gpu-inference",
    ]
    assert shown.index("curated/mlflow-py312-inference") < shown.index("openmpi5.0-cuda12.8-ubuntu24.04")
    assert shown.index("openmpi5.0-cuda12.8-ubuntu24.04") < shown.index("openmpi4.1.0-ubuntu22.04")


def test_every_image_is_offered_but_the_doubtful() -> None:
    """An image that was probably never published is never offered."""
    offered = {item.text for item in menu("FROM $0").items}
    assert offered == {image.repository for image in EMBEDDED.all if not image.unconfirmed}
    assert f"{BASE}/inference-base-gpu-2204" not in offered


def test_outdated_images_come_last_and_are_marked() -> None:
    """Deprecated and retired images are still offered, after all others and struck through."""
    items = menu("FROM $0").items
    flags = [item.is_deprecated for item in items]
    assert flags == sorted(flags)
    outdated = [item.text for item in items if item.is_deprecated]
    assert f"{BASE}/openmpi4.1.0-ubuntu20.04" in outdated
    assert TRAINING_IMAGE not in outdated
    assert (
        menu("FROM $0").item("openmpi4.1.0-ubuntu20.04").detail
        == "deprecated · Ubuntu 20.04 · Python 3.8 · Open MPI 4.1.0"
    )


def test_labels_can_be_told_apart_where_vscode_cuts_them() -> None:
    """No two labels begin with the same 40 characters."""
    shown = [item.label[:LONGEST_LABEL] for item in menu("FROM $0").items]
    assert len(set(shown)) == len(shown)


def test_the_detail_of_an_image_tells_it_from_the_others() -> None:
    """Operating system, Python and processor."""
    assert menu("FROM $0").item("minimal-ubuntu22.04-py39-cpu-inference").detail == "Ubuntu 22.04 · Python 3.9 · CPU"


def test_the_documentation_of_an_image_is_its_page() -> None:
    """It is made when the item is looked at, from the item's key."""
    page = documentation(menu("FROM $0").item("minimal-py312-inference").key, EMBEDDED)
    assert page.startswith("**minimal-py312-inference**: an inference image")
    assert "User: `dockeruser`" in page


@pytest.mark.parametrize(
    "typed",
    ["minimal-py3", "azureml/minimal-py3", f"{BASE}/minimal-py3", "MCR.microsoft.com/azureml/minimal-py3", "mcr"],
)
def test_an_image_is_found_by_any_part_of_its_name(typed: str) -> None:
    """With or without registry and `azureml/`, and the edit always gives the full name."""
    found = menu(f"FROM {typed}$0")
    assert found.in_vscode()[0] == "minimal-py312-inference"
    assert found.pick("minimal-py312-inference") == f"FROM {IMAGE}"


def test_an_image_of_a_folder_is_found_by_its_last_part() -> None:
    """`sklearn-1.5` finds `curated/sklearn-1.5`."""
    found = menu("FROM sklearn-1.5$0")
    assert found.in_vscode()[0] == "curated/sklearn-1.5"
    assert found.pick("curated/sklearn-1.5") == f"FROM {BASE}/curated/sklearn-1.5"


def test_neovim_finds_an_image_by_its_full_name() -> None:
    """Neovim 0.7 compares with the edit, so there the name is typed from its start."""
    assert menu(f"FROM {BASE}/minimal-py312$0").in_neovim() == [IMAGE]
    assert menu("FROM $0").in_neovim()[0] == IMAGE


@pytest.mark.parametrize(
    ("fixture", "after"),
    [
        (f"FROM {BASE}/mini$0 AS serve", f"FROM {IMAGE} AS serve"),
        (f"FROM {BASE}/mini$0mal-py39", f"FROM {IMAGE}"),
        (f"FROM {BASE}/mini$0mal-py39:latest", f"FROM {IMAGE}:latest"),
        (f"FROM {BASE}/mini$0@sha256:0123 AS serve", f"FROM {IMAGE}@sha256:0123 AS serve"),
        (f"FROM {BASE}/$0:{{{{latest-image-tag}}}}", f"FROM {IMAGE}:{{{{latest-image-tag}}}}"),
        (f"FROM $0{BASE}/minimal-py39:latest", f"FROM {IMAGE}:latest"),
        ("FROM --platform=linux/amd64 mini$0", f"FROM --platform=linux/amd64 {IMAGE}"),
        ("FROM --platform=$BUILDPLATFORM $0 AS build", f"FROM --platform=$BUILDPLATFORM {IMAGE} AS build"),
        ("from mini$0", f"from {IMAGE}"),
        ("ARG A=1\n  FROM\tmini$0", f"ARG A=1\n  FROM\t{IMAGE}"),
        ("FROM mini$0\r\nRUN x\r\n", f"FROM {IMAGE}\r\nRUN x\r\n"),
        ("\ufeffFROM mini$0", f"\ufeffFROM {IMAGE}"),
        ("FROM \\\n  mini$0\n", f"FROM \\\n  {IMAGE}\n"),
        ("# 🐍\nARG A=🐍\nFROM mini$0", f"# 🐍\nARG A=🐍\nFROM {IMAGE}"),
    ],
)
def test_an_image_replaces_the_name_and_nothing_else(fixture: str, after: str) -> None:
    """Tag, digest, flags and the stage's name stay, before and after the cursor."""
    check_pick(fixture, "minimal-py312-inference", after)


def test_a_name_that_begins_on_the_line_above_is_completed_on_this_one() -> None:
    """An edit cannot reach over a line, so it adds what is missing."""
    check_pick("FROM mcr.micro\\\nsoft.com/az$0", "minimal-py312-inference", f"FROM mcr.micro\\\n{IMAGE[9:]}")


# Tags


def test_latest_is_offered_before_the_other_tags() -> None:
    """Then the newest first, by number."""
    shown = menu(f"FROM {TRAINING_IMAGE}:$0").in_vscode()
    assert shown[0] == LATEST
    assert shown[1:] == sorted(shown[1:], key=lambda tag: [int(part) for part in tag.split(".v")], reverse=True)
    assert len(shown) > 20


def test_versions_of_a_curated_environment_are_compared_as_numbers() -> None:
    """50 is newer than 9."""
    shown = menu(f"FROM {BASE}/curated/sklearn-1.5:$0").in_vscode()
    assert shown.index("10") < shown.index("9")


def test_the_details_of_tags_say_which_is_the_newest() -> None:
    """`latest` moves; the newest known tag is called so; the others need no words."""
    items = menu(f"FROM {TRAINING_IMAGE}:$0").items
    assert [item.detail for item in items[:3]] == ["moves to every new release", "newest known", ""]


def test_a_tag_is_found_by_its_beginning() -> None:
    """As a date is typed."""
    found = menu(f"FROM {TRAINING_IMAGE}:2023$0")
    assert found.in_neovim()
    assert all(tag.startswith("2023") for tag in found.in_neovim())


@pytest.mark.parametrize(
    ("fixture", "after"),
    [
        (f"FROM {IMAGE}:$0", f"FROM {IMAGE}:latest"),
        (f"FROM {IMAGE}:la$0 AS serve", f"FROM {IMAGE}:latest AS serve"),
        (f"FROM {IMAGE}:202$060316.v1 AS serve", f"FROM {IMAGE}:latest AS serve"),
        (f"FROM {IMAGE}:$0@sha256:0123", f"FROM {IMAGE}:latest@sha256:0123"),
        (f"FROM {IMAGE}:{{{{$0}}}} AS serve", f"FROM {IMAGE}:latest AS serve"),
        (f"FROM {IMAGE}:$0{{{{latest-image-tag}}}}", f"FROM {IMAGE}:latest"),
        (f"COPY --from={IMAGE}:$0 /a /b", f"COPY --from={IMAGE}:latest /a /b"),
        (f"ONBUILD COPY --from={IMAGE}:$0 /a /b", f"ONBUILD COPY --from={IMAGE}:latest /a /b"),
    ],
)
def test_a_tag_replaces_the_tag_and_nothing_else(fixture: str, after: str) -> None:
    """The image's name, a digest and what follows stay; a template tag is replaced."""
    check_pick(fixture, LATEST, after)


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM ubuntu:$0",
        f"FROM {BASE}/no-such-image:$0",
        f"FROM {IMAGE}@$0",
        f"FROM {IMAGE}@sha256:$0",
        f"FROM {IMAGE}:latest@sha256:$0",
        "FROM localhost:5000/mini$0",
        f"FROM {IMAGE}:$0".replace("mcr", "acr"),
    ],
)
def test_no_tag_is_invented(fixture: str) -> None:
    """Nothing is offered for an image that is not known, for a digest, for the port of a registry."""
    check_silent(fixture)


def test_the_documentation_of_a_tag_says_what_latest_is_now() -> None:
    """As far as the catalogue knows."""
    page = documentation(menu(f"FROM {IMAGE}:$0").item(LATEST).key, EMBEDDED)
    assert page.startswith(f"`{IMAGE}:latest`")
    image = EMBEDDED.find(IMAGE)
    assert image is not None
    assert image.tags[1] in page


# Stages

STAGES = f"""
    FROM {IMAGE} AS Build
    FROM {TRAINING_IMAGE}
    FROM %s AS serve
    COPY --from=%s /a /b
    FROM ubuntu AS later
    """


def test_from_offers_the_earlier_stages_first() -> None:
    """As they are written; neither the stage itself nor a later one."""
    found = menu(STAGES % ("$0", "x"))
    assert found.in_vscode(Kind.STAGE) == ["Build"]
    assert found.in_vscode()[0] == "Build"
    assert found.item("Build").detail == f"stage 0, on {IMAGE}"


def test_copy_from_offers_the_earlier_stages_and_images() -> None:
    """Not the stage that it stands in."""
    found = menu(STAGES % ("ubuntu", "$0"))
    assert found.in_vscode(Kind.STAGE) == ["Build"]
    assert found.in_vscode(Kind.IMAGE)[0] == "minimal-py312-inference"


def test_onbuild_is_for_another_file_with_other_stages() -> None:
    """So only images are offered there."""
    found = menu("FROM ubuntu AS build\nFROM ubuntu\nONBUILD COPY --from=$0")
    assert found.in_vscode(Kind.STAGE) == []
    assert found.in_vscode(Kind.IMAGE)


@pytest.mark.parametrize(
    ("fixture", "after"),
    [
        ("FROM ubuntu AS build\nFROM b$0", "FROM ubuntu AS build\nFROM build"),
        ("FROM ubuntu AS build\nFROM b$0x AS y", "FROM ubuntu AS build\nFROM build AS y"),
        (
            "FROM ubuntu AS build\nFROM scratch\nCOPY --from=b$0 /a /b",
            "FROM ubuntu AS build\nFROM scratch\nCOPY --from=build /a /b",
        ),
        (
            "FROM ubuntu AS build\nFROM scratch\nCOPY --chown=1 --from=$0old /a /b",
            "FROM ubuntu AS build\nFROM scratch\nCOPY --chown=1 --from=build /a /b",
        ),
    ],
)
def test_a_stage_replaces_the_reference(fixture: str, after: str) -> None:
    """And what stands around it stays."""
    check_pick(fixture, "build", after)


def test_after_the_base_image_only_as_can_follow() -> None:
    """In the letter case of FROM; a name after AS is the user's to find."""
    check_completion("FROM ubuntu $0", "AS")
    check_completion("from ubuntu $0", "as")
    check_completion("FROM ubuntu a$0", "as")
    check_completion("FROM --platform=linux/amd64 ubuntu A$0", "AS")
    check_silent("FROM ubuntu AS $0")
    check_silent("FROM ubuntu AS bu$0")


# Instructions


def test_before_the_first_from_only_from_and_arg_may_stand() -> None:
    """And the whole example, while there is no stage at all."""
    check_completion("$0", "FROM", "ARG", "Azure ML inference Dockerfile")
    check_completion("# syntax=docker/dockerfile:1\n$0", "FROM", "ARG", "Azure ML inference Dockerfile")
    check_completion("ARG A=1\n$0\n", "FROM", "ARG", "Azure ML inference Dockerfile")
    check_completion("$0\nFROM ubuntu\n", "FROM", "ARG")


def test_in_a_stage_every_instruction_is_offered() -> None:
    """And then the blocks."""
    shown = menu("FROM ubuntu\n$0").in_vscode()
    assert shown[:4] == ["FROM", "RUN", "CMD", "COPY"]
    assert "MAINTAINER" in shown
    assert shown[-len(BLOCKS) :] == BLOCKS


@pytest.mark.parametrize(
    ("fixture", "after"),
    [
        ("FROM ubuntu\nWO$0", "FROM ubuntu\nWORKDIR"),
        ("FROM ubuntu\n  WO$0", "FROM ubuntu\n  WORKDIR"),
        ("FROM ubuntu\nWO$0 /app", "FROM ubuntu\nWORKDIR /app"),
        ("FROM ubuntu\nW$0RK /app", "FROM ubuntu\nWORKDIR /app"),
        ("FROM ubuntu\r\nWO$0\r\n", "FROM ubuntu\r\nWORKDIR\r\n"),
        ("FROM ubuntu\n# note\n$0", "FROM ubuntu\n# note\nWORKDIR"),
        ("FROM ubuntu\nRUN <<EOF\nx\nEOF\n$0", "FROM ubuntu\nRUN <<EOF\nx\nEOF\nWORKDIR"),
        ("FROM ubuntu\nRUN a \\\n\n  b\n$0\n", "FROM ubuntu\nRUN a \\\n\n  b\nWORKDIR\n"),
        ("FROM ubuntu\nONBUILD WO$0", "FROM ubuntu\nONBUILD WORKDIR"),
        ("FROM ubuntu\nONBUILD $0", "FROM ubuntu\nONBUILD WORKDIR"),
    ],
)
def test_an_instruction_replaces_the_half_typed_word(fixture: str, after: str) -> None:
    """At the end of the file, in the middle, in the middle of the word, after ONBUILD."""
    check_pick(fixture, "WORKDIR", after)


def test_instructions_follow_the_letter_case_of_the_user() -> None:
    """That of the word that is typed, else that of the file."""
    check_pick("FROM ubuntu\nwo$0", "workdir", "FROM ubuntu\nworkdir")
    assert "workdir" in menu("from ubuntu\n$0").in_vscode()
    assert "workdir" in menu("from ubuntu\nonbuild $0").in_vscode()
    assert "WORKDIR" in menu("from ubuntu\nW$0").in_vscode()


def test_a_keyword_over_two_lines_is_completed_on_the_second() -> None:
    """An edit cannot reach over a line."""
    check_pick("FROM ubuntu\nWORK\\\nD$0", "WORKDIR", "FROM ubuntu\nWORK\\\nDIR")


def test_after_onbuild_only_what_may_follow_is_offered() -> None:
    """Neither FROM nor ONBUILD nor MAINTAINER, and no block."""
    shown = menu("FROM ubuntu\nONBUILD $0").in_vscode()
    assert {"FROM", "ONBUILD", "MAINTAINER", *BLOCKS}.isdisjoint(shown)
    assert "COPY" in shown


def test_the_documentation_of_an_instruction_shows_its_forms() -> None:
    """As code, then what it does."""
    page = documentation(menu("FROM ubuntu\n$0").item("WORKDIR").key, EMBEDDED)
    assert page.startswith("```dockerfile\nWORKDIR PATH\n```\nSets the working directory")


def test_documentation_of_nothing_is_empty() -> None:
    """An editor may send back a key that the server never gave."""
    for provider, key in (
        ("", ""),
        ("image", ""),
        ("image", "nothing"),
        ("tag", ""),
        ("tag", "a b"),
        ("variable", "X"),
        ("instruction", "MAKE"),
        ("🐍", "x"),
    ):
        assert documentation(ItemKey(provider, key), EMBEDDED) == ""


@pytest.mark.parametrize(
    "fixture",
    [
        "# FR$0",
        "FROM ubuntu\n# RU$0\n",
        "# syntax=$0",
        "# escape=`\n# check=$0",
        "FROM ubuntu\nRUN a \\\n  # a comment $0\n  b",
        "FROM ubuntu\nENV A=1 \\\n$0# a comment\n  B=2",
        "FROM ubuntu\nRUN <<EOF\n$0\nEOF",
        "FROM ubuntu\nRUN <<EOF\n  apt$0\nEOF",
        "FROM ubuntu\nRUN <<EOF\nEOF$0\n",
        "FROM ubuntu\nRUN <<EOF\ntext that has no end yet\n$0",
        "FROM ubuntu\nCOPY <<-'EOF' /x\n\tFR$0\n\tEOF",
        "FROM ubuntu\nRUN apt$0",
        "FROM ubuntu\nRUN apt-get install $0",
        "FROM ubuntu\nRUN a && \\\n  $0",
        "FROM ubuntu\nRUN a && \\\n\n$0",
        "FROM ubuntu\nRUN a -$0",
        "FROM ubuntu\nRUN a --mo$0",
        'FROM ubuntu\nCMD ["a", "$0"]',
        "FROM ubuntu\nWORKDIR /a$0",
        "FROM ubuntu\nCOPY a $0",
        "FROM ubuntu\nEXPOSE 50$0",
        "FROM ubuntu \\$0",
        "FROM ubuntu \\ $0\nAS x",
        "FROM ubuntu\nMAKE $0",
        "FROM ubuntu\nUSER root $0",
        "FROM ubuntu\nUSER root:$0",
    ],
)
def test_the_menu_stays_away(fixture: str) -> None:
    """In comments and directives, in heredocs, in commands and paths, after the end of a continued line."""
    check_silent(fixture)


def test_the_escape_character_of_the_file_counts() -> None:
    """With a backquote as escape character a backslash continues nothing, and a backquote does."""
    check_completion("# escape=`\nFROM ubuntu `\n$0", "AS")
    assert "RUN" in menu("# escape=`\nFROM ubuntu \\\n$0").in_vscode()


# Flags


def test_flags_are_offered_after_two_dashes() -> None:
    """Those that take a value with `=`; boolean ones without."""
    check_completion(
        "FROM ubuntu\nADD --$0 a b",
        "--chown=",
        "--chmod=",
        "--link",
        "--checksum=",
        "--keep-git-dir",
        "--unpack",
        "--exclude=",
    )
    check_completion("FROM --$0 ubuntu", "--platform=")
    check_completion("FROM ubuntu\nONBUILD RUN --net$0", "--network=")


def test_a_flag_is_offered_once_unless_it_may_be_repeated() -> None:
    """`--exclude` and `--mount` may."""
    shown = menu("FROM ubuntu\nCOPY --from=x --exclude=y --$0 a b").in_vscode()
    assert "--from=" not in shown
    assert "--exclude=" in shown


@pytest.mark.parametrize(
    ("fixture", "label", "after"),
    [
        ("FROM ubuntu\nCOPY --fr$0 a b", "--from=", "FROM ubuntu\nCOPY --from= a b"),
        ("FROM ubuntu\nCOPY --fr$0om=x a b", "--from", "FROM ubuntu\nCOPY --from=x a b"),
        ("FROM ubuntu\nCOPY --$0=x a b", "--link", "FROM ubuntu\nCOPY --link=x a b"),
        ("FROM ubuntu\nCOPY --link=$0 a b", "false", "FROM ubuntu\nCOPY --link=false a b"),
        ("FROM ubuntu\nRUN --network=n$0one x", "host", "FROM ubuntu\nRUN --network=host x"),
        ("FROM ubuntu\nRUN --mount=type=s$0 x", "type=ssh", "FROM ubuntu\nRUN --mount=type=ssh x"),
        ("FROM --platform=linux/$0 ubuntu", "linux/arm64", "FROM --platform=linux/arm64 ubuntu"),
        ("FROM ubuntu\nCOPY \\\n  --ch$0 a b", "--chown=", "FROM ubuntu\nCOPY \\\n  --chown= a b"),
    ],
)
def test_flags_and_their_values_replace_only_themselves(fixture: str, label: str, after: str) -> None:
    """A value after the cursor stays when the name is completed."""
    check_pick(fixture, label, after)


def test_flags_without_known_values_offer_none() -> None:
    """An owner can be anybody."""
    check_silent("FROM ubuntu\nCOPY --chown=$0 a b")
    check_silent("FROM ubuntu\nCOPY --chwon=$0 a b")


def test_healthcheck_is_followed_by_its_type() -> None:
    """CMD or NONE, after the flags."""
    check_completion("FROM ubuntu\nHEALTHCHECK $0", "CMD", "NONE")
    check_completion("FROM ubuntu\nHEALTHCHECK --retries=3 c$0", "cmd")
    check_silent("FROM ubuntu\nHEALTHCHECK CMD $0")


# Variables


def test_env_offers_the_variables_of_azure_ml() -> None:
    """The ones that are needed most come first; those without effect are left out."""
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
    """In the first pair and in a later one; the old form, `ENV name value`, stays what it is."""
    check_pick(f"FROM ubuntu\n{fixture}", "AZUREML_MODEL_DIR", f"FROM ubuntu\n{after}")


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
def test_in_a_value_no_name_is_offered(fixture: str) -> None:
    """Be it quoted, be it in the old form."""
    check_silent(f"FROM ubuntu\n{fixture}")


def test_a_dollar_offers_the_variables_in_scope() -> None:
    """Those that are set above, with their values; not those of other stages, nor an ARG before FROM."""
    found = menu("""
        ARG GLOBAL=1
        ARG ONLY_FOR_FROM=1
        FROM ubuntu AS build
        ENV INHERITED=2
        FROM ubuntu AS other
        ENV ELSEWHERE=3
        FROM build
        ENV OWN=4
        ARG GLOBAL
        WORKDIR /$$0
        ENV LATER=5
        """)
    assert {item.label: item.detail for item in found.items} == {"GLOBAL": "1", "INHERITED": "2", "OWN": "4"}


def test_from_sees_only_what_stands_before_it() -> None:
    """The ARGs before the first FROM, and those of the builder."""
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
    """Braces and what follows them stay."""
    check_pick(f"FROM ubuntu\nARG FOLDER=x\n{fixture}", "FOLDER", f"FROM ubuntu\nARG FOLDER=x\n{after}")


# Users


def test_user_offers_dockeruser_on_an_inference_image_only() -> None:
    """Other images have no such user."""
    check_completion(f"FROM {IMAGE}\nUSER $0", "dockeruser", "root")
    check_completion(f"FROM {IMAGE} AS a\nFROM a\nUSER $0", "dockeruser", "root")
    check_completion(f"FROM {TRAINING_IMAGE}\nUSER $0", "root")
    check_completion("FROM ubuntu\nUSER $0", "root")


def test_user_offers_the_users_that_the_file_creates() -> None:
    """Above the cursor, in this stage or the one below it."""
    check_completion(
        """
        FROM ubuntu AS base
        RUN groupadd staff && useradd --uid 1001 -ms /bin/bash ann
        FROM base
        RUN adduser --disabled-password --gecos "" bob && adduser bob sudo && useradd eve -u 1002
        USER $0
        RUN useradd late
        """,
        "root",
        "bob",
        "eve",
        "ann",
    )


@pytest.mark.parametrize("text", ["FROM alpine$0", "FROM x$0", "FROM python$0", "FROM ghcr.io/a$0"])
def test_no_image_is_offered_for_the_name_of_another(text: str) -> None:
    """Enter after it must leave it as it is, whatever letters it shares with our images."""
    assert menu(text).items == ()


def test_after_the_registry_any_part_of_a_name_finds_the_image() -> None:
    """Many leave `curated/` out."""
    assert "curated/sklearn-1.5" in menu(f"FROM {BASE}/sklearn$0").in_vscode()
    assert "minimal-py312-inference" in menu("FROM azureml/py312$0").in_vscode()


def test_after_the_registry_no_image_is_offered_without_the_letters_that_are_typed() -> None:
    """An editor that compares only the last word, as Helix does, would take it for a match."""
    labels = [item.label for item in menu(f"FROM {BASE}/sklearn-$0").items]
    assert "curated/sklearn-1.5" in labels
    assert "minimal-py312-inference" not in labels


def test_a_user_replaces_the_user() -> None:
    """In the middle of the name too."""
    check_pick(f"FROM {IMAGE}\nUSER do$0ck", "dockeruser", f"FROM {IMAGE}\nUSER dockeruser")


# Blocks


def test_a_block_is_offered_where_an_instruction_begins() -> None:
    """On an empty line, and while its name is typed; it replaces what is typed."""
    found = menu(f"FROM {IMAGE}\napt$0")
    assert found.in_vscode()[0] == "apt packages"
    assert found.item("apt packages").snippet
    assert menu(f"FROM {IMAGE}\npip$0\n").pick("pip packages").startswith(f"FROM {IMAGE}\nCOPY requirements.txt")
    assert menu("Azure$0").pick("Azure ML inference Dockerfile").startswith(f"FROM {IMAGE}:latest\n")


@pytest.mark.parametrize("fixture", ["apt$0 x", "RUN $0", "ONBUILD $0", "RUN a \\\n  $0", "  $0 RUN x", "# $0"])
def test_a_block_is_offered_nowhere_else(fixture: str) -> None:
    """Not where something follows on the line, nor inside an instruction."""
    assert menu(f"FROM {IMAGE}\n{fixture}").in_vscode(Kind.SNIPPET) == []


def test_a_block_fits_the_user_at_the_cursor() -> None:
    """Only where root is not in force is there a switch to it, and back."""
    as_dockeruser = menu(f"FROM {IMAGE}\n$0\nUSER root\n").item("apt packages").text
    as_root = menu(f"FROM {IMAGE}\nUSER root\n$0\n").item("apt packages").text
    assert as_dockeruser.startswith("USER root\nRUN apt-get update")
    assert as_dockeruser.endswith("\nUSER dockeruser")
    assert as_root == as_dockeruser.removeprefix("USER root\n").removesuffix("\nUSER dockeruser")


# Every editor


@pytest.mark.parametrize(
    ("fixture", "label"),
    [
        (f"FROM {BASE}/mini$0:latest", "minimal-py312-inference"),
        (f"FROM {IMAGE}:la$0@sha256:01 AS x", "latest"),
        ("FROM ubuntu AS build\nFROM b$0 AS x", "build"),
        ("FROM ubuntu\nENV AZUREML_M$0=/x", "AZUREML_MODEL_DIR"),
        ("FROM ubuntu\nCOPY --fr$0=x a b", "--from"),
        ("FROM ubuntu\nARG FOLDER=x\nCOPY a ${F$0}/b", "FOLDER"),
    ],
)
def test_at_the_end_of_a_name_inserting_and_replacing_are_the_same(fixture: str, label: str) -> None:
    """VS Code leaves the text after the cursor unless told otherwise: an `=` or a `:` there must not come twice."""
    found = menu(fixture)
    assert found.item(label).span.end == found.offset


# Every place


@pytest.mark.parametrize(
    "text",
    [
        f"ARG A=1\nFROM --platform=$BUILDPLATFORM {IMAGE}:latest@sha256:01 AS build\n"
        "ENV A=1 B='x y' \\\n # c\n\n  C=$A\n",
        f"from {IMAGE}\r\nonbuild copy --from={IMAGE}:latest --chown=a:b x /y\r\nuser dockeruser\r\n\r\n",
        "\ufeff# escape=`\nFROM a `\n  AS b\nRUN <<A <<-B\nx\nA\n\ty\n\tB\nHEALTHCHECK --retries=1 CMD ${A:-$B}\n# end",
        "FROM 🐍 \\\n AS 🐍\nLABEL a=🐍 b=\u2028 c=\rd\x0be\n\x85USER\xa0x\n",
    ],
)
def test_wherever_the_cursor_stands_the_edits_fit(text: str) -> None:
    """At every place of a file, finished or cut off there, what is offered can be taken."""
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":  # no editor puts a cursor there
            menu(f"{text[:offset]}$0{text[offset:]}")
            menu(f"{text[:offset]}$0")
