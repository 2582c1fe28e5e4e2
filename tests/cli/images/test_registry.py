"""The sub-command `images` with a registry, and with registries that fail."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from azureml_dockerfile_ls.images.catalogue import embedded
from azureml_dockerfile_ls.images.responses import Listing
from tests.cli.command import run
from tests.cli.images.command import images, listed, store
from tests.images.fault_server import (
    Request,
    answer,
    answering,
    answering_json,
    captive_portal,
    half_body,
    redirect_loop,
    running_fault_server,
    xml_not_found,
)
from tests.images.real_registry import free_port

# Answers of a registry


@pytest.mark.slow
def test_refresh_asks_for_the_names_and_the_tags(registry_url: str) -> None:
    """New images and tags are in the list with the date; the others keep what the catalogue has."""
    outcome = images("--refresh", url=registry_url)
    today = time.strftime("%Y-%m-%d")
    table = listed(outcome)
    assert outcome.status == 0
    assert f" 20261101.v1 ({today}) " in table["minimal-py312-inference"]
    assert table["curated/brand-new-1.0"].split() == ["curated/brand-new-1.0", "unknown", "7", f"({today})"]
    assert "biweekly.202611.1" in table["aifx/acpt/stable-ubuntu2604-cu140-py314-torch300"]
    assert f" 3 ({today})" in table["profilers"]  # which was unconfirmed
    assert f" {embedded().images[1].tags[1]} " in table[embedded().images[1].name]
    assert "dotnet/sdk" not in outcome.output
    ages = outcome.output.partition("\n\n")[2].splitlines()
    assert ages == [
        f"names below mcr.microsoft.com/azureml as of {today}, just now",
        f"names below mcr.microsoft.com/aifx as of {today}, just now",
        f"tags of 4 images as of {today}, just now; all others from the built-in catalogue",
    ]


@pytest.mark.slow
def test_answers_are_cached(registry_url: str) -> None:
    """The next run sends nothing and prints the same, but only for the same registry."""
    images("--refresh", url=registry_url)
    images("minimal-py312-inference", "--refresh", url=registry_url)
    with running_fault_server(answering(500)) as server:
        cache_folder = Path(os.environ["XDG_CACHE_HOME"]) / "azureml-dockerfile-ls"
        assert images(url=server.url).output == images().output
        again = images(url=registry_url)
        assert "curated/brand-new-1.0" in listed(again)
        assert server.requests == []
    assert any(cache_folder.iterdir())
    assert "configuration of latest as of" in images("minimal-py312-inference", url=registry_url).output


def test_refresh_of_one_image_prints_its_configuration(registry_url: str) -> None:
    """The configuration is that of the image in the registry; its tags follow."""
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
    """It is the object of the list with `configuration`, which is null if unknown."""
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
def test_the_configuration_is_that_of_one_tag(registry_url: str, name: str, reference: str) -> None:
    """It is the tag in the name, else latest, else the newest tag, also for an image that is not in the catalogue."""
    outcome = images(name, "--refresh", "--json", url=registry_url)
    assert outcome.status == 0
    assert json.loads(outcome.output)["configuration"]["reference"] == reference


def test_a_tag_that_the_registry_does_not_have(registry_url: str) -> None:
    """The output says so, and the exit status is 0."""
    outcome = images("minimal-py312-inference:20990101.v1", "--refresh", url=registry_url)
    assert outcome.status == 0
    assert re.search(r"configuration of 20990101\.v1 as of .*: the registry has none\n", outcome.output)


def test_an_image_that_the_registry_does_not_have(registry_url: str) -> None:
    """Its facts are printed, and that the registry has no tags of it."""
    outcome = images("curated/sklearn-1.5", "--refresh", url=registry_url)
    assert outcome.status == 0
    assert re.search(r"51 tags in the built-in catalogue; the registry lists none as of .*:\n", outcome.output)


def test_an_unknown_name_is_looked_up_in_the_registry(registry_url: str) -> None:
    """The suggestion can be a name that only the registry lists."""
    outcome = images("brand-new-1.0", "--refresh", url=registry_url)
    assert outcome.status == 2
    assert outcome.errors[-1] == (
        "azureml-dockerfile-ls: unknown image brand-new-1.0; did you mean curated/brand-new-1.0?"
    )


def test_an_image_of_another_prefix(registry_url: str) -> None:
    """A mirror can have names of its own."""
    outcome = run(
        "images", "images.example/ours/profilers", "--refresh", f"--registry=images.example/ours={registry_url}/azureml"
    )
    assert outcome.status == 0
    assert outcome.output.startswith("images.example/ours/profilers\n")


@pytest.mark.slow
def test_only_images_that_can_have_new_tags_are_refreshed() -> None:
    """Retired and unconfirmed images are not; a refresh of one image asks only for that image."""
    with running_fault_server(answering_json({"repositories": [], "tags": ["1"]})) as server:
        images("--refresh", url=server.url)
        asked = {match[1] for request in server.requests if (match := re.match(r"/v2/(.*)/tags/list", request.path))}
        server.requests.clear()
        images("minimal-py312-inference", "--refresh", url=server.url)
        paths = {request.path for request in server.requests}
    wanted = [image for image in embedded().images if image.status != "retired" and not image.unconfirmed]
    assert asked == {image.repository.removeprefix("mcr.microsoft.com/") for image in wanted}
    assert paths == {
        "/v2/azureml/minimal-py312-inference/tags/list",
        "/v2/azureml/minimal-py312-inference/manifests/1",
    }


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
def test_every_answer_has_its_age(monkeypatch: pytest.MonkeyPatch, seconds: float, age: str, is_old: bool) -> None:
    """An old answer, or one from a wrong clock, is used, with the advice to refresh."""
    store(Listing(("latest", "20261009.v1"), is_complete=True), seconds, monkeypatch)
    day = time.strftime("%Y-%m-%d", time.localtime(time.time() - max(seconds, 0)))
    one, all_of_them = images("minimal-py312-inference"), images()
    assert f"\n2 tags as of {day}, {age}:\nlatest\n20261009.v1\n" in one.output
    assert f" 20261009.v1 ({day}) " in listed(all_of_them)["minimal-py312-inference"]
    assert f"\ntags of 1 image as of {day}, {age}; all others from the built-in catalogue\n" in all_of_them.output
    advice = "some of these answers are older than 24 hours; use --refresh to update them\n"
    assert (one.output.endswith(advice), all_of_them.output.endswith(advice)) == (is_old, is_old)


def test_an_incomplete_list_of_tags_removes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The output says that there may be more."""
    store(Listing(("20261009.v1",), is_complete=False), 0, monkeypatch)
    output = images("minimal-py312-inference").output
    assert re.search(r"3 tags as of .*; there may be more:\nlatest\n20261009\.v1\n20260316\.v1\n", output)


@pytest.mark.slow
def test_text_from_a_registry_cannot_act_on_the_terminal() -> None:
    """Invalid names and tags are left out; the valid ones are printed."""

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


@pytest.mark.slow
def test_a_registry_with_thousands_of_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is printed, with the number of requests that were skipped."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/none")  # to write a thousand answers would take most of the time

    def fault(request: Request, connection: socket.socket) -> None:
        names = [f"azureml/image-{number}" for number in range(2_000)] if request.path == "/v2/_catalog" else []
        answer(connection, 200, json.dumps({"repositories": names, "tags": ["1"]}).encode())

    with running_fault_server(fault) as server:
        outcome = images("--refresh", url=server.url)
    assert outcome.status == 1
    assert len(listed(outcome)) > 2_000
    assert re.search(r"skipped \d+ more requests: too many requests are already waiting", outcome.errors[-1])


# Failures


@pytest.mark.parametrize("name", [None, "minimal-py312-inference"])
def test_a_closed_port_is_one_sentence(name: str | None) -> None:
    """The output is the same as offline, the exit status is 1, and nothing more is asked."""
    port = free_port()
    arguments = [name] if name else []
    outcome = images(*arguments, "--refresh", url=f"http://127.0.0.1:{port}")
    assert outcome.status == 1
    assert outcome.output == images(*arguments).output
    assert outcome.errors == [
        f"azureml-dockerfile-ls: asking for the {'tags' if name else 'names of images'}",
        f"azureml-dockerfile-ls: no answer from 127.0.0.1:{port}: Connection refused; showing known facts",
    ]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (answering(500), "server error (500)"),
        (answering(429, b"", "Retry-After: 3"), "too many requests (429)"),
        (answering(403), "access denied (403)"),
        (captive_portal, "the response is a web page"),
        (half_body, "the response is incomplete"),
        (redirect_loop, "too many redirects"),
        (answering_json([]), "unusable response"),
    ],
    ids=["500", "429", "403", "portal", "half", "loop", "list"],
)
@pytest.mark.parametrize("name", [None, "minimal-py312-inference"])
def test_a_broken_registry_is_reported(fault: Any, reason: str, name: str | None) -> None:
    """The output is the same as offline, and the exit status is 1."""
    arguments = [name] if name else []
    with running_fault_server(fault) as server:
        outcome = images(*arguments, "--refresh", url=server.url)
    assert outcome.status == 1
    assert outcome.output == images(*arguments).output
    assert any(reason in line for line in outcome.errors)
    assert all(line.startswith("azureml-dockerfile-ls: ") for line in outcome.errors), outcome.errors


@pytest.mark.slow
def test_a_registry_that_does_not_list_its_images() -> None:
    """Many do not; their tags are printed all the same."""

    def fault(request: Request, connection: socket.socket) -> None:
        if request.path == "/v2/_catalog":
            answer(connection, 403)
        else:
            answer(connection, 200, b'{"tags": ["99990101.v1"]}')

    with running_fault_server(fault) as server:
        outcome = images("--refresh", url=server.url)
    assert outcome.status == 1
    assert "99990101.v1" in listed(outcome)["minimal-py312-inference"]
    assert sum("access denied (403)" in line for line in outcome.errors) == 2  # one for each prefix


def test_a_registry_without_the_image_is_not_a_failure() -> None:
    """Microsoft's registry answers in XML for an image that it does not have."""
    with running_fault_server(xml_not_found) as server:
        outcome = images("minimal-py312-inference", "--refresh", url=server.url)
    assert outcome.status == 0
    assert "2 tags in the built-in catalogue; the registry lists none as of" in outcome.output


def test_an_unknown_name_at_a_broken_registry() -> None:
    """The name stays unknown, and the exit status is 2."""
    with running_fault_server(answering(500)) as server:
        outcome = images("no-such-image", "--refresh", url=server.url)
    assert (outcome.status, outcome.output) == (2, "")
    assert "unknown image no-such-image; " in outcome.errors[-1]


def test_a_cache_that_cannot_be_written(registry_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers are printed, and the failure once."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    outcome = images("minimal-py312-inference", "--refresh", url=registry_url)
    assert outcome.status == 0
    assert "\nlatest\n20261101.v1\n" in outcome.output
    assert "configuration of latest as of" in outcome.output
    assert sum("Cannot keep the answer" in line for line in outcome.errors) == 1
