"""The settings and the build context of a Dockerfile: the same in the command and in the editor."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from azureml_dockerfile_ls.project import OWN_FILE, Projects
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.settings import DEFAULTS, Settings
from azureml_dockerfile_ls.workspace import EditorSettings, Workspace, resolve
from tests.cli.command import run
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient

COPIES_CODE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\nCOPY code /var/azureml-app\n"
NEEDS_SCRIPT = f"{COPIES_CODE}ENV AZUREML_ENTRY_SCRIPT=score.py\n"
"""A Dockerfile without findings if its context has `code/score.py`."""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a Dockerfile in `docker/`, and a context with the script in `app/`."""
    root = tmp_path / "repository"
    for folder in (".git", "docker/code", "app/code"):
        (root / folder).mkdir(parents=True)
    (root / "docker" / "code" / "other.py").touch()
    (root / "app" / "code" / "score.py").write_text("def init():\n    pass\n\n\ndef run(data):\n    return data\n")
    (root / "app" / "link").symlink_to(root / "app")
    (root / "docker" / "Dockerfile").write_text(NEEDS_SCRIPT)
    return root


# The command and the editor


class Case(NamedTuple):
    """A build context, and what both faces report: rules, and a problem of the settings."""

    text: str
    build_context: str | None
    rules: list[str]
    problem: str | None = None


CASES = {
    "default": Case(NEEDS_SCRIPT, None, ["EntryScriptNotFound"]),
    "relative": Case(NEEDS_SCRIPT, "app", []),
    "dots": Case(NEEDS_SCRIPT, "docker/../app/.", []),
    "link": Case(NEEDS_SCRIPT, "app/link", []),
    "absolute": Case(NEEDS_SCRIPT, "{root}/app", []),
    "missing folder": Case(NEEDS_SCRIPT, "nowhere", [], "{root}/nowhere is not a folder"),
    "file": Case(NEEDS_SCRIPT, "docker/Dockerfile", [], "{root}/docker/Dockerfile is not a folder"),
    "missing folder, rule without context": Case(
        COPIES_CODE, "nowhere", ["MissingEntryScript"], "{root}/nowhere is not a folder"
    ),
}


def prepare(case: Case, repository: Path) -> tuple[Path, list[str]]:
    """Write the Dockerfile and the settings of a case; return the Dockerfile and the expected problems."""
    dockerfile, settings = repository / "docker" / "Dockerfile", repository / OWN_FILE
    dockerfile.write_text(case.text)
    if case.build_context is not None:
        settings.write_text(f"buildContext = '{case.build_context.format(root=repository)}'\n")
    if case.problem is None:
        return dockerfile, []
    return dockerfile, [f"{settings}:1: buildContext: {case.problem.format(root=repository)}"]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_command_resolves_the_build_context(repository: Path, case: Case) -> None:
    """An invalid build context is reported once, with its file, and rules that need no context still report."""
    dockerfile, problems = prepare(case, repository)
    outcome = run("check", "--format", "json", dockerfile)
    assert [finding["rule"] for finding in outcome.findings if finding["rule"]] == case.rules
    assert outcome.errors == [f"azureml-dockerfile-ls: {problem}" for problem in problems]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_editor_resolves_the_build_context(repository: Path, case: Case) -> None:
    """The server shows the same findings and the same problem as the command."""
    dockerfile, problems = prepare(case, repository)
    with RawClient(REAL_SERVER) as client:
        client.initialize(root=repository.as_uri())
        client.open(dockerfile.as_uri(), case.text)
        shown: dict[str, list[Json]] = {}
        while dockerfile.as_uri() not in shown:
            published = client.notification("textDocument/publishDiagnostics")
            shown[published["uri"]] = published["diagnostics"]
        client.request("shutdown")
    assert [diagnostic["code"] for diagnostic in shown.pop(dockerfile.as_uri())] == case.rules
    settings = repository / OWN_FILE
    texts = [f"{settings}:1: {each['message']}" for each in shown.pop(settings.as_uri(), [])]
    assert texts == problems
    assert shown == {}


# Settings of the editor


def resolved(repository: Path, *contents: object) -> Workspace:
    """The workspace of the Dockerfile, with these settings of the editor for the folder of the repository."""
    editor = [EditorSettings(content, str(repository)) for content in contents]
    return resolve(str(repository / "docker" / "Dockerfile"), Projects(), editor=editor)


def test_the_editor_has_priority_over_the_project(repository: Path) -> None:
    """Later settings of the editor have priority over earlier ones; a setting that only one of them sets applies."""
    (repository / OWN_FILE).write_text('buildContext = "docker"\n[rules]\nFinalUserRoot = "off"\n')
    workspace = resolved(
        repository, {"buildContext": "nowhere", "rules": {"UntaggedImage": "error"}}, {"buildContext": "app"}
    )
    assert workspace.settings.rules == {"FinalUserRoot": None, "UntaggedImage": Severity.ERROR}
    assert workspace.context_root == str(repository / "app")
    assert workspace.problems == ()


def test_a_problem_of_the_editor_names_no_file(repository: Path) -> None:
    """The project's file is not named for a setting that the editor overrides."""
    (repository / OWN_FILE).write_text('buildContext = "app"\ndockerfileFeatures = 1\n')
    workspace = resolved(repository, {"buildContext": "nowhere", "x": 1})
    assert workspace.context_root is None
    assert workspace.build_context() is None
    of_project, unknown, not_a_folder = workspace.problems
    assert str(of_project).startswith(f"{repository / OWN_FILE}:2: dockerfileFeatures: ")
    assert str(unknown).startswith("x: unknown setting; ")
    assert str(not_a_folder) == f"buildContext: {repository / 'nowhere'} is not a folder"


# The build context


def test_the_path_of_the_dockerfile_in_its_context(repository: Path) -> None:
    """It is relative to the context; a Dockerfile outside the context has none, and so no ignore file of its own."""
    dockerfile = str(repository / "docker" / "Dockerfile")
    inside = resolve(dockerfile, Projects(), context_folder=str(repository))
    outside = resolve(dockerfile, Projects(), context_folder=str(repository / "app"))
    assert (inside.context_root, inside.dockerfile_in_context) == (str(repository), "docker/Dockerfile")
    assert (outside.context_root, outside.dockerfile_in_context) == (str(repository / "app"), "")


def test_links_and_relative_paths_give_the_same_context(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The root has no symbolic links, whatever path names the Dockerfile."""
    (repository / "link").symlink_to("docker")
    monkeypatch.chdir(repository)
    expected = resolve(str(repository / "docker" / "Dockerfile"), Projects())
    assert expected.context_root == str(repository / "docker")
    for path in ("docker/Dockerfile", "./app/../docker/Dockerfile", "link/Dockerfile"):
        assert resolve(path, Projects()) == expected


def test_the_context_has_the_texts_of_open_files(repository: Path) -> None:
    """An unsaved file of the editor hides the one on disk."""
    script = str(repository / "docker" / "code" / "other.py")
    context = resolved(repository).build_context({script: "unsaved"})
    assert context is not None
    assert context.read("code/other.py") == "unsaved"


def test_a_text_without_a_file_has_only_the_context_of_the_option(repository: Path) -> None:
    """The project's settings apply if a folder of the project is given, except for its build context."""
    (repository / OWN_FILE).write_text('buildContext = "nowhere"\n[rules]\nFinalUserRoot = "off"\n')
    assert resolve(None, Projects()) == Workspace(DEFAULTS, None, "", ())
    in_project = resolve(None, Projects(), folder=str(repository))
    assert in_project.settings == Settings(rules={"FinalUserRoot": None}, build_context=str(repository / "nowhere"))
    assert (in_project.context_root, in_project.problems) == (None, ())
    with_option = resolve(None, Projects(), folder=str(repository), context_folder=str(repository / "app"))
    assert (with_option.context_root, with_option.problems) == (str(repository / "app"), ())
