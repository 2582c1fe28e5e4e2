"""The shell that reads a command: which one it is, and what it knows."""

from __future__ import annotations

import re

from azureml_dockerfile_ls.azureml.families import is_acpt, is_azureml
from azureml_dockerfile_ls.model.run_commands import any_run
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.shell.commands import Command
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction

_DASH_IMAGES = frozenset(("ubuntu", "debian", "docker.io/ubuntu", "docker.io/debian", "buildpack-deps"))
_CHANGING_LINKS = frozenset(
    ("ln", "mv", "cp", "rm", "install", "dpkg-divert", "dpkg-reconfigure", "update-alternatives")
)


def has_dash(stage: Stage) -> bool:
    """Whether `sh` is certainly dash in a stage: on the images of Azure ML, Debian and Ubuntu.

    ACPT is not among them: Azure ML's own recipes on it have been released with `source` in a RUN.
    """
    return _is_dash_image(stage.image) and not any_run(stage, _may_replace_sh)


def _is_dash_image(image: ImageReference | None) -> bool:
    if image is None or image.name in _DASH_IMAGES:
        return image is not None
    return is_azureml(image.name) and not is_acpt(image.name) and "centos" not in image.name


def _may_replace_sh(instruction: Instruction) -> bool:
    return instruction.name == "RUN" and any(
        command.program in _CHANGING_LINKS
        and any(word.value.endswith("bin/sh") or word.value == "dash" for word in command.words)
        for command in commands_of(instruction)
    )


def shell_words(run: Site, command: Command) -> tuple[str, ...]:
    """The program and the options of the shell that reads a command; those of `/bin/sh -c` without SHELL."""
    reader = command.script.reader
    if reader is not None:
        return (reader.program, *(word.value for word in reader.arguments if word.value.startswith("-")))
    if run.instruction.is_json:
        return ("",)
    program, *options = shebang(run.instruction) or run.shell or ("sh", "-c")
    return (program.rsplit("/", 1)[-1], *options)


def shebang(instruction: Instruction) -> list[str]:
    """The program and options in the first line of the only heredoc of a RUN; empty without such a line."""
    for heredoc in instruction.heredocs:
        if heredoc.span == instruction.arguments_span:
            found = re.match(r"#![ \t]*(?:\S*/env[ \t]+(?:-S[ \t]+)?)?(.*)", heredoc.body_span.of(instruction.text))
            return found[1].split() if found else []
    return []


def reads_startup_files(words: tuple[str, ...]) -> bool:
    """Whether a shell with these words reads start-up files such as `~/.profile`, because of `-l` or `-i`."""
    return any(re.fullmatch(r"-[a-z]*[li][a-z]*|--login|--rcfile.*|--init-file.*", word) for word in words[1:])


def is_missing_source(run: Site, command: Command) -> bool:
    """Whether a command is `source` in the shell that a stage with `has_dash` uses as `sh`, which has only `.`."""
    return (
        command.words[0].value == "source" and len(command.words) > 1 and shell_words(run, command)[0] in ("sh", "dash")
    )
