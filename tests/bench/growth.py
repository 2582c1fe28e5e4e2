"""How the cost of an edit grows with the length of a stage, and the memory with the edits. Each row has a limit."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.features.folding import folds
from azureml_dockerfile_ls.features.links import links
from azureml_dockerfile_ls.features.semantic_tokens.document import semantic_tokens
from azureml_dockerfile_ls.features.symbols import symbols
from azureml_dockerfile_ls.manifest_snapshot import analyse_manifest
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.text import LineIndex
from azureml_dockerfile_ls.workspace import manifest_files
from tests.bench.driver import LABEL_LINE, STAGE_LINES, WORKDIR_LINE, Server, document, middle

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference:latest"

INSTRUCTIONS = """\
RUN apt-get update && apt-get install -y --no-install-recommends lib{n}-dev && rm -rf /var/lib/apt/lists/*
COPY requirements-{n}.txt /tmp/requirements-{n}.txt
RUN pip install --no-cache-dir -r /tmp/requirements-{n}.txt
ENV SERVICE_{n}_HOME=/srv/service{n} SERVICE_{n}_WORKERS={n}
RUN mkdir -p "$SERVICE_{n}_HOME" && cp -r /tmp/src{n} /srv/service{n}
LABEL com.example.service{n}="x"
COPY --chown=1000:1000 src/service{n} ./src{n}
ARG REVISION_{n}=1.{n}
RUN echo {n} > /srv/x{n}
WORKDIR /srv/service{n}
"""
"""Ten instructions of every sort that changes what applies, or is judged by it."""

_LENGTHS = (100, 1000, 4000)
_ROUNDS = 15
_ATTEMPTS = 10


class Row(NamedTuple):
    """What was measured, in words, and the ratio that must not be over the limit."""

    name: str
    measured: str
    ratio: float
    limit: float

    @property
    def is_exceeded(self) -> bool:
        """Whether the ratio is over its limit."""
        return self.ratio > self.limit


def measure(command: list[str], folder: Path) -> list[Row]:
    """Every row, with the server that `command` starts."""
    return [
        *_cost_by_length(folder),
        *_answers_by_length(),
        *_links_by_stages(folder),
        *_edit_of_yaml(folder),
        *_memory_by_edits(command, folder),
        _light_bulb(command, folder),
    ]


def table(rows: list[Row]) -> str:
    """The rows in columns."""
    cells = [["", "measured", "ratio", "limit"]]
    cells += [
        [row.name, row.measured, f"{row.ratio:.2f}", f"{row.limit:g}{' EXCEEDED' if row.is_exceeded else ''}"]
        for row in rows
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in cells)


def stage(length: int) -> str:
    """A Dockerfile of one stage with that many instructions, rounded up to tens."""
    parts = (INSTRUCTIONS.format(n=n) for n in range(length // 10))
    return f"FROM {IMAGE}\nUSER root\n{''.join(parts)}USER dockeruser\n"


class Edits:
    """Edits behind a word in the middle of a stage, and what they cost."""

    def __init__(self, length: int, word: str, context: BuildContext) -> None:
        self._context = context
        self._text = stage(length)
        written = word.format(n=length // 20)
        self._position = self._text.index(written) + len(written)
        self._snapshot = analyse(self._text, context=context)
        _ = self._snapshot.findings
        self._number = 0
        self.least = float("inf")
        """The least milliseconds of the processor from an edit to the findings."""

    def make(self) -> None:
        """Make one edit."""
        self._number += 1
        edited = f"{self._text[: self._position]}{self._number}{self._text[self._position :]}"
        started = time.process_time()
        self._snapshot = analyse(edited, self._snapshot, self._context)
        _ = self._snapshot.findings
        self.least = min(self.least, 1000 * (time.process_time() - started))


def _cost_by_length(folder: Path) -> list[Row]:
    for number in range(_LENGTHS[-1] // 10):
        (folder / f"requirements-{number}.txt").write_text("pandas==2.3.3\n")
        (folder / "src" / f"service{number}").mkdir(parents=True)
    context = BuildContext(str(folder))
    return [
        row
        for kind, word, limits in (
            ("RUN", "/tmp/src{n}", (3.0, 6.0)),
            ("ENV", "SERVICE_{n}_WORKERS={n}", (10.0, 40.0)),
        )
        for row in _until_quiet(partial(_rows_of_edits, kind, [Edits(n, word, context) for n in _LENGTHS], limits))
    ]


def _rows_of_edits(kind: str, edits: list[Edits], limits: tuple[float, float]) -> list[Row]:
    for _ in range(_ROUNDS):
        for edit in edits:
            edit.make()
    base, *others = (edit.least for edit in edits)
    return [
        Row(
            f"edit of {kind} to findings, {length:,} instructions in a stage beside 100",
            f"{cost:.2f} / {base:.2f} ms",
            cost / base,
            limit,
        )
        for length, cost, limit in zip(_LENGTHS[1:], others, limits, strict=True)
    ]


_ANSWERS: dict[str, Callable[[Snapshot, LineIndex], object]] = {
    "semantic tokens": lambda snapshot, index: semantic_tokens(snapshot, index),
    "symbols": lambda snapshot, _: symbols(snapshot),
    "folds": lambda snapshot, index: folds(snapshot, index),
    "links": lambda snapshot, _: links(snapshot),
}
"""What an editor asks for about a whole document."""


def _answers_by_length() -> list[Row]:
    """The processor's time for the first answer about a document: an edit leaves less to do."""

    def cost(name: str, lines: int) -> float:
        least = float("inf")
        for _ in range(3):
            text = document(lines)
            snapshot, index = analyse(text), LineIndex(text, "utf-16")
            # The collector's time depends on all that lives, as here the documents of the rows before.
            gc.collect()
            gc.disable()
            try:
                started = time.process_time()
                _ANSWERS[name](snapshot, index)
                least = min(least, 1000 * (time.process_time() - started))
            finally:
                gc.enable()
        return least

    def row(name: str) -> list[Row]:
        long, short = cost(name, 8000), cost(name, 800)
        return [Row(f"{name} at 8,000 lines beside 800", f"{long:.1f} / {short:.1f} ms", long / short, 12.0)]

    return [found for name in _ANSWERS for found in _until_quiet(partial(row, name))]


def _links_by_stages(folder: Path) -> list[Row]:
    """The processor's time for the links of a chain of stages, each built on the one before, that copy and read files.

    How far back a file is looked for has a limit, so the cost grows even less than the length.
    """
    context = BuildContext(str(folder))

    def cost(stages: int) -> float:
        chain = (f"FROM s{n} AS s{n + 1}\nCOPY requirements-{n % 400}.txt /tmp/\nRUN ls\n" for n in range(stages))
        snapshot = analyse(f"FROM ubuntu AS s0\n{''.join(chain)}", context=context)
        started = time.process_time()
        assert len(links(snapshot)) > stages
        return 1000 * (time.process_time() - started)

    def row() -> list[Row]:
        long, short = cost(2000), cost(200)
        return [Row("links in a chain of 2,000 stages beside 200", f"{long:.1f} / {short:.1f} ms", long / short, 12.0)]

    return _until_quiet(row)


_STEP = """\
  step{n}:
    type: command
    command: >-
      python train.py --epochs {n}
      --data ${{{{inputs.data}}}}
    code: src
    environment:
      image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
      conda_file:
        channels: [conda-forge]
        dependencies:
          - python=3.10
          - pip:
              - pandas>=2
    inputs:
      data: {{type: uri_folder, path: "azureml://datastores/x/paths/{n}"}}
    environment_variables:
      STEP: "{n}"
"""
"""Eighteen lines of a pipeline."""


def _edit_of_yaml(folder: Path) -> list[Row]:
    """The processor's time from an edit of a YAML to its findings, beside that of counting to 100,000.

    It takes about one and a half times as long; the rest of the limit is for a busy processor.
    """
    text = "type: pipeline\njobs:\n" + "".join(_STEP.format(n=n) for n in range(28))
    files = manifest_files(str(folder / "pipeline.yml"))

    def row() -> list[Row]:
        snapshot, least, counting = analyse_manifest(text, files=files), float("inf"), float("inf")
        gc.collect()
        gc.disable()
        try:
            for number in range(4 * _ROUNDS):
                edited = text.replace("--epochs 14", f"--epochs 14{number}")
                started = time.process_time()
                snapshot = analyse_manifest(edited, snapshot, files)
                _ = snapshot.findings
                least = min(least, 1000 * (time.process_time() - started))
                counting = min(counting, _counting())
        finally:
            gc.enable()
        name = "edit of a YAML of 500 lines to findings beside counting to 100,000"
        return [Row(name, f"{least:.2f} / {counting:.2f} ms", least / counting, 2)]

    return _until_quiet(row)


def _counting() -> float:
    started = time.process_time()
    total = 0
    for number in range(100_000):
        total += number
    return 1000 * (time.process_time() - started)


def _until_quiet(measured: Callable[[], list[Row]]) -> list[Row]:
    """The rows of the first measurement that keeps the limits, else of the last.

    Another process can only add to what is measured: it takes the processor's caches too. So a limit is exceeded only
    when it is in every one of several measurements.
    """
    for _ in range(_ATTEMPTS):
        rows = measured()
        if not any(row.is_exceeded for row in rows):
            break
        time.sleep(1)
    return rows


def _memory_by_edits(command: list[str], folder: Path) -> list[Row]:
    rows = []
    for lines, edits in ((480, 5000), (4800, 1000)):
        server = Server(command, folder)
        name = f"memory-{lines}.dockerfile"
        server.open_text(name, document(lines))
        after_500 = 0.0
        for number in range(1, edits + 1):
            _edit(server, name, lines, number)
            if number == 500:
                after_500 = server.resident_mib()
        memory = server.resident_mib()
        server.close()
        title = f"memory after {edits:,} edits at {lines:,} lines beside 500"
        rows.append(Row(title, f"{memory:.1f} / {after_500:.1f} MiB", memory / after_500, 1.1))
    return rows


def _edit(server: Server, name: str, lines: int, number: int) -> None:
    """Edit number `number`: one of four lines, in a stage that changes with the number, gets a word it never had."""
    first = middle(lines) - STAGE_LINES * (number % (lines // STAGE_LINES // 2))
    line, start, end = ((LABEL_LINE, 6, 9), (WORKDIR_LINE, 8, 12), (3, 4, 11), (6, 4, 11))[number % 4]
    server.replace(name, first + line, start, end, f"x{number:0{end - start - 1}d}")


def _light_bulb(command: list[str], folder: Path) -> Row:
    """The processor's time of the server for code actions on a RUN, beside that for a hover on it."""
    fixable = "RUN apt-get install curl\n"
    text = f"FROM {IMAGE}\nUSER root\n{fixable * 150}{'EXPOSE 5001' + chr(10)}" + "LABEL a=b\n" * 48
    server = Server(command, folder)
    server.open_text("light-bulb.dockerfile", text)
    position = {"line": 2, "character": 1}

    def cost(method: str, parameters: dict[str, object], count: int = 1000) -> float:
        assert server.ask(method, "light-bulb.dockerfile", parameters)
        started = server.cpu_seconds()
        for _ in range(count):
            server.ask(method, "light-bulb.dockerfile", parameters)
        return 1000 * (server.cpu_seconds() - started) / count

    action_range = {"start": position, "end": position}

    def row() -> list[Row]:
        # As an editor asks when the cursor moves.
        by_itself = {"diagnostics": [], "triggerKind": 2}
        actions = cost("textDocument/codeAction", {"range": action_range, "context": by_itself})
        hover = cost("textDocument/hover", {"position": position})
        name = "code actions beside a hover, 200 lines with 150 safe fixes"
        return [Row(name, f"{actions:.2f} / {hover:.2f} ms", actions / hover, 2.0)]

    [found] = _until_quiet(row)
    server.close()
    return found
