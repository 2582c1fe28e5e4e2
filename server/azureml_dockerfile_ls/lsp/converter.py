"""The converter between JSON and the protocol's types. It accepts more than lsprotocol's own."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from typing import Any

import attrs
import cattrs
from lsprotocol import converters, types

from azureml_dockerfile_ls.lsp.json_text import range_json
from azureml_dockerfile_ls.lsp.sent_capabilities import structure_capabilities

_UINTEGER_MAX = 2**31 - 1


def make_converter(is_explaining: bool = False) -> cattrs.Converter:
    """Build the converter between JSON and the protocol's types.

    With `is_explaining` its errors name the place of what is wrong, at twice the cost.
    """
    converter = converters.get_converter(cattrs.Converter(detailed_validation=is_explaining))
    converter.register_structure_hook(str, _structure_text)
    structured: dict[Any, Callable[[Any, Any], Any]] = {
        types.Position: _structure_position,
        types.ClientCapabilities: structure_capabilities,
    }
    unstructured: dict[Any, Callable[[Any], Any]] = {
        types.ServerCapabilities: _unstructure_options,
        types.SignatureInformation: functools.partial(_unstructure_signature, converter.unstructure),
        types.Diagnostic: functools.partial(_unstructure_diagnostic, converter.unstructure),
        types.Range: _unstructure_range,
    }
    # A hook that is registered for a class by name makes attrs finish the class.
    converter.register_structure_hook_factory(structured.__contains__, lambda type_: structured[type_])
    converter.register_unstructure_hook_factory(unstructured.__contains__, lambda type_: unstructured[type_])
    # A newer client may send values that we do not know. They must not make its request fail.
    for type_ in types.ALL_TYPES_MAP.values():
        if isinstance(type_, type) and issubclass(type_, enum.Enum):
            converter.register_structure_hook(type_, _structure_enum)
            converter.register_unstructure_hook(type_, _unstructure_enum)
    return converter


@functools.cache
def explaining_converter() -> cattrs.Converter:
    """The converter whose errors name the place of what is wrong."""
    return make_converter(is_explaining=True)


def _structure_text(value: Any, _: type) -> str:
    if not isinstance(value, str):  # cattrs would turn null into the text "None"
        raise TypeError(f"{value!r} is not a string")
    return value


def _structure_position(value: Any, _: type) -> types.Position:
    return types.Position(*read_position(value))


def read_position(value: Any) -> tuple[int, int]:
    """The line and the column of a position in JSON. Raises an error of any kind if it is malformed."""
    # Some clients send their largest number for the end of the line or file.
    line, character = int(value["line"]), int(value["character"])
    if not (0 <= line <= _UINTEGER_MAX and 0 <= character <= _UINTEGER_MAX):
        line, character = (min(max(number, 0), _UINTEGER_MAX) for number in (line, character))
    return line, character


def _structure_enum(value: Any, type_: type[enum.Enum]) -> Any:
    try:
        return type_(value)
    except ValueError:
        if isinstance(value, (int, str)):
            return value
        raise


def _unstructure_signature(unstructure: Callable[[Any], Any], signature: types.SignatureInformation) -> dict[str, Any]:
    # lsprotocol would write `activeParameter: null`, with which a newer client highlights no parameter.
    written = {
        "label": signature.label,
        "documentation": unstructure(signature.documentation),
        "parameters": unstructure(signature.parameters),
        "activeParameter": signature.active_parameter,
    }
    return {key: value for key, value in written.items() if value is not None}


def _unstructure_diagnostic(unstructure: Callable[[Any], Any], diagnostic: types.Diagnostic) -> dict[str, Any]:
    # They are sent after every keystroke.
    description = diagnostic.code_description
    written = {
        "range": _unstructure_range(diagnostic.range),
        "message": diagnostic.message,
        "severity": _unstructure_enum(diagnostic.severity),
        "code": diagnostic.code,
        "codeDescription": {"href": description.href} if description is not None else None,
        "source": diagnostic.source,
        "tags": unstructure(diagnostic.tags),
        "relatedInformation": unstructure(diagnostic.related_information),
        "data": diagnostic.data,
    }
    return {key: value for key, value in written.items() if value is not None}


def _unstructure_range(range_: types.Range) -> dict[str, Any]:
    start, end = range_.start, range_.end
    return range_json((start.line, start.character), (end.line, end.character))


def _unstructure_options(value: Any) -> Any:
    # They are written once: cattrs would compile a function for each class first.
    if isinstance(value, (list, tuple)):
        return [_unstructure_options(inner) for inner in value]
    if not attrs.has(type(value)):
        return _unstructure_enum(value)
    values = ((field, getattr(value, field.name)) for field in attrs.fields(type(value)))
    return {_camel_case(field.name): _unstructure_options(inner) for field, inner in values if inner != field.default}


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


def _unstructure_enum(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value
