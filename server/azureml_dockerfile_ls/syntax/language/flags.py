"""The flags of instructions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.syntax.language.kinds import ValueKind
from azureml_dockerfile_ls.syntax.language.mounts import MOUNTS
from azureml_dockerfile_ls.syntax.language.pages import section_url


@dataclass(frozen=True, slots=True)
class FlagSpec:
    """A flag of an instruction."""

    name: str
    kind: ValueKind
    documentation: str
    section: str
    """Its section of the Dockerfile reference."""
    values: tuple[str, ...] = ()
    """All allowed values of a CHOICE; for another kind the likely ones."""
    refusal: str = ""
    """BuildKit's words for a value that is not in `values`, with a `{}` for the value."""
    since: str = ""
    """The version of the Dockerfile syntax that has it without `labs`; empty where every version has it."""
    repeatable: bool = False
    expands: bool = True
    """Whether BuildKit replaces variables in the value."""
    meanings: Mapping[str, str] = field(default_factory=dict)
    """What values mean that do not speak for themselves."""

    @property
    def boolean(self) -> bool:
        """Whether it can be given without a value."""
        return self.kind is ValueKind.BOOLEAN

    @property
    def url(self) -> str:
        """Where the Dockerfile reference describes it."""
        return section_url(self.section)


def _for_copies(instruction: str) -> dict[str, FlagSpec]:
    """The flags that COPY and ADD have in common, by their names."""
    section = f"{instruction}---"
    flags = (
        FlagSpec(
            "chown",
            ValueKind.OWNER,
            "Owner of what is copied, as `user:group`, by name or number. Without it: root.",
            f"{section}chown",
        ),
        FlagSpec(
            "chmod",
            ValueKind.PERMISSIONS,
            "Permission bits of what is copied, such as `755` or `u=rwX,go=rX`.",
            f"{section}chmod",
            since="1.2",
        ),
        FlagSpec(
            "link",
            ValueKind.BOOLEAN,
            "Put the files in a layer of their own, which stays valid when earlier layers change.",
            f"{section}link",
            since="1.4",
        ),
        FlagSpec(
            "exclude",
            ValueKind.PATTERN,
            "Leave out the paths that match this pattern.",
            f"{section}exclude",
            since="1.19",
            repeatable=True,
        ),
    )
    return {flag.name: flag for flag in flags}


_COPY, _ADD = _for_copies("copy"), _for_copies("add")

FROM_FLAGS = (
    FlagSpec(
        "platform",
        ValueKind.PLATFORM,
        "Platform of the image, such as `linux/amd64`.",
        "from",
        values=("linux/amd64", "linux/arm64", "$BUILDPLATFORM", "$TARGETPLATFORM"),
        meanings={
            "linux/amd64": "Linux on x86-64.",
            "linux/arm64": "Linux on 64-bit ARM.",
            "$BUILDPLATFORM": "The platform of the machine that builds, for stages that cross-compile.",
            "$TARGETPLATFORM": "The platform that `docker build --platform` names; the default.",
        },
    ),
)

RUN_FLAGS = (
    FlagSpec(
        "mount",
        ValueKind.MOUNT,
        "Makes a file system visible to this command only: `type=bind|cache|tmpfs|secret|ssh`, `target=…`, …",
        "run---mount",
        values=tuple(f"type={name}" for name in MOUNTS),
        since="1.2",
        repeatable=True,
    ),
    FlagSpec(
        "network",
        ValueKind.CHOICE,
        "Network of the command.",
        "run---network",
        values=("default", "none", "host"),
        meanings={
            "default": "The network that the builder gives to all commands.",
            "none": "No network but the loopback interface.",
            "host": "The network of the machine that builds. The build must allow `network.host`.",
        },
        refusal='invalid network mode "{}"',
        since="1.3",
    ),
    FlagSpec(
        "security",
        ValueKind.CHOICE,
        "Whether the command runs in a sandbox.",
        "run---security",
        values=("sandbox", "insecure"),
        meanings={
            "sandbox": "The command runs in the sandbox of the builder; the default.",
            "insecure": "The command runs with all privileges. The build must allow `security.insecure`.",
        },
        refusal='security "{}" is not valid',
        since="1.20",
    ),
    FlagSpec(
        "device",
        ValueKind.TEXT,
        "A device (CDI) that the command may use.",
        "run---device",
        since="1.14-labs",
        repeatable=True,
    ),
)

COPY_FLAGS = (
    FlagSpec(
        "from",
        ValueKind.SOURCE,
        "Copy from this earlier stage, image or named context instead of the build context.",
        "copy---from",
        expands=False,
    ),
    _COPY["chown"],
    _COPY["chmod"],
    _COPY["link"],
    FlagSpec("parents", ValueKind.BOOLEAN, "Keep the parent folders of the sources.", "copy---parents", since="1.20"),
    _COPY["exclude"],
)

ADD_FLAGS = (
    _ADD["chown"],
    _ADD["chmod"],
    _ADD["link"],
    FlagSpec(
        "checksum",
        ValueKind.CHECKSUM,
        "Checksum that the fetched file must have, such as `sha256:…`.",
        "add---checksum",
        since="1.6",
    ),
    FlagSpec(
        "keep-git-dir",
        ValueKind.BOOLEAN,
        "Keep the `.git` folder of a Git source.",
        "add---keep-git-dir",
        since="1.1",
    ),
    FlagSpec(
        "unpack",
        ValueKind.BOOLEAN,
        "Whether archives are unpacked (default: local ones are, fetched ones are not).",
        "add---unpack",
        since="1.17",
    ),
    _ADD["exclude"],
)

HEALTHCHECK_FLAGS = (
    FlagSpec("interval", ValueKind.DURATION, "Time between two checks (default `30s`).", "healthcheck"),
    FlagSpec("timeout", ValueKind.DURATION, "Time after which a check has failed (default `30s`).", "healthcheck"),
    FlagSpec("start-period", ValueKind.DURATION, "Time in which failures are ignored (default `0s`).", "healthcheck"),
    FlagSpec(
        "start-interval",
        ValueKind.DURATION,
        "Time between two checks during the start period (default `5s`).",
        "healthcheck",
    ),
    FlagSpec(
        "retries",
        ValueKind.COUNT,
        "Failures in a row that make the container unhealthy (default `3`).",
        "healthcheck",
    ),
)
