"""The last lines of a report for people: how what is left can be repaired, and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from azureml_dockerfile_ls.cli.reports.checked import Effort, Outcome
from azureml_dockerfile_ls.rules.rule import Severity


def summary(outcome: Outcome) -> Iterator[str]:
    """The numbers of findings that can be repaired, and that of all; nothing in a quiet report."""
    if outcome.is_quiet:
        return
    counts = Counter(finding.severity for _, finding in outcome.findings)
    found = ", ".join(_counted(counts[severity], severity) for severity in sorted(counts))
    fixed = sum(len(file.fixed) for file in outcome.checked)
    parts = [f"{found or 'no findings'} in {_files(len(outcome.checked))}"]
    parts += [f"{fixed} fixed"] if fixed else []
    parts += [f"{outcome.known} left out by the baseline"] if outcome.known else []
    unread = len({failure.path for failure in outcome.failures if not failure.is_setting})
    if not outcome.checked:
        parts = ["nothing was checked"]
    if unread:
        parts += [f"{unread} could not be checked"]
    wrong = sum(failure.is_setting for failure in outcome.failures)
    parts += [f"{wrong} problem{'' if wrong == 1 else 's'} in the settings"] if wrong else []
    ways = ", ".join(_ways(outcome))
    if ways:
        yield f"can be repaired: {ways}"
    yield ", ".join(parts)


def _ways(outcome: Outcome) -> Iterator[str]:
    """How many findings can be repaired in each way. A number does not include those before it."""
    efforts = Counter(finding.effort for _, finding in outcome.findings)
    more = ""
    for effort in (Effort.SAFE, Effort.OBVIOUS):
        if efforts[effort]:
            yield f"{efforts[effort]}{more} with {effort.value}"
            more = " more"
    if efforts[Effort.CHOICE]:
        yield f"{efforts[Effort.CHOICE]}{more} in an editor, which shows a choice"


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _counted(count: int, severity: Severity) -> str:
    noun = severity.name.lower()
    return f"{count} {noun}{'' if count == 1 or severity is Severity.INFORMATION else 's'}"
