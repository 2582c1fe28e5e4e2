"""Code lenses: what can be built, and the images whose facts are known."""

from __future__ import annotations

from azureml_dockerfile_ls.features.code_lenses import code_lenses
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import dockerfile

BASE = "mcr.microsoft.com/azureml"
IMAGE = f"{BASE}/minimal-py312-inference"
WHOLE = ["Build in terminal", "Copy docker build", "Copy az acr build"]


def check_lenses(fixture: str, *expected: tuple[int, list[str]], dockerfile_features: bool = True) -> None:
    """The titles of the lenses above each line, counted from 0, are these."""
    text = dockerfile(fixture)
    found: dict[int, list[str]] = {}
    for lens in code_lenses(analyse(text, settings=Settings(dockerfile_features=dockerfile_features))):
        found.setdefault(text.count("\n", 0, lens.span.start), []).append(lens.title)
    assert found == dict(expected)


def test_the_file_is_built_from_its_first_line_that_names_an_image() -> None:
    """And the facts of a known image are a command too."""
    check_lenses(f"# a\nARG A=1\nFROM {IMAGE}:latest\nRUN x\n", (2, [*WHOLE, "Image details"]))
    check_lenses("FROM python:3.12\n", (0, WHOLE))


def test_a_named_stage_is_a_target() -> None:
    """The last stage is what the whole file builds, so it has no command of its own."""
    check_lenses(
        f"""
        FROM python:3.12 AS Tools
        RUN x
        FROM {IMAGE}:latest AS base
        FROM base AS final
        """,
        (0, [*WHOLE, "Build stage Tools", "Copy docker build --target Tools"]),
        (2, ["Build stage base", "Copy docker build --target base", "Image details"]),
    )


def test_of_two_stages_with_one_name_the_last_is_the_target() -> None:
    """As the builder looks for it."""
    check_lenses(
        "FROM a AS x\nFROM b AS X\nFROM c\n", (0, WHOLE), (1, ["Build stage X", "Copy docker build --target X"])
    )


def test_the_place_of_the_facts_is_the_last_part_of_the_name() -> None:
    """Whose hover has them; flags and continuation lines come before it."""
    for text in (f"FROM {IMAGE}:latest\n", f"FROM --platform=linux/amd64 \\\n# a\n  {IMAGE} AS x\n"):
        (lens,) = [lens for lens in code_lenses(analyse(text)) if lens.offset is not None]
        assert lens.offset == text.index("minimal")


def test_a_file_without_a_stage_has_no_lenses() -> None:
    """Nothing can be built."""
    check_lenses("")
    check_lenses("# a\nARG A=1\nRUN x\n")


def test_beside_another_server_only_images_of_azure_ml_have_lenses() -> None:
    """The file belongs to Azure ML if its last stage does."""
    check_lenses("FROM python:3.12 AS a\nFROM ubuntu\n", dockerfile_features=False)
    check_lenses(
        f"FROM python:3.12 AS a\nFROM {IMAGE}:latest\n",
        (0, WHOLE),
        (1, ["Image details"]),
        dockerfile_features=False,
    )
