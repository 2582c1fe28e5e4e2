"""Names of packages that people install, the likeliest first, for completion only.

A name that is missing here says nothing about a package. Each list is a file with one name a line.

`pypi.txt`: packages of machine learning, then the 5,000 most downloaded packages of PyPI in that order, as the public
ranking `top-pypi-packages` had them in autumn 2026, then the current packages of `azureml-*`. `apt.txt`: frequent
packages of Ubuntu and Debian; all are in Debian 12, in Ubuntu 22.04, or in Microsoft's repository for these.
`conda.txt`: frequent packages of conda-forge and of Anaconda.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

Source = Literal["pypi", "apt", "conda"]


@cache
def package_names(source: Source) -> tuple[str, ...]:
    """The names of one source, the likeliest first; read when they are first asked for."""
    return tuple(Path(__file__).with_name(f"{source}.txt").read_text(encoding="utf-8").split())
