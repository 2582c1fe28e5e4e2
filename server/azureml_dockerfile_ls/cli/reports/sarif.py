"""The report for code scanning: SARIF 2.1.0.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.cli.reports.checked import (
    Checked,
    Failure,
    Outcome,
    Region,
    Repair,
    Reported,
    fingerprint_in_sources,
    path_in_sources,
)
from azureml_dockerfile_ls.rules.pages import url_of
from azureml_dockerfile_ls.rules.rule import Rule, Severity

_FINGERPRINT = "azuremlDockerfile/v1"
"""The name of our fingerprint; its version changes with the way to compute it."""


def report(outcome: Outcome) -> str:
    """A log with one run: the rules with findings, the findings, and what could not be checked."""
    rules = {finding.rule_name: finding.rule for _, finding in outcome.findings}
    indexes = {name: index for index, name in enumerate(sorted(rules))}
    driver = {
        "name": "azureml-dockerfile-ls",
        "semanticVersion": __version__,
        "rules": [_rule(rules[name]) for name in indexes],
    }
    invocation = {
        "executionSuccessful": not outcome.failures,
        "toolExecutionNotifications": [_notification(failure) for failure in outcome.failures],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [_result(file, finding, indexes[finding.rule_name]) for file, finding in outcome.findings],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2)


def _notification(failure: Failure) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": _artifact(failure.path)}
    if failure.line is not None:
        location["region"] = {"startLine": failure.line}
    return {
        "level": "error",
        "message": _message(str(failure)),
        "locations": [{"physicalLocation": location}],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    url = url_of(rule)
    return {
        "id": rule.name,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.page, "markdown": rule.page},
        # A page on this machine's disk is useless to readers of the log.
        **({"helpUri": url} if url.startswith("https:") else {}),
        "defaultConfiguration": {"level": _level(rule.severity)},
        "properties": {"tags": [rule.source]},
    }


def _level(severity: Severity) -> str:
    return {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(severity, "note")


def _result(file: Checked, finding: Reported, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule_name,
        "ruleIndex": rule_index,
        "level": _level(finding.severity),
        "message": _message(finding.message),
        "locations": [_location(file.path, finding.region)],
        "partialFingerprints": {_FINGERPRINT: fingerprint_in_sources(file, finding)},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"message": _message(place.message), **_location(place.path, place.region)} for place in finding.related
        ]
    if finding.repairs:
        result["fixes"] = [_fix(file, repair) for repair in finding.repairs]
    return result


def _fix(file: Checked, repair: Repair) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(region), "insertedContent": {"text": text}} for region, text in repair.edits
    ]
    changes = [{"artifactLocation": _artifact(file.path), "replacements": replacements}]
    return {"description": _message(repair.title), "artifactChanges": changes}


def _message(text: str) -> dict[str, str]:
    # SARIF reads single braces as a placeholder (§3.11.5).
    return {"text": text.replace("{", "{{").replace("}", "}}")}


def _location(path: str, region: Region) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": _region(region)}}


def _region(region: Region) -> dict[str, int]:
    line, column, end_line, end_column = region
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _artifact(path: str) -> dict[str, str]:
    relative = path_in_sources(path)
    if relative is None:
        return {"uri": Path(os.path.abspath(path)).as_uri()}
    return {"uri": quote(os.fsencode(relative)), "uriBaseId": "%SRCROOT%"}
