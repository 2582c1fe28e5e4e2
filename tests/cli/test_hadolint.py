"""`check` with the real hadolint on the `PATH`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.command import IMAGE, Outcome, run
from tests.hadolint import allow, real_program
from tests.test_hadolint import write_program

SUDO = f"FROM {IMAGE}:latest\nRUN sudo id\n"


@pytest.fixture
def project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a Dockerfile, and hadolint on the `PATH`."""
    allow(monkeypatch, real_program().parent)
    (folder / "Dockerfile").write_text(SUDO)
    return folder


def rules(outcome: Outcome) -> list[str]:
    """The rules of the findings in a JSON report."""
    return [finding["rule"] for finding in outcome.findings]


def check(*arguments: str) -> list[str]:
    """The rules that a check with some arguments reports."""
    return rules(run("check", "--format", "json", *arguments))


@pytest.mark.slow
def test_findings_are_merged(project: Path) -> None:
    """In every format, with the page of the rule, and in the order of the text."""
    outcome = run("check", "--format", "json")
    (finding,) = outcome.findings
    assert outcome.status == 1
    assert (finding["rule"], finding["severity"]) == ("DL3004", "warning")
    assert (finding["line"], finding["column"], finding["endColumn"]) == (2, 5, 9)
    assert finding["url"] == "https://github.com/hadolint/hadolint/wiki/DL3004"
    for name in ("text", "concise", "sarif", "github", "gitlab", "junit"):
        assert "DL3004" in run("check", "--format", name).output
    assert "DL3004" in run("check", "--statistics").output


@pytest.mark.slow
def test_selection(project: Path) -> None:
    """By code, by group, and never with what is only BuildKit's or off."""
    with open("Dockerfile", "a") as file:
        file.write("RUN wget a\n")
    assert set(check()) == {"DL3004", "DL3047", "DL3059"}
    assert check("--select", "dl3047") == ["DL3047"]
    assert set(check("--select", "hadolint")) == {"DL3004", "DL3047", "DL3059"}
    assert set(check("--ignore", "DL3047")) == {"DL3004", "DL3059"}
    for arguments in (["--ignore", "hadolint"], ["--select", "azureml"], ["--only-buildkit"]):
        assert check(*arguments) == []


def test_settings(project: Path) -> None:
    """The group and each rule have a severity; what is said of a rule counts more than what is said of the group."""
    settings = project / ".azureml-dockerfile.toml"
    settings.write_text('rules.hadolint = "off"\n')
    assert check() == []
    settings.write_text('rules = {hadolint = "off", DL3004 = "hint"}\n')
    assert [(each["rule"], each["severity"]) for each in run("check", "--format", "json").findings] == [
        ("DL3004", "hint")
    ]
    (project / "team.toml").write_text('rules.DL3004 = "hint"\n')
    settings.write_text('extend = "team.toml"\nrules.hadolint = "off"\n')
    assert check() == []
    settings.write_text('rules.hadolin = "off"\n')
    assert "did you mean hadolint?" in "".join(run("check").errors)


def test_its_configuration_and_comments_are_honoured(project: Path) -> None:
    """The configuration is the nearest one in the repository."""
    (project / ".git").mkdir()
    (project / "docker").mkdir()
    (project / "docker" / "Dockerfile").write_text(SUDO)
    (project / ".hadolint.yaml").write_text("ignored: [DL3004]\n")
    assert check() == []
    (project / "docker" / ".hadolint.yaml").write_text("override:\n  info: [DL3004]\n")
    assert [each["severity"] for each in run("check", "--format", "json").findings] == ["information"]
    (project / "docker" / "Dockerfile").write_text(SUDO.replace("RUN", "# hadolint ignore=DL3004\nRUN"))
    assert check() == []


@pytest.mark.slow
def test_many_files_have_the_findings_of_each(project: Path) -> None:
    """In the order of the files, also with several processes and different configurations."""
    for number in range(150):
        folder = project / f"{number:03}"
        folder.mkdir()
        (folder / "Dockerfile").write_text(SUDO if number % 2 else f"FROM {IMAGE}:latest\nRUN wget a\n")
        if number % 3 == 0:
            (folder / ".hadolint.yaml").write_text("ignored: [DL3004, DL3047]\n")

    found = [
        (each["path"], each["rule"]) for each in run("check", "--format", "json", "--exclude", "/Dockerfile").findings
    ]

    assert found == [
        (f"{number:03}/Dockerfile", "DL3004" if number % 2 else "DL3047") for number in range(150) if number % 3
    ]


@pytest.mark.slow
def test_few_processes_check_many_files(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One for 16 files with the same configuration."""
    count = project / "count"
    program = write_program(project.parent / "counting", f'echo >>{count}; exec {real_program()} "$@"')
    allow_first(monkeypatch, program.parent)
    for number in range(40):
        (project / f"{number}.dockerfile").write_text(SUDO)

    assert check("--exclude", "/Dockerfile") == ["DL3004"] * 40
    assert len(count.read_text()) <= 4


def test_standard_input(project: Path) -> None:
    """The text is checked too, with the configuration of the file that it is the text of."""
    assert rules(run("check", "--format", "json", "-", stdin=SUDO)) == ["DL3004"]
    (project / ".hadolint.yaml").write_text("ignored: [DL3004]\n")
    assert rules(run("check", "--format", "json", "--stdin-filename", "Dockerfile", "-", stdin=SUDO)) == []


def test_a_repaired_file_has_the_findings_of_its_new_text(project: Path) -> None:
    """The place is that after the repair."""
    (project / "Dockerfile").write_text(
        f"FROM {IMAGE}:latest\nLABEL a b\nLABEL –x=1\nRUN pip install a>=2 && sudo id\n"
    )
    outcome = run("check", "--fix", "--select", "DL3004,UnquotedRequirement", "--format", "json")
    column = (project / "Dockerfile").read_text().splitlines()[3].index("sudo") + 1
    assert [(each["rule"], each["column"]) for each in outcome.findings if each["rule"] == "DL3004"] == [
        ("DL3004", column)
    ]


def allow_first(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Run the hadolint of a folder instead of the real one, which is beside Python perhaps."""
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


@pytest.mark.parametrize("script", ["exit 3", "echo broken >&2; echo '['"])
def test_a_broken_hadolint_is_said_once(project: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """On standard error; our own findings and the exit status are those without hadolint."""
    for number in range(40):
        (project / f"{number}.dockerfile").write_text(f"FROM {IMAGE}\n")
    allow_first(monkeypatch, write_program(project.parent / "broken", script).parent)

    outcome = run("check", "--format", "json")

    assert [line for line in outcome.errors if "hadolint" in line] == outcome.errors
    assert len(outcome.errors) == 1
    assert (outcome.status, set(rules(outcome))) == (0, {"UntaggedImage"})


def test_a_file_at_which_hadolint_fails_spoils_no_other(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others of the same process are checked again without it."""
    script = f"""
        for last; do :; done
        if test "$last" = -; then
            text=$(cat); case $text in *CRASH*) exit 3; esac
            echo "$text" | {real_program()} "$@"
        else
            grep -qs CRASH -- "$@" && exit 3
            exec {real_program()} "$@"
        fi
    """
    allow_first(monkeypatch, write_program(project.parent / "crashing", script).parent)
    for number in range(20):
        (project / f"{number:02}.dockerfile").write_text(SUDO + ("# CRASH\n" if number == 7 else ""))

    outcome = run("check", "--format", "json", "--exclude", "/Dockerfile")

    assert [each["path"] for each in outcome.findings] == [f"{n:02}.dockerfile" for n in range(20) if n != 7]
    assert len(outcome.errors) == 1


def test_no_program_of_the_project_is_run(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if its folder is on the `PATH`."""
    program = write_program(project / "bin", f"echo >{project}/was-run")
    for entry in (str(program.parent), ".", ""):
        monkeypatch.setenv("PATH", entry, prepend=os.pathsep)
    (project / "hadolint").write_bytes(program.read_bytes())
    (project / "hadolint").chmod(0o755)
    assert check() == ["DL3004"]
    assert not (project / "was-run").exists()


def test_without_hadolint_nothing_changes(folder: Path) -> None:
    """No message and no finding."""
    (folder / "Dockerfile").write_text(SUDO)
    outcome = run("check", "--format", "json")
    assert (json.loads(outcome.output), outcome.errors, outcome.status) == ([], [], 0)


def test_who_selects_a_rule_of_hadolint_is_told_that_it_is_missing(folder: Path) -> None:
    """The report alone would look as if hadolint had found nothing."""
    (folder / "Dockerfile").write_text(SUDO)
    missing = ["azureml-dockerfile-ls: hadolint is not installed, or is switched off, so its findings are missing"]
    for names in ("DL3004", "hadolint", "azureml,hadolint"):
        assert run("check", "--select", names).errors == missing
    assert run("check", "--select", "azureml").errors == []


def test_explain_names_the_page_of_a_rule(folder: Path) -> None:
    """And the rule of ours that takes its place."""
    output = run("explain", "dl3009").output
    assert "https://github.com/hadolint/hadolint/wiki/DL3009" in output
    assert "AptListsNotRemoved" in output
    assert "https://github.com/koalaman/shellcheck/wiki/SC2086" in run("explain", "SC2086").output
