"""The one table that describes the Dockerfile language.

Parsing, errors, completion and hover all read it: a new flag is one entry here. The facts are those of BuildKit's
Dockerfile frontend (`frontend/dockerfile/instructions`) and of the Dockerfile reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Arguments(Enum):
    """How the text after an instruction's flags is divided."""

    WORDS = auto()
    """Words between white space: FROM, EXPOSE."""
    PATHS = auto()
    """A JSON array, or words between white space: COPY, ADD, VOLUME."""
    COMMAND = auto()
    """A JSON array (exec form), or one text for the shell: RUN, CMD, ENTRYPOINT, SHELL."""
    PAIRS = auto()
    """`name=value …`, or the old `name value`: ENV, LABEL."""
    DEFINITIONS = auto()
    """`name` or `name=value`, several times: ARG."""
    TEXT = auto()
    """One text, spaces included: USER, WORKDIR, STOPSIGNAL, MAINTAINER."""
    HEALTH = auto()
    """A type, then a command: HEALTHCHECK."""
    INSTRUCTION = auto()
    """Another instruction: ONBUILD."""


@dataclass(frozen=True, slots=True)
class FlagSpec:
    """A flag of an instruction. `values` are those that are always allowed; empty means any text."""

    name: str
    documentation: str
    boolean: bool = False
    repeatable: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InstructionSpec:
    """An instruction: its forms as a reader writes them, what it does, and how its arguments are read."""

    name: str
    arguments: Arguments
    forms: tuple[str, ...]
    documentation: str
    flags: tuple[FlagSpec, ...] = ()
    expands: bool = True
    """Whether BuildKit replaces `$NAME` in the arguments (else the shell of the container may)."""
    heredocs: bool = False
    trigger: bool = True
    """Whether it may follow ONBUILD."""

    def flag(self, name: str) -> FlagSpec | None:
        """The flag called `name` (without its dashes), if the instruction has it."""
        return next((flag for flag in self.flags if flag.name == name), None)


_PLATFORMS = ("linux/amd64", "linux/arm64", "$BUILDPLATFORM", "$TARGETPLATFORM")

_CHOWN = FlagSpec("chown", "Owner of what is copied, as `user:group`, by name or number. Without it: root.")
_CHMOD = FlagSpec("chmod", "Permission bits of what is copied, such as `755` or `u=rwX,go=rX`.")
_LINK = FlagSpec("link", "Put the files in a layer of their own, which stays valid when earlier layers change.", True)
_EXCLUDE = FlagSpec("exclude", "Leave out the paths that match this pattern.", repeatable=True)

_ALL = (
    InstructionSpec(
        "FROM",
        Arguments.WORDS,
        ("FROM [--platform=PLATFORM] IMAGE[:TAG][@DIGEST] [AS NAME]",),
        "Begins a build stage on a base image, on an earlier stage, or on `scratch`. Only an ARG may stand before it.",
        (FlagSpec("platform", "Platform of the image, such as `linux/amd64`.", values=_PLATFORMS),),
        trigger=False,
    ),
    InstructionSpec(
        "RUN",
        Arguments.COMMAND,
        ("RUN [OPTIONS] COMMAND …", 'RUN [OPTIONS] ["EXECUTABLE", "ARGUMENT", …]', "RUN [OPTIONS] <<EOF"),
        "Runs a command while the image is built and keeps what it changed as a new layer. "
        "It runs as the user, and in the directory, that USER and WORKDIR have set.",
        (
            FlagSpec(
                "mount",
                "Makes a file system visible to this command only: `type=bind|cache|tmpfs|secret|ssh`, `target=…`, …",
                repeatable=True,
                values=("type=bind", "type=cache", "type=tmpfs", "type=secret", "type=ssh"),
            ),
            FlagSpec("network", "Network of the command.", values=("default", "none", "host")),
            FlagSpec(
                "security", "`insecure` runs without a sandbox; it needs a permission.", values=("sandbox", "insecure")
            ),
            FlagSpec("device", "A device (CDI) that the command may use.", repeatable=True),
        ),
        expands=False,
        heredocs=True,
    ),
    InstructionSpec(
        "CMD",
        Arguments.COMMAND,
        ('CMD ["EXECUTABLE", "ARGUMENT", …]', "CMD COMMAND …"),
        "The command that a container of this image starts, or the default arguments of ENTRYPOINT. "
        "Only the last one counts.",
        expands=False,
    ),
    InstructionSpec(
        "COPY",
        Arguments.PATHS,
        ("COPY [OPTIONS] SOURCE … DESTINATION", 'COPY [OPTIONS] ["SOURCE", …, "DESTINATION"]'),
        "Copies files from the build context, or with `--from` from a stage or an image.",
        (
            FlagSpec("from", "Copy from this earlier stage, image or named context instead of the build context."),
            _CHOWN,
            _CHMOD,
            _LINK,
            FlagSpec("parents", "Keep the parent folders of the sources.", True),
            _EXCLUDE,
        ),
        heredocs=True,
    ),
    InstructionSpec(
        "ADD",
        Arguments.PATHS,
        ("ADD [OPTIONS] SOURCE … DESTINATION", 'ADD [OPTIONS] ["SOURCE", …, "DESTINATION"]'),
        "Copies files as COPY does; it also fetches URLs and Git repositories, and unpacks local archives.",
        (
            _CHOWN,
            _CHMOD,
            _LINK,
            FlagSpec("checksum", "Checksum that the fetched file must have, such as `sha256:…`."),
            FlagSpec("keep-git-dir", "Keep the `.git` folder of a Git source.", True),
            FlagSpec("unpack", "Whether archives are unpacked (default: local ones are, fetched ones are not).", True),
            _EXCLUDE,
        ),
        heredocs=True,
    ),
    InstructionSpec(
        "ENV",
        Arguments.PAIRS,
        ("ENV NAME=VALUE …",),
        "Sets environment variables for the following instructions and for the containers of the image.",
    ),
    InstructionSpec(
        "ARG",
        Arguments.DEFINITIONS,
        ("ARG NAME[=DEFAULT] …",),
        "Declares a variable that `docker build --build-arg NAME=VALUE` can set. It lives until the end of the stage; "
        "one before the first FROM is seen by FROM only, unless a stage declares it again.",
    ),
    InstructionSpec(
        "WORKDIR",
        Arguments.TEXT,
        ("WORKDIR PATH",),
        "Sets the working directory for the following instructions and for the container; it is made if it is missing.",
    ),
    InstructionSpec(
        "USER",
        Arguments.TEXT,
        ("USER USER[:GROUP]",),
        "Sets the user, by name or number, for the following RUN, CMD and ENTRYPOINT, and for the container.",
    ),
    InstructionSpec(
        "EXPOSE",
        Arguments.WORDS,
        ("EXPOSE PORT[/PROTOCOL] …",),
        "Documents the ports on which the container listens. It publishes nothing.",
    ),
    InstructionSpec(
        "ENTRYPOINT",
        Arguments.COMMAND,
        ('ENTRYPOINT ["EXECUTABLE", "ARGUMENT", …]', "ENTRYPOINT COMMAND …"),
        "The program that a container of this image always starts; CMD gives its default arguments.",
        expands=False,
    ),
    InstructionSpec(
        "LABEL",
        Arguments.PAIRS,
        ("LABEL NAME=VALUE …",),
        "Adds metadata to the image.",
    ),
    InstructionSpec(
        "HEALTHCHECK",
        Arguments.HEALTH,
        ("HEALTHCHECK [OPTIONS] CMD COMMAND …", "HEALTHCHECK NONE"),
        "Tells how to test that the container still works, or with NONE switches off the base image's check.",
        (
            FlagSpec("interval", "Time between two checks (default `30s`)."),
            FlagSpec("timeout", "Time after which a check has failed (default `30s`)."),
            FlagSpec("start-period", "Time in which failures do not count (default `0s`)."),
            FlagSpec("start-interval", "Time between two checks during the start period (default `5s`)."),
            FlagSpec("retries", "Failures in a row that make the container unhealthy (default `3`)."),
        ),
        expands=False,
    ),
    InstructionSpec(
        "SHELL",
        Arguments.COMMAND,
        ('SHELL ["EXECUTABLE", "ARGUMENT", …]',),
        "The shell that runs the shell form of the following RUN, CMD and ENTRYPOINT.",
        expands=False,
    ),
    InstructionSpec(
        "VOLUME",
        Arguments.PATHS,
        ("VOLUME PATH …", 'VOLUME ["PATH", …]'),
        "Marks folders whose content lives outside the image. Later changes to them in the build are lost.",
    ),
    InstructionSpec(
        "STOPSIGNAL",
        Arguments.TEXT,
        ("STOPSIGNAL SIGNAL",),
        "The signal that asks the container to stop.",
    ),
    InstructionSpec(
        "ONBUILD",
        Arguments.INSTRUCTION,
        ("ONBUILD INSTRUCTION …",),
        "Keeps an instruction for later: it runs when another Dockerfile uses this image as its base.",
        trigger=False,
    ),
    InstructionSpec(
        "MAINTAINER",
        Arguments.TEXT,
        ("MAINTAINER NAME",),
        "Deprecated: names the author. Use `LABEL org.opencontainers.image.authors=…`.",
        expands=False,
        trigger=False,
    ),
)

INSTRUCTIONS: dict[str, InstructionSpec] = {spec.name: spec for spec in _ALL}
"""Every instruction by its name in upper case, the ones that are written most often first."""

DIRECTIVES: dict[str, str] = {
    "syntax": "The Dockerfile frontend that builds this file, such as `docker/dockerfile:1`.",
    "escape": "The character that escapes and that continues a line: `\\` (default) or `` ` ``.",
    "check": "Settings of the checks: `skip=Rule,Other` or `skip=all`, `error=true`, `experimental=…`.",
}
"""The parser directives, which stand at the very top of the file, and what they do."""
