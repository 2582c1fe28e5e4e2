"""Completion of users: those that an image has, and those that the file creates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from azureml_dockerfile_ls.azureml.families import DOCKER_USER
from azureml_dockerfile_ls.azureml.serving import is_inference
from azureml_dockerfile_ls.features.completion.items import Item, Kind, plain
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import created_users
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.snapshot import Snapshot


class KnownUser(NamedTuple):
    """A user that an instruction can name, and the part that the knowledge of it belongs to."""

    name: str
    detail: str
    part: Part = Part.DOCKERFILE


_IMAGE_USER = KnownUser(DOCKER_USER, "the user of the inference images", Part.AZUREML)


def user_items(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The users that USER can name."""
    if cursor.stage is None or cursor.arguments_before or ":" in cursor.typed:
        return
    users = [_IMAGE_USER] if is_inference(cursor.stage) else []
    users.append(KnownUser("root", "may change everything"))
    users += [KnownUser(made.name, "created in this file") for made in created_users(cursor.stage, cursor.at)]
    # A group after the cursor stays.
    span = cursor.part(0, len(snapshot.text[cursor.offset : cursor.word.end].partition(":")[0]))
    names: set[str] = set()
    for user in users:
        if user.name not in names:
            names.add(user.name)
            yield replace(plain(cursor, user.name, Kind.USER, user.detail), span=span, part=user.part)


def owners(stage: Stage, index: int) -> Iterator[KnownUser]:
    """The owners that `--chown` of instruction `index` can name."""
    if is_inference(stage):
        yield _IMAGE_USER._replace(name=f"{DOCKER_USER}:{DOCKER_USER}")
    for user in created_users(stage, index):
        yield KnownUser(user.name, "created in this file")
