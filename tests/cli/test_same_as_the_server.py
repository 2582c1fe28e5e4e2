"""What `check` prints is what the server publishes, finding for finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import IMAGE, run
from tests.hadolint import allow, real_program
from tests.lsp.raw_client import REAL_SERVER, RawClient

SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}

DOCKERFILES = {
    "rules of Azure ML": f"FROM {IMAGE} AS base\nUSER root\nRUN apt-get update\nFROM base\nENV WORKER_COUNT=x\n",
    "rules of BuildKit": "FROM ubuntu as Base\nMAINTAINER me\nENV A b\nCMD a\nCMD b\nWORKDIR x\nRUN echo $NOTHING\n",
    "errors": "FORM x\nRUN <<EOF\n",
    "characters outside of the first plane": f"FROM {IMAGE}:latest\nRUN echo 🐍🐍 && pip install –r x 🐍>=1\n",
    "suppressed": f"# check=skip=UntaggedImage\nFROM {IMAGE}\n# check=skip=Nothing\nRUN a\n",
    "build context": f"FROM {IMAGE}:latest\nCOPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=score.py\n",
    "a byte order mark and Windows": f"\ufeffFROM {IMAGE}\r\nRUN pip install a>=2\r\n",
    "a byte that is not UTF-8": f"# caf\ufffd\nFROM {IMAGE}\n",
}


WITH_HADOLINT = {
    **DOCKERFILES,
    "words of hadolint": f"FROM ubuntu\nRUN sudo a && apt-get install 🐍 b | tee $c\nUSER me\nFROM {IMAGE}:1\n",
    "templates": f"FROM {IMAGE}:{{{{latest-image-tag:x}}}}\nRUN <<A\ncd x && a\nA\nRUN pip install {{{{a}}}} b\n",
}


@pytest.mark.parametrize("text", DOCKERFILES.values(), ids=DOCKERFILES)
def test_the_findings_are_the_same(folder: Path, text: str) -> None:
    """Rules, severities, messages and places are equal, under the same settings."""
    check_the_same(folder, text)


@pytest.mark.slow
@pytest.mark.parametrize("text", WITH_HADOLINT.values(), ids=WITH_HADOLINT)
def test_the_findings_of_hadolint_are_the_same(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where hadolint is installed, also its findings are equal; the server publishes them when they are there."""
    allow(monkeypatch, real_program().parent)
    check_the_same(folder, text)


def check_the_same(folder: Path, text: str) -> None:
    """The command and the server find the same in a Dockerfile, under the same settings."""
    Path(".git").mkdir()
    Path("code").mkdir()
    Path("code/score.py").write_text("def init():\n    pass\n")
    Path(".azureml-dockerfile.toml").write_text('[[overrides]]\npaths = ["Dockerfile"]\nrules.UntaggedImage = "hint"\n')
    dockerfile = folder / "Dockerfile"
    dockerfile.write_bytes(text.encode())
    found = [
        (
            finding["rule"],
            finding["severity"],
            finding["message"],
            (finding["line"], finding["column"], finding["endLine"], finding["endColumn"]),
            finding["url"],
        )
        for finding in run("check", "--format", "json").findings
    ]
    with RawClient(REAL_SERVER) as client:
        encodings = {"positionEncodings": ["utf-32"]}
        client.initialize(root=folder.as_uri(), general=encodings)
        client.open(dockerfile.as_uri(), text.removeprefix("\ufeff"))
        published = client.notification("textDocument/publishDiagnostics")["diagnostics"]
        # The findings of hadolint come later, if there are any.
        if any(rule[:2] in ("DL", "SC") for rule, *_ in found):
            published = client.notification("textDocument/publishDiagnostics")["diagnostics"]
        client.request("shutdown")
    places = [
        (start["line"] + 1, start["character"] + 1, end["line"] + 1, end["character"] + 1)
        for start, end in ((each["range"]["start"], each["range"]["end"]) for each in published)
    ]
    assert found
    assert [finding[:4] for finding in found] == [
        (each["code"], SEVERITIES[each["severity"]], each["message"], place)
        for each, place in zip(published, places, strict=True)
    ]
