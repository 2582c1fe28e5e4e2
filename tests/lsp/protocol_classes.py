"""Says all that a user of lsprotocol's classes, and of its other names, can see of them, each on a line.

python -m tests.lsp.protocol_classes            as lsprotocol makes them
python -m tests.lsp.protocol_classes late       as the server imports them, with the versions that are installed
"""

from __future__ import annotations

import collections.abc
import copy
import enum
import inspect
import json
import pickle
import re
import sys
import typing
from importlib.metadata import version

import attrs

DEPTH = 3


def sample(type_: typing.Any, depth: int) -> typing.Any:
    """Some value of a type; optional ones are None below a depth."""
    origin, arguments = typing.get_origin(type_), typing.get_args(type_)
    if origin is typing.Union:
        rest = [argument for argument in arguments if argument is not type(None)]
        is_optional = len(rest) < len(arguments)
        return None if is_optional and depth <= 0 else sample(rest[0], depth - 1)
    if origin is typing.Literal:
        return arguments[0]
    if origin is tuple:
        return tuple(sample(argument, depth - 1) for argument in arguments)
    if origin is collections.abc.Sequence:
        return (sample(arguments[0], depth - 1),) if depth > 0 else ()
    if origin in (dict, collections.abc.Mapping):
        return {sample(arguments[0], depth - 1): sample(arguments[1], depth - 1)} if depth > 0 else {}
    if isinstance(type_, type) and issubclass(type_, enum.Enum):
        return next(iter(type_))
    if isinstance(type_, type) and attrs.has(type_):
        return make(type_, depth)
    return {str: "text", int: 1, bool: True, float: 0.5, type(None): None}.get(type_, "any")


def make(cls: type, depth: int = DEPTH) -> typing.Any:
    """An instance of a class, with values for all that it can be called with."""
    return cls(
        **{
            field.alias: sample(field.type, depth)
            for field in attrs.fields(cls)
            # Such a field has one value alone, which is its default.
            if field.init and not hasattr(field.validator, "options")
        }
    )


def tried(function: typing.Callable[[], object]) -> str:
    """What a function gives, or what it raises."""
    try:
        return repr(function())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def without_hash_of_text(cls: type) -> str:
    """Whether an instance has a hash; Python seeds the hash of a text anew in each process."""
    return tried(lambda: hash(make(cls)) == hash(make(cls)))


def what_is_seen_of(cls: type, converter: typing.Any) -> dict[str, str]:
    """What a user sees of a class and its instances."""
    one, bare = make(cls), make(cls, depth=0)
    [first, *_] = [*attrs.fields(cls), None]
    parameters = inspect.signature(cls).parameters.values()
    return {
        "fields": repr(attrs.fields(cls)),
        "annotations": repr(vars(cls).get("__annotations__")),
        "signature": str([(parameter.name, parameter.default, parameter.kind) for parameter in parameters]),
        "class": repr((cls.__module__, cls.__qualname__, cls.__doc__, cls.__match_args__, cls.__mro__, bool(cls))),
        "repr": repr(one),
        "str": str(bare),
        "==": repr([one == make(cls), one == bare, one != bare, one == "text", tried(lambda: one < bare)]),
        "hash": without_hash_of_text(cls),
        "copy": repr([copy.copy(one) == one, copy.deepcopy(one) == one, pickle.loads(pickle.dumps(one)) == one]),
        "evolve": tried(lambda: attrs.evolve(one) == one),
        "assignment": tried(lambda: setattr(make(cls), first.name, -1)) if first is not None else "",
        "wrong call": tried(lambda: cls(no_such_field=1)),
        "written": json.dumps(converter.unstructure(one), default=repr),
        "read": tried(lambda: converter.structure(converter.unstructure(one), cls)),
        "read == made": tried(lambda: converter.structure(converter.unstructure(bare), cls) == bare),
    }


def main() -> None:
    """Print the classes."""
    if sys.argv[1:] == ["late"]:
        from azureml_dockerfile_ls.lsp.late_classes import COMPARED, import_late

        import_late({distribution: (version(distribution),) for distribution in COMPARED})
    from lsprotocol import types

    from azureml_dockerfile_ls.lsp.converter import make_converter

    classes = [value for _, value in sorted(vars(types).items()) if getattr(value, "__module__", "") == types.__name__]
    converter = make_converter()
    print(sum(type(vars(cls).get("__attrs_attrs__")).__name__ == "_Late" for cls in classes), "are not finished")
    for cls in classes:
        if attrs.has(cls):
            seen = json.dumps(what_is_seen_of(cls, converter))
            print(f"{cls.__name__} {re.sub(' at 0x[0-9a-f]+', '', seen)}")
    # attrs adds names to the map from which it resolves the types of fields.
    types.ALL_TYPES_MAP.pop("__builtins__", None)
    for name, value in sorted(vars(types).items()):
        if value not in classes and name not in ("__builtins__", "__cached__", "__loader__", "__spec__"):
            print(f"{name} = {re.sub(' at 0x[0-9a-f]+', '', repr(value))}".replace("\n", " "))


if __name__ == "__main__":
    main()
