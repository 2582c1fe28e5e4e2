"""The facts that hold for some tags of an image: their values, their sources, and what is not known."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from azureml_dockerfile_ls.images import catalogue
from azureml_dockerfile_ls.images.catalogue import Image, embedded
from azureml_dockerfile_ls.images.tag_facts import BASE, NAME, RECIPE, Fact, FactName, TagFacts, recipe_of
from azureml_dockerfile_ls.images.tags import newest

AZUREML = "mcr.microsoft.com/azureml/"
CONTAINERS = "Azure/AzureML-Containers"
FILE = Path(catalogue.__file__).with_name("recipes.json")
RECIPES = json.loads(FILE.read_text(encoding="utf-8"))

PYTHON_OF_BASES: list[tuple[str, str | None, str | None]] = [
    ("openmpi4.1.0-ubuntu22.04:20260715.v1", "3.12.13", f"{CONTAINERS}#232"),
    ("openmpi4.1.0-ubuntu22.04:20260507.v1", "3.12.13", f"{CONTAINERS}#232"),
    ("openmpi4.1.0-ubuntu22.04:20260409.v4", "3.10.20", f"{CONTAINERS}#232"),
    ("openmpi4.1.0-ubuntu22.04:20250101.v1", "3.10.20", f"{CONTAINERS}#232"),
    ("openmpi4.1.0-ubuntu22.04:20260409.v5", None, None),
    ("openmpi4.1.0-ubuntu22.04:20260501.v1", None, None),
    ("openmpi4.1.0-ubuntu20.04:20231130.v1", "3.8", f"{CONTAINERS}#170"),
    ("openmpi4.1.0-ubuntu20.04:20231216.v1", None, None),
    ("openmpi4.1.0-ubuntu20.04:20240109.v1", "3.10", f"{CONTAINERS}#170"),
    ("openmpi5.0-ubuntu24.04:20260715.v1", "3.12", "Azure/azureml-assets commit 9c856ae of 2026-07-16"),
    ("openmpi5.0-ubuntu24.04:20260121.v1", None, None),
    ("openmpi5.0-cuda12.4-ubuntu22.04:20260715.v1", None, None),
    ("openmpi5.0-cuda12.8-ubuntu24.04:20260715.v1", None, None),
    ("openmpi5.0-cuda13.1-ubuntu24.04:20260715.v1", None, None),
]

OF_RECIPES: list[tuple[str, FactName, str]] = [
    ("ai-ml-automl:55", "python", "3.10"),
    ("ai-ml-automl-dnn:47", "python", "3.10"),
    ("ai-ml-automl-dnn-forecasting-gpu:48", "python", "3.10"),
    ("ai-ml-automl-dnn-gpu:52", "python", "3.10"),
    ("ai-ml-automl-dnn-text-gpu:53", "python", "3.10"),
    ("ai-ml-automl-dnn-vision-gpu:52", "python", "3.10"),
    ("ai-ml-automl-gpu:49", "python", "3.10"),
    ("data-labeling:56", "python", "3.10"),
    ("data-labeling-sam:18", "python", "3.8.13"),
    ("sklearn-1.0:42", "python", "3.9"),
    ("sklearn-1.1:41", "python", "3.9"),
    ("tensorflow-2.16-cuda11:23", "python", "3.11"),
    ("tensorflow-2.16-cuda11:23", "cuda", "12.3"),
    ("tensorflow-2.16-cuda12:31", "python", "3.11"),
    ("acpt-pytorch-2.2-cuda12.1:55", "framework", "PyTorch 2.10.0"),
    ("acpt-pytorch-2.2-cuda12.1:55", "cuda", "12.6"),
    ("acpt-pytorch-2.8-cuda12.6:15", "framework", "PyTorch 2.10.0"),
    ("designer:117", "python", "3.12.8"),
    ("mlflow-model-inference:22", "user", "dockeruser"),
    ("acft-hf-nlp-gpu:127", "user", "root"),
]


def image_of(reference: str) -> tuple[Image, str]:
    """An image below `azureml/`, and its tag."""
    name, _, tag = reference.partition(":")
    image = embedded().find(AZUREML + name)
    assert image is not None, reference
    return image, tag


@pytest.mark.parametrize(("reference", "python", "source"), PYTHON_OF_BASES)
def test_the_python_of_a_base_image_belongs_to_a_range_of_tags(
    reference: str, python: str | None, source: str | None
) -> None:
    """Between two ranges, and without a source, it is not known."""
    image, tag = image_of(reference)
    assert image.fact("python", tag) == (Fact(python, source or "") if python else None)


@pytest.mark.parametrize(("reference", "name", "value"), OF_RECIPES)
def test_what_a_recipe_says_comes_before_the_name_of_the_image(reference: str, name: FactName, value: str) -> None:
    """It is true of the tag of that recipe, and of `latest` while that is the newest known tag."""
    image, tag = image_of(f"curated/{reference}")
    assert image.fact(name, tag) == Fact(value, RECIPE)
    assert image.fact(name) == image.fact(name, "latest") == Fact(value, RECIPE)


def test_a_name_is_not_believed_where_a_recipe_contradicts_it() -> None:
    """It is unknown from when on the image has another framework; what the recipe confirms is believed."""
    image, _ = image_of("curated/acpt-pytorch-2.8-cuda12.6")
    assert image.fact("framework", "3") is None
    assert image.fact("cuda", "3") == Fact("12.6", NAME)
    assert image.fact("python", "3") is None


def test_a_newer_tag_of_the_registry_has_no_facts_of_an_older_recipe() -> None:
    """`latest` is that newer tag."""
    image, _ = image_of("curated/sklearn-1.5")
    listed = replace(image, listed_tags=("latest", "51", "50"))
    assert listed.fact("python") is None
    assert listed.fact("python", "50") == Fact("3.10", RECIPE)


@pytest.mark.parametrize("tag", ["latest", "nightly", "15", "biweekly.202607.1"])
def test_a_tag_of_another_form_is_in_no_range(tag: str) -> None:
    """A range of dates has dated tags only."""
    assert not TagFacts("x", first="20260507.v1").covers(tag)
    assert not TagFacts("x", last="20260507.v1").covers(tag)


# The data


@pytest.mark.parametrize("image", [image for image in embedded().images if image.facts], ids=lambda image: image.name)
def test_facts_name_their_source_and_known_tags(image: Image) -> None:
    """Each end of a range is a tag of the image. No two facts of one name are about the same tag."""
    for facts in image.facts:
        assert facts.source in (RECIPE, BASE) or re.match(r"Azure/[\w-]+(?:#| commit )", facts.source)
        assert {facts.first, facts.last} - {None} <= set(image.tags)
    names: tuple[FactName, ...] = ("os", "python", "framework", "cuda", "user")
    for name in names:
        for tag in image.tags:
            assert sum(facts.get(name) is not None and facts.covers(tag) for facts in image.facts) <= 1


def said_by_name(name: str) -> dict[FactName, str]:
    """The operating system, Python and CUDA that the name of an image says."""
    found: dict[FactName, str] = {}
    if match := re.search(r"ubuntu-?(\d\d)\.?(\d\d)", name):
        found["os"] = f"Ubuntu {match[1]}.{match[2]}"
    if match := re.search(r"-py(?:thon:)?(\d)\.?(\d+)", name):
        found["python"] = f"{match[1]}.{match[2]}"
    if match := re.search(r"-cu(\d\d)(\d)-|cuda:?(\d+\.\d+)", name):
        found["cuda"] = match[3] or f"{match[1]}.{match[2]}"
    return found


@pytest.mark.parametrize("image", [image for image in embedded().images if image.base_image], ids=lambda x: x.name)
def test_facts_agree_with_the_base_image_of_the_newest_version(image: Image) -> None:
    """Its name is another source for the system and CUDA. Python may come from an environment of the recipe."""
    said = said_by_name(image.base_image or "")
    names: tuple[FactName, ...] = ("os", "cuda", "python")
    for name in names:
        fact = image.fact(name)
        if name in said and fact and (name != "python" or fact.source == BASE) and fact.source != NAME:
            assert fact.value == said[name]


@pytest.mark.parametrize("image", embedded().images, ids=lambda image: image.name)
def test_what_stands_without_a_source_is_in_the_name(image: Image) -> None:
    """A version that the name does not say needs a source."""
    name = image.name.lower().replace(".", "")
    for value in (image.python, image.cuda, image.os, image.framework):
        version = re.search(r"\d[\d.]*$", value or "")
        assert version is None or version[0].replace(".", "") in name


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_belongs_to_the_newest_known_tag(name: str) -> None:
    """Its packages have normalized names and exact versions, and agree with the framework of that tag."""
    image, _ = image_of(f"curated/{name}")
    recipe = recipe_of(image.repository)
    assert recipe is not None
    assert recipe.tag == newest(image.tags)
    for package, version in recipe.packages.items():
        assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", package)
        assert re.match(r"\d+(?:\.\d+)*", version)
    framework = image.fact("framework", recipe.tag)
    for package, program in (("torch", "PyTorch"), ("tensorflow", "TensorFlow")):
        if package in recipe.packages:
            assert framework == Fact(f"{program} {recipe.packages[package].split('+')[0]}", RECIPE)
            break


def test_the_packages_of_recipes_are_a_small_file() -> None:
    """Every installation has them."""
    assert FILE.stat().st_size <= 30_000
