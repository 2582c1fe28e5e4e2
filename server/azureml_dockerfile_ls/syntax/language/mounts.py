"""The mounts of `RUN --mount`: their types, and the keys that each type takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.syntax.language.kinds import ValueKind
from azureml_dockerfile_ls.syntax.language.pages import section_url


@dataclass(frozen=True, slots=True)
class KeySpec:
    """A key of a mount."""

    name: str
    kind: ValueKind
    documentation: str
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    """All allowed values of a CHOICE."""
    refusal: str = ""
    """BuildKit's words for a wrong value, with `{key}` and `{value}`."""
    misplaced: str = ""
    """BuildKit's words for a type of mount that does not take the key, with `{key}` and `{type}`.

    Empty where BuildKit ignores the key then.
    """
    is_unexpected: bool = False
    """Whether BuildKit refuses a misplaced key as soon as it reads it, before the keys that follow."""
    expands: bool = True
    """Whether BuildKit replaces variables in the value."""
    since: str = ""
    """The version of the Dockerfile syntax that has it; empty where every version with mounts has it."""
    meanings: Mapping[str, str] = field(default_factory=dict)
    """What each of the `values` means."""


@dataclass(frozen=True, slots=True)
class MountSpec:
    """A type of mount."""

    name: str
    documentation: str
    keys: tuple[str, ...]
    """The keys that have an effect, the most important ones first."""
    required: tuple[str, ...] = ()
    """The keys of which a mount needs one."""
    missing: str = ""
    """BuildKit's words for a mount without any of them; empty where it takes a default."""
    exclusive: tuple[str, ...] = ()
    """The keys of which a mount takes only one."""
    misplaced: Mapping[str, str] = field(default_factory=dict)
    """BuildKit's words for keys that it refuses for this type in words of their own."""

    @property
    def url(self) -> str:
        """Where the Dockerfile reference describes it."""
        return section_url(f"run---mounttype{self.name}")


_INVALID = "invalid value for {key}: {value}"
_INVALID_NUMBER = "invalid value {value} for {key}"
_NOT_ALLOWED = '{key} not allowed for "{type}" type mounts'
_UNEXPECTED = "unexpected key '{key}' for mount type '{type}'"

_MOUNTS = (
    MountSpec(
        "bind",
        "Shows files of the build context, a stage or an image at `target`, without copying them. Changes are lost.",
        ("target", "source", "from", "readwrite", "readonly"),
        required=("target",),
    ),
    MountSpec(
        "cache",
        "Keeps the folder at `target` from one build to the next, for the caches of package managers and compilers.",
        ("target", "id", "sharing", "from", "source", "mode", "uid", "gid", "readonly", "readwrite"),
        required=("target",),
    ),
    MountSpec(
        "tmpfs",
        "Mounts an empty file system in memory at `target`, which vanishes after the command.",
        ("target", "size"),
        required=("target",),
    ),
    MountSpec(
        "secret",
        "Gives the command a secret, as a file or a variable, without writing it into the image.",
        ("id", "target", "env", "required", "source", "mode", "uid", "gid"),
        required=("id", "source", "target"),
        missing="invalid secret mount. one of source, target required",
        exclusive=("source", "id"),
        misplaced={
            "from": "secret mount should not have a from",
            "sharing": "secret mount should not define sharing",
        },
    ),
    MountSpec(
        "ssh",
        "Gives the command access to SSH keys through the agent of whoever builds.",
        ("id", "target", "required", "mode", "uid", "gid"),
    ),
)

MOUNTS: dict[str, MountSpec] = {spec.name: spec for spec in _MOUNTS}
"""Every type of mount by its name; the first is the type of a mount that names none."""

_KEYS = (
    KeySpec(
        "type",
        ValueKind.CHOICE,
        "Type of the mount.",
        values=tuple(MOUNTS),
        meanings={name: mount.documentation for name, mount in MOUNTS.items()},
        refusal='unsupported mount type "{value}"',
    ),
    KeySpec(
        "from",
        ValueKind.SOURCE,
        "Stage, image or named context that holds the source (default: the build context; of a cache: nothing).",
        expands=False,
    ),
    KeySpec(
        "source",
        ValueKind.PATH,
        "Path in `from`; of a secret: its file (default: the root of `from`).",
        aliases=("src",),
    ),
    KeySpec("target", ValueKind.PATH, "Path of the mount in the container.", aliases=("dst", "destination")),
    KeySpec("readonly", ValueKind.BOOLEAN, "Forbid writes.", aliases=("ro",), refusal=_INVALID),
    KeySpec(
        "readwrite",
        ValueKind.BOOLEAN,
        "Allow writes; what a command writes into a bind mount is lost.",
        aliases=("rw",),
        refusal=_INVALID,
    ),
    KeySpec("id", ValueKind.TEXT, "Name of the cache, secret or SSH agent (default of a cache: its target)."),
    KeySpec(
        "mode",
        ValueKind.MODE,
        "Permission bits in octal (default: `0755` for a cache, `0400` for a secret, `0600` for SSH).",
        refusal=_INVALID_NUMBER,
        misplaced=_NOT_ALLOWED,
    ),
    KeySpec(
        "uid", ValueKind.NUMBER, "User ID of the owner (default `0`).", refusal=_INVALID_NUMBER, misplaced=_NOT_ALLOWED
    ),
    KeySpec(
        "gid", ValueKind.NUMBER, "Group ID of the owner (default `0`).", refusal=_INVALID_NUMBER, misplaced=_NOT_ALLOWED
    ),
    KeySpec(
        "sharing",
        ValueKind.CHOICE,
        "Use of a cache by several builds at once: together, each with its own, or one after the other.",
        values=("shared", "private", "locked"),
        meanings={
            "shared": "Several builds write to the cache at once; the default.",
            "private": "A build that finds the cache in use gets a new one.",
            "locked": "A build waits until no other build uses the cache. `apt` needs this.",
        },
        refusal='unsupported sharing value "{value}"',
        misplaced="invalid cache sharing set for {type} mount",
    ),
    KeySpec(
        "required",
        ValueKind.BOOLEAN,
        "Fail the build where the secret or the SSH agent is missing (default `false`).",
        refusal=_INVALID,
        misplaced=_UNEXPECTED,
        is_unexpected=True,
    ),
    KeySpec(
        "size",
        ValueKind.SIZE,
        "Upper limit of the size, such as `64m`.",
        refusal=_INVALID,
        misplaced=_UNEXPECTED,
        is_unexpected=True,
    ),
    KeySpec("env", ValueKind.TEXT, "Name of the variable that holds the secret.", since="1.10"),
)

MOUNT_KEYS: dict[str, KeySpec] = {name: spec for spec in _KEYS for name in (spec.name, *spec.aliases)}
"""Every key of a mount by each of its names."""
