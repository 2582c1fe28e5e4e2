"""Data classes and named tuples that are quick to define: they are like those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import typing
from dataclasses import field

import pytest

from azureml_dockerfile_ls.records import NamedTuple, dataclass


class Place(NamedTuple):
    """A named tuple of ours."""

    line: int
    column: int = 0

    @property
    def is_start(self) -> bool:
        """Whether it is the start of the file."""
        return self == (0, 0)


class StandardPlace(typing.NamedTuple):
    """One of the standard library."""

    line: int
    column: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """A data class of ours whose fields are plain."""

    name: str
    size: int = 1


@dataclass(frozen=True)
class Owner(Record):
    """One with a field that has a factory, and with those of another class before it."""

    derived: dict[str, int] = field(default_factory=dict, repr=False, compare=False)


def test_a_named_tuple_is_like_one_of_the_standard_library() -> None:
    """It has the same fields, defaults and methods, and those of its class."""
    place, standard = Place(3), StandardPlace(3)
    assert tuple(place) == tuple(standard) == (3, 0)
    assert (place._fields, place._field_defaults) == (standard._fields, standard._field_defaults)
    assert repr(place) == "Place(line=3, column=0)"
    assert place._replace(column=2) == (3, 2)
    assert (place.is_start, Place(0).is_start) == (False, True)
    assert (Place.__doc__, Place.__module__) == ("A named tuple of ours.", __name__)
    assert pickle.loads(pickle.dumps(place)) == place
    match place:
        case Place(line, column):
            assert (line, column) == (3, 0)


def test_a_data_class_takes_its_fields_in_order_and_by_name() -> None:
    """A default counts, and what is missing or unknown is an error that names it."""
    assert Record("a") == Record(name="a", size=1) != Record("a", 2)
    assert hash(Record("a")) == hash(Record("a", 1))
    assert repr(Record("a", 2)) == "Record(name='a', size=2)"
    with pytest.raises(TypeError, match=r"Record\.__init__\(\) missing 1 required positional argument: 'name'"):
        Record()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        Record("a", colour=3)  # type: ignore[call-arg]


def test_the_functions_of_dataclasses_work() -> None:
    """A record can be taken apart, changed and copied."""
    assert [each.name for each in dataclasses.fields(Owner)] == ["name", "size", "derived"]
    assert dataclasses.replace(Record("a"), size=3) == Record("a", 3)
    assert copy.copy(Record("a", 2)) == Record("a", 2)
    assert pickle.loads(pickle.dumps(Record("a", 2))) == Record("a", 2)


def test_a_factory_makes_a_value_for_each_object() -> None:
    """What is not compared does not count."""
    first, second = Owner("a"), Owner("a")
    first.derived["x"] = 1
    assert second.derived == {}
    assert first == second
    assert first != Record("a")


def test_slots_take_no_other_attribute() -> None:
    """As in a data class of the standard library with slots."""
    with pytest.raises(AttributeError):
        Record("a").colour = 3  # type: ignore[attr-defined]
