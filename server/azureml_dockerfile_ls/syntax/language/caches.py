"""The caches of package managers, as targets of `RUN --mount=type=cache`."""

from __future__ import annotations

from azureml_dockerfile_ls.records import NamedTuple


class CacheSpec(NamedTuple):
    """A folder that a program keeps between builds; `sharing` is what it needs if several builds run at once."""

    target: str
    program: str
    sharing: str = ""

    @property
    def options(self) -> str:
        """The value of `target`, with `sharing` where the program needs it."""
        return f"{self.target},sharing={self.sharing}" if self.sharing else self.target


CACHES = (
    CacheSpec("/root/.cache/pip", "pip"),
    CacheSpec("/var/cache/apt", "apt", "locked"),
    CacheSpec("/var/lib/apt", "apt", "locked"),
    CacheSpec("/opt/miniconda/pkgs", "conda"),
    CacheSpec("/root/.cache/uv", "uv"),
    CacheSpec("/root/.cache/huggingface", "huggingface"),
    CacheSpec("/root/.npm", "npm"),
    CacheSpec("/root/.cache", "any"),
)
"""The caches, the likeliest first; those of conda are where Azure ML's images have it."""
