"""The option `--version`: which program this is, for bug reports."""

from __future__ import annotations

import hashlib
from pathlib import Path

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.cli.terminal import print_text

_PACKAGE = Path(__file__).parents[1]
_PARTS = ("*.py", "*.json", "*.txt")


def run_version() -> int:
    """Print the version and the build; return the exit status."""
    print_text(f"azureml-dockerfile-ls {__version__} (build {build()})")
    return 0


def build() -> str:
    """What names the build: a digest of the code and the data of the package.

    Two commits whose programs differ have different ones, however they were installed.
    """
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _PARTS for path in _PACKAGE.rglob(pattern)):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(_PACKAGE).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]
