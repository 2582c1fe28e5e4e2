"""Line numbers of instructions, for people."""

from __future__ import annotations

from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.snapshot import Snapshot


def line_of(snapshot: Snapshot, stage: Stage, index: int) -> int:
    """The line, counted from 1, of instruction `index` of a stage."""
    first = next(placed.first for placed in snapshot.model.stages if placed.stage is stage)
    return snapshot.text.count("\n", 0, snapshot.tree.span_of(first + index).start) + 1
