"""The settings: their names, how they are read, and what they do to findings.

A project's file and an editor give them as plain data, which may hold anything. What is right in it counts, what is
wrong is told.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from azureml_dockerfile_ls.rules.registry import RULES, find_rule
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.spelling import closest

SECTION = "azuremlDockerfile"
"""What editors call our settings."""

_MAX_PROBLEMS = 20
_MAX_HOURS = 100_000


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force for a Dockerfile.

    `rules` maps the names of rules, as the registry spells them, to a severity, or to None for off; a rule that is not
    in it keeps its own. `build_context` is a path: None means the folder that holds the Dockerfile. `registry_urls`
    maps the beginnings of images' names to the URLs of the registries that are asked for them.
    """

    rules: Mapping[str, Severity | None] = field(default_factory=dict)
    dockerfile_features: bool = True
    build_context: str | None = None
    inlay_hint_tags: bool = True
    inlay_hint_users: bool = True
    registry_enabled: bool = True
    registry_urls: Mapping[str, str] = field(default_factory=dict)
    registry_max_age_hours: float = 24.0


DEFAULTS = Settings()


def read(
    content: object, folder: str, over: Settings = DEFAULTS, *, is_project: bool = False
) -> tuple[Settings, tuple[str, ...]]:
    """The settings that `content` gives on top of `over`, and a sentence about each thing that is wrong in it.

    `content` is what JSON or TOML gave: a mapping of names, nested (`{"inlayHints": {"tags": …}}`) or with dots
    (`{"inlayHints.tags": …}`). None, there or as a value, sets nothing. A relative build context counts from `folder`.

    The file of a project, which may be anybody's, must not make us ask any host: `registry.urls` is a problem there.
    """
    reading = _Reading(is_project)
    reading.group("", content)
    if path := reading.fields.get("build_context"):
        reading.fields["build_context"] = os.path.normpath(os.path.join(folder, path))
    problems = list(reading.problems)
    if reading.untold:
        problems.append(f"the settings: {reading.untold} more like these")
    rules, urls = {**over.rules, **reading.rules}, {**over.registry_urls, **reading.urls}
    return replace(over, rules=rules, registry_urls=urls, **reading.fields), tuple(problems)


def section(sent: object) -> object:
    """Our settings, as `read` takes them, in what an editor sent of its own accord.

    That is `initializationOptions` or the `settings` of didChangeConfiguration: a mapping with our section, nested or
    with dots, or the content of the section itself. Settings of other programs are no settings of ours. The answer to a
    question for our section needs no search: `read` takes it as it is.
    """
    if not isinstance(sent, Mapping):
        return sent
    dotted = {key[len(SECTION) + 1 :]: value for key, value in sent.items() if str(key).startswith(f"{SECTION}.")}
    if SECTION in sent:
        content = sent[SECTION]
        return {**content, **dotted} if isinstance(content, Mapping) else dotted or content
    if dotted:
        return dotted
    names = {name.partition(".")[0] for name in _NAMES}
    keys = {str(key).partition(".")[0] for key in sent}
    return sent if any(key in names or closest(key, names) for key in keys) else None


def _severity(value: object) -> Severity | None:
    word = value.lower() if isinstance(value, str) else ""
    if word not in _SEVERITIES:
        meant = closest(word, _SEVERITIES)
        right = f": did you mean {meant}?" if meant else f"; use {_any_of(list(_SEVERITIES))}"
        raise ValueError(f"{_shown(value)} is no severity{right}")
    return _SEVERITIES[word]


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{_shown(value)} is neither true nor false")
    return value


def _hours(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{_shown(value)} is not a number")
    if not 0 <= value <= _MAX_HOURS:
        raise ValueError(f"it has to be from 0 to {_MAX_HOURS}")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{_shown(value)} is not a text in quotes")
    return value


def _path(value: object) -> str | None:
    path = _text(value)
    try:
        is_path = b"\0" not in os.fsencode(path)
    except UnicodeError:
        is_path = False
    if not is_path:
        raise ValueError(f"{_shown(path)} is not a path")
    return path or None


_SEVERITIES: Mapping[str, Severity | None] = {
    "off": None,
    "hint": Severity.HINT,
    "information": Severity.INFORMATION,
    "warning": Severity.WARNING,
    "error": Severity.ERROR,
}
_SETTINGS: Mapping[str, tuple[str, Callable[[object], Any]]] = {
    "dockerfileFeatures": ("dockerfile_features", _boolean),
    "buildContext": ("build_context", _path),
    "inlayHints.tags": ("inlay_hint_tags", _boolean),
    "inlayHints.users": ("inlay_hint_users", _boolean),
    "registry.enabled": ("registry_enabled", _boolean),
    "registry.maxAgeHours": ("registry_max_age_hours", _hours),
}
"""The field of each setting, and what reads its value: it raises ValueError for a wrong one."""

_URLS = "registry.urls"
_TABLES: Mapping[str, Callable[[object], Any]] = {"rules": _severity, _URLS: _text}
"""The settings that map names of the user's to values, and what reads such a value."""

_NAMES = ("rules", *_SETTINGS, _URLS)
_GROUPS = frozenset(name.partition(".")[0] for name in _NAMES if "." in name)


class _Reading:
    """What was read so far."""

    def __init__(self, is_project: bool) -> None:
        self.is_project = is_project
        self.fields: dict[str, Any] = {}
        self.rules: dict[str, Severity | None] = {}
        self.urls: dict[str, str] = {}
        self.problems: list[str] = []
        self.untold = 0

    def group(self, prefix: str, content: object) -> None:
        """Reads the settings whose names begin with `prefix`."""
        for key, value in self._items(prefix.removesuffix("."), content):
            name = prefix + key
            table = next((table for table in _TABLES if name.startswith(f"{table}.")), None)
            if self.is_project and (name == _URLS or name.startswith(f"{_URLS}.")):
                self._wrong(_URLS, "only an editor may set it, or else any project could make us ask any host")
            elif name in _GROUPS:
                self.group(f"{name}.", value)
            elif name in _TABLES:
                for entry, entry_value in self._items(name, value):
                    self._entry(name, entry, entry_value)
            elif table is not None:
                self._entry(table, name[len(table) + 1 :], value)
            elif name not in _SETTINGS:
                self._unknown(name, "setting", (*_NAMES, *_GROUPS), f"the settings are {', '.join(_NAMES)}")
            elif value is not None:
                self._setting(name, value)

    def _setting(self, name: str, value: object) -> None:
        attribute, reader = _SETTINGS[name]
        try:
            read_value = reader(value)
        except ValueError as error:
            self._wrong(name, str(error))
        else:
            if read_value is not None:
                self.fields[attribute] = read_value

    def _entry(self, table: str, name: str, value: object) -> None:
        rule = find_rule(name) if table == "rules" else None
        if table == "rules" and rule is None:
            rules = [rule.name for rule in RULES]
            self._unknown(f"rules.{name}", "rule", rules, "`azureml-dockerfile-ls explain` lists them all")
        elif value is not None:
            try:
                read_value = _TABLES[table](value)
            except ValueError as error:
                self._wrong(f"{table}.{name}", str(error))
            else:
                if rule is not None:
                    self.rules[rule.name] = read_value
                else:
                    self.urls[name] = read_value

    def _items(self, place: str, content: object) -> list[tuple[str, object]]:
        # Lua, which Neovim is configured in, cannot tell an empty table from an empty list.
        if content is None or content == []:
            return []
        if isinstance(content, Mapping):
            return [(str(key), value) for key, value in content.items()]
        self._wrong(place or "the settings", f"{_shown(content)} is not a table of names and values")
        return []

    def _unknown(self, place: str, kind: str, known: tuple[str, ...] | list[str], otherwise: str) -> None:
        # Who wrote thousands of wrong names is not waited for.
        typed = place.removeprefix("rules.") if kind == "rule" else place
        meant = closest(typed, known) if len(self.problems) < _MAX_PROBLEMS else None
        self._wrong(place, f"there is no such {kind}{f': did you mean {meant}?' if meant else f'; {otherwise}'}")

    def _wrong(self, place: str, what: str) -> None:
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(f"{_printable(place)}: {what}")
        else:
            self.untold += 1


def _shown(value: object) -> str:
    """A value for a message: it may be of any size."""
    if isinstance(value, str):
        return f'"{_printable(value)}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, list) else "a number" if isinstance(value, (int, float)) else "a date"


def _printable(text: str) -> str:
    text = text if len(text) <= 60 else f"{text[:60]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _any_of(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
