"""The command `azureml-dockerfile-ls`. What a sub-command needs is imported when it runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command with `arguments`, those of the process by default, and gives its exit status."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments in ([], ["--stdio"]):
        # An editor waits: it gets no parser of options.
        from azureml_dockerfile_ls.lsp.server import serve_stdio

        return serve_stdio()
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "check":
        from azureml_dockerfile_ls.command_line import run_check

        return run_check(options.paths, options.format, options.fail_on, is_fixing=options.fix, context=options.context)
    if options.command == "explain":
        from azureml_dockerfile_ls.command_line import run_explain

        return run_explain(options.rule)
    if options.tcp is not None:
        return _serve_tcp(parser, options.tcp)
    from azureml_dockerfile_ls.lsp.server import serve_stdio

    return serve_stdio()


def _folder(path: str) -> str:
    import argparse
    import os

    if not os.path.isdir(path):
        raise argparse.ArgumentTypeError(f"{path} is not a folder")
    return path


def _serve_tcp(parser: argparse.ArgumentParser, address: str) -> int:
    host, _, port = address.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        parser.error(f"--tcp {address}: expected HOST:PORT or PORT, with a port from 0 to 65535")
    from azureml_dockerfile_ls.lsp.server import serve_tcp

    try:
        return serve_tcp(host.strip("[]") or "127.0.0.1", int(port))
    except OSError as error:
        print(f"azureml-dockerfile-ls: cannot listen on {address}: {error.strerror or error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    import argparse

    from azureml_dockerfile_ls import __version__

    parser = argparse.ArgumentParser(
        prog="azureml-dockerfile-ls",
        description="A language server and checker for Dockerfiles that extend Azure Machine Learning images. "
        "Without a sub-command it serves an editor.",
    )
    parser.add_argument("--version", action="version", version=f"azureml-dockerfile-ls {__version__}")
    transport = parser.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="serve on standard input and output (default)")
    transport.add_argument("--tcp", metavar="HOST:PORT", help="serve one editor on a port (default host: 127.0.0.1)")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    check = commands.add_parser(
        "check",
        help="check Dockerfiles",
        description="Checks Dockerfiles. Exit status: 0 when there is nothing at or above --fail-on, 1 when there is, "
        "2 when something could not be checked, or an option or setting is wrong.",
    )
    check.add_argument(
        "paths", nargs="+", metavar="PATH", help="a file, a folder to search for Dockerfiles, or - for standard input"
    )
    check.add_argument(
        "--format", choices=("text", "json", "sarif", "github"), default="text", help="how findings are printed"
    )
    check.add_argument(
        "--fix",
        action="store_true",
        help="make the safe repairs in the files, and report what is left; of standard input the repaired text is "
        "printed, and the report on standard error",
    )
    check.add_argument(
        "--context",
        metavar="DIR",
        type=_folder,
        help="the build context (default: that of the settings, else the folder that holds the Dockerfile)",
    )
    check.add_argument(
        "--fail-on",
        choices=("error", "warning", "information", "hint"),
        default="warning",
        help="the least severity for exit status 1 (default: warning)",
    )

    explain = commands.add_parser("explain", help="explain a rule", description="Prints a rule's page, or the list.")
    explain.add_argument("rule", nargs="?", metavar="RULE", help="the rule's name")
    return parser


if __name__ == "__main__":
    sys.exit(main())
