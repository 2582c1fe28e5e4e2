"""The blocks to insert: on every image they work as they are, and they offer what the build context has."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.azureml.snippets import Snippet, snippets_in, whole_files, without_choices
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import context_of
from tests.features.test_code_actions import parse_snippet

BASE = "mcr.microsoft.com/azureml"
INFERENCE = f"FROM {BASE}/minimal-py312-inference:latest\n"
TRAINING = f"FROM {BASE}/openmpi4.1.0-ubuntu22.04:latest\n"
BASES = {
    "inference": INFERENCE,
    "inference as root": f"{INFERENCE}USER root\n",
    "MLflow": f"FROM {BASE}/curated/mlflow-py312-inference:latest\n",
    "curated inference": f"FROM {BASE}/curated/minimal-py312-cuda12.4-inference:latest\n",
    "inference base": f"FROM {BASE}/inference-base-2204:latest\n",
    "training": TRAINING,
    "training as somebody": f"{TRAINING}RUN useradd --create-home joe\nUSER joe\n",
    "curated": f"FROM {BASE}/curated/sklearn-1.5:latest\n",
    "another image": "FROM python:3.12\n",
    "an image that is not known": "ARG BASE\nFROM $BASE\n",
    "a stage": f"{INFERENCE[:-1]} AS base\nFROM base\n",
    "another escape character": f"# escape=`\n{INFERENCE}",
}
NAMES = [
    "apt packages",
    "pip packages",
    "pip package",
    "code and entry script",
    "model",
    "conda environment",
    "own user",
]
SCRIPT = """
    def init():
        pass

    def run(data):
        return data
    """
CONDA = """
    dependencies:
      - python=3.12
      - pip
    """
PROJECT = {
    "requirements.txt": "pandas\n",
    "conda.yml": CONDA,
    "src/score.py": SCRIPT,
    "src/helpers.py": "def run():\n    pass\n",
    "model/model.pkl": "",
    "README.md": "",
}


def snippets(text: str, context: BuildContext | None = None) -> list[Snippet]:
    """The blocks for the end of the last stage of a text."""
    stage = analyse(text).model.stages[-1].stage
    return list(snippets_in(stage, stage.end, context))


def snippet(text: str, name: str, context: BuildContext | None = None) -> Snippet:
    """The block of this name."""
    return next(snippet for snippet in snippets(text, context) if snippet.name == name)


# On every image


@pytest.mark.parametrize("base", BASES.values(), ids=BASES)
def test_each_block_raises_no_finding(base: str, tmp_path: Path) -> None:
    """A block raises no diagnostic, with its default values and with those of a build context."""
    before = [finding.rule.name for finding in analyse(base).findings if finding.rule.name != "FinalUserRoot"]
    for context in (None, context_of(tmp_path, PROJECT)):
        assert [found.name for found in snippets(base, context)] == NAMES
        for found in snippets(base, context):
            after = analyse(f"{base}{found.text}\n", context=context)
            names = [finding.rule.name for finding in after.findings if finding.rule.name != "FinalUserRoot"]
            assert names == before, after.text


@pytest.mark.parametrize("base", BASES.values(), ids=BASES)
def test_all_blocks_together_raise_no_finding(base: str, tmp_path: Path) -> None:
    """All blocks, one below the other in either order, raise no diagnostic."""
    before = [finding.rule.name for finding in analyse(base).findings if finding.rule.name != "FinalUserRoot"]
    context = context_of(tmp_path, PROJECT)
    for names in (NAMES, NAMES[::-1]):
        text = base
        for name in names:
            text += snippet(text, name, context).text + "\n"
        found = [finding.rule.name for finding in analyse(text, context=context).findings]
        assert [name for name in found if name != "FinalUserRoot"] == before, text


@pytest.mark.parametrize("base", BASES.values(), ids=BASES)
def test_an_editor_reads_what_others_get(base: str, tmp_path: Path) -> None:
    """An editor with snippets inserts the same default text as one without, whatever the build context contains."""
    several = {"src,1/a.py": SCRIPT, "b|2.py": SCRIPT, "model,1.pkl": "", "models/x": "", "requirements/a,b.txt": "x\n"}
    for files in (PROJECT, several):
        for found in snippets(base, context_of(tmp_path, files)):
            assert parse_snippet(found.body)[0] == found.text


# Users


def test_a_conda_environment_on_an_inference_image() -> None:
    """Root creates the environment, the user of the image owns it, and it contains the server."""
    assert (
        snippet(INFERENCE, "conda environment").text
        == r"""
ENV AZUREML_CONDA_ENVIRONMENT_PATH=/azureml-envs/default
COPY conda_dependencies.yaml /tmp/conda_dependencies.yaml
USER root
RUN PIP_NO_CACHE_DIR=1 conda env create -p $AZUREML_CONDA_ENVIRONMENT_PATH -f /tmp/conda_dependencies.yaml -q && \
    $AZUREML_CONDA_ENVIRONMENT_PATH/bin/pip install --no-cache-dir azureml-inference-server-http && \
    conda clean -a -y && \
    chown -R dockeruser $AZUREML_CONDA_ENVIRONMENT_PATH
USER dockeruser
ENV PATH=$AZUREML_CONDA_ENVIRONMENT_PATH/bin:$PATH
ENV LD_LIBRARY_PATH=$AZUREML_CONDA_ENVIRONMENT_PATH/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}""".removeprefix("\n")
    )


def test_a_conda_environment_on_a_training_image() -> None:
    """On a training image root runs everything, and no server is installed."""
    assert (
        snippet(TRAINING, "conda environment").text
        == r"""
ENV AZUREML_CONDA_ENVIRONMENT_PATH=/azureml-envs/default
COPY conda_dependencies.yaml /tmp/conda_dependencies.yaml
RUN PIP_NO_CACHE_DIR=1 conda env create -p $AZUREML_CONDA_ENVIRONMENT_PATH -f /tmp/conda_dependencies.yaml -q && \
    conda clean -a -y
ENV PATH=$AZUREML_CONDA_ENVIRONMENT_PATH/bin:$PATH
ENV LD_LIBRARY_PATH=$AZUREML_CONDA_ENVIRONMENT_PATH/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}""".removeprefix("\n")
    )


def test_what_the_environment_variables_become() -> None:
    """No path is empty: the dynamic linker would search the current folder."""
    text = TRAINING + snippet(TRAINING, "conda environment").text
    stage = analyse(f"{text}\n").model.stages[0].stage

    assert stage.environment["AZUREML_CONDA_ENVIRONMENT_PATH"].value == "/azureml-envs/default"
    scratch = "FROM scratch\n"
    scratch += snippet(scratch, "conda environment").text + "\n"
    environment = analyse(scratch).model.stages[0].stage.environment
    assert environment["LD_LIBRARY_PATH"].value == "/azureml-envs/default/lib"
    set_before = "FROM scratch\nENV LD_LIBRARY_PATH=/a\n"
    set_before += snippet(set_before, "conda environment").text + "\n"
    environment = analyse(set_before).model.stages[0].stage.environment
    assert environment["LD_LIBRARY_PATH"].value == "/azureml-envs/default/lib:/a"


def test_an_own_user() -> None:
    """On an inference image the user owns the folders of the services; other images have no services."""
    assert snippet(INFERENCE, "own user").text == (
        "USER root\n"
        "RUN useradd --create-home appuser && \\\n"
        "    chown -R appuser /var/runit /var/log /var/lib/nginx /run /opt/miniconda /var/azureml-app\n"
        "USER appuser"
    )
    assert snippet(TRAINING, "own user").text == "RUN useradd --create-home appuser\nUSER appuser"


@pytest.mark.parametrize("rest", ["RUN apt-get update\n", "USER root\n"])
def test_an_own_user_comes_last(rest: str) -> None:
    """The block is not offered above a RUN or a USER, which would run as that user."""
    stage = analyse(f"{TRAINING}{rest}EXPOSE 5001\n").model.stages[0].stage

    assert [found.name for found in snippets_in(stage, 1)] == NAMES[:-1]
    assert [found.name for found in snippets_in(stage, 2)] == NAMES


# What the context has


def test_what_the_context_has_is_offered(tmp_path: Path) -> None:
    """The requirements file, the conda file, the script with its folder and the model of the context are offered."""
    context = context_of(tmp_path, PROJECT)

    assert snippet(INFERENCE, "pip packages", context).body.startswith("COPY ${1:requirements.txt} ")
    assert "COPY ${2:conda.yml} " in snippet(INFERENCE, "conda environment", context).body
    assert snippet(INFERENCE, "code and entry script", context).body == (
        "COPY ${1:src} /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=${2:score.py}"
    )
    assert snippet(INFERENCE, "model", context).body.startswith("COPY ${1:model} /var/azureml-app/azureml-models\n")


def test_the_complete_files_are_filled_in(tmp_path: Path) -> None:
    """A complete file builds as it is, and raises no diagnostic."""
    context = context_of(tmp_path, {**PROJECT, "requirements/test.txt": "x\n"})
    inference, training = whole_files(context=context)

    assert "COPY src /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=score.py\n" in inference.text
    assert "USER" not in training.text
    for file in (inference, training):
        assert "COPY ${4|requirements.txt,requirements/test.txt|} /tmp/requirements.txt" in file.body
        assert analyse(f"{file.text}\n", context=context).findings == ()


def test_files_at_the_root_are_copied_into_a_folder(tmp_path: Path) -> None:
    """The destination of a single file ends with a slash."""
    context = context_of(tmp_path, {"serve.py": SCRIPT, "model.onnx": ""})

    assert snippet(INFERENCE, "code and entry script", context).text == (
        "COPY serve.py /var/azureml-app/\nENV AZUREML_ENTRY_SCRIPT=serve.py"
    )
    assert snippet(INFERENCE, "model", context).text == (
        "COPY model.onnx /var/azureml-app/azureml-models/\nENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models"
    )


def test_a_script_further_down(tmp_path: Path) -> None:
    """The folder right below the root is copied, with everything that the script may import."""
    context = context_of(tmp_path, {"src/inference/score.py": SCRIPT})

    assert snippet(INFERENCE, "code and entry script", context).text == (
        "COPY src /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=inference/score.py"
    )


def test_several_are_a_choice(tmp_path: Path) -> None:
    """Several values are a choice, the most likely first, each once; commas and bars in names are escaped."""
    files = {
        "a,b|c/requirements.txt": "x\n",
        "requirements-dev.txt": "x\n",
        "requirements.txt": "x\n",
        "one/score.py": SCRIPT,
        "two/score.py": SCRIPT,
    }
    context = context_of(tmp_path, files)
    pip = snippet(INFERENCE, "pip packages", context)

    assert pip.body.startswith(r"COPY ${1|requirements.txt,requirements-dev.txt,a\,b\|c/requirements.txt|} ")
    assert pip.text.startswith("COPY requirements.txt /tmp/")
    assert snippet(INFERENCE, "code and entry script", context).body == (
        "COPY ${1|one,two|} /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=${2:score.py}"
    )


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        ("COPY ${1|one,two|} /app/${2:x}", "COPY ${1:one} /app/${2:x}"),
        (r"COPY ${1|a\,b\|c,two|} /app", "COPY ${1:a,b|c} /app"),
        (r"RUN a && \\ \${1|x,y|}", r"RUN a && \\ \${1|x,y|}"),
    ],
)
def test_a_choice_becomes_a_field_with_its_first_value(body: str, plain: str) -> None:
    """For an editor whose choices begin without a text; fields and escaped characters stay."""
    assert without_choices(body) == plain


@pytest.mark.parametrize("name", ["a b", "$HOME", "a}b", "-x", "a`b", "a'b", "#a", "a[b]", "a*"])
def test_names_that_mean_something_else_in_a_dockerfile(name: str, tmp_path: Path) -> None:
    """Names with special characters for COPY or an editor are not offered."""
    context = context_of(tmp_path, {f"{name}/score.py": SCRIPT, f"{name}/requirements.txt": "x\n"})

    assert snippet(INFERENCE, "code and entry script", context).text.startswith("COPY code ")
    assert snippet(INFERENCE, "pip packages", context).text.startswith("COPY requirements.txt ")


def test_what_is_not_sent_to_the_build_is_not_offered(tmp_path: Path) -> None:
    """Entries that are excluded, hidden, deep, of another kind or beyond the limit are not offered."""
    context = context_of(
        tmp_path,
        {
            ".dockerignore": "src\nrequirements.txt\n",
            "src/score.py": SCRIPT,
            "requirements.txt": "x\n",
            ".venv/lib/score.py": SCRIPT,
            "a/b/c/d/score.py": SCRIPT,
            "train.py": "def main():\n    pass\n",
            "workflow.yml": "on: push\n",
            "model.dockerfile": "FROM python:3.12\n",
            "modeling/x.py": "x = 1\n",
        },
    )

    assert [found.body for found in snippets(INFERENCE, context)] == [found.body for found in snippets(INFERENCE)]
