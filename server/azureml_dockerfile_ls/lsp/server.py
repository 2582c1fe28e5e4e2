"""Makes and runs the server. What is heavy is imported when the server starts, not with this module."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from azureml_dockerfile_ls.lsp.garbage import gc_paused
from azureml_dockerfile_ls.lsp.log import log_to_standard_error


def serve_stdio() -> int:
    """Serve an editor on standard input and output; gives the exit status when it has left."""
    with _starting():
        from azureml_dockerfile_ls.lsp import transport
        from azureml_dockerfile_ls.lsp.language_server import Server

        server = Server()
    return transport.serve_stdio(server.protocol)


def serve_tcp(host: str, port: int) -> int:
    """Serve one editor that connects to `host` and `port` (0: any free one, announced on standard error).

    Gives the exit status when it has left. Raises OSError if the address cannot be had.
    """
    with _starting():
        from azureml_dockerfile_ls.lsp import transport
        from azureml_dockerfile_ls.lsp.language_server import Server

        server = Server()
    return transport.serve_tcp(server.protocol, host, port)


@contextlib.contextmanager
def _starting() -> Iterator[None]:
    log_to_standard_error()
    with gc_paused():
        yield
