"""Lists of tags and repositories: their pages, their limits, and invalid names."""

from __future__ import annotations

import json
import socket
import time

import pytest

from azureml_dockerfile_ls.images.responses import MOST_NAMES, Listing
from tests.images.fault_server import FaultServer, Request, answer, answering_json, paged
from tests.images.registry.client import HOSTILE, ask


@pytest.mark.parametrize("absolute", [False, True], ids=["relative", "absolute"])
def test_pages_of_tags(server: FaultServer, absolute: bool) -> None:
    """Links to the next page are followed up to the last page."""
    versions = [str(version) for version in range(1, 2501)]
    server.fault = paged(sorted(versions), absolute=absolute)

    found = ask(server.url)
    assert found == Listing(tuple(sorted(versions, key=int, reverse=True)), is_complete=True)
    assert len(server.requests) == 3


def test_pages_without_links(server: FaultServer) -> None:
    """After a full page without a link, the next page is requested."""
    versions = sorted(str(version) for version in range(1, 2001))
    server.fault = paged(versions, link=False)

    assert ask(server.url) == Listing(tuple(sorted(versions, key=int, reverse=True)), is_complete=True)


def test_pages_of_the_catalogue(server: FaultServer) -> None:
    """The repositories of all pages are considered."""
    names = [f"azureml/curated/x-{number:04}" for number in range(1500)] + [
        f"dotnet/x{number}" for number in range(700)
    ]
    server.fault = paged(names, "repositories")

    found = ask(server.url, "images")
    assert found.is_complete
    assert found.names == tuple(f"mcr.microsoft.com/{name}" for name in names[:1500])


@pytest.mark.parametrize(
    "link",
    [
        '<http://127.0.0.2:1/v2/x/tags/list?last=1>; rel="next"',
        '<//127.0.0.2:1/v2/x>; rel="next"',
        '<https://127.0.0.1/v2/x>; rel="next"',
        '<file:///etc/passwd>; rel="next"',
        '</v2/azureml/minimal-py312-inference/tags/list?n=1000>; rel="next"',
    ],
)
def test_links_that_are_not_followed(server: FaultServer, link: str) -> None:
    """A link to another host or to an earlier page is not followed, and the list is incomplete."""
    server.fault = answering_json({"tags": ["1", "2"]}, f"Link: {link}")

    assert ask(server.url) == Listing(("2", "1"), is_complete=False)
    assert len(server.requests) == 1


def test_links_without_end(server: FaultServer) -> None:
    """An endless list is abandoned after a while."""
    count = iter(range(10**9))

    def next_page(request: Request, connection: socket.socket) -> None:
        number = next(count)
        body = json.dumps({"tags": [str(number)]}).encode()
        answer(connection, 200, body, f'Link: <?last={number}>; rel="next"')

    server.fault = next_page
    assert not ask(server.url).is_complete
    assert len(server.requests) == 100


@pytest.mark.parametrize("link", ["", "<", "<>", "nonsense", '<x>; rel="prev"', '<x>; title="next"'])
def test_links_without_a_next_page(server: FaultServer, link: str) -> None:
    """A Link header without a next page means the last page."""
    server.fault = answering_json({"tags": ["1"]}, f"Link: {link}")

    assert ask(server.url) == Listing(("1",), is_complete=True)


@pytest.mark.slow
def test_a_hundred_thousand_tags(server: FaultServer) -> None:
    """Only the newest tags are kept, and the list is incomplete."""
    tags = [f"{20000101 + day % 28}.v{number}" for day in range(28) for number in range(3600)]
    server.fault = answering_json({"tags": tags})

    start = time.process_time()
    found = ask(server.url)
    assert time.process_time() - start < 5
    assert len(found.names) == MOST_NAMES
    assert found.names[0] == "20000128.v3599"
    assert not found.is_complete


def test_invalid_tags(server: FaultServer) -> None:
    """Only tags that follow OCI's grammar are kept, each once."""
    server.fault = answering_json({"tags": [*HOSTILE, "ok", "ok", None, 7, ["x"], {"a": 1}]})

    assert ask(server.url).names == ("ok",)


def test_invalid_repositories(server: FaultServer) -> None:
    """Only names that follow OCI's grammar are kept."""
    hostile = ["\x1b[31mred", "../x", "x/../y", "X", "x//y", "x" * 300, "", "-a", ".a", "é", "a\n", "\ud800", "x?n=1"]
    names = [f"azureml/{name}" for name in hostile]
    server.fault = answering_json({"repositories": [*names, "azureml/ok", "azureml", "azuremlx/y", None, 7, ["x"]]})

    assert ask(server.url, "images").names == ("mcr.microsoft.com/azureml/ok",)


@pytest.mark.parametrize("document", [{"tags": None}, {}])
def test_no_tags(server: FaultServer, document: object) -> None:
    """A registry may hide the tags, so that an empty list proves nothing."""
    server.fault = answering_json(document)

    assert ask(server.url) == Listing((), is_complete=False)
