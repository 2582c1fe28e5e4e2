"""What is said about the word under the mouse."""

from __future__ import annotations

import re

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


def check_hover(
    fixture: str, word: str, *parts: str, context: BuildContext | None = None, shows_findings: bool = False
) -> str:
    """The hover at the cursor is about `word` and says all `parts`; it is returned for closer looks.

    `shows_findings` is whether the editor shows the findings itself.
    """
    text, offset = cursor(fixture)
    found = hover(analyse(text, context=context), offset, shows_findings=shows_findings)
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


def test_a_retired_image_names_its_successor_once() -> None:
    """The finding about it follows the facts; an ignored finding leaves the status to the facts."""
    line = f"FROM {BASE}/minimal-ubuntu18$0.04-py37-cpu-inference:latest\n"
    facts, finding = check_hover(line, f"{RETIRED}:latest").split("\n\n---\n\n")
    assert "- Python: 3.7" in facts
    assert "no longer receives fixes" not in facts
    assert finding.startswith("**RetiredImage**: ")
    assert "Use minimal-py312-inference" in finding
    ignored = check_hover(f"# check=skip=RetiredImage\n{line}", f"{RETIRED}:latest")
    assert f"Use `{IMAGE}`." in ignored


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
        f"FROM {BASE}/n$0o-such-thing:1\n", f"{BASE}/no-such-thing:1", "The catalogue has no image no-such-thing"
    )
    elsewhere = f"FROM ubuntu\nONBUILD COPY --from={BASE}/n$0o-such-thing:1 /a /b\n"
    check_hover(elsewhere, f"{BASE}/no-such-thing:1", "is not in this catalogue: it may be newer, or not exist.")


def test_an_image_says_which_packages_it_has() -> None:
    """Its recipe names them, or the recipes of images like it."""
    packages = "- Packages: `azureml-inference-server-http`, `joblib`, `numpy`, `pandas` (as in images like it)"
    check_hover(f"FROM {BASE}/min$0imal-py312-inference:latest\n", f"{IMAGE}:latest", packages)
    acpt = f"{BASE}/curated/acpt-pytorch-2.8-cuda12.6"
    check_hover(f"FROM {acpt}$0:15\n", f"{acpt}:15", "- Packages: `torch 2.10.0+cu126`, ", "(its recipe installs them)")
    training = f"{BASE}/openmpi4.1.0-ubuntu22.04"
    assert "Packages" not in check_hover(f"FROM {training}$0:latest\n", f"{training}:latest")


def test_facts_belong_to_the_tag() -> None:
    """Each has its source. A tag outside the known ranges gets no fact of another tag as its own."""
    base, source = f"{BASE}/openmpi4.1.0-ubuntu22.04", "(Azure/AzureML-Containers#232)"
    check_hover(f"FROM {base}$0:20260715.v1\n", f"{base}:20260715.v1", f"- Python: 3.12.13 {source}")
    check_hover(f"FROM {base}:2026$00301.v1\n", "20260301.v1", f"- Python: 3.10.20 {source}")
    ranges = f"3.12.13 from tag 20260507.v1 on, 3.10.20 up to tag 20260409.v4 {source}"
    check_hover(f"FROM {base}$0:latest\n", f"{base}:latest", f"- Python: {ranges}")
    between = f"- Python: not known for tag `20260420.v1`; {ranges}"
    check_hover(f"FROM {base}$0:20260420.v1\n", f"{base}:20260420.v1", between)


def test_a_fact_of_the_recipe_comes_before_the_name() -> None:
    """The page says where they differ."""
    image = f"{BASE}/curated/acpt-pytorch-2.8-cuda12.6"
    framework = "- Framework: PyTorch 2.10.0 (its recipe; its name says PyTorch 2.8)"
    recipe = "- Recipe: azureml-assets, release of 2026-07-23"
    check_hover(f"FROM {image}$0:15\n", f"{image}:15", framework, "- CUDA: 12.6 (its recipe)", recipe)
    other = "- Framework: not known for tag `3`; PyTorch 2.10.0 in tag 15 (its recipe)"
    check_hover(f"FROM {image}$0:3\n", f"{image}:3", other)


@pytest.mark.parametrize(
    ("tag", "fixture", "span", "shown"),
    [
        ("15", "RUN pip install to$0rch", "torch", "`torch 2.10.0+cu126` is in the image: its recipe installs it"),
        ("latest", 'RUN pip install x "tor$0ch>=2"', '"torch>=2"', "`torch 2.10.0+cu126` is in the image"),
        ("3", "RUN python -m pip install to$0rch", "torch", "`torch 2.10.0+cu126` is in tag `15` of the image"),
    ],
)
def test_a_requirement_shows_the_version_that_the_image_has(tag: str, fixture: str, span: str, shown: str) -> None:
    """The recipe of a curated environment installs it."""
    source = "(azureml-assets, release of 2026-07-23)."
    check_hover(f"FROM {BASE}/curated/acpt-pytorch-2.8-cuda12.6:{tag}\n{fixture}\n", span, shown, source)


@pytest.mark.parametrize(
    "fixture",
    [
        f"FROM {BASE}/curated/acpt-pytorch-2.8-cuda12.6:15\nRUN pip install seab$0orn\n",
        f"FROM {BASE}/openmpi4.1.0-ubuntu22.04:latest\nRUN pip install to$0rch\n",
        f"FROM {BASE}/curated/acpt-pytorch-2.8-cuda12.6:15\nRUN pip install $to$0rch\n",
    ],
)
def test_a_requirement_that_no_recipe_names_shows_nothing(fixture: str) -> None:
    """Nor does one of an image without a recipe, or with a variable."""
    text, offset = cursor(fixture)
    found = hover(analyse(text), offset)
    assert found is None or "is in the image" not in found.markdown


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("stable-ubuntu2204-cu128-py310-torch299", "- Python: 3.10\n- Framework: PyTorch 2.9.9\n- CUDA: 12.8\n"),
        ("stable-ubuntu2404-cu130-py312-torch210x", "- Framework: PyTorch 2.10\n- CUDA: 13.0\n- User: `root`"),
    ],
)
def test_the_name_of_an_acpt_image_says_what_is_in_it(name: str, facts: str) -> None:
    """The catalogue need not have it."""
    image = f"mcr.microsoft.com/aifx/acpt/{name}"
    check_hover(f"FROM mcr.microsoft.com/aifx/acpt/$0{name}:1\n", f"{image}:1", "By its name:", facts)


def test_an_image_of_somebody_else_has_no_hover() -> None:
    """Nothing is known of it."""
    check_silent("FROM ubu$0ntu:22.04\n")


# Tags


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        (
            "la$0test",
            "`latest` moves to each new release. The newest tag in the built-in list of 2026-07-23 is `20260316.v1`.",
        ),
        ("2026$00316.v1", "The newest tag in the built-in list of 2026-07-23."),
        ("2a$0x", "This tag is not known"),
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


# Findings


def test_a_finding_says_what_is_wrong_and_why() -> None:
    """The message, then the reason from the rule's page."""
    shown = check_hover(f"FROM {IMAGE}:latest\nRUN apt$0-get update\n", "apt-get")
    assert shown.startswith("**PackageInstallWithoutRoot**: apt-get runs as dockeruser here")
    assert "Only root can write to the package database" in shown


def test_an_error_of_the_builder_is_said_in_its_words() -> None:
    """They are all that there is to say."""
    assert check_hover("FROM ubuntu\nRU$0M x\n", "RUM") == "unknown instruction: RUM (did you mean RUN?)"


def test_an_editor_that_shows_the_findings_gets_only_their_reasons() -> None:
    """So nothing is there twice; an error of the builder has no reason of its own."""
    shown = check_hover(f"FROM {IMAGE}:latest\nRUN apt$0-get update\n", "apt-get", shows_findings=True)
    assert shown.startswith("Only root can write to the package database")
    assert "runs as dockeruser here" not in shown
    text, offset = cursor("FROM ubuntu\nRU$0M x\n")
    assert hover(analyse(text), offset, shows_findings=True) is None


def test_an_old_tag_is_said_once() -> None:
    """The finding names the newest tag, so the facts about the tag are left out."""
    line = f"FROM {IMAGE}:2023$01023.v1\n"
    assert check_hover(line, "20231023.v1").startswith("**OutdatedTag**: ")
    assert check_hover(line, "20231023.v1", shows_findings=True).startswith("Azure ML supports tags")


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
        ("FROM a\nENV A='<b>[x](command:y)' \nCOPY $A$0 /\n", "`A` is `<b>[x](command:y)`, set by ENV."),
        ("FROM a\nENV A$0=`![x](http://e/p.png)`\n", "`A` is `` `![x](http://e/p.png)` ``, set by ENV."),
        ("FROM a\nENV A$0='```  <b>'\n", "is\n\n````text\n```  <b>\n````"),
        ("FROM a\nARG [x](command$0:y)\n", "`[x](command:y)` has no default"),
        ("FROM a\nWORKDIR /a\nWORKDIR [x](command$0:y)\n", "`[x](command:y)` is `/a/[x](command:y)` here."),
        ("FROM a AS <b>\nFROM a\nCOPY --from=<b>$0 /a /b\n", "**`<b>`**: an earlier stage"),
        (f"FROM {IMAGE}:<b>$0\n", f"`{IMAGE}:<b>`"),
        (f"FROM {BASE}/[x](command$0:y)\n", "[x](command"),
        ("FROM ubuntu\nUSER <b>$0\n", "creates `<b>`"),
        ("# escape=<b>$0\nFROM a\n", "`# escape`"),
        ("FROM a\nRUN --network=<b>$0 x\n", "`--network`"),
        ("FROM a\nRUN --mount=type=<b>$0 x\n", "`--mount`"),
    ],
)
def test_text_of_the_file_is_no_markup(fixture: str, part: str) -> None:
    """A message that quotes the file shows the text as it is written: no picture is loaded, no word disappears."""
    text, offset = cursor(fixture)
    found = hover(analyse(text), offset)

    assert found is not None
    assert part in found.markdown


HOSTILE = (
    "<b>",
    "[x](command:run)",
    "![x](https://example.com/p.png)",
    "`![x](https://example.com/p.png)`",
    "**x**",
    "a```b",
)
HOSTILE_FILE = f"""\
# escape=@
# syntax=@
ARG G=@
FROM {IMAGE}:@ AS @
FROM @
FROM {BASE}/@:1
FROM ubuntu AS ok
ARG @
ARG A=@ @=1
ENV B='@  x'
ENV AZUREML_ENTRY_SCRIPT=@ AZUREML_MODEL_DIR=/@
LABEL @=@
USER @:@
WORKDIR @
WORKDIR /a/$A/@
EXPOSE @
COPY --from=@ --chown=@ $A @
COPY @ $B/@/
RUN --mount=type=@,@=1 --network=@ pip install @ $A $B
RUN <<@
echo $A $B @
@
SHELL ["@"]
RUN @
CMD ["@", "$A"]
STOPSIGNAL @
HEALTHCHECK --interval=@ @
ONBUILD @
@ @
"""
"""A file with `@` in each place that takes any text."""

CODE = re.compile(r"^(`{3,})[^\n]*\n.*?^\1$|(`+)(?!`).+?(?<!`)\2(?!`)|\\.", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_hover_of_a_hostile_file_has_markup_of_the_file(hostile: str) -> None:
    """Outside of code there is no HTML, no picture, and no link but those to Docker's documentation."""
    text = HOSTILE_FILE.replace("@", hostile)
    snapshot = analyse(text)
    shown = 0
    for place in re.finditer(rf"{re.escape(hostile)}|\$[AB]|\b[A-Z]+\b", text):
        found = hover(snapshot, place.start() + 1)
        rest = CODE.sub("", found.markdown) if found else ""
        shown += found is not None
        assert "<" not in rest, found
        assert "![" not in rest, found
        links = re.findall(r"\[[^\]]*\]\(([^)]*)", rest)
        assert all(link.startswith("https://docs.docker.com/") for link in links), found
    assert shown > 30
