"""What a container of a stage starts."""

from __future__ import annotations

from azureml_dockerfile_ls.model.stages import Stage


def start_of(stage: Stage) -> tuple[tuple[Stage, int], ...]:
    """The ENTRYPOINT and the CMD that a container starts, in this order; none where the file sets neither.

    Each is given by the stage that it is in, and its index there.
    """
    command: tuple[tuple[Stage, int], ...] = ()
    for part in stage.chain():
        if not command and "CMD" in part.by_name:
            command = ((part, part.by_name["CMD"][-1]),)
        if "ENTRYPOINT" in part.by_name:
            # An ENTRYPOINT takes away the CMD of the image below it.
            return ((part, part.by_name["ENTRYPOINT"][-1]), *command)
    return command
