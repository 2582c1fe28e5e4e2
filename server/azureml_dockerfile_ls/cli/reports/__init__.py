"""The reports of `check`: one module for each format, and the registry of them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from azureml_dockerfile_ls.cli.reports import github, json, sarif, text
from azureml_dockerfile_ls.cli.reports.checked import Checked

Report = Callable[[Sequence[Checked], Sequence[str]], str]
"""A function from the checked files, and sentences about what could not be checked, to the text to print."""

REPORTS: Mapping[str, Report] = {
    "text": text.report,
    "json": json.report,
    "sarif": sarif.report,
    "github": github.report,
}
"""The reports by the name of their format. The command line offers the same names."""
