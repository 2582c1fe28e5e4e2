"""The server adapts to the client: it uses everything that a real editor offers, and nothing else."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest

from tests.images.fault_server import Request, answering, answering_json, running_fault_server
from tests.images.real_registry import without_proxies
from tests.lsp.clients import CLIENTS
from tests.lsp.conversation import NEWEST, Conversation
from tests.lsp.needs import ACTION, EDIT, IN_RESULT, ITEM, REGISTRATIONS, offers
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient
from tests.lsp.requests import REQUESTS

pytestmark = pytest.mark.slow

SCRIPT = "def init():\n    pass\n\n\ndef run():\n    pass\n"
REGISTRY_SECONDS = 2.0
"""Long enough for a progress bar, which appears after a second, even on a busy machine."""


def _late(request: Request, connection: socket.socket) -> None:
    # Refusals are late as well: after an early one the server would pause before its other requests.
    time.sleep(REGISTRY_SECONDS)
    tags = answering_json({"name": "x", "tags": ["latest", NEWEST]})
    (tags if request.path.endswith("/tags/list") else answering(404))(request, connection)


@pytest.fixture(scope="module")
def conversations(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Conversation]:
    """A function that gives the conversation with a client. Each conversation takes place once."""
    held: dict[str, Conversation] = {}

    def hold(title: str) -> Conversation:
        if title not in held:
            folder = tmp_path_factory.mktemp("context")
            (folder / "code").mkdir()
            (folder / "code" / "score.py").write_text(SCRIPT)
            with pytest.MonkeyPatch.context() as patch, running_fault_server(_late) as registry:
                without_proxies(patch)
                patch.setenv("DOCKER_CONFIG", str(folder / "no-docker-config"))
                patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
                with RawClient(REAL_SERVER) as client:
                    conversation = Conversation(client, folder, registry, *CLIENTS[title])
                    conversation.run()
                    held[title] = conversation
        return held[title]

    return hold


@pytest.mark.parametrize("title", CLIENTS)
def test_nothing_is_sent_that_the_client_does_not_offer(
    title: str, conversations: Callable[[str], Conversation]
) -> None:
    """Each message and each response of a whole session needs only capabilities of the client."""
    capabilities = CLIENTS[title][1]
    assert {need for need in conversations(title).needs if not offers(capabilities, need)} == set()


DIAGNOSTICS = "textDocument.publishDiagnostics|diagnostic"
SIGNATURE = "textDocument.signatureHelp.signatureInformation"
EVERYTHING = {
    "general.positionEncodings=utf-8",
    "general.positionEncodings=utf-32",
    "window.workDoneProgress",
    "workspace.applyEdit",
    "workspace.codeLens.refreshSupport",
    "workspace.configuration",
    "workspace.diagnostics.refreshSupport",
    "workspace.inlayHint.refreshSupport",
    "workspace.semanticTokens.refreshSupport",
    *REGISTRATIONS.values(),
    f"{EDIT}.documentChanges",
    f"{EDIT}.snippetEditSupport",
    f"{ACTION}.codeActionLiteralSupport",
    f"{ACTION}.isPreferredSupport",
    f"{ACTION}.resolveSupport.properties=edit",
    f"{ITEM}.deprecatedSupport",
    f"{ITEM}.documentationFormat=markdown",
    f"{ITEM}.documentationFormat=plaintext",
    f"{ITEM}.insertReplaceSupport",
    f"{ITEM}.labelDetailsSupport",
    f"{ITEM}.snippetSupport",
    f"{ITEM}.tagSupport.valueSet=1",
    "textDocument.completion.completionItemKind.valueSet=19",
    "textDocument.completion.completionItemKind.valueSet=21",
    "textDocument.definition.linkSupport",
    "textDocument.codeLens",
    "textDocument.diagnostic",
    "textDocument.inlineCompletion",
    "textDocument.documentLink.tooltipSupport",
    "textDocument.documentSymbol.hierarchicalDocumentSymbolSupport",
    "textDocument.documentSymbol.tagSupport.valueSet=1",
    "textDocument.hover.contentFormat=markdown",
    "textDocument.hover.contentFormat=plaintext",
    "textDocument.rename.prepareSupport",
    f"{SIGNATURE}.documentationFormat=markdown",
    f"{SIGNATURE}.documentationFormat=plaintext",
    f"{SIGNATURE}.parameterInformation.labelOffsetSupport",
    f"{DIAGNOSTICS}.codeDescriptionSupport",
    f"{DIAGNOSTICS}.relatedInformation",
    f"{DIAGNOSTICS}.tagSupport.valueSet=2",
}
"""All capabilities that the server can use."""

BETTER = {
    "general.positionEncodings=utf-32": "general.positionEncodings=utf-8",
    "workspace.applyEdit": f"{ACTION}.codeActionLiteralSupport",
    f"{ITEM}.deprecatedSupport": f"{ITEM}.tagSupport.valueSet=1",
    f"{ITEM}.documentationFormat=plaintext": f"{ITEM}.documentationFormat=markdown",
    f"{SIGNATURE}.documentationFormat=plaintext": f"{SIGNATURE}.documentationFormat=markdown",
    "textDocument.hover.contentFormat=plaintext": "textDocument.hover.contentFormat=markdown",
}
"""Capabilities that the server uses only without the better one."""

TOGETHER = {
    "textDocument.diagnostic": "workspace.diagnostics.refreshSupport",
    "workspace.codeLens.refreshSupport": "textDocument.codeLens",
    f"{EDIT}.snippetEditSupport": f"{EDIT}.documentChanges",
}
"""Capabilities that are useless without another: without a refresh, pulled diagnostics become outdated."""


@pytest.mark.parametrize("title", CLIENTS)
def test_the_capabilities_of_the_client_are_used(title: str, conversations: Callable[[str], Conversation]) -> None:
    """The server uses every capability it knows, except the lesser of two alternatives."""
    capabilities = CLIENTS[title][1]
    offered = {need for need in EVERYTHING if offers(capabilities, need)}
    expected = {
        need
        for need in offered
        if BETTER.get(need) not in offered and (need not in TOGETHER or TOGETHER[need] in offered)
    }
    assert conversations(title).needs & EVERYTHING == expected


@pytest.mark.parametrize("title", CLIENTS)
def test_diagnostics_are_pulled_or_published_but_never_both(
    title: str, conversations: Callable[[str], Conversation]
) -> None:
    """VS Code and the newest Neovim pull diagnostics; all other clients have them published."""
    conversation = conversations(title)
    asks = title in ("VS Code", "Neovim 0.12")
    assert ("diagnosticProvider" in conversation.server) is asks
    assert ("textDocument/publishDiagnostics" in conversation.methods) is not asks


ACTION_KINDS = ["quickfix", "refactor.rewrite", "refactor.extract", "refactor.inline", "source.fixAll"]


@pytest.mark.parametrize(
    ("title", "provider", "commands"),
    [
        (
            "VS Code",
            {"codeActionKinds": ACTION_KINDS, "resolveProvider": True},
            [],
        ),
        ("ALE", {"codeActionKinds": ACTION_KINDS}, []),
        ("commands only", True, ["azureml-dockerfile-ls.applyEdit"]),
        ("nothing", None, []),
    ],
)
def test_code_actions_are_offered_in_a_form_that_the_client_supports(
    title: str, provider: object, commands: list[str], conversations: Callable[[str], Conversation]
) -> None:
    """The forms are literals, commands, or nothing if the server cannot change the document."""
    server = conversations(title).server
    assert server.get("codeActionProvider") == provider
    assert server["executeCommandProvider"]["commands"] == commands


def test_every_request_is_inspected() -> None:
    """Every request that the server offers is in the table of needs."""
    assert set(REQUESTS) <= set(IN_RESULT)


@pytest.mark.parametrize(
    ("need", "is_offered"),
    [
        ("workspace.configuration", True),
        ("workspace.applyEdit", False),
        ("general.positionEncodings=utf-8", True),
        ("general.positionEncodings=utf-7", False),
        ("textDocument.hover.contentFormat=markdown", False),
        ("textDocument.hover.contentFormat=plaintext", True),
        ("textDocument.publishDiagnostics.relatedInformation", False),
        ("textDocument.publishDiagnostics|diagnostic.relatedInformation", True),
        ("textDocument.publishDiagnostics|diagnostic.tagSupport.valueSet=2", True),
        ("textDocument.publishDiagnostics|diagnostic.tagSupport.valueSet=1", False),
        ("a client that knows window/showDocument", False),
    ],
)
def test_needs_are_met_by_capabilities(need: str, is_offered: bool) -> None:
    """A capability is found by path, value or alternative, and an empty object is an offer."""
    capabilities: Json = {
        "general": {"positionEncodings": ["utf-8"]},
        "workspace": {"configuration": True, "applyEdit": False},
        "textDocument": {
            "publishDiagnostics": {"tagSupport": {"valueSet": [2]}},
            "diagnostic": {"relatedInformation": True},
        },
    }
    assert offers(capabilities, need) is is_offered
