"""What `--show-files` and `--show-settings` print."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from azureml_dockerfile_ls.cli.check.checker import Checker
from azureml_dockerfile_ls.cli.terminal import visible
from azureml_dockerfile_ls.settings import SETTINGS, SEVERITIES, Settings, SettingType


def shown_files(paths: Iterable[str]) -> Iterator[str]:
    """A line for each file."""
    return map(visible, paths)


def shown_settings(paths: Iterable[str], checker: Checker) -> Iterator[str]:
    """The settings of the files in TOML: once for all files that have the same, with the first one's name above."""
    groups: dict[tuple[str | None, str], list[str]] = {}
    for path in paths:
        workspace = checker.workspace(path)
        groups.setdefault((workspace.source, "\n".join(_lines(workspace.settings))), []).append(path)
    for number, ((source, lines), files) in enumerate(groups.items()):
        others = f" and {len(files) - 1} more" if len(files) > 1 else ""
        yield from [""] if number else []
        yield f"# {visible(files[0])}{others}: {visible(source) if source else 'no settings file'}"
        yield lines


def _lines(settings: Settings) -> Iterator[str]:
    words = {severity: word for word, severity in SEVERITIES.items()}
    for setting in SETTINGS:
        value = getattr(settings, setting.field)
        if setting.is_editor_only or value is None:
            continue
        if setting.type is SettingType.SEVERITIES:
            yield from (f'{setting.name}.{name} = "{words[severity]}"' for name, severity in sorted(value.items()))
        else:
            yield f"{setting.name} = {json.dumps(value)}"
