"""Paths that a YAML names and that do not exist: which one is meant."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.context.entries import EXISTING, EntryKind
from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from azureml_dockerfile_ls.rules.rule import Fix, replacement_in_yaml
from azureml_dockerfile_ls.spelling import closest, did_you_mean
from azureml_dockerfile_ls.yaml.nodes import Scalar


def does_not_exist(what: str, meant: str | None) -> str:
    """The message about a path that does not exist, `meant` being the one to suggest."""
    return f"{what} does not exist{did_you_mean(meant)}. Paths start from the folder of this file."


def near_path(files: ManifestFiles, folder: str, path: str, kind: EntryKind) -> str | None:
    """The path below `folder` that exists and differs in the spelling of one name; None without one."""
    names = path.split("/")
    for number, name in enumerate(names):
        before = "/".join(names[:number])
        if files.kind_of(folder, before, name) in EXISTING:
            continue
        near = closest(name, files.names_in(folder, before))
        meant = posixpath.join(before, near, *names[number + 1 :]) if near is not None else None
        return meant if meant is not None and files.kind_of(folder, meant) is kind else None
    return None


def near_fix(written: Scalar, path: str, meant: str | None) -> Iterator[Fix]:
    """The fix that writes the path that is meant, in the style of the written one."""
    if meant is not None:
        text = f"./{meant}" if written.value.startswith("./") and not meant.startswith(".") else meant
        yield replacement_in_yaml(f"Change to {meant}", written.inner, text, is_preferred=True)
