"""Which YAML is Azure ML's: its schema or its shape says so, and no other program's file has one."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.manifest.recognition import HEAD, kind_of
from azureml_dockerfile_ls.manifest.schema import Kind
from tests.annotated import dockerfile

SCHEMA = "$schema: https://azuremlschemas.azureedge.net/latest/{}.schema.json\n"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("environment", Kind.ENVIRONMENT),
        ("managedOnlineDeployment", Kind.ONLINE_DEPLOYMENT),
        ("kubernetesOnlineDeployment", Kind.ONLINE_DEPLOYMENT),
        ("batchDeployment", Kind.BATCH_DEPLOYMENT),
        ("commandJob", Kind.JOB),
        ("pipelineJob", Kind.JOB),
        ("commandComponent", Kind.COMPONENT),
        ("workspace", Kind.OTHER),
    ],
)
def test_the_schema_says_it(name: str, kind: Kind) -> None:
    """The name of the schema decides, in quotes, after comments, and in an editor's comment too."""
    line = SCHEMA.format(name)
    assert kind_of(line) is kind
    assert kind_of(f"# A comment\n\n{line}name: x\n") is kind
    assert kind_of(line.replace(" https", ' "https').replace("json", 'json"')) is kind
    assert kind_of(f"# yaml-language-server: $schema={line.split(' ', 1)[1]}name: x\n") is kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("CommandComponent", Kind.COMPONENT),
        ("ParallelComponent", Kind.COMPONENT),
        ("SparkJob", Kind.JOB),
        ("OnlineDeployment", Kind.ONLINE_DEPLOYMENT),
        ("Connection", Kind.OTHER),
    ],
)
def test_the_name_of_a_schema_in_the_sdk(name: str, kind: Kind) -> None:
    """Microsoft's own components call the same schemas by names without a host."""
    assert kind_of(f"$schema: http://azureml/sdk-2-0/{name}.json\nname: x\n") is kind
    assert kind_of(f"$schema: http://azureml/other/{name}.json\nname: x\n") is None


SHAPES = [
    ("name: e\nimage: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04\n", Kind.ENVIRONMENT),
    ("name: e\nimage: ubuntu\nconda_file: conda.yml\n", Kind.ENVIRONMENT),
    ("name: e\nbuild:\n  path: .\n  dockerfile_path: Dockerfile\n", Kind.ENVIRONMENT),
    ("name: blue\nendpoint_name: e\nmodel: azureml:m:1\ninstance_type: S\n", Kind.ONLINE_DEPLOYMENT),
    ("name: b\nendpoint_name: e\nmodel: {path: m}\nresources: {limits: {cpu: 1}}\n", Kind.ONLINE_DEPLOYMENT),
    ("name: blue\nendpoint_name: e\nmodel: azureml:m:1\nmini_batch_size: 2\n", Kind.BATCH_DEPLOYMENT),
    ("name: blue\ncode_configuration:\n  code: src\n  scoring_script: score.py\n", Kind.ONLINE_DEPLOYMENT),
    ("compute: azureml:c\ncode_configuration:\n  scoring_script: score.py\n", Kind.BATCH_DEPLOYMENT),
    ("command: python a.py\nenvironment: azureml:e@latest\ncompute: azureml:c\n", Kind.JOB),
    ("type: pipeline\njobs:\n  a:\n    type: command\n", Kind.JOB),
    ("name: e\nversion: auto\ntype: environment\nspec: spec.yaml\nextra_config: environment.yaml\n", Kind.ASSET),
    ("image:\n  name: azureml/curated/e\n  os: linux\n  context:\n    dir: context\n", Kind.ASSET_IMAGE),
    ("name: e\nchannels: [conda-forge]\ndependencies:\n  - numpy\n", Kind.CONDA),
    ("dependencies:\n- python=3.12\n- pip:\n  - numpy\n", Kind.CONDA),
]


@pytest.mark.parametrize(("fixture", "kind"), SHAPES)
def test_the_shape_says_it(fixture: str, kind: Kind) -> None:
    """Files without a schema, as people and Azure ML's own repositories have them."""
    assert kind_of(fixture) is kind
    assert kind_of(fixture.replace("\n", "\r\n")) is kind


OTHERS = {
    "compose": """
        services:
          web:
            image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
            build:
              context: nowhere
        """,
    "kubernetes": """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: x}
        spec:
          template:
            spec:
              containers:
                - image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
        """,
    "github actions": """
        name: train
        on: push
        jobs:
          train:
            runs-on: ubuntu-latest
            environment: production
            container:
              image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
        """,
    "azure pipelines": """
        trigger: [main]
        pool: {vmImage: ubuntu-22.04}
        jobs:
          - job: train
            steps:
              - script: az ml job create
        """,
    "gitlab": """
        image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
        build:
          script: make
        """,
    "helm chart": """
        apiVersion: v2
        name: model
        version: 1.0.0
        dependencies:
          - name: python
            version: 1.0.0
        """,
    "helm values": """
        image:
          repository: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
          tag: latest
        environment: {}
        """,
    "openapi": """
        openapi: 3.0.0
        info: {title: model, version: "1"}
        paths: {}
        """,
    "dbt project": """
        name: model
        version: "1.0.0"
        profile: default
        model-paths: [models]
        """,
    "dbt packages": """
        packages:
          - package: dbt-labs/dbt_utils
            version: 1.1.1
        """,
    "ansible": """
        - hosts: all
          tasks:
            - name: install
              apt: name=python3=3.8
        """,
    "mlflow project": """
        name: model
        conda_env: conda.yml
        entry_points:
          main: {command: python train.py}
        """,
    "another schema": """
        $schema: https://json.schemastore.org/github-workflow.json
        image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
        conda_file: conda.yml
        """,
    "an agent": """
        name: agent
        code_configuration:
          runtime: python
        environment_variables: {}
        """,
    "a list": "- python=3.8\n",
    "nothing": "",
}


@pytest.mark.parametrize("fixture", OTHERS.values(), ids=OTHERS)
def test_other_yaml_is_not_ours(fixture: str) -> None:
    """Nothing is said about the files of other programs, whatever image they name."""
    assert kind_of(dockerfile(fixture)) is None


def test_only_the_head_is_read() -> None:
    """A schema far below the start of a text has no effect."""
    assert kind_of("a: b\n" + "# filler\n" * HEAD + SCHEMA.format("environment")) is None
