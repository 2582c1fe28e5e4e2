"""The packages of conda environments in YAML: the server, requirements for pip, and the version of Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_yaml, check_yaml_fix, files_around

DEPLOYMENT = """\
name: blue
endpoint_name: e
code_configuration:
  code: src
  scoring_script: score.py
environment:
  image: ubuntu
"""
SCORE = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"
LACKING = "dependencies:\n  - python=3.12\n  - pip:\n      - numpy==2.1\n"


def test_a_deployment_without_the_server(tmp_path: Path) -> None:
    """MissingInferenceServer is on the conda file, or on its key if the packages are written in the YAML."""
    files = files_around(tmp_path, {"src/score.py": SCORE, "conda.yml": LACKING})
    mark = "  #           ^^^^^^^^^ MissingInferenceServer azureml-inference-server-http\n"
    [finding] = check_yaml(f"{DEPLOYMENT}  conda_file: conda.yml\n{mark}", files)
    assert [place.path for place in finding.related] == ["conda.yml"]
    inline = "  conda_file:\n  #^^^^^^^^^ MissingInferenceServer\n    dependencies: [python=3.12, pandas]\n"
    check_yaml(f"{DEPLOYMENT}{inline}", files)


@pytest.mark.parametrize(
    "conda",
    [
        LACKING.replace("numpy==2.1", "azureml-inference-server-http==1.5.1"),
        LACKING.replace("numpy==2.1", "azureml-defaults"),
        LACKING.replace("numpy==2.1", "-r requirements.txt"),
        LACKING.replace("numpy==2.1", "git+https://example.org/package"),
        "dependencies: {{packages}}\n",
    ],
)
def test_a_deployment_that_has_the_server_or_may(tmp_path: Path, conda: str) -> None:
    """The package, one that depends on it, and packages that cannot be determined."""
    files = files_around(tmp_path, {"src/score.py": SCORE, "conda.yml": conda})
    check_yaml(f"{DEPLOYMENT}  conda_file: conda.yml\n", files)


def test_an_environment_without_a_script_needs_no_server(tmp_path: Path) -> None:
    """An environment document may be for training."""
    files = files_around(tmp_path, {"conda.yml": LACKING})
    check_yaml("name: e\nimage: ubuntu\nconda_file: conda.yml\n", files)


def test_a_requirement_with_one_equals_sign() -> None:
    """InvalidRequirement below `pip:`; conda's own packages have one."""
    before = """
        dependencies:
          - python=3.12
          - numpy=1.26
          - pip:
            - pandas=2.2.3
            # ^^^^^^^^^^ InvalidRequirement Write pandas==2.2.3
            - torch==2.6.0
            - --index-url=https://example.org/simple
        """
    [finding] = check_yaml(before.replace("# ^^^^^^^^^^ ", "# ^^^^^^^^^^^^ "))
    assert finding.severity is Severity.ERROR
    check_yaml_fix("dependencies:\n  - pip:\n    - pandas=2\n", "dependencies:\n  - pip:\n    - pandas==2\n")


def test_an_old_python() -> None:
    """EndOfLifePython is a hint on the package of conda."""
    [finding] = check_yaml(
        """
        channels: [conda-forge]
        dependencies:
          - python=3.8
          # ^^^^^^^^^^ EndOfLifePython 3.8
          - python-dateutil=2.8
        """
    )
    assert finding.severity is Severity.HINT
    check_yaml("channels: [conda-forge]\ndependencies: [python=3.10, python>=3.8]\n")
