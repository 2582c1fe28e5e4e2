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
        from azureml_dockerfile_ls.cli.check import run_check

        return run_check(options.paths, options.format, options.fail_on, is_fixing=options.fix, context=options.context)
    if options.command == "explain":
        from azureml_dockerfile_ls.cli.check import run_explain

        return run_explain(options.rule)
    if options.command == "images":
        from azureml_dockerfile_ls.cli.images import run_images

        return run_images(options.name, dict(options.registry), is_refreshing=options.refresh, as_json=options.json)
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


def _registry(text: str) -> tuple[str, str]:
    import argparse
    from urllib.parse import urlsplit

    from azureml_dockerfile_ls.images.http import origin_of

    prefix, _, url = text.partition("=")
    if not prefix.strip("/"):
        raise argparse.ArgumentTypeError(f"{text!r} is not PREFIX=URL")
    parts = urlsplit(url) if origin_of(url) is not None else None
    if parts is None or parts.query or parts.fragment or "@" in parts.netloc:
        raise argparse.ArgumentTypeError(f"{url!r} is not the http or https URL of a registry")
    return prefix, url


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

    images = commands.add_parser(
        "images",
        help="list images, or tell what is known of one",
        description="Lists Azure ML's images, or tells the facts and tags of one: what this version knows, and on top "
        "of it what a registry answered earlier, to this command or to an editor. Nothing is sent without --refresh.",
        epilog="Exit status: 0 when all is well, 1 when something could not be refreshed (what is known is printed all "
        "the same), 2 for a name that is not known, a wrong option, or --refresh where the settings do not allow it, "
        "130 when cancelled. --json prints a list of objects with the keys image, name, kind, status, statusDetail, "
        "successor, os, python, framework, cuda, user, curatedEnvironment, baseImage, lastRelease, note, newestTag, "
        "tags, tagsAsOf and tagsAreComplete; for NAME one such object, with configuration: null, or an object with "
        "reference, asOf, digest, user, environment, workingDirectory, exposedPorts, labels and created.",
    )
    images.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="an image, as curated/sklearn-1.5 or with its registry; with a tag, the configuration is that tag's",
    )
    images.add_argument(
        "--refresh",
        action="store_true",
        help="ask the registry: for the names of all images and the tags of all that are not retired, or for the tags "
        "of NAME and the configuration of its latest tag",
    )
    images.add_argument("--json", action="store_true", help="print JSON")
    images.add_argument(
        "--registry",
        metavar="PREFIX=URL",
        type=_registry,
        action="append",
        default=[],
        help="the registry for the images whose names begin with PREFIX (may be repeated), as "
        "mcr.microsoft.com=https://mirror.example",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
