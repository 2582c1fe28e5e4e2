"""How what asks registries is run."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from queue import Queue
from typing import Any

import pytest

from azureml_dockerfile_ls.images.http import Absent, Deadline, RegistryError, Resting
from azureml_dockerfile_ls.images.updater import Fetcher
from tests.waiting import PATIENCE, wait_until

NEVER = threading.Event()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """A fetcher that is closed at the end."""
    running = Fetcher()
    yield running
    running.close()


def wait(deadline: Deadline, end: threading.Event = NEVER) -> str:
    """Work that lasts until it is cancelled, or until `end`."""
    while not end.wait(0.01):
        deadline.check()
    return "waited"


def failing(error: Exception) -> Any:
    """Work that raises this error."""

    def fail(deadline: Deadline) -> None:
        raise error

    return fail


def test_an_answer(fetcher: Fetcher) -> None:
    """The callback gets the result on another thread."""
    done: Queue[Any] = Queue()
    fetcher.submit("key", lambda deadline: threading.current_thread(), done.put)

    assert done.get(timeout=PATIENCE) is not threading.current_thread()


def test_one_job_for_the_same_thing(fetcher: Fetcher) -> None:
    """Callers with the same key share one job; later the work is run again."""
    done: Queue[Any] = Queue()
    go = threading.Event()
    runs: list[int] = []

    def work(deadline: Deadline) -> int:
        go.wait(PATIENCE)
        runs.append(1)
        return len(runs)

    for _ in range(5):
        fetcher.submit("key", work, done.put)
    go.set()
    assert [done.get(timeout=PATIENCE) for _ in range(5)] == [1] * 5
    fetcher.submit("key", work, done.put)
    assert done.get(timeout=PATIENCE) == 2


def test_different_things_at_the_same_time(fetcher: Fetcher) -> None:
    """A hanging job does not delay another one."""
    done: Queue[Any] = Queue()
    cancel = fetcher.submit("slow", wait, done.put)
    fetcher.submit("quick", lambda deadline: "quick", done.put)

    assert done.get(timeout=PATIENCE) == "quick"
    cancel()


@pytest.mark.parametrize(("error", "level"), [(RegistryError("no\x1b[31m"), "WARNING"), (Absent("nothing"), "INFO")])
def test_a_failure(fetcher: Fetcher, caplog: pytest.LogCaptureFixture, error: RegistryError, level: str) -> None:
    """Every callback gets the error as a value, and it is logged once, on one line."""
    done: Queue[Any] = Queue()
    go = threading.Event()

    def work(deadline: Deadline) -> None:
        go.wait(PATIENCE)
        raise error

    with caplog.at_level(logging.DEBUG):
        fetcher.submit("key", work, done.put)
        fetcher.submit("key", work, done.put)
        go.set()
        assert [done.get(timeout=PATIENCE), done.get(timeout=PATIENCE)] == [error, error]
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [(level, str(error))]
    assert str(error).isprintable()


def test_what_is_left_alone_is_not_logged(fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    """A pause after a failure is not logged, because the failure was."""
    done: Queue[Any] = Queue()
    fetcher.submit("key", failing(Resting("not yet")), done.put)

    assert isinstance(done.get(timeout=PATIENCE), Resting)
    assert caplog.records == []


def test_a_fault_of_ours(fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    """An internal error becomes a RegistryError; the log has the details, and the next job runs."""
    done: Queue[Any] = Queue()
    fetcher.submit("key", failing(ZeroDivisionError()), done.put)

    assert str(done.get(timeout=PATIENCE)) == "internal error: ZeroDivisionError"
    assert len(caplog.records) == 1
    fetcher.submit("key", lambda deadline: "fine", done.put)
    assert done.get(timeout=PATIENCE) == "fine"


def test_a_callback_that_fails(fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    """The other callbacks are still called."""
    done: Queue[Any] = Queue()
    go = threading.Event()

    def break_off(result: object) -> None:
        raise ZeroDivisionError

    fetcher.submit("key", lambda deadline: go.wait(PATIENCE), break_off)
    fetcher.submit("key", lambda deadline: go.wait(PATIENCE), done.put)
    go.set()
    assert done.get(timeout=PATIENCE)
    assert len(caplog.records) == 1


def test_cancel(fetcher: Fetcher) -> None:
    """A job ends when its last caller cancels; a caller that has cancelled gets no result."""
    done: Queue[Any] = Queue()
    began, go, ended = threading.Event(), threading.Event(), threading.Event()
    called: list[object] = []

    def work(deadline: Deadline) -> str:
        began.set()
        try:
            return wait(deadline, go)
        finally:
            ended.set()

    cancel_first = fetcher.submit("key", work, called.append)
    cancel_second = fetcher.submit("key", work, done.put)
    cancel_first()
    go.set()
    assert done.get(timeout=PATIENCE) == "waited"
    cancel_second()

    for event in (began, go, ended):
        event.clear()
    cancel = fetcher.submit("key", work, called.append)
    assert began.wait(PATIENCE)
    cancel()
    assert ended.wait(PATIENCE)
    assert called == []


def test_what_was_cancelled_can_be_asked_for_again(fetcher: Fetcher) -> None:
    """A request right after a cancellation gets a result of its own."""
    done: Queue[Any] = Queue()
    fetcher.submit("key", wait, done.put)()
    fetcher.submit("key", lambda deadline: "answer", done.put)
    assert done.get(timeout=PATIENCE) == "answer"


def test_a_cancelled_job_that_goes_on_does_not_delay_the_next_one(fetcher: Fetcher) -> None:
    """A job that cannot be interrupted, such as a look-up of a name, holds its thread; the next job gets another."""
    end, started = threading.Event(), threading.Event()

    def stubborn(_: Deadline) -> None:
        started.set()
        end.wait(PATIENCE)

    cancel = fetcher.submit("a", stubborn, lambda _: None)
    assert started.wait(PATIENCE)
    cancel()
    done: Queue[Any] = Queue()
    fetcher.submit("b", lambda _: "answered", done.put)

    assert done.get(timeout=PATIENCE / 4) == "answered"
    end.set()


@pytest.mark.slow
def test_the_time_of_a_job_begins_when_it_does(fetcher: Fetcher) -> None:
    """The deadline of a job starts when the job starts."""
    done: Queue[Any] = Queue()
    for number in range(12):
        fetcher.submit(number, lambda deadline: time.sleep(0.2), done.put)

    assert [done.get(timeout=PATIENCE) for _ in range(12)] == [None] * 12


def test_too_much_at_once(fetcher: Fetcher) -> None:
    """The number of waiting jobs is limited."""
    results: Queue[Any] = Queue()
    for number in range(1200):
        fetcher.submit(number, wait, results.put)

    assert {type(results.get(timeout=PATIENCE)) for _ in range(190)} == {Resting}


def test_close() -> None:
    """Closing cancels running jobs, calls no callbacks and ends the threads."""
    before = threading.active_count()
    fetcher = Fetcher()
    called: list[object] = []
    for number in range(10):
        fetcher.submit(number, wait, called.append)
    fetcher.close()
    fetcher.submit("late", wait, called.append)()

    wait_until(lambda: threading.active_count() <= before)
    assert called == []


def test_the_program_ends() -> None:
    """A job that cannot be interrupted does not keep the program from exiting."""
    program = (
        "import time\n"
        "from azureml_dockerfile_ls.images.updater import Fetcher\n"
        f"Fetcher().submit('key', lambda deadline: time.sleep({10 * PATIENCE}), print)\n"
        "time.sleep(0.2)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)


def test_nothing_is_imported_before_it_is_needed() -> None:
    """The first request imports requests, and the first look-up of the cache folder imports platformdirs."""
    program = (
        "import sys\n"
        "import azureml_dockerfile_ls.images.cache, azureml_dockerfile_ls.images.updater\n"
        "from azureml_dockerfile_ls.images.registry import Registry\n"
        "Registry().locate('mcr.microsoft.com/azureml/x')\n"
        "print([name for name in ('requests', 'urllib3', 'platformdirs', 'ssl') if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE, capture_output=True, text=True)
    assert ran.stdout.strip() == "[]"
