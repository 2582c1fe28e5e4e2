"""The sub-command `images`, run as a process of its own, against a real registry and against broken ones."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import socket
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from azureml_dockerfile_ls.images import cache
from azureml_dockerfile_ls.images.answers import TAGS, Listing
from azureml_dockerfile_ls.images.catalogue import embedded
from azureml_dockerfile_ls.images.registry import Repository
from tests.images.fault_server import (
    Request,
    answer,
    answering,
    answering_json,
    captive_portal,
    half_body,
    one_byte_a_time,
    redirect_loop,
    running_fault_server,
    xml_not_found,
)
from tests.images.real_registry import Image, fill, free_port, require_programs, running_registry
from tests.test_command_line import COMMAND, Outcome, run
from tests.waiting import PATIENCE, wait_until

MINIMAL = "mcr.microsoft.com/azureml/minimal-py312-inference"
CONFIG = {
    "User": "dockeruser",
    "Env": ["PATH=/opt/miniconda/bin:/usr/bin", "AML_APP_ROOT=/var/azureml-app"],
    "WorkingDir": "/home/dockeruser",
    "ExposedPorts": {"5001/tcp": {}},
    "Labels": {"maintainer": "somebody"},
}
IMAGES = [
    Image("azureml/minimal-py312-inference", "20261101.v1", CONFIG),
    Image("azureml/minimal-py312-inference", "latest", CONFIG),
    Image("azureml/curated/brand-new-1.0", "7"),
    Image("azureml/profilers", "3"),
    Image("aifx/acpt/stable-ubuntu2604-cu140-py314-torch300", "biweekly.202611.1"),
    Image("dotnet/sdk", "10.0"),
]


@pytest.fixture(scope="module")
def registry_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry that holds IMAGES."""
    require_programs()
    folder = tmp_path_factory.mktemp("registry")
    with running_registry(folder, folder / "data") as url:
        fill(url, IMAGES, folder)
        yield url


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which the command runs in; and an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-docker-config"))
    monkeypatch.delenv("COLUMNS", raising=False)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def images(*arguments: str, url: str | None = None) -> Outcome:
    """The outcome of `images`, with the registry at `url` in the place of Microsoft's."""
    return run("images", *arguments, *([f"--registry=mcr.microsoft.com={url}"] if url else []))


def listed(outcome: Outcome) -> dict[str, str]:
    """The lines of a table by the names of the images."""
    lines = outcome.output.partition("\n\n")[0].splitlines()
    return {line.split()[0]: line for line in lines}


# What is known without a network


def test_the_list_has_every_image_in_the_order_of_a_menu() -> None:
    """Supported ones first, with status, newest tag and what tells them apart; those that hardly exist are left out."""
    outcome = images()
    assert (outcome.status, outcome.errors) == (0, [])
    known = [image for image in embedded().images if not image.doubtful]
    assert list(listed(outcome)) == [image.name for image in known]
    assert re.fullmatch(
        r"minimal-py312-inference +current +20260316\.v1 +Python 3\.12 · CPU", outcome.output.splitlines()[0]
    )
    old = listed(outcome)["openmpi4.1.0-ubuntu20.04"]
    assert re.fullmatch(r"openmpi4\.1\.0-ubuntu20\.04 +deprecated +20250224\.v1 +Ubuntu 20\.04 · .*", old)
    assert "profilers" not in listed(outcome)
    assert outcome.output.endswith("\ntags as this version knows them\n")


def test_the_columns_are_aligned() -> None:
    """Each begins at the same place in every line."""
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
    """Every key in every image; null where nothing is known."""
    found = images("--json").findings
    assert [image["name"] for image in found] == [image.name for image in embedded().images if not image.doubtful]
    keys = (
        "image name kind status statusDetail successor os python framework cuda user curatedEnvironment baseImage "
        "lastRelease note newestTag tags tagsAsOf tagsAreComplete"
    ).split()
    assert all(list(image) == keys for image in found)
    help_text = " ".join(run("images", "--help").output.split())
    assert all(re.search(rf"\b{key}\b", help_text) for key in keys)
    (sklearn,) = [image for image in found if image["name"] == "curated/sklearn-1.5"]
    assert sklearn["image"] == "mcr.microsoft.com/azureml/curated/sklearn-1.5"
    assert (sklearn["status"], sklearn["newestTag"], sklearn["tags"][:3]) == ("current", "50", ["latest", "50", "49"])
    assert (sklearn["user"], sklearn["tagsAsOf"], sklearn["tagsAreComplete"]) == (None, None, False)


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
    """As in the list, or as in a Dockerfile."""
    outcome = images(name)
    assert (outcome.status, outcome.errors) == (0, [])
    lines = outcome.output.splitlines()
    assert lines[0] == "mcr.microsoft.com/azureml/curated/sklearn-1.5"
    assert "- Python: 3.10" in lines
    assert "- User: not known" in lines
    assert lines[lines.index("51 tags as this version knows them:") + 1 :][:2] == ["latest", "50"]


def test_an_image_outside_azureml() -> None:
    """Its name begins with another word."""
    name = "aifx/acpt/stable-ubuntu2204-cu126-py310-torch280"
    assert images(name).output.startswith(f"mcr.microsoft.com/{name}\n")


def test_a_doubtful_image_is_told_of_when_it_is_named() -> None:
    """With the doubt."""
    assert "probably not published" in images("profilers").output


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("sklearn-1.5", "no image sklearn-1.5 is known: did you mean curated/sklearn-1.5?"),
        ("minimal-py312-inferense", "no image minimal-py312-inferense is known: did you mean minimal-py312-inference?"),
        (
            "mcr.microsoft.com/azureml/azureml/openmpi4.1.0-ubuntu22.04",
            "no image mcr.microsoft.com/azureml/azureml/openmpi4.1.0-ubuntu22.04 is known: "
            "did you mean openmpi4.1.0-ubuntu22.04?",
        ),
        (
            "ubuntu",
            "no image ubuntu is known; `azureml-dockerfile-ls images` lists them all, and --refresh asks the registry",
        ),
        (
            "",
            "no image  is known; `azureml-dockerfile-ls images` lists them all, and --refresh asks the registry",
        ),
        ("curated/sklearn-1.5:a b", "curated/sklearn-1.5:a b: a b is neither a tag nor a digest"),
    ],
)
def test_an_unknown_name(name: str, told: str) -> None:
    """What was probably meant, or where to look."""
    assert images(name) == Outcome(2, "", [f"azureml-dockerfile-ls: {told}"])


@pytest.mark.parametrize("name", ["\x1b[2J", "a\rb", "x:\x1b[2J", "x@\x1b[2J", "é\u202e", "$X", "{{", "a" * 100_000])
def test_a_hostile_name_cannot_act_on_the_terminal(name: str) -> None:
    """It is told on one line, of limited length."""
    outcome = images(name)
    assert (outcome.status, outcome.output) == (2, "")
    assert len(outcome.errors) == 1
    assert outcome.errors[0].isprintable()
    assert len(outcome.errors[0]) < 1000


def test_json_is_json_whatever_the_terminal_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program may run us in the C locale."""
    for name, value in {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}.items():
        monkeypatch.setenv(name, value)
    plain, outcome = images("inference-base-2204"), images("inference-base-2204", "--json")
    assert (plain.status, outcome.status) == (0, 0)
    assert outcome.output.isascii()
    assert json.loads(outcome.output)["name"] == "inference-base-2204"


# What registries answer


def test_refresh_asks_for_the_names_and_the_tags(registry_url: str) -> None:
    """New images and new tags are in the list, with the day; what the registry does not have stays as it is known."""
    outcome = images("--refresh", url=registry_url)
    today = time.strftime("%Y-%m-%d")
    table = listed(outcome)
    assert outcome.status == 0
    assert f" 20261101.v1 ({today}) " in table["minimal-py312-inference"]
    assert table["curated/brand-new-1.0"].split() == ["curated/brand-new-1.0", "unknown", "7", f"({today})"]
    assert "biweekly.202611.1" in table["aifx/acpt/stable-ubuntu2604-cu140-py314-torch300"]
    assert f" 3 ({today})" in table["profilers"]  # which was doubtful
    assert f" {embedded().images[1].tags[1]} " in table[embedded().images[1].name]
    assert "dotnet/sdk" not in outcome.output
    ages = outcome.output.partition("\n\n")[2].splitlines()
    assert ages == [
        f"names below mcr.microsoft.com/azureml as of {today}, just now",
        f"names below mcr.microsoft.com/aifx as of {today}, just now",
        f"tags of 4 images as of {today}, just now; of the others as this version knows them",
    ]


def test_what_was_answered_is_kept(registry_url: str) -> None:
    """The next time nothing is asked, and the same is told."""
    images("--refresh", url=registry_url)
    images("minimal-py312-inference", "--refresh", url=registry_url)
    with running_fault_server(answering(500)) as server:
        cache_folder = Path(os.environ["XDG_CACHE_HOME"]) / "azureml-dockerfile-ls"
        assert images(url=server.url).output == images().output  # another registry, other answers
        again = images(url=registry_url)
        assert "curated/brand-new-1.0" in listed(again)
        assert server.requests == []
    assert any(cache_folder.iterdir())
    assert "configuration of latest as of" in images("minimal-py312-inference", url=registry_url).output


def test_refresh_of_one_image_tells_what_it_starts_with(registry_url: str) -> None:
    """From its own configuration, with its tags."""
    outcome = images("minimal-py312-inference", "--refresh", url=registry_url)
    today = time.strftime("%Y-%m-%d")
    assert outcome.status == 0
    lines = outcome.output.splitlines()
    start = lines.index(f"configuration of latest as of {today}, just now:")
    assert [line for line in lines[start + 1 :] if "Digest" not in line] == [
        "- User: dockeruser",
        "- Working directory: /home/dockeruser",
        "- Ports: 5001/tcp",
        "- Built: 2026-07-15",
        "- Environment:",
        "    PATH=/opt/miniconda/bin:/usr/bin",
        "    AML_APP_ROOT=/var/azureml-app",
        "- Labels:",
        "    architecture=amd64",
        "    maintainer=somebody",
        "",
        f"2 tags as of {today}, just now:",
        "latest",
        "20261101.v1",
    ]


def test_json_of_one_image(registry_url: str) -> None:
    """The same object as in the list, and its configuration: null where it is not known."""
    assert json.loads(images("minimal-py312-inference", "--json").output)["configuration"] is None
    found = json.loads(images("minimal-py312-inference", "--refresh", "--json", url=registry_url).output)
    configuration = found.pop("configuration")
    assert found["tags"] == ["latest", "20261101.v1"]
    assert found["tagsAreComplete"] is True
    as_of = time.strptime(found["tagsAsOf"], "%Y-%m-%dT%H:%M:%SZ")
    assert abs(time.mktime(as_of) - time.mktime(time.gmtime())) < 60
    assert re.fullmatch("sha256:[0-9a-f]{64}", configuration.pop("digest"))
    assert configuration.pop("asOf").endswith("Z")
    assert configuration == {
        "reference": "latest",
        "user": "dockeruser",
        "environment": {"PATH": "/opt/miniconda/bin:/usr/bin", "AML_APP_ROOT": "/var/azureml-app"},
        "workingDirectory": "/home/dockeruser",
        "exposedPorts": ["5001/tcp"],
        "labels": {"architecture": "amd64", "maintainer": "somebody"},
        "created": "2026-07-15",
    }


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("minimal-py312-inference", "latest"),
        ("minimal-py312-inference:20261101.v1", "20261101.v1"),
        ("curated/brand-new-1.0", "7"),
        ("aifx/acpt/stable-ubuntu2604-cu140-py314-torch300", "biweekly.202611.1"),
    ],
)
def test_which_configuration_is_told(registry_url: str, name: str, reference: str) -> None:
    """That of the tag that was named, else of latest, else of the newest; also of an image that is new to us."""
    outcome = images(name, "--refresh", "--json", url=registry_url)
    assert outcome.status == 0
    assert json.loads(outcome.output)["configuration"]["reference"] == reference


def test_a_tag_that_the_registry_does_not_have(registry_url: str) -> None:
    """That is an answer, too."""
    outcome = images("minimal-py312-inference:20990101.v1", "--refresh", url=registry_url)
    assert outcome.status == 0
    assert re.search(r"configuration of 20990101\.v1 as of .*: the registry has none\n", outcome.output)


def test_an_image_that_the_registry_does_not_have(registry_url: str) -> None:
    """It is still known here; and that the registry has no tags of it, is said."""
    outcome = images("curated/sklearn-1.5", "--refresh", url=registry_url)
    assert outcome.status == 0
    assert re.search(r"51 tags as this version knows them; as of .* the registry lists none:\n", outcome.output)


def test_a_name_that_nobody_knows_is_asked_for(registry_url: str) -> None:
    """And then compared with all that the registry lists."""
    outcome = images("brand-new-1.0", "--refresh", url=registry_url)
    assert outcome.status == 2
    assert outcome.errors[-1] == (
        "azureml-dockerfile-ls: no image brand-new-1.0 is known: did you mean curated/brand-new-1.0?"
    )


def test_an_image_of_another_prefix(registry_url: str) -> None:
    """A mirror may have names of its own."""
    outcome = run(
        "images", "images.example/ours/profilers", "--refresh", f"--registry=images.example/ours={registry_url}/azureml"
    )
    assert outcome.status == 0
    assert outcome.output.startswith("images.example/ours/profilers\n")


def test_only_what_may_have_new_tags_is_asked_for() -> None:
    """Not what is retired, nor what probably does not exist; and for one image nothing but that image."""
    with running_fault_server(answering_json({"repositories": [], "tags": ["1"]})) as server:
        images("--refresh", url=server.url)
        asked = {match[1] for request in server.requests if (match := re.match(r"/v2/(.*)/tags/list", request.path))}
        server.requests.clear()
        images("minimal-py312-inference", "--refresh", url=server.url)
        paths = {request.path for request in server.requests}
    wanted = [image for image in embedded().images if image.status != "retired" and not image.doubtful]
    assert asked == {image.repository.removeprefix("mcr.microsoft.com/") for image in wanted}
    assert paths == {
        "/v2/azureml/minimal-py312-inference/tags/list",
        "/v2/azureml/minimal-py312-inference/manifests/1",
    }


def store(tags: Listing | None, seconds_ago: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tags of the minimal image as if they had been answered a while ago."""
    then = time.time() - seconds_ago
    with monkeypatch.context() as context:
        context.setattr(time, "time", lambda: then)
        where = Repository("https://mcr.microsoft.com", "azureml/minimal-py312-inference")
        cache.write(cache.default_folder(), TAGS, where, "", tags)


@pytest.mark.parametrize(
    ("seconds", "age", "is_old"),
    [
        (30, "just now", False),
        (61, "1 minute ago", False),
        (2 * 3600 + 1, "2 hours ago", False),
        (86400 + 1, "1 day ago", True),
        (2 * 86400 + 1, "2 days ago", True),
        (400 * 86400, "400 days ago", True),
        (-86400, "just now", True),
    ],
)
def test_every_answer_is_told_with_its_age(
    monkeypatch: pytest.MonkeyPatch, seconds: float, age: str, is_old: bool
) -> None:
    """It is used whatever its age; for one that is old, or from a wrong clock, --refresh is offered."""
    store(Listing(("latest", "20261009.v1"), is_complete=True), seconds, monkeypatch)
    day = time.strftime("%Y-%m-%d", time.localtime(time.time() - max(seconds, 0)))
    one, all_of_them = images("minimal-py312-inference"), images()
    assert f"\n2 tags as of {day}, {age}:\nlatest\n20261009.v1\n" in one.output
    assert f" 20261009.v1 ({day}) " in listed(all_of_them)["minimal-py312-inference"]
    assert f"\ntags of 1 image as of {day}, {age}; of the others as this version knows them\n" in all_of_them.output
    advice = "some of this is older than 24 hours: --refresh asks the registry again\n"
    assert (one.output.endswith(advice), all_of_them.output.endswith(advice)) == (is_old, is_old)


def test_a_part_of_the_tags_takes_none_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """And it is said that there may be more."""
    store(Listing(("20261009.v1",), is_complete=False), 0, monkeypatch)
    output = images("minimal-py312-inference").output
    assert re.search(r"3 tags as of .*; there may be more:\nlatest\n20261009\.v1\n20260316\.v1\n", output)


def test_what_a_registry_says_cannot_act_on_the_terminal() -> None:
    """Names and tags that cannot be are left out, and the rest is shown."""

    def fault(request: Request, connection: socket.socket) -> None:
        names = ["azureml/\x1b[2J", "azureml/../../etc", "azureml/a b", "azureml/é", "azureml/fine", "other/x"]
        body = {"repositories": names, "tags": ["9", "\x1b[2J", "a\rb", "../x", "\u202e"]}
        answer(connection, 200, json.dumps(body).encode())

    with running_fault_server(fault) as server:
        outcome = images("--refresh", url=server.url)
    assert outcome.status == 0
    assert all(line.isprintable() for line in outcome.output.splitlines())
    assert listed(outcome)["fine"].split()[:3] == ["fine", "unknown", "9"]
    assert not any(word in outcome.output for word in ("etc", "other/x", "\u202e"))


def test_more_images_than_anybody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """All images are listed, and one line says how many more were not asked for than are asked for at once."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/none")  # to write a thousand answers would take most of the time

    def fault(request: Request, connection: socket.socket) -> None:
        names = [f"azureml/image-{number}" for number in range(2_000)] if request.path == "/v2/_catalog" else []
        answer(connection, 200, json.dumps({"repositories": names, "tags": ["1"]}).encode())

    with running_fault_server(fault) as server:
        outcome = images("--refresh", url=server.url)
    assert outcome.status == 1
    assert len(listed(outcome)) > 2_000
    assert re.search(r"not asked for \d+ more: too much is already being asked for", outcome.errors[-1])


# When a registry fails


def test_a_closed_port_is_told_once_and_what_is_known_is_printed() -> None:
    """However many things were to be asked for: exit status 1, and the same list as offline."""
    url = f"http://127.0.0.1:{free_port()}"
    outcome = images("--refresh", url=url)
    assert outcome.status == 1
    assert outcome.output == images().output
    refused = [line for line in outcome.errors if "Connection refused" in line and "not asked for" not in line]
    assert len(refused) == 1
    assert re.search(r"not asked for \d+ more: ", outcome.errors[-1])
    assert len(outcome.errors) <= 5


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (answering(500), "it has a fault (500)"),
        (answering(429, b"", "Retry-After: 3"), "it has too many requests (429)"),
        (answering(403), "it refuses us (403)"),
        (captive_portal, "it answers with a web page"),
        (half_body, "its answer broke off"),
        (redirect_loop, "it sends us round in circles"),
        (answering_json([]), "its answer is no use"),
    ],
    ids=["500", "429", "403", "portal", "half", "loop", "list"],
)
@pytest.mark.parametrize("name", [None, "minimal-py312-inference"])
def test_a_broken_registry_is_told_and_what_is_known_is_printed(fault: Any, reason: str, name: str | None) -> None:
    """The same as offline, exit status 1."""
    arguments = [name] if name else []
    with running_fault_server(fault) as server:
        outcome = images(*arguments, "--refresh", url=server.url)
    assert outcome.status == 1
    assert outcome.output == images(*arguments).output
    assert any(reason in line for line in outcome.errors)
    assert all(line.startswith("azureml-dockerfile-ls: ") for line in outcome.errors)


def test_a_registry_that_does_not_list_its_images() -> None:
    """Many refuse to; their tags are told all the same."""

    def fault(request: Request, connection: socket.socket) -> None:
        if request.path == "/v2/_catalog":
            answer(connection, 403)
        else:
            answer(connection, 200, b'{"tags": ["99990101.v1"]}')

    with running_fault_server(fault) as server:
        outcome = images("--refresh", url=server.url)
    assert outcome.status == 1
    assert "99990101.v1" in listed(outcome)["minimal-py312-inference"]
    assert sum("it refuses us (403)" in line for line in outcome.errors) == 2  # one for each prefix


def test_a_registry_that_knows_nothing_is_no_failure() -> None:
    """Microsoft's says so of images that exist in XML."""
    with running_fault_server(xml_not_found) as server:
        outcome = images("minimal-py312-inference", "--refresh", url=server.url)
    assert outcome.status == 0
    assert "2 tags as this version knows them; as of" in outcome.output


def test_an_unknown_name_at_a_broken_registry() -> None:
    """It stays unknown."""
    with running_fault_server(answering(500)) as server:
        outcome = images("no-such-image", "--refresh", url=server.url)
    assert (outcome.status, outcome.output) == (2, "")
    assert "no image no-such-image is known" in outcome.errors[-1]


def test_a_cache_that_cannot_be_written(registry_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was answered is told all the same, and the trouble once."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    outcome = images("minimal-py312-inference", "--refresh", url=registry_url)
    assert outcome.status == 0
    assert "\nlatest\n20261101.v1\n" in outcome.output
    assert "configuration of latest as of" in outcome.output
    assert sum("could not be kept" in line for line in outcome.errors) == 1


# The settings


@pytest.mark.parametrize("arguments", [[], ["minimal-py312-inference"]])
def test_where_the_settings_forbid_it_nothing_is_sent(folder: Path, arguments: list[str]) -> None:
    """That is said; without --refresh all is as ever."""
    (folder / ".azureml-dockerfile.toml").write_text("[registry]\nenabled = false\n")
    with running_fault_server(answering(500)) as server:
        outcome = images(*arguments, "--refresh", url=server.url)
        assert images(*arguments).status == 0
        assert server.requests == []
    path = folder / ".azureml-dockerfile.toml"
    told = f"azureml-dockerfile-ls: {path}: registry.enabled is false, so no registry is asked"
    assert outcome == Outcome(2, "", [told])


@pytest.mark.parametrize(
    "content", ['[registry]\nenabled = "no"\n', "[registry\n", '[registry.urls]\n"mcr.microsoft.com" = "{url}"\n']
)
def test_where_the_settings_are_wrong_nothing_is_sent(folder: Path, content: str) -> None:
    """They may have been meant to forbid it; and a project cannot send us anywhere."""
    with running_fault_server(answering(500)) as server:
        (folder / ".azureml-dockerfile.toml").write_text(content.replace("{url}", server.url))
        outcome = images("--refresh")
        offline = images()
        assert server.requests == []
    assert (outcome.status, outcome.output) == (2, "")
    assert outcome.errors[-1].endswith("no registry is asked while something is wrong in these settings")
    assert (offline.status, offline.errors) == (0, outcome.errors[:-1])
    assert "minimal-py312-inference" in listed(offline)


def test_the_settings_say_what_is_old(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`registry.maxAgeHours`."""
    (folder / ".azureml-dockerfile.toml").write_text("[registry]\nmaxAgeHours = 1.5\n")
    store(Listing(("1",), is_complete=True), 2 * 3600, monkeypatch)
    assert images().output.endswith("some of this is older than 1.5 hours: --refresh asks the registry again\n")


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
def test_a_registry_that_is_none(registry: str) -> None:
    """A wrong option ends with 2, before anything is sent."""
    outcome = run("images", "--refresh", f"--registry={registry}")
    assert (outcome.status, outcome.output) == (2, "")
    assert outcome.errors[-1].startswith("azureml-dockerfile-ls images: error: argument --registry: ")


def test_the_last_registry_for_a_prefix_counts() -> None:
    """As with other options."""
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


# On a terminal


class Screen(NamedTuple):
    """What a run of the command wrote on terminals."""

    status: int
    output: str
    errors: str


def on_terminal(
    columns: int, *arguments: str, meanwhile: Callable[[subprocess.Popen[bytes]], None] = lambda process: None
) -> Screen:
    """Run `images` with a terminal for standard output, and another of that width for standard error."""
    masters, slaves = zip(*(pty.openpty() for _ in range(2)), strict=True)
    for slave in slaves:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    written = [bytearray(), bytearray()]

    def read(number: int) -> None:
        # A terminal whose other end was closed is an error.
        try:
            while piece := os.read(masters[number], 65536):
                written[number].extend(piece)
        except OSError:
            pass

    environment = {**os.environ, "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        [*COMMAND, "images", *arguments], stdin=subprocess.DEVNULL, stdout=slaves[0], stderr=slaves[1], env=environment
    )
    for slave in slaves:
        os.close(slave)
    readers = [threading.Thread(target=read, args=[number]) for number in range(2)]
    for reader in readers:
        reader.start()
    try:
        meanwhile(process)
        status = process.wait(PATIENCE)
    finally:
        process.kill()
        for reader in readers:
            reader.join()
        for master in masters:
            os.close(master)
    output, errors = (bytes(content).decode().replace("\r\n", "\n") for content in written)
    return Screen(status, output, errors)


@pytest.mark.parametrize("columns", [200, 120, 80, 40, 21])
def test_the_list_keeps_to_the_width_of_the_terminal(columns: int) -> None:
    """A narrow one has two lines for each image; facts that do not fit are cut, names and tags are not."""
    screen = on_terminal(columns)
    assert screen.status == 0
    table = screen.output.partition("\n\n")[0].splitlines()
    assert max(map(len, table)) <= columns
    if columns >= 80:
        assert all(image.name in screen.output for image in embedded().images if not image.doubtful)
        assert re.search(r"current +20260316\.v1 ", screen.output)
    if columns == 80:
        assert table[:2] == ["minimal-py312-inference", f"    current     20260316.v1{' ' * 11}Python 3.12 · CPU"]


def test_tags_are_wrapped_at_the_width_of_the_terminal() -> None:
    """Between two of them."""
    screen = on_terminal(60, "openmpi4.1.0-ubuntu22.04")
    lines = screen.output.partition("104 tags as this version knows them:\n")[2].splitlines()
    assert 1 < len(lines) < 104
    assert max(map(len, lines)) <= 60
    assert len(" ".join(lines).split()) == 104


@pytest.mark.parametrize("columns", [100, 30])
def test_a_bar_shows_how_far_it_is(registry_url: str, columns: int) -> None:
    """On one line of standard error, which is empty again at the end."""
    screen = on_terminal(columns, "--refresh", f"--registry=mcr.microsoft.com={registry_url}")
    assert screen.status == 0
    assert "curated/brand-new-1.0" in screen.output
    assert "\n" not in screen.errors
    assert screen.errors.endswith("\r\x1b[K")
    drawn = [line for line in screen.errors.split("\r\x1b[K") if line]
    assert max(map(len, drawn)) < columns
    if columns == 100:
        assert re.fullmatch(r"asking for the names of images: 0 of 2 \[\.+\]", drawn[0])
        assert re.fullmatch(r"asking for the tags of (\d+) images: \1 of \1 \[#+\]", drawn[-1])


def test_elsewhere_plain_lines_show_what_is_done(registry_url: str) -> None:
    """No bar in the log of CI."""
    outcome = images("minimal-py312-inference", "--refresh", url=registry_url)
    assert outcome.errors == [
        "azureml-dockerfile-ls: asking for the tags",
        "azureml-dockerfile-ls: asking for the configuration",
    ]


def test_elsewhere_long_work_tells_how_far_it_is() -> None:
    """Every few seconds."""

    def slowly(request: Request, connection: socket.socket) -> None:
        if request.path != "/v2/_catalog":
            time.sleep(0.25)
        answer(connection, 200, b'{"repositories": [], "tags": ["1"]}')

    with running_fault_server(slowly) as server:
        outcome = images("--refresh", url=server.url)
    told = [re.fullmatch(r".*: asking for the tags of (\d+) images: (\d+) of \1 done", line) for line in outcome.errors]
    counts = [int(match[2]) for match in told if match]
    assert counts
    assert counts == sorted(counts)


def test_a_failure_stands_above_the_bar() -> None:
    """On a line of its own."""
    with running_fault_server(answering(403)) as server:
        screen = on_terminal(200, "minimal-py312-inference", "--refresh", f"--registry=mcr.microsoft.com={server.url}")
    assert screen.status == 1
    lines = screen.errors.split("\n")
    assert re.match(r"\r\x1b\[Kasking .*\r\x1b\[Kazureml-dockerfile-ls: .* it refuses us \(403\)", lines[0])
    assert lines[-1].endswith("\r\x1b[K")


@pytest.mark.parametrize("arguments", [[], ["minimal-py312-inference"]])
def test_ctrl_c_cancels(arguments: list[str]) -> None:
    """CTRL-C ends the command before the request ends, which takes 20 s, without a traceback and with status 130."""
    with running_fault_server(one_byte_a_time(b"X: y\r\n", 0.2, b"HTTP/1.1 200 OK\r\n")) as server:

        def interrupt(process: subprocess.Popen[bytes]) -> None:
            wait_until(lambda: server.requests)
            process.send_signal(signal.SIGINT)
            process.wait(15)

        screen = on_terminal(
            100, *arguments, "--refresh", f"--registry=mcr.microsoft.com={server.url}", meanwhile=interrupt
        )
    assert (screen.status, screen.output) == (130, "")
    assert screen.errors.endswith("\r\x1b[Kazureml-dockerfile-ls: cancelled\n")
    assert screen.errors.count("\n") == 1
