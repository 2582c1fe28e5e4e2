"""The two parts of the language server: general Dockerfile support, and the knowledge of Azure ML.

The setting `dockerfileFeatures: false` leaves only the second part, for use beside another Dockerfile server.
"""

from __future__ import annotations

from enum import Enum


class Part(Enum):
    """The part that a feature, or one provider of it, belongs to."""

    DOCKERFILE = "dockerfile"
    AZUREML = "azureml"

    def is_on(self, *, dockerfile_features: bool) -> bool:
        """Whether the setting `dockerfileFeatures` leaves this part on."""
        return dockerfile_features or self is Part.AZUREML
