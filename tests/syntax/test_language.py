"""The table of the language: its entries are complete, and the errors follow them."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.syntax.language import (
    CHECK_OPTIONS,
    DIRECTIVES,
    INSTRUCTIONS,
    MOUNT_KEYS,
    MOUNTS,
    FlagSpec,
    InstructionSpec,
    MountSpec,
    ValueKind,
)
from azureml_dockerfile_ls.syntax.tree import parse

FLAGS = [(name, flag) for name, spec in INSTRUCTIONS.items() for flag in spec.flags]
ARGUMENTS = {"FROM": "a", "RUN": "a", "COPY": "a b", "ADD": "a b", "HEALTHCHECK": "CMD a"}
SAMPLES = {
    ValueKind.BOOLEAN: "true",
    ValueKind.COUNT: "3",
    ValueKind.DURATION: "1m30s",
    ValueKind.MODE: "0755",
    ValueKind.MOUNT: "type=cache,target=/a",
    ValueKind.NUMBER: "1000",
    ValueKind.PERMISSIONS: "u=rwX,go=rX",
    ValueKind.SIZE: "64m",
}
"""A good value of each kind that is checked; for the other kinds any text is good."""

INVALID = {
    ValueKind.BOOLEAN: "maybe",
    ValueKind.CHOICE: "nonsense",
    ValueKind.COUNT: "-1",
    ValueKind.DURATION: "1x",
    ValueKind.MODE: "rwx",
    ValueKind.NUMBER: "root",
    ValueKind.PERMISSIONS: "rwx",
    ValueKind.SIZE: "large",
}


def messages(line: str) -> list[str]:
    """What BuildKit would refuse of the last instruction of a file with one stage."""
    return [problem.message for problem in parse(f"FROM a\n{line}\n").instructions[-1].problems]


def sample(kind: ValueKind, values: tuple[str, ...]) -> str:
    """A good value."""
    return values[0] if values else SAMPLES.get(kind, "a")


@pytest.mark.parametrize(("name", "flag"), FLAGS)
def test_a_good_value_of_a_flag_is_accepted(name: str, flag: FlagSpec) -> None:
    """Every value in the table, and a good one of its kind, raises no error."""
    for value in (*flag.values, SAMPLES.get(flag.kind, "a" if not flag.values else flag.values[0])):
        value = f"{value},target=/a,id=a" if flag.kind is ValueKind.MOUNT else value

        assert messages(f"{name} --{flag.name}={value} {ARGUMENTS[name]}") == []


@pytest.mark.parametrize(("name", "flag"), [(name, flag) for name, flag in FLAGS if flag.kind in INVALID])
def test_a_wrong_value_of_a_flag_is_an_error(name: str, flag: FlagSpec) -> None:
    """The kind of a flag decides what is checked."""
    assert len(messages(f"{name} --{flag.name}={INVALID[flag.kind]} {ARGUMENTS[name]}")) == 1


@pytest.mark.parametrize(("name", "flag"), [(name, flag) for name, flag in FLAGS if not flag.boolean])
def test_only_a_boolean_flag_can_do_without_a_value(name: str, flag: FlagSpec) -> None:
    """Any other flag needs one."""
    assert messages(f"{name} --{flag.name} {ARGUMENTS[name]}") == [f"missing a value on flag: --{flag.name}"]


@pytest.mark.parametrize("mount", MOUNTS.values(), ids=MOUNTS)
def test_a_mount_takes_its_keys(mount: MountSpec) -> None:
    """Each key of a type is accepted under all its names, beside a key that the type requires."""
    required = mount.required[:1]
    for name, key in MOUNT_KEYS.items():
        if key.name in mount.keys and key.name not in mount.exclusive:
            fields = [f"type={mount.name}", *(f"{other}=/a" for other in required)]
            fields.append(f"{name}={sample(key.kind, key.values)}")

            assert messages(f"RUN --mount={','.join(fields)} a") == [], name


@pytest.mark.parametrize("mount", MOUNTS.values(), ids=MOUNTS)
def test_a_mount_refuses_keys_of_other_types(mount: MountSpec) -> None:
    """A key that the type does not have is an error wherever BuildKit has words for it."""
    for key in MOUNT_KEYS.values():
        if key.name not in mount.keys and (key.misplaced or key.name in mount.misplaced):
            value = sample(key.kind, key.values)

            assert len(messages(f"RUN --mount=type={mount.name},target=/a,{key.name}={value} a")) == 1, key.name


@pytest.mark.parametrize("name", [name for name, key in MOUNT_KEYS.items() if key.kind in INVALID])
def test_a_wrong_value_of_a_key_is_an_error(name: str) -> None:
    """The kind of a key decides what is checked, under each of its names."""
    key = MOUNT_KEYS[name]
    kind = next((mount.name for mount in MOUNTS.values() if key.name in mount.keys), "bind")
    found = messages(f"RUN --mount=type={kind},target=/a,{name}={INVALID[key.kind]} a")

    assert found == [key.refusal.format(key=name, value=INVALID[key.kind])]


@pytest.mark.parametrize(("name", "spec"), [(name, spec) for name, spec in INSTRUCTIONS.items() if spec.arity])
def test_an_instruction_without_arguments_is_an_error(name: str, spec: InstructionSpec) -> None:
    """The message is in the words of the table."""
    assert spec.arity is not None
    assert messages(name) == [f"{name} requires {spec.arity.words}"]


def test_every_entry_is_documented() -> None:
    """Hover and completion have a sentence for every entry, and a section of the reference to link to."""
    sentences = [
        *(spec.documentation for spec in INSTRUCTIONS.values()),
        *(keyword.documentation for spec in INSTRUCTIONS.values() for keyword in spec.keywords),
        *(flag.documentation for _, flag in FLAGS),
        *(mount.documentation for mount in MOUNTS.values()),
        *(key.documentation for key in MOUNT_KEYS.values()),
        *(directive.documentation for directive in DIRECTIVES.values()),
        *(option.documentation for option in CHECK_OPTIONS.values()),
    ]
    urls = [
        *(spec.url for spec in INSTRUCTIONS.values()),
        *(flag.url for _, flag in FLAGS),
        *(mount.url for mount in MOUNTS.values()),
        *(directive.url for directive in DIRECTIVES.values()),
    ]

    assert all(sentences)
    assert all(url.startswith("https://docs.docker.com/reference/dockerfile/#") for url in urls)


def test_the_keys_of_a_mount_are_keys() -> None:
    """The types name keys by their main names."""
    for mount in MOUNTS.values():
        for name in (*mount.keys, *mount.required, *mount.exclusive, *mount.misplaced):
            assert MOUNT_KEYS[name].name == name
