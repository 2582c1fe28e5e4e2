"""What can be followed by a click: images to their pages, paths to their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.features.links import links
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import context_of, dockerfile

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"
PAGE = "https://mcr.microsoft.com/artifact/mar/azureml/minimal-py312-inference"
CODE = "/var/azureml-app"


@pytest.fixture
def context(tmp_path: Path) -> BuildContext:
    """A small project."""
    return context_of(
        tmp_path,
        {
            "code/score.py": "",
            "code/extra.txt": "",
            "code/conda.yml": "",
            "requirements.txt": "",
            "secret.key": "",
            ".dockerignore": "secret.key\n",
        },
    )


def check_links(fixture: str, *expected: tuple[str, str], context: BuildContext | None = None) -> None:
    """The links of a file are exactly these texts with these targets, pages or paths, in the order of the text."""
    text = dockerfile(fixture)
    found = links(analyse(text, context=context))
    assert [(link.span.of(text), link.url or link.path) for link in found] == list(expected)
    assert all(link.tooltip for link in found)


# Images


@pytest.mark.parametrize(
    ("image", "word", "page"),
    [
        (f"{IMAGE}:latest", IMAGE, PAGE),
        (f"{IMAGE}:{{{{latest-image-tag}}}}", IMAGE, PAGE),
        (f"{IMAGE}@sha256:{'0' * 64}", IMAGE, PAGE),
        ("node", "node", "https://hub.docker.com/_/node"),
        ("node:latest", "node", "https://hub.docker.com/_/node"),
        ("docker.io/library/node:20", "docker.io/library/node", "https://hub.docker.com/_/node"),
        ("nvidia/cuda:12", "nvidia/cuda", "https://hub.docker.com/r/nvidia/cuda"),
        ("ghcr.io/a/b:1", "ghcr.io/a/b", "https://ghcr.io/a/b"),
        ("quay.io/a/b:1", "quay.io/a/b", "https://quay.io/repository/a/b"),
    ],
)
def test_an_image_leads_to_its_page(image: str, word: str, page: str) -> None:
    """By its name, without tag and digest, in FROM and in `COPY --from`."""
    check_links(f"FROM {image} AS x\n", (word, page))
    check_links(f"FROM scratch\nCOPY --from={image} /a /b\n", (word, page))


def test_an_image_by_a_variable_leads_to_its_page() -> None:
    """Where the value is known."""
    check_links(f"ARG BASE={IMAGE}:latest\nFROM $BASE\n", ("$BASE", PAGE))
    check_links("ARG BASE\nFROM $BASE\n")


@pytest.mark.parametrize(
    "fixture",
    [
        "FROM scratch",
        "FROM localhost:5000/node",
        "FROM example.azurecr.io/azureml/x",
        "FROM UPPER/case",
        "FROM ../x?y",
        "FROM scratch AS build\nFROM build\nCOPY --from=build /a /b\nCOPY --from=0 /a /b",
        "FROM scratch\nCOPY --from=later /a /b\nFROM scratch AS later",
    ],
)
def test_what_has_no_page_has_no_link(fixture: str) -> None:
    """Stages, `scratch`, private registries, and words that are not the name of an image."""
    check_links(fixture)


# Files


def test_sources_lead_to_their_files(context: BuildContext) -> None:
    """Folders, what is missing and what is left out do not."""
    check_links(
        """
        FROM scratch
        COPY code/score.py ./requirements.txt code none.txt secret.key *.txt /a/
        ADD ["/requirements.txt", "/b/"]
        COPY --from=0 requirements.txt /c/
        """,
        ("code/score.py", "code/score.py"),
        ("./requirements.txt", "requirements.txt"),
        ("/requirements.txt", "requirements.txt"),
        context=context,
    )


def test_variables_lead_to_the_files_that_were_copied(context: BuildContext) -> None:
    """The entry script below the app root, and packages beside the script."""
    check_links(
        f"""
        FROM {IMAGE} AS x
        COPY . {CODE}
        ENV AZUREML_ENTRY_SCRIPT=code/score.py AZUREML_EXTRA_REQUIREMENTS_TXT="extra.txt"
        ENV AZUREML_EXTRA_CONDA_YAML_ABS_PATH {CODE}/code/conda.yml
        ENV AZUREML_EXTRA_CONDA_YAML=none.yml OTHER=code/score.py
        """,
        (IMAGE, PAGE),
        ("code/score.py", "code/score.py"),
        ('"extra.txt"', "code/extra.txt"),
        (f"{CODE}/code/conda.yml", "code/conda.yml"),
        context=context,
    )


def test_commands_lead_to_the_files_that_they_read(context: BuildContext) -> None:
    """Requirements, constraints and conda files, by the path that they have in the container at that time."""
    check_links(
        """
        FROM scratch
        RUN pip install -r /tmp/requirements.txt
        COPY requirements.txt /tmp/
        COPY code/*.yml /env/
        COPY code/extra.txt /tmp/constraints.txt
        WORKDIR /tmp
        RUN pip install -r requirements.txt -c constraints.txt && \\
            conda env create -p /x --file=/env/conda.yml
        RUN cat requirements.txt
        """,
        ("requirements.txt", "requirements.txt"),
        ("code/extra.txt", "code/extra.txt"),
        ("requirements.txt", "requirements.txt"),
        ("constraints.txt", "code/extra.txt"),
        ("/env/conda.yml", "code/conda.yml"),
        context=context,
    )


def test_files_of_a_stage_below_are_followed(context: BuildContext) -> None:
    """They are in the image too."""
    check_links(
        "FROM scratch AS a\nCOPY requirements.txt /\nFROM a\nRUN pip install -r /requirements.txt\n",
        ("requirements.txt", "requirements.txt"),
        ("/requirements.txt", "requirements.txt"),
        context=context,
    )


def test_without_a_context_only_images_are_linked() -> None:
    """No file is known."""
    check_links(f"FROM {IMAGE}\nCOPY requirements.txt /a/\n", (IMAGE, PAGE))
