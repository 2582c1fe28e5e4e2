"""The registry that an image is looked up on."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.images.registry import Registry, Repository


def test_default_registries() -> None:
    """By default only Azure ML's images are looked up, on Microsoft's registry."""
    registry = Registry()

    assert registry.locate("mcr.microsoft.com/azureml/x") == Repository("https://mcr.microsoft.com", "azureml/x")
    assert registry.locate("mcr.microsoft.com/aifx/acpt/x") == Repository("https://mcr.microsoft.com", "aifx/acpt/x")
    for image in (
        "mcr.microsoft.com/dotnet/sdk",
        "mcr.microsoft.com/azuremlx/y",
        "ubuntu",
        "example.com/azureml/x",
        "",
    ):
        assert registry.locate(image) is None


def test_the_longest_prefix_wins() -> None:
    """A setting takes precedence over the default, and a longer prefix over a shorter one, at boundaries of names."""
    registry = Registry(
        {
            "mcr.microsoft.com": "http://127.0.0.1:5000",
            "mcr.microsoft.com/azureml/curated": "https://Mirror.example:443/curated/",
            "private.example/team": "https://private.example/team",
        }
    )

    assert registry.locate("mcr.microsoft.com/azureml/x") == Repository("http://127.0.0.1:5000", "azureml/x")
    assert registry.locate("mcr.microsoft.com/azureml/curated/x") == Repository("https://mirror.example", "curated/x")
    assert registry.locate("private.example/team/x") == Repository("https://private.example", "team/x")
    assert registry.locate("private.example/teams/x") is None


@pytest.mark.parametrize(
    "name", ["../../etc", "a/../b", "A", "a//b", "a\x1b[31m", "é", "a b", "a?n=1", "x" * 300, ".."]
)
def test_invalid_names_are_not_requested(name: str) -> None:
    """Only a valid name is sent."""
    assert Registry().locate(f"mcr.microsoft.com/azureml/{name}") is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mirror",
        "ftp://mirror",
        "file:///etc",
        "http://",
        "http://a:b@mirror",
        "http://m?x",
        "http://[",
        "http://m:x",
    ],
)
def test_invalid_urls(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """An invalid URL is logged once without its login; its images are looked up nowhere, not even at Microsoft."""
    registry = Registry({"mcr.microsoft.com": url})

    assert registry.locate("mcr.microsoft.com/azureml/x") is None
    assert [record.getMessage() for record in caplog.records] == [
        f"registry.urls: {url.replace('a:b@', '…@')!r} is not the URL of a registry."
    ]
