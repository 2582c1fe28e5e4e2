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
    """A fetcher, closed at the end."""
    running = Fetcher()
    yield running
    running.close()


def wait(deadline: Deadline, end: threading.Event = NEVER) -> str:
    """Work that lasts until it is cancelled, or until `end`."""
    while not end.wait(0.01):
        deadline.check()
    return "waited"


def failing(error: Exception) -> Any:
    """Work that fails."""

    def fail(deadline: Deadline) -> None:
        raise error

    return fail


def test_an_answer(fetcher: Fetcher) -> None:
    """What the work returns comes to the callback, on a thread that is not the caller's."""
    done: Queue[Any] = Queue()
    fetcher.submit("key", lambda deadline: threading.current_thread(), done.put)

    assert done.get(timeout=PATIENCE) is not threading.current_thread()


def test_one_job_for_the_same_thing(fetcher: Fetcher) -> None:
    """Who asks for what is already being asked for gets the same answer; later it is asked for again."""
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
    """One job that hangs does not hold up another."""
    done: Queue[Any] = Queue()
    cancel = fetcher.submit("slow", wait, done.put)
    fetcher.submit("quick", lambda deadline: "quick", done.put)

    assert done.get(timeout=PATIENCE) == "quick"
    cancel()


@pytest.mark.parametrize(("error", "level"), [(RegistryError("no\x1b[31m"), "WARNING"), (Absent("nothing"), "INFO")])
def test_a_failure(fetcher: Fetcher, caplog: pytest.LogCaptureFixture, error: RegistryError, level: str) -> None:
    """It comes to every callback as a value, and is logged once, in one line."""
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
    """That a failed registry is not asked again was said when it failed."""
    done: Queue[Any] = Queue()
    fetcher.submit("key", failing(Resting("not yet")), done.put)

    assert isinstance(done.get(timeout=PATIENCE), Resting)
    assert caplog.records == []


def test_a_fault_of_ours(fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    """It is a RegistryError to who asked; the log has the rest, and the next job is run."""
    done: Queue[Any] = Queue()
    fetcher.submit("key", failing(ZeroDivisionError()), done.put)

    assert str(done.get(timeout=PATIENCE)) == "internal error: ZeroDivisionError"
    assert len(caplog.records) == 1
    fetcher.submit("key", lambda deadline: "fine", done.put)
    assert done.get(timeout=PATIENCE) == "fine"


def test_a_callback_that_fails(fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    """The others are called nevertheless."""
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
    """A job ends when its last caller cancels, and not before; a caller that has cancelled gets no answer."""
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
    """Who asks right after the same was cancelled gets an answer of its own."""
    done: Queue[Any] = Queue()
    fetcher.submit("key", wait, done.put)()
    fetcher.submit("key", lambda deadline: "answer", done.put)
    assert done.get(timeout=PATIENCE) == "answer"


def test_the_time_of_a_job_begins_when_it_does(fetcher: Fetcher) -> None:
    """What waits long for its turn has its whole time all the same."""
    done: Queue[Any] = Queue()
    for number in range(12):
        fetcher.submit(number, lambda deadline: time.sleep(0.2), done.put)

    assert [done.get(timeout=PATIENCE) for _ in range(12)] == [None] * 12


def test_too_much_at_once(fetcher: Fetcher) -> None:
    """A text that names a thousand images does not make more requests than that wait."""
    results: Queue[Any] = Queue()
    for number in range(1200):
        fetcher.submit(number, wait, results.put)

    assert {type(results.get(timeout=PATIENCE)) for _ in range(190)} == {Resting}


def test_close() -> None:
    """What is under way is cancelled, nobody is called, and the threads end."""
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
    """A job that hangs where nothing can reach it does not keep the program alive."""
    program = (
        "import time\n"
        "from azureml_dockerfile_ls.images.updater import Fetcher\n"
        f"Fetcher().submit('key', lambda deadline: time.sleep({10 * PATIENCE}), print)\n"
        "time.sleep(0.2)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)


def test_nothing_is_imported_before_it_is_needed() -> None:
    """requests comes with the first request, platformdirs with the first look for the cache's folder."""
    program = (
        "import sys\n"
        "import azureml_dockerfile_ls.images.cache, azureml_dockerfile_ls.images.updater\n"
        "from azureml_dockerfile_ls.images.registry import Registry\n"
        "Registry().locate('mcr.microsoft.com/azureml/x')\n"
        "print([name for name in ('requests', 'urllib3', 'platformdirs', 'ssl') if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE, capture_output=True, text=True)
    assert ran.stdout.strip() == "[]"
