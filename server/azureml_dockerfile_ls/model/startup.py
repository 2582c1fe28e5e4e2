"""The ENTRYPOINT and CMD of a container."""

from __future__ import annotations

from azureml_dockerfile_ls.model.stages import Stage


def start_of(stage: Stage) -> tuple[tuple[Stage, int], ...]:
    """The ENTRYPOINT and the CMD that a container starts, in this order; empty if the file sets neither.

    Each is a stage and an index in it.
    """
    command: tuple[tuple[Stage, int], ...] = ()
    for part in stage.ancestry():
        if not command and part.indexes("CMD"):
            command = ((part, part.indexes("CMD")[-1]),)
        if part.indexes("ENTRYPOINT"):
            # An ENTRYPOINT resets the CMD of its base image.
            return ((part, part.indexes("ENTRYPOINT")[-1]), *command)
    return command
