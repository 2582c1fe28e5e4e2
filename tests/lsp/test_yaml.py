"""Azure ML's YAML in an editor: findings, repairs, facts and links; other YAML is left alone."""

from __future__ import annotations

from pathlib import Path

from tests.lsp.editors import PLAIN, VSCODE, Editor, apply
from tests.lsp.raw_client import RawClient, change

SCHEMA = "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\n"
RETIRED = f"{SCHEMA}name: e\nimage: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest\n"
WORKFLOW = "on: push\njobs:\n  a:\n    container:\n      image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04\n"


def codes(editor: Editor, uri: str) -> list[str]:
    """The names of the rules whose findings are shown next for a document."""
    return [finding["code"] for finding in editor.diagnostics(uri)["diagnostics"]]


def test_a_retired_image_is_shown_and_replaced(client: RawClient, tmp_path: Path) -> None:
    """The finding has its page, and the fix is a quick fix; the next text has no finding."""
    editor, uri = Editor(client, "VS Code", VSCODE), (tmp_path / "env.yml").as_uri()
    client.open(uri, RETIRED, language="yaml")
    [finding] = editor.diagnostics(uri)["diagnostics"]
    assert (finding["code"], finding["severity"], finding["source"]) == ("RetiredImage", 2, "azureml")
    [action] = editor.actions(uri, 2, 10)
    [document] = action["edit"]["documentChanges"]
    [edit] = document["edits"]
    client.send(change(uri, 2, apply(RETIRED, [edit])))
    assert codes(editor, uri) == []


def test_other_yaml_is_left_alone(client: RawClient, tmp_path: Path) -> None:
    """Nothing is published for a workflow until it becomes an environment; then all is cleared when it changes back."""
    editor, uri = Editor(client, "plain", PLAIN), (tmp_path / "work.yml").as_uri()
    client.open(uri, WORKFLOW, language="yaml")
    assert editor.about("documentLink", uri) is None
    assert editor.ask("textDocument/hover", uri, 4, 20) is None
    assert editor.ask("textDocument/completion", uri, 4, 20) is None
    client.send(change(uri, 2, RETIRED))
    # The first message about this document.
    assert codes(editor, uri) == ["RetiredImage"]
    client.send(change(uri, 3, WORKFLOW))
    assert codes(editor, uri) == []


def test_findings_follow_the_files_around(client: RawClient, tmp_path: Path) -> None:
    """A conda file that is open in the editor counts as it is there, and is checked itself."""
    editor, uri, conda = Editor(client, "plain", PLAIN), (tmp_path / "e.yml").as_uri(), (tmp_path / "c.yml").as_uri()
    client.open(uri, f"{SCHEMA}name: e\nimage: ubuntu\nconda_file: c.yml\n", language="yaml")
    assert codes(editor, uri) == ["CondaFileNotFound"]
    client.open(conda, "dependencies:\n  - python=3.12\n  - pip:\n    - numpy=1.26\n", language="yaml")
    assert codes(editor, conda) == ["InvalidRequirement"]
    assert codes(editor, uri) == []


def test_facts_menus_and_links(client: RawClient, tmp_path: Path) -> None:
    """Hover, completion with its documentation, links and the definition of a path."""
    (tmp_path / "conda.yml").write_text("dependencies: [pip]\n")
    editor, uri = Editor(client, "VS Code", VSCODE), (tmp_path / "env.yml").as_uri()
    client.open(uri, f"{RETIRED}conda_file: conda.yml\n", language="yaml")

    assert "openmpi4.1.0-ubuntu20.04" in editor.ask("textDocument/hover", uri, 2, 40)["contents"]["value"]
    menu = editor.ask("textDocument/completion", uri, 2, 7)
    item = next(item for item in menu["items"] if item["label"] == "minimal-py312-inference")
    assert "dockeruser" in client.request("completionItem/resolve", item)["documentation"]["value"]
    targets = [link["target"] for link in editor.about("documentLink", uri)]
    assert targets[1] == (tmp_path / "conda.yml").as_uri()
    [place] = editor.ask("textDocument/definition", uri, 3, 14)
    assert place["uri"] == (tmp_path / "conda.yml").as_uri()


def test_a_client_that_pulls_gets_the_findings(client: RawClient, tmp_path: Path) -> None:
    """The report of a YAML, and an empty one for other YAML."""
    pulls = {"workspace": {"diagnostics": {"refreshSupport": True}}, "textDocument": {"diagnostic": {}}}
    editor, uri = Editor(client, "pulls", pulls), (tmp_path / "env.yml").as_uri()
    client.open(uri, RETIRED, language="yaml")
    assert [finding["code"] for finding in editor.about("diagnostic", uri)["items"]] == ["RetiredImage"]
    client.open(f"{uri}.yml", WORKFLOW, language="yaml")
    assert editor.about("diagnostic", f"{uri}.yml")["items"] == []


SERVED = """\
$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
endpoint_name: e
model_mount_path: mnt
code_configuration:
  code: app
  scoring_script: sub/score.py
environment_variables:
  WORKER_COUNT: # here
  AZUREML_LOG
environment: azureml://registries/azureml/environments/sklearn-1.5/
"""


def test_a_deployment_is_completed_and_explained(client: RawClient, tmp_path: Path) -> None:
    """Versions of a curated environment, variables and paths; and what the container will have."""
    (tmp_path / "app" / "sub").mkdir(parents=True)
    (tmp_path / "app" / "sub" / "score.py").write_text("def init(): pass\ndef run(data): pass\n")
    editor, uri, lines = Editor(client, "VS Code", VSCODE), (tmp_path / "d.yml").as_uri(), SERVED.split("\n")
    client.open(uri, SERVED, language="yaml")

    def offered(line: int, end: str) -> list[str]:
        character = lines[line].index(end) + len(end)
        return [item["label"] for item in editor.ask("textDocument/completion", uri, line, character)["items"]]

    assert offered(4, "code: ") == ["app"]
    assert offered(5, "sub/") == ["score.py"]
    assert offered(7, ": ") == ["1"]
    assert "AZUREML_LOG_LEVEL" in offered(8, "LOG")
    first, *versions = offered(9, "1.5/")
    assert first == "labels/latest"
    assert all(version.startswith("versions/") for version in versions)
    said = editor.ask("textDocument/hover", uri, 5, 20)["contents"]["value"]
    for row in (
        "`AML_APP_ROOT` is `/var/azureml-app/app/sub`",
        "`AZUREML_ENTRY_SCRIPT` is `score.py`",
        "`AZUREML_MODEL_DIR` is `/var/azureml-app/azureml-models/mnt`",
    ):
        assert row in said


PIPELINE = "type: pipeline\njobs:\n  a:\n    command: ls\n    environment: azureml:mine@latest\n"
DEPLOYMENT = "name: blue\nendpoint_name: e\nmodel: azureml:mine:1\nenvironment: azureml:mine:2 # é\ninstance_type: S\n"


def test_an_environment_and_its_uses_lead_to_each_other(client: RawClient, tmp_path: Path) -> None:
    """In the files of the workspace, whether they are open or not; a model of the same name is something else."""
    for name, text in {
        ".git/config.yml": PIPELINE,
        "envs/own.yml": f"{SCHEMA}version: 2\nname: mine\nbuild: {{path: .}}\n",
        "envs/other.yml": RETIRED,
        "jobs/train.yaml": PIPELINE,
        "jobs/broken.yml": "environment: azureml:mine\n\x00: [",
        "jobs/kubernetes.yml": "apiVersion: v1\nenvironment: azureml:mine\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    own, train, deployment = (tmp_path / name for name in ("envs/own.yml", "jobs/train.yaml", "deploy.yml"))
    client.initialize("VS Code", folders=[tmp_path.as_uri()], **VSCODE)
    # Only in the editor so far.
    client.open(deployment.as_uri(), DEPLOYMENT, language="yaml")
    client.open(own.as_uri(), own.read_text(encoding="utf-8"), language="yaml")

    def ask(method: str, path: Path, line: int, character: int, **params: object) -> list[tuple[str, int, int]]:
        place = {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": character}}
        found = client.request(method, {**place, **params})
        starts = [(place["uri"], place["range"]["start"]) for place in found]
        return [(uri, start["line"], start["character"]) for uri, start in starts]

    definition, uses = (own.as_uri(), 2, 6), [(deployment.as_uri(), 3, 21), (train.as_uri(), 4, 25)]
    assert ask("textDocument/definition", deployment, 3, 22) == [definition]
    with_definition = {"context": {"includeDeclaration": True}}
    assert sorted(ask("textDocument/references", own, 2, 6, **with_definition)) == sorted([definition, *uses])
    without = {"context": {"includeDeclaration": False}}
    assert sorted(ask("textDocument/references", deployment, 3, 21, **without)) == sorted(uses)
    # The name of the deployment is not that of an environment.
    assert ask("textDocument/references", deployment, 0, 7, **with_definition) == []
    assert ask("textDocument/definition", deployment, 2, 15) == []


def test_a_dockerfile_and_its_environment_lead_to_each_other(client: RawClient, tmp_path: Path) -> None:
    """From the path to the Dockerfile, and from the keyword of the last FROM to the path; other FROM lead nowhere."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "docker").mkdir()
    environment, dockerfile = tmp_path / "e.yml", tmp_path / "docker" / "Dockerfile"
    environment.write_text(f"{SCHEMA}name: mine\nbuild:\n  path: docker\n  dockerfile_path: Dockerfile\n")
    dockerfile.write_text("FROM ubuntu AS a\nFROM ubuntu\n")
    client.initialize("VS Code", **VSCODE)
    client.open(environment.as_uri(), environment.read_text(), language="yaml")
    client.open(dockerfile.as_uri(), dockerfile.read_text())

    def ask(method: str, path: Path, line: int, character: int) -> list[tuple[str, int, int]]:
        place = {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": character}}
        found = client.request(f"textDocument/{method}", {**place, "context": {"includeDeclaration": True}})
        return [
            (place["uri"], place["range"]["start"]["line"], place["range"]["start"]["character"]) for place in found
        ]

    for line, character in ((3, 10), (4, 20)):
        assert ask("references", environment, line, character) == [(dockerfile.as_uri(), 0, 0)]
        assert ask("definition", environment, line, character) == [(dockerfile.as_uri(), 0, 0)]
    assert ask("definition", dockerfile, 1, 2) == [(environment.as_uri(), 3, 2)]
    assert ask("definition", dockerfile, 0, 2) == []
    assert ask("definition", dockerfile, 1, 8) == []
