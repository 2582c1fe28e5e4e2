"""The reasons why this server differs from BuildKit on purpose."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from tests.oracle.comparison import Difference


class _Reason(NamedTuple):
    text: str
    fits: Callable[[str, Difference], bool]


_SUGGESTION = re.compile(r" \(did you mean [^)]*\)")
_FROM_WITH_AS = re.compile(r"\s*FROM(\s+--\S+)*\s+\S+\s+AS\s", re.IGNORECASE)
_CHECK = re.compile(r"\('(\w+)', (\d+)\)")
_SKIPPED = re.compile(r"#\s*check\s*=\s*skip=(\S*)", re.IGNORECASE)


def _without_suggestion(message: str) -> str:
    return _SUGGESTION.sub("", message)


def _another_suggestion(_: str, difference: Difference) -> bool:
    wanted = _without_suggestion(difference.theirs)
    return wanted in map(_without_suggestion, difference.ours.split("; "))


def _line_of_directive(_: str, difference: Difference) -> bool:
    is_directive = re.search("parser directive can be used|invalid escape token", difference.theirs)
    return difference.kind == "other line" and is_directive is not None


def _bytes_as_characters(_: str, difference: Difference) -> bool:
    messages = [message.encode().decode("latin-1") for message in difference.ours.split("; ")]
    # A suggestion depends on the letters. The first byte of a no-break space stays, and the second is a blank.
    theirs = _without_suggestion(difference.theirs)
    return any(_without_suggestion(message) in (theirs, theirs.replace("\xc2", "")) for message in messages)


def _from_without_as(text: str, difference: Difference) -> bool:
    checks = _only_checks(difference)
    lines = text.split("\n")
    return bool(checks) and all(
        name in ("FromAsCasing", "StageNameCasing") and not _FROM_WITH_AS.match(lines[line - 1])
        for name, line in checks
    )


def _only_checks(difference: Difference) -> list[tuple[str, int]]:
    """The checks that only BuildKit makes, with their lines; none if this server makes others."""
    if difference.kind != "other checks" or difference.ours != "only ours: []":
        return []
    return [(name, int(line)) for name, line in _CHECK.findall(difference.theirs)]


def _skipped_for_an_instruction(text: str, difference: Difference) -> bool:
    names = ",".join(_SKIPPED.findall(text))
    checks = _only_checks(difference)
    return bool(checks) and all(name in names or "all" in names for name, _ in checks)


def _also_a_check(_: str, difference: Difference) -> bool:
    checks = _only_checks(difference)
    return bool(checks) and all(name == "InvalidDefaultArgInFrom" for name, _ in checks)


def _may_be_set_from_outside(text: str, difference: Difference) -> bool:
    is_name = re.search("failed to parse stage name|should not be blank|failed to process", difference.theirs)
    return difference.kind == "accepted here only" and bool(is_name) and bool(re.search(r"(?m)^ARG \w+\s*$", text))


def _says_more_of_permissions(_: str, difference: Difference) -> bool:
    return difference.theirs.endswith(": invalid syntax") and "invalid chmod parameter: " in difference.ours


def _names_what_is_missing(_: str, difference: Difference) -> bool:
    return "unsupported modifier (\ufffd)" in difference.theirs and "syntax error: missing '}'" in difference.ours


_REASONS = (
    _Reason("BuildKit knows no swapped letters, and picks one of equally near names", _another_suggestion),
    _Reason("BuildKit gives the line before the wrong directive", _line_of_directive),
    _Reason("BuildKit reads the bytes of a flag one by one", _bytes_as_characters),
    _Reason("the error says already that a FROM has another word than AS", _from_without_as),
    _Reason("this engine does not know `# check=` above an instruction yet", _skipped_for_an_instruction),
    _Reason("the error says already that the image name is invalid", _also_a_check),
    _Reason(
        "an ARG without a default may be set from outside; InvalidDefaultArgInFrom says so", _may_be_set_from_outside
    ),
    _Reason("this server says what permission bits must be", _says_more_of_permissions),
    _Reason("BuildKit names no modifier where the brace is not closed", _names_what_is_missing),
)


def reason_for(text: str, difference: Difference) -> str | None:
    """The reason for a difference; None if there is none, so that it is a fault."""
    return next((reason.text for reason in _REASONS if reason.fits(text, difference)), None)
