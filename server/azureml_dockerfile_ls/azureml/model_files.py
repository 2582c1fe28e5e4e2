"""What the names of files and folders reveal: models, and what contains no code."""

from __future__ import annotations

import posixpath

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

MODEL_SUFFIXES = (
    *(".pkl", ".pickle", ".joblib", ".onnx", ".pt", ".pth", ".h5", ".keras", ".pb", ".safetensors", ".bin"),
)
"""How the names of model files end, in lower case."""

NO_CODE = (".txt", ".yml", ".yaml", ".json", ".csv", ".md", *MODEL_SUFFIXES)
"""How the names of files end that contain no code, in lower case."""

_MODEL = lazy_pattern(r"model(?!l?ing|er)")
_NO_MODEL = (".py", ".txt", ".yml", ".yaml", ".sh", ".md", ".toml", ".cfg", ".ini", ".ipynb")


def is_model(source: str) -> bool:
    """Whether a file or folder is, by its name, a model rather than code about models."""
    name = posixpath.basename(source.rstrip("/")).lower()
    return _MODEL.search(name) is not None and not name.endswith(_NO_MODEL)


def is_without_code(source: str) -> bool:
    """Whether a file or folder, by its name, contains no code: it is a model, or a file of text or data."""
    return is_model(source) or source.lower().endswith(NO_CODE)
