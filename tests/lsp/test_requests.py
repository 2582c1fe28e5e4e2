"""The table of what is offered: each request has a handler, and is asked by the tests that ask everything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from azureml_dockerfile_ls import lsp
from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions import PRODUCERS
from azureml_dockerfile_ls.lsp.capabilities import OFFERS
from azureml_dockerfile_ls.lsp.requests import HANDLERS
from tests.lsp.clients import CLIENTS
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient
from tests.lsp.requests import LENS_COMMANDS, REQUESTS, Place, ask_all

PYTHON = "FROM python:3.12\n"
AZUREML = "FROM mcr.microsoft.com/azureml/minimal-py312-inference\nUSER root\nRUN pip install numpy>=1.2\n"
ONLY_AZUREML: Json = {"dockerfileFeatures": False, "registry.enabled": False}
NOTHING: Json = {
    "textDocument/completion": {"isIncomplete": False, "items": []},
    "textDocument/hover": None,
    "textDocument/definition": None,
    "textDocument/references": None,
    "textDocument/documentHighlight": None,
    "textDocument/prepareRename": None,
    "textDocument/rename": None,
    "textDocument/linkedEditingRange": None,
    "textDocument/signatureHelp": None,
    "textDocument/codeAction": [],
    "textDocument/documentSymbol": None,
    "workspace/symbol": [],
    "textDocument/foldingRange": None,
    "textDocument/selectionRange": None,
    "textDocument/semanticTokens/full": None,
    "textDocument/semanticTokens/full/delta": None,
    "textDocument/semanticTokens/range": None,
    "textDocument/documentLink": [],
    "textDocument/inlayHint": [],
    "textDocument/formatting": None,
    "textDocument/rangeFormatting": None,
    "textDocument/onTypeFormatting": None,
    "textDocument/diagnostic": {"kind": "full", "items": []},
    "workspace/diagnostic": {"items": []},
    "textDocument/codeLens": [],
    "textDocument/inlineCompletion": {"items": []},
}


def test_each_offer_has_a_handler_and_is_tested() -> None:
    """A new request is a line in each of these tables."""
    methods = [offer.method for offer in OFFERS]
    assert len(set(methods)) == len(methods)
    assert set(methods) == set(HANDLERS) == set(REQUESTS)


def test_each_kind_of_action_is_offered() -> None:
    """The kinds that a client gets with the capabilities are those of the producers."""
    assert {kind for kind, _ in PRODUCERS} == set(ActionKind)


FOLDER = Path(lsp.__file__).parent


def imports_of(path: Path) -> Iterator[Path]:
    """The modules of the package `lsp` that one of them imports, wherever the import is."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if name.startswith(f"{lsp.__name__}."):
                inner = FOLDER.joinpath(*name.removeprefix(f"{lsp.__name__}.").split("."))
                yield from {inner.with_suffix(".py"), inner / "__init__.py"} - {path}


def test_no_module_imports_one_that_imports_it() -> None:
    """Not even for a type, or late: a lower module never names a higher one."""
    imports = {path: set(imports_of(path)) for path in FOLDER.rglob("*.py")}
    while imports:
        free = {path for path, imported in imports.items() if not imported & imports.keys()}
        assert free, f"a circle among {sorted(path.name for path in imports)}"
        imports = {path: imported for path, imported in imports.items() if path not in free}


def answers(text: str, place: tuple[int, int], options: Json) -> Json:
    """What VS Code is answered about a text, by method."""
    name, capabilities = CLIENTS["VS Code"]
    with RawClient(REAL_SERVER) as client:
        workspace = {**capabilities["workspace"], "configuration": False}
        client.initialize(
            name, options={**options, "commands": LENS_COMMANDS}, **{**capabilities, "workspace": workspace}
        )
        client.open("untitled:a", text)
        found = ask_all(client.request, Place("untitled:a", *place))
        assert client.stderr() == ""
    found["textDocument/diagnostic"].pop("resultId", None)
    return found


@pytest.mark.parametrize("place", [(0, 2), (0, len(PYTHON) - 1), (1, 0)])
def test_without_dockerfile_features_another_image_is_left_to_another_server(place: tuple[int, int]) -> None:
    """Every request is answered, with nothing."""
    assert answers(PYTHON, place, ONLY_AZUREML) == NOTHING


def test_with_dockerfile_features_every_image_is_served() -> None:
    """The same requests."""
    found = answers(PYTHON, (1, 0), {"registry.enabled": False})
    assert found["textDocument/completion"]["items"]
    assert found["textDocument/codeAction"]
    assert found["textDocument/documentSymbol"]
    assert found["workspace/symbol"]
    assert found["textDocument/selectionRange"]
    assert found["textDocument/semanticTokens/full"]["data"]
    assert found["textDocument/documentLink"]


def test_without_dockerfile_features_the_part_of_azure_ml_is_left() -> None:
    """In every answer but the outline, the folds and the tokens, which know nothing of Azure ML."""
    found = answers(AZUREML, (3, 0), ONLY_AZUREML)
    labels = [item["label"] for item in found["textDocument/completion"]["items"]]
    assert "apt packages" in labels
    assert "RUN" not in labels
    titles = [action["title"] for action in found["textDocument/codeAction"]]
    assert {"Insert apt packages", "Apply all safe fixes"} <= set(titles)
    assert found["textDocument/documentSymbol"] is None
    assert found["textDocument/semanticTokens/full"] is None
    assert found["workspace/symbol"] == []
    assert [link["target"][:40] for link in found["textDocument/documentLink"]] == [
        "https://mcr.microsoft.com/artifact/mar/a"
    ]
    assert [hint["label"].partition(":")[0] for hint in found["textDocument/inlayHint"]] == ["newest known"]
    codes = {finding["code"] for finding in found["textDocument/diagnostic"]["items"]}
    assert {"UntaggedImage", "UnquotedRequirement"} <= codes
