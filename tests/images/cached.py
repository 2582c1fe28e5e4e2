"""An answer for the tests of the cache, and the file that contains it."""

from __future__ import annotations

from pathlib import Path

from azureml_dockerfile_ls.images.registry import Repository
from azureml_dockerfile_ls.images.responses import Listing

WHERE = Repository("https://mcr.microsoft.com", "azureml/minimal-py312-inference")
LISTING = Listing(("latest", "20260316.v1"), is_complete=True)


def the_file(folder: Path) -> Path:
    """The only file in the cache's folder."""
    (path,) = folder.iterdir()
    return path
