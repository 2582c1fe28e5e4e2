"""The base images that the tests use."""

from __future__ import annotations

AZUREML = "mcr.microsoft.com/azureml"
"""The path of Azure ML's images in their registry."""

INFERENCE_IMAGE = f"{AZUREML}/minimal-py312-inference"
"""An image with the inference server, which runs as dockeruser."""

TRAINING_IMAGE = f"{AZUREML}/openmpi4.1.0-ubuntu22.04"
"""An image without the inference server, which runs as root."""

FROM_INFERENCE = f"FROM {INFERENCE_IMAGE}:latest\n"
FROM_TRAINING = f"FROM {TRAINING_IMAGE}:latest\n"
