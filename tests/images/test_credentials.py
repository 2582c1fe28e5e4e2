"""The login schemes that a registry offers."""

from __future__ import annotations

import time

from azureml_dockerfile_ls.images.credentials import Challenge, challenges


def test_challenges() -> None:
    """A header may offer several schemes, each with parameters that are quoted or not."""
    header = 'Basic realm="a \\"b\\"", Bearer realm="https://x/token",service = y'

    assert challenges(header) == (
        Challenge("basic", {"realm": 'a "b"'}),
        Challenge("bearer", {"realm": "https://x/token", "service": "y"}),
    )


def test_a_long_header() -> None:
    """A hostile header takes no noticeable time."""
    start = time.process_time()
    for text in ("_" * 60_000, "a" * 60_000, 'a="' * 20_000, "a " * 30_000, f"a{' ' * 60_000}"):
        challenges(text)

    assert time.process_time() - start < 1
