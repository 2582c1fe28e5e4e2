"""Generate what repeats the code: `python -m server.tools.generate`.

It writes the README's tables of rules and settings, the page of each rule, the settings in the VS Code extension's
package.json, its table of the keys of Azure ML's YAML, and the JSON schema of the settings file. `--check` writes
nothing and names each stale file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.cli.terminal import complain
from azureml_dockerfile_ls.manifest import schema as manifest_schema
from azureml_dockerfile_ls.rules.hadolint.codes import CODE, GROUP
from azureml_dockerfile_ls.rules.pages import FOLDER as PAGES
from azureml_dockerfile_ls.rules.pages import page_text
from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.rules.rule import Rule
from azureml_dockerfile_ls.settings import (
    DEFAULTS,
    EXTEND,
    MAX_HOURS,
    OVERRIDES,
    PATHS,
    SECTION,
    SETTINGS,
    SEVERITIES,
    Setting,
    SettingType,
)

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PACKAGE = ROOT / "client-config" / "vscode" / "package.json"
MANIFEST = ROOT / "client-config" / "vscode" / "src" / "manifest.json"
SCHEMA = ROOT / "client-config" / "azureml-dockerfile.schema.json"

_BEGIN = "<!-- {table}: written by `python -m server.tools.generate` -->\n"
_END = "\n<!-- end of {table} -->"

_VSCODE_NOTES = {
    "dockerfileFeatures": "While another Dockerfile extension is enabled, the default is `false`.",
    "buildContext": "If empty, the folder of the Dockerfile.",
    "registry.urls": "A workspace cannot set it.",
}
"""What VS Code's description adds to that of a setting."""

_EXTEND_DOC = "Another settings file of this repository, whose settings apply where this file sets nothing."
_OVERRIDES_DOC = "Settings for some of the files. The last one that matches a file has priority."
_PATHS_SCHEMA = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "string", "minLength": 1},
    "description": "Patterns as in .gitignore, relative to the folder of the settings file.",
}

_WINDOW_SCOPE = frozenset({"registry.enabled", "registry.maxAgeHours"})
"""The settings that VS Code keeps for a whole window; a folder of the workspace has a value of its own for others."""


def outputs() -> dict[Path, str | None]:
    """The content of each generated file, None for a file to remove. Raises ValueError if the README lacks a marker."""
    files: dict[Path, str | None] = dict.fromkeys(PAGES.glob("*.md"))
    files |= {PAGES / f"{rule.name}.md": page_text(rule) for rule in RULES}
    return {
        README: _readme(),
        **files,
        PACKAGE: _json(_package()),
        MANIFEST: _json(_manifest()),
        SCHEMA: _json(schema()),
    }


def _manifest() -> dict[str, Any]:
    """What the extension knows of Azure ML's YAML, to start the server for no other."""
    keys = manifest_schema
    sets = {
        "environmentKeys": keys.ENVIRONMENT_KEYS,
        "condaKeys": keys.CONDA_KEYS,
        "assetKeys": keys.ASSET_KEYS,
        "assetImageKeys": keys.ASSET_IMAGE_KEYS,
        "assetTypes": keys.ASSET_TYPES,
        "deploymentKeys": keys.DEPLOYMENT_KEYS,
        "jobTypes": keys.JOB_TYPES,
    }
    return {"hosts": list(keys.HOSTS), **{name: sorted(found) for name, found in sets.items()}}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the stale files, or with `--check` name them; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m server.tools.generate",
        description="Write the parts of the README, the rule pages, package.json and the JSON schema that come from "
        "the code. Exit status: 1 if --check finds a stale file, 2 if the README lacks a marker.",
    )
    parser.add_argument("--check", action="store_true", help="write nothing, and name each stale file")
    options = parser.parse_args(arguments)
    try:
        stale = {path: text for path, text in outputs().items() if _content(path) != text}
    except ValueError as error:
        complain(str(error))
        return 2
    for path, text in stale.items():
        if options.check:
            complain(f"{path.relative_to(ROOT)} is stale; run python -m server.tools.generate")
        elif text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
    return int(options.check and bool(stale))


def schema() -> dict[str, Any]:
    """The JSON schema of the settings file, without the settings that only an editor can set."""
    own = _schema_of_settings()
    override = {**_table(), "required": [PATHS], "properties": {PATHS: _PATHS_SCHEMA, **own}}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of azureml-dockerfile-ls",
        **_table(),
        "properties": {
            EXTEND: {"type": "string", "description": _EXTEND_DOC},
            **own,
            OVERRIDES: {"type": "array", "description": _OVERRIDES_DOC, "items": override},
        },
    }


def _schema_of_settings() -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for setting in SETTINGS:
        if not setting.is_editor_only:
            group, _, name = setting.name.rpartition(".")
            entries = properties.setdefault(group, _table())["properties"] if group else properties
            entries[name] = {"description": _plain(setting.doc), **_value_schema(setting)}
    return properties


def _content(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _plain(markdown: str) -> str:
    return markdown.replace("`", "")


def _readme() -> str:
    rules = ["| rule | severity | what it reports |", "|---|---|---|"]
    rules += [f"| {rule.name} | {rule.severity.name.lower()} | {rule.summary} |" for rule in RULES]
    settings = ["| setting | default | what it does |", "|---|---|---|"]
    settings += [f"| `{setting.name}` | {_shown_default(setting)} | {_readme_doc(setting)} |" for setting in SETTINGS]
    text = README.read_text(encoding="utf-8")
    for table, lines in (("settings", settings), ("rules", rules)):
        begin, end = _BEGIN.format(table=table), _END.format(table=table)
        before, found, rest = text.partition(begin)
        _, found_end, after = rest.partition(end)
        if not found or not found_end:
            raise ValueError(f"{README.name} lacks the markers of the table of {table}")
        text = "".join([before, begin, "\n".join(lines), end, after])
    return text


def _shown_default(setting: Setting) -> str:
    return setting.default or f"`{json.dumps(_default(setting))}`"


def _readme_doc(setting: Setting) -> str:
    return f"{setting.doc} Only an editor can set it." if setting.is_editor_only else setting.doc


def _package() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(PACKAGE.read_text(encoding="utf-8"))
    content["version"] = __version__
    configuration = content["contributes"]["configuration"]
    generated = {f"{SECTION}.{setting.name}": _vscode_setting(setting) for setting in SETTINGS}
    # The extension has settings of its own, which are written by hand.
    configuration["properties"] = generated | {
        name: schema for name, schema in configuration["properties"].items() if name not in generated
    }
    return content


def _vscode_setting(setting: Setting) -> dict[str, Any]:
    note = _VSCODE_NOTES.get(setting.name)
    scope = "machine" if setting.is_editor_only else None if setting.name in _WINDOW_SCOPE else "resource"
    return {
        **({"scope": scope} if scope else {}),
        "markdownDescription": f"{setting.doc} {note}" if note else setting.doc,
        **_value_schema(setting),
    }


def _value_schema(setting: Setting) -> dict[str, Any]:
    default = _default(setting)
    match setting.type:
        case SettingType.SEVERITIES:
            rules = {rule.name: _severity_schema(rule) for rule in RULES}
            words = {"type": "string", "enum": list(SEVERITIES)}
            of_group = {**words, "description": "All rules of hadolint that are not named."}
            return {
                "default": default,
                **_table(),
                "properties": {**rules, GROUP: of_group},
                "patternProperties": {f"^{CODE.pattern}$": {**words, "description": "A rule of hadolint."}},
            }
        case SettingType.BOOLEAN:
            return {"type": "boolean", "default": default}
        case SettingType.PATH:
            return {"type": "string", "default": default or ""}
        case SettingType.HOURS:
            return {"type": "number", "minimum": 0, "maximum": MAX_HOURS, "default": default}
        case SettingType.URLS:
            url = {"type": "string", "format": "uri", "pattern": "^https?://"}
            return {"type": "object", "additionalProperties": url, "default": default}


def _severity_schema(rule: Rule) -> dict[str, Any]:
    return {
        "type": "string",
        "enum": [word for word, severity in SEVERITIES.items() if severity is not None or rule.is_lint],
        "default": rule.severity.name.lower(),
        "description": _plain(rule.summary),
    }


def _table() -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": {}}


def _default(setting: Setting) -> object:
    value = getattr(DEFAULTS, setting.field)
    return int(value) if isinstance(value, float) and value.is_integer() else value


if __name__ == "__main__":
    sys.exit(main())
