"""Inline completion: the next conventional line, on a blank line and only where it is certain. It is off by default."""

from __future__ import annotations

from bisect import bisect_right

from azureml_dockerfile_ls.azureml.entry_script import entry_scripts
from azureml_dockerfile_ls.azureml.serving import app_root, user_at
from azureml_dockerfile_ls.features.cursor import is_open
from azureml_dockerfile_ls.features.stages import is_shown, part_of
from azureml_dockerfile_ls.model.model import PlacedStage
from azureml_dockerfile_ls.model.run_commands import commands_at
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.rules.fixes import user_to_return_to
from azureml_dockerfile_ls.shell.programs.apt import system_packages_of
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.style import in_case_of


def inline_completion(snapshot: Snapshot, offset: int) -> str | None:
    """The line to suggest at `offset`; None where none is certain, and where the setting is off."""
    tree, text = snapshot.tree, snapshot.text
    if not snapshot.settings.inline_completion:
        return None
    end = text.find("\n", offset)
    line = text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else len(text)]
    number = bisect_right(tree.starts, offset) - 1
    index = bisect_right(tree.instruction_segments, number) - 1
    placed = snapshot.model.stage_at(index) if index >= 0 else None
    if line.strip() or placed is None or is_open(tree.instructions[index]) or tree.index_at(offset) is not None:
        return None
    if not is_shown(snapshot, part_of(placed.stage)):
        return None
    found = _user_again(placed.stage, index - placed.first) or _below_copy(snapshot, placed, index)
    return in_case_of(tree, index, found) if found is not None else None


def _user_again(stage: Stage, at: int) -> str | None:
    """USER, after the RUN that installs system packages below a USER root: back to the user before."""
    users = [index for index in stage.indexes("USER") if index <= at]
    if not users or users[-1] == at or len(stage.indexes("USER")) > len(users):
        return None
    before, now = user_at(stage, users[-1]), user_at(stage, at + 1)
    if before is None or is_root(before) or now is None or not is_root(now):
        return None
    if stage.indexes("RUN")[-1:] != [at] or not any(system_packages_of(run) for run in commands_at(stage, at)):
        return None
    return f"USER {user_to_return_to(stage, users[-1])}"


def _below_copy(snapshot: Snapshot, placed: PlacedStage, index: int) -> str | None:
    """ENV, after the COPY of the code or the model: the only line that repairs what a rule finds."""
    instruction = snapshot.tree.instructions[index]
    end = snapshot.tree.offset_of(index) + len(instruction.text)
    if instruction.name != "COPY" or placed.stage is not snapshot.model.final:
        return None
    certain = {"MissingModelDir"} | ({"MissingEntryScript"} if _is_script_known(snapshot, placed.stage) else set())
    found = [finding for finding in snapshot.findings if finding.index == index and finding.rule.name in certain]
    fixes = [fix for finding in found for fix in finding.fixes]
    if len(fixes) != 1 or len(fixes[0].edits) != 1:
        return None
    (edit,) = fixes[0].edits
    is_below = edit.span == (end, end) and edit.text.startswith(("\n", "\r\n"))
    return edit.text.strip() if is_below else None


def _is_script_known(snapshot: Snapshot, stage: Stage) -> bool:
    """Whether the build context has exactly one script that the server can load."""
    root = app_root(stage)
    if root is None or snapshot.context is None:
        return False
    scripts, is_all = entry_scripts(stage, root, snapshot.context)
    return is_all and len(scripts) == 1
