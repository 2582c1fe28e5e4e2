"""The house rules for the code: lengths of files and functions, caches, and when patterns are compiled."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import azureml_dockerfile_ls

ROOT = Path(azureml_dockerfile_ls.__file__).parent

MAX_LINES = 500
MAX_FUNCTION_LINES = 60

WITHOUT_CACHES = {"syntax", "shell", "manifest", "model", "azureml", "rules", "features"}
"""The parts whose values depend on documents: these store them in the objects of a document, see `derived.py`."""

CACHES = {"functools.cache", "functools.lru_cache", "cache", "lru_cache"}
ALLOWED_CACHES = {
    # The menu of the catalogue, which changes only with the images: at most one entry, and no key of a document.
    "features/completion/images.py:_rows",
}


def functions_of(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions of a module, those in classes and functions included."""
    return (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def long_parts(path: Path, name: str) -> Iterator[str]:
    """The file, if it is too long, and its functions that are too long."""
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    if lines > MAX_LINES:
        yield f"{name}: {lines} lines"
    for function in functions_of(ast.parse(text)):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > MAX_FUNCTION_LINES:
            yield f"{name}:{function.name}: {length} lines"


def module_level_caches(path: Path, name: str) -> Iterator[str]:
    """The functions and names at the top level of a module, or of its classes, that functools caches."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in [*tree.body, *(inner for owner in classes for inner in owner.body)]:
        parts: list[ast.expr] = []
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            parts = node.decorator_list
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            parts = [inner for inner in ast.walk(node.value) if isinstance(inner, ast.Call)]
        for part in parts:
            while isinstance(part, ast.Call):
                part = part.func
            if ast.unparse(part) in CACHES:
                named = node.name if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else ast.unparse(node)
                yield f"{name}:{named}"


def early_patterns(path: Path, name: str) -> Iterator[str]:
    """The places where an import of the module compiles a regular expression."""

    def visit(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call) and ast.unparse(child.func) == "re.compile":
                yield f"{name}:{child.lineno}"
            if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                yield from visit(child)

    return visit(ast.parse(path.read_text(encoding="utf-8")))


def modules() -> Iterator[tuple[Path, str]]:
    """The modules of the package, each with its path from the package."""
    return ((path, path.relative_to(ROOT).as_posix()) for path in sorted(ROOT.rglob("*.py")))


@pytest.mark.slow
def test_no_file_and_no_function_is_too_long() -> None:
    """A file of the package has at most 500 lines, and a function at most 60."""
    assert [part for path, name in modules() for part in long_parts(path, name)] == []


def test_no_cache_outlives_a_document() -> None:
    """Modules that work with documents have no cache at the module level, except those in a short list."""
    parts = ((path, name) for path, name in modules() if name.partition("/")[0] in WITHOUT_CACHES)

    assert {cache for path, name in parts for cache in module_level_caches(path, name)} == ALLOWED_CACHES


@pytest.mark.slow
def test_patterns_are_compiled_when_they_are_used() -> None:
    """An import of the package compiles none, because each one delays the first answer; see `lazy_patterns.py`."""
    found = [place for path, name in modules() if name != "lazy_patterns.py" for place in early_patterns(path, name)]
    assert found == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('A = re.compile("a")', ["a.py:1"]),
        ('A = {\n"b": re.compile("a")}', ["a.py:2"]),
        ('class A:\n    B = re.compile("a")', ["a.py:2"]),
        ('def f():\n    return re.compile("a")', []),
        ('A = lazy_pattern("a")', []),
    ],
)
def test_an_early_pattern_is_found(tmp_path: Path, code: str, found: list[str]) -> None:
    """At the top level of a module or a class."""
    path = tmp_path / "a.py"
    path.write_text(code)

    assert list(early_patterns(path, "a.py")) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def f():\n" + "    x = 1\n" * 60, ["a.py:f: 61 lines"]),
        ("class A:\n    async def f(self):\n" + "        x = 1\n" * 60, ["a.py:f: 61 lines"]),
        ("x = 1\n" * 501, ["a.py: 501 lines"]),
        ("def f():\n" + "    x = 1\n" * 59, []),
    ],
)
def test_a_long_part_is_found(tmp_path: Path, code: str, found: list[str]) -> None:
    """The test finds long files, functions and methods."""
    path = tmp_path / "a.py"
    path.write_text(code)

    assert list(long_parts(path, "a.py")) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("@cache\ndef f(x): ...", ["a.py:f"]),
        ("@functools.lru_cache(maxsize=1)\ndef f(x): ...", ["a.py:f"]),
        ("class A:\n    @cache\n    def f(self): ...", ["a.py:f"]),
        ("f = functools.cache(g)", ["a.py:f = functools.cache(g)"]),
        ("def f():\n    @cache\n    def g(x): ...", []),
        ("@cached_property\ndef f(x): ...", []),
    ],
)
def test_a_cache_is_found(tmp_path: Path, code: str, found: list[str]) -> None:
    """The test finds caches of modules and classes, but not those inside of functions."""
    path = tmp_path / "a.py"
    path.write_text(code)

    assert list(module_level_caches(path, "a.py")) == found
