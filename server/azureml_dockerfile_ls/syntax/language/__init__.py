"""The one table that describes the Dockerfile language.

Parsing, errors, completion, hover and signature help all read it: a new flag, key of a mount or directive is one entry
here. The facts are those of BuildKit's Dockerfile frontend (`frontend/dockerfile/instructions`) and of the Dockerfile
reference.
"""

from azureml_dockerfile_ls.syntax.language.caches import CACHES, CacheSpec
from azureml_dockerfile_ls.syntax.language.directives import CHECK_OPTIONS, DIRECTIVES, DirectiveSpec
from azureml_dockerfile_ls.syntax.language.flags import FlagSpec
from azureml_dockerfile_ls.syntax.language.instructions import INSTRUCTIONS, Arguments, InstructionSpec
from azureml_dockerfile_ls.syntax.language.kinds import BOOLEANS, LIKELY_VALUES, ValueKind
from azureml_dockerfile_ls.syntax.language.labels import LABEL_KEYS
from azureml_dockerfile_ls.syntax.language.mounts import MOUNT_KEYS, MOUNTS, KeySpec, MountSpec
from azureml_dockerfile_ls.syntax.language.platforms import (
    ARCHITECTURES,
    BUILD_ARGUMENTS,
    BUILD_ARGUMENTS_URL,
    OPERATING_SYSTEMS,
)
from azureml_dockerfile_ls.syntax.language.ports import PORT_PROTOCOLS
from azureml_dockerfile_ls.syntax.language.signals import LIKELY_SIGNALS, SIGNALS

__all__ = [
    "ARCHITECTURES",
    "BOOLEANS",
    "BUILD_ARGUMENTS",
    "BUILD_ARGUMENTS_URL",
    "CACHES",
    "CHECK_OPTIONS",
    "DIRECTIVES",
    "INSTRUCTIONS",
    "LABEL_KEYS",
    "LIKELY_SIGNALS",
    "LIKELY_VALUES",
    "MOUNTS",
    "MOUNT_KEYS",
    "OPERATING_SYSTEMS",
    "PORT_PROTOCOLS",
    "SIGNALS",
    "Arguments",
    "CacheSpec",
    "DirectiveSpec",
    "FlagSpec",
    "InstructionSpec",
    "KeySpec",
    "MountSpec",
    "ValueKind",
]
