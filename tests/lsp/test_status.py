"""azuremlDockerfile/status: what an editor shows about the server that runs."""

from __future__ import annotations

import sys

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.images.catalogue import BUILT_IN_DATE
from tests.lsp.raw_client import RawClient


def test_the_status_names_what_runs(client: RawClient) -> None:
    """The server, its Python and the date of the list of images that it brings."""
    client.initialize()
    python = ".".join(map(str, sys.version_info[:3]))
    expected = {"server": __version__, "python": python, "catalogueDate": BUILT_IN_DATE}
    for params in (None, {}):
        assert client.request("azuremlDockerfile/status", params) == expected
