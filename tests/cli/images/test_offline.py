"""The sub-command `images` without a network: the list, one image, and the settings."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from azureml_dockerfile_ls.images.catalogue import embedded
from azureml_dockerfile_ls.images.responses import Listing
from tests.cli.command import Outcome, run
from tests.cli.images.command import images, listed, store
from tests.images.fault_server import (
    answering,
    answering_json,
    running_fault_server,
)

# The list, and one image


def test_the_list_has_every_image_in_the_order_of_a_menu() -> None:
    """Supported images come first; each line has status, newest tag and facts; unconfirmed images are left out."""
    outcome = images()
    assert (outcome.status, outcome.errors) == (0, [])
    known = [image for image in embedded().images if not image.unconfirmed]
    assert list(listed(outcome)) == [image.name for image in known]
    assert re.fullmatch(
        r"minimal-py312-inference +current +20260316\.v1 +Python 3\.12 · CPU", outcome.output.splitlines()[0]
    )
    old = listed(outcome)["openmpi4.1.0-ubuntu20.04"]
    assert re.fullmatch(r"openmpi4\.1\.0-ubuntu20\.04 +deprecated +20250224\.v1 +Ubuntu 20\.04 · .*", old)
    assert "profilers" not in listed(outcome)
    assert outcome.output.endswith("\ntags from the built-in catalogue\n")


def test_the_columns_are_aligned() -> None:
    """Each column starts at the same position in every line."""
    lines = list(listed(images()).values())
    status = lines[0].index("current")
    tag = lines[0].index("20260316.v1")
    facts = lines[0].index("Python")
    for line in (line.ljust(facts) for line in lines):
        assert line[status - 2 : status] == line[tag - 2 : tag] == "  "
        assert line[facts - 2 : facts].strip() == ""
        assert line[status:].split()[0] in ("current", "unknown", "deprecated", "retired")
        assert " " not in (line[:status].strip(), line[tag:facts].strip())


def test_json_has_a_stable_form() -> None:
    """Every image has every key, with null for an unknown value."""
    found = images("--json").findings
    assert [image["name"] for image in found] == [image.name for image in embedded().images if not image.unconfirmed]
    keys = (
        "image name kind status statusDetail successor os python framework cuda user sources curatedEnvironment "
        "baseImage lastRelease note newestTag tags tagsAsOf tagsAreComplete"
    ).split()
    assert all(list(image) == keys for image in found)
    help_text = " ".join(run("images", "--help").output.split())
    assert all(re.search(rf"\b{key}\b", help_text) for key in keys)
    (sklearn,) = [image for image in found if image["name"] == "curated/sklearn-1.5"]
    assert sklearn["image"] == "mcr.microsoft.com/azureml/curated/sklearn-1.5"
    assert (sklearn["status"], sklearn["newestTag"], sklearn["tags"][:3]) == ("current", "50", ["latest", "50", "49"])
    assert (sklearn["user"], sklearn["tagsAsOf"], sklearn["tagsAreComplete"]) == ("root", None, False)
    assert sklearn["sources"] == {
        "os": "its recipe",
        "python": "its recipe",
        "framework": "by its name",
        "user": "by its base image",
    }


@pytest.mark.parametrize(
    "name",
    [
        "mcr.microsoft.com/azureml/curated/sklearn-1.5",
        "azureml/curated/sklearn-1.5",
        "curated/sklearn-1.5",
        "curated/sklearn-1.5:50",
        f"curated/sklearn-1.5@sha256:{'a' * 64}",
    ],
)
def test_one_image_by_any_of_its_names(name: str) -> None:
    """A name from the list and a name from a Dockerfile both work."""
    outcome = images(name)
    assert (outcome.status, outcome.errors) == (0, [])
    lines = outcome.output.splitlines()
    assert lines[0] == "mcr.microsoft.com/azureml/curated/sklearn-1.5"
    assert "- Python: 3.10 (its recipe)" in lines
    assert "- User: root (by its base image)" in lines
    assert lines[lines.index("51 tags in the built-in catalogue:") + 1 :][:2] == ["latest", "50"]


def test_an_image_outside_azureml() -> None:
    """Its name in the list has another first part."""
    name = "aifx/acpt/stable-ubuntu2204-cu126-py310-torch280"
    assert images(name).output.startswith(f"mcr.microsoft.com/{name}\n")


def test_an_unconfirmed_image_is_described_if_it_is_named() -> None:
    """The description says that it is unconfirmed."""
    assert "probably not published" in images("profilers").output


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sklearn-1.5", "unknown image sklearn-1.5; did you mean curated/sklearn-1.5?"),
        ("minimal-py312-inferense", "unknown image minimal-py312-inferense; did you mean minimal-py312-inference?"),
        (
            "mcr.microsoft.com/azureml/azureml/openmpi4.1.0-ubuntu22.04",
            "unknown image mcr.microsoft.com/azureml/azureml/openmpi4.1.0-ubuntu22.04; "
            "did you mean openmpi4.1.0-ubuntu22.04?",
        ),
        (
            "alpine",
            "unknown image alpine; `azureml-dockerfile-ls images` lists them all, and --refresh asks the registry",
        ),
        (
            "",
            "unknown image ; `azureml-dockerfile-ls images` lists them all, and --refresh asks the registry",
        ),
        ("curated/sklearn-1.5:a b", "curated/sklearn-1.5:a b: a b is neither a tag nor a digest"),
    ],
)
def test_an_unknown_name(name: str, message: str) -> None:
    """The message suggests a similar name, or says where the list is."""
    assert images(name) == Outcome(2, "", [f"azureml-dockerfile-ls: {message}"])


def test_a_part_of_a_name() -> None:
    """Some current images that have it in their names are in the message, so that nobody has to know the whole name."""
    (line,) = images("SKLearn").errors
    assert line.startswith("azureml-dockerfile-ls: unknown image SKLearn; current images with that in their names: ")
    assert "curated/sklearn-1.5" in line
    (line,) = images("openmpi").errors
    assert re.search(r": openmpi\S+, openmpi\S+, openmpi\S+ and \d+ more$", line)


@pytest.mark.parametrize("name", ["\x1b[2J", "a\rb", "x:\x1b[2J", "x@\x1b[2J", "é\u202e", "$X", "{{", "a" * 100_000])
def test_a_hostile_name_cannot_act_on_the_terminal(name: str) -> None:
    """The message is one short line."""
    outcome = images(name)
    assert (outcome.status, outcome.output) == (2, "")
    assert len(outcome.errors) == 1
    assert outcome.errors[0].isprintable()
    assert len(outcome.errors[0]) < 1000


def test_json_is_json_whatever_the_terminal_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the C locale the output is ASCII."""
    for name, value in {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}.items():
        monkeypatch.setenv(name, value)
    plain, outcome = images("inference-base-2204"), images("inference-base-2204", "--json")
    assert (plain.status, outcome.status) == (0, 0)
    assert outcome.output.isascii()
    assert json.loads(outcome.output)["name"] == "inference-base-2204"


# The settings


@pytest.mark.parametrize("arguments", [[], ["minimal-py312-inference"]])
def test_the_settings_can_forbid_refresh(folder: Path, arguments: list[str]) -> None:
    """Nothing is sent, and the exit status is 2; without --refresh the command works."""
    (folder / ".azureml-dockerfile.toml").write_text("[registry]\nenabled = false\n")
    with running_fault_server(answering(500)) as server:
        outcome = images(*arguments, "--refresh", url=server.url)
        assert images(*arguments).status == 0
        assert server.requests == []
    path = folder / ".azureml-dockerfile.toml"
    message = f"azureml-dockerfile-ls: {path}: registry.enabled is false, so --refresh is not possible"
    assert outcome == Outcome(2, "", [message])


@pytest.mark.parametrize(
    "content", ['[registry]\nenabled = "no"\n', "[registry\n", '[registry.urls]\n"mcr.microsoft.com" = "{url}"\n']
)
def test_invalid_settings_forbid_refresh(folder: Path, content: str) -> None:
    """Nothing is sent: the invalid setting may be the one that forbids it, and a project cannot name a registry."""
    with running_fault_server(answering(500)) as server:
        (folder / ".azureml-dockerfile.toml").write_text(content.replace("{url}", server.url))
        outcome = images("--refresh")
        offline = images()
        assert server.requests == []
    assert (outcome.status, outcome.output) == (2, "")
    assert outcome.errors[-1].endswith("--refresh is not possible while these settings are invalid")
    assert (offline.status, offline.errors) == (0, outcome.errors[:-1])
    assert "minimal-py312-inference" in listed(offline)


def test_the_settings_define_an_old_answer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`registry.maxAgeHours` is the age from which the command advises a refresh."""
    (folder / ".azureml-dockerfile.toml").write_text("[registry]\nmaxAgeHours = 1.5\n")
    store(Listing(("1",), is_complete=True), 2 * 3600, monkeypatch)
    assert images().output.endswith("some of these answers are older than 1.5 hours; use --refresh to update them\n")


@pytest.mark.parametrize(
    "registry",
    [
        "",
        "mcr.microsoft.com",
        "=http://x",
        "/=http://x",
        "a=x",
        "a=ftp://x",
        "a=http://u:p@x",
        "a=http://x?y",
        "a=http://[",
    ],
)
def test_an_invalid_registry_option(registry: str) -> None:
    """The exit status is 2, and nothing is sent."""
    outcome = run("images", "--refresh", f"--registry={registry}")
    assert (outcome.status, outcome.output) == (2, "")
    assert outcome.errors[-1].startswith("azureml-dockerfile-ls images: error: argument --registry: ")


def test_the_last_registry_for_a_prefix_applies() -> None:
    """A repeated option replaces the earlier one."""
    with running_fault_server(answering(500)) as first, running_fault_server(answering_json({"tags": ["5"]})) as second:
        outcome = run(
            "images",
            "minimal-py312-inference",
            "--refresh",
            f"--registry=mcr.microsoft.com={first.url}",
            f"--registry=mcr.microsoft.com={second.url}",
        )
        assert first.requests == []
    assert "\n5\n" in outcome.output


# The cache


def test_the_cache_can_be_removed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The number of answers is printed; a file of another program stays, and then so does the folder."""
    store(Listing(("20990101.v1",), is_complete=True), 60, monkeypatch)
    folder = tmp_path / "cache" / "azureml-dockerfile-ls"
    assert len(list(folder.iterdir())) == 1
    assert images("--clear-cache") == Outcome(0, f"1 stored answer removed from {folder}\n", [])
    assert not folder.exists()
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    assert images("--clear-cache") == Outcome(0, f"0 stored answers removed from {folder}\n", [])
    assert (folder / "notes.txt").exists()
