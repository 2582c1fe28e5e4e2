"""Long texts of one kind: what looked through all of them for each one of them would take minutes."""

from __future__ import annotations

import time

import pytest

from azureml_dockerfile_ls.features.code_actions import code_actions
from azureml_dockerfile_ls.features.completion import complete
from azureml_dockerfile_ls.features.formatting import format_document
from azureml_dockerfile_ls.features.hover import hover
from azureml_dockerfile_ls.features.semantic_tokens.document import semantic_tokens
from azureml_dockerfile_ls.features.signature_help import signature_help
from azureml_dockerfile_ls.features.symbols import symbols
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import LineIndex, Span
from tests.test_properties import SECONDS

FROM = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
NUMBERS = range(2000)
LINES = "pip install a\n" * 5000

TEXTS = {
    "comments with the indentation of the instruction below": FROM + "  # a\n" * 8000 + "  RUN a\n",
    "names in a check directive": f"# check=skip={','.join(f'Name{n}' for n in NUMBERS)}\n{FROM}",
    "names in a check comment": f"{FROM}# check=skip={','.join(f'Name{n}' for n in NUMBERS)}\nRUN a\n",
    "findings below names in a check directive": f"# check=skip={',a' * 500}\n{FROM}{'USER a # b' * 1000}\n",
    "tabs in a check comment": f"{FROM}# check={chr(9) * 20000}\nRUN a\n",
    "an option of a check directive without a value": f"# check={'a' * 40000}\n{FROM}",
    "ARGs that read undefined variables": FROM + "".join(f"ARG ABC{n}=$XBC{n}\n" for n in NUMBERS),
    "undefined variables beside as many others": "FROM scratch\n"
    + "".join(f"ARG ABCDE{n}\n" for n in NUMBERS)
    + "".join(f"LABEL a=$ABCDF{n}\n" for n in NUMBERS),
    "undefined variables in one ARG": "FROM scratch\nARG" + "".join(f" A{n}=$B{n}" for n in NUMBERS) + "\n",
    "undefined variables in one ENV": "FROM scratch\nENV" + " A=$A" * 5000 + "\n",
    "undefined variables in FROM": "".join(f"ARG ABCDE{n}\n" for n in NUMBERS)
    + "".join(f"FROM $ABCDF{n}\n" for n in NUMBERS),
    "undefined variables in heredocs": f"FROM scratch\nCOPY {' '.join(f'<<A{n}' for n in NUMBERS)} /a/\n"
    + "".join(f"$X{n}\nA{n}\n" for n in NUMBERS),
    "installations without an update": FROM + "RUN apt-get install a\n" * 3000,
    "commands of one RUN": f"{FROM}RUN {'a && ' * 8000}b\n",
    "installations of one RUN": f"{FROM}RUN {'apt-get install a && ' * 3000}b\n",
    "removals of one RUN": f"{FROM}RUN {'pip uninstall a && ' * 3000}b\n",
    "commands of a heredoc": f"{FROM}RUN <<EOF\n{LINES}EOF\n",
    "escape characters before comments": f"{FROM}RUN a {chr(92)} #{f' {chr(92)} #' * 20000}{chr(92)}\n b\nfoo\n",
    "references in references": f"{FROM}RUN echo {'${A:-' * 1000}{'}' * 1000}\n",
    "references in references that are not closed": f"{FROM}ENV A={'${A:-' * 3000}\n",
    "strings of an array": f"{FROM}CMD [{', '.join(['a'] * 20000)},]\n",
    "stages on top of each other": f"{FROM.rstrip()} AS s0\n"
    + "".join(f"FROM s{n} AS s{n + 1}\nRUN apt-get install a\nCMD a\n" for n in range(1000)),
    "environments in PATH": FROM
    + "".join(f"RUN conda create -n e{n} python\nENV PATH=/opt/miniconda/envs/e{n}/bin:$PATH\n" for n in range(800)),
    "ARGs with the name to extract": "".join(f"ARG RUN_VALUE_{n}\n" for n in NUMBERS) + f"{FROM}RUN a 1.2\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTS)
def test_a_long_text_takes_no_long_time(name: str) -> None:
    """To find everything in it and after an edit, and to answer requests at its middle and its end."""
    text = TEXTS[name]
    started = time.process_time()
    snapshot = analyse(text)
    assert snapshot.tree.instructions
    assert analyse(f"{text}RUN a\n", snapshot).findings is not None
    middle, end = len(text) // 2, len(text) - 2
    assert snapshot.findings is not None
    assert symbols(snapshot)
    semantic_tokens(snapshot, LineIndex(text))
    format_document(snapshot)
    for offset in (middle, end):
        hover(snapshot, offset)
        complete(snapshot, offset)
        signature_help(snapshot, offset)
        code_actions(snapshot, Span(offset, offset))
    assert time.process_time() - started < 5 * SECONDS


@pytest.mark.slow
def test_what_a_name_probably_means_is_not_searched_again() -> None:
    """An edit below stages with misspelt images costs little of what the first analysis costs."""
    text = "".join(f"FROM mcr.microsoft.com/azureml/minimal-py312-inferenc{n}:latest\n" for n in range(150))

    def ratio() -> float:
        started = time.process_time()
        snapshot = analyse(text)
        assert snapshot.findings
        between = time.process_time()
        assert analyse(f"{text}RUN a\n", snapshot).findings
        return (time.process_time() - between) / (between - started)

    assert min(ratio() for _ in range(3)) < 0.25
