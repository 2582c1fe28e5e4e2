"""The instructions: their forms, their arguments, and their flags."""

from __future__ import annotations

from enum import Enum, auto

from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.syntax.language.flags import (
    ADD_FLAGS,
    COPY_FLAGS,
    FROM_FLAGS,
    HEALTHCHECK_FLAGS,
    RUN_FLAGS,
    FlagSpec,
)
from azureml_dockerfile_ls.syntax.language.pages import section_url


class Arguments(Enum):
    """How the text after the flags of an instruction is divided."""

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

    @property
    def may_be_json(self) -> bool:
        """Whether they, or the part after the type, may be a JSON array."""
        return self in (Arguments.PATHS, Arguments.COMMAND, Arguments.HEALTH)


@dataclass(frozen=True, slots=True)
class Arity:
    """How many arguments an instruction needs: at least `minimum`, and how BuildKit says so."""

    minimum: int
    words: str


@dataclass(frozen=True, slots=True)
class KeywordSpec:
    """A keyword among the arguments of an instruction."""

    name: str
    documentation: str


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """A word of the forms of an instruction, which a reader replaces."""

    name: str
    documentation: str


@dataclass(frozen=True, slots=True)
class InstructionSpec:
    """An instruction: its forms as a reader writes them, what it does, and how its arguments are read."""

    name: str
    arguments: Arguments
    forms: tuple[str, ...]
    documentation: str
    arity: Arity | None = None
    flags: tuple[FlagSpec, ...] = ()
    checks_flags: bool = True
    """Whether BuildKit refuses flags that the instruction does not have."""
    keywords: tuple[KeywordSpec, ...] = ()
    expands: bool = True
    """Whether BuildKit replaces `$NAME` in the arguments (else the shell of the container may)."""
    heredocs: bool = False
    trigger: bool = True
    """Whether it may follow ONBUILD."""
    parameters: tuple[ParameterSpec, ...] = ()
    """The words of `forms`, without the flags."""
    likely: tuple[str, ...] = ()
    """Arguments that people write, the most frequent first."""

    def flag(self, name: str) -> FlagSpec | None:
        """The flag called `name` (without its dashes), if the instruction has it."""
        return next((flag for flag in self.flags if flag.name == name), None)

    @property
    def url(self) -> str:
        """Where the Dockerfile reference describes it."""
        return section_url(self.name.lower())


_COMMAND = (
    ParameterSpec("COMMAND", "A command for the shell, which replaces variables."),
    ParameterSpec("EXECUTABLE", "The program. No shell runs, so nothing replaces variables."),
    ParameterSpec("ARGUMENT", "An argument of the program, as it is."),
)
_PATHS = (
    ParameterSpec(
        "SOURCE", "A file or folder of the build context, with wildcards; of a folder, what is in it. Can be repeated."
    ),
    ParameterSpec(
        "DESTINATION", "Where it goes in the image, relative to WORKDIR. A folder for several sources ends with `/`."
    ),
)
_EXACTLY_ONE = Arity(1, "exactly one argument")
_AT_LEAST_ONE = Arity(1, "at least one argument")
_AT_LEAST_TWO = Arity(2, "at least two arguments, but only one was provided. Destination could not be determined")

_ALL = (
    InstructionSpec(
        "FROM",
        Arguments.WORDS,
        ("FROM [--platform=PLATFORM] IMAGE[:TAG][@DIGEST] [AS NAME]",),
        "Begins a build stage on a base image, an earlier stage, or `scratch`. Only ARG may precede the first FROM.",
        Arity(1, "either one or three arguments"),
        FROM_FLAGS,
        keywords=(KeywordSpec("AS", "Gives the stage a name."),),
        trigger=False,
        parameters=(
            ParameterSpec("IMAGE", "The base image, the name of an earlier stage, or `scratch`."),
            ParameterSpec("TAG", "The tag of the image; `latest` without one."),
            ParameterSpec("DIGEST", "The digest of the image, such as `sha256:…`. It never moves to another release."),
            ParameterSpec("NAME", "The name of the stage, for later FROM and `COPY --from`."),
        ),
    ),
    InstructionSpec(
        "RUN",
        Arguments.COMMAND,
        ("RUN [OPTIONS] COMMAND …", 'RUN [OPTIONS] ["EXECUTABLE", "ARGUMENT", …]', "RUN [OPTIONS] <<EOF"),
        "Runs a command while the image is built and keeps what it changed as a new layer. "
        "It runs as the user, and in the directory, that USER and WORKDIR have set.",
        flags=RUN_FLAGS,
        expands=False,
        heredocs=True,
        parameters=(
            *_COMMAND,
            ParameterSpec("EOF", "The word that ends the script on the lines below."),
        ),
    ),
    InstructionSpec(
        "CMD",
        Arguments.COMMAND,
        ('CMD ["EXECUTABLE", "ARGUMENT", …]', "CMD COMMAND …"),
        "The command that a container of this image starts, or the default arguments of ENTRYPOINT. "
        "Only the last one has an effect.",
        expands=False,
        parameters=_COMMAND,
    ),
    InstructionSpec(
        "COPY",
        Arguments.PATHS,
        ("COPY [OPTIONS] SOURCE … DESTINATION", 'COPY [OPTIONS] ["SOURCE", …, "DESTINATION"]'),
        "Copies files from the build context, or with `--from` from a stage or an image.",
        _AT_LEAST_TWO,
        COPY_FLAGS,
        heredocs=True,
        parameters=_PATHS,
    ),
    InstructionSpec(
        "ADD",
        Arguments.PATHS,
        ("ADD [OPTIONS] SOURCE … DESTINATION", 'ADD [OPTIONS] ["SOURCE", …, "DESTINATION"]'),
        "Copies files as COPY does; it also fetches URLs and Git repositories, and unpacks local archives.",
        _AT_LEAST_TWO,
        ADD_FLAGS,
        heredocs=True,
        parameters=(
            ParameterSpec("SOURCE", "A file or folder of the build context, an address, or a Git repository."),
            _PATHS[1],
        ),
    ),
    InstructionSpec(
        "ENV",
        Arguments.PAIRS,
        ("ENV NAME=VALUE …",),
        "Sets environment variables for the following instructions and for the containers of the image.",
        _AT_LEAST_ONE,
        parameters=(
            ParameterSpec("NAME", "The name of the variable."),
            ParameterSpec("VALUE", "The value; in quotes if it has spaces."),
        ),
    ),
    InstructionSpec(
        "ARG",
        Arguments.DEFINITIONS,
        ("ARG NAME[=DEFAULT] …",),
        "Declares a variable that `docker build --build-arg NAME=VALUE` can set. It lives until the end of the stage; "
        "one before the first FROM is seen by FROM only, unless a stage declares it again.",
        _AT_LEAST_ONE,
        checks_flags=False,
        parameters=(
            ParameterSpec("NAME", "The name of the variable."),
            ParameterSpec("DEFAULT", "The value without `--build-arg`."),
        ),
    ),
    InstructionSpec(
        "WORKDIR",
        Arguments.TEXT,
        ("WORKDIR PATH",),
        "Sets the working directory for the following instructions and for the container; it is made if it is missing.",
        _EXACTLY_ONE,
        parameters=(ParameterSpec("PATH", "A folder of the image, relative to the WORKDIR before it."),),
    ),
    InstructionSpec(
        "USER",
        Arguments.TEXT,
        ("USER NAME[:GROUP]",),
        "Sets the user, by name or number, for the following RUN, CMD and ENTRYPOINT, and for the container.",
        _EXACTLY_ONE,
        parameters=(
            ParameterSpec("NAME", "The name or number of the user."),
            ParameterSpec("GROUP", "The name or number of the group. Without it: the primary group of the user."),
        ),
    ),
    InstructionSpec(
        "EXPOSE",
        Arguments.WORDS,
        ("EXPOSE PORT[/PROTOCOL] …",),
        "Documents the ports on which the container listens. It publishes nothing.",
        _AT_LEAST_ONE,
        parameters=(
            ParameterSpec("PORT", "A port, or a range such as `8000-8010`."),
            ParameterSpec("PROTOCOL", "`tcp` (default), `udp` or `sctp`."),
        ),
    ),
    InstructionSpec(
        "ENTRYPOINT",
        Arguments.COMMAND,
        ('ENTRYPOINT ["EXECUTABLE", "ARGUMENT", …]', "ENTRYPOINT COMMAND …"),
        "The program that a container of this image always starts; CMD gives its default arguments.",
        expands=False,
        parameters=_COMMAND,
    ),
    InstructionSpec(
        "LABEL",
        Arguments.PAIRS,
        ("LABEL NAME=VALUE …",),
        "Adds metadata to the image.",
        _AT_LEAST_ONE,
        parameters=(
            ParameterSpec("NAME", "The key, such as `org.opencontainers.image.source`."),
            ParameterSpec("VALUE", "The value; in quotes if it has spaces."),
        ),
    ),
    InstructionSpec(
        "HEALTHCHECK",
        Arguments.HEALTH,
        ("HEALTHCHECK [OPTIONS] CMD COMMAND …", "HEALTHCHECK NONE"),
        "Defines how to test that the container still works, or with NONE switches off the base image's check.",
        _AT_LEAST_ONE,
        HEALTHCHECK_FLAGS,
        keywords=(
            KeywordSpec("CMD", "Runs this command to check the container."),
            KeywordSpec("NONE", "Switches off the check of the base image."),
        ),
        expands=False,
        parameters=(
            ParameterSpec("COMMAND", "The command. Status 0 means healthy, 1 unhealthy."),
            ParameterSpec("NONE", "Switches off the check of the base image."),
        ),
    ),
    InstructionSpec(
        "SHELL",
        Arguments.COMMAND,
        ('SHELL ["EXECUTABLE", "ARGUMENT", …]',),
        "The shell that runs the shell form of the following RUN, CMD and ENTRYPOINT.",
        _AT_LEAST_ONE,
        expands=False,
        parameters=(
            ParameterSpec("EXECUTABLE", "The program of the shell."),
            ParameterSpec("ARGUMENT", "Its arguments, such as `-c`. The command follows as the last one."),
        ),
        likely=('["/bin/bash", "-o", "pipefail", "-c"]', '["/bin/bash", "-c"]', '["/bin/sh", "-c"]'),
    ),
    InstructionSpec(
        "VOLUME",
        Arguments.PATHS,
        ("VOLUME PATH …", 'VOLUME ["PATH", …]'),
        "Marks folders whose content lives outside the image. Later changes to them in the build are lost.",
        _AT_LEAST_ONE,
        parameters=(ParameterSpec("PATH", "A folder of the image."),),
    ),
    InstructionSpec(
        "STOPSIGNAL",
        Arguments.TEXT,
        ("STOPSIGNAL SIGNAL",),
        "The signal that asks the container to stop.",
        _EXACTLY_ONE,
        checks_flags=False,
        parameters=(ParameterSpec("SIGNAL", "The name or number of a signal, such as `SIGINT`."),),
    ),
    InstructionSpec(
        "ONBUILD",
        Arguments.INSTRUCTION,
        ("ONBUILD INSTRUCTION …",),
        "Keeps an instruction for later: it runs when another Dockerfile uses this image as its base.",
        _AT_LEAST_ONE,
        trigger=False,
        parameters=(ParameterSpec("INSTRUCTION", "Any instruction but FROM, ONBUILD and MAINTAINER."),),
    ),
    InstructionSpec(
        "MAINTAINER",
        Arguments.TEXT,
        ("MAINTAINER NAME",),
        "Deprecated: names the author. Use `LABEL org.opencontainers.image.authors=…`.",
        _EXACTLY_ONE,
        expands=False,
        trigger=False,
        parameters=(ParameterSpec("NAME", "The name of the author."),),
    ),
)

INSTRUCTIONS: dict[str, InstructionSpec] = {spec.name: spec for spec in _ALL}
"""Every instruction by its name in upper case, the ones that are written most often first."""
