"""What a container of a stage starts."""

from __future__ import annotations

from azureml_dockerfile_ls.model.stages import Stage


def start_of(stage: Stage) -> tuple[tuple[Stage, int], ...]:
    """The ENTRYPOINT and the CMD that a container starts, in this order; none where the file sets neither.

    Each is given by the stage that it is in, and its index there.
    """
    command: tuple[tuple[Stage, int], ...] = ()
    for part in stage.ancestry():
        if not command and part.indexes("CMD"):
            command = ((part, part.indexes("CMD")[-1]),)
        if part.indexes("ENTRYPOINT"):
            # An ENTRYPOINT takes away the CMD of the image below it.
            return ((part, part.indexes("ENTRYPOINT")[-1]), *command)
    return command
