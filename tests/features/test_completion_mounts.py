"""Completion inside `RUN --mount=`."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.features.completion import Kind
from tests.annotated import context_of
from tests.features.menus import IMAGE, check_completion, check_pick, check_silent, menu


def test_a_mount_begins_with_its_type() -> None:
    """The five types are offered first."""
    types = ["type=bind", "type=cache", "type=tmpfs", "type=secret", "type=ssh"]
    check_completion("FROM a\nRUN --mount=$0", *types)
    check_completion("FROM a\nRUN --mount=type=$0,target=/x y", *types)


def test_only_the_keys_of_the_type_are_offered() -> None:
    """A key that the mount has already is not offered again, before or after the cursor."""
    check_completion("FROM a\nRUN --mount=type=tmpfs,$0", "target=", "size=")
    check_completion("FROM a\nRUN --mount=type=tmpfs,target=/x,$0", "size=")
    check_completion("FROM a\nRUN --mount=type=tmpfs,$0,dst=/x y", "size=")
    check_completion("FROM a\nRUN --mount=type=ssh,$0", "id=", "target=", "required", "mode=", "uid=", "gid=")
    check_completion("FROM a\nRUN --mount=$0,type=ssh x", "id=", "target=", "required", "mode=", "uid=", "gid=")


def test_keys_that_exclude_each_other_are_not_offered_together() -> None:
    """A bind mount is for reading or for writing, and a secret has a file or an ID."""
    assert "readonly" not in menu("FROM a\nRUN --mount=type=bind,rw,$0").in_vscode()
    assert "source=" not in menu("FROM a\nRUN --mount=type=secret,id=x,$0").in_vscode()


def test_a_mount_without_a_type_is_a_bind_mount() -> None:
    """Its type may still be given after another key."""
    shown = menu("FROM a\nRUN --mount=target=/x,$0").in_vscode()
    assert shown[:2] == ["type=bind", "type=cache"]
    assert {"source=", "from="} <= set(shown)
    assert "sharing=" not in shown


@pytest.mark.parametrize(
    ("mount", "label", "after"),
    [
        ("type=cache,$0", "target=", "type=cache,target="),
        ("type=cache,ta$0rget=/x,id=a", "target", "type=cache,target=/x,id=a"),
        ("type=cache,sharing=$0,target=/x", "locked", "type=cache,sharing=locked,target=/x"),
        ("type=cache,target=/var/$0", "/var/cache/apt", "type=cache,target=/var/cache/apt,sharing=locked"),
        (
            "type=cache,sharing=shared,target=/var/$0",
            "/var/cache/apt",
            "type=cache,sharing=shared,target=/var/cache/apt",
        ),
        ("type=cache,target=/root/.ca$0che,id=a", "/root/.cache/pip", "type=cache,target=/root/.cache/pip,id=a"),
        ("type=secret,id=k,target=$0", "/run/secrets/k", "type=secret,id=k,target=/run/secrets/k"),
        ("type=tmpfs,size=$0", "64m", "type=tmpfs,size=64m"),
        ("type=s$0,id=x", "type=ssh", "type=ssh,id=x"),
        ("type=ssh,required=$0", "true", "type=ssh,required=true"),
    ],
)
def test_a_field_replaces_only_itself(mount: str, label: str, after: str) -> None:
    """The text before the comma and after the next one stays."""
    check_pick(f"FROM a\nRUN --mount={mount} x", label, f"FROM a\nRUN --mount={after} x")


def test_the_caches_of_package_managers_are_known() -> None:
    """apt needs a lock; the cache of conda is offered on Azure ML's images; a home is that of the user."""
    shown = menu(f"FROM {IMAGE}\nUSER root\nRUN --mount=type=cache,target=$0").in_vscode()
    assert {"/root/.cache/pip", "/var/cache/apt", "/opt/miniconda/pkgs", "/root/.cache/uv"} <= set(shown)
    assert "/opt/miniconda/pkgs" not in menu("FROM a\nRUN --mount=type=cache,target=$0").in_vscode()
    assert "/home/dockeruser/.cache/pip" in menu(f"FROM {IMAGE}\nRUN --mount=type=cache,target=$0").in_vscode()


def test_ids_and_targets_of_other_mounts_are_offered() -> None:
    """Those of the same type of mount, so that two instructions share a cache or a secret."""
    fixture = """
        FROM a
        RUN --mount=type=secret,id=token --mount=type=cache,id=wheels,target=/wheels x
        RUN --mount=type=%s,%s=$0
        """
    check_completion(fixture % ("secret", "id"), "token")
    check_completion(fixture % ("cache", "id"), "wheels")
    assert "/wheels" in menu(fixture % ("cache", "target")).in_vscode()
    check_silent(fixture % ("ssh", "id"))


def test_from_offers_earlier_stages_and_images() -> None:
    """A stage replaces the reference, and the key after it stays."""
    fixture = "FROM a AS tools\nFROM b\nRUN --mount=from=t$0,target=/x y"
    assert menu(fixture).in_vscode(Kind.STAGE) == ["tools"]
    check_pick(fixture, "tools", "FROM a AS tools\nFROM b\nRUN --mount=from=tools,target=/x y")


def test_the_source_of_a_bind_mount_is_a_path_of_the_build_context(tmp_path: Path) -> None:
    """One folder at a time, as in COPY; not of another stage."""
    context = context_of(tmp_path, {"requirements.txt": "", "src/a.py": ""})
    check_completion("FROM a\nRUN --mount=type=bind,source=$0,target=x y", "requirements.txt", "src/", context=context)
    check_pick(
        "FROM a\nRUN --mount=source=src/$0,target=x y",
        "a.py",
        "FROM a\nRUN --mount=source=src/a.py,target=x y",
        context=context,
    )
    check_silent("FROM a AS b\nFROM a\nRUN --mount=from=b,source=$0,target=x y", context=context)


@pytest.mark.parametrize(
    "mount",
    [
        "type=nothing,$0",
        'type=cache,"target=$0',
        "type=cache,env=$0",
        "type=cache,target=/var/cache/apt$0",
        "type=ssh$0",
    ],
)
def test_nothing_is_offered_where_nothing_is_known(mount: str) -> None:
    """Unknown types, quoted fields and complete values have no menu of other values."""
    assert not [item for item in menu(f"FROM a\nRUN --mount={mount}").items if not item.text.startswith("type=")]
