"""What the names of files reveal."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.azureml.model_files import is_model, is_without_code


@pytest.mark.parametrize("name", ["model", "models/", "data/model.pkl", "my-model", "MODEL.onnx"])
def test_models(name: str) -> None:
    """A file or folder with "model" in its name is a model."""
    assert is_model(name)
    assert is_without_code(name)


@pytest.mark.parametrize("name", ["model.py", "modeling", "modeler", "models.txt", "code"])
def test_code_about_models(name: str) -> None:
    """Code and lists about models, and other names, are not models."""
    assert not is_model(name)


@pytest.mark.parametrize("name", ["requirements.txt", "conda.YML", "data.csv", "README.md", "weights.safetensors"])
def test_files_without_code(name: str) -> None:
    """Files of text, data and weights contain no code."""
    assert is_without_code(name)


@pytest.mark.parametrize("name", ["score.py", "code", "run.sh", "a.zip", "."])
def test_what_may_be_code(name: str) -> None:
    """Scripts, folders and archives may contain code."""
    assert not is_without_code(name)
