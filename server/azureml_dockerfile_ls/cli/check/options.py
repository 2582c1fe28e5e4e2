"""The options of `check`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """The options of one run, as `arguments.py` describes them. `select` is None for all rules."""

    paths: tuple[str, ...] = (".",)
    format: str | None = None
    output_file: str | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    only_buildkit: bool = False
    exclude: tuple[str, ...] = ()
    context: str | None = None
    config: str | None = None
    isolated: bool = False
    stdin_filename: str | None = None
    baseline: str | None = None
    write_baseline: str | None = None
    statistics: bool = False
    show_files: bool = False
    show_settings: bool = False
    quiet: bool = False
    exit_zero: bool = False
    fail_on: str = "warning"
