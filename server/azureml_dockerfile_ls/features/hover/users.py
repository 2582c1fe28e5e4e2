"""Hover on the user that USER names."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import DOCKER_USER, OWNED_FOLDERS
from azureml_dockerfile_ls.azureml.serving import is_inference, user_at
from azureml_dockerfile_ls.features.hover.result import LocalHover
from azureml_dockerfile_ls.features.lines import line_of
from azureml_dockerfile_ls.features.stages import part_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import created_users, is_root
from azureml_dockerfile_ls.render.markdown import code
from azureml_dockerfile_ls.snapshot import Snapshot


def user_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """The user at `at`, and the instructions that run as this user."""
    instruction = snapshot.tree.instructions[index]
    placed = snapshot.model.stage_at(index)
    if instruction.name != "USER" or placed is None or not instruction.arguments_span.touches(at):
        return
    stage, own = placed.stage, index - placed.first
    user = user_at(stage, own + 1)
    if user is None:
        return
    before = user_at(stage, own)
    following = next((number for number in stage.indexes("USER") if number > own), None)
    until = "the end of the stage" if following is None else f"line {line_of(snapshot, stage, following)}"
    instead = f", instead of {code(before)}" if before is not None and before != user else ""
    scope = f"In force from here to {until}{instead}."
    yield LocalHover(instruction.arguments_span, f"{_who(snapshot, stage, own, user)}\n\n{scope}", part_of(stage))


def _who(snapshot: Snapshot, stage: Stage, index: int, user: str) -> str:
    if is_root(user):
        text = f"{code(user)} may change everything."
        if is_inference(stage):
            text += f" The services of an inference image are made to run as `{DOCKER_USER}`: go back to it at the end."
        return text
    if is_inference(stage) and user in (DOCKER_USER, "1000"):
        return f"{code(user)} is the user of the inference images, as a rule with the uid 1000."
    found = next((made for made in created_users(stage, index) if made.name == user), None)
    if found is not None:
        text = f"{code(user)} is created in line {line_of(snapshot, found.stage, found.at)}."
    elif user.isdecimal():
        text = f"{code(user)} is the number of a user. It needs no name in the image."
    else:
        text = f"No `useradd` or `adduser` of this file creates {code(user)}, so the image must have it."
    if is_inference(stage):
        folders = ", ".join(f"`{folder}`" for folder in OWNED_FOLDERS)
        text += f" For the server to start, it has to own {folders}."
    return text
