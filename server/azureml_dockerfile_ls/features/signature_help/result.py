"""The result of signature help."""

from __future__ import annotations

from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.text import Span


class Parameter(NamedTuple):
    """A parameter: its place in the label of its signature, and its documentation in Markdown."""

    span: Span
    documentation: str


class Signature(NamedTuple):
    """A form of an instruction or a flag, with its parameters in the order of the label."""

    label: str
    documentation: str
    parameters: tuple[Parameter, ...]


class SignatureHelp(NamedTuple):
    """The forms, the number of the one that is typed, and the number of its parameter at the cursor, if any."""

    signatures: tuple[Signature, ...]
    active: int
    parameter: int | None
