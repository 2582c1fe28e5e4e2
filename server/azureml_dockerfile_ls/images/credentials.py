"""The login that a registry requires, and the logins that Docker stores for the user.

Docker's `config.json` holds logins by the host of the registry, or names a credential helper, which is a program. No
helper is run: a language server does not start programs that a file names.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.paths import is_inside

logger = logging.getLogger(__name__)

_LONGEST_FILE = 1 << 20
_LONGEST_HEADER = 8192
_PART = lazy_pattern(
    r"(?<![A-Za-z_-])(?P<key>[A-Za-z_-]+)\s*=\s*(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<bare>[^\s,\"]+))"
    r"|(?<![A-Za-z0-9-])(?P<scheme>[A-Za-z][A-Za-z0-9-]*)"
)

_reported: set[str] = set()


@dataclass(frozen=True, slots=True)
class Login:
    """The login of `docker login` for one registry."""

    basic: str | None
    """The value of an Authorization header; None without a password."""
    identity_token: str | None
    """A token that is exchanged for an access token, instead of a password; Azure Container Registry issues them."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """One login scheme that a registry offers (RFC 9110, 11.6.1)."""

    scheme: str
    """In lower case: `basic`, `bearer`."""
    parameters: dict[str, str]
    """By name, in lower case."""


def challenges(header: str) -> tuple[Challenge, ...]:
    """The challenges of one or more WWW-Authenticate headers, joined by commas. A very long text is cut."""
    found: list[Challenge] = []
    for part in _PART.finditer(header[:_LONGEST_HEADER]):
        if part["scheme"]:
            found.append(Challenge(part["scheme"].lower(), {}))
        elif found:
            value = part["bare"] if part["quoted"] is None else re.sub(r"\\(.)", r"\1", part["quoted"])
            found[-1].parameters[part["key"].lower()] = value
    return tuple(found)


def login_for(host: str, repository: str) -> Login | None:
    """The user's login for a repository, by the host of its registry with an optional port; None if there is none.

    A login that is kept for a part of a registry, such as `HOST/team`, is for the repositories below it. It comes from
    `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`. A file that is unreadable, or not as Docker writes it,
    contains no login.
    """
    config = _docker_config()
    logins = config.get("auths")
    found: dict[str, Login] = {}
    for key, entry in (logins if isinstance(logins, dict) else {}).items():
        host_of_key, path = _place_of(key)
        if host_of_key == host.lower() and (not path or is_inside(repository, path)) and isinstance(entry, dict):
            login = _login(entry)
            if login is not None:
                found.setdefault(path, login)
    if not found:
        _warn_of_helper(config, host)
    return found[max(found, key=len)] if found else None


def _docker_config() -> dict[str, Any]:
    try:
        folder = os.environ.get("DOCKER_CONFIG")
        path = (Path(folder) if folder else Path.home() / ".docker") / "config.json"
        if not path.is_file():
            return {}
        with path.open("rb") as file:
            config = json.loads(file.read(_LONGEST_FILE))
    # RuntimeError: no home folder; RecursionError is a RuntimeError.
    except (OSError, ValueError, RuntimeError) as error:
        if "unreadable" not in _reported:
            _reported.add("unreadable")
            logger.warning("Docker's config.json is ignored: %s", type(error).__name__)
        return {}
    return config if isinstance(config, dict) else {}


def _place_of(key: str) -> tuple[str, str]:
    """The host of a key, and the path there: `docker login` used to write `https://HOST/v1/`, and now writes `HOST`."""
    host, _, path = re.sub(r"^https?://", "", key).partition("/")
    path = path.strip("/")
    return host.lower(), "" if path in ("v1", "v2") else path


def _login(entry: dict[str, Any]) -> Login | None:
    username, password, token = (entry.get(key) for key in ("username", "password", "identitytoken"))
    pair = f"{username}:{password}" if isinstance(username, str) and isinstance(password, str) else None
    if isinstance(entry.get("auth"), str) and entry["auth"]:
        try:
            pair = base64.b64decode(entry["auth"], validate=True).decode()
        except (binascii.Error, ValueError):
            pair = None
    name, colon, secret = (pair or "").rstrip("\0").partition(":")
    try:
        basic = "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode() if colon and secret else None
    except UnicodeEncodeError:
        basic = None
    identity_token = token if isinstance(token, str) and token else None
    return Login(basic, identity_token) if basic or identity_token else None


def _warn_of_helper(config: dict[str, Any], host: str) -> None:
    helpers = config.get("credHelpers")
    helper = (helpers.get(host) if isinstance(helpers, dict) else None) or config.get("credsStore")
    if isinstance(helper, str) and host not in _reported:
        _reported.add(host)
        logger.warning("No login is sent to %s: Docker's credential helpers are not run.", host)
