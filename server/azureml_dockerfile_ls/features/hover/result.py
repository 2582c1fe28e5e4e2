"""The result of a hover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.text import LocalSpan, Span


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown about the text at `span`."""

    span: Span
    markdown: str


@dataclass(frozen=True, slots=True)
class LocalHover:
    """Markdown about the text at `span` of an instruction, which belongs to a part of the language server.

    `without` gives what remains of the Markdown where a finding of a rule, by its name, says the rest.
    """

    span: LocalSpan
    markdown: str
    part: Part = Part.DOCKERFILE
    without: Mapping[str, str] = field(default_factory=dict)
