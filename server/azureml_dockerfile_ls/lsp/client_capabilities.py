"""The capabilities of the client, by what the server uses them for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability

from azureml_dockerfile_ls.features.lens_commands import LensCommand
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

_CUTS_LINES = ("Neovim", "ALE", "vim-lsp")
"""Without snippets these pass an item to Vim's own menu. Older versions of it join the lines of an item with NULs."""

_BUILT_FROM_VS_CODE = (
    *("Visual Studio Code", "VSCodium", "Code - OSS", "code-oss", "code-server", "Cursor", "Windsurf", "Positron"),
    *("Trae", "Kiro", "Antigravity"),
)

_SHOW_DIAGNOSTICS_IN_HOVER = (*_BUILT_FROM_VS_CODE, "Zed")
"""Editors that show the diagnostics under the mouse above the hover."""

_STALE_VERSION = lazy_pattern(r"0\.(?:\d|1[0-2])\b")
"""Neovim before 0.13 pulls only the workspace when it is asked to pull again: neovim/neovim#40623."""

_FIRST_ITEM_KINDS = range(types.CompletionItemKind.Text, types.CompletionItemKind.Reference + 1)
"""The kinds of LSP 1: a client that lists no kinds knows only these."""

_OLDER_ITEM_KINDS = {
    types.CompletionItemKind.Folder: types.CompletionItemKind.File,
    types.CompletionItemKind.Constant: types.CompletionItemKind.Value,
}


class ClientCapabilities:
    """The capabilities of a client, and what its name says about it. Built once, with `initialize`."""

    def __init__(
        self, capabilities: types.ClientCapabilities, name: str, version: str = "", commands: Collection[str] = ()
    ) -> None:
        """Read the capabilities of the client `name` in a version, which executes `commands` of code lenses."""
        get: Callable[[str], Any] = partial(get_capability, capabilities)
        self._read_completion(capabilities, name)
        self.hover_formats: Sequence[types.MarkupKind] = _listed(get("text_document.hover.content_format"))
        self.shows_diagnostics_in_hover = name.startswith(_SHOW_DIAGNOSTICS_IN_HOVER)
        signature = "text_document.signature_help.signature_information"
        self.signature_formats: Sequence[types.MarkupKind] = _listed(get(f"{signature}.documentation_format"))
        self.supports_label_offsets = bool(get(f"{signature}.parameter_information.label_offset_support"))

        symbol = "text_document.document_symbol"
        self.supports_symbol_tree = bool(get(f"{symbol}.hierarchical_document_symbol_support"))
        symbol_tags = _listed(get(f"{symbol}.tag_support.value_set"))
        self.supports_deprecated_symbol_tag = types.SymbolTag.Deprecated in symbol_tags
        self.supports_link_tooltips = bool(get("text_document.document_link.tooltip_support"))
        self.supports_definition_links = bool(get("text_document.definition.link_support"))
        self.prepares_renames = bool(get("text_document.rename.prepare_support"))

        limit = get("text_document.folding_range.range_limit")
        self.most_folds: int | None = limit if isinstance(limit, int) else None

        self._read_diagnostics(capabilities, name, version)

        action = "text_document.code_action"
        self.supports_code_action_literals = bool(get(f"{action}.code_action_literal_support"))
        self.supports_preferred_actions = bool(get(f"{action}.is_preferred_support"))
        resolved = _listed(get(f"{action}.resolve_support.properties"))
        self.resolves_action_edits = "edit" in resolved and bool(get(f"{action}.data_support"))
        self.supports_document_changes = bool(get("workspace.workspace_edit.document_changes"))
        self.replaces_everywhere = self.resolves_action_edits and self.supports_document_changes
        annotations = get("workspace.workspace_edit.change_annotation_support")
        self.supports_change_annotations = self.supports_document_changes and annotations is not None
        self.supports_snippet_edits = bool(get("workspace.workspace_edit.snippet_edit_support"))
        self.applies_edits = bool(get("workspace.apply_edit"))

        self.shows_progress = bool(get("window.work_done_progress"))
        self.answers_configuration = bool(get("workspace.configuration"))
        self.registers_configuration_changes = bool(get("workspace.did_change_configuration.dynamic_registration"))
        self.refreshes_inlay_hints = bool(get("workspace.inlay_hint.refresh_support"))
        self.refreshes_semantic_tokens = bool(get("workspace.semantic_tokens.refresh_support"))
        offered = commands if get("text_document.code_lens") else ()
        self.lens_commands = frozenset(command for command in LensCommand if command.value in offered)
        self.refreshes_code_lenses = bool(self.lens_commands and get("workspace.code_lens.refresh_support"))
        self.completes_inline = bool(get("text_document.inline_completion"))
        self.watches_files = bool(get("workspace.did_change_watched_files.dynamic_registration"))

    def _read_diagnostics(self, capabilities: types.ClientCapabilities, name: str, version: str) -> None:
        get: Callable[[str], Any] = partial(get_capability, capabilities)
        # A client that cannot be asked to pull again would go on showing outdated diagnostics.
        can_refresh = get("workspace.diagnostics.refresh_support")
        self.pulls_diagnostics = bool(get("text_document.diagnostic") and can_refresh)
        # The diagnostics of open documents would go stale.
        is_stale = name == "Neovim" and _STALE_VERSION.match(version) is not None
        self.pulls_workspace_diagnostics = self.pulls_diagnostics and not is_stale
        related = get("text_document.diagnostic.related_document_support")
        self.supports_related_documents = bool(self.pulls_diagnostics and related)
        # LSP 3.17 has these only for diagnostics that are published; clients that pull mean them for both.
        kinds = ["text_document.publish_diagnostics", *(["text_document.diagnostic"] if self.pulls_diagnostics else [])]
        self.supports_code_description = any(get(f"{kind}.code_description_support") for kind in kinds)
        self.supports_related_information = any(get(f"{kind}.related_information") for kind in kinds)
        self.supports_deprecated_diagnostic_tag = any(
            types.DiagnosticTag.Deprecated in _listed(get(f"{kind}.tag_support.value_set")) for kind in kinds
        )

    def _read_completion(self, capabilities: types.ClientCapabilities, name: str) -> None:
        get: Callable[[str], Any] = partial(get_capability, capabilities)
        item = "text_document.completion.completion_item"
        self.supports_snippets = bool(get(f"{item}.snippet_support"))
        # No capability says so. A choice of Neovim 0.12 is empty until the user takes a value from its menu.
        self.supports_choices = name.startswith(_BUILT_FROM_VS_CODE)
        self.accepts_multiline_items = self.supports_snippets or name not in _CUTS_LINES
        self.supports_insert_replace = bool(get(f"{item}.insert_replace_support"))
        is_known_to_filter = self.supports_insert_replace or bool(get(f"{item}.resolve_support"))
        # Eglot 1.9 does not send its name, but says that it sends the context of a completion.
        has_context = get("text_document.completion.context_support")
        self.is_eglot = name == "Eglot" or not (name or is_known_to_filter or not has_context)
        # Neovim before 0.10, which names no `resolveSupport`, ignores the edit of an item that has the text.
        self.uses_filter_text = not self.is_eglot and (is_known_to_filter or name != "Neovim")
        self.supports_label_details = bool(get(f"{item}.label_details_support"))
        item_tags = _listed(get(f"{item}.tag_support.value_set"))
        self.supports_deprecated_item_tag = types.CompletionItemTag.Deprecated in item_tags
        self.supports_deprecated_item_flag = bool(get(f"{item}.deprecated_support"))
        self.documentation_formats: Sequence[types.MarkupKind] = _listed(get(f"{item}.documentation_format"))
        kinds = get("text_document.completion.completion_item_kind.value_set")
        self._item_kinds: Collection[int] = _FIRST_ITEM_KINDS if kinds is None else _listed(kinds)

    def item_kind(self, kind: types.CompletionItemKind) -> types.CompletionItemKind:
        """A kind of completion item that the client knows: `kind`, or a similar one."""
        return kind if kind in self._item_kinds else _OLDER_ITEM_KINDS.get(kind, kind)


def _listed(value: Any) -> Sequence[Any]:
    """A list that the client sent; empty if it sent none."""
    return value if isinstance(value, list) else ()
