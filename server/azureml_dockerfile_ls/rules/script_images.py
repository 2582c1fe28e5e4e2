"""The images of Azure ML that stand literally in the text of a script or a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.image_uses import ImageUse
from azureml_dockerfile_ls.rules.rule import ScriptSubject
from azureml_dockerfile_ls.syntax.reference import split_reference
from azureml_dockerfile_ls.text import LocalSpan, Span

_IMAGE = lazy_pattern(
    # A path before the host, as that of a mirror, makes it another image; `docker://` does not.
    r"(?<![\w.-])(?<![\w.-]/)"
    r"mcr\.microsoft\.com/(?:azureml|aifx)/[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
    r"(?![\w/-])(?P<tag>:\w[\w.-]*(?<!\.))?(?P<digest>@sha256:[0-9a-f]{64})?"
)
_VARIABLES = ("{", "$", "<", "%")
"""How a part that something fills in starts: in f-strings, shells and templates."""

_BRACKETS = lazy_pattern(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]')
_OUTPUTS = lazy_pattern(r'"outputs"\s*:\s*(?=\[)')


def images_in_script(subject: ScriptSubject) -> Iterator[tuple[ImageUse, bool]]:
    """The images, all `at` 0, and whether the whole reference is known: its tag can be a variable.

    The outputs of a notebook are left out: nobody wrote them.
    """
    text = subject.text
    outputs = list(_outputs(text)) if subject.is_notebook else []
    for match in _IMAGE.finditer(text):
        is_output = any(span.start <= match.start() < span.end for span in outputs)
        rest = text[match.end() : match.end() + 2]
        has_tag = match["tag"] is not None or match["digest"] is not None
        if is_output or (rest.startswith(_VARIABLES) and not has_tag):
            continue
        reference = split_reference(match[0], partial(_placed, match.start()))
        yield ImageUse(0, reference, reference), not rest.startswith((*_VARIABLES, *(f":{v}" for v in _VARIABLES)))


def _placed(offset: int, start: int, end: int) -> LocalSpan:
    return LocalSpan(start + offset, end + offset)


def _outputs(text: str) -> Iterator[Span]:
    """The lists of outputs in the JSON of a notebook."""
    position = 0
    while key := _OUTPUTS.search(text, position):
        position, depth = key.end(), 0
        for bracket in _BRACKETS.finditer(text, position):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(bracket[0], 0)
            position = bracket.end()
            if depth == 0:
                break
        yield Span(key.end(), position)
