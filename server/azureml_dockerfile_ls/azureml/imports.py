"""The modules that an entry script imports when the server loads it and calls its functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from azureml_dockerfile_ls.azureml.entry_script import NodeSpans, parsed
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.text import Span


class ImportedName(NamedTuple):
    """A dotted name that a script certainly imports, and the span of its statement in code points."""

    name: str
    span: Span


def imported_names(text: str) -> tuple[ImportedName, ...]:
    """The names that a script imports at its top level, in `init()` and in `run()`; none if it does not parse.

    An import under `if`, `try` and so on is left out, because the script may do without it.
    """
    tree = parsed(text)
    if tree is None:
        return ()
    spans = NodeSpans(text)
    return tuple(ImportedName(name, spans.span(node)) for node, name in _imports(tree.body))


def _imports(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    for node in body:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module and not node.level:
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.FunctionDef) and node.name in ("init", "run"):
            yield from _imports(node.body)
