"""The generator of what repeats the code, run as a process of its own on the repository and on a copy of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from server.tools.generate import MANIFEST, PACKAGE, README, ROOT, SCHEMA, schema

from azureml_dockerfile_ls.settings import DEFAULTS, EXTEND, OVERRIDES, PATHS, SETTINGS
from azureml_dockerfile_ls.settings_reader import read

PAGE = Path("server/azureml_dockerfile_ls/rules/pages/UntaggedImage.md")


def generate(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the generator of a copy of the repository."""
    return subprocess.run(
        [sys.executable, "-m", "server.tools.generate", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "server")},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the files that the generator reads or writes."""
    shutil.copytree(ROOT / "server", tmp_path / "server", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (README, PACKAGE, MANIFEST, SCHEMA):
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    return tmp_path


def test_everything_generated_is_up_to_date() -> None:
    """`python -m server.tools.generate` updates the files that this names."""
    result = generate(ROOT, "--check")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.slow
def test_check_names_each_stale_file_and_a_run_repairs_it(copy: Path) -> None:
    """A table, a page that is missing, a page without a rule, a setting, keys, the schema: each is as it was."""
    paths = (README, PACKAGE, MANIFEST, SCHEMA)
    readme, package, manifest, schema_file = (copy / path.relative_to(ROOT) for path in paths)
    files = (readme, package, manifest, schema_file, copy / PAGE)
    expected = [file.read_text(encoding="utf-8") for file in files]
    readme.write_text(expected[0].replace("| UntaggedImage |", "| Untagged |"), encoding="utf-8")
    package.write_text(expected[1].replace('"maximum": 100000', '"maximum": 1'), encoding="utf-8")
    manifest.write_text(expected[2].replace("azuremlschemas", "x"), encoding="utf-8")
    schema_file.unlink()
    (copy / PAGE).unlink()
    stray = copy / PAGE.with_name("NoRule.md")
    stray.touch()

    check = generate(copy, "--check")
    assert check.returncode == 1
    stale = [str(file.relative_to(copy)) for file in (*files, stray)]
    lines = [f"azureml-dockerfile-ls: {file} is stale; run python -m server.tools.generate" for file in stale]
    assert sorted(check.stderr.splitlines()) == sorted(lines)
    assert not (copy / PAGE).exists()

    assert generate(copy).returncode == 0
    assert [file.read_text(encoding="utf-8") for file in files] == expected
    assert not stray.exists()
    assert generate(copy, "--check").returncode == 0


@pytest.mark.slow
def test_settings_of_the_extension_itself_are_kept(copy: Path) -> None:
    """Only the settings of the server are generated."""
    package = copy / PACKAGE.relative_to(ROOT)
    content = json.loads(package.read_text(encoding="utf-8"))
    content["contributes"]["configuration"]["properties"]["azuremlDockerfile.own"] = {"type": "boolean"}
    package.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert generate(copy, "--check").returncode == 0


@pytest.mark.slow
def test_a_missing_marker_is_an_error(copy: Path) -> None:
    """The README is not written without its table."""
    readme = copy / README.relative_to(ROOT)
    readme.write_text(readme.read_text(encoding="utf-8").replace("<!-- end of rules -->", ""), encoding="utf-8")
    result = generate(copy)
    assert result.returncode == 2
    assert result.stderr == "azureml-dockerfile-ls: README.md lacks the markers of the table of rules\n"


def test_the_schema_has_the_settings_of_a_project() -> None:
    """Each has a description and a valid default; settings that only an editor can set are absent."""
    content = {name: entry for name, entry in schema()["properties"].items() if name not in (EXTEND, OVERRIDES)}
    assert set(schema()["properties"]) - set(content) == {EXTEND, OVERRIDES}
    assert list(schema()["properties"][OVERRIDES]["items"]["properties"]) == [PATHS, *content]
    found = {}
    for name, entry in content.items():
        is_group = "description" not in entry
        found.update(
            {f"{name}.{key}": value for key, value in entry["properties"].items()} if is_group else {name: entry}
        )
    assert list(found) == [setting.name for setting in SETTINGS if not setting.is_editor_only]
    for name, entry in found.items():
        assert entry["description"]
        assert read({name: entry["default"]}, "/", is_project=True) == (DEFAULTS, ())


def test_every_severity_in_the_schema_is_valid() -> None:
    """The reader accepts each word that the schema allows for a rule."""
    for rule, entry in schema()["properties"]["rules"]["properties"].items():
        for severity in entry["enum"]:
            assert read({"rules": {rule: severity}}, "/")[1] == ()
