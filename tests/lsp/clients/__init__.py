"""The capabilities that real editors send in `initialize`, recorded from their messages or sources.

Features that a Dockerfile does not have, such as call hierarchies, are left out, and so are the lists of semantic token
types.
"""

from __future__ import annotations

from tests.lsp.clients.emacs import EGLOT
from tests.lsp.clients.helix import HELIX
from tests.lsp.clients.neovim import NEOVIM_0_7, NEOVIM_0_10, NEOVIM_0_12
from tests.lsp.clients.vim import ALE, VIM_LSP
from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.raw_client import Json

COMMANDS_ONLY: Json = {"workspace": {"applyEdit": True}, "textDocument": {"codeAction": {}}}
"""A client that supports code actions only as commands."""

NOTHING: Json = {}
"""A client without capabilities."""

CLIENTS: dict[str, tuple[str, Json]] = {
    "VS Code": ("Visual Studio Code", VS_CODE),
    "Neovim 0.12": ("Neovim", NEOVIM_0_12),
    "Neovim 0.10": ("Neovim", NEOVIM_0_10),
    "Neovim 0.7": ("Neovim", NEOVIM_0_7),
    "Helix": ("helix", HELIX),
    "eglot": ("", EGLOT),
    "ALE": ("ALE", ALE),
    "vim-lsp": ("vim-lsp", VIM_LSP),
    "commands only": ("", COMMANDS_ONLY),
    "nothing": ("", NOTHING),
}
"""The `clientInfo` name and the capabilities of each client, under a title for people."""
