"""The style that an editor asks for when it formats."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.formatting import Style


def style_of(options: types.FormattingOptions) -> Style:
    """The style for formatting options. What an editor does not mention is done."""
    indent = " " * min(max(options.tab_size, 1), 16) if options.insert_spaces else "\t"
    return Style(
        indent,
        trims_lines=options.trim_trailing_whitespace is not False,
        ends_with_newline=options.insert_final_newline is not False,
        trims_end=options.trim_final_newlines is not False,
    )
