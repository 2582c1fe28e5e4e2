"""Completion of images in FROM."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.completion import documentation
from azureml_dockerfile_ls.images.image_index import EMBEDDED
from tests.features.menus import BASE, IMAGE, check_clean_after, check_pick, menu


def test_the_menu_of_images_begins_with_the_supported_inference_images() -> None:
    """Minimal images come first, the newest Python first, and training images last; a label is the image's own name."""
    shown = menu("FROM $0").in_vscode()
    assert shown[:3] == [
        "minimal-py312-inference",
        "minimal-ubuntu22.04-py39-cpu-inference",
        "minimal-ubuntu22.04-py39-cuda11.8-gpu-inference",
    ]
    assert shown.index("mlflow-py312-inference") < shown.index("openmpi5.0-cuda12.8-ubuntu24.04")
    assert shown.index("openmpi5.0-cuda12.8-ubuntu24.04") < shown.index("openmpi4.1.0-ubuntu22.04")


def test_every_confirmed_image_is_offered() -> None:
    """An image that was probably never published is not offered."""
    offered = {item.text.partition(":")[0] for item in menu("FROM $0").items}
    assert offered == {image.repository for image in EMBEDDED.all if not image.unconfirmed}
    assert f"{BASE}/inference-base-gpu-2204" not in offered


def test_outdated_images_come_last_and_are_marked() -> None:
    """Deprecated and retired images come after all others and are struck through."""
    items = menu("FROM $0").items
    flags = [item.is_deprecated for item in items]
    assert flags == sorted(flags)
    outdated = [item.label for item in items if item.is_deprecated]
    assert "openmpi4.1.0-ubuntu20.04" in outdated
    assert "openmpi4.1.0-ubuntu22.04" not in outdated
    assert menu("FROM $0").item("openmpi4.1.0-ubuntu20.04").detail == "deprecated · Py 3.10"


def test_a_label_is_the_last_part_of_the_name() -> None:
    """Only where two images share that part, the label has the folder too."""
    labels = [item.label for item in menu("FROM $0").items]
    assert {"sklearn-1.5", "acpt-pytorch-2.8-cuda12.6", "curated/minimal-py311-inference"} <= set(labels)
    assert len(set(labels)) == len(labels)


def test_labels_differ_where_vscode_cuts_them() -> None:
    """No two labels begin with the same 40 characters, which is where VS Code cuts them."""
    shown = [item.label[:40] for item in menu("FROM $0").items]
    assert len(set(shown)) == len(shown)


def test_the_facts_beside_a_label_are_few_enough_for_vscode() -> None:
    """It shows 373 pixels of both at its default width; a letter of a label takes 8.43, one of the facts 7.16."""
    rows = [(item.label, item.detail) for item in menu("FROM $0").items if not item.is_deprecated]
    cut = [row for row in rows if row[1] and 8.43 * len(row[0]) + 7.16 * len(row[1]) > 373]
    assert cut == []
    assert sum(bool(detail) for _, detail in rows) > len(rows) / 2


@pytest.mark.parametrize(
    ("label", "detail"),
    [
        ("minimal-ubuntu22.04-py39-cpu-inference", ""),
        ("minimal-py312-inference", "CPU"),
        ("sklearn-1.5", "Py 3.10"),
        ("minimal-py312-cuda12.4-inference", "Ubuntu 22.04"),
        ("acft-draft-model-training", "Py 3.10 · CUDA 12.6"),
        ("designer-pytorch-2.3", "Py 3.12 · Ubuntu 24.04"),
    ],
)
def test_the_detail_of_an_image_says_what_its_name_does_not(label: str, detail: str) -> None:
    """The name comes first; the detail adds the Python version, CUDA, the framework and the operating system."""
    assert menu("FROM $0").item(label).detail == detail


def test_the_documentation_of_an_image_is_its_page() -> None:
    """The documentation is rendered from the item's key when the item is selected."""
    page = documentation(menu("FROM $0").item("minimal-py312-inference").key, EMBEDDED)
    assert page.startswith("**minimal-py312-inference**: an inference image")
    assert "User: `dockeruser`" in page


@pytest.mark.parametrize(
    "typed",
    ["minimal-py3", "azureml/minimal-py3", f"{BASE}/minimal-py3", "MCR.microsoft.com/azureml/minimal-py3", "mcr"],
)
def test_an_image_is_found_by_any_part_of_its_name(typed: str) -> None:
    """The registry and `azureml/` may be omitted, and the edit always inserts the full name."""
    found = menu(f"FROM {typed}$0")
    assert found.in_vscode()[0] == "minimal-py312-inference"
    assert found.pick("minimal-py312-inference") == f"FROM {IMAGE}:latest"


def test_an_image_of_a_folder_is_found_by_its_last_part() -> None:
    """`sklearn-1.5` finds `curated/sklearn-1.5`."""
    found = menu("FROM sklearn-1.5$0")
    assert found.in_vscode()[0] == "sklearn-1.5"
    assert found.pick("sklearn-1.5") == f"FROM {BASE}/curated/sklearn-1.5:latest"


def test_neovim_finds_an_image_by_its_full_name() -> None:
    """Neovim 0.7 compares with the new text, so the name must be typed from its start."""
    assert menu(f"FROM {BASE}/minimal-py312$0").in_neovim() == [f"{IMAGE}:latest"]
    assert menu("FROM $0").in_neovim()[0] == f"{IMAGE}:latest"


def test_after_the_registry_any_part_of_a_name_finds_the_image() -> None:
    """After the registry, `curated/` may be omitted."""
    assert "sklearn-1.5" in menu(f"FROM {BASE}/sklearn$0").in_vscode()
    assert "minimal-py312-inference" in menu("FROM azureml/py312$0").in_vscode()


def test_after_the_registry_only_matching_images_are_offered() -> None:
    """An editor that compares only the last word, such as Helix, would show the other images as matches."""
    labels = [item.label for item in menu(f"FROM {BASE}/sklearn-$0").items]
    assert "sklearn-1.5" in labels
    assert "minimal-py312-inference" not in labels


@pytest.mark.parametrize("text", ["FROM alpine$0", "FROM x$0", "FROM python$0", "FROM ghcr.io/a$0"])
def test_no_image_is_offered_for_the_name_of_another(text: str) -> None:
    """Nothing is offered after the name of a different image, so that Enter leaves it unchanged."""
    assert menu(text).items == ()


@pytest.mark.parametrize(
    ("fixture", "after"),
    [
        (f"FROM {BASE}/mini$0 AS serve", f"FROM {IMAGE}:latest AS serve"),
        (f"FROM {BASE}/mini$0mal-py39", f"FROM {IMAGE}:latest"),
        (f"FROM {BASE}/mini$0mal-py39:latest", f"FROM {IMAGE}:latest"),
        (f"FROM {BASE}/mini$0@sha256:0123 AS serve", f"FROM {IMAGE}@sha256:0123 AS serve"),
        (f"FROM {BASE}/$0:{{{{latest-image-tag}}}}", f"FROM {IMAGE}:{{{{latest-image-tag}}}}"),
        (f"FROM $0{BASE}/minimal-py39:latest", f"FROM {IMAGE}:latest"),
        ("FROM --platform=linux/amd64 mini$0", f"FROM --platform=linux/amd64 {IMAGE}:latest"),
        ("FROM --platform=$BUILDPLATFORM $0 AS build", f"FROM --platform=$BUILDPLATFORM {IMAGE}:latest AS build"),
        ("from mini$0", f"from {IMAGE}:latest"),
        ("ARG A=1\n  FROM\tmini$0", f"ARG A=1\n  FROM\t{IMAGE}:latest"),
        ("FROM mini$0\r\nRUN x\r\n", f"FROM {IMAGE}:latest\r\nRUN x\r\n"),
        ("\ufeffFROM mini$0", f"\ufeffFROM {IMAGE}:latest"),
        ("FROM \\\n  mini$0\n", f"FROM \\\n  {IMAGE}:latest\n"),
        ("# 🐍\nARG A=🐍\nFROM mini$0", f"# 🐍\nARG A=🐍\nFROM {IMAGE}:latest"),
    ],
)
def test_an_image_replaces_the_name_and_nothing_else(fixture: str, after: str) -> None:
    """Tag, digest, flags and the stage's name stay, before and after the cursor."""
    check_pick(fixture, "minimal-py312-inference", after)


def test_a_name_that_begins_on_the_line_above_is_completed_on_the_current_line() -> None:
    """An edit cannot span lines, so it inserts the rest of the name."""
    check_pick("FROM mcr.micro\\\nsoft.com/az$0", "minimal-py312-inference", f"FROM mcr.micro\\\n{IMAGE[9:]}:latest")


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("torch", ["stable-ubuntu2204-cu126-py310-torch280", "acpt-pytorch-2.8-cuda12.6"]),
        ("pytorch", ["acpt-pytorch-2.8-cuda12.6"]),
        ("cuda12", ["openmpi5.0-cuda12.8-ubuntu24.04", "stable-ubuntu2204-cu126-py310-torch280"]),
        ("py312", ["minimal-py312-inference", "designer"]),
        ("torch-cuda12", ["acpt-pytorch-2.8-cuda12.6", "stable-ubuntu2204-cu126-py310-torch280"]),
        ("Torch2.8", ["stable-ubuntu2204-cu126-py310-torch280"]),
        ("gpu", ["openmpi5.0-cuda12.8-ubuntu24.04"]),
        ("sklearn", ["sklearn-1.5"]),
    ],
)
def test_an_image_is_found_by_a_part_of_its_name_and_by_its_facts(typed: str, labels: list[str]) -> None:
    """A framework, a version of CUDA or of Python, or several of them with hyphens, find the supported images."""
    found = menu(f"FROM {typed}$0")
    assert set(labels) <= set(found.in_vscode())
    assert not any(item.is_deprecated for item in found.items)
    assert found.pick(labels[0]).startswith("FROM mcr.microsoft.com/")


def test_a_name_that_ends_with_what_is_typed_does_not_come_first() -> None:
    """VS Code would put a text that is just what is typed before those that begin with it."""
    found = menu("FROM minimal$0")
    assert "mldesigner-minimal" in found.in_vscode()
    assert "minimal" not in [item.filter_text for item in found.items]


@pytest.mark.parametrize("typed", ["ubuntu", "python", "debian", "node", "alpine", "spark", "to", "nonsense-torch"])
def test_the_name_of_another_image_finds_none(typed: str) -> None:
    """After the complete name of an official image, and after parts that no image has, nothing is offered."""
    assert menu(f"FROM {typed}$0").items == ()


def test_an_image_comes_with_a_tag() -> None:
    """An accepted image raises no finding; an editor with snippets goes on to a choice of its newest tags."""
    check_clean_after("FROM minimal-py312$0", "minimal-py312-inference")
    snippet = menu("FROM minimal-py312$0").item("minimal-py312-inference").snippet
    assert snippet is not None
    assert snippet.startswith(f"{IMAGE}:${{1|latest,20260316.v1")


@pytest.mark.parametrize("rest", [":2", "@sha256:0"])
def test_an_image_gets_no_second_tag(rest: str) -> None:
    """Where a tag or digest follows, only the name is inserted."""
    item = menu(f"FROM mini$0{rest}").item("minimal-py312-inference")
    assert (item.text, item.snippet) == (IMAGE, None)
