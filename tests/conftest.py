"""What holds for every test.

In CI a skipped test fails the session, because there every program is installed. The property tests look at the same
texts in every run, so that nobody meets a rare text by chance; `HYPOTHESIS_PROFILE=thorough` makes them look at very
many new ones. No server that a test starts asks a real registry.
"""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from tests.surroundings import cut_off

# A busy machine may take long to make a text, and to look at it.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", unhurried, max_examples=150, derandomize=True)
settings.register_profile("thorough", unhurried, max_examples=25_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_configure(config: pytest.Config) -> None:
    """Cut the tests off, but not a process that only starts others for them: those see what it was started with."""
    if "PYTEST_XDIST_WORKER" in os.environ or not config.getoption("numprocesses", None):
        cut_off()


# What a shell starts in the background, and all that this starts, ignores CTRL-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

# So that its assertions, too, show what differs.
pytest.register_assert_rewrite("tests.annotated", "tests.lsp.conversation")

skipped: dict[str, set[str]] = {}
"""The names of skipped tests by the reason. With several processes, each of them reports a skipped module."""

SLOW = {"bench", "builds", "editors"}
"""The folders of tests that measure, build images or start editors."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that take long."""
    for item in items:
        if SLOW.intersection(item.nodeid.split("/")):
            item.add_marker(pytest.mark.slow)


def remember_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Note a skipped test, or a skipped module, with its reason. An expected failure is not a skip."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        skipped.setdefault(reason.removeprefix("Skipped: "), set()).add(report.nodeid)


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
    """Print each reason for skipped tests once, above pytest's closing line; in CI also the names of the tests."""
    if not skipped:
        return
    in_ci = bool(os.environ.get("CI"))
    terminalreporter.section("skipped tests fail in CI" if in_ci else "skipped tests", red=in_ci)
    for reason, names in sorted(skipped.items(), key=lambda each: -len(each[1])):
        terminalreporter.line(f"{len(names)} {'test' if len(names) == 1 else 'tests'}: {reason}")
        for name in sorted(names) if in_ci else ():
            terminalreporter.line(f"    {name}")
