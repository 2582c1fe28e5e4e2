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


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """A fetcher, closed at the end."""
    running = Fetcher()
    yield running
    running.close()


def wait(deadline: Deadline, seconds: float = 10) -> str:
    """Work that lasts until it is cancelled."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        deadline.check()
        time.sleep(0.01)
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

    assert done.get(timeout=5) is not threading.current_thread()


def test_one_job_for_the_same_thing(fetcher: Fetcher) -> None:
    """Who asks for what is already being asked for gets the same answer; later it is asked for anew."""
    done: Queue[Any] = Queue()
    go = threading.Event()
    runs: list[int] = []

    def work(deadline: Deadline) -> int:
        go.wait(5)
        runs.append(1)
        return len(runs)

    for _ in range(5):
        fetcher.submit("key", work, done.put)
    go.set()
    assert [done.get(timeout=5) for _ in range(5)] == [1] * 5
    fetcher.submit("key", work, done.put)
    assert done.get(timeout=5) == 2


def test_different_things_at_the_same_time(fetcher: Fetcher) -> None:
    """One job that hangs does not hold up another."""
    done: Queue[Any] = Queue()
    cancel = fetcher.submit("slow", wait, done.put)
    fetcher.submit("quick", lambda deadline: "quick", done.put)

    assert done.get(timeout=5) == "quick"
    cancel()


@pytest.mark.parametrize(("error", "level"), [(RegistryError("no\x1b[31m"), "WARNING"), (Absent("nothing"), "INFO")])
def test_a_failure(fetcher: Fetcher, caplog: pytest.LogCaptureFixture, error: RegistryError, level: str) -> None:
    """It comes to every callback as a value, and is logged once, in one line."""
    done: Queue[Any] = Queue()
    go = threading.Event()

    def work(deadline: Deadline) -> None:
        go.wait(5)
        raise error

    with caplog.at_level(logging.DEBUG):
        fetcher.submit("key", work, done.put)
        fetcher.submit("key", work, done.put)
        go.set()
        assert [done.get(timeout=5), done.get(timeout=5)] == [error, error]
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [(level, str(error))]
    assert str(error).isprintable()


def test_what_is_left_alone_is_not_logged(fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    """That a failed registry is not asked again was said when it failed."""
    done: Queue[Any] = Queue()
    fetcher.submit("key", failing(Resting("not yet")), done.put)

    assert isinstance(done.get(timeout=5), Resting)
    assert caplog.records == []


def test_a_fault_of_ours(fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    """It is a RegistryError to who asked; the log has the rest, and the next job is run."""
    done: Queue[Any] = Queue()
    fetcher.submit("key", failing(ZeroDivisionError()), done.put)

    assert str(done.get(timeout=5)) == "internal error: ZeroDivisionError"
    assert len(caplog.records) == 1
    fetcher.submit("key", lambda deadline: "fine", done.put)
    assert done.get(timeout=5) == "fine"


def test_a_callback_that_fails(fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    """The others are called nevertheless."""
    done: Queue[Any] = Queue()
    go = threading.Event()

    def break_off(result: object) -> None:
        raise ZeroDivisionError

    fetcher.submit("key", lambda deadline: go.wait(5), break_off)
    fetcher.submit("key", lambda deadline: go.wait(5), done.put)
    go.set()
    assert done.get(timeout=5)
    assert len(caplog.records) == 1


def test_cancel(fetcher: Fetcher) -> None:
    """A job ends when nobody waits for it any more, and not before; who cancelled is not called."""
    done: Queue[Any] = Queue()
    ended = threading.Event()
    called: list[object] = []

    def work(deadline: Deadline) -> str:
        try:
            return wait(deadline, 1)
        finally:
            ended.set()

    cancel_first = fetcher.submit("key", work, called.append)
    cancel_second = fetcher.submit("key", work, done.put)
    cancel_first()
    assert done.get(timeout=5) == "waited"
    cancel_second()

    ended.clear()
    start = time.monotonic()
    fetcher.submit("key", work, called.append)()
    # One that never began need not end; and the same may be asked for again at once.
    fetcher.submit("key", lambda deadline: "anew", done.put)
    assert done.get(timeout=5) == "anew"
    assert time.monotonic() - start < 0.9
    assert called == []


def test_the_time_of_a_job_begins_when_it_does(fetcher: Fetcher) -> None:
    """What waits long for its turn has its whole time all the same."""
    done: Queue[Any] = Queue()
    for number in range(12):
        fetcher.submit(number, lambda deadline: wait(deadline, 0.2), done.put)

    assert [done.get(timeout=5) for _ in range(12)] == ["waited"] * 12


def test_too_much_at_once(fetcher: Fetcher) -> None:
    """A text that names a thousand images does not make more requests than that wait."""
    results: Queue[Any] = Queue()
    for number in range(1200):
        fetcher.submit(number, wait, results.put)

    assert {type(results.get(timeout=5)) for _ in range(190)} == {Resting}


def test_close() -> None:
    """What is under way is cancelled, nobody is called, and the threads end."""
    before = threading.active_count()
    fetcher = Fetcher()
    called: list[object] = []
    for number in range(10):
        fetcher.submit(number, wait, called.append)
    fetcher.close()
    fetcher.submit("late", wait, called.append)()

    end = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < end:
        time.sleep(0.02)
    assert threading.active_count() <= before
    assert called == []


def test_the_program_ends() -> None:
    """A job that hangs where nothing can reach it does not keep the program alive."""
    program = (
        "import time\n"
        "from azureml_dockerfile_ls.images.updater import Fetcher\n"
        "Fetcher().submit('key', lambda deadline: time.sleep(60), print)\n"
        "time.sleep(0.2)\n"
    )
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
    assert time.monotonic() - start < 10


def test_nothing_is_imported_before_it_is_needed() -> None:
    """requests comes with the first request, platformdirs with the first look for the cache's folder."""
    program = (
        "import sys\n"
        "import azureml_dockerfile_ls.images.cache, azureml_dockerfile_ls.images.updater\n"
        "from azureml_dockerfile_ls.images.registry import Registry\n"
        "Registry().locate('mcr.microsoft.com/azureml/x')\n"
        "print([name for name in ('requests', 'urllib3', 'platformdirs', 'ssl') if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, timeout=30, capture_output=True, text=True)
    assert ran.stdout.strip() == "[]"
