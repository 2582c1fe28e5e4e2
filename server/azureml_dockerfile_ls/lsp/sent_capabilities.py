"""What a client sent as its capabilities, read without lsprotocol's classes.

An editor names some hundred capabilities, and the server reads a few. To make an object of each would cost a third of
the time to the first answer, and one value of a wrong type would make the whole of `initialize` fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

_AFTER_UNDERSCORE = lazy_pattern("_(.)")


class SentCapabilities:
    """Looks like `types.ClientCapabilities` to a reader: what the client did not send is None."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        value = self._content.get(_AFTER_UNDERSCORE.sub(lambda found: found[1].upper(), name))
        return SentCapabilities(value) if isinstance(value, dict) else value


def structure_capabilities(value: Any, _: type) -> SentCapabilities:
    """The hook of the converter for `types.ClientCapabilities`. Raises TypeError for what is not an object."""
    if not isinstance(value, dict):
        raise TypeError("capabilities are an object")
    return SentCapabilities(value)
