"""Programs of this machine, with the network as its user has set it up."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.surroundings import STARTED_WITH

_TIMEOUT = 300


def require(*programs: str) -> None:
    """Skip the test where one of these programs is not on the PATH."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: it is not on the PATH")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program; what it prints, errors too, is in `stdout`."""
    return subprocess.run(
        command,
        env=STARTED_WITH,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=_TIMEOUT,
    )


def must_run(*command: str | Path) -> str:
    """What a program prints, which must not fail."""
    done = run(*command)
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """The end of what a program printed, where it says why it stopped."""
    return done.stdout.rstrip().rpartition("\n")[2]


def make_debian(path: Path, *packages: str, suite: str | None = None) -> None:
    """A new Debian with these packages, in a folder or a `.tar`; a suite other than this machine's may be named.

    It has the source of packages and the proxy that apt has on this machine. The test is skipped where apt has none,
    and where apt is missing.
    """
    require("mmdebstrap", "apt-get", "apt-config")
    line = "deb $(REPO_URI) $(RELEASE) $(COMPONENT)"
    told = must_run("apt-get", "indextargets", "--format", line, "Created-By: Packages", "Origin: Debian")
    # Not those for updates, which have names such as `stable-updates`.
    sources = [line.split() for line in told.splitlines()]
    found = [(uri, release) for _, uri, release, component in sources if "-" not in release and component == "main"]
    if not found:
        pytest.skip("apt has no package lists of Debian: is this Debian, and has `apt-get update` run?")
    uri, release = found[0]
    options = must_run("apt-config", "dump", "--no-empty", "Acquire::http::Proxy", "Acquire::https::Proxy").splitlines()
    done = run(
        *("mmdebstrap", "--quiet", "--variant=apt", f"--include={','.join(packages)}"),
        *(f"--aptopt={option}" for option in ('Acquire::Languages "none"', *options)),
        "--dpkgopt=force-unsafe-io",
        # Fewer files are copied faster.
        '--customize-hook=rm -rf "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/usr/share/locale/*',
        *(suite or release, path, f"deb {uri} {suite or release} main"),
    )
    if done.returncode:
        pytest.skip(f"mmdebstrap cannot make a system of Debian's packages: {last_line(done)}")
