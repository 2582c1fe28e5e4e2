"""The argument at the cursor: a word, or a string of a JSON array that need not be finished."""

from __future__ import annotations

import re

from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.scan import join_continuations
from azureml_dockerfile_ls.text import Span

_STRING = lazy_pattern(r'"((?:[^"\\]|\\.?)*)("?)', re.DOTALL)
_REST_OF_STRING = lazy_pattern(r'[^"\n\r]*')
_REST_OF_OPEN_STRING = lazy_pattern(r'[^\s",\]]*')
_SPECIAL = lazy_pattern(r"[\s\"'`\\$*?\[\]<>|]")


class Argument(NamedTuple):
    """The argument at the cursor, which is on one line: `typed` is the part of it before the cursor.

    `span` is all of it, without quotes; `before` are the arguments before it, without flags.
    """

    span: Span
    typed: str
    before: tuple[str, ...]
    is_last: bool
    is_quoted: bool

    def takes(self, text: str) -> bool:
        """Whether `text` means itself as this argument, without more quotes or escapes."""
        special = _SPECIAL.search(text.replace(" ", "") if self.is_quoted else text)
        return special is None and text.isprintable()


def argument_at(snapshot: Snapshot, cursor: InInstruction) -> Argument | None:
    """The argument of COPY and the like at the cursor; None where it is not known, as between two JSON strings."""
    if cursor.hidden:
        return None
    instruction = snapshot.tree.instructions[cursor.index]
    part = instruction.trigger or instruction
    start = snapshot.tree.offset_of(cursor.index)
    if "".join(cursor.arguments_before[:1] or (cursor.typed,)).startswith("["):
        return _string_at(snapshot, cursor, part, start)
    is_last = all(word.span.end + start <= cursor.word.end for word in part.words)
    return Argument(cursor.word, cursor.typed, cursor.arguments_before, is_last, False)


def _string_at(snapshot: Snapshot, cursor: InInstruction, part: Instruction, start: int) -> Argument | None:
    text = snapshot.text
    begin = part.arguments_span.start + start
    strings = list(_STRING.finditer(join_continuations(text[begin : cursor.offset], part.escape).text))
    if not strings or strings[-1][2]:
        return None
    typed = strings[-1][1]
    # A string that begins on a line above cannot be replaced.
    if not text.endswith(f'"{typed}', begin, cursor.offset):
        return None
    rest = _REST_OF_STRING.match(text, cursor.offset)
    end = rest.end() if rest else cursor.offset
    if not text.startswith('"', end) or "," in text[cursor.offset : end]:
        rest = _REST_OF_OPEN_STRING.match(text, cursor.offset)
        end = rest.end() if rest else cursor.offset
    is_last = '"' not in text[end + 1 : start + len(part.text)]
    span = Span(cursor.offset - len(typed), end)
    return Argument(span, typed, tuple(string[1] for string in strings[:-1]), is_last, True)
