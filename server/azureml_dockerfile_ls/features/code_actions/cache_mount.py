"""A cache mount for the downloads of a RUN. Only in a file that needs BuildKit already."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action
from azureml_dockerfile_ls.features.code_actions.refactoring import Target, refactoring, target_of, uses_buildkit
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.chain import chain_of
from azureml_dockerfile_ls.shell.commands import Command, ShellWord
from azureml_dockerfile_ls.shell.programs.apt import system_packages_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import LocalSpan, Span

_APT_LISTS = "/var/lib/apt/lists"
_APT_MOUNTS = (
    "--mount=type=cache,target=/var/cache/apt,sharing=locked",
    f"--mount=type=cache,target={_APT_LISTS},sharing=locked",
)
_REMOVES_LISTS = lazy_pattern(rf"rm -(?:rf|fr|r) {_APT_LISTS}(?:/\*|/)?")
_NO_CACHE = frozenset(("--no-cache-dir", "--no-cache", "-n"))
_CACHE_VARIABLES = ("PIP_CACHE_DIR", "PIP_NO_CACHE_DIR", "UV_CACHE_DIR", "UV_NO_CACHE", "XDG_CACHE_HOME", "HOME")


class _Cache(NamedTuple):
    """The cache of a program: the flags, and the parts of the instruction that would make it useless."""

    program: str
    mounts: tuple[str, ...]
    useless: tuple[LocalSpan, ...]


def cache_mount(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """A cache mount for apt, pip or uv in the RUN at `span`, as root. What stays in the image is the same.

    conda has its cache inside its own folder, which differs between images, so it gets none.
    """
    target = target_of(snapshot, span, "RUN")
    if target is None or not target.is_posix or target.instruction.is_json or target.instruction.flag("mount"):
        return
    if not uses_buildkit(snapshot):
        return
    user = target.placed.stage.user_at(target.at).value
    if user not in ("root", "0"):
        return
    for cache in _caches(target):
        place = LocalSpan(target.instruction.keyword.span.end, target.instruction.keyword.span.end)
        edits = [target.edit(place, "".join(f" {mount}" for mount in cache.mounts))]
        edits += [target.edit(each, "") for each in cache.useless]
        yield from refactoring(snapshot, ActionKind.REWRITE, f"Add cache mount for {cache.program}", *edits)


def _caches(target: Target) -> Iterator[_Cache]:
    commands = commands_of(target.instruction)
    apt = _apt(target, commands)
    if apt is not None:
        yield apt
    stage = target.placed.stage
    if any(stage.definition_at(name, target.at) is not None for name in _CACHE_VARIABLES):
        return
    if any(word.value.startswith(_CACHE_VARIABLES) for command in commands for word in command.prefix):
        return
    for program, folder in (("pip", "/root/.cache/pip"), ("uv", "/root/.cache/uv")):
        installing = [command for command in commands if _installs_with(command, program)]
        options = [word for command in installing for word in command.arguments]
        if not installing or any(word.value.startswith("--cache-dir") for word in options):
            continue
        if any("cache" in word.value for command in commands for word in command.words if command not in installing):
            continue
        unwanted = [word for word in options if word.value in _NO_CACHE]
        spans = tuple(_with_blanks(target, word) for word in unwanted)
        yield _Cache(program, (f"--mount=type=cache,target={folder}",), spans)


def _installs_with(command: Command, program: str) -> bool:
    pip = pip_of(command)
    if pip is None or pip.action.value != "install" or command.by_sudo:
        return False
    return (command.program == "uv") == (program == "uv")


def _apt(target: Target, commands: tuple[Command, ...]) -> _Cache | None:
    """The cache of apt, where the RUN updates the lists, and removes them at its end: then no other RUN needs them."""
    chain = chain_of(target.instruction)
    if chain is None or len(chain.texts) < 3 or not _REMOVES_LISTS.fullmatch(" ".join(chain.texts[-1].split())):
        return None
    actions = {found.action.value for command in commands if (found := system_packages_of(command)) is not None}
    is_used_otherwise = any("/apt" in word.value for command in commands[:-1] for word in command.words[1:])
    if not {"update", "install"} <= actions or is_used_otherwise or target.instruction.comments:
        return None
    return _Cache("apt", _APT_MOUNTS, (LocalSpan(chain.spans[-2].end, chain.spans[-1].end),))


def _with_blanks(target: Target, word: ShellWord) -> LocalSpan:
    """A word with the blanks before it on its line."""
    text, start = target.instruction.text, word.span.start
    while text[start - 1] in " \t":
        start -= 1
    is_first = text[start - 1] == "\n"
    end = word.span.end
    if is_first:
        start = word.span.start
        while text[end : end + 1] in (" ", "\t"):
            end += 1
    return LocalSpan(start, end)
