"""Operands and options of a program, as getopt and argparse read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.commands import ShellWord
from azureml_dockerfile_ls.text import LocalSpan

_CLUSTER = lazy_pattern(r"-[A-Za-z]")


class Arguments(NamedTuple):
    """The words after a program: operands, and options by name with their values."""

    operands: tuple[ShellWord, ...]
    options: tuple[tuple[str, ShellWord | None], ...]

    @property
    def names(self) -> frozenset[str]:
        """The names of the options."""
        return frozenset(name for name, _ in self.options)

    def values_of(self, *names: str) -> tuple[ShellWord, ...]:
        """The values of the options with one of these names."""
        return tuple(value for name, value in self.options if name in names and value is not None)


def read_arguments(words: tuple[ShellWord, ...], with_value: Collection[str]) -> Arguments:
    """Split words into operands and options; each letter of a cluster such as `-qy` is one option."""
    operands: list[ShellWord] = []
    options: list[tuple[str, ShellWord | None]] = []
    rest = iter(words)
    for word in rest:
        value = word.value
        if value == "--":
            operands.extend(rest)
        elif value.startswith("--"):
            name, equals, _ = value.partition("=")
            if equals:
                options.append((name, _part(word, len(name) + 1)))
            else:
                options.append((name, next(rest, None) if name in with_value else None))
        elif _CLUSTER.match(value):
            options.extend(_cluster(word, rest, with_value))
        else:
            operands.append(word)
    return Arguments(tuple(operands), tuple(options))


def _cluster(
    word: ShellWord, rest: Iterator[ShellWord], with_value: Collection[str]
) -> Iterator[tuple[str, ShellWord | None]]:
    for number, letter in enumerate(word.value[1:], 2):
        name = f"-{letter}"
        if name not in with_value:
            yield name, None
            continue
        start = number + word.value.startswith("=", number)
        yield name, _part(word, start) if number < len(word.value) else next(rest, None)
        return


def _part(word: ShellWord, start: int) -> ShellWord:
    """The part of a word's value from `start` on, as a word."""
    value = word.value[start:]
    if not value:
        span = LocalSpan(word.span.end, word.span.end)
    elif word.locate is not None:
        span = word.locate(start, len(word.value))
    else:
        span = word.span
    return ShellWord(span, value, word.is_literal)
