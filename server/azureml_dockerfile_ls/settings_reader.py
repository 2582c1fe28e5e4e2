"""The reader of settings, which takes plain data of any form from a project's file or from an editor.

Valid settings apply; each invalid one is a problem: a sentence that names the setting and says what is allowed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from azureml_dockerfile_ls.rules.hadolint.codes import GROUP, is_code
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.settings import (
    DEFAULTS,
    MAX_HOURS,
    SECTION,
    SETTINGS,
    SEVERITIES,
    Problem,
    Setting,
    Settings,
    SettingType,
)
from azureml_dockerfile_ls.spelling import closest

_MAX_PROBLEMS = 20
_MAX_SHOWN = 60
_LONGEST_PATH = 4096
_ALL = "settings"
"""The subject of a problem that concerns the settings as a whole."""


def read(
    content: object, folder: str, over: Settings = DEFAULTS, *, is_project: bool = False
) -> tuple[Settings, tuple[Problem, ...]]:
    """Apply the settings in `content` to `over`; return the result and a problem for each invalid setting.

    `content` is parsed JSON or TOML: a mapping with nested names (`{"inlayHints": {"tags": …}}`) or dotted names
    (`{"inlayHints.tags": …}`). None sets nothing, as the content and as a value. A relative build context starts from
    `folder`.

    With `is_project`, settings that only an editor can set are problems: anyone can write a project, and a project must
    not choose the hosts that the server asks.
    """
    reading = _Reading(is_project)
    reading.group("", content)
    if path := reading.fields.get("build_context"):
        reading.fields["build_context"] = os.path.normpath(os.path.join(folder, path))
    problems = list(reading.problems)
    if reading.suppressed_count:
        problems.append(Problem(f"{_ALL}: {reading.suppressed_count} more problems like these"))
    rules, urls = {**over.rules, **reading.rules}, {**over.registry_urls, **reading.urls}
    if GROUP in reading.rules:
        # What is said of the group here has priority over what was said of its rules elsewhere.
        rules = {name: rules[name] for name in rules if name in reading.rules or not is_code(name)}
    return replace(over, rules=rules, registry_urls=urls, **reading.fields), tuple(problems)


def section(sent: object) -> object:
    """Return the content of our section in settings that an editor sends on its own, as `read` accepts it.

    That is `initializationOptions`, or the `settings` of didChangeConfiguration: a mapping with our section, nested or
    dotted, or the content of the section itself. Settings of other programs are ignored. The answer to a request for
    our section goes to `read` directly.
    """
    if not isinstance(sent, Mapping):
        return sent
    dotted = {key[len(SECTION) + 1 :]: value for key, value in sent.items() if str(key).startswith(f"{SECTION}.")}
    if SECTION in sent:
        content = sent[SECTION]
        return {**content, **dotted} if isinstance(content, Mapping) else dotted or content
    if dotted:
        return dotted
    names = {name.partition(".")[0] for name in _SETTINGS}
    keys = {str(key).partition(".")[0] for key in sent}
    return sent if any(key in names or closest(key, names) for key in keys) else None


def _severity(value: object) -> Severity | None:
    word = value.lower() if isinstance(value, str) else ""
    if word not in SEVERITIES:
        meant = closest(word, SEVERITIES)
        hint = f"did you mean {meant}?" if meant else f"use {_any_of(list(SEVERITIES))}"
        raise ValueError(f"invalid severity {_shown(value)}; {hint}")
    return SEVERITIES[word]


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, got {_shown(value)}")
    return value


def _hours(value: object) -> float:
    expected = f"expected a number from 0 to {MAX_HOURS}"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{expected}, got {_shown(value)}")
    if not 0 <= value <= MAX_HOURS:
        raise ValueError(expected)
    return float(value)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a string, got {_shown(value)}")
    return value


def _path(value: object) -> str | None:
    path = _string(value)
    try:
        is_path = b"\0" not in os.fsencode(path)
    except UnicodeError:
        is_path = False
    if not is_path or len(path) > _LONGEST_PATH:
        raise ValueError(f"expected a path, got {_shown(path)}")
    return path or None


_READERS: Mapping[SettingType, Callable[[object], Any]] = {
    SettingType.SEVERITIES: _severity,
    SettingType.BOOLEAN: _boolean,
    SettingType.PATH: _path,
    SettingType.HOURS: _hours,
    SettingType.URLS: _string,
}
"""The reader of a value of each type, or of one entry of a table. It raises ValueError for an invalid value."""

_SETTINGS: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}
_TABLES = tuple(setting for setting in SETTINGS if setting.type in (SettingType.SEVERITIES, SettingType.URLS))
_GROUPS = tuple(dict.fromkeys(name.partition(".")[0] for name in _SETTINGS if "." in name))


class _Reading:
    """The settings and problems that were read so far."""

    def __init__(self, is_project: bool) -> None:
        self.is_project = is_project
        self.fields: dict[str, Any] = {}
        self.rules: dict[str, Severity | None] = {}
        self.urls: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.suppressed_count = 0

    def group(self, prefix: str, content: object) -> None:
        """Read the settings whose names start with `prefix`."""
        for key, value in self._items(prefix.removesuffix("."), content):
            name = prefix + key
            table = next((table for table in _TABLES if name == table.name or name.startswith(f"{table.name}.")), None)
            setting = table or _SETTINGS.get(name)
            if setting is not None and setting.is_editor_only and self.is_project:
                self._wrong(setting.name, "can only be set in the editor (a project must not choose the registry)")
            elif name in _GROUPS:
                self.group(f"{name}.", value)
            elif table is not None:
                entries = self._items(name, value) if name == table.name else [(name[len(table.name) + 1 :], value)]
                for entry, entry_value in entries:
                    self._entry(table, entry, entry_value)
            elif setting is None:
                self._unknown(name, "setting", (*_SETTINGS, *_GROUPS), f"the settings are {', '.join(_SETTINGS)}")
            elif value is not None:
                self._setting(setting, value)

    def _setting(self, setting: Setting, value: object) -> None:
        try:
            read_value = _READERS[setting.type](value)
        except ValueError as error:
            self._wrong(setting.name, str(error))
        else:
            if read_value is not None:
                self.fields[setting.field] = read_value

    def _entry(self, table: Setting, name: str, value: object) -> None:
        from azureml_dockerfile_ls.rules.registry import RULES, find_rule

        is_rule = table.type is SettingType.SEVERITIES
        rule = find_rule(name) if is_rule else None
        is_group = is_rule and name.lower() == GROUP
        if is_rule and rule is None and not is_group:
            rules = [*(rule.name for rule in RULES), GROUP]
            self._unknown(f"{table.name}.{name}", "rule", rules, "`azureml-dockerfile-ls explain` lists them all")
        elif value is not None:
            try:
                read_value = _READERS[table.type](value)
            except ValueError as error:
                self._wrong(f"{table.name}.{name}", str(error))
            else:
                if rule is not None and read_value is None and not rule.is_lint:
                    self._wrong(f"{table.name}.{name}", "this error stops the build, and cannot be off")
                elif rule is not None or is_group:
                    self.rules[rule.name if rule is not None else GROUP] = read_value
                else:
                    self.urls[name] = read_value

    def _items(self, name: str, content: object) -> list[tuple[str, object]]:
        # Lua, the language of Neovim's configuration, cannot distinguish an empty table from an empty list.
        if content is None or content == []:
            return []
        if isinstance(content, Mapping):
            return [(str(key), value) for key, value in content.items()]
        self._wrong(name or _ALL, f"expected a table, got {_shown(content)}")
        return []

    def _unknown(self, name: str, kind: str, known: Sequence[str], otherwise: str) -> None:
        typed = name.removeprefix("rules.") if kind == "rule" else name
        # A search for suggestions is slow, so thousands of wrong names get none.
        meant = closest(typed, known) if len(self.problems) < _MAX_PROBLEMS else None
        self._wrong(name, f"unknown {kind}; {f'did you mean {meant}?' if meant else otherwise}")

    def _wrong(self, name: str, reason: str) -> None:
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(Problem(f"{shown(name)}: {reason}", "" if name == _ALL else name))
        else:
            self.suppressed_count += 1


def _shown(value: object) -> str:
    """A short description of a value of any size, for a message."""
    if isinstance(value, str):
        return f'"{shown(value)}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, list) else "a number" if isinstance(value, (int, float)) else "a date"


def shown(text: str, longest: int = _MAX_SHOWN) -> str:
    """A text of any length for a message: printable, and cut."""
    text = text if len(text) <= longest else f"{text[:longest]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _any_of(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
