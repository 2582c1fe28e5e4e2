"""Hover on the programs that start Azure ML's inference server."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import PUBLIC_PORT, SERVER_PACKAGE, SERVER_PORT, SERVICES_FOLDER
from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.features.hover.result import LocalHover
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.model.run_commands import commands_at
from azureml_dockerfile_ls.snapshot import Snapshot

_PROGRAMS = {
    "runsvdir": (
        f"`runsvdir {SERVICES_FOLDER}` starts the services of an inference image, and starts them again when they end: "
        f"`nginx`, which takes requests on port {PUBLIC_PORT}, and `gunicorn`, which runs the inference server behind "
        f"it on port {SERVER_PORT}."
    ),
    "azmlinfsrv": (
        f"`azmlinfsrv` is Azure ML's inference server, from the package `{SERVER_PACKAGE}`. `--entry_script` names the "
        f"scoring script, `--model_dir` the folder of the model, and `--port` the port (default {PUBLIC_PORT})."
    ),
}


def program_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """What the program at `at` starts, in an instruction on an image of Azure ML."""
    placed = snapshot.model.stage_at(index)
    name = snapshot.tree.instructions[index].name
    if placed is None or name not in ("RUN", "CMD", "ENTRYPOINT") or not is_on_azureml(placed.stage):
        return
    for command in commands_at(placed.stage, index - placed.first):
        word = command.words[0]
        if command.program in _PROGRAMS and word.span.touches(at):
            yield LocalHover(word.span, _PROGRAMS[command.program], Part.AZUREML)
