"""What is said about paths, ports, users, and the place where a RUN runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.context_source import ASSUMED, BY_SETTING, Certainty, ContextSource
from azureml_dockerfile_ls.features.hover import hover
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import context_of, cursor
from tests.features.test_hover import check_hover, check_silent

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference:latest"
TRAINING_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"
CURATED = "mcr.microsoft.com/azureml/curated"
CODE = "/var/azureml-app"
SCRIPT = """
    import json

    def init():
        ...

    def run(data):
        return data
    """


@pytest.fixture
def context(tmp_path: Path) -> BuildContext:
    """A small project."""
    return context_of(
        tmp_path,
        {
            "code/score.py": SCRIPT,
            "code/broken.py": "def run(): ...",
            "requirements.txt": "numpy\n",
            "secret.key": "",
            "tick`s": "",
            ".dockerignore": "secret.key\n",
        },
    )


def facts(fixture: str) -> list[str]:
    """The list at the end of the hover on a RUN."""
    text, offset = cursor(fixture)
    found = hover(analyse(text), offset)
    assert found is not None
    return [line for line in found.markdown.partition("\n\n---\n\n")[0].split("\n") if line.startswith("- ")]


# The build context


@pytest.mark.parametrize("fixture", ["FR$0OM x\n", "FROM x\nCO$0PY a.txt /\n", "FROM x\nA$0DD a.txt /\n"])
@pytest.mark.parametrize(
    ("source", "said"),
    [
        (ASSUMED, "The build context is taken to be the folder `{root}`."),
        (BY_SETTING, "The build context is the folder `{root}`, by the setting buildContext."),
        (
            ContextSource(Certainty.KNOWN, "../env.yml", "my-env", is_uploaded=True),
            "The build context is the folder `{root}`, by `../env.yml` (environment `my-env`).",
        ),
        (
            ContextSource(Certainty.KNOWN, "env.yml", is_uploaded=True),
            "The build context is the folder `{root}`, by `env.yml`.",
        ),
    ],
)
def test_from_and_copy_name_the_build_context(tmp_path: Path, fixture: str, source: ContextSource, said: str) -> None:
    """They also name the source."""
    text, offset = cursor(fixture)
    found = hover(analyse(text, context=context_of(tmp_path, {}, source)), offset)
    assert found is not None
    assert said.format(root=tmp_path) in found.markdown


# Sources


@pytest.mark.parametrize(
    ("arguments", "word", "said"),
    [
        (
            f"co$0de {CODE}",
            "code",
            f"`code` is a folder of the build context with 2 entries. What is in it goes to `{CODE}`.",
        ),
        (
            "requirements$0.txt /tmp/",
            "requirements.txt",
            "`requirements.txt` is a file of the build context, 6 bytes. It goes to `/tmp/requirements.txt`.",
        ),
        ("requirements$0.txt /tmp/r.txt", "requirements.txt", "It goes to `/tmp/r.txt`."),
        ("require$0ments.txt /tmp", "requirements.txt", "It goes to `/tmp`, or to `/tmp/requirements.txt` if that is"),
        ("code/score.py requirements$0.txt /a/", "requirements.txt", "It goes to `/a/requirements.txt`."),
        ('["requirements$0.txt", "/a/"]', "requirements.txt", "It goes to `/a/requirements.txt`."),
        ("/co$0de/../code /a", "/code/../code", "`code` is a folder of the build context"),
        ("sec$0ret.key /a/", "secret.key", "`.dockerignore` excludes `secret.key` from the build context"),
        ("no$0ne.txt /a/", "none.txt", "`none.txt` is not in the build context, taken to be the folder `/"),
        ("tick$0`s /a/", "tick`s", "`` tick`s `` is a file of the build context, 0 bytes. It goes to `` /a/tick`s ``."),
        (".$0 /a/", ".", "`.` is a folder of the build context"),
    ],
)
def test_a_source_says_what_is_there_and_where_it_goes(
    arguments: str, word: str, said: str, context: BuildContext
) -> None:
    """A file with its size, a folder with the number of its entries; what is left out, or missing, too."""
    check_hover(f"FROM {IMAGE}\nCOPY {arguments}\n", word, said, context=context)


def test_an_archive_may_be_unpacked(context: BuildContext) -> None:
    """So nothing is said about where the file of an ADD goes."""
    shown = check_hover("FROM ubuntu\nADD requirements$0.txt /a/\n", "requirements.txt", context=context)
    assert "goes to" not in shown


@pytest.mark.parametrize("arguments", ["--from=x co$0de /a", "$NONE$0/code /a", "*.p$0y /a/", "http://co$0de /a"])
def test_other_sources_have_no_hover(arguments: str, context: BuildContext) -> None:
    """They are not in the context, or their names are unknown."""
    text, offset = cursor(f"FROM ubuntu\nARG NONE\nCOPY {arguments}\n")
    found = hover(analyse(text, context=context), offset)
    assert found is None or "build context" not in found.markdown.partition("---")[0]


def test_without_a_context_a_source_has_no_hover() -> None:
    """Nothing is known then."""
    check_silent("FROM ubuntu\nCOPY co$0de /a\n")


# Destinations


def test_a_destination_in_the_app_root_may_be_hidden() -> None:
    """By what a deployment mounts there."""
    check_hover(
        f"FROM {IMAGE}\nCOPY code /var$0/azureml-app\nENV AZUREML_ENTRY_SCRIPT=a.py\n",
        CODE,
        f"`{CODE}` is where the server looks for its code.",
        "mounts them there, and hides what the image has.",
    )
    check_hover(
        f"FROM {IMAGE}\nCOPY model {CODE}/azureml-models$0/m\nENV AZUREML_MODEL_DIR={CODE}/azureml-models/m\n",
        f"{CODE}/azureml-models/m",
        "is where Azure ML mounts the models of a deployment.",
    )


def test_a_relative_destination_says_where_it_is() -> None:
    """In the working directory; variables are replaced."""
    check_hover("FROM ubuntu\nWORKDIR /app\nCOPY a ./s$0rc/\n", "./src/", "`./src/` is `/app/src` here.")
    check_hover("FROM ubuntu\nARG D=/x\nCOPY a $0/y$D\n", "/y$D", "`/y$D` is `/y/x` here.")


def test_a_copy_belongs_to_root() -> None:
    """Whoever the user is, unless `--chown` says otherwise."""
    check_hover(f"FROM {IMAGE}\nCOPY a /s$0rv\n", "/srv", "belongs to `root`, though the user here is `dockeruser`")
    check_silent(f"FROM {IMAGE}\nCOPY --chown=dockeruser:dockeruser a /s$0rv\n")
    check_silent(f"FROM {TRAINING_IMAGE}\nCOPY a /s$0rv\n")


# Files that variables and commands name


def test_an_entry_script_shows_its_functions(context: BuildContext) -> None:
    """And which file of the context it is."""
    check_hover(
        f"FROM {IMAGE}\nCOPY code {CODE}\nENV AZUREML_ENTRY_SCRIPT=sco$0re.py\n",
        "score.py",
        "`code/score.py` is a file of the build context",
        "It defines `init()` on line 3 and `run()` on line 6.",
        context=context,
    )


def test_what_only_looks_like_a_function_is_none(tmp_path: Path) -> None:
    """The lines are those of the functions, and not of text that speaks of them."""
    script = '"""\ndef run(data):\n"""\ndef init(): ...\ndef run(data): ...\n'
    check_hover(
        f"FROM {IMAGE}\nCOPY code {CODE}\nENV AZUREML_ENTRY_SCRIPT=sco$0re.py\n",
        "score.py",
        "It defines `init()` on line 4 and `run()` on line 5.",
        context=context_of(tmp_path, {"code/score.py": script}),
    )


def test_an_entry_script_that_does_not_fit_says_why(context: BuildContext) -> None:
    """What the server would miss."""
    check_hover(
        f"FROM {IMAGE}\nCOPY code {CODE}\nENV AZUREML_ENTRY_SCRIPT=bro$0ken.py\n",
        "broken.py",
        "The script has no function init()",
        context=context,
    )


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("pip install -r /tmp/req$0uirements.txt", "/tmp/requirements.txt"),
        ("cd / && python -m pip install -q -r /tmp/req$0uirements.txt numpy", "/tmp/requirements.txt"),
        ("pip install --requirement=/tmp/req$0uirements.txt", "/tmp/requirements.txt"),
        ("conda env create -f /tmp/req$0uirements.txt", "/tmp/requirements.txt"),
    ],
)
def test_a_requirements_file_is_found_where_it_was_copied_from(command: str, word: str, context: BuildContext) -> None:
    """By the path that it has in the container."""
    check_hover(
        f"FROM {TRAINING_IMAGE}\nCOPY requirements.txt /tmp/\nRUN {command}\n",
        word,
        "`requirements.txt` is a file of the build context, 6 bytes.",
        context=context,
    )


def test_a_requirements_file_says_what_it_brings(tmp_path: Path) -> None:
    """The number of its packages, and those that the image is known to have."""
    files = {"r.txt": "numpy==2.1\nscipy\nPandas\n", "c.yml": "dependencies:\n  - scipy\n", "bad.txt": "-e .\n"}
    context = context_of(tmp_path, files)
    start = f"FROM {IMAGE}\nCOPY r.txt c.yml bad.txt /tmp/\nRUN "
    said = "It names 3 packages. The image has already `numpy`, `pandas`."
    check_hover(f"{start}pip install -r /tmp/r.$0txt\n", "/tmp/r.txt", said, context=context)
    check_hover(f"{start}conda env create -f /tmp/c.$0yml\n", "/tmp/c.yml", "It names 1 package.", context=context)
    shown = check_hover(f"{start}pip install -r /tmp/b$0ad.txt\n", "/tmp/bad.txt", context=context)
    assert "It names" not in shown


@pytest.mark.parametrize("command", ["pip install -r /o$0ther.txt", "cat /tmp/req$0uirements.txt"])
def test_other_words_of_commands_have_no_hover(command: str, context: BuildContext) -> None:
    """A file that is not copied, or that no package manager reads."""
    text, offset = cursor(f"FROM ubuntu\nCOPY requirements.txt /tmp/\nRUN {command}\n")
    assert hover(analyse(text, context=context), offset) is None


# Ports


@pytest.mark.parametrize(
    ("written", "word", "said"),
    [
        ("50$001", "5001", "It is the port to expose"),
        ("8080 5001/t$0cp", "5001/tcp", "where nginx takes the requests"),
        ("313$011", "31311", "behind nginx, on 127.0.0.1 only"),
        ("8883 88$088", "8888", "the base image exposes it already"),
    ],
)
def test_the_ports_of_the_inference_images_are_explained(written: str, word: str, said: str) -> None:
    """5001 is the one to expose."""
    check_hover(f"FROM {IMAGE}\nEXPOSE {written}\n", word, said)


def test_the_port_of_the_server_is_explained_on_other_images_of_azure_ml() -> None:
    """They do not start nginx, so the server itself listens there."""
    check_hover(f"FROM {CURATED}/sklearn-1.5:1\nEXPOSE 50$001\n", "5001", "`azmlinfsrv`, listens unless `--port`")
    check_silent(f"FROM {CURATED}/sklearn-1.5:1\nEXPOSE 88$083\n")


def test_other_ports_have_no_hover() -> None:
    """Nor have the same numbers on another image."""
    check_silent(f"FROM {IMAGE}\nEXPOSE 80$080\n")
    check_silent(f"FROM {IMAGE}\nARG P\nEXPOSE $050$P\n")
    check_silent("FROM ubuntu\nEXPOSE 50$001\n")


# Programs


@pytest.mark.parametrize(
    ("line", "word", "said"),
    [
        ('CMD ["runsv$0dir", "/var/runit"]', "runsvdir", "`nginx`, which takes requests on port 5001"),
        ("CMD exec azml$0infsrv --port 80", "azmlinfsrv", "`--entry_script` names the scoring script"),
        ("ENTRYPOINT /opt/bin/azml$0infsrv", "/opt/bin/azmlinfsrv", "Azure ML's inference server"),
    ],
)
def test_the_programs_of_the_server_are_explained(line: str, word: str, said: str) -> None:
    """In the exec form and in the shell form."""
    check_hover(f"FROM {IMAGE}\n{line}\n", word, said)


@pytest.mark.parametrize("line", ['CMD ["py$0thon"]', 'CMD ["x", "runsv$0dir"]', "LABEL a=azml$0infsrv"])
def test_other_words_of_a_command_have_no_hover(line: str) -> None:
    """Other programs, arguments, and text."""
    check_silent(f"FROM ubuntu\n{line}\n")
    check_silent(f"FROM {TRAINING_IMAGE}\n{line}\n")


# Folders


def test_the_folder_of_the_model_says_what_brings_it() -> None:
    """And that a deployment decides."""
    folder = f"{CODE}/azureml-models/m/1"
    fixture = f"FROM {IMAGE}\nCOPY m {folder}/\nENV AZUREML_MODEL_DIR=$0{folder}\n"
    check_hover(fixture, folder, "where the entry script looks for the model. Line 2 copies files there.")
    shown = check_hover(fixture.replace("COPY m", "COPY --from=x m").replace(f"{folder}/", "/other/"), folder)
    assert "copies files" not in shown


def test_a_working_directory_says_where_it_is() -> None:
    """Where it is not as it is written, or where the server looks for its code."""
    check_hover("FROM ubuntu\nWORKDIR /a\nWORKDIR ../b$0\n", "../b", "`../b` is `/b` here.")
    check_hover(f"FROM {IMAGE}\nWORKDIR {CODE}$0\n", CODE, "is where the server looks for its code.")
    check_silent("FROM ubuntu\nWORKDIR /a$0\n")


# Users


def test_a_user_says_who_it_is_and_how_long() -> None:
    """Until the next USER, and instead of whom."""
    before = f"FROM {IMAGE}\nUSER ro$0ot:root\nRUN x\nUSER dockeruser\n"
    shown = check_hover(before, "root:root", "`root` may change everything.", "go back to it at the end")
    assert shown.endswith("In force from here to line 4, instead of `dockeruser`.")
    shown = check_hover(before.replace("$0", "").replace("USER d", "USER d$0"), "dockeruser")
    assert "is the user of the inference images" in shown
    assert shown.endswith("In force from here to the end of the stage, instead of `root`.")


def test_a_created_user_shows_where() -> None:
    """In this stage or the one below it."""
    check_hover(
        "FROM ubuntu AS a\nRUN useradd ann\nFROM a\nUSER an$0n\n", "ann", "`ann` is created in line 2.", "In force"
    )
    check_hover("FROM ubuntu\nUSER a$0nn\n", "ann", "No `useradd` or `adduser` of this file creates `ann`")
    check_hover("FROM ubuntu\nUSER 10$000\n", "1000", "is the number of a user")


def test_an_own_user_of_an_inference_image_needs_its_folders() -> None:
    """Or the services do not start."""
    check_hover(f"FROM {IMAGE}\nUSER root\nRUN useradd ann\nUSER an$0n\n", "ann", "it has to own `/var/runit`")


def test_an_unknown_user_has_no_hover() -> None:
    """A build argument can be anybody."""
    text, offset = cursor("FROM ubuntu\nARG U\nUSER $0xy$U\n")
    assert hover(analyse(text), offset) is None


# RUN


def test_a_run_shows_as_whom_and_where_it_runs() -> None:
    """What the base image begins with, then what the file sets."""
    assert facts(f"FROM {IMAGE}\nRU$0N ls\n")[:3] == [
        "- User: `dockeruser`, the base image's own",
        "- Working directory: not known, the base image's own",
        "- Shell: `/bin/sh -c`, if the base image sets no other",
    ]
    fixture = f'FROM {IMAGE}\nUSER root\nWORKDIR /a\nSHELL ["bash", "-c"]\nRU$0N ls\n'
    assert facts(fixture)[:3] == [
        "- User: `root`, by USER in line 2",
        "- Working directory: `/a`",
        "- Shell: `bash -c`",
    ]
    assert "- Shell: none, the command is in exec form" in facts('FROM ubuntu\nRU$0N ["ls"]\n')


@pytest.mark.parametrize(
    ("before", "python"),
    [
        (f"FROM {TRAINING_IMAGE}", "the base image's own, in `/opt/miniconda`"),
        (f"FROM {IMAGE}", "the base image's own; in images like this it is `/opt/miniconda/envs/amlenv`"),
        (
            f"FROM {CURATED}/minimal-py311-inference:1",
            "the base image's own; in images like this it is `/azureml-envs/mi",
        ),
        (
            f"FROM {CURATED}/mlflow-py312-inference:1",
            "the base image's own; in images like this it is `/azureml-envs/ml",
        ),
        ("FROM mcr.microsoft.com/azureml/mlflow-ubuntu20.04-py38-cpu-inference:1", "not known, the base image's own"),
        ("FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:1", "not known, the base image's own"),
        ("FROM ubuntu\nENV PATH=/venv/bin:$PATH", "`/venv/bin` comes first in `PATH`"),
        ('FROM ubuntu\nENV E=/e\nENV PATH "${E}/bin:${PATH}"', "`/e/bin` comes first in `PATH`"),
        ("FROM ubuntu\nENV PATH=/a:/b", "`/a` comes first in `PATH`"),
        ("FROM ubuntu\nENV PATH=/a:$PATH\nENV PATH=$PATH:/b", "`/a` comes first in `PATH`"),
        ("FROM ubuntu AS x\nENV PATH=/a:$PATH\nFROM x", "`/a` comes first in `PATH`"),
        ("FROM ubuntu\nARG A\nENV PATH=$A/bin:$PATH", "not known"),
        (f"FROM {TRAINING_IMAGE}\nENV PATH=$PATH:/b", "the base image's own, in `/opt/miniconda`"),
        ('FROM ubuntu\nSHELL ["conda", "run", "-n", "e", "bash", "-c"]', "the environment `e`, by SHELL"),
        ('FROM ubuntu\nENV P=/p\nSHELL ["conda", "run", "--prefix=$P", "sh"]', "the environment `/p`, by SHELL"),
    ],
)
def test_a_run_shows_whose_python_it_uses(before: str, python: str) -> None:
    """By SHELL, by PATH, or by the base image; where it cannot be known it says so."""
    shown = next(fact for fact in facts(f"{before}\nRU$0N pip install x\n") if "Python" in fact)
    assert shown.startswith(f"- Python: {python}")


@pytest.mark.parametrize(
    "image",
    [
        "mcr.microsoft.com/aifx/acpt/stable-ubuntu2204-cu126-py310-torch280",
        "mcr.microsoft.com/aifx/acpt/stable-ubuntu2404-cu130-py312-torch299",
        "mcr.microsoft.com/azureml/aifx/stable-ubuntu2004-cu117-py38-torch200",
        f"{CURATED}/acpt-pytorch-2.8-cuda12.6",
    ],
)
def test_a_run_on_an_acpt_image_runs_as_root(image: str) -> None:
    """Known to the catalogue or not, under its old name or as a curated environment."""
    assert facts(f"FROM {image}:1\nRU$0N ls\n")[0] == "- User: `root`, the base image's own"


def test_on_other_images_nothing_is_said_about_python() -> None:
    """They may have none."""
    assert not any("Python" in fact for fact in facts("FROM ubuntu\nRU$0N pip install x\n"))


def test_the_environment_of_the_server_may_be_another_one() -> None:
    """It is shown beside that of the RUN."""
    fixture = f"FROM {IMAGE}\nENV AZUREML_CONDA_ENVIRONMENT_PATH=/azureml-envs/own\nRU$0N pip install x\n"
    assert "- Server: runs in `/azureml-envs/own`, by `AZUREML_CONDA_ENVIRONMENT_PATH`" in facts(fixture)


def test_only_a_run_has_such_facts() -> None:
    """What ONBUILD keeps runs in another file."""
    assert facts("FROM ubuntu\nONBUILD RU$0N x\n") == []
    assert facts("FROM ubuntu\nCM$0D x\n") == []


def test_hostile_values_stay_inside_their_quotes() -> None:
    """Backticks and line breaks of the user's text end no code of ours."""
    check_hover("FROM ubuntu\nENV A=x`**y**\nCOPY a $A$0\n", "$A", "`A` is `` x`**y** ``, set by ENV.")
