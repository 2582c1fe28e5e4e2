"""Which copied files are a model, for the rules about models."""

from __future__ import annotations

from azureml_dockerfile_ls.azureml.models import is_model as is_model
