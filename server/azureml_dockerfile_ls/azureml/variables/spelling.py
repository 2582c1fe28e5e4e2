"""Misspelled names of the variables that Azure ML reads."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from azureml_dockerfile_ls.azureml.families import ENTRY_SCRIPT
from azureml_dockerfile_ls.azureml.serving import is_inference, is_on_azureml
from azureml_dockerfile_ls.azureml.variables.table import all_variables, find
from azureml_dockerfile_ls.azureml.variables.uses import used_names
from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.spelling import edits

# From Microsoft's own pages and the documentation of the server. Nothing reads these names.
_WRONG_NAMES = {
    "AZUREML_CORS_ORIGINS": "AML_CORS_ORIGINS",
    "AML_ENTRY_SCRIPT": ENTRY_SCRIPT,
    "AML_SOURCE_DIRECTORY": "AZUREML_SOURCE_DIRECTORY",
    "AML_APPINSIGHTS_ENABLED": "AML_APP_INSIGHTS_ENABLED",
    "AZUREML_EXTRA_REQUIRMENTS_TXT": "AZUREML_EXTRA_REQUIREMENTS_TXT",
}
_MOST_EDITS = {"AZUREML_": 2, "AML_": 2, "WORKER_": 1, "SCORING_": 1}
_ON_ANY_IMAGE = ("AZUREML_", "AML_")

_LONGEST_SHORT_WORD = 4
_SHORTEST_LONG_WORD = 8


def suggest(name: str) -> str | None:
    """The known name that an unknown one is probably meant to be; None for a known name, or if no name is close enough.

    Besides known mistakes, a name with the prefix AZUREML_ or AML_ may be two edits away from a known one, a name with
    the prefix WORKER_ or SCORING_ one edit, if the edits are typing errors. A name that contains another word or a
    number is a name of its own (`AZUREML_MODEL_ID`, `AML_APP_PORT`), and so is a name with any other prefix.
    """
    if find(name) is not None:
        return None
    if name in _WRONG_NAMES:
        return _WRONG_NAMES[name]
    limit = next((count for prefix, count in _MOST_EDITS.items() if name.startswith(prefix)), 0)
    if not limit or any(character.isdigit() for character in name):
        return None
    distances = [
        (distance, variable.name)
        for variable in all_variables()
        if variable.has_effect
        and (distance := edits(name, variable.name, limit)) is not None
        and _is_typing_error(name, variable.name)
    ]
    # `min` keeps the first of equal distances, which is the more common variable.
    return min(distances, key=lambda pair: pair[0])[1] if distances else None


def _is_typing_error(typed: str, known: str) -> bool:
    if typed.replace("_", "") == known.replace("_", ""):
        return True
    typed_words, known_words = typed.split("_"), known.split("_")
    if len(typed_words) > len(known_words):
        return False
    if len(typed_words) < len(known_words):
        return edits(typed.replace("_", ""), known.replace("_", ""), 1) is not None
    return all(map(_is_typing_error_in_word, typed_words, known_words))


def _is_typing_error_in_word(typed: str, known: str) -> bool:
    """Whether a word of a name is misspelled, rather than another word or the plural."""
    if typed == known or sorted(typed) == sorted(known):
        return True
    if typed[:1] != known[:1] or typed == f"{known}S":
        return False
    if len(known) > _LONGEST_SHORT_WORD:
        return edits(typed, known, 2 if len(known) >= _SHORTEST_LONG_WORD else 1) is not None
    # In a short word, one replaced letter makes another word: DIR and DIM, ROOT and BOOT.
    is_doubled = any(f"{known[:at]}{known[at - 1]}{known[at:]}" == typed for at in range(1, len(known) + 1))
    return is_doubled or (len(typed) < len(known) and edits(typed, known, 1) is not None)


@derived
def misspelt(stage: Stage) -> Mapping[str, str]:
    """The variables of a stage that are probably misspelled, with the names that are meant.

    A name is not misspelled if the stage, or a stage that it builds on, uses it for something itself, or also sets the
    correct name. The prefixes WORKER_ and SCORING_ are considered on inference images only.
    """
    if not is_on_azureml(stage):
        return {}
    prefixes = tuple(_MOST_EDITS) if is_inference(stage) else _ON_ANY_IMAGE
    meant = {
        name: known
        for name in stage.environment
        if name.startswith(prefixes) and (known := suggest(name)) and known not in stage.environment
    }
    used = used_names(stage, meant) if meant else frozenset()
    return MappingProxyType({name: known for name, known in meant.items() if name not in used})
