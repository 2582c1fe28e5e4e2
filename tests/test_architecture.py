"""Which part of the package imports which: the data goes one way, up the layers."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import azureml_dockerfile_ls

PACKAGE = "azureml_dockerfile_ls"
ROOT = Path(azureml_dockerfile_ls.__file__).parent
ARCHITECTURE = Path(__file__).parent.parent / "server" / "ARCHITECTURE.md"

LAYERS = (
    "records derived lazy_patterns text spelling paths files",
    "syntax",
    "yaml",
    "shell",
    "context",
    "manifest",
    "model",
    "azureml",
    "images",
    "rules",
    "settings settings_reader toml_places path_patterns project",
    "render",
    "ignored folder_search manifest_search",
    "workspace hadolint",
    "snapshot",
    "manifest_snapshot",
    "script_snapshot",
    "features",
    "cli lsp",
    "__main__",
)
"""The parts of the package, bottom up. A part imports from its own layer and from those below it."""

LAYER_OF = {part: number for number, layer in enumerate(LAYERS) for part in layer.split()}

ONLY_IN_LSP = {"pygls", "lsprotocol", "cattrs"}
NEVER_AT_MODULE_LEVEL = {"requests", "dockerfile_parse", "platformdirs", "importlib.metadata"}
THIRD_PARTY = {
    "records": set(),
    "derived": set(),
    "text": set(),
    "lazy_patterns": set(),
    "spelling": set(),
    "paths": set(),
    "files": set(),
    "syntax": set(),
    "yaml": set(),
    "shell": set(),
    "context": {"packaging"},
    "manifest": set(),
    "model": {"dockerfile_parse"},
}
"""What the lower layers import besides the standard library."""

# The build context and the cache of the images read the disk, and are tested against hostile files there.
WITHOUT_FILES = {
    "text",
    "spelling",
    "paths",
    "syntax",
    "yaml",
    "shell",
    "context",
    "manifest",
    "model",
    "azureml",
    "rules",
    "render",
    "features",
}
FOR_FILES = {"os", "pathlib", "io", "shutil", "glob", "tempfile", "subprocess", "socket", f"{PACKAGE}.files"}
MAY_NAME_FILES = {
    "context/build_context.py",  # the only module of the context that reads
    "context/kept_context.py",  # it looks when files were changed
    "rules/pages.py",  # it gives the location of the rules' pages
}
BEHIND_ONE_MODULE = "dockerfile_parse"


class Import(NamedTuple):
    """One import: the module's dotted name, and whether it happens when the importing module is imported."""

    name: str
    line: int
    at_module_level: bool


def imports_of(path: Path, package: str) -> Iterator[Import]:
    """Every import of a file in `package`, those inside functions included, but not those for type checkers only."""

    def visit(node: ast.AST, at_module_level: bool) -> Iterator[Import]:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for otherwise in node.orelse:
                yield from visit(otherwise, at_module_level)
            return
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, at_module_level)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*parents, *([node.module] if node.module else [])])
            for alias in node.names:
                yield Import(f"{module}.{alias.name}", node.lineno, at_module_level)
        in_function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for child in ast.iter_child_nodes(node):
            yield from visit(child, at_module_level and not in_function)

    yield from visit(ast.parse(path.read_text(encoding="utf-8")), True)


def is_or_is_in(name: str, modules: set[str]) -> bool:
    """Whether a dotted name is one of `modules`, or something inside one."""
    return any(name == module or name.startswith(module + ".") for module in modules)


def violations(root: Path) -> list[str]:
    """Every import below `root`, a folder laid out like the package, that breaks a rule."""
    found: list[str] = []
    gates: set[str] = set()
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root)
        part = relative.parts[0].removesuffix(".py")
        package = ".".join([PACKAGE, *relative.parts[:-1]])
        for name, line, at_module_level in imports_of(path, package):
            top, _, rest = name.partition(".")
            own = top == PACKAGE
            imported_part = rest.partition(".")[0]
            is_third_party = not own and top not in sys.stdlib_module_names
            if top == BEHIND_ONE_MODULE:
                gates.add(relative.as_posix())
            if (
                (is_or_is_in(name, ONLY_IN_LSP) and part != "lsp")
                or (is_or_is_in(name, NEVER_AT_MODULE_LEVEL) and at_module_level)
                or (
                    part in WITHOUT_FILES and relative.as_posix() not in MAY_NAME_FILES and is_or_is_in(name, FOR_FILES)
                )
                or (own and LAYER_OF.get(imported_part, -1) > LAYER_OF.get(part, len(LAYERS)))
                or (is_third_party and part in THIRD_PARTY and top not in THIRD_PARTY[part])
            ):
                found.append(f"{relative.as_posix()}:{line} imports {name}")
    if len(gates) > 1:
        found.append(f"{BEHIND_ONE_MODULE} is imported by {', '.join(sorted(gates))}")
    return found


@pytest.mark.slow
def test_the_code_keeps_to_its_layers() -> None:
    """No import of the package goes against the direction of the data."""
    parts = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert parts - {"__init__"} <= set(LAYER_OF)
    assert violations(ROOT) == []


def test_the_map_of_the_code_has_the_same_order() -> None:
    """ARCHITECTURE.md names every part of the package, in the order of the layers."""
    rows = re.findall(r"^\| (`.*?`) \|", ARCHITECTURE.read_text(encoding="utf-8"), re.MULTILINE)
    names = [re.sub(r"\.py$|/$", "", name) for row in rows for name in re.findall(r"`([^`]+)`", row)]
    parts = [name for name in dict.fromkeys(names) if name in LAYER_OF]

    assert set(parts) == set(LAYER_OF)
    assert parts == sorted(parts, key=LAYER_OF.__getitem__)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("features/hover.py", "from lsprotocol import types"),
        ("rules/users.py", "import pygls.lsp.server"),
        ("__main__.py", "from pygls.lsp.server import LanguageServer"),
        ("__main__.py", "def main():\n    import lsprotocol.types"),
        ("syntax/tree.py", "import attrs"),
        ("syntax/tree.py", "def f():\n    import dockerfile_parse"),
        ("syntax/tree.py", "def f():\n    import packaging.version"),
        ("syntax/tree.py", "from azureml_dockerfile_ls.model import stages"),
        ("syntax/tree.py", "from ..model.stages import Stage"),
        ("syntax/deep/tree.py", "from ...lsp import protocol"),
        ("syntax/tree.py", "from azureml_dockerfile_ls import model"),
        ("syntax/tree.py", "from .. import images"),
        ("model/stages.py", "from azureml_dockerfile_ls.images import catalogue"),
        ("model/stages.py", "import requests"),
        ("text.py", "from azureml_dockerfile_ls.syntax import tree"),
        ("images/catalogue.py", "from azureml_dockerfile_ls.rules import registry"),
        ("azureml/families.py", "import azureml_dockerfile_ls.features.hover"),
        ("rules/users.py", "from azureml_dockerfile_ls.lsp.convert import to_range"),
        ("features/hover.py", "def f():\n    from azureml_dockerfile_ls.lsp import convert"),
        ("images/registry.py", "import requests"),
        ("images/registry.py", "from requests.adapters import HTTPAdapter"),
        ("images/cache.py", "try:\n    import platformdirs\nexcept ImportError:\n    pass"),
        ("model/facts.py", "class A:\n    import dockerfile_parse"),
        ("__main__.py", "import importlib.metadata"),
        ("__main__.py", "from importlib import metadata"),
        ("lsp/server.py", "if X:\n    import requests"),
        ("rules/users.py", "import os.path"),
        ("features/links.py", "def f():\n    from pathlib import Path"),
        ("model/stages.py", "import io"),
        ("context/dockerignore.py", "import os"),
        ("model/stages.py", "from azureml_dockerfile_ls.files import replace_file"),
        ("render/markdown.py", "from azureml_dockerfile_ls.features import hover"),
        ("shell/commands.py", "from azureml_dockerfile_ls.model import stages"),
        ("settings.py", "from azureml_dockerfile_ls.cli import terminal"),
        ("context/build_context.py", "from azureml_dockerfile_ls.model import stages"),
        ("context/build_context.py", "from azureml_dockerfile_ls.rules.rule import Finding"),
        ("images/cache.py", "from azureml_dockerfile_ls.rules.rule import Finding"),
        ("context/requirements.py", "def f():\n    import yaml"),
    ],
)
def test_an_import_against_the_rules_is_found(tmp_path: Path, file: str, code: str) -> None:
    """Absolute and relative, at the top and inside functions, of a package or from it."""
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(code)
    assert len(violations(tmp_path)) == 1


def test_a_second_module_that_uses_dockerfile_parse_is_found(tmp_path: Path) -> None:
    """Its limits are dealt with in one place."""
    for name in ("values.py", "stages.py"):
        (tmp_path / "model").mkdir(exist_ok=True)
        (tmp_path / "model" / name).write_text("def f():\n    from dockerfile_parse import util")
    assert violations(tmp_path) == ["dockerfile_parse is imported by model/stages.py, model/values.py"]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("lsp/features.py", "from lsprotocol import types\nfrom azureml_dockerfile_ls.features import hover"),
        ("syntax/tree.py", "import re\nfrom azureml_dockerfile_ls.text import Span\nfrom .scan import scan"),
        ("model/stages.py", "from azureml_dockerfile_ls.syntax.tree import parse\nfrom ..text import Span"),
        ("images/registry.py", "def fetch():\n    import requests"),
        ("images/registry.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import requests"),
        ("model/values.py", "def f():\n    import dockerfile_parse.util"),
        ("syntax/errors.py", "from azureml_dockerfile_ls.spelling import closest"),
        ("context/build_context.py", "import os\nfrom azureml_dockerfile_ls.context import dockerignore"),
        ("context/requirements.py", "def f():\n    from packaging.utils import canonicalize_name"),
        ("model/origins.py", "import posixpath\nfrom azureml_dockerfile_ls.context import build_context"),
        ("rules/users.py", "import packaging.version\nfrom azureml_dockerfile_ls.model import stages"),
    ],
)
def test_an_import_within_the_rules_is_not_found(tmp_path: Path, file: str, code: str) -> None:
    """What goes with the data, and what is imported late."""
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(code)
    assert violations(tmp_path) == []
