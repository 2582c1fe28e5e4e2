"""The report for programs that read the results of tests: JUnit's XML, with a test case for each file.

Source: https://github.com/testmoapp/junitxml.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from azureml_dockerfile_ls.cli.reports.checked import Checked, Failure, Outcome, Place
from azureml_dockerfile_ls.cli.terminal import visible
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

_NOT_XML = lazy_pattern("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def report(outcome: Outcome) -> str:
    """A test suite in which a file with findings fails, and one that could not be checked is an error."""
    failed = sum(len(file.findings) for file in outcome.checked)
    tests = sum(max(len(file.findings), 1) for file in outcome.checked) + len(outcome.failures)
    counts = f'tests="{tests}" failures="{failed}" errors="{len(outcome.failures)}"'
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<testsuites name="azureml-dockerfile-ls" {counts}>',
        f'  <testsuite name="azureml-dockerfile-ls" {counts}>',
        *(line for file in outcome.checked for line in _of_file(file)),
        *(line for failure in outcome.failures for line in _of_failure(failure)),
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines)


def _of_file(file: Checked) -> list[str]:
    path = _attribute(file.path)
    if not file.findings:
        return [f'    <testcase name="no findings" classname={path} file={path}/>']
    lines = []
    for finding in file.findings:
        place = Place(file.path, finding.region, finding.message).line
        lines += [
            f"    <testcase name={_attribute(finding.rule_name)} classname={path} file={path} "
            f'line="{finding.region.line}">',
            f"      <failure type={_attribute(finding.severity.name.lower())} message={_attribute(finding.message)}>"
            f"{escape(_valid(place))}</failure>",
            "    </testcase>",
        ]
    return lines


def _of_failure(failure: Failure) -> list[str]:
    path = _attribute(failure.path)
    return [
        f'    <testcase name="not checked" classname={path} file={path}>',
        f"      <error message={_attribute(failure.reason)}>{escape(_valid(visible(str(failure))))}</error>",
        "    </testcase>",
    ]


def _attribute(text: str) -> str:
    return quoteattr(_valid(text))


def _valid(text: str) -> str:
    """The text with escape sequences for characters that XML does not have."""
    return _NOT_XML.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode(), text)
