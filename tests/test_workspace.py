"""The settings and the build context of a Dockerfile: the same in the command and in the editor."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from azureml_dockerfile_ls.context.context_source import (
    ASSUMED,
    BY_COMMAND_LINE,
    BY_SETTING,
    Certainty,
    ContextSource,
)
from azureml_dockerfile_ls.context.file_memory import FileMemory
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
    (tmp_path / "app" / "code").mkdir(parents=True)
    (tmp_path / "app" / "code" / "score.py").touch()
    (root / "app" / "out").symlink_to("../..")
    (root / "app" / "etc").symlink_to("/etc")
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
    "above the repository": Case(NEEDS_SCRIPT, "../app", [], "expected a folder in this repository"),
    "another folder": Case(NEEDS_SCRIPT, "/etc", [], "expected a folder in this repository"),
    "the root": Case(NEEDS_SCRIPT, "/", [], "expected a folder in this repository"),
    "out and in": Case(NEEDS_SCRIPT, "../repository/app", []),
    "a link that leads out": Case(NEEDS_SCRIPT, "app/out", [], "expected a folder in this repository"),
    "through a link that leads out": Case(NEEDS_SCRIPT, "app/out/app", [], "expected a folder in this repository"),
    "a link to the system": Case(NEEDS_SCRIPT, "app/etc", [], "expected a folder in this repository"),
    "very long": Case(NEEDS_SCRIPT, "x" * 4000, [], "{root}/" + "x" * 4000 + " is not a folder"),
    "longer than a path": Case(
        NEEDS_SCRIPT, "a/" * 100_000, ["EntryScriptNotFound"], f'expected a path, got "{"a/" * 30}…"'
    ),
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
    problem = case.problem.format(root=repository)
    if len(problem) > 600:  # a long path is cut
        problem = f"{problem[:300]}… is not a folder"
    return dockerfile, [f"{settings}:1: buildContext: {problem}"]


@pytest.mark.slow
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


def test_the_editor_can_name_any_folder(repository: Path) -> None:
    """A user's own setting, and an option of the command, lead out of the repository; a project's file does not."""
    outer = repository.parent / "app"
    assert resolved(repository, {"buildContext": str(outer)}).context_root == os.path.realpath(outer)
    chosen = resolve(str(repository / "docker" / "Dockerfile"), Projects(), context_folder=str(outer))
    assert chosen.context_root == os.path.realpath(outer)


def test_without_a_repository_a_project_names_folders_of_its_own(tmp_path: Path) -> None:
    """Nothing beside or above its settings file becomes a build context."""
    for folder in ("project/docker", "project/app", "other"):
        (tmp_path / folder).mkdir(parents=True)
    dockerfile = tmp_path / "project" / "docker" / "Dockerfile"
    dockerfile.write_text(NEEDS_SCRIPT)
    roots = {}
    for folder in ("app", ".", "..", "../other"):
        (tmp_path / "project" / OWN_FILE).write_text(f"buildContext = '{folder}'\n")
        roots[folder] = resolve(str(dockerfile), Projects()).context_root
    project = os.path.realpath(tmp_path / "project")
    assert roots == {"app": os.path.join(project, "app"), ".": project, "..": None, "../other": None}


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


# The YAML that names the build context

ENVIRONMENT = "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nname: my-env\nbuild:\n"
ASSET = "image:\n  name: azureml/curated/my-env\n  os: linux\n  context:\n    dir: docker\n    dockerfile: Dockerfile\n"


def write(root: Path, files: dict[str, str]) -> None:
    """Write files below a folder, by their paths."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


@pytest.mark.parametrize(
    ("files", "root", "says", "name"),
    [
        ({"env.yml": f"{ENVIRONMENT}  path: .\n  dockerfile_path: docker/Dockerfile\n"}, ".", "../env.yml", "my-env"),
        ({"env.yaml": f"{ENVIRONMENT}  path: ./docker\n"}, "docker", "../env.yaml", "my-env"),
        ({"docker/env.yml": f"{ENVIRONMENT}  path: .\n"}, "docker", "env.yml", "my-env"),
        (
            {"docker/env.yml": f"{ENVIRONMENT}  path: ..\n  dockerfile_path: docker/Dockerfile\n"},
            ".",
            "env.yml",
            "my-env",
        ),
        ({"environment.yaml": ASSET}, "docker", "../environment.yaml", "my-env"),
    ],
)
def test_a_yaml_names_the_build_context(
    repository: Path, files: dict[str, str], root: str, says: str, name: str
) -> None:
    """It lies beside the Dockerfile or above it; the server can say which file it is."""
    write(repository, files)
    workspace = resolved(repository)
    assert workspace.context_root == str((repository / root).resolve())
    assert workspace.context_source == ContextSource(Certainty.KNOWN, says, name, is_uploaded=True)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"env.yml": f"{ENVIRONMENT}  path: .\n  dockerfile_path: docker/Other\n"},
        {"env.yml": f"{ENVIRONMENT}  path: '{{{{folder}}}}'\n"},
        {"env.yml": f"{ENVIRONMENT}  path: ..\n  dockerfile_path: repository/docker/Dockerfile\n"},
        {"../env.yml": f"{ENVIRONMENT}  path: repository\n  dockerfile_path: docker/Dockerfile\n"},
        {"app/env.yml": f"{ENVIRONMENT}  path: ..\n  dockerfile_path: docker/Dockerfile\n"},
        {"env.yml": "services:\n  a:\n    build:\n      path: .\n      dockerfile_path: docker/Dockerfile\n"},
        {
            "a.yml": f"{ENVIRONMENT}  path: .\n  dockerfile_path: docker/Dockerfile\n",
            "b.yml": f"{ENVIRONMENT}  path: docker\n",
        },
    ],
)
def test_without_a_certain_yaml_the_context_is_assumed(repository: Path, files: dict[str, str]) -> None:
    """One that names another file, a folder outside the repository or a template, or two that disagree, say nothing."""
    write(repository, files)
    workspace = resolved(repository)
    assert workspace.context_root == str(repository / "docker")
    assert workspace.context_source == ASSUMED


def test_a_setting_goes_before_a_yaml(repository: Path) -> None:
    """The command line has priority over both."""
    write(repository, {"env.yml": f"{ENVIRONMENT}  path: .\n  dockerfile_path: docker/Dockerfile\n"})
    workspace = resolved(repository, {"buildContext": "app"})
    assert (workspace.context_root, workspace.context_source) == (str(repository / "app"), BY_SETTING)
    path = str(repository / "docker" / "Dockerfile")
    assert resolve(path, Projects(), context_folder=str(repository)).context_source == BY_COMMAND_LINE


def test_without_a_repository_the_search_ends_above_the_folder(repository: Path) -> None:
    """A YAML in a folder two levels above belongs to something else."""
    (repository / ".git").rmdir()
    write(repository, {"env.yml": f"{ENVIRONMENT}  path: .\n  dockerfile_path: docker/Dockerfile\n"})
    assert resolved(repository).context_source.is_known
    write(repository, {"docker/sub/Dockerfile": NEEDS_SCRIPT})
    write(repository, {"env.yml": f"{ENVIRONMENT}  path: .\n  dockerfile_path: docker/sub/Dockerfile\n"})
    assert not resolve(str(repository / "docker" / "sub" / "Dockerfile"), Projects()).context_source.is_known


def test_the_yaml_of_the_editor_and_of_the_disk_are_read_again_when_they_change(repository: Path) -> None:
    """What is kept belongs to one version of the file; an unsaved text comes before the disk."""
    files, yaml = FileMemory(), repository / "env.yml"
    path = str(repository / "docker" / "Dockerfile")
    yaml.write_text(f"{ENVIRONMENT}  path: docker\n")
    assert resolve(path, Projects(), files=files).context_root == str(repository / "docker")
    yaml.write_text(f"{ENVIRONMENT}  path: .\n  dockerfile_path: docker/Dockerfile\n")
    assert resolve(path, Projects(), files=files).context_root == str(repository)
    unsaved = {str(yaml): f"{ENVIRONMENT}  path: docker\n"}
    assert resolve(path, Projects(), files=files, open_files=unsaved).context_root == str(repository / "docker")
