"""The environment that the tests were started with, and the one in which they run."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

STARTED_WITH = dict(os.environ)


def cut_off() -> None:
    """Let no server that a test starts reach a real registry, or see what the user's own servers keep.

    It has a proxy that is not there, for every address but this machine's own, and an empty cache. It does not know
    of a workflow of GitHub, and runs no hadolint, which is not on every machine; the tests of hadolint allow it.
    """
    cache = tempfile.mkdtemp(prefix="azureml-dockerfile-ls-tests-")
    atexit.register(shutil.rmtree, cache, ignore_errors=True)
    for name in ("https_proxy", "no_proxy", "GITHUB_WORKSPACE"):
        os.environ.pop(name, None)
    os.environ["AZUREML_DOCKERFILE_HADOLINT"] = "off"
    os.environ |= {"XDG_CACHE_HOME": cache, "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost"}
