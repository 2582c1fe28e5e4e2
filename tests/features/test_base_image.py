"""What features say of a base image whose own configuration a registry gave."""

from __future__ import annotations

from azureml_dockerfile_ls.features.completion import complete
from azureml_dockerfile_ls.features.hover import hover
from azureml_dockerfile_ls.features.inlay_hints import inlay_hints
from azureml_dockerfile_ls.features.rename import Refusal, prepare_rename, rename
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.responses import Configuration, Listing
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import Span
from tests.annotated import cursor

IMAGE = "mcr.microsoft.com/azureml/curated/sklearn-1.5"
CONFIGURATION = Configuration(
    f"sha256:{'b' * 64}",
    "scorer:staff",
    {"PATH": "/azureml-envs/sklearn/bin:/bin", "LD_LIBRARY_PATH": "", "TOKEN": None},
    "/work",
    ("5001/tcp",),
    {},
    "2026-07-15",
)
KNOWN = ImageIndex(configurations={f"{IMAGE}:50": CONFIGURATION})


def check_hover(fixture: str, *expected: str) -> None:
    """The hover at the cursor has each of these lines."""
    text, offset = cursor(fixture)
    found = hover(analyse(text, images=KNOWN), offset)
    assert found is not None
    for line in expected:
        assert line in found.markdown.splitlines(), found.markdown


def test_an_image_is_described_by_its_configuration() -> None:
    """Its user, folder, ports and date have priority over its name."""
    check_hover(
        f"FROM mcr.$0{IMAGE[4:]}:50\n",
        "- User: `scorer:staff`",
        "- Working directory: `/work`",
        "- Ports: `5001/tcp`",
        "- Built: 2026-07-15",
        "- `PATH`: `/azureml-envs/sklearn/bin:/bin`",
        "- `LD_LIBRARY_PATH`: empty",
        f"- Digest: `sha256:{'b' * 64}`",
    )


def test_the_age_of_an_answer_is_told() -> None:
    """Offline it is used however old it is."""
    image = "mcr.microsoft.com/azureml/minimal-py312-inference"
    listing = Listing(("latest", "20261116.v7"), is_complete=True)
    known = ImageIndex({image: listing}, dates={image: "2026-11-20"})
    for fixture in (f"FROM {image}:late$0st\n", f"FROM mcr.$0{image[4:]}:latest\n"):
        text, offset = cursor(fixture)
        found = hover(analyse(text, images=known), offset)
        assert found is not None
        assert "2026-11-20" in found.markdown
        assert "20261116.v7" in found.markdown


def test_a_run_has_its_user_its_folder_and_its_python() -> None:
    """Where nothing in the file sets them."""
    check_hover(
        f"FROM {IMAGE}:50\nR$0UN x\n",
        "- User: `scorer`, the base image's own",
        "- Working directory: `/work`",
        "- Python: `/azureml-envs/sklearn/bin` comes first in the base image's `PATH`",
    )


def test_a_variable_has_the_value_of_the_base_image() -> None:
    """A value that cannot be shown is not made up."""
    check_hover(
        f"FROM {IMAGE}:50\nRUN echo $PA$0TH\n", "`PATH` is `/azureml-envs/sklearn/bin:/bin`, set by the base image."
    )
    check_hover(f"FROM {IMAGE}:50\nENV X=$TO$0KEN\n", "`TOKEN` is set by the base image.")


def test_the_variables_of_a_base_image_are_offered() -> None:
    """Beside those of the file, each once."""
    text, offset = cursor(f"FROM {IMAGE}:50\nENV PATH=/x:$PATH A=1\nENV B=$$0\n")
    names = [item.label for item in complete(analyse(text, images=KNOWN), offset).items]
    assert sorted(names) == ["A", "LD_LIBRARY_PATH", "PATH", "TOKEN"]


def test_the_user_hint_tells_the_user_of_the_image() -> None:
    """Its name alone does not say them."""
    text = f"FROM {IMAGE}:50\nRUN x\n"
    hints = inlay_hints(analyse(text, images=KNOWN, settings=Settings(inlay_hint_tags=False)), Span(0, len(text)))
    assert [hint.label for hint in hints] == ["user: scorer"]


def test_a_variable_of_the_image_keeps_its_name() -> None:
    """And no other variable of the stage, or of one that is built on it, can get it."""
    reason = Refusal("The base image sets TOKEN.")
    text, offset = cursor(f"FROM {IMAGE}:50\nRUN echo $TOK$0EN\n")
    assert prepare_rename(analyse(text, images=KNOWN), offset) == reason
    text, offset = cursor(f"FROM {IMAGE}:50 AS base\nFROM base\nENV MI$0NE=1\n")
    assert rename(analyse(text, images=KNOWN), offset, "TOKEN") == reason
    assert isinstance(rename(analyse(text, images=KNOWN), offset, "OTHER"), list)
