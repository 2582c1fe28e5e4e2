"""What a version of a sequence keeps of the values of the version before."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from azureml_dockerfile_ls.model.kept_values import KeptValues
from azureml_dockerfile_ls.text import common_ends


def is_even(item: int) -> bool:
    """A function that is true for some items."""
    return item % 2 == 0


def third(item: int) -> int | None:
    """A function with values of its own."""
    return item // 3 or None


FUNCTIONS = (is_even, third)

versions = st.lists(
    st.tuples(
        st.lists(st.integers(0, 9), max_size=8).map(tuple),
        st.lists(st.sampled_from(FUNCTIONS), unique=True, max_size=2),
    ),
    min_size=1,
    max_size=6,
)


@given(versions)
def test_kept_values_are_those_of_a_fresh_look(
    sequence: list[tuple[tuple[int, ...], list[Callable[[int], object]]]],
) -> None:
    """Whatever was asked of the versions between, and however these differ."""
    kept = KeptValues[int](())
    for items, asked in sequence:
        kept = kept.edited(items, *common_ends(kept.items, items))
        for function in asked:
            assert kept.of(function) == KeptValues(items).of(function)


def test_a_function_is_called_only_for_what_changed() -> None:
    """Also when a version between was asked nothing."""
    calls: list[str] = []

    def noted(item: str) -> str:
        calls.append(item)
        return item

    kept = KeptValues(("a", "b", "c"))
    kept.of(noted)
    kept = kept.edited(("a", "x", "c"), 1, 1).edited(("a", "x", "c", "y"), 3, 0)
    assert kept.of(noted) == ((0, "a"), (1, "x"), (2, "c"), (3, "y"))
    assert calls == ["a", "b", "c", "x", "c", "y"]
