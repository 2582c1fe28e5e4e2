"""Completion of the signal of STOPSIGNAL."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.completion.items import Item, Kind, plain
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import LIKELY_SIGNALS, SIGNALS


def signal_items(_: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The names of signals, the usual ones first; nothing once one is complete."""
    names = [f"SIG{name}" for name in dict.fromkeys((*LIKELY_SIGNALS, *SIGNALS))]
    if not cursor.arguments_before and cursor.typed not in (*names, *SIGNALS):
        yield from (plain(cursor, name, Kind.VALUE) for name in names if not name.startswith("SIGRT"))
