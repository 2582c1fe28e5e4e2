"""The texts that the fuzzer has kept: each once found something, or led into code that no other text led into."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.checks import check
from tests.fuzz.surroundings import Surroundings, surroundings_in

CORPUS = Path(__file__).with_name("corpus")
TEXTS = sorted(CORPUS.rglob("*.txt"))


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Surroundings:
    """The files around the texts."""
    return surroundings_in(tmp_path_factory.mktemp("around"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_holds_for_every_text_holds_for_a_kept_one(path: Path, around: Surroundings) -> None:
    """Every feature at several places, every repair, every edit."""
    text = path.read_bytes().decode("utf-8", "surrogatepass")
    for error in check(text, is_yaml=path.parent.name == "yaml", around=around):
        raise error


def test_the_corpus_stays_small() -> None:
    """A text is kept for what it finds; the whole is downloaded with the source."""
    assert len(TEXTS) > 50
    assert sum(path.stat().st_size for path in TEXTS) < 200_000
