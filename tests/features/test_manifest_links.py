"""Links in Azure ML's YAML: images to their pages, paths to their files."""

from __future__ import annotations

from pathlib import Path

from azureml_dockerfile_ls.features.manifest.links import file_at, manifest_links
from azureml_dockerfile_ls.manifest_snapshot import analyse_manifest
from tests.annotated import cursor, files_around

PAGE = "https://mcr.microsoft.com/artifact/mar/azureml/minimal-py312-inference"
FILES = {
    "deploy/context/Dockerfile": "FROM ubuntu\n",
    "deploy/context/b.dockerfile": "FROM ubuntu\n",
    "env/conda.yml": "dependencies: [pip]\n",
    "src/score.py": "",
    "deploy/spec.yaml": "",
}


def check_links(folder: Path, text: str, *expected: tuple[str, str]) -> None:
    """The links of a YAML in `deploy/` are exactly these texts with these targets."""
    files = files_around(folder, FILES, "deploy/azureml.yml")
    found = manifest_links(analyse_manifest(text, files=files))
    assert [(link.span.of(text), link.url or link.path) for link in found] == list(expected)
    assert all(link.tooltip for link in found)


def test_a_deployment(tmp_path: Path) -> None:
    """The folder of the code leads to the script, the image to its page."""
    check_links(
        tmp_path,
        "name: b\nendpoint_name: e\ncode_configuration:\n  code: ../src/\n  scoring_script: score.py\nenvironment:\n"
        "  image: mcr.microsoft.com/azureml/minimal-py312-inference:latest\n  conda_file: '../env/conda.yml'\n",
        ("../src/", "src/score.py"),
        ("score.py", "src/score.py"),
        ("mcr.microsoft.com/azureml/minimal-py312-inference", PAGE),
        ("../env/conda.yml", "env/conda.yml"),
    )


def test_a_build(tmp_path: Path) -> None:
    """The context leads to its Dockerfile; what is not there has no link."""
    check_links(
        tmp_path,
        "name: e\nbuild:\n  path: context\n  dockerfile_path: b.dockerfile\n",
        ("context", "deploy/context/b.dockerfile"),
        ("b.dockerfile", "deploy/context/b.dockerfile"),
    )
    check_links(tmp_path, "name: e\nbuild:\n  path: context\n  dockerfile_path: c.dockerfile\n")


def test_an_asset(tmp_path: Path) -> None:
    """The files of an asset."""
    text = "name: e\nversion: auto\ntype: environment\nspec: spec.yaml\nextra_config: gone.yaml\n"
    check_links(tmp_path, text, ("spec.yaml", "deploy/spec.yaml"))


def test_the_definition_of_a_path(tmp_path: Path) -> None:
    """Going to the definition opens the file, and does nothing on an image."""
    files = files_around(tmp_path, FILES, "deploy/azureml.yml")
    text, offset = cursor("name: e\nimage: ubuntu\nconda_file: ../env/co$0nda.yml\n")
    link = file_at(analyse_manifest(text, files=files), offset)
    assert link is not None
    assert link.path == "env/conda.yml"
    assert file_at(analyse_manifest(text, files=files), text.index("ubuntu")) is None
