"""The sub-command `format`: format files, or say which ones it would format."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from azureml_dockerfile_ls.cli.difference import difference
from azureml_dockerfile_ls.cli.search import EmptyFolder, find
from azureml_dockerfile_ls.cli.sources import STANDARD_INPUT, Source, Unreadable, read, write
from azureml_dockerfile_ls.cli.terminal import complain, print_text, standard_output, visible
from azureml_dockerfile_ls.features.formatting import format_document
from azureml_dockerfile_ls.files import is_yaml_name
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import apply_edits


def run_format(paths: Sequence[str], *, is_check: bool = False, is_diff: bool = False) -> int:
    """Format files and return the exit status.

    `is_check` only names the files that would change, and `is_diff` prints the changes in place of making them; the
    status is then 1 if there is one, as that of `check --diff`. The formatted text of standard input goes to standard
    output.

    A file that cannot be formatted is reported on standard error, and the other files are formatted all the same.
    """
    formatter = _Formatter(is_check, is_diff)
    for found in find(paths or (os.curdir,), with_others=False):
        if isinstance(found, str) and is_yaml_name(found):
            formatter.fail(f"{found}: only Dockerfiles are formatted")
            continue
        source = read(found) if isinstance(found, str) else found
        match source:
            case EmptyFolder():
                complain(str(source))
            case Unreadable():
                formatter.pass_on(source)
            case Source():
                formatter.format(source)
    summary = formatter.summary()
    if summary:
        print(summary, file=sys.stderr)
    if formatter.failed:
        return 2
    return int((is_check or is_diff) and formatter.changed > 0)


class _Formatter:
    """Formats files one by one, and counts them."""

    def __init__(self, is_check: bool, is_diff: bool) -> None:
        self.changed = 0
        self.unchanged = 0
        self.failed = 0
        self._is_check = is_check
        self._is_diff = is_diff

    def fail(self, failure: str) -> None:
        """Report a file that cannot be formatted."""
        self.failed += 1
        complain(failure)

    def pass_on(self, unreadable: Unreadable) -> None:
        """Report a file that is not text. What came from standard input goes through."""
        self.fail(str(unreadable))
        if unreadable.path == STANDARD_INPUT and not (self._is_check or self._is_diff):
            _put(unreadable.data)

    def format(self, source: Source) -> None:
        """Format a file."""
        is_stream = source.path == STANDARD_INPUT
        is_written = not (self._is_check or self._is_diff)
        edits = format_document(analyse(source.text))
        text = apply_edits(source.text, edits)
        try:
            content = source.edited(edits)
            if text != source.text and is_written and not is_stream:
                write(source, content)
        except OSError as error:
            self.fail(f"{source.path}: {error.strerror or error}; nothing was formatted in it")
            if is_stream and is_written:
                _put(source.data)
            return
        if is_stream and is_written:
            _put(content)
        if text == source.text:
            self.unchanged += 1
            return
        self.changed += 1
        if self._is_diff:
            print_text("\n".join(difference(source.path, source.text, text)))
        elif self._is_check:
            print_text(f"{visible(source.path)}: would be formatted")
        elif not is_stream:
            print_text(f"{visible(source.path)}: formatted")

    def summary(self) -> str:
        """The numbers of files; empty where there is none."""
        verb = "would be formatted" if self._is_check or self._is_diff else "formatted"
        parts = [f"{_files(self.changed)} {verb}"] if self.changed else []
        parts += [f"{_files(self.unchanged)} formatted already"] if self.unchanged else []
        return ", ".join(parts)


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _put(data: bytes) -> None:
    with standard_output():
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
