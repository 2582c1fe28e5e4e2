"""The kinds of values that flags, keys of mounts and options of directives take."""

from __future__ import annotations

from enum import Enum, auto

BOOLEANS = frozenset("1 t T TRUE true True 0 f F FALSE false False".split())
"""What Go's `strconv.ParseBool` accepts."""


class ValueKind(Enum):
    """The meaning of a value. It decides how the value is checked, completed and highlighted."""

    TEXT = auto()
    """Any text, such as a name."""
    BOOLEAN = auto()
    """True or false; without a value it means true."""
    CHOICE = auto()
    """One of a fixed list of words."""
    NUMBER = auto()
    """A decimal number that is not negative, such as a user ID."""
    COUNT = auto()
    """A number as Go's `strconv.ParseInt` reads it, which must not be negative."""
    DURATION = auto()
    """A duration as Go's `time.ParseDuration` reads it, such as `1m30s`; the shortest is one millisecond."""
    SIZE = auto()
    """An amount of memory, such as `64m`."""
    MODE = auto()
    """Permission bits in octal, such as `0755`."""
    PERMISSIONS = auto()
    """Permission bits in octal, or in the symbols of `chmod`."""
    OWNER = auto()
    """A user, or a user and a group."""
    PLATFORM = auto()
    """An operating system and an architecture, such as `linux/amd64`."""
    PATH = auto()
    """A path in the container, the build context or another source."""
    PATTERN = auto()
    """A path with wildcards."""
    SOURCE = auto()
    """A stage, an image or a named context to copy from."""
    CHECKSUM = auto()
    """An algorithm and a hash, such as `sha256:…`."""
    MOUNT = auto()
    """A comma-separated list of keys with values, in the form of a CSV record."""
    RULES = auto()
    """Comma-separated names of checks, or `all`."""


LIKELY_VALUES: dict[ValueKind, tuple[str, ...]] = {
    ValueKind.BOOLEAN: ("true", "false"),
    ValueKind.COUNT: ("3", "5", "1"),
    ValueKind.DURATION: ("30s", "5s", "10s", "1m", "5m"),
    ValueKind.SIZE: ("64m", "256m", "1g"),
    ValueKind.MODE: ("0755", "0700", "0600", "0400"),
    ValueKind.PERMISSIONS: ("755", "644", "700", "600", "u=rwX,go=rX"),
    ValueKind.NUMBER: ("1000", "0"),
    ValueKind.PATTERN: ("**/__pycache__", "**/*.pyc", "**/*.ipynb", "**/tests", "*.md"),
    ValueKind.CHECKSUM: ("sha256:",),
}
"""The values of a kind that people write, the most frequent first, where an entry has none of its own."""
