"""`check` on Azure ML's YAML."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import CLEAN, run

ENVIRONMENT = """\
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: e
build:
  path: deploy
  dockerfile_path: deploy/Dockerfile
"""


def test_a_folder_is_searched_for_azure_mls_yaml(folder: Path) -> None:
    """Beside the Dockerfiles; the YAML of other programs is not checked."""
    Path("deploy").mkdir()
    Path("deploy/Dockerfile").write_text(CLEAN)
    Path("env.yml").write_text(ENVIRONMENT)
    Path("compose.yaml").write_text("services:\n  a: {image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04}\n")
    outcome = run("check", "--format", "json", ".")
    assert [(finding["path"], finding["rule"], finding["line"]) for finding in outcome.findings] == [
        ("env.yml", "DockerfileNotFound", 5)
    ]
    assert run("check", ".").output.splitlines()[-1] == "1 error in 2 files"


def test_a_yaml_that_is_named_and_not_azure_mls_has_no_findings(folder: Path) -> None:
    """It is not read as a Dockerfile."""
    Path("compose.yaml").write_text("services: {}\n")
    assert run("check", "compose.yaml").output == "no findings in 1 file\n"


def test_safe_fixes_are_made(folder: Path) -> None:
    """A path that repeats the folder of the context is repaired in the file."""
    Path("deploy").mkdir()
    Path("deploy/Dockerfile").write_text(CLEAN)
    Path("env.yml").write_text(ENVIRONMENT)
    assert run("check", "--fix", "env.yml").status == 0
    assert Path("env.yml").read_text() == ENVIRONMENT.replace("deploy/Dockerfile", "Dockerfile")
