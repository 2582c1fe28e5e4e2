"""The command `azureml-dockerfile-ls`. Each sub-command imports what it needs when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

_LOG_LEVELS = ("debug", "info", "warning", "error")
_LOG_LEVEL = "warning"
_SHELLS = ("bash", "zsh", "fish")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status. The default of `arguments` are those of the process."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if not arguments and sys.stdin is not None and sys.stdin.isatty():
        return _introduce()
    if arguments in ([], ["--stdio"]):
        # An editor is waiting for the first answer, so do not import argparse.
        return _serve_stdio()
    parser, commands = _parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        # The usage is that of the command, which the parser of all commands does not print.
        commands.get(options.command, parser).error(f"unrecognized arguments: {' '.join(unknown)}")
    if options.command is None and not options.version:
        level = options.log_level
        return _serve_stdio(level) if options.tcp is None else _serve_tcp(parser, options.tcp, level)
    try:
        return _run(options, parser, commands)
    except KeyboardInterrupt:
        # It also comes while something is imported.
        print("azureml-dockerfile-ls: interrupted", file=sys.stderr)
        return 130


def _run(
    options: argparse.Namespace, parser: argparse.ArgumentParser, commands: dict[str, argparse.ArgumentParser]
) -> int:
    """Run one of the commands."""
    if options.version:
        from azureml_dockerfile_ls.cli.version import run_version

        return run_version()
    if options.command == "check":
        from azureml_dockerfile_ls.cli.check.arguments import options_of
        from azureml_dockerfile_ls.cli.check.command import run_check

        return run_check(options_of(commands["check"], options))
    if options.command == "format":
        from azureml_dockerfile_ls.cli.format import run_format

        return run_format(options.paths, is_check=options.check, is_diff=options.diff)
    if options.command == "explain":
        from azureml_dockerfile_ls.cli.explain import run_explain

        return run_explain(options.rule)
    if options.command == "doctor":
        from azureml_dockerfile_ls.cli.doctor import run_doctor

        return run_doctor(options.path, is_asking=options.ask_registry)
    if options.command == "completion":
        from azureml_dockerfile_ls.cli.completion import run_completion

        return run_completion(options.shell, parser, commands)
    from azureml_dockerfile_ls.cli.images.command import clear_cache, run_images

    if options.clear_cache:
        return clear_cache()
    return run_images(options.name, dict(options.registry), is_refreshing=options.refresh, as_json=options.json)


def _introduce() -> int:
    """Say what this is to a person at a terminal, where no editor is."""
    parser, _ = _parser()
    parser.print_help()
    print("\nAn editor starts it as `azureml-dockerfile-ls --stdio`. `azureml-dockerfile-ls check` checks this folder.")
    return 0


def _serve_stdio(log_level: str = _LOG_LEVEL) -> int:
    from azureml_dockerfile_ls.lsp.server import serve_stdio

    return serve_stdio(log_level)


def _serve_tcp(parser: argparse.ArgumentParser, address: str, log_level: str) -> int:
    import ipaddress

    host, _, port = address.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        parser.error(f"--tcp {address}: expected HOST:PORT or PORT, with a port from 0 to 65535")
    host = host.strip("[]")
    if host.lower() in ("", "localhost"):
        host = "127.0.0.1"
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        parser.error(f"--tcp {address}: only this machine may connect; use 127.0.0.1, ::1 or localhost")
    from azureml_dockerfile_ls.lsp.server import serve_tcp

    try:
        return serve_tcp(host, int(port), log_level)
    except OSError as error:
        from azureml_dockerfile_ls.cli.terminal import complain

        complain(f"cannot listen on {address}: {error.strerror or error}")
        return 2


def _registry(text: str) -> tuple[str, str]:
    import argparse
    from urllib.parse import urlsplit

    from azureml_dockerfile_ls.images.http import origin_of

    prefix, sign, url = text.partition("=")
    if not sign or not prefix.strip("/"):
        raise argparse.ArgumentTypeError(f"{text!r} is not PREFIX=URL")
    parts = urlsplit(url) if origin_of(url) is not None else None
    if parts is None or parts.query or parts.fragment or "@" in parts.netloc:
        raise argparse.ArgumentTypeError(f"{url!r} is not the http or https URL of a registry")
    return prefix, url


def _parser() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The parser, and the parsers of the commands by their names."""
    import argparse

    parser = argparse.ArgumentParser(
        prog="azureml-dockerfile-ls",
        description="A language server and checker for Dockerfiles that extend Azure Machine Learning images. "
        "Without a command, it serves an editor.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and the build")
    transport = parser.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="serve on standard input and output (default)")
    transport.add_argument(
        "--tcp", metavar="HOST:PORT", help="serve one editor on a port of this machine alone (default host: 127.0.0.1)"
    )
    parser.add_argument(
        "--log-level",
        choices=_LOG_LEVELS,
        default=_LOG_LEVEL,
        help="what the server logs on standard error; info adds a line for each request that takes more than 100 ms "
        f"(default: {_LOG_LEVEL})",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_check(
        commands.add_parser(
            "check",
            usage="%(prog)s [OPTION ...] [PATH ...]",
            help="check Dockerfiles and Azure ML's YAML",
            description="Check Dockerfiles and Azure ML's YAML, and report what is wrong in them.",
            epilog="Exit status: 0 if nothing is at or above --fail-on, 1 if something is, or with --diff if there are "
            "changes, 2 if a file could not be checked, or an option or a setting is invalid, 130 after Ctrl-C.",
        )
    )
    _add_format(
        commands.add_parser(
            "format",
            help="format Dockerfiles",
            description="Make the layout of Dockerfiles uniform with small edits. What they build never changes.",
            epilog="Exit status: 0 on success, 1 with --check or --diff if a file would be formatted, 2 if a file "
            "could not be formatted or an option is invalid.",
        )
    )
    _add_images(
        commands.add_parser(
            "images",
            help="list images, or describe one",
            description="List Azure ML's images, or print the facts and the tags of one. They come from the built-in "
            "catalogue, and from earlier answers of a registry to this command or to an editor. Only --refresh sends "
            "anything.",
            epilog="Exit status: 0 on success, 1 if an answer of the registry is missing (what is known is printed all "
            "the same), 2 for an unknown name, an invalid option, or settings that forbid --refresh, 130 after Ctrl-C. "
            "--json prints a list of objects with the keys image, name, kind, status, statusDetail, successor, os, "
            "python, framework, cuda, user, sources, curatedEnvironment, baseImage, lastRelease, note, newestTag, "
            "tags, tagsAsOf and tagsAreComplete. For NAME it prints one such object with the key configuration: null, "
            "or an object with reference, asOf, digest, user, environment, workingDirectory, exposedPorts, labels and "
            "created.",
        )
    )
    _add_helpers(commands)
    return parser, commands.choices


def _add_helpers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands that look at no Dockerfile."""
    explain = commands.add_parser(
        "explain", help="explain a rule", description="Print the page of a rule, or the list of all rules."
    )
    explain.add_argument("rule", nargs="?", metavar="RULE", help="the name of the rule, in any letter case")
    _add_doctor(
        commands.add_parser(
            "doctor",
            help="print what a bug report needs",
            description="Print versions, the cache, the settings for a file, and whether the registry answers, for bug "
            "reports. User names and passwords in addresses are left out. Only --ask-registry sends anything.",
            epilog="Exit status: 0 if nothing is wrong, 1 if a setting is invalid or the registry does not answer, 2 "
            "for an invalid option.",
        )
    )
    completion = commands.add_parser(
        "completion",
        help="print the completion script of a shell",
        description="Print a script that completes this command in a shell: commands, options, rules and images.",
    )
    completion.add_argument("shell", choices=_SHELLS, metavar="SHELL", help=f"the shell: {', '.join(_SHELLS)}")


def _add_check(parser: argparse.ArgumentParser) -> None:
    from azureml_dockerfile_ls.cli.check.arguments import add_arguments

    add_arguments(parser)


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a file, a folder to search for Dockerfiles, or - for standard input (default: the current folder)",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; name the files that would be formatted")
    parser.add_argument("--diff", action="store_true", help="write nothing; print the changes")


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        default=".",
        help="the file or folder whose settings are printed (default: the current folder)",
    )
    parser.add_argument(
        "--ask-registry", action="store_true", help="ask Microsoft's registry for the tags of one image"
    )


def _add_images(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="an image, such as curated/sklearn-1.5, with or without its registry; add a tag to see its configuration",
    )
    parser.add_argument(
        "--refresh",
        action="store_true",
        help="ask the registry first: for the names of all images and the tags of those that are not retired, or for "
        "the tags of NAME and the configuration of its latest tag",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--clear-cache", action="store_true", help="remove the stored answers of registries, and do nothing else"
    )
    parser.add_argument(
        "--registry",
        metavar="PREFIX=URL",
        type=_registry,
        action="append",
        default=[],
        help="the registry for images whose names begin with PREFIX, such as "
        "mcr.microsoft.com=https://mirror.example; repeat it for several prefixes",
    )


def _is_current_folder(path: str) -> bool:
    try:
        return path in ("", os.getcwd())
    except FileNotFoundError:  # it was removed
        return path == ""


if __name__ == "__main__":
    if _is_current_folder(sys.path[0]):
        # With `python -m`, modules of the project would come before those that are imported later.
        del sys.path[0]
    sys.exit(main())
