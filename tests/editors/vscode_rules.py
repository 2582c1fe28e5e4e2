"""Writes what the VS Code extension's package.json takes from the code: the rules among the settings, and the version.

Run `python -m tests.editors.vscode_rules` from the root of the repository after a rule was added or its first sentence
changed; `test_vscode_settings.py` fails until then.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.rules.registry import RULES

PACKAGE = Path(__file__).parent.parent.parent / "client-config" / "vscode" / "package.json"
SEVERITIES = ["off", "hint", "information", "warning", "error"]


def package() -> dict[str, Any]:
    """The content of package.json as it should be."""
    content = json.loads(PACKAGE.read_text(encoding="utf-8"))
    content["version"] = __version__
    content["contributes"]["configuration"]["properties"]["azuremlDockerfile.rules"]["properties"] = {
        rule.name: {
            "type": "string",
            "enum": SEVERITIES,
            "default": rule.severity.name.lower(),
            "description": rule.summary.replace("`", ""),
        }
        for rule in RULES
    }
    return content


def main() -> None:
    """Writes package.json."""
    PACKAGE.write_text(json.dumps(package(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
