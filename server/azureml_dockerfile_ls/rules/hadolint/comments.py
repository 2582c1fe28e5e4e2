"""The comments `# hadolint ignore=DL3008,SC2086 # why`, as hadolint reads them.

hadolint itself honours them. They are read here to add to one, and for those of our rules that take the place of one of
hadolint's.
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.syntax.nodes import SegmentKind, Tree
from azureml_dockerfile_ls.text import Span

_COMMENT = lazy_pattern(
    r"#[ \t]*hadolint[ \t]+(?P<whole>global[ \t]+)?ignore[ \t]*=[ \t]*"
    r"(?P<codes>[A-Za-z0-9]+(?:[ \t]*,[ \t]*[A-Za-z0-9]+)*)"
)
_NAME = lazy_pattern(r"[A-Za-z0-9]+")


class IgnoreComment(NamedTuple):
    """A comment that ignores rules: their names, each with its span in the file, and whether for the whole file."""

    names: tuple[tuple[str, Span], ...]
    is_global: bool

    @property
    def end(self) -> int:
        """The end of the last name, where another one can be added."""
        return self.names[-1][1].end


def ignore_comment_above(tree: Tree, index: int) -> IgnoreComment | None:
    """The comment on the line above an instruction; hadolint reads no other one for it."""
    number = tree.instruction_segments[index] - 1
    comment = _in_segment(tree, number) if number >= 0 else None
    return comment if comment is not None and not comment.is_global else None


def ignore_comments(tree: Tree) -> Iterator[IgnoreComment]:
    """All such comments of a file, in the order of the text."""
    yield from filter(None, (_in_segment(tree, number) for number in tree.option_comments))


def codes_ignored_in_file(tree: Tree) -> frozenset[str]:
    """The codes that comments ignore for the whole file."""
    return frozenset(name for comment in ignore_comments(tree) if comment.is_global for name, _ in comment.names)


def codes_ignored_above(tree: Tree, index: int) -> frozenset[str]:
    """The codes that the comment above an instruction ignores."""
    comment = ignore_comment_above(tree, index) if tree.instructions else None
    return frozenset(name for name, _ in comment.names) if comment is not None else frozenset()


def _in_segment(tree: Tree, number: int) -> IgnoreComment | None:
    if tree.segments[number].kind is not SegmentKind.COMMENT:
        return None
    span = tree.comment_span(number)
    match = _COMMENT.match(tree.text, *span)
    if match is None:
        return None
    names = _NAME.finditer(tree.text, *match.span("codes"))
    return IgnoreComment(tuple((name.group(), Span(*name.span())) for name in names), match["whole"] is not None)
