"""apt-get, apt, aptitude and dpkg: changes to the system packages."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.shell.programs.apt import system_packages_of
from tests.shell.last_command import command, values


@pytest.mark.parametrize(
    ("text", "action", "packages"),
    [
        ("apt-get install -y curl git=1.2", "install", ["curl", "git=1.2"]),
        ("sudo /usr/bin/apt -o A=b -t stable install curl", "install", ["curl"]),
        ("apt-get -oA=b update", "update", []),
        ("aptitude safe-upgrade", "safe-upgrade", []),
        ("apt-get purge --auto-remove -- curl", "purge", ["curl"]),
        ("dpkg -i a.deb b.deb", "-i", ["a.deb", "b.deb"]),
        ("dpkg --force-all --purge curl", "--purge", ["curl"]),
    ],
)
def test_system_packages(text: str, action: str, packages: list[str]) -> None:
    """A change has the action and the packages, without options and their values."""
    found = system_packages_of(command(text))

    assert found is not None
    assert (found.action.value, values(found.packages)) == (action, packages)


@pytest.mark.parametrize(
    "text",
    ["apt-get", "apt-get download curl", "apt list install", "dpkg -l install", "apt-cache search a", "echo apt"],
)
def test_commands_that_change_no_system_packages(text: str) -> None:
    """Other actions of apt and dpkg change no packages."""
    assert system_packages_of(command(text)) is None


@pytest.mark.parametrize(
    ("options", "assumes_yes"),
    [
        *((yes, True) for yes in ("-y", "--yes", "--assume-yes", "-qy", "-qq", "-q -q", "-q=2", "--force-yes")),
        *(
            (yes, True)
            for yes in ("-o APT::Get::Assume-Yes=true", "-oAPT::Get::Assume-Yes=1", "--option=APT::Get::Assume-Yes=1")
        ),
        *((no, False) for no in ("", "-q", "-o Dpkg::Use-Pty=0", "--no-install-recommends", "-t y")),
    ],
)
def test_the_answer_yes(options: str, assumes_yes: bool) -> None:
    """`-y`, `-qq` and the configuration on the command line answer yes."""
    found = system_packages_of(command(f"apt-get install {options} curl"))

    assert found is not None
    assert found.assumes_yes is assumes_yes
    assert not found.is_simulated


@pytest.mark.parametrize("option", ["-s", "-yqs", "--dry-run", "--print-uris", "--assume-no"])
def test_a_simulation(option: str) -> None:
    """A simulation is recognised by its options."""
    found = system_packages_of(command(f"apt-get {option} install curl"))

    assert found is not None
    assert found.is_simulated
