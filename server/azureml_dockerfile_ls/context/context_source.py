"""Who says which folder is the build context of a Dockerfile, and which environments build it."""

from __future__ import annotations

from enum import Enum

from azureml_dockerfile_ls.records import dataclass


class Certainty(Enum):
    """KNOWN: a setting, the command line or a YAML names the folder. ASSUMED: it is the Dockerfile's own folder."""

    KNOWN = "known"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class ContextSource:
    """How the folder of a build context is known.

    `says` names who says so: `the setting buildContext`, or the path of a YAML, relative to the folder of the
    Dockerfile. `environment` is the name of the environment in that YAML, which `is_uploaded` to Azure ML.
    """

    certainty: Certainty
    says: str = ""
    environment: str | None = None
    is_uploaded: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the folder is certainly the build context."""
        return self.certainty is Certainty.KNOWN


ASSUMED = ContextSource(Certainty.ASSUMED)
BY_SETTING = ContextSource(Certainty.KNOWN, "the setting buildContext")
BY_COMMAND_LINE = ContextSource(Certainty.KNOWN, "the command line")


@dataclass(frozen=True, slots=True)
class EnvironmentPlace:
    """An environment that builds a Dockerfile: its YAML by the absolute path, its name there, and its place.

    The place is a line and the column of its first word, both from 0. Only blanks are before it, so the column is the
    same in every encoding.
    """

    path: str
    name: str | None
    line: int
    column: int

    @property
    def file_name(self) -> str:
        """The name of the YAML without its folder."""
        return self.path.replace("\\", "/").rpartition("/")[2]
