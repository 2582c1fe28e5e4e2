"""What the rules claim: each Dockerfile fails, or misbehaves, as its finding says, and its quick fix helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.azureml.families import OWNED_FOLDERS
from tests.annotated import dockerfile, findings_of
from tests.builds.buildah import (
    INFERENCE,
    TRAINING,
    Buildah,
    check_builds,
    check_fails,
    check_silent,
    project,
    repaired,
)


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """A build context with a requirements file and a model."""
    return project(tmp_path, {"requirements.txt": "packaging\n", "model/model.pkl": "a model\n"})


def test_package_install_without_root(buildah: Buildah, context: Path) -> None:
    """apt-get stops with status 100 as dockeruser; with root for it, it installs, and dockeruser is back."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        RUN apt-get update && apt-get install -y --no-install-recommends jq && rm -rf /var/lib/apt/lists/*
        RUN pip install --no-cache-dir packaging
        """
    )
    check_fails(buildah, text, context, "Permission denied", status=100)
    text = repaired("PackageInstallWithoutRoot", text)
    check_silent(text, context)
    image = check_builds(buildah, text, context)

    assert image.user == "dockeruser"
    assert image.run("id -un; jq --null-input 1") == "dockeruser\n1\n"


def test_undefined_user_of_a_run(buildah: Buildah, context: Path) -> None:
    """The RUN after it cannot start on a training image; without the USER, or with the user made, it can."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        USER dockeruser
        RUN id -un >/tmp/user
        """
    )
    check_fails(buildah, text, context, 'looking up user "dockeruser"')
    titles = {"Remove USER dockeruser": "root", "Create the user dockeruser": "dockeruser"}
    for title, user in titles.items():
        image = check_builds(buildah, repaired("UndefinedUser", text, title), context)

        assert image.run("cat /tmp/user; id -un") == f"{user}\n{user}\n"


def test_undefined_user_of_a_container(buildah: Buildah, context: Path) -> None:
    """Without a RUN after it the image builds, but no container of it starts."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        USER dockeruser
        """
    )
    assert findings_of("UndefinedUser", text)
    image = check_builds(buildah, text, context)

    with pytest.raises(AssertionError, match='looking up user "dockeruser"'):
        image.run("id")


def test_user_without_ownership(buildah: Buildah, context: Path) -> None:
    """A user of one's own cannot write where the services write; either fix makes one who can."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        USER root
        RUN useradd --create-home joe
        USER joe
        """
    )
    try_to_write = f"for folder in {' '.join(OWNED_FOLDERS)}; do test -w $folder && echo $folder || true; done"
    all_folders = "".join(f"{folder}\n" for folder in OWNED_FOLDERS)

    assert check_builds(buildah, text, context).run(try_to_write) == ""
    for title, user in {"Give the folders of the services to joe": "joe", "Use dockeruser": "dockeruser"}.items():
        fixed = repaired("UserWithoutOwnership", text, title)
        check_silent(fixed, context)
        image = check_builds(buildah, fixed, context)
        assert image.user == user
        assert image.run(try_to_write) == all_folders


def test_final_user_root(buildah: Buildah, context: Path) -> None:
    """The container runs as root; the fix gives it back to dockeruser."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        USER root
        RUN mkdir /data
        """
    )
    assert check_builds(buildah, text, context).run("id -un") == "root\n"
    fixed = repaired("FinalUserRoot", text)
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("id -un; test -d /data") == "dockeruser\n"


def test_unquoted_requirement(buildah: Buildah, context: Path) -> None:
    """`>` makes a file of what pip prints, and pip sees no version; quoted, it does."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        WORKDIR /tmp
        RUN pip install packaging>=99
        """
    )
    image = check_builds(buildah, text, context)

    assert image.run("ls") == "=99\n"
    assert "Successfully installed packaging" in image.run("cat ./=99")
    fixed = repaired("UnquotedRequirement", text)
    assert fixed.endswith("RUN pip install 'packaging>=99'\n")
    check_fails(buildah, fixed, context, "No matching distribution found for packaging>=99", status=1)
    fixed = fixed.replace("99", "1.2")
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("ls") == ""


def test_unquoted_requirement_that_is_read(buildah: Buildah, context: Path) -> None:
    """`<` wants a file to read, and the build stops; quoted, it builds."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        RUN pip install packaging<99
        """
    )
    check_fails(buildah, text, context, "cannot open 99: No such file")
    fixed = repaired("UnquotedRequirement", text)
    check_silent(fixed, context)
    check_builds(buildah, fixed, context)


def test_typographic_dash(buildah: Buildah, context: Path) -> None:
    """pip takes `–r` for a package; with a plain dash it reads the file."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        COPY requirements.txt /tmp/
        RUN pip install –r /tmp/requirements.txt
        """
    )
    check_fails(buildah, text, context, "Invalid requirement: '–r'", status=1)
    fixed = repaired("TypographicCharacter", text)
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("python -c 'import packaging; print(1)'") == "1\n"


def test_no_break_space_after_a_continuation(buildah: Buildah, context: Path) -> None:
    """The line does not go on, so its rest is not an instruction; without it the file builds."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        RUN echo one \\\u00a0
            two
        """
    )
    check_fails(buildah, text, context, 'Unknown instruction: "TWO"')
    fixed = repaired("TypographicCharacter", text)
    check_silent(fixed, context)
    check_builds(buildah, fixed, context)


def test_typographic_quotes(buildah: Buildah, context: Path) -> None:
    """They become a part of the value; plain ones do not."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
        ENV AZUREML_ENTRY_SCRIPT=“score.py”
        """
    )
    assert check_builds(buildah, text, context).environment["AZUREML_ENTRY_SCRIPT"] == "“score.py”"
    fixed = repaired("TypographicCharacter", text)
    assert check_builds(buildah, fixed, context).environment["AZUREML_ENTRY_SCRIPT"] == "score.py"


@pytest.mark.parametrize(
    ("line", "reason", "then"),
    [
        ("COPY model /opt/model # the model", "no such file or directory", "cat /opt/model/model.pkl"),
        ("ENV LEVEL=1 # one", 'can\'t find = in "#"', 'test "$LEVEL" = 1'),
    ],
)
def test_trailing_comment(buildah: Buildah, context: Path, line: str, reason: str, then: str) -> None:
    """Its words are arguments, which stop the build; on a line of its own it is a comment."""
    text = f"{INFERENCE}{line}\n"
    check_fails(buildah, text, context, reason)
    fixed = repaired("TrailingComment", text)
    check_silent(fixed, context)
    check_builds(buildah, fixed, context).run(then)


def test_trailing_comment_that_is_a_path(buildah: Buildah, context: Path) -> None:
    """With it the working directory has another name, and the build goes on."""
    text = f"{TRAINING}WORKDIR /opt # here\n"
    assert check_builds(buildah, text, context).run("pwd") == "/opt # here\n"
    fixed = repaired("TrailingComment", text)
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("pwd") == "/opt\n"


def test_trailing_comment_that_is_a_user(buildah: Buildah, context: Path) -> None:
    """Nobody has such a name, so no container starts."""
    text = f"{TRAINING}USER root # for now\n"
    with pytest.raises(AssertionError, match='looking up user "root # for now"'):
        check_builds(buildah, text, context).run("id")
    fixed = repaired("TrailingComment", text)
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("id -un") == "root\n"


def test_apt_get_without_yes(buildah: Buildah, context: Path) -> None:
    """It asks whether to install what the package needs, takes silence for no, and aborts; with -y it does not ask."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        ENV DEBIAN_FRONTEND=noninteractive
        RUN apt-get update && apt-get install --no-install-recommends jq && rm -rf /var/lib/apt/lists/*
        """
    )
    check_fails(buildah, text, context, "Abort.", status=1)
    fixed = repaired("AptGetWithoutYes", text)
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("jq --null-input 1") == "1\n"


def test_apt_get_without_update(buildah: Buildah, context: Path) -> None:
    """An image has no package lists, so no package is found; with an update before it, it is. The lists stay, then."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        RUN apt-get install -y --no-install-recommends jq
        """
    )
    check_fails(buildah, text, context, "Unable to locate package jq", status=100)
    fixed = repaired("AptGetWithoutUpdate", text)
    image = check_builds(buildah, fixed, context)
    assert image.run("jq --null-input 1") == "1\n"
    assert "Packages" in image.run("ls /var/lib/apt/lists")
    fixed = repaired("AptListsNotRemoved", fixed)
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("jq --null-input 1; ls -A /var/lib/apt/lists") == "1\n"


def test_conda_activate_lost(buildah: Buildah, context: Path) -> None:
    """The next RUN knows nothing of an activation; a PATH in ENV it does know.

    The environment is one of Python's own, whose `activate` sets variables of the shell as conda's does.
    """
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        RUN python -m venv --without-pip /opt/miniconda/envs/score
        RUN . /opt/miniconda/envs/score/bin/activate
        RUN python -c 'import sys; print(sys.prefix)' >/tmp/environment
        """
    )
    assert findings_of("CondaActivateLost", text)
    assert check_builds(buildah, text, context).run("cat /tmp/environment") == "/opt/miniconda\n"
    fixed = text.replace("RUN . /opt/miniconda/envs/score/bin/activate", "ENV PATH=/opt/miniconda/envs/score/bin:$PATH")
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("cat /tmp/environment") == "/opt/miniconda/envs/score\n"


def test_uninstall_without_yes(buildah: Buildah, context: Path) -> None:
    """pip finds no terminal for its question and stops with status 2; with -y it removes the package."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        RUN pip install --no-cache-dir packaging
        RUN pip uninstall packaging
        """
    )
    check_fails(buildah, text, context, "EOFError: EOF when reading a line", status=2)
    fixed = repaired("UninstallWithoutYes", text)
    check_silent(fixed, context)
    assert "packaging" not in check_builds(buildah, fixed, context).run("pip list")


def test_source_without_bash(buildah: Buildah, context: Path) -> None:
    """The shell of Debian and Ubuntu has no source command; a dot does the same."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        RUN source /etc/os-release && echo "$ID" >/tmp/system
        """
    )
    check_fails(buildah, text, context, "source: not found", status=127)
    fixed = repaired("SourceWithoutBash", text)
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("test -s /tmp/system") == ""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("RUN useradd joe", "Permission denied"),
        ("RUN chown root /var/azureml-app", "Operation not permitted"),
        ("RUN mkdir -p /data/a", "Permission denied"),
        ("COPY requirements.txt /opt/\nRUN chmod a+w /opt/requirements.txt", "Operation not permitted"),
    ],
)
def test_root_required(buildah: Buildah, context: Path, line: str, reason: str) -> None:
    """dockeruser is refused; with the fix the image builds, and runs as dockeruser."""
    text = f"{INFERENCE}{line}\n"
    check_fails(buildah, text, context, reason)
    fixed = repaired("RootRequired", text)
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).user == "dockeruser"


def test_wrong_package_manager(buildah: Buildah, context: Path) -> None:
    """Ubuntu has no yum."""
    text = f"{TRAINING}RUN yum install -y jq\n"
    assert findings_of("WrongPackageManager", text)
    check_fails(buildah, text, context, "yum: not found", status=127)


def test_uncopied_file(buildah: Buildah, context: Path) -> None:
    """pip does not see the files beside the Dockerfile before a COPY brings them."""
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        WORKDIR /work
        RUN pip install --no-cache-dir -r requirements.txt
        """
    )
    check_fails(buildah, text, context, "No such file or directory: 'requirements.txt'", status=1)
    fixed = repaired("UncopiedFile", text, context=context)
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("ls") == "requirements.txt\n"


def test_ineffective_command(buildah: Buildah, context: Path) -> None:
    """The next RUN starts in the folder of the image; WORKDIR changes it."""
    text = f"{TRAINING}WORKDIR /opt\nRUN cd /tmp\nRUN pwd >/tmp/folder\n"
    assert check_builds(buildah, text, context).run("cat /tmp/folder") == "/opt\n"
    fixed = repaired("IneffectiveCommand", text)
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("cat /tmp/folder") == "/tmp\n"


def test_unwritable_folder(buildah: Buildah, context: Path) -> None:
    """dockeruser cannot enter the home of root, and can write to its own."""
    text = f"{INFERENCE}ENV HF_HOME=/root/.cache/huggingface\n"
    with pytest.raises(AssertionError, match="Permission denied"):
        check_builds(buildah, text, context).run("mkdir -p $HF_HOME")
    fixed = repaired("UnwritableFolder", text)
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("mkdir -p $HF_HOME && ls -d $HF_HOME") == (
        "/home/dockeruser/.cache/huggingface\n"
    )


def test_unused_stage(buildah: Buildah, context: Path) -> None:
    """Nothing of the first stage is in the image."""
    text = f"{TRAINING}RUN touch /opt/first\n{INFERENCE}"
    assert findings_of("UnusedStage", text)
    image = check_builds(buildah, text, context)
    assert image.user == "dockeruser"
    assert image.run("test ! -e /opt/first") == ""


def test_missing_path_folder(buildah: Buildah, context: Path) -> None:
    """The Python of the base image runs, because the folder of the environment does not exist."""
    text = f"{TRAINING}ENV PATH=/azureml-envs/own/bin:$PATH\n"
    assert findings_of("MissingPathFolder", text)
    assert check_builds(buildah, text, context).run("command -v python") == "/opt/miniconda/bin/python\n"


def test_unused_conda_environment(buildah: Buildah, context: Path) -> None:
    """The container runs the Python of the base image; with the fix it runs that of the environment."""
    (context / "conda.yml").write_text("dependencies:\n  - python=3.12\n")
    text = dockerfile(
        """
        FROM mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04:latest
        COPY conda.yml /tmp/
        RUN conda env create -p /azureml-envs/own -f /tmp/conda.yml -q
        """
    )
    assert check_builds(buildah, text, context).run("command -v python") == "/opt/miniconda/bin/python\n"
    fixed = repaired("UnusedCondaEnvironment", text, context=context)
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("command -v python") == "/azureml-envs/own/bin/python\n"


def test_source_outside_context(buildah: Buildah, context: Path) -> None:
    """buildah, like BuildKit, drops the `..` and copies the file of the context; the fix writes what it does."""
    text = f"{TRAINING}COPY ../requirements.txt /opt/\n"
    assert check_builds(buildah, text, context).run("cat /opt/requirements.txt") == "packaging\n"
    fixed = repaired("SourceOutsideContext", text, "Use requirements.txt")
    check_silent(fixed, context)
    assert check_builds(buildah, fixed, context).run("cat /opt/requirements.txt") == "packaging\n"
