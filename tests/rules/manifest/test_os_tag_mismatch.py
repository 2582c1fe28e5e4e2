"""OsTagMismatch: the tag `OS` beside the name of the base image."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.annotated import check_yaml, check_yaml_fix, files_around

SCHEMA = "https://azuremlschemas.azureedge.net/latest/environment.schema.json"
TEXT = f"$schema: {SCHEMA}\nname: e\nbuild:\n  path: .\ntags:\n  OS: {{}}\n"
BASE = "FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:{{latest-image-tag}}"


@pytest.mark.parametrize("dockerfile", [BASE, f"{BASE} AS base\nFROM base", f"FROM ubuntu:20.04 AS a\n{BASE}"])
def test_another_version_of_ubuntu(tmp_path: Path, dockerfile: str) -> None:
    """The base of the final stage counts, through the stages that it is built on; the fix writes its version."""
    files = files_around(tmp_path, {"Dockerfile": f"{dockerfile}\n"})
    check_yaml(f"{TEXT.format('Ubuntu20.04')}  #         ^^^^^ OsTagMismatch openmpi5.0-ubuntu24.04\n", files)
    check_yaml_fix(TEXT.format("Ubuntu20.04"), TEXT.format("Ubuntu24.04"), files)


@pytest.mark.parametrize(
    ("tag", "dockerfile"),
    [
        ("Ubuntu24.04", BASE),
        ("Linux", BASE),
        ("Ubuntu22.04", "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04"),
        ("Ubuntu22.04", "FROM mcr.microsoft.com/aifx/acpt/stable-ubuntu2204-cu126-py310-torch280:{{latest-image-tag}}"),
        ("Ubuntu20.04", "FROM mcr.microsoft.com/azureml/curated/minimal-ubuntu22.04-py39-cpu-inference:9"),
        ("Ubuntu20.04", "FROM mcr.microsoft.com/azureml/curated/acpt-pytorch-2.2-cuda12.1:55"),
        ("Ubuntu20.04", "FROM ubuntu:jammy"),
        ("Ubuntu20.04", "FROM ubuntu"),
        ("Ubuntu20.04", "FROM example.com/myubuntu22.04:1"),
        ("Ubuntu20.04", "FROM example.com/base:ubuntu22.04-{{build}}"),
        ("Ubuntu20.04", "ARG BASE\nFROM $BASE"),
        ("Ubuntu20.04", ""),
    ],
)
def test_tags_that_agree_or_cannot_be_compared(tmp_path: Path, tag: str, dockerfile: str) -> None:
    """The same version, another kind of tag, and images that do not surely say their version of Ubuntu."""
    check_yaml(TEXT.format(tag), files_around(tmp_path, {"Dockerfile": f"{dockerfile}\n"}))


@pytest.mark.parametrize(
    ("image", "label"),
    [
        (
            "mcr.microsoft.com/aifx/acpt/stable-ubuntu2204-cu126-py310-torch280:{{latest-image-tag}}",
            "stable-ubuntu2204-",
        ),
        (
            "mcr.microsoft.com/azureml/aifx/stable-ubuntu2204-cu118-py310-torch222:biweekly.202406.2",
            "stable-ubuntu2204-",
        ),
        ("mcr.microsoft.com/azureml/inference-base-2204:{{latest-image-tag}}", "inference-base-2204."),
        ("mcr.microsoft.com/azureml/inference-base-gpu-2204", "inference-base-gpu-2204."),
        ("nvcr.io/nvidia/cuda:12.8.1-cudnn-devel-ubuntu22.04", "cuda:12.8.1-cudnn-devel-ubuntu22.04."),
        ("mcr.microsoft.com/mirror/docker/library/ubuntu:22.04", "ubuntu:22.04."),
        ("ubuntu:22.04-20240911", "ubuntu:22.04-20240911."),
    ],
)
def test_the_other_names_that_say_the_version(tmp_path: Path, image: str, label: str) -> None:
    """ACPT and the inference bases write it without a dot; other images have it in the tag, which the message shows."""
    files = files_around(tmp_path, {"Dockerfile": f"FROM {image}\n"})
    check_yaml(f"{TEXT.format('Ubuntu20.04')}  #         ^^^^^ OsTagMismatch the base image is {label}\n", files)


def test_an_environment_that_is_an_image(tmp_path: Path) -> None:
    """The tag is compared with `image` too, unless there is a build beside it."""
    image = "image: mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest"
    text = f"$schema: {SCHEMA}\nname: e\n{image}\ntags:\n  OS: {{}}\n"
    check_yaml(f"{text.format('Ubuntu20.04')}  #         ^^^^^ OsTagMismatch openmpi5.0-ubuntu24.04\n")
    check_yaml(text.format("Ubuntu24.04"))
    check_yaml(text.replace(image, "image: '{{image}}'").format("Ubuntu20.04"))


def test_an_asset_leads_to_its_dockerfile(tmp_path: Path) -> None:
    """The spec of an asset has templates for the paths, which are in the file that `extra_config` names."""
    files = files_around(
        tmp_path,
        {
            "asset.yaml": "name: e\ntype: environment\nspec: spec.yaml\nextra_config: environment.yaml\n",
            "environment.yaml": "image:\n  name: azureml/e\n  context:\n    dir: context\n    dockerfile: Dockerfile\n",
            "context/Dockerfile": f"{BASE}\n",
        },
        "spec.yaml",
    )
    text = TEXT.format("Ubuntu20.04").replace("path: .", 'path: "{{image.context.path}}"')
    check_yaml(f"{text}  #         ^^^^^ OsTagMismatch openmpi5.0-ubuntu24.04\n", files)
