"""Any response gives a result or a RegistryError."""

from __future__ import annotations

import socket
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azureml_dockerfile_ls.images.http import RegistryError
from azureml_dockerfile_ls.images.responses import Configuration
from tests.images.fault_server import Request, answering_json, running_fault_server
from tests.images.registry.client import HOSTILE, OPERATIONS, ask, image

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([*HOSTILE, "sha256:" + "0" * 64]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "tags repositories config manifests digest platform User Env Labels ExposedPorts created".split()
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@pytest.mark.slow
@settings(max_examples=max(settings().max_examples // 2, 50))
@given(document=json_values, operation=st.sampled_from(sorted(OPERATIONS)))
def test_any_json(document: object, operation: str) -> None:
    """Any document gives a result or a RegistryError."""
    with running_fault_server(answering_json(document)) as server, suppress(RegistryError):
        ask(server.url, operation)


@pytest.mark.slow
@settings(max_examples=max(settings().max_examples // 2, 50))
@given(config=json_values)
def test_any_configuration(config: object) -> None:
    """The result of any configuration is printable."""
    with running_fault_server(image({"config": config})) as server, suppress(RegistryError):
        found: Configuration = ask(server.url, "configuration")
        texts = [found.user, found.working_directory, *found.exposed_ports, *found.environment, *found.labels]
        texts += [text for text in [*found.environment.values(), *found.labels.values()] if text is not None]
        assert all(text.isprintable() for text in texts)


@pytest.mark.slow
@settings(max_examples=max(settings().max_examples // 2, 50))
@given(
    start=st.sampled_from(
        [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 401 x\r\n", b"HTTP/1.1 302 x\r\n", b"HTTP/1.0 999 \r\n", b""]
    ),
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                "Link Location WWW-Authenticate Retry-After Content-Length Content-Encoding Transfer-Encoding "
                "Docker-Content-Digest Set-Cookie".split()
            ),
            st.binary(max_size=40)
            | st.sampled_from([b'Bearer realm="', b"Basic", b"<x>; rel=next", b"http://[", b"chunked"]),
        ),
        max_size=4,
    ),
    body=st.binary(max_size=40),
)
def test_any_bytes(start: bytes, headers: list[tuple[str, bytes]], body: bytes) -> None:
    """Any bytes give a result or a RegistryError."""
    content = start + b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers) + b"\r\n" + body

    def send(request: Request, connection: socket.socket) -> None:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_RDWR)

    with running_fault_server(send) as server, suppress(RegistryError):
        ask(server.url, seconds=2)
