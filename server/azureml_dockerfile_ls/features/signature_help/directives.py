"""The signature of a parser directive."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.directives import DirectiveLine
from azureml_dockerfile_ls.features.signature_help.result import Parameter, Signature, SignatureHelp
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.syntax.language import CHECK_OPTIONS, DirectiveSpec
from azureml_dockerfile_ls.text import Span

_OPTION = lazy_pattern(r"(?<![a-z])([a-z]+)=[^;]*")


def directive_help(directive: DirectiveLine, offset: int) -> SignatureHelp:
    """The form of a directive; its value is the parameter, or the option in it at `offset`."""
    spec = directive.spec
    label = f"# {spec.name}={spec.form}"
    parameters = dict(_parameters(spec, len(label) - len(spec.form)))
    documentation = f"{spec.documentation}\n\n[Docker's documentation]({spec.url})"
    signature = Signature(label, documentation, tuple(parameters.values()))
    before = directive.value[: max(offset - directive.value_span.start, 0)]
    name, equals, _ = before.rpartition(";")[2].strip().partition("=")
    known = name if equals else next((each for each in parameters if name and each.startswith(name)), "")
    names = list(parameters)
    if offset < directive.value_span.start or (spec.options and name and known not in names):
        return SignatureHelp((signature,), 0, None)
    return SignatureHelp((signature,), 0, names.index(known) if known in names else 0)


def _parameters(spec: DirectiveSpec, start: int) -> Iterator[tuple[str, Parameter]]:
    if spec.options:
        for match in _OPTION.finditer(spec.form):
            span = Span(start + match.start(), start + match.end())
            yield match[1], Parameter(span, CHECK_OPTIONS[match[1]].documentation)
        return
    values = "\n".join(f"- {meaning}" for meaning in spec.meanings.values())
    yield spec.name, Parameter(Span(start, start + len(spec.form)), values or spec.documentation)
