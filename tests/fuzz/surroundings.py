"""The files around every text of the fuzzer: a project in which most names that texts use lead somewhere."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from tests.annotated import context_of

FILES = {
    "score.py": "import sklearn\nfrom code import helper\n\n\ndef init(): ...\n\n\ndef run(data): ...\n",
    "code/score.py": "def init():\n    pass\n\n\ndef run(data):\n    return data\n",
    "code/train.py": "import torch\n\n\nif __name__ == '__main__':\n    print(torch)\n",
    "model/weights.json": "{}\n",
    "requirements.txt": "pandas>=1.0\nnumpy\nazureml-inference-server-http\n",
    "conda.yml": "name: project\nchannels: [conda-forge]\ndependencies:\n- python=3.12\n- pip:\n  - torch\n",
    "Dockerfile": "FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\nCOPY code /var/azureml-app\n",
    "context/Dockerfile": "FROM ubuntu\nCOPY a b\n",
    ".dockerignore": "*.log\nmodel/*\n!model/weights.json\n",
    "a": "a",
    "b/": "",
}


class Surroundings(NamedTuple):
    """The files as a Dockerfile and as a YAML in the folder see them."""

    context: BuildContext
    files: ManifestFiles


def surroundings_in(folder: Path) -> Surroundings:
    """Write the files into a folder."""
    return Surroundings(context_of(folder, FILES), ManifestFiles(str(folder), "azureml.yml"))
