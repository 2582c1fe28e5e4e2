"""Digests such as `sha256:…`, as the package `go-digest` reads them."""

from __future__ import annotations

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_ANY = lazy_pattern(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+")
_HASH = lazy_pattern(r"[a-f0-9]+")


def digest_message(text: str) -> str | None:
    """BuildKit's message for a text that is not a digest; None for a digest."""
    algorithm, colon, encoded = text.partition(":")
    if not algorithm or not colon or not encoded:
        return "invalid checksum digest format"
    length = _LENGTHS.get(algorithm)
    if length is None:
        return "unsupported digest algorithm" if _ANY.fullmatch(text) else "invalid checksum digest format"
    if len(encoded.encode("utf-8", "surrogatepass")) != length:
        return "invalid checksum digest length"
    return None if _HASH.fullmatch(encoded) else "invalid checksum digest format"
