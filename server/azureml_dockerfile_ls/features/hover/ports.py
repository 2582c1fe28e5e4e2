"""Hover on the ports of EXPOSE that Azure ML uses."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import EXPOSED_PORTS, PUBLIC_PORT, SERVER_PORT
from azureml_dockerfile_ls.azureml.serving import is_inference, is_on_azureml
from azureml_dockerfile_ls.features.hover.result import LocalHover
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.snapshot import Snapshot


def port_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """The use of the port at `at` in an image of Azure ML."""
    instruction = snapshot.tree.instructions[index]
    placed = snapshot.model.stage_at(index)
    if instruction.name != "EXPOSE" or placed is None or not is_on_azureml(placed.stage):
        return
    for word in instruction.words:
        if not word.span.touches(at):
            continue
        value = expand_word(word.value, instruction.escape, placed.stage.lookup_at(index - placed.first))
        port = (value or "").partition("/")[0]
        text = _about(port) if is_inference(placed.stage) else _about_server(port)
        if text:
            yield LocalHover(word.span, f"`{port}`: {text}", Part.AZUREML)


def _about_server(port: str) -> str:
    """The use of a port in an image that does not start the inference server by itself."""
    if port == str(PUBLIC_PORT):
        return "where Azure ML's inference server, `azmlinfsrv`, listens unless `--port` names another port."
    return ""


def _about(port: str) -> str:
    """The use of a port in an inference image; empty for a port that it does not use."""
    if port == str(PUBLIC_PORT):
        return (
            "where nginx takes the requests for scoring and health. It is the port to expose, and the base image "
            "exposes it already."
        )
    if port == str(SERVER_PORT):
        return (
            "where the inference server listens behind nginx, on 127.0.0.1 only. Nothing can reach it from outside the "
            f"container: expose {PUBLIC_PORT} instead."
        )
    if port in map(str, EXPOSED_PORTS):
        return f"the base image exposes it already. Requests for scoring come in on {PUBLIC_PORT}."
    return ""
