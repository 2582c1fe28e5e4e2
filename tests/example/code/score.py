"""The entry script of Azure ML's inference server: `init` once, `run` for each request."""

import json
import os
from pathlib import Path

weights: list[float] = []


def init() -> None:
    """Load the model that the Dockerfile put into the image."""
    global weights
    weights = json.loads((Path(os.environ["AZUREML_MODEL_DIR"]) / "weights.json").read_text())


def run(data: str) -> list[float]:
    """Score one request."""
    return [weight * value for weight, value in zip(weights, json.loads(data)["data"], strict=True)]
