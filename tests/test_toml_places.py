"""Where the keys of a TOML text are."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azureml_dockerfile_ls.toml_places import key_places, place_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TEXT = """\
# comment = 1
plain = "a # b"
long = \'\'\'
inside = 1
\'\'\'
list = [1, {inline = 2, dotted.key = "]"}, # end
  3]
[table]
"quoted" = true
[[many]]
first = 1
[many.sub]
deep = 1
[[many]]
second = 2
"""


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("plain", 1),
        ("long", 2),
        ("list", 5),
        ("list.inline", 5),
        ("list.dotted.key", 5),
        ("table", 7),
        ("table.quoted", 8),
        ("many.0.first", 10),
        ("many.0.sub.deep", 12),
        ("many.1", 13),
        ("many.1.second", 14),
    ],
)
def test_each_key_has_its_place(name: str, line: int) -> None:
    """The place covers the last part of the key, with its quotes."""
    place = key_places(TEXT)[name]
    assert place.line == line
    written = TEXT.split("\n")[line][place.column : place.end_column]
    last = name.rpartition(".")[2]
    assert written.strip('"') == ("many" if last.isdecimal() else last)


def test_a_text_in_quotes_or_a_comment_has_no_keys() -> None:
    """Only keys are found."""
    assert {"comment", "inside", "b"}.isdisjoint(key_places(TEXT))


def test_a_key_that_is_not_there_has_the_place_of_its_table() -> None:
    """A missing key has no other place."""
    places = key_places(TEXT)
    assert place_of("table.missing.inner", places) == places["table"]
    assert place_of("nowhere", places) is None


KEYS = st.sampled_from(["a", "b-1", "_c", '"d e"', "'f'"])
VALUES = st.sampled_from(["1", '"x = 1 # [y]"', "'[z]'", "[1, [2], '3']", "{q = 1}", "true", "1979-05-27T07:32:00Z"])


@given(st.lists(st.tuples(KEYS, VALUES), unique_by=lambda pair: pair[0].strip("\"'")))
def test_every_key_of_a_text_is_found(pairs: list[tuple[str, str]]) -> None:
    """The keys at the top are those that the parser finds, each on its own line."""
    text = "".join(f"{key} = {value}\n" for key, value in pairs)
    places = key_places(text)
    assert {name for name in places if not name.endswith(".q")} == set(tomllib.loads(text))
    assert [places[key.strip("\"'")].line for key, _ in pairs] == list(range(len(pairs)))


@given(st.text(alphabet="ab=.[]{}\"'#,\n 1"))
def test_no_text_stops_the_reader(text: str) -> None:
    """A text that is not TOML has some places, or none."""
    key_places(text)
