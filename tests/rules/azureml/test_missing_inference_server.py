"""MissingInferenceServer: a conda environment that lacks the inference server."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_clean, check_fix, check_rule, context_of, crlf, findings_of

RULE = "MissingInferenceServer"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
CONDA = "dependencies:\n  - python=3.12\n  - pip\n  - pip:\n      - scikit-learn\n"
WITH_SERVER = f"{CONDA}      - azureml-inference-server-http~=1.4\n"
FILES = {"conda.yml": CONDA, "r.txt": "pandas\n", "s.txt": "azureml_inference_server_http\n"}
CREATED = "WORKDIR /\nCOPY conda.yml r.txt s.txt ./\nRUN conda env create -p /azureml-envs/own -f conda.yml\n"
IN_PATH = "ENV PATH=/azureml-envs/own/bin:$PATH\n"


def test_an_environment_from_a_file(tmp_path: Path) -> None:
    """The file is marked in the command, and its text in the context is related."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        WORKDIR /
        COPY conda.yml .
        RUN conda env create -p /azureml-envs/own -f conda.yml -q && rm conda.yml
        #                                            ^^^^^^^^^ MissingInferenceServer in /azureml-envs/own
        ENV PATH=/azureml-envs/own/bin:$PATH
        """,
        context_of(tmp_path, FILES),
    )

    assert finding.severity is Severity.WARNING
    assert [related.path for related in finding.related] == ["conda.yml"]


def test_an_environment_from_packages(tmp_path: Path) -> None:
    """The form of Microsoft's own images is reported, with variables expanded."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_CONDA_ENVIRONMENT_PATH /azureml-envs/own
        RUN conda create -p $AZUREML_CONDA_ENVIRONMENT_PATH python=3.12 pip -c conda-forge
        #         ^^^^^^ MissingInferenceServer
        ENV PATH $AZUREML_CONDA_ENVIRONMENT_PATH/bin:$PATH
        RUN pip install 'scikit-learn==1.5' azureml-mlflow
        """,
        context_of(tmp_path, {}),
    )


def test_a_named_environment(tmp_path: Path) -> None:
    """`-n NAME` creates the environment in conda's folder `envs`."""
    check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        COPY files/conda.yaml files/r.txt /tmp/
        RUN conda env create -n own --file /tmp/conda.yaml
        #                                  ^^^^^^^^^^^^^^^ MissingInferenceServer
        RUN conda run -n own pip install -r /tmp/r.txt
        ENV PATH="/opt/miniconda/envs/own/bin:$PATH"
        CMD ["runsvdir", "/var/runit"]
        """,
        context_of(tmp_path, {"files/conda.yaml": CONDA, "files/r.txt": "pandas"}),
    )


@pytest.mark.parametrize(
    "line",
    [
        "COPY --from=mcr.microsoft.com/azureml/o16n-base/python-assets:1 /artifacts /var/",
        "RUN chown -R dockeruser /var/runit",
        "COPY notes.txt .",
        "RUN python -m nltk.downloader punkt",
        "RUN . /opt/miniconda/etc/profile.d/conda.sh && conda activate /azureml-envs/own && pip install pandas",
    ],
)
def test_instructions_that_do_not_install_the_server(tmp_path: Path, line: str) -> None:
    """Files elsewhere, owners, data and other packages do not install the server."""
    image = "FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest\n"
    text = f'{image}{CREATED}{IN_PATH}{line}\nCMD ["runsvdir", "/var/runit"]\n'

    assert len(findings_of(RULE, text, context_of(tmp_path, FILES))) == 1


def test_an_environment_in_an_earlier_stage(tmp_path: Path) -> None:
    """The file of the earlier stage is marked, and the fix adds a line below the command."""
    text = f"{INFERENCE[:-1]} AS base\n{CREATED}FROM base\n{IN_PATH}"
    [finding] = findings_of(RULE, text, context_of(tmp_path, FILES))

    assert finding.span.of(text) == "conda.yml"
    assert [fix.title for fix in finding.fixes] == ["Install azureml-inference-server-http in this environment"]


@pytest.mark.parametrize(
    "lines",
    [
        f"{CREATED}{IN_PATH}RUN pip install azureml-inference-server-http",
        f"{CREATED}RUN /azureml-envs/own/bin/pip install azureml-defaults\n{IN_PATH}",
        f"{CREATED}RUN conda run -p /azureml-envs/own pip install 'Azureml_Inference_Server_HTTP>=1'\n{IN_PATH}",
        f"{CREATED}{IN_PATH}RUN pip install -r s.txt",
        f"{CREATED}{IN_PATH}RUN pip install azureml-contrib-services",
        f"{CREATED.replace('conda.yml', 'server.yml')}{IN_PATH}",
        # The container runs in another environment.
        CREATED,
        f"{CREATED}ENV PATH=$PATH:/azureml-envs/own/bin",
        f"{CREATED}ENV PATH=/azureml-envs/other/bin:$PATH",
        f"{CREATED}ENV AZUREML_CONDA_ENVIRONMENT_PATH=/azureml-envs/own",
        f"{CREATED.replace('/azureml-envs/own', '/azureml-envs/other')}{IN_PATH}",
        f"{IN_PATH}RUN pip install pandas",
        # The packages that these add are unknown.
        f"{CREATED}{IN_PATH}RUN pip install -r missing.txt",
        f"{CREATED}{IN_PATH}RUN pip install $PACKAGES",
        f"{CREATED}{IN_PATH}RUN pip install .",
        f"{CREATED}{IN_PATH}RUN pip install ./a.whl",
        f"{CREATED}{IN_PATH}RUN pip install git+https://example.org/a.git",
        f"{CREATED}{IN_PATH}RUN ./install.sh",
        f"{CREATED}{IN_PATH}RUN bash /tmp/install.sh",
        f"{CREATED}{IN_PATH}RUN python setup.py install",
        f"{CREATED}{IN_PATH}RUN poetry install",
        f"{CREATED}{IN_PATH}RUN conda env update -p /azureml-envs/own -f /tmp/more.yml",
        f"{CREATED}{IN_PATH}COPY --from=build /azureml-envs /azureml-envs",
        f"{CREATED}{IN_PATH}COPY --from=build /wheels somewhere\nWORKDIR $D\nCOPY --from=build a b",
        f"{CREATED}{IN_PATH}COPY r.txt /azureml-envs/own/r.txt",
        f"{CREATED}{IN_PATH}ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt",
        f"{CREATED.replace('RUN', 'RUN sed -i s/a/b/ conda.yml &&')}{IN_PATH}",
        f"{CREATED.replace('WORKDIR /', '').replace('RUN', 'WORKDIR own' + chr(10) + 'RUN')}{IN_PATH}",
        f"COPY missing.yml /\nRUN conda env create -p /azureml-envs/own -f /missing.yml\n{IN_PATH}",
        f"RUN conda create -p /azureml-envs/own --clone base\n{IN_PATH}",
        f"RUN conda create -p /azureml-envs/own --file /spec.txt\n{IN_PATH}",
        f'SHELL ["pwsh", "-c"]\n{CREATED}{IN_PATH}',
        # The image has other services.
        f"{CREATED}{IN_PATH}COPY api /var/runit/api",
        f"{CREATED}{IN_PATH}COPY overlay /",
        f"{CREATED}{IN_PATH}RUN rm -rf /var/runit/gunicorn",
        f'{CREATED}{IN_PATH}CMD ["runsvdir", "/opt/services"]',
        # Nothing starts the server.
        f'{CREATED}{IN_PATH}CMD ["python", "app.py"]',
    ],
)
def test_an_environment_that_may_have_the_server_is_not_reported(tmp_path: Path, lines: str) -> None:
    """The rule ignores environments that have the server, may have it, or do not run it."""
    context = context_of(tmp_path, {**FILES, "server.yml": WITH_SERVER})

    assert findings_of(RULE, f"{INFERENCE}{lines}\n", context) == []


@pytest.mark.parametrize("content", ["dependencies: *python", "- a\n", "\x00", "dependencies:\n- pip:\n  - .\n"])
def test_a_file_with_unknown_packages_is_not_reported(tmp_path: Path, content: str) -> None:
    """The rule does not guess the packages of a file that it cannot read."""
    assert (
        findings_of(RULE, f"{INFERENCE}{CREATED}{IN_PATH}", context_of(tmp_path, {**FILES, "conda.yml": content})) == []
    )


@pytest.mark.parametrize(
    "image", ["mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04", "continuumio/miniconda3", "$BASE"]
)
def test_other_images_are_not_reported(tmp_path: Path, image: str) -> None:
    """An environment for training does not need the server."""
    assert findings_of(RULE, f"FROM {image}\n{CREATED}{IN_PATH}", context_of(tmp_path, FILES)) == []


def test_nothing_is_reported_without_a_context() -> None:
    """The files are unknown."""
    assert findings_of(RULE, f"{INFERENCE}{CREATED}{IN_PATH}") == []


def test_the_fix_installs_the_server(tmp_path: Path) -> None:
    """The user who created the environment installs it there; comments, letter case and line ends stay unchanged."""
    context = context_of(tmp_path, FILES)
    before = r"""
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        WORKDIR /
        COPY conda.yml .
        USER root
        # the environment
        RUN conda env create -p /azureml-envs/own \
              # quiet
              -f conda.yml
        USER dockeruser
        ENV PATH=/azureml-envs/own/bin:$PATH
        """
    after = before.replace(
        "-f conda.yml\n", "-f conda.yml\n        RUN /azureml-envs/own/bin/pip install azureml-inference-server-http\n"
    )

    check_fix(RULE, before, after, "Install azureml-inference-server-http in this environment", context)
    check_fix(RULE, crlf(before), crlf(after), context=context)
    check_clean(after, context)


@pytest.mark.parametrize(
    "lines",
    [
        "RUN conda create -p /azureml-envs/own zlib\nENV PATH=/azureml-envs/own/bin:$PATH",
        "RUN conda create -p '/azureml-envs/my own' python\nENV PATH='/azureml-envs/my own/bin':$PATH",
    ],
)
def test_environments_without_a_fix(tmp_path: Path, lines: str) -> None:
    """An environment without Python has no pip, and a path with a space is left to the user."""
    [finding] = findings_of(RULE, f"{INFERENCE}{lines}\n", context_of(tmp_path, FILES))

    assert finding.fixes == ()


MLFLOW = "FROM mcr.microsoft.com/azureml/mlflow-ubuntu20.04-py38-cpu-inference:latest\n"
MONITORED = f"{WITH_SERVER}      - azureml-ai-monitoring\n"


def test_an_environment_of_an_mlflow_image(tmp_path: Path) -> None:
    """The scoring script of MLflow images also needs azureml-ai-monitoring; the variable names the folder."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/mlflow-ubuntu20.04-py38-cpu-inference:latest
        COPY conda.yml /tmp/
        RUN conda env create -p /azureml-envs/own -f /tmp/conda.yml
        #                                            ^^^^^^^^^^^^^^ MissingInferenceServer monitoring is missing
        ENV AZUREML_CONDA_ENVIRONMENT_PATH=/azureml-envs/own
        """,
        context_of(tmp_path, {"conda.yml": WITH_SERVER}),
    )

    assert finding.message.startswith("The scoring script of MLflow images does not start in /azureml-envs/own")


def test_an_mlflow_image_without_both_packages(tmp_path: Path) -> None:
    """The fix installs both packages."""
    context = context_of(tmp_path, FILES)
    both = "azureml-inference-server-http azureml-ai-monitoring"
    installed = f"RUN /azureml-envs/own/bin/pip install {both}\n"

    [finding] = findings_of(RULE, f"{MLFLOW}{CREATED}{IN_PATH}", context)
    assert "are missing. Install them there." in finding.message
    check_fix(RULE, f"{MLFLOW}{CREATED}{IN_PATH}", f"{MLFLOW}{CREATED}{installed}{IN_PATH}", context=context)


@pytest.mark.parametrize(
    "text",
    [
        f"{MLFLOW}{CREATED.replace('conda.yml', 'monitored.yml')}{IN_PATH}",
        f"{MLFLOW}{CREATED.replace('conda.yml', 'server.yml')}{IN_PATH}RUN pip install azureml-ai-monitoring\n",
        f"{MLFLOW}{CREATED.replace('conda.yml', 'server.yml')}{IN_PATH}ENV AZUREML_ENTRY_SCRIPT=score.py\n",
        f"{MLFLOW}{CREATED}ENV AZUREML_CONDA_ENVIRONMENT_PATH=/azureml-envs/other\n",
        f"{INFERENCE}{CREATED.replace('conda.yml', 'server.yml')}{IN_PATH}",
    ],
)
def test_an_environment_that_can_score_mlflow_models(tmp_path: Path, text: str) -> None:
    """The rule is silent with the package, with another entry script and on other images."""
    context = context_of(tmp_path, {**FILES, "server.yml": WITH_SERVER, "monitored.yml": MONITORED})

    assert findings_of(RULE, text, context) == []
