"""What a hover is."""

from __future__ import annotations

from dataclasses import dataclass

from azureml_dockerfile_ls.text import Span


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown about the text at `span`."""

    span: Span
    markdown: str
