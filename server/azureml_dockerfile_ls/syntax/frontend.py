"""The frontend that reads a Dockerfile: Docker's own, or another that `# syntax=` names."""

from __future__ import annotations

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.syntax.nodes import Tree

_DOCKERS = lazy_pattern(r"(?:[^/]+/)*docker/dockerfile[^/:@]*(?:[:@].*)?")
"""`docker/dockerfile` and `docker/dockerfile-upstream`, on Docker Hub or on a mirror of it."""


def has_other_frontend(tree: Tree) -> bool:
    """Whether a frontend that is not Docker's own reads the file: it may know other instructions and flags."""
    syntax = _syntax(tree)
    return syntax is not None and _DOCKERS.fullmatch(syntax) is None


def has_labs_features(tree: Tree) -> bool:
    """Whether the frontend may have features that Docker's stable one does not have yet."""
    syntax = _syntax(tree)
    return syntax is not None and (_DOCKERS.fullmatch(syntax) is None or "labs" in syntax or "master" in syntax)


def _syntax(tree: Tree) -> str | None:
    """The first word of `# syntax=`."""
    for directive in tree.directives:
        if directive.name == "syntax":
            return directive.value.split(" ", 1)[0]
    return None
