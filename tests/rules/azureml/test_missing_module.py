"""MissingModule: the entry script imports a module that nothing installs."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.rules.rule import Severity
from tests.annotated import check_clean, check_fix, check_rule, context_of, crlf, findings_of

RULE = "MissingModule"
INFERENCE = "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
END = "COPY score.py /var/azureml-app/\nENV AZUREML_ENTRY_SCRIPT=score.py\n"
FUNCTIONS = "\n\ndef init():\n    pass\n\n\ndef run(data):\n    return data\n"
SKLEARN = {"score.py": f"import sklearn.linear_model as m{FUNCTIONS}", "requirements.txt": "scikit-learn>=1.5\n"}


def test_a_framework(tmp_path: Path) -> None:
    """The value is marked, the import is related, and the fix installs the package."""
    context = context_of(tmp_path, SKLEARN)
    before = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY score.py /var/azureml-app/
        ENV AZUREML_ENTRY_SCRIPT=score.py
        #                        ^^^^^^^^ MissingModule score.py imports sklearn, but neither the image nor a RUN
        """
    after = """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY score.py /var/azureml-app/
        RUN pip install --no-cache-dir scikit-learn
        ENV AZUREML_ENTRY_SCRIPT=score.py
        """

    [finding] = check_rule(RULE, before, context)
    check_fix(RULE, before, after, "Install scikit-learn", context)
    check_fix(RULE, crlf(before), crlf(after), context=context)
    check_clean(after, context)
    assert finding.severity is Severity.HINT
    assert [(place.path, place.span.of(SKLEARN["score.py"])) for place in finding.related] == [
        ("score.py", "import sklearn.linear_model as m")
    ]


@pytest.mark.parametrize(
    "line", ["from azureml.core.model import Model", "from azureml import core", "import azureml.core"]
)
def test_the_old_sdk(tmp_path: Path, line: str) -> None:
    """The variable of the model replaces it, so there is no fix."""
    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/curated/minimal-py311-inference:latest
        COPY . /var/azureml-app
        ENV AZUREML_ENTRY_SCRIPT=score.py
        #                        ^^^^^^^^ MissingModule Read the model from AZUREML_MODEL_DIR instead.
        """,
        context_of(tmp_path, {"score.py": f"{line}{FUNCTIONS}"}),
    )

    assert finding.fixes == ()


def test_several_modules_of_the_default_script(tmp_path: Path) -> None:
    """Imports in `init()` and `run()` are read too; one finding is on the COPY that adds `main.py`."""
    script = """
        import os

        import torch


        def init():
            from transformers import AutoModel


        def run(data):
            import numpy, pandas
        """

    [finding] = check_rule(
        RULE,
        """
        FROM mcr.microsoft.com/azureml/curated/minimal-py312-cuda12.4-inference:latest
        COPY app /var/azureml-app
        #        ^^^^^^^^^^^^^^^^ MissingModule imports torch, transformers and pandas
        """,
        context_of(tmp_path, {"app/main.py": script}),
    )

    assert [fix.title for fix in finding.fixes] == ["Install torch, transformers and pandas"]


@pytest.mark.parametrize(
    "line",
    [
        "RUN pip install --no-cache-dir requests flask",
        "RUN pip install --no-cache-dir torch==2.4 && apt-get --version",
        "RUN conda install -y numpy",
        "RUN mkdir -p /data && python -m pip check",
    ],
)
def test_other_installations(tmp_path: Path, line: str) -> None:
    """These packages do not bring the module."""
    assert len(findings_of(RULE, f"{INFERENCE}{line}\n{END}", context_of(tmp_path, SKLEARN))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "RUN pip install --no-cache-dir scikit-learn",
        "RUN python -m pip install 'scikit_learn>=1.5'",
        "RUN conda install -y scikit-learn",
        "RUN conda create -p /azureml-envs/own python scikit-learn",
        "RUN pip install xgboost",
        "WORKDIR /tmp\nCOPY requirements.txt .\nRUN pip install -r requirements.txt",
        # What these install is unknown.
        "RUN pip install our-model",
        "RUN pip install -r https://example.org/requirements.txt",
        "RUN pip install git+https://github.com/a/b",
        "RUN pip install $PACKAGES",
        "COPY setup.sh .\nRUN ./setup.sh",
        "RUN apt-get install -y python3-sklearn",
        "RUN tar -xf packages.tar -C /opt/miniconda/lib/python3.12/site-packages",
        "RUN uv sync",
        "COPY --from=build /opt/venv /opt/venv",
        "ADD packages.tar.gz /",
        "COPY vendor /azureml-envs/minimal/lib/python3.12/site-packages",
        "ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt",
        'CMD ["uvicorn", "app:app"]',
    ],
)
def test_modules_that_may_be_there_are_not_reported(tmp_path: Path, line: str) -> None:
    """The package is installed, or may be."""
    assert findings_of(RULE, f"{INFERENCE}{line}\n{END}", context_of(tmp_path, SKLEARN)) == []


@pytest.mark.parametrize(
    "start",
    [
        "import os, json, our_module, joblib, numpy",
        "try:\n    import torch\nexcept ImportError:\n    torch = None",
        "if False:\n    import torch",
        "def train():\n    import torch",
        "from .torch import x",
        "import torchbearer",
        "import azureml",
        "import torch (",
    ],
)
def test_other_imports_are_not_reported(tmp_path: Path, start: str) -> None:
    """They are of the standard library, of the image or unknown, or the script may do without them."""
    assert findings_of(RULE, f"{INFERENCE}{END}", context_of(tmp_path, {"score.py": f"{start}{FUNCTIONS}"})) == []


@pytest.mark.parametrize("path", ["sklearn.py", "lib/sklearn/__init__.py"])
def test_local_modules_are_not_reported(tmp_path: Path, path: str) -> None:
    """A file or folder of the build context has the name of the module."""
    assert findings_of(RULE, f"{INFERENCE}{END}", context_of(tmp_path, {**SKLEARN, path: ""})) == []


@pytest.mark.parametrize(
    "image",
    [
        "python:3.12",
        "mcr.microsoft.com/azureml/curated/sklearn-1.5:latest",
        "mcr.microsoft.com/azureml/inference-base-2204",
    ],
)
def test_other_images_are_not_reported(tmp_path: Path, image: str) -> None:
    """Their packages are unknown, or they do not start the server."""
    assert findings_of(RULE, f"FROM {image}\n{END}", context_of(tmp_path, SKLEARN)) == []
