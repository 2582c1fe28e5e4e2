"""The reports of `check`: one module for each format, and the registry of them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from azureml_dockerfile_ls.cli.reports import concise, github, gitlab, json, junit, sarif, text
from azureml_dockerfile_ls.cli.reports.checked import Outcome

Report = Callable[[Outcome], str]
"""A function from what a check found to the text to print."""

REPORTS: Mapping[str, Report] = {
    "text": text.report,
    "concise": concise.report,
    "json": json.report,
    "sarif": sarif.report,
    "github": github.report,
    "gitlab": gitlab.report,
    "junit": junit.report,
}
"""The reports by the name of their format. The command line offers the same names."""
