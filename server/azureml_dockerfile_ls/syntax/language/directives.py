"""The parser directives, which are comments at the very top of a Dockerfile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.syntax.language.kinds import ValueKind
from azureml_dockerfile_ls.syntax.language.pages import section_url


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """An option in the value of a directive: `name=value`."""

    name: str
    kind: ValueKind
    documentation: str


@dataclass(frozen=True, slots=True)
class DirectiveSpec:
    """A parser directive, `# name=value`."""

    name: str
    documentation: str
    form: str
    """The value as a reader writes it."""
    values: tuple[str, ...] = ()
    """All allowed values, the default first; empty where any text is allowed."""
    likely: tuple[str, ...] = ()
    """The values that people write where any text is allowed, the most frequent first."""
    refusal: str = ""
    """BuildKit's words for a value that is not in `values`, with a `{}` for the value."""
    options: tuple[OptionSpec, ...] = ()
    """The options that the value consists of, with a `;` between them."""
    since: str = ""
    """The version of the Dockerfile syntax that has it; empty where every version has it."""
    meanings: Mapping[str, str] = field(default_factory=dict)
    """What each of the `values` means."""

    @property
    def url(self) -> str:
        """Where the Dockerfile reference describes it."""
        return section_url(self.name)


_DIRECTIVES = (
    DirectiveSpec(
        "syntax",
        "The Dockerfile frontend that builds this file, such as `docker/dockerfile:1`.",
        "IMAGE[:TAG][@DIGEST]",
        likely=("docker/dockerfile:1", "docker/dockerfile:1-labs"),
    ),
    DirectiveSpec(
        "escape",
        "The character that escapes and that continues a line: `\\` (default) or `` ` ``.",
        "\\|`",
        values=("\\", "`"),
        meanings={
            "\\": "The backslash escapes and continues a line; the default.",
            "`": "The backtick escapes and continues a line, so that Windows paths need no second backslash.",
        },
        refusal="invalid escape token '{}' does not match ` or \\",
    ),
    DirectiveSpec(
        "check",
        "Settings of the checks: `skip=Rule,Other` or `skip=all`, `error=true`, `experimental=…`.",
        "skip=RULE,…;error=true|false;experimental=RULE,…",
        options=(
            OptionSpec("skip", ValueKind.RULES, "Checks to leave out."),
            OptionSpec("error", ValueKind.BOOLEAN, "Whether a finding stops the build."),
            OptionSpec("experimental", ValueKind.RULES, "Experimental checks to make."),
        ),
        since="1.8",
    ),
)

DIRECTIVES: dict[str, DirectiveSpec] = {spec.name: spec for spec in _DIRECTIVES}
"""Every parser directive by its name."""

CHECK_OPTIONS: dict[str, OptionSpec] = {option.name: option for option in DIRECTIVES["check"].options}
"""The options of `# check=` by their names."""
