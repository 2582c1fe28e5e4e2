"""`check` on scripts and notebooks: retired images in their text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import CLEAN, run

HOST = "mcr.microsoft.com/azureml"
OLD = f"{HOST}/openmpi4.1.0-ubuntu20.04"
NEW = f"{HOST}/openmpi4.1.0-ubuntu22.04"


def lines_of(name: str) -> list[int]:
    """The lines of the findings in a file; each is RetiredImage."""
    findings = run("check", "--format", "json", name).findings
    assert {finding["rule"] for finding in findings} <= {"RetiredImage"}
    return [finding["line"] for finding in findings]


def test_a_folder_is_searched_for_scripts_that_name_a_retired_image(folder: Path) -> None:
    """In five languages, exactly on the image, as information; not in other files, and not what git ignores."""
    for name in ("a.py", "b.sh", "c.cs", "d.bicep", "ignored.py", "e.md"):
        (folder / name).write_text(f'x = "{OLD}:latest"\n')
    (folder / "f.ipynb").write_text(json.dumps({"cells": [{"source": [f'image = "{OLD}:latest"\n']}]}))
    (folder / ".gitignore").write_text("ignored.py\n")
    (folder / "Dockerfile").write_text(CLEAN)
    outcome = run("check", "--format", "json", ".")
    assert [finding["path"] for finding in outcome.findings] == ["a.py", "b.sh", "c.cs", "d.bicep", "f.ipynb"]
    assert {(finding["rule"], finding["severity"]) for finding in outcome.findings} == {("RetiredImage", "information")}
    first = outcome.findings[0]
    assert (first["line"], first["column"], first["endColumn"]) == (1, 6, 6 + len(OLD))
    assert outcome.status == 0


def test_what_may_be_another_image_is_not_reported(folder: Path) -> None:
    """A name that goes on with a variable, a mirror, another name that starts alike, a current image."""
    names = (f"{OLD}{{suffix}}", f"{OLD}$X", f"{OLD}-{{x}}", f"{OLD}-own", f"proxy.io/{OLD}", f"{NEW}:latest")
    (folder / "a.py").write_text("".join(f'f"{name}"\n' for name in names))
    assert lines_of("a.py") == []


def test_a_tag_can_be_a_variable(folder: Path) -> None:
    """The image is retired whatever its tag; the tag of a successor is not known, so nothing is repaired."""
    text = f'f"{OLD}:{{tag}}"\nf"{OLD}:2023{{day}}"\n'
    (folder / "a.py").write_text(text)
    assert lines_of("a.py") == [1, 2]
    run("check", "--fix", "--unsafe-fixes", "a.py")
    assert (folder / "a.py").read_text() == text


def test_unsafe_fixes_replace_the_image(folder: Path) -> None:
    """The tag is replaced where there is one, as another statement may add one; safe fixes change nothing."""
    text = f'a = "{OLD}:20230616.v1"\nb = "{OLD}"\nc = "docker://{OLD}:latest"\n'
    (folder / "a.py").write_text(text)
    run("check", "--fix", "a.py")
    assert (folder / "a.py").read_text() == text
    assert run("check", "--fix", "--unsafe-fixes", "--quiet", "a.py").status == 0
    first, second, third = (folder / "a.py").read_text().splitlines()
    assert first.startswith(f'a = "{NEW}:2')
    assert (second, third) == (f'b = "{NEW}"', f'c = "docker://{NEW}:latest"')


def test_a_notebook_stays_json(folder: Path) -> None:
    """The image in its sources is replaced, and its outputs stay as they are."""
    outputs = [{"text": [f"built on {OLD}:latest ]}}\n"]}]
    cells = [{"source": [f'x = "{OLD}:latest"\n', f"y = '{OLD}:latest'\n"], "outputs": outputs}]
    (folder / "a.ipynb").write_text(json.dumps({"cells": cells}, indent=1))
    assert len(lines_of("a.ipynb")) == 2
    run("check", "--fix", "--unsafe-fixes", "a.ipynb")
    [cell] = json.loads((folder / "a.ipynb").read_text())["cells"]
    assert cell == {"source": [f'x = "{NEW}:latest"\n', f"y = '{NEW}:latest'\n"], "outputs": outputs}


@pytest.mark.parametrize("content", [b"\0" + OLD.encode(), OLD.encode() + b" " * (5 << 20)], ids=["binary", "huge"])
def test_what_is_no_script_is_skipped_silently(folder: Path, content: bytes) -> None:
    """A folder can hold a binary file or a very large one under such a name."""
    (folder / "a.py").write_bytes(content)
    (folder / "Dockerfile").write_text(CLEAN)
    outcome = run("check", ".")
    assert (outcome.status, outcome.output, outcome.errors) == (0, "no findings in 1 file\n", [])


def test_options_and_settings_apply(folder: Path) -> None:
    """Those that choose rules and files, a baseline, a comment above the line, and settings for some files."""
    (folder / "src").mkdir()
    (folder / "src/a.py").write_text(f'x = "{OLD}:latest"\n')
    assert run("check", "--ignore", "RetiredImage", ".").output == "no findings in 1 file\n"
    assert run("check", "--only-buildkit", ".").output == "no findings in 1 file\n"
    assert "RetiredImage" not in run("check", "--exclude", "src", ".").output
    run("check", "--write-baseline", "known.json", ".")
    assert "left out by the baseline" in run("check", "--baseline", "known.json", ".").output
    (folder / "src/a.py").write_text(f'# check=skip=RetiredImage\nx = "{OLD}:latest"\n')
    assert run("check", ".").output == "no findings in 1 file\n"
    (folder / "src/a.py").write_text(f'x = "{OLD}:latest"\n')
    (folder / ".azureml-dockerfile.toml").write_text('[rules]\nRetiredImage = "error"\n')
    assert run("check", ".").status == 1


@pytest.mark.parametrize("name", ["text", "concise", "json", "sarif", "github", "gitlab", "junit"])
def test_every_report_has_the_finding(folder: Path, name: str) -> None:
    """Each format names the file."""
    (folder / "a.py").write_text(f'x = "{OLD}:latest"\n')
    output = run("check", "--format", name, ".").output
    assert "a.py" in output
    assert "openmpi4.1.0-ubuntu20.04 is deprecated" in output
