"""Makes and runs the server. What is heavy is imported when the server starts, not with this module."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from azureml_dockerfile_ls.lsp.garbage import collect_rarely, gc_paused
from azureml_dockerfile_ls.lsp.log import log_to_standard_error


def serve_stdio(log_level: str) -> int:
    """Serve an editor on standard input and output; gives the exit status when it has left.

    `log_level` is the name of the least level that is logged on standard error, such as `warning`.
    """
    with _starting(log_level):
        from azureml_dockerfile_ls.lsp import transport
        from azureml_dockerfile_ls.lsp.language_server import Server

        server = Server()
    return transport.serve_stdio(server.protocol)


def serve_tcp(host: str, port: int, log_level: str) -> int:
    """Serve one editor that connects to `host` and `port` (0: any free one, announced on standard error).

    Gives the exit status when it has left. Raises OSError if the address cannot be had. `log_level` is as for
    `serve_stdio`.
    """
    with _starting(log_level):
        from azureml_dockerfile_ls.lsp import transport
        from azureml_dockerfile_ls.lsp.language_server import Server

        server = Server()
    return transport.serve_tcp(server.protocol, host, port)


@contextlib.contextmanager
def _starting(log_level: str) -> Iterator[None]:
    log_to_standard_error(log_level)
    collect_rarely()
    with gc_paused():
        from azureml_dockerfile_ls.lsp.late_classes import import_late
        from azureml_dockerfile_ls.lsp.late_ssl import import_asyncio

        import_asyncio()
        import_late()
        yield
