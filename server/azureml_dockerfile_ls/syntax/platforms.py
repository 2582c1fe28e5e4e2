"""Platforms, such as `linux/arm64/v8`, as containerd's `platforms.Parse` reads them."""

from __future__ import annotations

import re
from typing import NamedTuple

from azureml_dockerfile_ls.syntax.language import ARCHITECTURES, OPERATING_SYSTEMS

_PART = re.compile(r"[A-Za-z0-9_-]+(?:\([A-Za-z0-9_.-]*\))?")
_ALIASES = {
    "i386": "386",
    "x86_64": "amd64",
    "x86-64": "amd64",
    "aarch64": "arm64",
    "armhf": "arm",
    "armel": "arm",
}


class Platform(NamedTuple):
    """A platform with its parts in containerd's notation."""

    system: str
    architecture: str
    variant: str

    @property
    def name(self) -> str:
        """The platform as one text."""
        return "/".join(filter(None, self))


def parse_platform(text: str) -> Platform | None:
    """The platform of a text; None if containerd refuses it. A build for Linux on amd64 completes a missing part."""
    parts = text.split("/")
    if len(parts) > 3 or not all(_PART.fullmatch(part) for part in parts):
        return None
    names = [part.partition("(")[0].lower() for part in parts]
    if len(names) > 1:
        architecture = _ALIASES.get(names[1], names[1])
        return Platform(names[0], architecture, names[2] if len(names) > 2 else "")
    if names[0] in OPERATING_SYSTEMS:
        return Platform(names[0], "amd64", "")
    if names[0] in ARCHITECTURES:
        return Platform("linux", _ALIASES.get(names[0], names[0]), "")
    return None
