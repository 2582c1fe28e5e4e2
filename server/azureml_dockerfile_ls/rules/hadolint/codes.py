"""The rules of hadolint by their codes: their pages, and how each one goes with our rules.

A rule of hadolint is known by its code alone, because each version of hadolint has its own. `DLxxxx` are hadolint's
rules and `SCxxxx` are ShellCheck's, which hadolint runs on each RUN.
"""

from __future__ import annotations

from collections.abc import Mapping

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.rules.rule import Group, Rule, Severity

GROUP = Group.HADOLINT.value
"""The name that means all rules of hadolint, in settings and on the command line."""

CODE = lazy_pattern("(?:DL|SC)[0-9]{4}")

LEVELS: Mapping[str, Severity] = {
    "error": Severity.WARNING,
    "warning": Severity.WARNING,
    "info": Severity.INFORMATION,
    "style": Severity.HINT,
}
"""The severities for hadolint's levels. Nothing that only hadolint reports stops a build, so none is an error."""

AGAINST_AZUREML: Mapping[str, str] = {
    "DL3002": "Jobs run as root on Azure ML's training images, and `FinalUserRoot` checks the inference images.",
    "DL3007": "Microsoft recommends the tag `latest`, because it receives the security fixes.",
    "DL3066": "The user `dockeruser` of Azure ML's inference images has a name.",
}
"""The rules that are off on Azure ML's images unless a setting names them, and why."""

TWINS: Mapping[str, str] = {
    "DL1000": "ParseError",
    "DL3000": "WorkdirRelativePath",
    "DL3011": "ParseError",
    "DL3012": "MultipleInstructionsDisallowed",
    "DL3021": "ParseError",
    "DL3023": "ParseError",
    "DL3024": "DuplicateStageName",
    "DL3025": "JSONArgsRecommended",
    "DL3029": "FromPlatformFlagConstDisallowed",
    "DL3043": "ParseError",
    "DL3061": "ParseError",
    "DL3063": "ReservedStageName",
    "DL3064": "SecretsUsedInArgOrEnv",
    "DL3065": "RedundantTargetPlatform",
    "DL4000": "MaintainerDeprecated",
    "DL4003": "MultipleInstructionsDisallowed",
    "DL4004": "MultipleInstructionsDisallowed",
}
"""The rules of ours that report the same on every image."""

TWINS_ON_AZUREML: Mapping[str, str] = {
    "DL3002": "FinalUserRoot",
    "DL3006": "UntaggedImage",
    "DL3009": "AptListsNotRemoved",
    "DL3014": "AptGetWithoutYes",
}
"""The rules of ours that report the same on Azure ML's images only."""

SAME_CAUSE: Mapping[str, frozenset[str]] = {
    "IneffectiveCommand": frozenset(("DL3003", "SC2164")),
    "SourceWithoutBash": frozenset(("SC3046",)),
    "TypographicCharacter": frozenset(("SC1018", "SC1077", "SC1100", "SC1110", "SC1111", "SC1112")),
    "UndefinedVar": frozenset(("DL3044",)),
    "UnfilledPlaceholder": frozenset(("DL3006", "DL3007")),
    "WrongPackageManager": frozenset(
        "DL3018 DL3019 DL3030 DL3032 DL3033 DL3034 DL3036 DL3037 DL3038 DL3040 DL3041".split()
    ),
}
"""What hadolint reports for the fault that a finding of ours on the same instruction names."""


def is_code(name: str) -> bool:
    """Whether a name in any letter case is the code of a rule of hadolint or ShellCheck."""
    return CODE.fullmatch(name.upper()) is not None


def rule_of(code: str) -> Rule:
    """The rule with a code, in any letter case."""
    code = code.upper()
    return Rule(code, Severity.WARNING, Group.HADOLINT, _page(code), lambda: (), url=_url(code))


def _url(code: str) -> str:
    is_of_shellcheck = code.startswith("SC")
    return f"https://github.com/{'koalaman/shellcheck' if is_of_shellcheck else 'hadolint/hadolint'}/wiki/{code}"


def _page(code: str) -> str:
    owner = "ShellCheck, which hadolint runs on each RUN" if code.startswith("SC") else "hadolint"
    parts = [
        f"A rule of {owner}. Its page is {_url(code)}",
        f"`# hadolint ignore={code}` directly above an instruction ignores it there.",
    ]
    if code in TWINS:
        parts.append(f"It is not shown, because `{TWINS[code]}` reports the same.")
    elif code in TWINS_ON_AZUREML:
        parts.append(f"On Azure ML's images it is not shown, because `{TWINS_ON_AZUREML[code]}` reports the same.")
    if code in AGAINST_AZUREML:
        parts.append(
            f"On Azure ML's images it is off: {AGAINST_AZUREML[code]} The setting `rules.{code}` switches it on."
        )
    return "\n\n".join(parts)
