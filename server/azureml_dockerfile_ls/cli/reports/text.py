"""The report for people on a terminal: each finding with its source line, and a caret under the word.

What repeats is printed once, with the other places below it.
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.cli.reports.checked import Checked, Outcome, Place, Reported
from azureml_dockerfile_ls.cli.reports.summary import summary
from azureml_dockerfile_ls.cli.terminal import Style, cells, visible

_MOST_PLACES = 20
_LEAST_WIDTH = 40
_DEFAULT_WIDTH = 120
_TAB = "    "


def report(outcome: Outcome) -> str:
    """A block for each repair and finding, and a summary at the end."""
    lines: list[str] = [line for file in outcome.checked for line in file.fixed]
    lines += [""] if lines else []
    for file, finding, others in _grouped(outcome):
        lines += [*_block(file, finding, others, outcome.style), ""]
    return "\n".join([*lines, *summary(outcome)]).rstrip("\n")


def _grouped(outcome: Outcome) -> Iterator[tuple[Checked, Reported, list[Place]]]:
    """Each finding that says something new, with the places of those that say the same."""
    groups: dict[tuple[str, int, str], tuple[Checked, Reported, list[Place]]] = {}
    for file, finding in outcome.findings:
        key = finding.rule_name, finding.severity, finding.message
        if key in groups:
            groups[key][2].append(Place(file.path, finding.region, ""))
        else:
            groups[key] = file, finding, []
    return iter(groups.values())


def _block(file: Checked, finding: Reported, others: list[Place], style: Style) -> Iterator[str]:
    word = finding.severity.name.lower()
    place = visible(f"{file.path}:{finding.region.line}:{finding.region.column}")
    message = style.paint(visible(finding.message), "bold")
    yield f"{place}: {style.paint(word, word)}: {message} [{finding.rule_name}]"
    yield from _excerpt(finding, word, style)
    margin = " " * (len(str(finding.region.line)) + 3)
    if finding.best is not None:
        yield f"{margin}{style.paint('=', 'margin')} repair: {visible(finding.repairs[finding.best].title)}"
    yield from (f"{margin}{style.paint('=', 'margin')} {place.line}" for place in finding.related)
    if others:
        yield f"{margin}{style.paint('=', 'margin')} also at {len(others)} other place{'s' if len(others) > 1 else ''}:"
        for other in others[:_MOST_PLACES]:
            yield f"{margin}    {other.line.removesuffix(': ')}"
        if len(others) > _MOST_PLACES:
            yield f"{margin}    … and {len(others) - _MOST_PLACES} more; --format concise lists all"


def _excerpt(finding: Reported, word: str, style: Style) -> Iterator[str]:
    """The source line, and the carets below it."""
    if not finding.source.strip():
        return
    start = finding.region.column - 1
    is_one_line = finding.region.end_line == finding.region.line
    end = finding.region.end_column - 1 if is_one_line else len(finding.source)
    number = str(finding.region.line)
    room = max((style.width or _DEFAULT_WIDTH) - len(number) - 5, _LEAST_WIDTH)
    before, marked, after = (
        _shown(finding.source[:start]),
        _shown(finding.source[start : max(end, start + 1)]),
        _shown(finding.source[max(end, start + 1) :]),
    )
    before, marked, after = _cropped(before, marked, after, room)
    bar = style.paint("|", "margin")
    yield f" {style.paint(number, 'margin')} {bar} {(before + marked + after).rstrip()}"
    carets = style.paint("^" * max(cells(marked), 1), word)
    yield f" {' ' * len(number)} {bar} {' ' * cells(before)}{carets}"


def _shown(text: str) -> str:
    return visible(text.replace("\t", _TAB))


def _cropped(before: str, marked: str, after: str, room: int) -> tuple[str, str, str]:
    """The parts of a line that fit, the marked one first."""
    if cells(before + marked + after) <= room:
        return before, marked, after
    marked = _head(marked, room - 2)
    if cells(before) > (room - cells(marked)) // 2:
        kept = max((room - cells(marked)) // 2, 1)
        before = "…" + _head(before[::-1], kept - 1)[::-1].removeprefix("…")
    rest = room - cells(before + marked)
    return before, marked, _head(after, rest)


def _head(text: str, room: int) -> str:
    """The start of a text, which ends with `…` where it was cut to fit."""
    if cells(text) <= room:
        return text
    kept, used = [], 1
    for character in text:
        used += cells(character)
        if used > room:
            break
        kept.append(character)
    return "".join(kept) + "…" if room > 0 else ""
