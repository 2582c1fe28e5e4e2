"""The reader of shell text: the commands that a RUN, CMD or ENTRYPOINT starts.

It reads POSIX shell text to look at it, not to run it: it splits at the operators of the shell, respects quotes and
`\\`, and goes into `$(…)`, backquotes, `sh -c "…"` and the bodies of heredocs that a shell reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.shell.commands import (
    CONDA,
    CONDA_RUN_OPTIONS_WITH_VALUE,
    RESERVED,
    SHELLS,
    Command,
    Locate,
    Redirection,
    Script,
    ShellWord,
)
from azureml_dockerfile_ls.syntax.instruction import is_shell_script
from azureml_dockerfile_ls.syntax.nodes import Heredoc, Instruction, Word
from azureml_dockerfile_ls.syntax.scan import join_continuations
from azureml_dockerfile_ls.text import LocalSpan

ASSIGNMENT = lazy_pattern(r"[A-Za-z_]\w*\+?=")
OPERATOR = lazy_pattern(r"&&|\|\||;;|\|&|&>>|&>|>&|<&|>>|<<-|<<<|<<|>\||<>|[;|&()<>\n]")
REDIRECTIONS = frozenset((">", ">>", "<", "&>", "&>>", ">&", "<&", ">|", "<>", "<<<", "<<", "<<-"))
PLAIN = {
    "": lazy_pattern(r"""[^ \t\r\n;|&()<>\\'"$`]+"""),
    '"': lazy_pattern(r'[^"\\$`]+'),
    "'": lazy_pattern(r"[^']+"),
}
"""Text without a meaning of its own, by the quote around it. Without a quote, each character of `OPERATOR` has one."""
_JSON_CHARACTER = lazy_pattern(r"\\u[0-9A-Fa-f]{4}|\\?.", re.DOTALL)
_QUOTED = lazy_pattern(r"""'[^']*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
MAX_DEPTH = 8

WRAPPERS: dict[str, frozenset[str]] = {
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
"""Programs that start the command after them, each with its options that take a value."""

_WITH_OPERAND = frozenset(("timeout", "gosu"))
"""The wrappers that have an operand before the command."""


@derived
def commands_of(instruction: Instruction) -> tuple[Command, ...]:
    """The commands of an instruction in the order of the text; their spans are relative to the instruction."""
    if instruction.is_json:
        words = instruction.words[1:] if instruction.name == "HEALTHCHECK" else instruction.words
        command = tuple(
            ShellWord(word.span, word.value, True, _locate_in_json(instruction, word), '"') for word in words
        )
        return tuple(_from_words(command, (), "", Script(instruction.arguments_span), 0)) if command else ()
    written = shell_text(instruction)
    if written is None:
        return ()
    text, start, end, locate = written
    found = list(_commands(text, start, end, locate, Script(locate(start, end)), 0))
    for heredoc, reader in heredoc_scripts(instruction, tuple(found)):
        script = Script(heredoc.body_span, "", reader)
        inner = _commands(instruction.text, *heredoc.body_span, LocalSpan, script, 0)
        by_sudo = reader is not None and reader.by_sudo
        found.extend([command._replace(by_sudo=command.by_sudo or by_sudo) for command in inner])
    return tuple(found)


def heredoc_scripts(
    instruction: Instruction, commands: tuple[Command, ...]
) -> Iterator[tuple[Heredoc, Command | None]]:
    """The heredocs of a shell form that a shell reads, each with the command of that shell.

    The command is None if Docker's own shell reads the heredoc. `commands` are those of the instruction.
    """
    for heredoc in instruction.heredocs:
        if heredoc.span == instruction.arguments_span:
            # BuildKit gives the only heredoc of a RUN to the shell, or to the program that its first line names.
            if is_shell_script(heredoc.body_span.of(instruction.text)):
                yield heredoc, None
            continue
        at = heredoc.span.start
        reader = next((command for command in commands if command.span.start <= at < command.span.end), None)
        if reader is not None and reader.program in SHELLS and not reader.operands("-o", "+o", "-O"):
            yield heredoc, reader


def end_of_commands(instruction: Instruction) -> int | None:
    """The end of the last word of a shell form or of its only heredoc, before any comment.

    None if an operator is last, if a quote or bracket is not closed, so that what follows belongs to it, if a heredoc
    in a heredoc may be last, and for the exec form.
    """
    written = None if instruction.is_json else shell_text(instruction)
    if written is None:
        return None
    text, position, end, locate = written
    for heredoc in instruction.heredocs:
        if heredoc.span == instruction.arguments_span:
            text, (position, end), locate = instruction.text, heredoc.body_span, LocalSpan
    if not _is_closed(text, position, end):
        return None
    last: int | None = None
    while (position := _after_blanks(text, position, end)) < end:
        operator = OPERATOR.match(text, position, end)
        if operator is None:
            stop = _word(text, position, end, locate, [])[1]
            last = locate(position, stop).end
        else:
            stop = operator.end()
            if operator.group() in ("<<", "<<-") and locate is LocalSpan:
                return None
            if operator.group() != "\n":
                last = locate(position, stop).end if operator.group() == ")" else None
        position = stop
    return last


def _is_closed(text: str, position: int, end: int) -> bool:
    """Whether each quote, backquote and bracket of shell text is closed."""
    closing: list[str] = []
    while position < end:
        character = text[position]
        last = closing[-1] if closing else ""
        is_quoted = last in ("'", '"')
        if character == last:
            closing.pop()
        elif last == "'":
            pass
        elif character == "\\":
            position += 1
        elif character in '"`' or (character == "'" and not is_quoted):
            closing.append(character)
        elif character == "$" and text[position + 1 : position + 2] in ("(", "{"):
            closing.append(")" if text[position + 1] == "(" else "}")
            position += 1
        elif character == "(" and not is_quoted:
            closing.append(")")
        elif character == "#" and not is_quoted and text[position - 1 : position] in ("", " ", "\t", "\n", ";"):
            newline = text.find("\n", position, end)
            position = end if newline < 0 else newline
        position += 1
    return not closing


def shell_text(instruction: Instruction) -> tuple[str, int, int, Locate] | None:
    """The joined text of a shell form, the bounds of the shell's part in it, and a function that locates parts."""
    words = instruction.words[1:] if instruction.name == "HEALTHCHECK" else instruction.words
    if not words:
        return None
    line = join_continuations(instruction.text, instruction.escape)
    start = line.text.rfind(words[-1].value)
    return line.text, start, start + len(words[-1].value), line.span


def _from_words(
    words: tuple[ShellWord, ...], redirections: tuple[Redirection, ...], operator: str, script: Script, depth: int
) -> Iterator[Command]:
    """The command that the words form, and the commands that it starts if it is a shell with `-c`."""
    if not words:
        return
    parts = [words[0].span, words[-1].span, *(item.span for item in redirections)]
    span = LocalSpan(min(part.start for part in parts), max(part.end for part in parts))
    length, by_sudo = _prefix(words)
    if length >= len(words):
        return
    program = words[length].value.rsplit("/", 1)[-1]
    command = Command(span, program, words[length:], redirections, by_sudo, words[:length], operator, script)
    yield command
    if command.program in SHELLS and depth < MAX_DEPTH:
        text = _script(command)
        if text is None:
            return
        span = text.span
        inner_script = Script(span, script.quotes + text.quotes, command)
        locate = text.locate or (lambda *_: span)
        for inner in _commands(text.value, 0, len(text.value), locate, inner_script, depth + 1):
            yield inner._replace(by_sudo=inner.by_sudo or by_sudo)


def _needs_locating(value: str) -> bool:
    return value.startswith("-") or " " in value or "\t" in value or "\n" in value


def _locate_in_json(instruction: Instruction, word: Word) -> Locate | None:
    if not _needs_locating(word.value):
        return None
    origins = [LocalSpan(*match.span()) for match in _JSON_CHARACTER.finditer(instruction.text, *word.span)]
    # Two escapes can form one character: a pair of surrogates.
    if len(origins) != len(word.value):
        return None
    return lambda first, last: LocalSpan(origins[first].start, origins[last - 1].end)


def _locate_in_word(text: str, start: int, end: int, locate: Locate) -> Locate:
    """A function that locates parts of the value of the word in `[start, end)`; the first call reads the word again."""
    origins: list[LocalSpan] = []

    def locate_inside(first: int, last: int) -> LocalSpan:
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
    """The number of words before the program, and whether sudo or gosu is one of them."""
    by_sudo = False
    position = 0
    while position < len(words):
        value = words[position].value
        program = value.rsplit("/", 1)[-1]
        if ASSIGNMENT.match(value) or value in RESERVED:
            position += 1
            continue
        is_conda_run = program in CONDA and [word.value for word in words[position + 1 : position + 2]] == ["run"]
        if not is_conda_run and (program not in WRAPPERS or position + 1 == len(words)):
            break
        start = position
        with_value = CONDA_RUN_OPTIONS_WITH_VALUE if is_conda_run else WRAPPERS[program]
        by_sudo = by_sudo or program in ("sudo", "gosu")
        position += 1 + is_conda_run
        while position < len(words) and words[position].value.startswith("-"):
            position += 2 if words[position].value in with_value else 1
        if is_conda_run and position >= len(words):
            # Without a command to start, conda is itself the program.
            return start, by_sudo
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
            if depth < MAX_DEPTH:
                inner = script._replace(span=locate(start, stop))
                yield from _commands(text, start, stop, locate, inner, depth + 1)
        nested.clear()

    while (position := _after_blanks(text, position, end)) < end:
        operator = OPERATOR.match(text, position, end)
        if operator is None:
            word, position = _word(text, position, end, locate, nested)
            is_number = position < end and text[position] in "<>" and word.value.isdecimal()
            if pending is not None:
                start, name = pending
                redirections.append(Redirection(LocalSpan(locate(start, start + 1).start, word.span.end), name, word))
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
        if operator.group() in REDIRECTIONS:
            pending = (operator.start(), operator.group())
            continue
        # After `&&` the list continues on the next line.
        goes_on = operator.group() == "\n" and not words
        yield from finish()
        if not goes_on:
            last_operator = operator.group()
        if operator.group() == "\n":
            for delimiter, strips_tabs in heredocs:
                position = after_heredoc(text, position, end, delimiter, strips_tabs)
            heredocs.clear()
    if pending is not None:
        start, name = pending
        redirections.append(Redirection(locate(start, start + len(name)), name, None))
    yield from finish()


def after_heredoc(text: str, position: int, end: int, delimiter: str, strips_tabs: bool) -> int:
    """The start of the line after a heredoc whose body starts at `position`."""
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
    origins: list[LocalSpan] | None = None,
) -> tuple[ShellWord, int]:
    """The word that starts at `position`, and its end.

    Adds the substitutions in it to `nested`, and the span of each character of its value to `origins`.
    """
    start, is_literal = position, True
    value: list[str] = []
    quote = ""
    while position < end:
        plain = PLAIN[quote].match(text, position, end)
        if plain is not None:
            value.append(plain.group())
            if origins is not None:
                origins.extend(LocalSpan(at, at + 1) for at in range(position, plain.end()))
            position = plain.end()
            continue
        character = text[position]
        if character == "\\":
            following = text[position + 1 : min(position + 2, end)]
            if following != "\n":
                keeps = quote == '"' and following not in ('"', "\\", "$", "`")
                kept = f"\\{following}" if keeps else following
                value.append(kept)
                if origins is not None:
                    origins.extend([LocalSpan(position, position + 2)] * len(kept))
            position += 2
        elif character == quote:
            quote = ""
            position += 1
        elif character in "$`":
            is_literal = False
            stop = end_of_substitution(text, position, end, nested)
            value.append(text[position:stop])
            if origins is not None:
                origins.extend(LocalSpan(at, at + 1) for at in range(position, stop))
            position = stop
        elif character in "'\"":
            quote = character
            position += 1
        else:
            break
    position = min(position, end)
    joined, written = "".join(value), text[start:position]
    locate_inside = _locate_in_word(text, start, position, locate) if _needs_locating(joined) else None
    quotes = "" if joined == written else written[0] if _QUOTED.fullmatch(written) else "?"
    return ShellWord(locate(start, position), joined, is_literal, locate_inside, quotes), position


def end_of_substitution(text: str, position: int, end: int, nested: list[tuple[int, int]]) -> int:
    """The end of the substitution or reference that starts at `position`; adds the shell text in it to `nested`."""
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
    # Without a closing bracket, the shell takes the rest of the text as the substitution.
    return end
