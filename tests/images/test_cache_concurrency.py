"""Several programs that share one cache."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from azureml_dockerfile_ls.images.cache import read, write
from azureml_dockerfile_ls.images.registry import Repository
from azureml_dockerfile_ls.images.responses import TAGS, Listing
from tests.images.cached import LISTING

WRITER = """
import os, random, signal, sys, time
from pathlib import Path
from azureml_dockerfile_ls.images.responses import TAGS, tag_listing
from azureml_dockerfile_ls.images.cache import write
from azureml_dockerfile_ls.images.registry import Repository

folder, name, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
where = Repository("https://mcr.microsoft.com", "azureml/shared")
end = time.monotonic() + seconds
chance = random.Random(name)
version = kills = 0

def write_one():
    # Every name of one answer contains the same writer and version, so a mixture is detected.
    names = [f"{name}-{version}-{number}" for number in range(500 + 100 * (version % 7))]
    write(folder, TAGS, where, "", tag_listing(names, True))

def is_interrupted():
    # On a busy machine, hardly any child is killed while it writes.
    return kills >= 3000 or any(folder.glob("*.tmp"))

while kills < 100 or time.monotonic() < end or not is_interrupted():
    version += 1000
    if kills % 10 == 0:
        # On a slow disk every child may be killed before it has written its answer.
        write_one()
    child = os.fork()
    while child == 0:
        version += 1
        write_one()
    time.sleep(chance.uniform(0.002, 0.04))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    kills += 1
print(kills)
"""


def check_consistent(listing: Listing) -> None:
    """The answer is complete, and one of those that were written."""
    writer, version, _ = listing.names[0].split("-")
    assert len(listing.names) == 500 + 100 * (int(version) % 7)
    assert {name.rpartition("-")[0] for name in listing.names} == {f"{writer}-{version}"}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_two_programs_that_are_killed(tmp_path: Path) -> None:
    """Two programs write to one folder, each killed 100 times while it writes: every answer that is read is complete.

    `HYPOTHESIS_PROFILE=thorough` continues for 60 s.
    """
    seconds = "60" if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else "3"
    where = Repository("https://mcr.microsoft.com", "azureml/shared")
    reads = 0
    commands = [[sys.executable, "-c", WRITER, str(tmp_path), name, seconds] for name in "ab"]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    try:
        while any(writer.poll() is None for writer in writers):
            found = read(tmp_path, TAGS, where)
            # After the first write there is always a complete answer.
            assert found is not None or not reads
            if found is not None:
                assert found.answer is not None
                check_consistent(found.answer)
                reads += 1
        kills = [int(writer.communicate(timeout=10)[0]) for writer in writers]
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()

    assert min(kills) >= 100
    assert reads >= 10
    # Some were killed while writing. Their unfinished files are never read, and are removed later.
    unfinished = list(tmp_path.glob("*.tmp"))
    assert unfinished
    for path in unfinished:
        os.utime(path, (0, 0))
    write(tmp_path, TAGS, where, "", LISTING)
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]
