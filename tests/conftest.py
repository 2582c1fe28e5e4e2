"""What holds for every test.

In CI a skipped test fails the session, because there every program is installed. `HYPOTHESIS_PROFILE=thorough` makes
the property tests look at very many texts. No test asks a real registry, or sees what the user's own servers keep: the
servers that tests start have a proxy that is not there, for every address but their own machine's, and a cache of their
own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

import pytest
from hypothesis import settings

settings.register_profile("quick", max_examples=150, deadline=None)
settings.register_profile("thorough", max_examples=25_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

_cache = tempfile.mkdtemp(prefix="azureml-dockerfile-ls-tests-")
atexit.register(shutil.rmtree, _cache, ignore_errors=True)
os.environ |= {"XDG_CACHE_HOME": _cache, "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost"}
for variable in ("https_proxy", "no_proxy"):
    os.environ.pop(variable, None)

# So that its assertions, too, show what differs.
pytest.register_assert_rewrite("tests.annotated")

skipped: list[str] = []


def remember_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Note a skipped test, or a skipped module, with its reason. An expected failure is no skip."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        skipped.append(f"{report.nodeid}: {reason.removeprefix('Skipped: ')}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """See every test's outcome."""
    remember_skip(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """See every module's outcome."""
    remember_skip(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a session with skipped tests into a failed one, in CI."""
    without_failure = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if os.environ.get("CI") and skipped and without_failure:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why the session failed, above pytest's closing line."""
    if os.environ.get("CI") and skipped:
        terminalreporter.section("skipped tests fail in CI", red=True)
        for line in skipped:
            terminalreporter.line(line)
