"""The commands of code lenses. A module of its own, because a client gets them before the analysis is imported."""

from __future__ import annotations

from enum import Enum


class LensCommand(Enum):
    """A command that the client executes, by its name in the protocol.

    The arguments of the first three are the URI of the document and a stage, null for the last one. Those of the fourth
    are the URI and a position in the name of an image, whose hover has the facts. Those of the last are the URI of a
    YAML and a position in it.
    """

    BUILD = "azuremlDockerfile.buildInTerminal"
    COPY_DOCKER_BUILD = "azuremlDockerfile.copyDockerBuild"
    COPY_AZ_ACR_BUILD = "azuremlDockerfile.copyAzAcrBuild"
    SHOW_IMAGE_FACTS = "azuremlDockerfile.showImageFacts"
    OPEN_ENVIRONMENT = "azuremlDockerfile.openEnvironment"
