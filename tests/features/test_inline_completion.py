"""Inline completion: the next line, only where no other one is usual."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.features.inline_completion import inline_completion
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import analyse
from tests.annotated import context_of, cursor

BASE = "mcr.microsoft.com/azureml"
IMAGE = f"{BASE}/minimal-py312-inference:latest"
APT = "RUN apt-get update && apt-get install -y git\n"
SCRIPT = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"


def check_next(fixture: str, line: str | None, context: BuildContext | None = None, **settings: bool) -> None:
    """The line that is suggested at the cursor is this one; None for none."""
    text, offset = cursor(fixture)
    chosen = Settings(**{"inline_completion": True, **settings})
    assert inline_completion(analyse(text, context=context, settings=chosen), offset) == line


@pytest.mark.parametrize(
    ("before", "user"),
    [
        (f"FROM {IMAGE}\n", "dockeruser"),
        (f"FROM {IMAGE}\nUSER root\nRUN useradd joe\nUSER joe\n", "joe"),
        (f"FROM {IMAGE} AS a\nFROM a\n", "dockeruser"),
    ],
)
def test_after_system_packages_the_user_comes_back(before: str, user: str) -> None:
    """Below USER root and the RUN that needs it."""
    check_next(f"{before}USER root\n{APT}$0", f"USER {user}")
    check_next(f"{before}USER root\n{APT}\n$0\n# more\n", f"USER {user}")


def test_the_line_follows_the_letter_case_of_the_file() -> None:
    """A file in lower case stays so."""
    check_next(f"from {IMAGE}\nuser root\nrun apt-get install -y git\n$0", "user dockeruser")


@pytest.mark.parametrize(
    "text",
    [
        f"FROM {IMAGE}\n$0",
        f"FROM {IMAGE}\nUSER root\n$0",
        f"FROM {IMAGE}\nUSER root\nRUN make\n$0",
        f"FROM {IMAGE}\nUSER root\n{APT}$0\nUSER dockeruser\n",
        f"FROM {IMAGE}\nUSER root\n$0\n{APT}",
        f"FROM {IMAGE}\nUSER root\n{APT}US$0",
        f"FROM {IMAGE}\nUSER root\n{APT}COPY a b\n$0\nRUN x\n",
        f"FROM {BASE}/openmpi4.1.0-ubuntu22.04:latest\nUSER root\n{APT}$0",
        f"FROM ubuntu\nUSER root\n{APT}$0",
        f"FROM {IMAGE}\nUSER root\nRUN apt-get install -y git \\\n$0",
        f"FROM {IMAGE}\nUSER root\nRUN <<E\napt-get install -y git\n$0\nE\n",
        "$0",
    ],
)
def test_where_something_else_may_follow_nothing_is_suggested(text: str) -> None:
    """Root is not needed, may be needed again, or was the user before; the line is not blank."""
    check_next(text, None)


def test_after_the_code_the_only_script_is_named(tmp_path: Path) -> None:
    """Of several none is."""
    one = context_of(tmp_path / "one", {"code/score.py": SCRIPT, "code/util.py": ""})
    check_next(f"FROM {IMAGE}\nCOPY code /var/azureml-app\n$0", "ENV AZUREML_ENTRY_SCRIPT=score.py", one)
    two = context_of(tmp_path / "two", {"code/a.py": SCRIPT, "code/b.py": SCRIPT})
    check_next(f"FROM {IMAGE}\nCOPY code /var/azureml-app\n$0", None, two)
    check_next(f"FROM {IMAGE}\nCOPY code /var/azureml-app\n$0\nENV AZUREML_ENTRY_SCRIPT=score.py\n", None, one)


def test_it_is_off_unless_the_setting_is_on() -> None:
    """Beside another server it is left out on other images."""
    check_next(f"FROM {IMAGE}\nUSER root\n{APT}$0", None, inline_completion=False)
    check_next(f"FROM {IMAGE}\nUSER root\n{APT}$0", "USER dockeruser", dockerfile_features=False)
    text = "FROM python:3.12\nUSER joe\nUSER root\nRUN apt-get install -y git\n$0"
    check_next(text, "USER joe")
    check_next(text, None, dockerfile_features=False)
