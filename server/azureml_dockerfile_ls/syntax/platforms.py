"""Platforms, such as `linux/arm64/v8`, as containerd's `platforms.Parse` reads them."""

from __future__ import annotations

import re

from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.syntax.go import quoted
from azureml_dockerfile_ls.syntax.language import ARCHITECTURES, OPERATING_SYSTEMS

_SYSTEM = r"^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$"
_COMPONENT = "^[A-Za-z0-9_.-]+$"
_INVALID = "invalid argument"
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
    if len(parts) > 3 or _component_message(text, parts):
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


def platform_message(text: str) -> str | None:
    """The message of containerd on a text that is not a platform; None for a platform."""
    if parse_platform(text):
        return None
    if "*" in text:
        return f"{quoted(text)}: wildcards not yet supported: {_INVALID}"
    parts = text.split("/", 3)
    reason = "unknown operating system or architecture" if len(parts) == 1 else "cannot parse platform specifier"
    return _component_message(text, parts) or f"{quoted(text)}: {reason}: {_INVALID}"


def _component_message(text: str, parts: list[str]) -> str | None:
    for number, part in enumerate(parts):
        pattern = _COMPONENT if number else _SYSTEM
        # `$` of Python also matches before a line end.
        if not re.fullmatch(pattern.strip("^$"), part, re.ASCII):
            kind, what = ("component", "platform") if number else ("OS component", "OSAndVersion")
            start = f"{quoted(part)} is an invalid {kind} of {quoted(text)}: {what} specifier component must match"
            return f"{start} {quoted(pattern)}: {_INVALID}"
    return None
