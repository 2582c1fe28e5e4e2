"""The sub-command `doctor`: what a bug report needs to say about this machine."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.cli.images.times import age
from azureml_dockerfile_ls.cli.terminal import print_text, visible
from azureml_dockerfile_ls.cli.version import build
from azureml_dockerfile_ls.hadolint import installed_programs, program_for, project_folders
from azureml_dockerfile_ls.images import cache
from azureml_dockerfile_ls.images.catalogue import BUILT_IN_DATE, REGISTRY
from azureml_dockerfile_ls.images.http import Deadline, RegistryError, without_login
from azureml_dockerfile_ls.images.registry import Registry
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.project import Projects
from azureml_dockerfile_ls.workspace import Workspace, resolve

_LIBRARIES = "pygls lsprotocol attrs cattrs dockerfile-parse requests packaging pathspec platformdirs".split()
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
_ASKED = REGISTRY + "azureml/minimal-py312-inference"
_LOGIN_OF_PROXY = lazy_pattern(r"^(\w+://)?.*@")


def run_doctor(path: str, *, is_asking: bool = False) -> int:
    """Print the facts of this installation, and the settings for a file or folder; return the exit status.

    With `is_asking`, the registry is asked for the tags of one image; without it nothing is sent. The status is 1 if a
    setting is invalid or the registry does not answer.
    """
    is_folder = os.path.isdir(path)
    workspace = resolve(None if is_folder else path, Projects(), folder=path if is_folder else None)
    projects = project_folders(os.path.join(path, "Dockerfile") if is_folder else path)
    answer, is_reached = _registry(workspace, is_asking)
    rows = [
        ("azureml-dockerfile-ls", f"{__version__} (build {build()})"),
        ("Python", f"{platform.python_version()}, {sys.executable}"),
        ("platform", platform.platform()),
        *((name, _version(name)) for name in _LIBRARIES),
        ("built-in images", BUILT_IN_DATE),
        ("cache", _cache()),
        *_settings(workspace),
        *_proxies(),
        ("registry", answer),
        ("hadolint", program_for(installed_programs(), projects) or "not found"),
    ]
    width = max(len(name) for name, _ in rows)
    print_text("\n".join(f"{name:{width}}  {visible(_without_secrets(value))}" for name, value in rows))
    return 0 if is_reached and not workspace.problems else 1


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "not found"


def _cache() -> str:
    folder = cache.default_folder()
    try:
        answers = cache.stored_files(folder)
    except OSError as error:
        return f"{folder}: {error.strerror or error}"
    if not answers:
        return f"{folder}: empty"
    size = max(sum(status.st_size for status in answers) >> 10, 1)
    newest = age(max(status.st_mtime for status in answers))
    count = f"{len(answers)} answer{'' if len(answers) == 1 else 's'}"
    return f"{folder}: {count}, {size} KiB, the newest from {newest}"


def _settings(workspace: Workspace) -> Iterator[tuple[str, str]]:
    yield "settings", workspace.source or "no settings file"
    for problem in workspace.problems:
        yield "invalid setting", str(problem)
    if workspace.context_root is not None:
        yield "build context", workspace.context_root


def _proxies() -> Iterator[tuple[str, str]]:
    for name in _PROXIES:
        for spelling in (name.lower(), name):
            if os.environ.get(spelling):
                yield spelling, _LOGIN_OF_PROXY.sub(r"\1…@", os.environ[spelling])


def _registry(workspace: Workspace, is_asking: bool) -> tuple[str, bool]:
    """The words about the registry, and whether nothing is wrong with it."""
    if not workspace.settings.registry_enabled:
        return "switched off by registry.enabled", True
    if not is_asking:
        return "not asked; --ask-registry asks it for the tags of one image", True
    if workspace.problems:
        # One of the invalid settings may be the one that switches the registry off.
        return "not asked, because a setting is invalid", False
    registry = Registry()
    where = registry.locate(_ASKED)
    assert where is not None
    try:
        with Deadline() as deadline:
            tags = registry.tags(where, deadline)
    except RegistryError as error:
        return f"no answer from {where.registry}: {error.__cause__ or error}", False
    return f"{where.registry} answers, with {len(tags.names)} tags of {where.name}", True


def _without_secrets(text: str) -> str:
    """The text without the user names and passwords of URLs, and with `~` for the user's folder."""
    home = os.path.expanduser("~")
    text = without_login(text)
    return re.sub(rf"(?<![\w/]){re.escape(home)}(?=/|\\|$|:)", "~", text) if len(home) > 1 else text
