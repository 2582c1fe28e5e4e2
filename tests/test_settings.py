"""The settings: read from what an editor or a file gives, merged, and applied to findings."""

from __future__ import annotations

import os
from typing import Any

import pytest

from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.rules.severities import with_severities
from azureml_dockerfile_ls.settings import DEFAULTS, Settings, read, section
from azureml_dockerfile_ls.snapshot import analyse

FOLDER = os.path.abspath("project")
ROOT_AT_THE_END = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\nUSER root\n"
UNKNOWN_INSTRUCTION = f"{ROOT_AT_THE_END}RUM x\n"


def settings_of(content: object, over: Settings = DEFAULTS) -> Settings:
    """The settings that `content` gives, when nothing is wrong in it."""
    settings, problems = read(content, FOLDER, over)
    assert problems == ()
    return settings


def problem_of(content: object) -> str:
    """The one problem of `content`."""
    (problem,) = read(content, FOLDER)[1]
    return problem


def shown(text: str, settings: Settings) -> list[tuple[str, Severity]]:
    """What is found in a text under these settings: rule and severity."""
    return [
        (finding.rule.name, finding.severity)
        for finding in with_severities(
            analyse(text).findings, settings.rules, dockerfile_features=settings.dockerfile_features
        )
    ]


# What is read


def test_without_settings_the_defaults_hold() -> None:
    """No rule is changed, every feature is on, the build context is the Dockerfile's folder; Microsoft's registry is
    asked for what is not a day old.
    """
    assert settings_of({}) == Settings({}, True, None, True, True, True, {}, 24.0)


@pytest.mark.parametrize("nothing", [None, {}, []])
def test_nothing_is_no_problem(nothing: object) -> None:
    """An editor answers null for a section that it does not have; Lua sends an empty table as an empty list."""
    assert settings_of(nothing) == DEFAULTS
    assert settings_of({"rules": nothing, "inlayHints": nothing, "buildContext": None}) == DEFAULTS


@pytest.mark.parametrize(
    "content",
    [
        {"rules": {"FinalUserRoot": "off"}, "inlayHints": {"tags": False}},
        {"rules.FinalUserRoot": "off", "inlayHints.tags": False},
        {"rules": {"FinalUserRoot": "off"}, "inlayHints.tags": False},
    ],
    ids=["nested", "dotted", "mixed"],
)
def test_names_may_be_nested_or_dotted(content: object) -> None:
    """VS Code sends objects in objects, others a flat list of dotted names."""
    assert settings_of(content) == Settings(rules={"FinalUserRoot": None}, inlay_hint_tags=False)


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("off", None),
        ("hint", Severity.HINT),
        ("information", Severity.INFORMATION),
        ("Warning", Severity.WARNING),
        ("ERROR", Severity.ERROR),
    ],
)
def test_a_rule_is_given_a_severity_or_set_off(word: str, severity: Severity | None) -> None:
    """Severities and rules may be written in any letter case."""
    assert settings_of({"rules": {"finaluserroot": word}}).rules == {"FinalUserRoot": severity}


def test_every_setting_is_read() -> None:
    """Rules and the build context have tests of their own."""
    content = {
        "dockerfileFeatures": False,
        "inlayHints": {"tags": False, "users": False},
        "registry": {"enabled": False, "urls": {"mcr.microsoft.com": "http://127.0.0.1:5000"}, "maxAgeHours": 1.5},
    }
    urls = {"mcr.microsoft.com": "http://127.0.0.1:5000"}
    assert settings_of(content) == Settings({}, False, None, False, False, False, urls, 1.5)


def test_the_name_of_a_registry_holds_dots_itself() -> None:
    """They do not divide it."""
    expected = Settings(registry_urls={"mcr.microsoft.com": "http://127.0.0.1:5000"})
    assert settings_of({"registry.urls.mcr.microsoft.com": "http://127.0.0.1:5000"}) == expected
    assert settings_of({"registry": {"urls": {"mcr.microsoft.com": "http://127.0.0.1:5000"}}}) == expected


def test_a_build_context_counts_from_the_folder_of_its_settings() -> None:
    """An absolute path is taken as it is."""
    assert settings_of({"buildContext": ".."}).build_context == os.path.dirname(FOLDER)
    assert settings_of({"buildContext": "docker/base"}).build_context == os.path.join(FOLDER, "docker", "base")
    assert settings_of({"buildContext": FOLDER}).build_context == FOLDER
    assert settings_of({"buildContext": ""}).build_context is None


# What is wrong


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            {"rules": {"MissingEntryscrpt": "off"}},
            "rules.MissingEntryscrpt: there is no such rule: did you mean MissingEntryScript?",
        ),
        (
            {"rules": {"DL3008": "off"}},
            "rules.DL3008: there is no such rule; `azureml-dockerfile-ls explain` lists them all",
        ),
        (
            {"rules": {"FinalUserRoot": "wraning"}},
            'rules.FinalUserRoot: "wraning" is no severity: did you mean warning?',
        ),
        (
            {"rules.FinalUserRoot": "fatal"},
            'rules.FinalUserRoot: "fatal" is no severity; use off, hint, information, warning or error',
        ),
        (
            {"rules": {"FinalUserRoot": False}},
            "rules.FinalUserRoot: false is no severity; use off, hint, information, warning or error",
        ),
        ({"rules": "off"}, 'rules: "off" is not a table of names and values'),
        ({"rules": ["FinalUserRoot"]}, "rules: a list is not a table of names and values"),
        ({"inlayHints": True}, "inlayHints: true is not a table of names and values"),
        ({"dockerfileFeatures": "yes"}, 'dockerfileFeatures: "yes" is neither true nor false'),
        ({"inlayHints": {"tags": 1}}, "inlayHints.tags: a number is neither true nor false"),
        ({"registry.enabled": {}}, "registry.enabled: a table is neither true nor false"),
        ({"registry.maxAgeHours": "24"}, 'registry.maxAgeHours: "24" is not a number'),
        ({"registry.maxAgeHours": True}, "registry.maxAgeHours: true is not a number"),
        ({"registry.maxAgeHours": -1}, "registry.maxAgeHours: it has to be from 0 to 100000"),
        ({"registry.maxAgeHours": float("nan")}, "registry.maxAgeHours: it has to be from 0 to 100000"),
        ({"registry.maxAgeHours": 10**5000}, "registry.maxAgeHours: it has to be from 0 to 100000"),
        ({"registry": {"urls": {"a.b": 5000}}}, "registry.urls.a.b: a number is not a text in quotes"),
        ({"buildContext": ["."]}, "buildContext: a list is not a text in quotes"),
        ({"buildContext": "a\0b"}, 'buildContext: "a\\x00b" is not a path'),
        ({"buildContext": "\ud800"}, 'buildContext: "\\ud800" is not a path'),
        ({"buildcontext": "."}, "buildcontext: there is no such setting: did you mean buildContext?"),
        ({"inlayHint": {}}, "inlayHint: there is no such setting: did you mean inlayHints?"),
        ({"inlayHints": {"tag": True}}, "inlayHints.tag: there is no such setting: did you mean inlayHints.tags?"),
        ("off", 'the settings: "off" is not a table of names and values'),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_would_be_right(content: object, told: str) -> None:
    """One sentence for each; a name or word that is near is offered."""
    assert problem_of(content) == told


def test_an_unknown_setting_that_is_near_none_brings_the_list() -> None:
    """So nobody need look it up."""
    assert problem_of({"severity": "off"}) == (
        "severity: there is no such setting; the settings are rules, dockerfileFeatures, buildContext, "
        "inlayHints.tags, inlayHints.users, registry.enabled, registry.maxAgeHours, registry.urls"
    )


def test_what_is_right_beside_something_wrong_counts() -> None:
    """Whatever the order."""
    settings, problems = read(
        {"rules": {"UntaggedImage": "of", "FinalUserRoot": "off", "X": "off"}, "y": 1, "dockerfileFeatures": False},
        FOLDER,
    )
    assert settings == Settings(rules={"FinalUserRoot": None}, dockerfile_features=False)
    assert [problem.partition(":")[0] for problem in problems] == ["rules.UntaggedImage", "rules.X", "y"]


def nested(depth: int) -> dict[str, Any]:
    """A mapping in a mapping, and so on."""
    content: dict[str, Any] = {}
    for _ in range(depth):
        content = {"inlayHints": content}
    return content


@pytest.mark.parametrize(
    "content",
    [
        nested(100_000),
        {"rules": nested(100_000)},
        {"rules": {"FinalUserRoot": nested(100_000)}},
        {"x" * 1_000_000: "y" * 1_000_000},
        {"rules": {f"FinalUserRoo{number}": "of" for number in range(20_000)}},
        {f"a\x1b[2J{number}": 10**5000 for number in range(20_000)},
        {"buildContext": 10**5000},
    ],
    ids=["deep", "deep rules", "deep severity", "long", "many rules", "many settings", "huge number"],
)
def test_hostile_settings_give_a_few_short_problems(content: object) -> None:
    """They come from whoever wrote the project: no crash, no flood, nothing that acts on the terminal."""
    settings, problems = read(content, FOLDER)
    assert settings == DEFAULTS
    assert 1 <= len(problems) <= 21
    assert all(len(problem) < 300 and problem.isprintable() for problem in problems)


# Where an editor puts them


@pytest.mark.parametrize(
    "sent",
    [
        {"azuremlDockerfile": {"dockerfileFeatures": False}},
        {"azuremlDockerfile": {"dockerfileFeatures": False}, "python": {"analysis": {}}},
        {"azuremlDockerfile.dockerfileFeatures": False, "editor.fontSize": 12},
        {"dockerfileFeatures": False},
    ],
    ids=["section", "section among others", "dotted", "content"],
)
def test_the_section_is_found_in_what_an_editor_sends(sent: object) -> None:
    """By its name, or by the names that it holds."""
    assert settings_of(section(sent)) == Settings(dockerfile_features=False)


@pytest.mark.parametrize(
    "sent", [None, {}, {"azuremlDockerfile": None}, {"azuremlDockerfile": {}}, {"python": {"analysis": {}}}, []]
)
def test_what_is_not_for_us_sets_nothing(sent: object) -> None:
    """An editor may send an empty object, null, or the settings of all its servers."""
    assert settings_of(section(sent)) == DEFAULTS


def test_a_misspelt_name_without_the_section_is_told() -> None:
    """It is near enough to be meant for us."""
    assert problem_of(section({"dockerfileFeature": False})).endswith("did you mean dockerfileFeatures?")


def test_a_section_of_the_wrong_type_is_told() -> None:
    """Rather than taken for nothing."""
    assert problem_of(section({"azuremlDockerfile": "off"})).startswith('the settings: "off" is not a table')


# Merging


def test_a_later_reading_wins_name_by_name() -> None:
    """A setting of the editor goes before that of the project; what only one of them sets, holds."""
    project = settings_of(
        {"rules": {"FinalUserRoot": "off", "UntaggedImage": "error"}, "dockerfileFeatures": False, "buildContext": "."}
    )
    both = settings_of({"rules": {"finaluserroot": "hint"}, "dockerfileFeatures": True}, over=project)
    assert both.rules == {"FinalUserRoot": Severity.HINT, "UntaggedImage": Severity.ERROR}
    assert both.dockerfile_features
    assert both.build_context == FOLDER


def test_registries_are_merged_name_by_name() -> None:
    """As rules are."""
    first = settings_of({"registry.urls": {"a.example": "https://one", "b.example": "https://two"}})
    both = settings_of({"registry.urls": {"b.example": "https://three"}}, over=first)
    assert both.registry_urls == {"a.example": "https://one", "b.example": "https://three"}


# What a project may not set


@pytest.mark.parametrize(
    "content",
    [
        {"registry": {"urls": {"mcr.microsoft.com": "https://collector.example"}}},
        {"registry": {"urls": {}}},
        {"registry.urls": {"mcr.microsoft.com": "https://collector.example"}},
        {"registry.urls.mcr.microsoft.com": "https://collector.example"},
        {"registry": {"urls.mcr.microsoft.com": "https://collector.example"}},
        {"registry": {"urls": "https://collector.example"}},
    ],
)
def test_a_project_does_not_say_whom_to_ask(content: dict[str, Any]) -> None:
    """Who opens what somebody else wrote must not send requests where that somebody likes."""
    settings, problems = read(content, FOLDER, is_project=True)
    assert settings == DEFAULTS
    assert problems == ("registry.urls: only an editor may set it, or else any project could make us ask any host",)


def test_a_project_sets_the_rest() -> None:
    """Whether registries are asked, and how often."""
    settings, problems = read({"registry": {"enabled": False, "maxAgeHours": 1}}, FOLDER, is_project=True)
    assert (settings, problems) == (Settings(registry_enabled=False, registry_max_age_hours=1.0), ())


# What they do


def test_a_rule_that_is_off_finds_nothing() -> None:
    """The others do."""
    assert shown(UNKNOWN_INSTRUCTION, Settings(rules={"FinalUserRoot": None})) == [("ParseError", Severity.ERROR)]


def test_a_severity_that_is_set_replaces_that_of_the_finding() -> None:
    """Also where the rule itself chose between several."""
    with_server = f'{ROOT_AT_THE_END}CMD ["python"]\n'
    for text, severity in ((ROOT_AT_THE_END, Severity.WARNING), (with_server, Severity.HINT)):
        assert shown(text, DEFAULTS) == [("FinalUserRoot", severity)]
        assert shown(text, Settings(rules={"FinalUserRoot": Severity.ERROR})) == [("FinalUserRoot", Severity.ERROR)]


def test_only_the_severity_of_a_finding_changes() -> None:
    """Its place, its words and its repairs stay."""
    (before,) = analyse(ROOT_AT_THE_END).findings
    (after,) = with_severities((before,), {"FinalUserRoot": Severity.ERROR})
    assert (after.span, after.message, after.fixes, after.rule) == (
        before.span,
        before.message,
        before.fixes,
        before.rule,
    )


def test_without_dockerfile_features_only_azure_ml_is_left() -> None:
    """For use beside another Dockerfile server, even where a rule of the builder was given a severity."""
    assert [name for name, _ in shown(UNKNOWN_INSTRUCTION, DEFAULTS)] == ["FinalUserRoot", "ParseError"]
    settings = Settings(rules={"ParseError": Severity.HINT}, dockerfile_features=False)
    assert shown(UNKNOWN_INSTRUCTION, settings) == [("FinalUserRoot", Severity.WARNING)]


def test_every_rule_can_be_set() -> None:
    """By the name that the documentation gives."""
    assert set(settings_of({"rules": {rule.name: "off" for rule in RULES}}).rules) == {rule.name for rule in RULES}
