"""Makes and runs the server. What is heavy is imported when the server starts, not with this module."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from azureml_dockerfile_ls.lsp.collector import collector_off

if TYPE_CHECKING:
    from azureml_dockerfile_ls.lsp.protocol import Server


def create_server() -> Server:
    """A server with all its features, not yet connected to anything."""
    from azureml_dockerfile_ls.lsp.features import register
    from azureml_dockerfile_ls.lsp.protocol import Server

    server = Server()
    register(server)
    return server


def serve_stdio() -> int:
    """Serve an editor on standard input and output; gives the exit status when it has left."""
    with _starting():
        from azureml_dockerfile_ls.lsp import transport

        server = create_server()
    return transport.serve_stdio(server.protocol)


def serve_tcp(host: str, port: int) -> int:
    """Serve one editor that connects to `host` and `port` (0: any free one, announced on standard error).

    Gives the exit status when it has left. Raises OSError if the address cannot be had.
    """
    with _starting():
        from azureml_dockerfile_ls.lsp import transport

        server = create_server()
    return transport.serve_tcp(server.protocol, host, port)


@contextlib.contextmanager
def _starting() -> Iterator[None]:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with collector_off():
        yield
