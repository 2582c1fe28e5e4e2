"""The settings: read from the data of an editor or a file, merged, and applied to findings."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Any

import pytest

from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.rules.severities import with_severities
from azureml_dockerfile_ls.settings import DEFAULTS, SETTINGS, Settings
from azureml_dockerfile_ls.settings_reader import read, section
from azureml_dockerfile_ls.snapshot import analyse

FOLDER = os.path.abspath("project")
ROOT_AT_THE_END = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\nUSER root\n"
UNKNOWN_INSTRUCTION = f"{ROOT_AT_THE_END}RUM x\n"


def settings_of(content: object, over: Settings = DEFAULTS) -> Settings:
    """The settings in `content`, which has no problem."""
    settings, problems = read(content, FOLDER, over)
    assert problems == ()
    return settings


def problem_of(content: object) -> str:
    """The only problem in `content`."""
    (problem,) = read(content, FOLDER)[1]
    return str(problem)


def shown(text: str, settings: Settings) -> list[tuple[str, Severity]]:
    """The findings in a text with these settings: rule and severity."""
    return [
        (finding.rule.name, finding.severity)
        for finding in with_severities(
            analyse(text).findings, settings.rules, dockerfile_features=settings.dockerfile_features
        )
    ]


# Valid settings


def test_without_settings_the_defaults_apply() -> None:
    """No rule is changed, every feature is on, the build context is the folder of the Dockerfile, and an answer of the
    registry is used for a day.
    """
    assert settings_of({}) == Settings({}, True, None, True, True, False, True, {}, 24.0)


@pytest.mark.parametrize("nothing", [None, {}, []])
def test_missing_settings_are_not_a_problem(nothing: object) -> None:
    """An editor answers null for a section that it lacks; Lua sends an empty table as an empty list."""
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
def test_names_can_be_nested_or_dotted(content: object) -> None:
    """VS Code sends nested objects, other editors dotted names."""
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
def test_a_rule_has_a_severity_or_is_off(word: str, severity: Severity | None) -> None:
    """Severities and rules can have any letter case."""
    assert settings_of({"rules": {"finaluserroot": word}}).rules == {"FinalUserRoot": severity}


def test_every_setting_is_read() -> None:
    """Rules and the build context have their own tests."""
    content = {
        "dockerfileFeatures": False,
        "inlayHints": {"tags": False, "users": False},
        "inlineCompletion": True,
        "registry": {"enabled": False, "urls": {"mcr.microsoft.com": "http://127.0.0.1:5000"}, "maxAgeHours": 1.5},
    }
    urls = {"mcr.microsoft.com": "http://127.0.0.1:5000"}
    assert settings_of(content) == Settings({}, False, None, False, False, True, False, urls, 1.5)


def test_dots_belong_to_the_name_of_a_registry() -> None:
    """They do not separate names of settings there."""
    expected = Settings(registry_urls={"mcr.microsoft.com": "http://127.0.0.1:5000"})
    assert settings_of({"registry.urls.mcr.microsoft.com": "http://127.0.0.1:5000"}) == expected
    assert settings_of({"registry": {"urls": {"mcr.microsoft.com": "http://127.0.0.1:5000"}}}) == expected


def test_a_build_context_is_relative_to_the_folder_of_the_settings() -> None:
    """An absolute path stays, and an empty one sets nothing."""
    assert settings_of({"buildContext": ".."}).build_context == os.path.dirname(FOLDER)
    assert settings_of({"buildContext": "docker/base"}).build_context == os.path.join(FOLDER, "docker", "base")
    assert settings_of({"buildContext": FOLDER}).build_context == FOLDER
    assert settings_of({"buildContext": ""}).build_context is None


def test_the_table_has_every_setting() -> None:
    """Each field of `Settings` has one entry, which the documentation and the reader use."""
    assert sorted(setting.field for setting in SETTINGS) == sorted(field.name for field in fields(Settings))


# Invalid settings


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            {"rules": {"MissingEntryscrpt": "off"}},
            "rules.MissingEntryscrpt: unknown rule; did you mean MissingEntryScript?",
        ),
        (
            {"rules": {"DL30080": "off"}},
            "rules.DL30080: unknown rule; `azureml-dockerfile-ls explain` lists them all",
        ),
        (
            {"rules": {"FinalUserRoot": "wraning"}},
            'rules.FinalUserRoot: invalid severity "wraning"; did you mean warning?',
        ),
        (
            {"rules.FinalUserRoot": "fatal"},
            'rules.FinalUserRoot: invalid severity "fatal"; use off, hint, information, warning or error',
        ),
        (
            {"rules": {"FinalUserRoot": False}},
            "rules.FinalUserRoot: invalid severity false; use off, hint, information, warning or error",
        ),
        ({"rules": "off"}, 'rules: expected a table, got "off"'),
        ({"rules": ["FinalUserRoot"]}, "rules: expected a table, got a list"),
        ({"inlayHints": True}, "inlayHints: expected a table, got true"),
        ({"dockerfileFeatures": "yes"}, 'dockerfileFeatures: expected true or false, got "yes"'),
        ({"inlayHints": {"tags": 1}}, "inlayHints.tags: expected true or false, got a number"),
        ({"registry.enabled": {}}, "registry.enabled: expected true or false, got a table"),
        ({"registry.maxAgeHours": "24"}, 'registry.maxAgeHours: expected a number from 0 to 100000, got "24"'),
        ({"registry.maxAgeHours": True}, "registry.maxAgeHours: expected a number from 0 to 100000, got true"),
        ({"registry.maxAgeHours": -1}, "registry.maxAgeHours: expected a number from 0 to 100000"),
        ({"registry.maxAgeHours": float("nan")}, "registry.maxAgeHours: expected a number from 0 to 100000"),
        ({"registry.maxAgeHours": 10**5000}, "registry.maxAgeHours: expected a number from 0 to 100000"),
        ({"registry": {"urls": {"a.b": 5000}}}, "registry.urls.a.b: expected a string, got a number"),
        ({"buildContext": ["."]}, "buildContext: expected a string, got a list"),
        ({"buildContext": "a\0b"}, 'buildContext: expected a path, got "a\\x00b"'),
        ({"buildContext": "\ud800"}, 'buildContext: expected a path, got "\\ud800"'),
        ({"buildcontext": "."}, "buildcontext: unknown setting; did you mean buildContext?"),
        ({"inlayHint": {}}, "inlayHint: unknown setting; did you mean inlayHints?"),
        ({"inlayHints": {"tag": True}}, "inlayHints.tag: unknown setting; did you mean inlayHints.tags?"),
        ("off", 'settings: expected a table, got "off"'),
    ],
)
def test_a_problem_names_the_setting_and_what_is_allowed(content: object, problem: str) -> None:
    """It is one sentence, with a suggestion if a similar name or word exists."""
    assert problem_of(content) == problem


def test_an_unknown_setting_without_a_similar_name_gives_the_list() -> None:
    """The problem names every setting."""
    assert problem_of({"severity": "off"}) == (
        "severity: unknown setting; the settings are rules, dockerfileFeatures, buildContext, "
        "inlayHints.tags, inlayHints.users, inlineCompletion, registry.enabled, registry.maxAgeHours, registry.urls"
    )


def test_valid_settings_beside_invalid_ones_apply() -> None:
    """The order does not matter."""
    settings, problems = read(
        {"rules": {"UntaggedImage": "of", "FinalUserRoot": "off", "X": "off"}, "y": 1, "dockerfileFeatures": False},
        FOLDER,
    )
    assert settings == Settings(rules={"FinalUserRoot": None}, dockerfile_features=False)
    assert [str(problem).partition(":")[0] for problem in problems] == ["rules.UntaggedImage", "rules.X", "y"]


def nested(depth: int) -> dict[str, Any]:
    """A mapping in a mapping, to this depth."""
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
    """Anyone can write a project: it causes no crash, no flood of problems, and no escape sequences."""
    settings, problems = read(content, FOLDER)
    assert settings == DEFAULTS
    assert 1 <= len(problems) <= 21
    assert all(len(str(problem)) < 300 and str(problem).isprintable() for problem in problems)


# The section in an editor


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
    """It is found by its name, or by the names of settings."""
    assert settings_of(section(sent)) == Settings(dockerfile_features=False)


@pytest.mark.parametrize(
    "sent", [None, {}, {"azuremlDockerfile": None}, {"azuremlDockerfile": {}}, {"python": {"analysis": {}}}, []]
)
def test_settings_of_other_programs_are_ignored(sent: object) -> None:
    """An editor can send an empty object, null, or the settings of all its servers."""
    assert settings_of(section(sent)) == DEFAULTS


def test_a_misspelt_name_without_the_section_is_a_problem() -> None:
    """Its similarity shows that it is one of these settings."""
    assert problem_of(section({"dockerfileFeature": False})).endswith("did you mean dockerfileFeatures?")


def test_a_section_of_the_wrong_type_is_a_problem() -> None:
    """It is not ignored like a missing section."""
    assert problem_of(section({"azuremlDockerfile": "off"})).startswith("settings: expected a table")


# Merging


def test_later_settings_have_priority() -> None:
    """A setting of the editor replaces that of the project; a setting of only one of them applies."""
    project = settings_of(
        {"rules": {"FinalUserRoot": "off", "UntaggedImage": "error"}, "dockerfileFeatures": False, "buildContext": "."}
    )
    both = settings_of({"rules": {"finaluserroot": "hint"}, "dockerfileFeatures": True}, over=project)
    assert both.rules == {"FinalUserRoot": Severity.HINT, "UntaggedImage": Severity.ERROR}
    assert both.dockerfile_features
    assert both.build_context == FOLDER


def test_registries_are_merged_name_by_name() -> None:
    """Rules are merged in the same way."""
    first = settings_of({"registry.urls": {"a.example": "https://one", "b.example": "https://two"}})
    both = settings_of({"registry.urls": {"b.example": "https://three"}}, over=first)
    assert both.registry_urls == {"a.example": "https://one", "b.example": "https://three"}


# Settings of the editor only


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
def test_a_project_cannot_choose_the_registry(content: dict[str, Any]) -> None:
    """A user who opens a foreign project must not send requests to a host of its author."""
    settings, problems = read(content, FOLDER, is_project=True)
    assert settings == DEFAULTS
    assert [*map(str, problems)] == [
        "registry.urls: can only be set in the editor (a project must not choose the registry)"
    ]


def test_a_project_can_set_the_other_registry_settings() -> None:
    """It can switch the registry off, and set the age of answers."""
    settings, problems = read({"registry": {"enabled": False, "maxAgeHours": 1}}, FOLDER, is_project=True)
    assert (settings, problems) == (Settings(registry_enabled=False, registry_max_age_hours=1.0), ())


# Effects


def test_a_rule_that_is_off_reports_nothing() -> None:
    """The other rules still report."""
    assert shown(UNKNOWN_INSTRUCTION, Settings(rules={"FinalUserRoot": None})) == [("ParseError", Severity.ERROR)]


def test_a_severity_in_the_settings_replaces_that_of_the_finding() -> None:
    """It does so even if the rule itself chooses between several."""
    with_server = f'{ROOT_AT_THE_END}CMD ["python"]\n'
    for text, severity in ((ROOT_AT_THE_END, Severity.WARNING), (with_server, Severity.HINT)):
        assert shown(text, DEFAULTS) == [("FinalUserRoot", severity)]
        assert shown(text, Settings(rules={"FinalUserRoot": Severity.ERROR})) == [("FinalUserRoot", Severity.ERROR)]


def test_only_the_severity_of_a_finding_changes() -> None:
    """Span, message and fixes stay."""
    (before,) = analyse(ROOT_AT_THE_END).findings
    (after,) = with_severities((before,), {"FinalUserRoot": Severity.ERROR})
    assert (after.span, after.message, after.fixes, after.rule) == (
        before.span,
        before.message,
        before.fixes,
        before.rule,
    )


def test_without_dockerfile_features_only_azure_ml_rules_report() -> None:
    """A severity for a rule of the builder does not change that."""
    assert [name for name, _ in shown(UNKNOWN_INSTRUCTION, DEFAULTS)] == ["FinalUserRoot", "ParseError"]
    settings = Settings(rules={"ParseError": Severity.HINT}, dockerfile_features=False)
    assert shown(UNKNOWN_INSTRUCTION, settings) == [("FinalUserRoot", Severity.WARNING)]


def test_every_rule_can_be_set() -> None:
    """Its name is the one in the documentation; an error that stops the build cannot be off."""
    assert set(settings_of({"rules": {rule.name: "off" if rule.is_lint else "error" for rule in RULES}}).rules) == {
        rule.name for rule in RULES
    }
