"""The files that `.dockerignore` excludes from a build context, by Docker's own rules.

Sources: moby's `patternmatcher` and `ignorefile`, and the way BuildKit's fsutil walks a folder with them (`filter.go`).
"""

from __future__ import annotations

from azureml_dockerfile_ls.context.patterns import Budget, Pattern, PatternError, clean, of_ignore
from azureml_dockerfile_ls.records import NamedTuple, dataclass

MAX_LINE_BYTES = 64 * 1024 - 1
"""The longest line that Docker reads."""

MAX_PATTERNS = 1000
MAX_LENGTH = 16 * 1024
"""The limits for patterns and their total length. The largest real files have a few hundred lines."""

_LINES_IN_ONE_STEP = 8
"""How many lines are compared with a path in the time of one step of a budget. Most do not begin or end like it."""


class _Line(NamedTuple):
    pattern: Pattern
    is_exception: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of matching a path. `matched` has a bit for each pattern that matches the path or a folder above."""

    is_ignored: bool
    matched: int


NOTHING = Verdict(False, 0)
"""The verdict on the root of the context, which is never excluded."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """The patterns of a `.dockerignore` in order; the last one that matches decides."""

    lines: tuple[_Line, ...]

    def judge(self, path: str, above: Verdict, budget: Budget) -> Verdict:
        """The verdict on a normal path relative to the root, given the verdict on its folder.

        Raises `TooMuchError`.
        """
        budget.spend(len(self.lines) // _LINES_IN_ONE_STEP)
        is_ignored, matched, bit = False, 0, 1
        for pattern, is_exception in self.lines:
            # BuildKit skips a pattern that would change nothing, and entries below do not inherit its match.
            if above.matched & bit or (is_exception is is_ignored and pattern.fits(path, budget)):
                matched |= bit
                is_ignored = not is_exception
            bit <<= 1
        return Verdict(is_ignored, matched)

    @property
    def has_exceptions(self) -> bool:
        """Whether a line begins with `!`."""
        return any(line.is_exception for line in self.lines)

    def may_except_below(self, folder: str) -> bool:
        """Whether an exception may include something in a folder that is itself excluded."""
        start = f"{folder}/"
        return any(
            is_exception and (pattern.prefix.startswith(start) or _goes_below(pattern, start))
            for pattern, is_exception in self.lines
        )


def _goes_below(pattern: Pattern, start: str) -> bool:
    return pattern.parts is not None and start.startswith(pattern.prefix)


EVERYTHING = Ignore(())
"""The rules without a `.dockerignore`: everything is sent."""


def parse(text: str) -> Ignore | None:
    """The patterns of a `.dockerignore`; None if Docker refuses the file, or it exceeds a limit.

    A pattern whose meaning moby's translation to a regular expression changes is treated as refused, because its
    intention is unclear.
    """
    lines: list[_Line] = []
    length = 0
    for number, line in enumerate(text.split("\n")):
        if len(line.encode("utf-8", "replace")) > MAX_LINE_BYTES:
            return None
        written = line.removeprefix("\ufeff") if number == 0 else line
        if written.startswith("#"):
            continue
        pattern = written.strip()
        if not pattern:
            continue
        is_exception = pattern.startswith("!")
        if is_exception:
            pattern = pattern[1:].strip()
        pattern = clean(pattern).removeprefix("/") if pattern else ""
        if not pattern:
            # A lone `!` or `!/`; a lone `/` matches no path.
            if is_exception:
                return None
            continue
        length += len(pattern)
        if len(lines) >= MAX_PATTERNS or length > MAX_LENGTH:
            return None
        try:
            lines.append(_Line(of_ignore(pattern), is_exception))
        except PatternError:
            return None
    return Ignore(tuple(lines))
