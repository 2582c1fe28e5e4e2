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
        ("Ubuntu20.04", "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04"),
        ("Ubuntu20.04", "ARG BASE\nFROM $BASE"),
        ("Ubuntu20.04", ""),
    ],
)
def test_tags_that_agree_or_cannot_be_compared(tmp_path: Path, tag: str, dockerfile: str) -> None:
    """The same version, another kind of tag, and images whose name does not end with a version of Ubuntu."""
    check_yaml(TEXT.format(tag), files_around(tmp_path, {"Dockerfile": f"{dockerfile}\n"}))


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
