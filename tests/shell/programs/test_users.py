"""useradd, adduser and chown: new users, and owners of files."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.shell.programs.users import new_user_of, ownership_of
from tests.shell.last_command import command, values


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("useradd --create-home -u 1000 -g staff joe", "joe"),
        ("useradd -mr -s /bin/bash joe", "joe"),
        ("adduser --disabled-password --gecos '' joe", "joe"),
        ("adduser -D -u 1000 joe", "joe"),
        ("adduser joe staff", None),
        ("usermod -aG staff joe", None),
    ],
)
def test_new_users(text: str, user: str | None) -> None:
    """useradd and adduser create users."""
    found = new_user_of(command(text))

    assert (found.user.value if found else None) == user


def test_owners() -> None:
    """A chown has the owner as written and the paths."""
    found = ownership_of(command("sudo chown -Rv joe:staff /a /b"))

    assert found is not None
    assert (found.owner.value, values(found.paths), found.is_recursive) == ("joe:staff", ["/a", "/b"], True)
    assert ownership_of(command("chown --reference=/a /b")) is None
    assert ownership_of(command("chmod 755 /a")) is None
