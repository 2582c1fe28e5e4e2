"""Commands of the shell: what a RUN, CMD or ENTRYPOINT starts, each word with its exact span."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.text import LocalSpan

Locate = Callable[[int, int], LocalSpan]

SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh"))
"""The programs that run shell text."""

RESERVED = frozenset(("!", "{", "if", "then", "else", "elif", "while", "until", "do", "time", "fi", "done", "}"))
"""The words of the shell's own language that can precede a command."""

CONDA = frozenset(("conda", "mamba", "micromamba"))
"""The programs of conda; `conda run` starts the command that follows it."""

CONDA_RUN_OPTIONS_WITH_VALUE = frozenset(
    ("-n", "--name", "-p", "--prefix", "--cwd", "-r", "--root-prefix", "-e", "--env", "-a", "--attach")
)

PYTHON = lazy_pattern(r"(?:python|pypy)[\d.]*")
"""The programs that run Python."""

_RUNNING_OTHERS = frozenset((".", "source", "eval", "make", "ansible-playbook"))
_INTERPRETER = lazy_pattern(r"(?:python|pypy|perl|ruby)[\d.]*")
_SCRIPT = lazy_pattern(r"\.(?:ba)?sh$|\.py$|\.pl$")
_CONDITIONAL = frozenset(("!", "if", "elif", "until", "while"))
_CLUSTER = lazy_pattern(r"-[A-Za-z]+")


class ShellWord(NamedTuple):
    """A word of a command.

    `value` has no quotes. `is_literal` is False if the word holds `$` or a substitution. `locate` gives the span of a
    part of the value. It is set for a word with white space, which can be a script, and for an option, which can hold a
    value. `quotes` is `'` or `"` if one pair of quotes holds the whole word, `?` for any other quoting, else empty.
    """

    span: LocalSpan
    value: str
    is_literal: bool
    locate: Locate | None = None
    quotes: str = ""


class Redirection(NamedTuple):
    """A redirection such as `> target`; `span` starts at the operator."""

    span: LocalSpan
    operator: str
    target: ShellWord | None


class Script(NamedTuple):
    """The text that one shell reads: a RUN, the TEXT of `sh -c TEXT`, the body of a heredoc, or the inside of `$(…)`.

    `quotes` are the quotes around the text, the outermost first: `?` for any other way to quote, and `"` for the string
    of an exec form. `reader` is the command of the shell that reads the text; None if Docker's own shell reads it.
    """

    span: LocalSpan
    quotes: str = ""
    reader: Command | None = None


class Command(NamedTuple):
    """A simple command. Its span includes the prefix and the redirections.

    The commands of an instruction with the same `script` run one after the other in the same shell or its subshells.
    """

    span: LocalSpan
    program: str
    """The base name of the program, such as `apt-get`."""
    words: tuple[ShellWord, ...]
    """The program, then its arguments."""
    redirections: tuple[Redirection, ...]
    by_sudo: bool
    """Whether sudo or gosu runs it as root or another user."""
    prefix: tuple[ShellWord, ...]
    """The words before the program: assignments, reserved words, `sudo`, `conda run -n NAME` and so on."""
    operator: str
    """The last operator before it, such as `&&`, `|`, `(` or a newline; empty at the start of the script."""
    script: Script

    @property
    def arguments(self) -> tuple[ShellWord, ...]:
        """The words after the program."""
        return self.words[1:]

    def operands(self, *with_value: str) -> tuple[ShellWord, ...]:
        """The arguments without options and without the values of the options `with_value` (`-o` also ends `-eo`)."""
        before = (word.value for word in self.words)
        return tuple(
            word
            for previous, word in zip(before, self.arguments, strict=False)
            if not word.value.startswith("-")
            and previous not in with_value
            and not (_CLUSTER.fullmatch(previous) and f"-{previous[-1]}" in with_value)
        )

    def has_option(self, *names: str) -> bool:
        """Whether one of these options is given, for a single letter also in a cluster such as `-qy`."""
        letters = {name[1] for name in names if len(name) == 2}
        for word in self.arguments:
            if word.value in names or any(word.value.startswith(f"{name}=") for name in names):
                return True
            if _CLUSTER.fullmatch(word.value) and letters & set(word.value[1:]):
                return True
        return False


def may_run_other_commands(command: Command) -> bool:
    """Whether a command may run commands that the text does not show: a script, the user's own program, `eval`."""
    program = command.program
    if program in SHELLS:
        return not command.has_option("-c") and not any(item.operator.startswith("<<") for item in command.redirections)
    folder, slash, _ = command.words[0].value.rpartition("/")
    if (slash and not folder.endswith("bin")) or "$" in program:
        return True
    if _INTERPRETER.fullmatch(program):
        values = [word.value for word in command.arguments]
        return any(map(_SCRIPT.search, values)) or not next(iter(values), "-").startswith("-")
    return program in _RUNNING_OTHERS or _SCRIPT.search(program) is not None


def mentions(command: Command, text: str) -> bool:
    """Whether a word of a command, or the target of one of its redirections, contains `text`."""
    targets = (redirection.target for redirection in command.redirections)
    return any(text in word.value for word in (*command.words, *targets) if word is not None)


def may_fail(commands: Sequence[Command], number: int) -> bool:
    """Whether a script asks if a command fails: `||` follows, or the command is a condition."""
    # In `|| (`, the last operator is the bracket.
    has_fallback = any(following.operator in ("||", "(") for following in commands[number + 1 : number + 2])
    return has_fallback or any(word.value in _CONDITIONAL for word in commands[number].prefix)


def defines_function(commands: tuple[Command, ...]) -> bool:
    """Whether the commands define a function, as in `name() {`; its body runs later than the commands after it."""
    return any(
        command.operator == ")" and command.prefix[:1] != () and command.prefix[0].value == "{" for command in commands
    )
