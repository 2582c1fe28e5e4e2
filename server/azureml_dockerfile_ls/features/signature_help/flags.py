"""The signature of a flag whose value is typed, and of a mount with its keys."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.signature_help.result import Parameter, Signature, SignatureHelp
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.syntax.language import MOUNT_KEYS, MOUNTS, FlagSpec, KeySpec, ValueKind
from azureml_dockerfile_ls.text import Span

_SHAPES = {
    ValueKind.BOOLEAN: "true|false",
    ValueKind.COUNT: "NUMBER",
    ValueKind.DURATION: "DURATION",
    ValueKind.OWNER: "USER[:GROUP]",
    ValueKind.PLATFORM: "OS/ARCHITECTURE[/VARIANT]",
    ValueKind.SOURCE: "STAGE|IMAGE|CONTEXT",
    ValueKind.CHECKSUM: "ALGORITHM:HASH",
    ValueKind.PERMISSIONS: "PERMISSIONS",
    ValueKind.PATTERN: "PATTERN",
    ValueKind.SIZE: "SIZE",
    ValueKind.NUMBER: "NUMBER",
    ValueKind.MODE: "MODE",
    ValueKind.PATH: "PATH",
}
"""What to write for a value; a kind without an entry takes the name of the flag or key."""

_PARTS = {ValueKind.OWNER: ":", ValueKind.PLATFORM: "/", ValueKind.CHECKSUM: ":"}
"""What separates the parts of a value."""

_PART = lazy_pattern(r"[A-Z]+")


def flag_help(flag: FlagSpec, typed: str) -> SignatureHelp:
    """The signature of a flag with the part of its value before the cursor."""
    if flag.kind is ValueKind.MOUNT:
        return _mount_help(flag, typed)
    shape, prefix = _shape(flag), f"--{flag.name}="
    separator = _PARTS.get(flag.kind)
    if separator is None:
        spans = [Span(len(prefix), len(prefix) + len(shape))]
        active = 0
    else:
        spans = [Span(len(prefix) + each.start(), len(prefix) + each.end()) for each in _PART.finditer(shape)]
        active = min(typed.count(separator), len(spans) - 1)
    values = "\n".join(f"- `{value}`: {meaning}" for value, meaning in flag.meanings.items())
    parameters = tuple(Parameter(span, values if separator is None else "") for span in spans)
    return SignatureHelp((Signature(prefix + shape, flag.documentation, parameters),), 0, active)


def _shape(spec: FlagSpec | KeySpec) -> str:
    if spec.kind is ValueKind.CHOICE:
        return "|".join(spec.values)
    return _SHAPES.get(spec.kind, spec.name.upper())


def _mount_help(flag: FlagSpec, typed: str) -> SignatureHelp:
    """The keys of the type of mount that is typed, the key at the cursor, or else the first that is missing."""
    *before, current = typed.split(",")
    fields = [field.partition("=") for field in (*before, current)]
    kind = next((value.lower() for name, _, value in fields if name.lower() == "type"), next(iter(MOUNTS)))
    mount = MOUNTS.get(kind)
    if mount is None:
        # The type itself is typed.
        shape = _shape(MOUNT_KEYS["type"])
        label = f"--{flag.name}=type={shape}"
        span = Span(len(label) - len(shape), len(label))
        return SignatureHelp((Signature(label, flag.documentation, (Parameter(span, _types()),)),), 0, 0)
    label = f"--{flag.name}="
    names: list[str] = []
    parameters: list[Parameter] = []
    for name, text, optional in _keys(kind):
        label += "[," if optional else "," if names else ""
        start = len(label)
        label += text
        documentation = _types() if name == "type" else MOUNT_KEYS[name].documentation
        parameters.append(Parameter(Span(start, len(label)), documentation))
        label += "]" if optional else ""
        names.append(name)
    written = {MOUNT_KEYS[name.lower()].name for name, _, _ in fields[:-1] if name.lower() in MOUNT_KEYS}
    name = current.partition("=")[0].lower()
    own = MOUNT_KEYS[name].name if name in MOUNT_KEYS else None
    missing = next((each for each in names if each not in written and each.startswith(name)), None)
    shown = own if own in names else missing if own is None else None
    active = names.index(shown) if shown is not None else None
    return SignatureHelp((Signature(label, mount.documentation, tuple(parameters)),), 0, active)


def _keys(kind: str) -> Iterator[tuple[str, str, bool]]:
    """The keys of a type of mount with their texts, and whether each is optional."""
    mount = MOUNTS[kind]
    yield "type", f"type={kind}", False
    for name in mount.keys:
        key = MOUNT_KEYS[name]
        text = name if key.kind is ValueKind.BOOLEAN else f"{name}={_shape(key)}"
        yield name, text, mount.required != (name,)


def _types() -> str:
    return "\n".join(f"- `{name}`: {mount.documentation}" for name, mount in MOUNTS.items())
