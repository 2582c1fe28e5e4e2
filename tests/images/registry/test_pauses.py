"""The pause after a failure, during which nothing is sent to the registry."""

from __future__ import annotations

import email.utils
import time

import pytest

from azureml_dockerfile_ls.images.http import RegistryError, Resting
from azureml_dockerfile_ls.images.registry import Registry
from tests.images.fault_server import FaultServer, answering, answering_json
from tests.images.registry.client import IMAGE, ask, ask_again


def test_a_failed_registry_is_paused(server: FaultServer) -> None:
    """After a failure nothing is sent to a registry for a while, whatever the repository."""
    server.fault = answering(500)
    registry = Registry({"mcr.microsoft.com": server.url})
    with pytest.raises(RegistryError, match=r"Next attempt in 30 s\."):
        ask_again(registry)
    server.fault = answering_json({"tags": ["1"]})

    for image in (IMAGE, "mcr.microsoft.com/azureml/another"):
        with pytest.raises(Resting, match=r"not requested from .* which failed"):
            ask_again(registry, image=image)
    assert len(server.requests) == 1


def test_only_the_refused_repository_is_paused(server: FaultServer) -> None:
    """A registry that refuses one repository still gets requests for others."""
    registry = Registry({"mcr.microsoft.com": server.url})
    server.fault = answering(403)
    with pytest.raises(RegistryError):
        ask_again(registry)
    server.fault = answering_json({"tags": ["1"]})

    with pytest.raises(Resting):
        ask_again(registry)
    assert ask_again(registry, image="mcr.microsoft.com/azureml/another").names == ("1",)


def advance_clock(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Advance the monotonic clock."""
    clock = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: clock() + seconds)


def test_retry_after(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry-After is observed; each consecutive failure makes the pause longer."""
    registry = Registry({"mcr.microsoft.com": server.url})
    server.fault = answering(429, b"", "Retry-After: 600")
    with pytest.raises(RegistryError, match=r"Next attempt in 600 s\."):
        ask_again(registry)
    with pytest.raises(Resting):
        ask_again(registry)
    advance_clock(601, monkeypatch)

    server.fault = answering(429)
    with pytest.raises(RegistryError, match=r"Next attempt in 60 s\."):
        ask_again(registry)


def test_a_success_resets_the_pause(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A success resets the pause."""
    registry = Registry({"mcr.microsoft.com": server.url})
    server.fault = answering(429, b"", "Retry-After: 600")
    with pytest.raises(RegistryError):
        ask_again(registry)
    advance_clock(601, monkeypatch)
    server.fault = answering_json({"tags": ["1"]})
    assert ask_again(registry).names == ("1",)

    server.fault = answering(500)
    with pytest.raises(RegistryError, match=r"Next attempt in 30 s\."):
        ask_again(registry)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", "120"),
        ("0", "1"),
        ("999999999", "3600"),
        ("9" * 400, "30"),
        ("-5", "30"),
        ("soon", "30"),
        ("", "30"),
        ("²", "30"),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "1"),
        ("Wed, 21 Oct 9999 07:28:00 GMT", "3600"),
        ("Wed, 99 Oct 2015 07:28:00 GMT", "30"),
        pytest.param(email.utils.formatdate(time.time() + 7200, usegmt=True), "3600", id="in two hours"),
    ],
)
def test_values_of_retry_after(server: FaultServer, value: str, seconds: str) -> None:
    """Retry-After is in seconds or a date, within limits; any other value is ignored."""
    server.fault = answering(429, b"", f"Retry-After: {value}")

    with pytest.raises(RegistryError, match=rf"Next attempt in {seconds} s\."):
        ask(server.url)
