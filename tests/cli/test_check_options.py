"""The options of `check`: formats for people, selection, exclusion, baseline, settings and many files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.cli.command import CLEAN, COMMAND, ERROR, IMAGE, INFORMATION, WARNING, run
from tests.waiting import PATIENCE

RETIRED = "FROM mcr.microsoft.com/azureml/minimal-ubuntu18.04-py37-cpu-inference:latest\n"


def rules(*arguments: str | Path, **options: str) -> list[str]:
    """The rules of the findings."""
    return [finding["rule"] for finding in run("check", "--format", "json", *arguments, **options).findings]


def files(*arguments: str | Path) -> list[str]:
    """The files that would be checked."""
    return run("check", "--show-files", *arguments).output.splitlines()


# Reports for people


def test_text_shows_the_source_line_with_carets(folder: Path) -> None:
    """The carets are below the word, also after a tab and wide characters; the repair follows."""
    Path("Dockerfile").write_text(f"{CLEAN}RUN\techo 日本 && pip install a>=2\n", encoding="utf-8")
    outcome = run("check", "--format", "text")
    lines = outcome.output.splitlines()
    assert lines[0].startswith("Dockerfile:2:28: warning: ")
    assert lines[1:4] == [
        " 2 | RUN    echo 日本 && pip install a>=2",
        "   |                                 ^^^^",
        "    = repair: Write 'a>=2'",
    ]
    assert lines[-1] == "1 warning in 1 file"


def test_a_long_line_is_cropped_around_the_word(folder: Path) -> None:
    """The word stays visible."""
    Path("Dockerfile").write_text(f"{CLEAN}RUN echo {'x' * 500} && pip install a>=2 {'y' * 500}\n")
    excerpt, carets = run("check", "--format", "text").output.splitlines()[1:3]
    assert len(excerpt) <= 120
    assert excerpt[carets.index("^") : carets.rindex("^") + 1] == "a>=2"


def test_text_prints_what_repeats_once(folder: Path) -> None:
    """The other places are below it; the summary counts all."""
    for name in ("a", "b", "c"):
        Path(f"{name}.dockerfile").write_text(RETIRED)
    outcome = run("check", "--format", "text")
    assert outcome.output.count("[RetiredImage]") == 1
    assert "also at 2 other places:\n        b.dockerfile:1:6\n        c.dockerfile:1:6\n" in outcome.output
    assert outcome.output.endswith("3 warnings in 3 files\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "has_colours"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colours_follow_the_environment(folder: Path, variables: dict[str, str], has_colours: bool) -> None:
    """A pipe has none, unless FORCE_COLOR is set; NO_COLOR wins. A file never has any."""
    Path("Dockerfile").write_text(ERROR)
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    assert ("\x1b[" in run("check", env={**clean, **variables}).output) == has_colours
    assert run("check", "--output-file", "report", env={**clean, **variables}).output == ""
    assert "\x1b[" not in Path("report").read_text()


def test_the_summary_says_how_more_can_be_repaired(folder: Path) -> None:
    """It counts safe repairs, obvious ones, and those that need a choice. No number includes another one."""
    Path("Dockerfile").write_text(f"FROM {IMAGE}\nRUN apt-get update\nRUN pip install a>=2\n")
    lines = run("check").output.splitlines()
    assert lines[-2] == (
        "can be repaired: 1 with --fix, 1 more with --fix --unsafe-fixes, 1 more in an editor, which shows a choice"
    )


def test_quiet_leaves_the_summary_out(folder: Path) -> None:
    """A clean run prints nothing."""
    Path("Dockerfile").write_text(CLEAN)
    assert run("check", "--quiet").output == ""
    Path("Dockerfile").write_text(ERROR)
    assert len(run("check", "--quiet").output.splitlines()) == 1


def test_statistics_count_the_rules(folder: Path) -> None:
    """The most frequent rule is first."""
    Path("Dockerfile").write_text(f"{CLEAN}RUN pip install a>=2 b>=3\nUSER root\n")
    lines = run("check", "--statistics").output.splitlines()
    assert lines[0].split() == ["2", "UnquotedRequirement", "2", "with", "--fix"]
    assert lines[1].split() == ["1", "FinalUserRoot"]


# Reports for programs


def test_gitlab_output_has_an_issue_for_each_finding(folder: Path) -> None:
    """Fingerprints differ from each other, and stay when lines are added above. What was not checked is an issue."""
    Path("Dockerfile").write_text(f"{CLEAN}RUN apt-get update\nRUN apt-get update\n")
    first = json.loads(run("check", "--format", "gitlab", "Dockerfile", "missing").output)
    assert [issue["check_name"] for issue in first] == ["PackageInstallWithoutRoot"] * 2 + ["NotChecked"]
    assert first[0]["location"] == {
        "path": "Dockerfile",
        "positions": {"begin": {"line": 2, "column": 5}, "end": {"line": 2, "column": 12}},
    }
    assert (first[0]["severity"], first[2]["severity"]) == ("critical", "blocker")
    Path("Dockerfile").write_text(f"# more\n\n{Path('Dockerfile').read_text()}")
    second = json.loads(run("check", "--format", "gitlab", "Dockerfile", "missing").output)
    fingerprints = [issue["fingerprint"] for issue in first]
    assert len(set(fingerprints)) == 3
    assert [issue["fingerprint"] for issue in second] == fingerprints


def test_sarif_has_fingerprints_that_stay(folder: Path) -> None:
    """Code scanning follows a finding by them when lines move."""

    def fingerprints() -> list[dict[str, str]]:
        results = run("check", "--format", "sarif").sarif_run["results"]
        return [result["partialFingerprints"] for result in results]

    Path("Dockerfile").write_text(ERROR)
    before = fingerprints()
    assert len(before) == 1
    Path("Dockerfile").write_text(f"# above\n{ERROR}")
    assert fingerprints() == before


def test_junit_output_has_a_failure_for_each_finding(folder: Path) -> None:
    """A clean file is a test that passes, and one that cannot be read is an error. Control characters are escaped."""
    Path("a.dockerfile").write_text(f"{CLEAN}STOPSIGNAL a\x1b<b>\n")
    Path("b.dockerfile").write_text(CLEAN)
    suite = ElementTree.fromstring(run("check", "--format", "junit", ".", "missing").output)[0]
    assert {name: suite.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "1",
        "errors": "1",
    }
    failed, passed, error = suite
    assert "\\x1b<b>" in str(failed[0].get("message"))
    assert (failed.get("file"), failed.get("line")) == ("a.dockerfile", "2")
    assert (passed.get("file"), len(passed)) == ("b.dockerfile", 0)
    assert error[0].get("message") == "No such file or directory"


@pytest.mark.parametrize("output", ["text", "concise", "json", "sarif", "github", "gitlab", "junit"])
def test_what_cannot_be_checked_is_in_every_report(folder: Path, output: str) -> None:
    """A reader of the report alone must not take it for complete."""
    assert run("check", "--format", output, "--output-file", "report", "missing").status == 2
    assert "No such file or directory" in Path("report").read_text()


def test_a_report_that_cannot_be_written_gives_status_2(folder: Path) -> None:
    """The line names the file."""
    Path("Dockerfile").write_text(CLEAN)
    outcome = run("check", "--output-file", "nowhere/report")
    assert (outcome.status, outcome.errors) == (
        2,
        ["azureml-dockerfile-ls: nowhere/report: No such file or directory"],
    )


# Selection


def test_rules_are_selected_and_ignored_by_name_and_group(folder: Path) -> None:
    """Names are in any letter case; errors that stop the build always remain."""
    Path("Dockerfile").write_text(f"FROM {IMAGE} AS Base\nRUN pip install a>=2\nFOO\n")
    assert rules() == ["UntaggedImage", "StageNameCasing", "UnquotedRequirement", "ParseError"]
    assert rules("--select", "untaggedimage") == ["UntaggedImage", "ParseError"]
    assert rules("--select", "azureml,shell") == ["UntaggedImage", "UnquotedRequirement", "ParseError"]
    assert rules("--ignore", "buildkit", "--ignore", "UntaggedImage") == ["UnquotedRequirement", "ParseError"]
    assert rules("--select", "azureml", "--ignore", "UntaggedImage") == ["ParseError"]


def test_only_selected_rules_are_repaired(folder: Path) -> None:
    """The others stay as they are."""
    Path("Dockerfile").write_text(f"{CLEAN}RUN pip install a>=2 –r x\n", encoding="utf-8")
    run("check", "--fix", "--select", "TypographicCharacter")
    assert Path("Dockerfile").read_text(encoding="utf-8") == f"{CLEAN}RUN pip install a>=2 -r x\n"


def test_exit_zero_reports_without_failing(folder: Path) -> None:
    """A file that cannot be read still gives status 2."""
    Path("Dockerfile").write_text(ERROR)
    assert run("check", "--exit-zero").status == 0
    assert run("check", "--exit-zero", "missing").status == 2


# Which files


def test_files_that_git_ignores_are_not_searched(folder: Path) -> None:
    """The nearest .gitignore decides, also one above the folder; a file that is named is checked."""
    for name in (
        "Dockerfile",
        "build/Dockerfile",
        "sub/Dockerfile",
        "sub/Dockerfile.local",
        "sub/keep/Dockerfile.local",
    ):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(CLEAN)
    Path(".git").mkdir()
    Path(".gitignore").write_text("# made\n/build/\n*.local\n")
    Path("sub/keep/.gitignore").write_text("!*.local\n")
    assert files() == ["Dockerfile", "sub/Dockerfile", "sub/keep/Dockerfile.local"]
    assert files("sub") == ["sub/Dockerfile", "sub/keep/Dockerfile.local"]
    assert files("build/Dockerfile") == ["build/Dockerfile"]


def test_exclude_leaves_out_files_and_folders(folder: Path) -> None:
    """Patterns are relative to the current folder, and hold for named files too."""
    for name in ("a/Dockerfile", "b/Dockerfile", "b/c/Dockerfile.gpu"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(CLEAN)
    assert files("--exclude", "a/") == ["b/Dockerfile", "b/c/Dockerfile.gpu"]
    assert files("--exclude", "/a,*.gpu") == ["b/Dockerfile"]
    assert files("--exclude", "b", "a/Dockerfile", "b/Dockerfile") == ["a/Dockerfile"]


def test_a_pattern_that_the_shell_left_is_expanded(folder: Path) -> None:
    """The shell of Windows expands none. A pattern without a match is reported."""
    for name in ("a/b/Dockerfile", "a/Dockerfile"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(CLEAN)
    assert files("**/Dockerfile") == ["a/Dockerfile", "a/b/Dockerfile"]
    outcome = run("check", "x*")
    assert outcome.status == 2
    assert outcome.errors == ["azureml-dockerfile-ls: x*: no file matches this pattern"]
    assert outcome.output == "nothing was checked, 1 could not be checked\n"


def test_standard_input_can_be_the_text_of_a_file(folder: Path) -> None:
    """It then has the settings and the build context of that file; the file itself is not read."""
    Path("sub").mkdir()
    Path("sub/.azureml-dockerfile.toml").write_text('rules.FinalUserRoot = "error"\n')
    (finding,) = run("check", "--format", "json", "--stdin-filename", "sub/Dockerfile", "-", stdin=WARNING).findings
    assert (finding["path"], finding["severity"]) == ("sub/Dockerfile", "error")


# Settings


def test_config_names_the_settings_file_and_isolated_reads_none(folder: Path) -> None:
    """The files of the project are then not read."""
    Path("Dockerfile").write_text(INFORMATION)
    Path(".azureml-dockerfile.toml").write_text('rules.UntaggedImage = "error"\n')
    Path("other.toml").write_text('rules.UntaggedImage = "off"\n')
    assert run("check").status == 1
    assert run("check", "--isolated").status == 0
    assert rules("--config", "other.toml") == []
    Path("pyproject.toml").write_text("[tool.other]\n")
    outcome = run("check", "--config", "pyproject.toml")
    assert outcome.status == 2
    assert outcome.errors == [f"azureml-dockerfile-ls: {folder}/pyproject.toml: no table [tool.azureml-dockerfile]"]


def test_show_settings_prints_what_is_in_force(folder: Path) -> None:
    """The settings are TOML, with the file that they come from."""
    Path("Dockerfile").write_text(CLEAN)
    Path(".azureml-dockerfile.toml").write_text('dockerfileFeatures = false\nrules.UntaggedImage = "off"\n')
    lines = run("check", "--show-settings").output.splitlines()
    assert lines[0] == f"# Dockerfile: {folder / '.azureml-dockerfile.toml'}"
    assert 'rules.UntaggedImage = "off"' in lines
    assert "dockerfileFeatures = false" in lines


def test_show_settings_says_which_settings_are_invalid(folder: Path) -> None:
    """The option is there to find out why a setting does nothing, so the mistake belongs there too."""
    Path("a.dockerfile").write_text(CLEAN)
    Path("b.dockerfile").write_text(CLEAN)
    Path(".azureml-dockerfile.toml").write_text('rules.UntagedImage = "off"\n')
    outcome = run("check", "--show-settings")
    assert outcome.status == 2
    assert outcome.output.startswith(f"# a.dockerfile and 1 more: {folder / '.azureml-dockerfile.toml'}\n")
    (error,) = outcome.errors
    assert "unknown rule" in error


def test_show_files_leaves_out_what_is_not_there(folder: Path) -> None:
    """A check would report it, so this does too."""
    Path("Dockerfile").write_text(CLEAN)
    missing = ["azureml-dockerfile-ls: nothing: No such file or directory"]
    assert run("check", "--show-files", "nothing", "Dockerfile") == (2, "Dockerfile\n", missing)
    assert run("check", "--show-files", "-", stdin=CLEAN) == (0, "-\n", [])


# Baseline


@pytest.mark.slow
def test_a_baseline_leaves_only_what_is_new(folder: Path) -> None:
    """Lines above may change; a second finding of the same kind is new, and so is one in another file."""
    Path("Dockerfile").write_text(ERROR)
    assert run("check", "--write-baseline", "baseline.json").status == 0
    outcome = run("check", "--baseline", "baseline.json")
    assert (outcome.status, outcome.output) == (0, "no findings in 1 file, 1 left out by the baseline\n")
    Path("Dockerfile").write_text(f"# above\n{ERROR}RUN apt-get update\n")
    (finding,) = run("check", "--baseline", "baseline.json", "--format", "json").findings
    assert finding["line"] == 4
    Path("other.dockerfile").write_text(ERROR)
    assert len(run("check", "--baseline", "baseline.json", "--format", "json").findings) == 2
    (folder / "sub").mkdir()
    assert (
        len(run("check", "--baseline", "../baseline.json", "--format", "json", "..", cwd=folder / "sub").findings) == 2
    )


def test_a_new_baseline_has_what_the_old_one_has(folder: Path) -> None:
    """Both options together bring a baseline up to date. A line says what was written, but not with --quiet."""
    Path("Dockerfile").write_text(ERROR)
    write = ("check", "--write-baseline", "baseline.json")
    assert run(*write) == (0, "", ["1 finding written to baseline.json"])
    Path("Dockerfile").write_text(f"{ERROR}RUN apt-get update\n")
    assert run(*write, "--baseline", "baseline.json") == (0, "", ["2 findings written to baseline.json"])
    assert run(*write, "--quiet") == (0, "", [])
    assert run("check", "--baseline", "baseline.json", "--quiet") == (0, "", [])


def test_a_file_that_is_not_a_baseline_is_reported(folder: Path) -> None:
    """Nothing is checked then."""
    Path("Dockerfile").write_text(CLEAN)
    Path("baseline.json").write_text("[]")
    outcome = run("check", "--baseline", "baseline.json")
    assert outcome.status == 2
    assert "not a baseline" in outcome.errors[0]


# Repairs


def test_diff_prints_the_repairs_and_writes_nothing(folder: Path) -> None:
    """The exit status is 1 if there is one."""
    text = f"{CLEAN}RUN pip install a>=2\n"
    Path("Dockerfile").write_text(text)
    outcome = run("check", "--diff")
    assert outcome.status == 1
    assert outcome.output.splitlines()[-2:] == ["-RUN pip install a>=2", "+RUN pip install 'a>=2'"]
    assert Path("Dockerfile").read_text() == text
    Path("Dockerfile").write_text(CLEAN)
    assert run("check", "--diff") == (0, "", [])


def test_unsafe_fixes_make_the_obvious_repairs_too(folder: Path) -> None:
    """The second run changes nothing; a finding with a choice stays."""
    Path("Dockerfile").write_text(f"FROM {IMAGE}\nRUN apt-get update\nENV WORKER_CUONT=2\nEXPSE 5001\n")
    run("check", "--fix", "--unsafe-fixes")
    repaired = Path("Dockerfile").read_text()
    assert repaired == (
        f"FROM {IMAGE}\nUSER root\nRUN apt-get update\nUSER dockeruser\nENV WORKER_COUNT=2\nEXPOSE 5001\n"
    )
    assert "fixed" not in run("check", "--fix", "--unsafe-fixes").output
    assert Path("Dockerfile").read_text() == repaired


# Many files


def many(count: int, text: str) -> list[Path]:
    """Dockerfiles in folders of their own."""
    paths = [Path(f"{number:03}/Dockerfile") for number in range(count)]
    for path in paths:
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    return paths


def test_many_files_are_reported_in_the_order_of_their_names(folder: Path) -> None:
    """Several processes check them; what cannot be read is reported too."""
    paths = many(150, ERROR)
    paths[70].write_bytes(b"\0")
    outcome = run("check", "--format", "json")
    assert [finding["path"] for finding in outcome.findings] == [
        *(path.as_posix() for path in paths if path != paths[70]),
        paths[70].as_posix(),
    ]
    assert outcome.status == 2


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("--fix",)])
def test_ctrl_c_ends_with_one_line(folder: Path, arguments: tuple[str, ...]) -> None:
    """The exit status is 130, and each file is as it was or repaired as a whole."""
    before = f"{CLEAN}{'RUN echo a' + chr(10)}" * 200 + "RUN pip install a>=2\n"
    after = before.replace("a>=2", "'a>=2'")
    paths = many(300, before)
    with subprocess.Popen(
        [*COMMAND, "check", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        end = time.monotonic() + PATIENCE
        if arguments:
            while time.monotonic() < end and paths[20].read_text() == before:
                time.sleep(0.01)
        else:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            while time.monotonic() < end and not children.read_text():
                time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output, errors) == (130, b"", b"azureml-dockerfile-ls: interrupted\n")
    assert {path.read_text() for path in paths} <= {before, after}
    assert all(os.listdir(path.parent) == ["Dockerfile"] for path in paths)


def test_a_full_disk_leaves_each_file_old_or_new(folder: Path) -> None:
    """A limit on the size of files stands for the disk: a file that it does not let grow stays as it was."""
    short, long = f"{CLEAN}RUN pip install a>=2\n", f"{CLEAN}# {'x' * 3000}\nRUN pip install a>=2\n"
    Path("a.dockerfile").write_text(short)
    Path("b.dockerfile").write_text(long)
    Path("c.dockerfile").write_text(short)
    command = "ulimit -f 2; trap '' XFSZ; exec \"$@\""
    process = subprocess.run(
        ["/bin/bash", "-c", command, "bash", *COMMAND, "check", "--fix"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert process.returncode == 2
    assert process.stderr == "azureml-dockerfile-ls: b.dockerfile: File too large; nothing was fixed in it\n"
    assert Path("b.dockerfile").read_text() == long
    assert {Path(f"{name}.dockerfile").read_text() for name in "ac"} == {short.replace("a>=2", "'a>=2'")}
    assert sorted(os.listdir()) == ["a.dockerfile", "b.dockerfile", "c.dockerfile"]
