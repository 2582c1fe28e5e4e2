"""The blocks to insert really build, on an image that starts as dockeruser and on one that starts as root."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.features.code_actions.insertions import insertions
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import Span
from tests.annotated import apply_edits
from tests.builds.buildah import INFERENCE, TRAINING, Buildah, Image, check_builds, check_silent, project

PROJECT = {
    "requirements.txt": "packaging>=20\n",
    "conda.yml": """
        dependencies:
          - python=3.12
          - pip
        """,
    "code/score.py": """
        def init():
            pass


        def run(data):
            return data
        """,
    "model/model.pkl": "a model\n",
}
USERS = {INFERENCE: "dockeruser", TRAINING: "root"}

each_base = pytest.mark.parametrize("base", [INFERENCE, TRAINING], ids=["inference", "training"])


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """A project with one of each: requirements, conda file, code, model."""
    return project(tmp_path, PROJECT)


def inserted(text: str, block: str, context: Path) -> str:
    """A Dockerfile after a block is inserted at its end, with the values that the build context suggests."""
    snapshot = analyse(text, context=BuildContext(str(context)))
    [action] = [
        action for action in insertions(snapshot, Span(len(text), len(text))) if action.title == f"Insert {block}"
    ]
    return apply_edits(text, action.computed().edits)


def check_block(buildah: Buildah, text: str, context: Path) -> Image:
    """The Dockerfile builds, no rule finds anything, and the image runs as the user of its base image."""
    image = check_builds(buildah, text, context)
    check_silent(text, context)
    [user] = {user for base, user in USERS.items() if text.startswith(base)}
    assert image.run("id -un").strip() == user
    return image


def test_apt_packages(buildah: Buildah, context: Path) -> None:
    """The package is installed, the package lists are gone, and dockeruser is back."""
    image = check_block(buildah, inserted(INFERENCE, "apt packages", context), context)

    assert image.run("dpkg-query --show --showformat '${Status}' libgl1") == "install ok installed"
    assert image.run("ls -A /var/lib/apt/lists") == ""


def test_apt_packages_as_root(buildah: Buildah, context: Path) -> None:
    """A training image needs no other user; here the package is a smaller one."""
    text = inserted(TRAINING, "apt packages", context).replace("libgl1", "jq")
    image = check_block(buildah, text, context)

    assert image.run("jq --null-input 1; ls -A /var/lib/apt/lists") == "1\n"


@each_base
def test_pip_packages(buildah: Buildah, context: Path, base: str) -> None:
    """What is in the requirements file can be imported."""
    image = check_block(buildah, inserted(base, "pip install -r requirements.txt", context), context)

    assert image.run("python -c 'import packaging; print(packaging.__name__)'") == "packaging\n"


def test_pip_package(buildah: Buildah, context: Path) -> None:
    """The package can be imported."""
    image = check_block(buildah, inserted(INFERENCE, "pip install …", context), context)

    assert image.run("python -c 'import pandas; print(pandas.__name__)'") == "pandas\n"


def test_pip_package_with_a_version(buildah: Buildah, context: Path) -> None:
    """What is filled in is quoted, so that a version is one."""
    text = inserted(TRAINING, "pip install …", context).replace("pandas", "packaging>=20")
    image = check_block(buildah, text, context)

    assert image.run("python -c 'import packaging; print(packaging.__name__)'; ls ./=*  2>/dev/null || true") == (
        "packaging\n"
    )


@each_base
def test_code_and_entry_script(buildah: Buildah, context: Path, base: str) -> None:
    """The script is where the server looks for it, and the user can read it."""
    image = check_block(buildah, inserted(base, "code and entry script", context), context)

    assert image.environment["AZUREML_ENTRY_SCRIPT"] == "score.py"
    assert image.run('cat "/var/azureml-app/$AZUREML_ENTRY_SCRIPT"') == (context / "code" / "score.py").read_text()


@each_base
def test_model(buildah: Buildah, context: Path, base: str) -> None:
    """The model is where the variable says, and the user can read it."""
    image = check_block(buildah, inserted(base, "model", context), context)

    assert image.environment["AZUREML_MODEL_DIR"] == "/var/azureml-app/azureml-models"
    assert image.run('cat "$AZUREML_MODEL_DIR/model.pkl"') == "a model\n"


@each_base
def test_conda_environment(buildah: Buildah, context: Path, base: str) -> None:
    """Python is that of the new environment, which belongs to the user of the image, with the server where it is used.

    In the place of conda an environment of Python's own is made; all else is real.
    """
    image = check_block(buildah, inserted(base, "conda environment", context), context)

    environment, path = image.environment, "/azureml-envs/default"
    assert environment["AZUREML_CONDA_ENVIRONMENT_PATH"] == path
    assert environment["PATH"].startswith(f"{path}/bin:/opt/miniconda/bin:/")
    assert environment["LD_LIBRARY_PATH"] == (f"{path}/lib" if base == INFERENCE else f"{path}/lib:/usr/local/lib")
    assert image.run("python -c 'import sys; print(sys.prefix)'") == f"{path}\n"
    assert image.run(f"stat --format %U {path} {path}/lib/*") == f"{USERS[base]}\n" * 2
    server = image.run("python -m pip list --format freeze | grep inference-server || echo none")
    assert server == ("azureml-inference-server-http==1.5.1\n" if base == INFERENCE else "none\n")


@each_base
def test_own_user(buildah: Buildah, context: Path, base: str) -> None:
    """It runs the container, and owns the folders of the services where there are services."""
    text = inserted(base, "own user", context)
    image = check_builds(buildah, text, context)
    check_silent(text, context)

    assert image.user == "appuser"
    assert image.run("id -un; pwd >~/file; ls ~") == "appuser\nfile\n"
    folders = "/var/runit /var/log /var/lib/nginx /run /opt/miniconda /var/azureml-app"
    if base == INFERENCE:
        assert image.run(f"stat --format %U {folders}") == "appuser\n" * 6
        assert image.run("touch /var/runit/file && pip install --quiet packaging") == ""


def test_all_blocks(buildah: Buildah, context: Path) -> None:
    """One below the other: each fits the lines above it."""
    text = INFERENCE
    for block in (
        "conda environment",
        "pip install -r requirements.txt",
        "code and entry script",
        "model",
        "apt packages",
        "own user",
    ):
        text = inserted(text, block, context)
    text = text.replace("libgl1", "jq")
    image = check_builds(buildah, text, context)
    check_silent(text, context)

    assert image.user == "appuser"
    assert image.run("jq --null-input 1; cat $AZUREML_MODEL_DIR/*") == "1\na model\n"
    assert image.run("python -c 'import packaging; print(packaging.__path__[0])'").startswith("/azureml-envs/default/")


def test_the_inference_dockerfile(buildah: Buildah, context: Path) -> None:
    """From an empty file to an image that has everything, and runs as dockeruser; here with a smaller package."""
    text = inserted("", "inference Dockerfile", context).replace("libgl1", "jq")
    image = check_block(buildah, text, context)

    assert image.user == "dockeruser"
    assert image.run("jq --null-input 1; python -c 'import packaging; print(packaging.__name__)'") == "1\npackaging\n"
    assert image.run('cat "/var/azureml-app/$AZUREML_ENTRY_SCRIPT"') == (context / "code" / "score.py").read_text()
    assert image.run('cat "$AZUREML_MODEL_DIR/model.pkl"') == "a model\n"


def test_the_training_dockerfile(buildah: Buildah, context: Path) -> None:
    """From an empty file to an image that has the packages, and runs as root; here with a smaller package."""
    text = inserted("", "training Dockerfile", context).replace("libgl1", "jq")
    image = check_block(buildah, text, context)

    assert image.run("jq --null-input 1; python -c 'import packaging; print(packaging.__name__)'") == "1\npackaging\n"
    assert image.run("ls -A /var/lib/apt/lists") == ""
