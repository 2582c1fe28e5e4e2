"""Operands and options of programs, in any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azureml_dockerfile_ls.shell.programs.apt import system_packages_of
from azureml_dockerfile_ls.shell.programs.conda import conda_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.instruction import parse_instruction

PIECES = [
    "pip ",
    "apt-get ",
    "conda ",
    "uv ",
    "env ",
    "run ",
    "install ",
    "-",
    "--",
    "=",
    "r",
    "f",
    "'",
    '"',
    "\\",
    " ",
    "é",
    "$A",
    "\n",
    "dpkg ",
    "python -m ",
]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.booleans())
def test_any_text(pieces: list[str], is_heredoc: bool) -> None:
    """On any text, nothing raises, and every word is inside the text."""
    text = "".join(pieces)
    text = f"RUN <<EOF\n{text}\nEOF" if is_heredoc else f"RUN {text}".rstrip("\n")
    for found in commands_of(parse_instruction(text, "\\")):
        pip, conda, apt = pip_of(found), conda_of(found), system_packages_of(found)
        words = [*(pip.requirements + pip.requirement_files if pip else ()), *(conda.files if conda else ())]
        for word in [*words, *(apt.packages if apt else ())]:
            assert 0 <= word.span.start <= word.span.end <= len(text)
