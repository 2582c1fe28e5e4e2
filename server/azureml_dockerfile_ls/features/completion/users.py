"""Completion of users: those that an image has, and those that the file creates."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import DOCKER_USER
from azureml_dockerfile_ls.azureml.serving import is_inference
from azureml_dockerfile_ls.features.completion.items import Item, Kind, plain
from azureml_dockerfile_ls.features.cursor import Cursor
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import created_users
from azureml_dockerfile_ls.snapshot import Snapshot


def user_items(snapshot: Snapshot, cursor: Cursor) -> Iterator[Item]:
    """Whom USER can name."""
    placed = snapshot.model.stage_at(cursor.index or 0)
    if placed is None or cursor.arguments_before or ":" in cursor.typed:
        return
    names = {"root": "may change everything"}
    if is_inference(placed.stage):
        names = {DOCKER_USER: "the user of the inference images", **names}
    for created in created_users(placed.stage, (cursor.index or 0) - placed.first):
        names.setdefault(created.name, "created in this file")
    for user, detail in names.items():
        yield plain(cursor, user, Kind.USER, detail)


def owners(stage: Stage, index: int) -> Iterator[tuple[str, str]]:
    """Whom `--chown` of instruction `index` can name, and who that is."""
    if is_inference(stage):
        yield f"{DOCKER_USER}:{DOCKER_USER}", "the user of the inference images"
    for user in created_users(stage, index):
        yield user.name, "created in this file"
