"""The distance between a misspelt name and a known one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azureml_dockerfile_ls.spelling import closest, edits

words = st.text(alphabet="ab1-", max_size=7)


@pytest.mark.parametrize(
    ("typed", "known", "expected"),
    [
        ("inference", "inference", 0),
        ("infernce", "inference", 1),
        ("inferrence", "inference", 1),
        ("inferance", "inference", 1),
        ("inferecne", "inference", 1),
        ("nferenc", "inference", 2),
        ("inferecnes", "inference", 2),
        ("", "ab", 2),
        ("ifrnce", "inference", None),
        ("training", "inference", None),
    ],
)
def test_edits(typed: str, known: str, expected: int | None) -> None:
    """An edit inserts, removes or replaces a character or swaps two neighbours; more than two are too many."""
    assert edits(typed, known, 2) == expected


@given(words, words)
def test_the_distance_is_the_same_both_ways(one: str, other: str) -> None:
    """The distance is symmetric."""
    assert edits(one, other, 2) == edits(other, one, 2)


@given(words, st.integers(0, 6), st.sampled_from("ab1-"))
def test_one_inserted_character_is_at_most_one_edit(word: str, place: int, character: str) -> None:
    """A name with one character too many, wherever that is, is one edit away."""
    assert edits(word[:place] + character + word[place:], word, 2) == 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("RNU", "RUN"),
        ("copi", "COPY"),
        ("Run", "RUN"),
        ("COPY", None),
        ("abPY", "COPY"),
        ("CP", "COPY"),
        ("whatever", None),
        ("", None),
    ],
)
def test_the_closest_word(typed: str, expected: str | None) -> None:
    """The one with the fewest edits, two at most, letter case aside; a correct word has no suggestion."""
    assert closest(typed, ["RUN", "CMD", "COPY", "VOLUME"]) == expected


@given(words, st.lists(words))
def test_no_word_within_two_edits_is_overlooked(typed: str, known: list[str]) -> None:
    """The closest word is as close as any."""
    distances = [distance for word in known if word != typed and (distance := edits(typed, word, 2)) is not None]
    found = closest(typed, known)

    assert (None if found is None else edits(typed, found, 2)) == min(distances, default=None)
