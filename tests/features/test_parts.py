"""The setting `dockerfileFeatures: false`: every feature leaves out what another Dockerfile server says as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.features.code_actions import code_actions
from azureml_dockerfile_ls.features.completion import complete
from azureml_dockerfile_ls.features.hover import hover
from azureml_dockerfile_ls.features.inlay_hints import inlay_hints
from azureml_dockerfile_ls.features.links import links
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.text import Span
from tests.annotated import cursor, dockerfile

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference:latest"
WITHOUT = Settings(dockerfile_features=False)
SCRIPT = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"


@pytest.fixture
def context(tmp_path: Path) -> BuildContext:
    """A folder with a script."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "score.py").write_text(SCRIPT)
    return BuildContext(str(tmp_path), "Dockerfile")


def without(fixture: str, context: BuildContext | None = None) -> tuple[Snapshot, int]:
    """The snapshot of a fixture without the general part, and the offset of its cursor."""
    text, offset = cursor(fixture)
    return analyse(text, context=context, settings=WITHOUT), offset


def check_menu(fixture: str, *labels: str, context: BuildContext | None = None) -> None:
    """The menu at the cursor is exactly these labels."""
    assert [item.label for item in complete(*without(fixture, context)).items] == list(labels)


def check_hover(fixture: str, beginning: str | None, context: BuildContext | None = None) -> None:
    """The hover at the cursor begins so, or there is none."""
    found = hover(*without(fixture, context))
    assert (found is None) is (beginning is None), found
    assert found is None or found.markdown.startswith(beginning or "")


# Completion


@pytest.mark.parametrize(
    "line",
    [
        "$0",
        "RU$0",
        "RUN --$0",
        "COPY --$0",
        "ENV $0",
        "USER $0",
        "WORKDIR $0",
        "COPY $0",
        "ENV A=1\nRUN $$0",
        "COPY . $0",
    ],
)
def test_on_another_image_nothing_is_completed(line: str, context: BuildContext) -> None:
    """Neither what the language knows, nor blocks and variables that only make sense on an image of Azure ML."""
    check_menu(f"FROM python:3.12\nWORKDIR /app\n{line}", context=context)


def test_after_the_name_of_another_image_nothing_is_completed() -> None:
    """Its tags are not known, and AS is a word of the language."""
    check_menu("FROM python:$0")
    check_menu("FROM python:3.12 $0")


def test_images_and_tags_are_completed() -> None:
    """An image of Azure ML has to be chosen first; earlier stages are left out."""
    labels = [item.label for item in complete(*without("FROM python:3.12 AS earlier\nFROM $0")).items]
    assert "minimal-py312-inference" in labels
    assert "earlier" not in labels
    tags = [item.label for item in complete(*without(f"FROM {IMAGE[:-6]}$0")).items]
    assert "latest" in tags


def test_blocks_are_completed_without_keywords() -> None:
    """On an image of Azure ML, and in an empty file."""
    labels = [item.label for item in complete(*without(f"FROM {IMAGE}\n$0")).items]
    assert labels[0] == "apt packages"
    assert "RUN" not in labels
    check_menu("$0", "inference Dockerfile", "training Dockerfile")


def test_variables_of_azure_ml_and_their_values_are_completed(context: BuildContext) -> None:
    """Of the file's own variables another server knows."""
    labels = [item.label for item in complete(*without(f"FROM {IMAGE}\nENV $0")).items]
    assert "AZUREML_ENTRY_SCRIPT" in labels
    check_menu(f"FROM {IMAGE}\nCOPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=$0", "score.py", context=context)
    check_menu(f"FROM {IMAGE}\nENV MINE=1\nRUN echo $$0")


def test_users_and_folders_of_azure_ml_are_completed(context: BuildContext) -> None:
    """Not root, which every image has, nor the folders and files of the project."""
    check_menu(f"FROM {IMAGE}\nRUN useradd me\nUSER $0", "dockeruser")
    check_menu(f"FROM {IMAGE}\nCOPY --chown=$0", "dockeruser:dockeruser")
    check_menu(f"FROM {IMAGE}\nCOPY --$0", "--chown=dockeruser:dockeruser")
    check_menu(
        f"FROM {IMAGE}\nWORKDIR /mine\nCOPY code $0",
        "/var/azureml-app",
        "/var/azureml-app/azureml-models",
        context=context,
    )


# Hover


@pytest.mark.parametrize(
    "line",
    [
        "R$0UN ls",
        "COPY --ch$0own=a b c",
        "ENV A=1\nRUN echo $A$0",
        "COPY co$0de /app",
        "COPY code /app$0/x/",
        "USER roo$0t",
        "EXPOSE 500$01",
        "COPY --from=bas$0e a b",
    ],
)
def test_on_another_image_nothing_is_shown(line: str, context: BuildContext) -> None:
    """Whatever the general part would say."""
    check_hover(f"FROM python:3.12 AS base\nFROM python:3.12\n{line}", None, context)


@pytest.mark.parametrize(
    ("fixture", "beginning"),
    [
        (f"FROM {IMAGE[:-7]}$0:latest", "**minimal-py312-inference**"),
        (f"FROM {IMAGE}$0", "`mcr.microsoft.com/azureml/minimal-py312-inference:latest`"),
        (f"FROM {IMAGE}\nR$0UN ls", "- User: `dockeruser`"),
        (f"FROM {IMAGE}\nUSER dockeruse$0r", "`dockeruser` is the user of the inference images"),
        (f"FROM {IMAGE}\nEXPOSE 500$01", "`5001`: where nginx"),
        (f"FROM {IMAGE}\nENV AZUREML_ENTRY_SCRIP$0T=score.py", "**AZUREML_ENTRY_SCRIPT**"),
        (f"FROM {IMAGE}\nENV AZUREML_ENTRY_SCRIPT=a.py\nRUN echo $AZUREML_ENTRY_SCRIP$0T", "`AZUREML_ENTRY_SCRIPT` is"),
        (f"FROM {IMAGE}\nCOPY code /var/azureml-ap$0p", "`/var/azureml-app` is where the server looks"),
        (f"FROM {IMAGE}\nCOPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=score.p$0y", "`code/score.py`"),
    ],
)
def test_facts_about_azure_ml_are_shown(fixture: str, beginning: str, context: BuildContext) -> None:
    """Images, who runs a command and with which Python, users, ports, variables and folders."""
    check_hover(fixture, beginning, context)


def test_the_language_is_explained_by_another_server(context: BuildContext) -> None:
    """On an image of Azure ML as well."""
    check_hover(f"FROM {IMAGE}\nCOP$0Y code /x", None, context)
    check_hover(f"FROM {IMAGE}\nCOPY co$0de /x", None, context)


# Links, hints, actions, findings


def test_images_and_files_of_azure_ml_are_linked(context: BuildContext) -> None:
    """The page of another image and a copied file are not."""
    text = dockerfile(
        f"""
        FROM python:3.12
        COPY code/score.py /x
        FROM {IMAGE}
        COPY code/score.py /var/azureml-app/
        ENV AZUREML_ENTRY_SCRIPT=score.py
        """
    )
    found = links(analyse(text, context=context, settings=WITHOUT))
    assert [link.span.of(text) for link in found] == [IMAGE[:-7], "score.py"]


def test_hints_are_shown_on_images_of_azure_ml() -> None:
    """Who runs another image another server may know."""
    text = f"FROM python:3.12\nARG U=a\nUSER $U\nFROM {IMAGE}\nRUN x\nARG U=root\nUSER $U\n"
    found = inlay_hints(analyse(text, settings=WITHOUT), Span(0, len(text)))
    assert [text.count("\n", 0, hint.offset) for hint in found] == [3, 6]


def test_blocks_and_fixes_are_offered_on_images_of_azure_ml() -> None:
    """On another image no block is, and what the builder refuses is neither reported nor fixed."""
    snapshot, offset = without("FROM python:3.12\nRUM ls$0\n")
    assert code_actions(snapshot, Span(offset, offset)) == []
    snapshot, offset = without(f"FROM {IMAGE}\nRUN apt-get$0 update\n")
    titles = [action.title for action in code_actions(snapshot, Span(offset, offset))]
    end = len(snapshot.text)
    assert "Insert apt packages" in [action.title for action in code_actions(snapshot, Span(end, end))]
    assert any(title.startswith("Switch to root") for title in titles)
