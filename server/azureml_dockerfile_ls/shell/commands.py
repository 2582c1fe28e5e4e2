"""The commands that a RUN, CMD or ENTRYPOINT starts, each word with its exact span.

A reader of POSIX shell text that is made for looking, not for running: it splits at the operators of the shell with
quotes and `\\` respected, and goes into `$(…)`, backquotes, `sh -c "…"` and the bodies of heredocs that a shell reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.syntax.nodes import Instruction, Word
from azureml_dockerfile_ls.syntax.scan import join_continuations
from azureml_dockerfile_ls.text import Span

Locate = Callable[[int, int], Span]

SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh"))
"""The programs that run shell text."""

RESERVED = frozenset(("!", "{", "if", "then", "else", "elif", "while", "until", "do", "time", "fi", "done", "}"))
"""The words of the shell's own language that may stand before a command."""

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_OPERATOR = re.compile(r"&&|\|\||;;|\|&|&>>|&>|>&|<&|>>|<<-|<<<|<<|>\||<>|[;|&()<>\n]")
_REDIRECTIONS = frozenset((">", ">>", "<", "&>", "&>>", ">&", "<&", ">|", "<>", "<<<", "<<", "<<-"))
_SHELL_SHEBANG = re.compile(r"#!.*\b(?:ba|da|a|z|k)?sh\b")
_JSON_CHARACTER = re.compile(r"\\u[0-9A-Fa-f]{4}|\\?.", re.DOTALL)
_QUOTED = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
_CLUSTER = re.compile(r"-[A-Za-z]+")
_MAX_DEPTH = 8

_WRAPPERS: dict[str, frozenset[str]] = {
    "sudo": frozenset(("-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R")),
    "env": frozenset(("-u", "--unset", "-C", "--chdir", "-S")),
    "nice": frozenset(("-n",)),
    "timeout": frozenset(("-k", "-s")),
    "time": frozenset(("-f", "-o")),
    "exec": frozenset(("-a",)),
    "command": frozenset(),
    "nohup": frozenset(),
    "eatmydata": frozenset(),
    "gosu": frozenset(),
    "xargs": frozenset(("-a", "-d", "-E", "-I", "-L", "-n", "-P", "-s")),
}
"""Programs that start the command which follows them, and those of their options that take a value."""

_RUNNING_OTHERS = frozenset((".", "source", "eval", "make", "ansible-playbook"))
_INTERPRETER = re.compile(r"(?:python|pypy|perl|ruby)[\d.]*")
_SCRIPT = re.compile(r"\.(?:ba)?sh$|\.py$|\.pl$")

_WITH_OPERAND = frozenset(("timeout", "gosu"))
"""The wrappers with an operand of their own before the command."""

CONDA = frozenset(("conda", "mamba", "micromamba"))
"""The programs of conda; `conda run` starts the command that follows it."""

CONDA_RUN_OPTIONS_WITH_VALUE = frozenset(
    ("-n", "--name", "-p", "--prefix", "--cwd", "-r", "--root-prefix", "-e", "--env", "-a", "--attach")
)


class ShellWord(NamedTuple):
    """A word of a command: `value` is without its quotes; `is_literal` False when it holds `$` or a substitution.

    `locate` tells where a part of the value stands, for a word with white space, which may be a script, and for an
    option, which may hold a value. `quotes` is `'` or `"` where all of it is in one pair of them, else `?` where
    anything is quoted in it.
    """

    span: Span
    value: str
    is_literal: bool
    locate: Locate | None = None
    quotes: str = ""


class Redirection(NamedTuple):
    """`> target` and its like; `span` begins at the operator."""

    span: Span
    operator: str
    target: ShellWord | None


class Script(NamedTuple):
    """A text that one shell reads: that of a RUN, the TEXT of `sh -c TEXT`, a heredoc's body, or what `$(…)` holds.

    `quotes` are the quotes in which it stands, the outermost first; `?` for any other way to quote, and `"` for the
    string of an exec form. `reader` is the command of the shell that reads it; None where that is Docker's own.
    """

    span: Span
    quotes: str = ""
    reader: Command | None = None


class Command(NamedTuple):
    """A simple command. Its span includes the prefix and the redirections.

    The commands of an instruction with the same `script` follow each other in one and the same shell, or in subshells
    of it.
    """

    span: Span
    words: tuple[ShellWord, ...]
    """The program first."""
    redirections: tuple[Redirection, ...]
    by_sudo: bool
    """Whether it runs as root, or as somebody else, by sudo or gosu."""
    prefix: tuple[ShellWord, ...]
    """What stands before the program: assignments, reserved words, `sudo`, `conda run -n NAME` and the like."""
    operator: str
    """The last operator before it, such as `&&`, `|`, `(` or a newline; empty at the start of the script."""
    script: Script

    @property
    def program(self) -> str:
        """The base name of the program, such as `apt-get`."""
        return self.words[0].value.rsplit("/", 1)[-1]

    @property
    def arguments(self) -> tuple[ShellWord, ...]:
        """The words after the program."""
        return self.words[1:]

    def operands(self, *with_value: str) -> tuple[ShellWord, ...]:
        """The arguments that are no options, and no values of the options `with_value` (`-o` ends `-eo` too)."""
        before = (word.value for word in self.words)
        return tuple(
            word
            for previous, word in zip(before, self.arguments, strict=False)
            if not word.value.startswith("-")
            and previous not in with_value
            and not (_CLUSTER.fullmatch(previous) and f"-{previous[-1]}" in with_value)
        )

    def has_option(self, *names: str) -> bool:
        """Whether one of these options is given; a single letter is found in a cluster such as `-qy` too."""
        letters = {name[1] for name in names if len(name) == 2}
        for word in self.arguments:
            if word.value in names or any(word.value.startswith(f"{name}=") for name in names):
                return True
            if _CLUSTER.fullmatch(word.value) and letters & set(word.value[1:]):
                return True
        return False


@derived
def commands_of(instruction: Instruction) -> tuple[Command, ...]:
    """The commands of an instruction, in the order in which they stand; spans count from the instruction's start."""
    if instruction.is_json:
        words = instruction.words[1:] if instruction.name == "HEALTHCHECK" else instruction.words
        command = tuple(
            ShellWord(word.span, word.value, True, _locate_in_json(instruction, word), '"') for word in words
        )
        return tuple(_from_words(command, (), "", Script(instruction.arguments_span), 0)) if command else ()
    shell_text = _shell_text(instruction)
    if shell_text is None:
        return ()
    text, start, end, locate = shell_text
    found = list(_commands(text, start, end, locate, Script(locate(start, end)), 0))
    for heredoc in instruction.heredocs:
        if heredoc.span == instruction.arguments_span:
            # BuildKit gives a heredoc that stands alone to the shell, or to the program that its first line names.
            body = heredoc.body_span.of(instruction.text)
            if not body.startswith("#!") or _SHELL_SHEBANG.match(body):
                found.extend(_commands(instruction.text, *heredoc.body_span, Span, Script(heredoc.body_span), 0))
            continue
        at = heredoc.span.start
        reader = next((command for command in found if command.span.start <= at < command.span.end), None)
        if reader is not None and reader.program in SHELLS and not reader.operands("-o", "+o", "-O"):
            script = Script(heredoc.body_span, "", reader)
            inner = _commands(instruction.text, *heredoc.body_span, Span, script, 0)
            found.extend([command._replace(by_sudo=command.by_sudo or reader.by_sudo) for command in inner])
    return tuple(found)


def end_of_commands(instruction: Instruction) -> int | None:
    """Where the last word of a shell form, or of the heredoc that stands alone, ends: before any comment after it.

    None where an operator stands last, where a heredoc in a heredoc may be last, and for the exec form.
    """
    shell_text = None if instruction.is_json else _shell_text(instruction)
    if shell_text is None:
        return None
    text, position, end, locate = shell_text
    for heredoc in instruction.heredocs:
        if heredoc.span == instruction.arguments_span:
            text, (position, end), locate = instruction.text, heredoc.body_span, Span
    last: int | None = None
    while (position := _after_blanks(text, position, end)) < end:
        operator = _OPERATOR.match(text, position, end)
        if operator is None:
            stop = _word(text, position, end, locate, [])[1]
            last = locate(position, stop).end
        else:
            stop = operator.end()
            if operator.group() in ("<<", "<<-") and locate is Span:
                return None
            if operator.group() != "\n":
                last = locate(position, stop).end if operator.group() == ")" else None
        position = stop
    return last


def may_run_other_commands(command: Command) -> bool:
    """Whether a command may run others that do not stand in the text: a script, a program of the user's own, `eval`."""
    if command.program in SHELLS:
        return not command.has_option("-c") and not any(item.operator.startswith("<<") for item in command.redirections)
    folder, slash, _ = command.words[0].value.rpartition("/")
    if (slash and not folder.endswith("bin")) or "$" in command.program:
        return True
    if _INTERPRETER.fullmatch(command.program):
        values = [word.value for word in command.arguments]
        return any(map(_SCRIPT.search, values)) or not next(iter(values), "-").startswith("-")
    return command.program in _RUNNING_OTHERS or _SCRIPT.search(command.program) is not None


def _shell_text(instruction: Instruction) -> tuple[str, int, int, Locate] | None:
    """The joined text of a shell form, where in it the shell's part starts and ends, and where its parts stand."""
    words = instruction.words[1:] if instruction.name == "HEALTHCHECK" else instruction.words
    if not words:
        return None
    line = join_continuations(instruction.text, instruction.escape)
    start = line.text.rfind(words[-1].value)
    return line.text, start, start + len(words[-1].value), line.span


def _from_words(
    words: tuple[ShellWord, ...], redirections: tuple[Redirection, ...], operator: str, script: Script, depth: int
) -> Iterator[Command]:
    """The command that words make, and what it starts in turn when it is a shell with `-c`."""
    if not words:
        return
    parts = [words[0].span, words[-1].span, *(item.span for item in redirections)]
    span = Span(min(part.start for part in parts), max(part.end for part in parts))
    length, by_sudo = _prefix(words)
    if length >= len(words):
        return
    command = Command(span, words[length:], redirections, by_sudo, words[:length], operator, script)
    yield command
    if command.program in SHELLS and depth < _MAX_DEPTH:
        text = _script(command)
        if text is None:
            return
        span = text.span
        inner_script = Script(span, script.quotes + text.quotes, command)
        locate = text.locate or (lambda *_: span)
        for inner in _commands(text.value, 0, len(text.value), locate, inner_script, depth + 1):
            yield inner._replace(by_sudo=inner.by_sudo or by_sudo)


def _needs_locating(value: str) -> bool:
    return value.startswith("-") or any(character in value for character in " \t\n")


def _locate_in_json(instruction: Instruction, word: Word) -> Locate | None:
    if not _needs_locating(word.value):
        return None
    origins = [Span(*match.span()) for match in _JSON_CHARACTER.finditer(instruction.text, *word.span)]
    # A pair of surrogates is one character.
    if len(origins) != len(word.value):
        return None
    return lambda first, last: Span(origins[first].start, origins[last - 1].end)


def _locate_in_word(text: str, start: int, end: int, locate: Locate) -> Locate:
    """Where parts of the value of the word in `[start, end)` stand; that is worked out when it is first asked for."""
    origins: list[Span] = []

    def locate_inside(first: int, last: int) -> Span:
        if not origins:
            _word(text, start, end, locate, [], origins)
        return locate(origins[first].start, origins[last - 1].end)

    return locate_inside


def _script(command: Command) -> ShellWord | None:
    """The text that `sh -c TEXT` runs."""
    for number, word in enumerate(command.arguments):
        if re.fullmatch(r"-[a-z]*c[a-z]*", word.value):
            following = command.arguments[number + 1 :]
            return next((word for word in following if not word.value.startswith("-")), None)
        if not word.value.startswith(("-", "+")):
            return None
    return None


def _prefix(words: tuple[ShellWord, ...]) -> tuple[int, bool]:
    """How many words stand before the program, and whether sudo is one of them."""
    by_sudo = False
    position = 0
    while position < len(words):
        value = words[position].value
        program = value.rsplit("/", 1)[-1]
        if _ASSIGNMENT.match(value) or value in RESERVED:
            position += 1
            continue
        is_conda_run = program in CONDA and [word.value for word in words[position + 1 : position + 2]] == ["run"]
        if not is_conda_run and (program not in _WRAPPERS or position + 1 == len(words)):
            break
        with_value = CONDA_RUN_OPTIONS_WITH_VALUE if is_conda_run else _WRAPPERS[program]
        by_sudo = by_sudo or program in ("sudo", "gosu")
        position += 1 + is_conda_run
        while position < len(words) and words[position].value.startswith("-"):
            position += 2 if words[position].value in with_value else 1
        position += program in _WITH_OPERAND
    return position, by_sudo


def _after_blanks(text: str, position: int, end: int) -> int:
    """The offset of the next word or operator from `position` on: after blanks, joined lines and comments."""
    while position < end:
        character = text[position]
        if character in " \t\r":
            position += 1
        elif character == "\\" and text[position + 1 : position + 2] == "\n":
            position += 2
        elif character == "#":
            newline = text.find("\n", position, end)
            position = end if newline < 0 else newline
        else:
            break
    return min(position, end)


def _commands(text: str, position: int, end: int, locate: Locate, script: Script, depth: int) -> Iterator[Command]:
    """The commands of shell text in `[position, end)`."""
    words: list[ShellWord] = []
    redirections: list[Redirection] = []
    pending: tuple[int, str] | None = None
    nested: list[tuple[int, int]] = []
    heredocs: list[tuple[str, bool]] = []
    last_operator = ""

    def finish() -> Iterator[Command]:
        if words:
            yield from _from_words(tuple(words), tuple(redirections), last_operator, script, depth)
        words.clear()
        redirections.clear()
        for start, stop in nested:
            if depth < _MAX_DEPTH:
                inner = script._replace(span=locate(start, stop))
                yield from _commands(text, start, stop, locate, inner, depth + 1)
        nested.clear()

    while (position := _after_blanks(text, position, end)) < end:
        operator = _OPERATOR.match(text, position, end)
        if operator is None:
            word, position = _word(text, position, end, locate, nested)
            is_number = position < end and text[position] in "<>" and word.value.isdecimal()
            if pending is not None:
                start, name = pending
                redirections.append(Redirection(Span(locate(start, start + 1).start, word.span.end), name, word))
                if name in ("<<", "<<-"):
                    heredocs.append((word.value, name == "<<-"))
                pending = None
            elif not is_number:
                words.append(word)
            continue
        if pending is not None:
            start, name = pending
            redirections.append(Redirection(locate(start, start + len(name)), name, None))
            pending = None
        position = operator.end()
        if operator.group() in _REDIRECTIONS:
            pending = (operator.start(), operator.group())
            continue
        # After `&&` the line may end and the list goes on.
        goes_on = operator.group() == "\n" and not words
        yield from finish()
        if not goes_on:
            last_operator = operator.group()
        if operator.group() == "\n":
            for delimiter, strips_tabs in heredocs:
                position = _after_heredoc(text, position, end, delimiter, strips_tabs)
            heredocs.clear()
    if pending is not None:
        start, name = pending
        redirections.append(Redirection(locate(start, start + len(name)), name, None))
    yield from finish()


def _after_heredoc(text: str, position: int, end: int, delimiter: str, strips_tabs: bool) -> int:
    """Where the line after a heredoc starts whose body starts at `position`."""
    while position < end:
        newline = text.find("\n", position, end)
        stop = end if newline < 0 else newline
        line = text[position:stop].rstrip("\r")
        position = min(stop + 1, end)
        if (line.lstrip("\t") if strips_tabs else line) == delimiter:
            break
    return position


def _word(
    text: str,
    position: int,
    end: int,
    locate: Locate,
    nested: list[tuple[int, int]],
    origins: list[Span] | None = None,
) -> tuple[ShellWord, int]:
    """The word that starts at `position`, and where it ends; the substitutions in it are added to `nested`.

    Where each character of the value comes from is added to `origins`.
    """
    start, is_literal = position, True
    value: list[str] = []
    quote = ""
    while position < end:
        character = text[position]
        if not quote and (character in " \t\r" or _OPERATOR.match(text, position, end)):
            break
        if character == "\\" and quote != "'":
            following = text[position + 1 : min(position + 2, end)]
            if following != "\n":
                keeps = quote == '"' and following not in ('"', "\\", "$", "`")
                kept = f"\\{following}" if keeps else following
                value.append(kept)
                if origins is not None:
                    origins.extend([Span(position, position + 2)] * len(kept))
            position += 2
        elif character == quote:
            quote = ""
            position += 1
        elif not quote and character in "'\"":
            quote = character
            position += 1
        elif quote != "'" and character in "$`":
            is_literal = False
            stop = _end_of_substitution(text, position, end, nested)
            value.append(text[position:stop])
            if origins is not None:
                origins.extend(Span(at, at + 1) for at in range(position, stop))
            position = stop
        else:
            value.append(character)
            if origins is not None:
                origins.append(Span(position, position + 1))
            position += 1
    position = min(position, end)
    joined, written = "".join(value), text[start:position]
    locate_inside = _locate_in_word(text, start, position, locate) if _needs_locating(joined) else None
    quotes = "" if joined == written else written[0] if _QUOTED.fullmatch(written) else "?"
    return ShellWord(locate(start, position), joined, is_literal, locate_inside, quotes), position


def _end_of_substitution(text: str, position: int, end: int, nested: list[tuple[int, int]]) -> int:
    if text[position] == "`":
        closing = text.find("`", position + 1, end)
        if closing < 0:
            return position + 1
        nested.append((position + 1, closing))
        return closing + 1
    opening = text[position + 1 : position + 2]
    if opening == "{":
        closing = text.find("}", position, end)
        return position + 1 if closing < 0 else closing + 1
    if opening != "(":
        return position + 1
    depth, at, quote = 0, position + 1, ""
    while at < end:
        character = text[at]
        if character == "\\" and quote != "'":
            at += 1
        elif character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
        elif not quote and character == "(":
            depth += 1
        elif not quote and character == ")":
            depth -= 1
            if depth == 0:
                if not text.startswith("((", position + 1):
                    nested.append((position + 2, at))
                return at + 1
        at += 1
    # Nothing closes it: for a shell the rest of the text is inside.
    return end


def mentions(command: Command, text: str) -> bool:
    """Whether a word of a command, or the target of one of its redirections, contains `text`."""
    targets = (redirection.target for redirection in command.redirections)
    return any(text in word.value for word in (*command.words, *targets) if word is not None)


def defines_function(commands: tuple[Command, ...]) -> bool:
    """Whether a function is defined, as `name() {` does it: what stands in it runs later than what follows it."""
    return any(
        command.operator == ")" and command.prefix[:1] != () and command.prefix[0].value == "{" for command in commands
    )
