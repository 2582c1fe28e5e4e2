"""YAML becomes nodes with exact spans, and an error does not end the reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azureml_dockerfile_ls.yaml.nodes import Mapping, Node, Scalar, Sequence, Unknown
from azureml_dockerfile_ls.yaml.parser import parse
from tests.annotated import dockerfile

PIECES = ["a: ", "- ", "  ", "\n", "b", *"\"'[]{},#", ": ", "|\n", ">\n", "&x ", "*x", "!t ", "---\n"]


def plain(node: Node | None) -> object:
    """A node as Python's own values."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Mapping):
        return {pair.key.value: plain(pair.value) for pair in node.pairs}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return None if node is None else Unknown


def check_value(fixture: str, expected: object) -> None:
    """A text means these values, and the span of every scalar without escapes is its text."""
    text = dockerfile(fixture)
    root = parse(text)
    assert plain(root) == expected
    for scalar in _scalars(root):
        written = scalar.inner.of(text)
        if not any(mark in written for mark in ("\n", "\\", "''")):
            assert written == scalar.value


def _scalars(node: Node | None) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    if isinstance(node, Mapping):
        return [found for pair in node.pairs for found in (pair.key, *_scalars(pair.value))]
    return [found for item in node.items for found in _scalars(item)] if isinstance(node, Sequence) else []


def test_mappings_lists_and_comments() -> None:
    """A list may be in the column of its key; comments and quotes are not part of values."""
    check_value(
        """
        # An environment
        name: train   # its name
        tags: {OS: "Ubuntu22.04", b: [1, 'it''s', c]}
        steps:
        - image: a#b
          run: x
        -
          - nested
        build:
          path: .
        empty:
        url: https://example.org/a:b
        """,
        {
            "name": "train",
            "tags": {"OS": "Ubuntu22.04", "b": ["1", "it's", "c"]},
            "steps": [{"image": "a#b", "run": "x"}, ["nested"]],
            "build": {"path": "."},
            "empty": None,
            "url": "https://example.org/a:b",
        },
    )


def test_scalars_over_several_lines() -> None:
    """Block scalars keep their lines or fold them; a plain or quoted scalar goes on where it is indented."""
    check_value(
        """
        command: >-
          python train.py
          --rate 1
        script: |
          a: b
            # no comment
          c
        plain: one
          two
        quoted: "one
          two\\tthree"
        """,
        {
            "command": "python train.py --rate 1",
            "script": "a: b\n  # no comment\nc",
            "plain": "one two",
            "quoted": "one two\tthree",
        },
    )


def test_anchors_tags_and_further_documents() -> None:
    """An alias is what it names, a tag makes a value unknown, and only the first document counts."""
    check_value(
        """
        %YAML 1.1
        ---
        base: &base
          image: x
        other: *base
        tagged: !vault secret
        ---
        base: y
        """,
        {"base": {"image": "x"}, "other": {"image": "x"}, "tagged": Unknown},
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: e\nimage: x\nconda_file: [a, \n  b: {c\nd: 1\n", {"name": "e", "image": "x", "d": "1"}),
        ("name: e\nimag\nbuild:\n  path: .\n", {"name": "e", "build": {"path": "."}}),
        ('name: "e\nimage: x\n', {"image": "x"}),
        ("name: e\n    b: c\nimage: x\n", {"name": "e", "image": "x"}),
        ("build:\n  path: .\n dockerfile: x\nimage: y\n", {"build": {"path": "."}, "image": "y"}),
    ],
)
def test_what_follows_an_error_is_read(text: str, expected: dict[str, object]) -> None:
    """The keys around a line that is being typed have their values, and the mapping says that it may have others."""
    root = parse(text)

    assert isinstance(root, Mapping)
    assert not root.is_complete
    found = plain(root)
    assert isinstance(found, dict)
    assert {key: value for key, value in found.items() if key in expected} == expected


def test_a_merge_may_bring_other_keys() -> None:
    """A mapping that merges another one is not complete."""
    root = parse("a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n")

    assert isinstance(root, Mapping)
    inner = root.mapping("b")
    assert inner is not None
    assert not inner.is_complete


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_is_read(text: str) -> None:
    """No text raises, and every span is inside the text."""
    root = parse(text)
    for scalar in _scalars(root):
        assert 0 <= scalar.span.start <= scalar.inner.start <= scalar.inner.end <= scalar.span.end <= len(text)


def test_deep_nesting_is_not_read() -> None:
    """A value below a hundred others is unknown, and what follows it is read."""
    deep = "".join(f"{' ' * depth}k:\n" for depth in range(500))
    root = parse(f"a:\n{deep.replace('k', ' k')}b: 1\n" + "c: " + "[" * 500 + "\n")

    assert isinstance(root, Mapping)
    assert plain(root.get("b")) == "1"
