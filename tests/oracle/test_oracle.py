"""The short form of the comparison with BuildKit: `python -m tests.oracle` is the long one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oracle.comparison import compare
from tests.oracle.engine import Engine, running
from tests.oracle.reasons import reason_for
from tests.oracle.texts import mutants, written_by_hand
from tests.surroundings import STARTED_WITH

_VARIABLE = "AZUREML_DOCKERFILE_ENGINE"
_COUNT = 120


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """A Docker Engine; the test is skipped without one, and where it may not start."""
    folder = STARTED_WITH.get(_VARIABLE)
    if not folder:
        pytest.skip(f"{_VARIABLE} is not set: it names the folder of tests/oracle/install.sh")
    if os.geteuid() != 0:
        pytest.skip("only root may start a Docker Engine")
    with running(Path(folder)) as engine:
        yield engine


def test_buildkit_and_this_server_agree(engine: Engine) -> None:
    """On texts with slips, both accept or refuse, with the same words on the same line, and make the same checks."""
    texts = (*written_by_hand(), *mutants(_COUNT, seed=28))
    verdicts = list(engine.judge_all(texts))
    differences = [
        (difference, text)
        for text, verdict in zip(texts, verdicts, strict=True)
        if (difference := compare(text, verdict)) is not None and reason_for(text, difference) is None
    ]
    assert differences == []
    assert sum(verdict.error is not None and not verdict.needs_network for verdict in verdicts) > _COUNT // 4


def test_one_text_alone_has_the_same_verdict(engine: Engine) -> None:
    """Texts that share a process do not influence each other."""
    texts = ("FROM scratch\nCOPY --form=a b c\n", "FROM alpine as x\n", "")
    assert list(engine.judge_all(texts)) == [engine.judge(text) for text in texts]
