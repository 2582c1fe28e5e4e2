"""The sub-command `completion`: a script that completes this command in a shell."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from typing import Any

import shtab

from azureml_dockerfile_ls.cli.terminal import print_text
from azureml_dockerfile_ls.images.catalogue import embedded
from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.rules.rule import Group

_Completion = Mapping[str, Any]
"""How each shell completes a value, as shtab expects it: the name of a function, and the text that defines it."""

_ONE_WORD = {
    "bash": 'NAME() {\n  compgen -W "WORDS" -- "$1"\n}',
    "zsh": "NAME() {\n  compadd WORDS\n}",
    "fish": "function NAME\n  string split ' ' 'WORDS'\nend",
}
_LIST = {
    # What is before the last comma stays.
    "bash": 'NAME() {\n  local before=""\n  [[ "$1" == *,* ]] && before="${1%,*},"\n'
    '  compgen -P "$before" -W "WORDS" -- "${1##*,}"\n}',
    "zsh": "NAME() {\n  _values -s , value WORDS\n}",
    "fish": "function NAME\n  __fish_append , WORDS\nend",
}


def run_completion(shell: str, parser: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser]) -> int:
    """Print the script for a shell, and return the exit status. `commands` are the parsers of the commands by name."""
    rules = [rule.name for rule in RULES]
    groups = [group.value for group in Group if any(rule.group is group for rule in RULES)]
    images = [image.name for image in embedded().images if not image.unconfirmed]
    rule_list = _words("rule_list", [*groups, *rules], _LIST)
    completions: dict[tuple[str, str], _Completion] = {
        ("check", "paths"): shtab.FILE,
        ("check", "select"): rule_list,
        ("check", "ignore"): rule_list,
        ("check", "output_file"): shtab.FILE,
        ("check", "baseline"): shtab.FILE,
        ("check", "write_baseline"): shtab.FILE,
        ("check", "stdin_filename"): shtab.FILE,
        ("check", "config"): shtab.FILE,
        ("check", "context"): shtab.DIRECTORY,
        ("format", "paths"): shtab.FILE,
        ("doctor", "path"): shtab.FILE,
        ("explain", "rule"): _words("rule", rules, _ONE_WORD),
        ("images", "name"): _words("image", images, _ONE_WORD),
    }
    for command, subparser in commands.items():
        for action in subparser._actions:
            if (command, action.dest) in completions:
                action.complete = completions[command, action.dest]  # type: ignore[attr-defined]
    print_text(shtab.complete(parser, shell))
    return 0


def _words(name: str, words: Iterable[str], definitions: Mapping[str, str]) -> _Completion:
    function = f"_azureml_dockerfile_ls_{name}"
    bodies = {
        shell: definition.replace("NAME", function).replace("WORDS", " ".join(words))
        for shell, definition in definitions.items()
    }
    calls = {"bash": function, "zsh": function, "fish": f"({function})"}
    return {**calls, "preamble": bodies}
