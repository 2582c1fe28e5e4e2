"""The result of a hover."""

from __future__ import annotations

from dataclasses import dataclass

from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.text import Span


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown about the text at `span`, which belongs to a part of the language server."""

    span: Span
    markdown: str
    part: Part = Part.DOCKERFILE
