"""The command line of `check`: one entry for each option."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from dataclasses import fields

from azureml_dockerfile_ls.cli.check.options import CheckOptions
from azureml_dockerfile_ls.cli.sources import STANDARD_INPUT

_SEVERITIES = ("error", "warning", "information", "hint")
_FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit")
_RULES = "RULES"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a file, a folder to search for Dockerfiles, YAML of Azure ML and scripts with its images, a pattern, "
        "or - for standard input (default: the current folder)",
    )
    _add_report(parser)
    _add_repairs(parser)
    _add_selection(parser)
    _add_settings(parser)
    _add_exit_status(parser)


def options_of(parser: argparse.ArgumentParser, parsed: argparse.Namespace) -> CheckOptions:
    """The options that were given. Options that contradict each other end the program with status 2."""
    given = {field.name: getattr(parsed, field.name) for field in fields(CheckOptions)}
    paths = tuple(parsed.paths) or ((STANDARD_INPUT,) if parsed.stdin_filename else (os.curdir,))
    given |= {"paths": paths, "exclude": tuple(_split(parsed.exclude))}
    given |= {"select": _union(parsed.select) if parsed.select else None, "ignore": _union(parsed.ignore)}
    if parsed.unsafe_fixes and not (parsed.fix or parsed.diff):
        parser.error("--unsafe-fixes needs --fix or --diff")
    if parsed.stdin_filename and STANDARD_INPUT not in paths:
        parser.error(f"--stdin-filename names standard input, so it needs the path {STANDARD_INPUT}")
    if parsed.statistics and parsed.format not in (None, "text", "concise"):
        parser.error("--statistics is a report of its own, without --format")
    return CheckOptions(**given)


def _add_report(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("report")
    group.add_argument(
        "--format",
        choices=_FORMATS,
        help="the format of the report (default: text on a terminal, else concise)",
    )
    group.add_argument("--output-file", metavar="FILE", help="write the report to a file")
    group.add_argument("--statistics", action="store_true", help="print the number of findings of each rule")
    group.add_argument("--quiet", "-q", action="store_true", help="print findings only, without a summary")
    group.add_argument("--show-files", action="store_true", help="print the files that would be checked, and stop")
    group.add_argument(
        "--show-settings", action="store_true", help="print the settings that apply to the files, and stop"
    )


def _add_repairs(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("repairs")
    either = group.add_mutually_exclusive_group()
    either.add_argument(
        "--fix",
        action="store_true",
        help="make the safe repairs in the files, and report what is left; with -, print the repaired text on standard "
        "output and the report on standard error",
    )
    either.add_argument("--diff", action="store_true", help="write nothing; print the changes that --fix would make")
    group.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="also make the repairs that can change what is built, where one repair is obvious",
    )


def _add_selection(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is checked")
    names = "names of rules or groups (azureml, buildkit, shell, general, hadolint), separated by commas"
    group.add_argument(
        "--select",
        metavar=_RULES,
        type=_selected_rules,
        action="append",
        help=f"report these rules only: {names}; errors that stop the build are always reported",
    )
    group.add_argument(
        "--ignore", metavar=_RULES, type=_ignored_rules, action="append", default=[], help=f"leave out rules: {names}"
    )
    group.add_argument(
        "--only-buildkit",
        action="store_true",
        help="report only what `docker build --check` reports, whatever the settings of the rules",
    )
    group.add_argument(
        "--exclude",
        metavar="PATTERN",
        action="append",
        default=[],
        help="leave out files and folders, also those named as PATH: patterns as in .gitignore, relative to the "
        "current folder, separated by commas",
    )
    group.add_argument("--stdin-filename", metavar="NAME", help="the path of the file whose text is standard input")
    group.add_argument("--baseline", metavar="FILE", type=_file, help="report only findings that are not in this file")
    group.add_argument(
        "--write-baseline",
        metavar="FILE",
        help="write the findings to this file, for --baseline, in place of a report, and give exit status 0",
    )


def _add_settings(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("settings")
    group.add_argument(
        "--context",
        metavar="DIR",
        type=_folder,
        help="the build context (default: the setting buildContext, else what a YAML of an Azure ML environment names, "
        "else the folder of the Dockerfile)",
    )
    either = group.add_mutually_exclusive_group()
    either.add_argument("--config", metavar="FILE", type=_file, help="use this settings file for all files")
    either.add_argument("--isolated", action="store_true", help="read no settings files")


def _add_exit_status(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("exit status")
    group.add_argument(
        "--fail-on",
        choices=_SEVERITIES,
        default="warning",
        help="the lowest severity that gives exit status 1 (default: warning)",
    )
    group.add_argument("--exit-zero", action="store_true", help="give exit status 0 also where something was found")


def _folder(path: str) -> str:
    if not os.path.isdir(path):
        raise argparse.ArgumentTypeError(f"{path} is not a folder")
    return path


def _file(path: str) -> str:
    if not os.path.isfile(path):
        raise argparse.ArgumentTypeError(f"{path} is not a file")
    return path


def _rules(text: str) -> frozenset[str]:
    """The names of the rules that a list of names and groups means."""
    from azureml_dockerfile_ls.rules.hadolint.codes import GROUP
    from azureml_dockerfile_ls.rules.registry import RULES, find_rule
    from azureml_dockerfile_ls.rules.rule import Group
    from azureml_dockerfile_ls.spelling import closest

    groups = {group.value: group for group in Group}
    names: set[str] = set()
    for word in _split([text]):
        rule = find_rule(word)
        if word.lower() in groups:
            # The rules of hadolint are not listed anywhere, so the name of their group stands for them.
            names.update([GROUP] if word.lower() == GROUP else [])
            names.update(each.name for each in RULES if each.group is groups[word.lower()])
        elif rule is not None:
            names.add(rule.name)
        else:
            meant = closest(word, [*groups, *(each.name for each in RULES)])
            hint = f"did you mean {meant}?" if meant else f"the groups are {', '.join(groups)}"
            raise argparse.ArgumentTypeError(f"unknown rule {word!r}; {hint}")
    return frozenset(names)


def _selected_rules(text: str) -> frozenset[str]:
    # Without a name nothing would be reported, for example because a variable of a script is empty.
    if not _split([text]):
        raise argparse.ArgumentTypeError("expected names of rules or groups")
    return _rules(text)


def _ignored_rules(text: str) -> frozenset[str]:
    from azureml_dockerfile_ls.rules.registry import find_rule

    for word in _split([text]):
        rule = find_rule(word)
        if rule is not None and not rule.is_lint:
            raise argparse.ArgumentTypeError(f"{rule.name} stops the build, and cannot be left out")
    return _rules(text)


def _split(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in map(str.strip, text.split(",")) if word]


def _union(sets: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)
