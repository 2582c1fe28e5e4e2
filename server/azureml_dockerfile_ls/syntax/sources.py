"""Sources of COPY and ADD that are not files of the build context."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.syntax.go import quoted
from azureml_dockerfile_ls.syntax.language import BOOLEANS

_URL = lazy_pattern(r"https?://")
_SCP = r"[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:"
_GIT = lazy_pattern(rf"{_SCP}|git://|ssh://|https?://[^#?]*\.git(?:[#?]|$)")
_LIKE_A_FOLDER = "github.com/"


def is_url(source: str) -> bool:
    """Whether a source is fetched over HTTP; a Git repository may be, too."""
    return _URL.match(source) is not None


def is_git(source: str) -> bool:
    """Whether a source is surely a Git repository: one that has not the form of a folder."""
    return _GIT.match(source) is not None


def is_remote(source: str) -> bool:
    """Whether a source of ADD is fetched from somewhere else: over HTTP or from a Git repository."""
    return is_url(source) or is_git(source) or source.startswith(_LIKE_A_FOLDER)


def git_message(source: str, checksum: str = "", keep_git_dir: bool | None = None) -> str | None:
    """BuildKit's message for the query of a Git repository, beside the flags of ADD; None if it has a good one."""
    if "?" not in source or not (is_git(source) or source.startswith(_LIKE_A_FOLDER)):
        return None
    address, _, fragment = source.partition("#")
    query = address.partition("?")[2]
    values: dict[str, str] = {}
    for name, value in _query(query):
        if not value:
            return f"query {quoted(name)} has no value"
        if name in values:
            return f"query {quoted(name)} has multiple values"
        if name not in _QUERY:
            return f"unexpected query {quoted(name)}"
        if name in _FLAGS and value not in BOOLEANS:
            return f"invalid {name} value: {quoted(value)}"
        values[name] = value
    reference, _, folder = fragment.partition(":")
    return (
        _conflict("subdir", folder, values.get("subdir", ""))
        or _reference_conflict(reference, values)
        or _flag_conflict(values, checksum, keep_git_dir)
    )


_FLAGS = ("keep-git-dir", "submodules")
_QUERY = frozenset(("ref", "tag", "branch", "subdir", "checksum", "commit", *_FLAGS))


def _query(text: str) -> Iterator[tuple[str, str]]:
    """The names and values of a query; Go leaves out what is not in its form."""
    for part in text.split("&"):
        is_wrong = ";" in part or re.search(r"%(?![0-9a-fA-F]{2})", part)
        if part and not is_wrong:
            name, _, value = part.partition("=")
            yield unquote_plus(name), unquote_plus(value)


def _conflict(what: str, one: str, other: str) -> str | None:
    return f"{what} conflicts: {quoted(one)} vs {quoted(other)}" if one and other and one != other else None


def _reference_conflict(reference: str, values: dict[str, str]) -> str | None:
    message = _conflict("ref", reference, values.get("ref", ""))
    reference = reference or values.get("ref", "")
    tag, branch = values.get("tag"), values.get("branch")
    if message or (not tag and not branch):
        return message
    if tag and branch:
        return "branch conflicts with tag"
    prefix = "refs/tags/" if tag else "refs/heads/"
    meant = f"{prefix}{(tag or branch or '').removeprefix(prefix)}"
    return _conflict("ref", reference, meant)


def _flag_conflict(values: dict[str, str], checksum: str, keep_git_dir: bool | None) -> str | None:
    wanted = values.get("checksum") or values.get("commit")
    if checksum and wanted and checksum != wanted:
        return f"checksum mismatch {quoted(checksum)} != {quoted(wanted)}"
    kept = values.get("keep-git-dir")
    if kept and keep_git_dir is not None and keep_git_dir != (kept.lower() in ("1", "t", "true")):
        return "inconsistent keep-git-dir configuration"
    return None
