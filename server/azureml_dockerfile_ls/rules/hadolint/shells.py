"""The shell that reads an instruction, where hadolint takes another one.

hadolint 2.15 forgets SHELL after an ARG or ENV and in an ONBUILD, sees neither its options nor that of the stage below,
and takes the body of `RUN <<EOF program` for a script. It does not know Windows images and `#!/usr/bin/env bash`.
"""

from __future__ import annotations

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.run_commands import commands_at, is_read_by_posix_shell
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.shell.shells import shebang
from azureml_dockerfile_ls.syntax.nodes import Instruction

_MORE_THAN_SH = frozenset(("bash", "ksh", "mksh", "zsh"))
_KNOWN = _MORE_THAN_SH | {"sh", "dash", "ash", "busybox"}
_NOT_IN_SH = lazy_pattern("SC3[0-9]{3}")
_NO_PIPEFAIL = "DL4006"
_CD_MAY_FAIL = "SC2164"
_STOPS_AT_ERRORS = lazy_pattern("-[a-z]*e[a-z]*")


def is_for_another_shell(code: str, stage: Stage, index: int) -> bool:
    """Whether a finding is about a shell, but the one that reads instruction `index` of a stage is another."""
    if code != _NO_PIPEFAIL and not code.startswith("SC"):
        return False
    instruction = stage.instructions[index]
    first = shebang(instruction)
    if first:
        names = {word.rsplit("/", 1)[-1] for word in first}
        is_known = not names.isdisjoint(_KNOWN)
    else:
        names = {word.rsplit("/", 1)[-1] for word in Site(stage, index).shell or ()}
        is_known = is_read_by_posix_shell(stage, index)
    if not is_known or _is_input(instruction):
        return True
    if code == _NO_PIPEFAIL:
        return "pipefail" in names or _sets_pipefail(stage, index)
    if code == _CD_MAY_FAIL:
        return any(_STOPS_AT_ERRORS.fullmatch(name) for name in names)
    return _NOT_IN_SH.fullmatch(code) is not None and not names.isdisjoint(_MORE_THAN_SH)


def _is_input(instruction: Instruction) -> bool:
    """Whether an instruction is `<<EOF program`: the program reads the heredoc."""
    part = instruction.trigger or instruction
    if not instruction.heredocs:
        return False
    span = instruction.heredocs[0].span
    return span.start == part.arguments_span.start and span.end < part.arguments_span.end


def _sets_pipefail(stage: Stage, index: int) -> bool:
    return any(
        command.program == "set" and any(word.value == "pipefail" for word in command.arguments)
        for command in commands_at(stage, index)
    )
