"""Which paths the menu offers: of the build context, and in the container."""

from __future__ import annotations

from pathlib import Path

import pytest

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.features.completion import Kind
from tests.annotated import context_of
from tests.features.menus import check_completion, check_pick, check_silent, menu

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference:latest"
TRAINING_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"
CODE = "/var/azureml-app"
MODELS = "/var/azureml-app/azureml-models"


@pytest.fixture
def context(tmp_path: Path) -> BuildContext:
    """A project with code, a model, and files that are not for the image."""
    return context_of(
        tmp_path,
        {
            "code/score.py": "def init(): ...",
            "code/lib/helper.py": "",
            "model/model.pkl": "",
            "requirements.txt": "numpy",
            "README.md": "",
            ".gitignore": "",
            "secret.key": "",
            ".dockerignore": "secret.key\n.dockerignore\n",
            "with space.txt": "",
            "price$.txt": "",
        },
    )


def copy(arguments: str, image: str = IMAGE) -> str:
    """A fixture with one COPY."""
    return f"FROM {image}\nCOPY {arguments}"


# Sources


def test_copy_offers_what_is_in_the_context(context: BuildContext) -> None:
    """Folders end with a slash, hidden files come last; a path that `.dockerignore` excludes is not offered."""
    offered = ["code/", "model/", "README.md", "requirements.txt", ".gitignore"]
    check_completion(copy("$0"), *offered, context=context)
    check_completion("FROM ubuntu\nADD $0", *offered, context=context)
    check_completion(copy("--chown=a:b --link $0"), *offered, context=context)
    check_completion(copy("$0 /app"), *offered, context=context)
    check_completion(copy("\\\n    $0"), *offered, context=context)


def test_a_file_shows_its_size(context: BuildContext) -> None:
    """A folder has none."""
    found = menu(copy("$0"), context)
    assert found.item("requirements.txt").detail == "5 bytes"
    assert found.item("code/").detail == ""


def test_files_and_folders_look_different(context: BuildContext) -> None:
    """An editor has a picture for each."""
    found = menu(copy("$0"), context)
    assert found.item("requirements.txt").kind is Kind.FILE
    assert found.item("code/").kind is Kind.FOLDER


@pytest.mark.parametrize(
    ("arguments", "offered"),
    [
        ("code/$0", ["lib/", "score.py"]),
        ("./code/$0", ["lib/", "score.py"]),
        ("/code/$0", ["lib/", "score.py"]),
        ("../code/$0", ["lib/", "score.py"]),
        ("code/lib/../$0", ["lib/", "score.py"]),
        ("code/l$0", ["lib/"]),
        ("code/lib/$0", ["helper.py"]),
        ("co$0", ["code/"]),
        ("READ$0", ["README.md"]),
        ("re$0", ["README.md", "requirements.txt"]),
        (".$0", [".gitignore"]),
    ],
)
def test_a_path_is_completed_folder_by_folder(arguments: str, offered: list[str], context: BuildContext) -> None:
    """As Docker reads it: nothing is above the root of the context. Letter case does not count."""
    assert [item.label for item in menu(copy(arguments), context).items] == offered


def test_variables_in_the_folder_are_replaced(context: BuildContext) -> None:
    """Where their value is known."""
    check_completion(f"FROM {IMAGE}\nARG DIR=code\nCOPY $DIR/s$0", "score.py", context=context)
    check_silent(f"FROM {IMAGE}\nARG DIR\nCOPY $DIR/s$0", context)


@pytest.mark.parametrize(
    ("arguments", "label", "after"),
    [
        ("$0", "code/", "code/"),
        ("co$0", "code/", "code/"),
        ("code/sc$0", "score.py", "code/score.py"),
        ("code/sc$0xx.py /app", "score.py", "code/score.py /app"),
        ("./code/sc$0", "score.py", "./code/score.py"),
        ("co$0/score.py /app", "code", "code/score.py /app"),
        ("c$0xx/score.py /app", "code", "code/score.py /app"),
        ('["co$0', "code/", '["code/'),
        ('["co$0", "/app"]', "code/", '["code/", "/app"]'),
        ('[ "code/sc$0", "/app"]', "score.py", '[ "code/score.py", "/app"]'),
        (
            '["README.md", \\\n  "req$0", "/app/"]',
            "requirements.txt",
            '["README.md", \\\n  "requirements.txt", "/app/"]',
        ),
        ('["with$0", "/app/"]', "with space.txt", '["with space.txt", "/app/"]'),
        ("README.md re$0 /app/", "requirements.txt", "README.md requirements.txt /app/"),
        ("README.md req$0", "requirements.txt", "README.md requirements.txt"),
    ],
)
def test_an_entry_replaces_its_name_and_nothing_else(
    arguments: str, label: str, after: str, context: BuildContext
) -> None:
    """The folders before it, what follows it, and quotes stay; in words and in JSON."""
    check_pick(copy(arguments), label, copy(after), context)


@pytest.mark.parametrize(
    "arguments",
    [
        "--from=build $0",
        "--from=build co$0",
        "nowhere/$0",
        "requirements.txt/$0",
        "*/$0",
        "https://example.com/$0",
        '["code"$0',
        '["code", $0',
        "co\\\nde/$0",
        '"co$0',
    ],
)
def test_no_source_is_invented(arguments: str, context: BuildContext) -> None:
    """Not of another stage, of a folder that is not there, of a URL, between two strings, or over two lines."""
    assert menu(copy(arguments), context).in_vscode(Kind.FILE) == []
    assert "code/" not in menu(copy(arguments), context).in_vscode()


def test_onbuild_copies_from_another_context(context: BuildContext) -> None:
    """That of the build which uses the image."""
    check_silent("FROM ubuntu\nONBUILD COPY $0", context)


def test_without_a_context_no_source_is_offered() -> None:
    """Nothing is known then."""
    check_silent(copy("$0"))


def test_names_that_need_quotes_are_left_out_of_words(context: BuildContext) -> None:
    """COPY would take a space for the end of the path, and `$.` for a variable."""
    shown = menu(copy("$0"), context).in_vscode()
    assert "with space.txt" not in shown
    assert "price$.txt" not in shown
    assert "with space.txt" in menu(copy('["$0'), context).in_vscode()


def test_a_large_folder_gives_a_menu_of_bounded_length(tmp_path: Path) -> None:
    """The editor asks again with every letter, so every name can be found."""
    context = context_of(tmp_path, {f"data/{number:04}.csv": "" for number in range(1200)})
    assert len(menu(copy("data/$0"), context).items) == 500
    check_completion(copy("data/119$0"), *(f"119{digit}.csv" for digit in range(10)), context=context)


# The last argument: the destination, or one more source


@pytest.mark.parametrize(
    "arguments",
    [
        ". .$0",
        ". ..$0",
        "code code$0",
        "requirements.txt requirements.txt$0",
        "README.md code$0",
        f"code {CODE}$0",
    ],
)
def test_what_is_complete_gets_no_menu(arguments: str, context: BuildContext) -> None:
    """Enter after it ends the line."""
    check_silent(copy(arguments), context)


@pytest.mark.parametrize(
    "arguments",
    [
        ". . $0",
        ". ./$0",
        ". ../$0",
        ". /$0",
        "code /app $0",
        "README.md code/$0",
        f"code {CODE}/$0",
        "code/a code/b $0",
    ],
)
def test_what_may_be_complete_gets_no_menu_that_opens_by_itself(arguments: str, context: BuildContext) -> None:
    """A space or a slash opens no menu; a request by the user does."""
    assert menu(copy(arguments), context).by_itself() == []


def test_one_more_source_is_found_by_its_beginning(context: BuildContext) -> None:
    """But for those that are named already."""
    check_completion(copy("code/score.py re$0"), "README.md", "requirements.txt", context=context)
    check_completion(copy("README.md re$0"), "requirements.txt", context=context)
    check_completion(copy("README.md code/s$0"), "score.py", context=context)


# Destinations


def test_an_inference_image_offers_its_folders() -> None:
    """Where the server looks for the code, and where models are."""
    check_completion(copy("code $0"), CODE, MODELS)
    check_completion(copy("code /v$0"), CODE, MODELS)
    check_completion(copy('["code", "$0'), CODE, MODELS)
    check_completion(copy("--from=build /a /var/azureml-app/a$0"), MODELS)
    check_completion(f"FROM {IMAGE} AS a\nFROM a\nADD code $0", CODE, MODELS)


def test_a_model_most_likely_goes_to_the_models() -> None:
    """So that folder comes first."""
    check_completion(copy("model $0"), MODELS, CODE)
    check_completion(copy("outputs/model.pkl $0"), MODELS, CODE)


def test_the_folder_of_the_code_may_be_another_one() -> None:
    """`AML_APP_ROOT` names it."""
    check_completion(f"FROM {IMAGE}\nENV AML_APP_ROOT=/srv\nCOPY code $0", "/srv", "/srv/azureml-models")


def test_working_directories_are_offered_on_any_image() -> None:
    """Those above the cursor, in this stage or the one below it; the nearest first."""
    fixture = """
        FROM ubuntu AS base
        WORKDIR /below
        FROM base
        WORKDIR /app
        WORKDIR src
        COPY code $0
        WORKDIR /later
        """
    check_completion(fixture, "/app/src", "/app", "/below")
    check_completion("FROM ubuntu\nWORKDIR /\nCOPY code $0")
    check_completion("FROM ubuntu\nARG DIR\nWORKDIR $DIR\nCOPY code $0")


def test_several_sources_need_a_folder() -> None:
    """BuildKit wants a slash then."""
    check_completion(copy("a.py b.py /v$0"), f"{CODE}/", f"{MODELS}/")


def test_workdir_offers_the_same_folders() -> None:
    """And nothing from the context."""
    check_completion(f"FROM {IMAGE}\nWORKDIR $0", CODE, MODELS)
    check_completion(f"FROM {IMAGE}\nWORKDIR /srv/a\nWORKDIR /s$0", "/srv/a")
    assert menu(f"FROM {IMAGE}\nWORKDIR /$0").by_itself() == []


@pytest.mark.parametrize(
    "fixture",
    [
        copy("code /opt$0"),
        copy("code $0", TRAINING_IMAGE),
        copy("code $0", "ubuntu"),
        "FROM ubuntu\nWORKDIR $0",
        f"FROM {IMAGE}\nWORKDIR {CODE}$0",
        f"FROM {IMAGE}\nWORKDIR /a b$0",
    ],
)
def test_no_folder_is_invented(fixture: str) -> None:
    """Training images have no such folders; and what begins otherwise is something else, whatever letters it has."""
    check_silent(fixture)


@pytest.mark.parametrize("typed", ["/app", "/app/", "/a", "/app/azureml-models"])
def test_no_letters_of_another_path_find_a_folder(typed: str) -> None:
    """VS Code finds the letters of `/app` in `/var/azureml-app`; its Enter must leave the path as it is."""
    check_silent(copy(f"code {typed}$0"))


@pytest.mark.parametrize(
    ("arguments", "after"),
    [
        ("code /var$0", f"code {CODE}"),
        ("code /v$0xx/y", f"code {CODE}"),
        ('["code", "/v$0"]', f'["code", "{CODE}"]'),
        ("code \\\n  /v$0", f"code \\\n  {CODE}"),
    ],
)
def test_a_folder_replaces_the_destination(arguments: str, after: str) -> None:
    """All of it, without its quotes."""
    check_pick(copy(arguments), CODE, copy(after))


# Every place


@pytest.mark.parametrize(
    "text",
    [
        'FROM x\nCOPY ["code/score.py", \\\n # c\n "model", "/app/"]\nADD code/lib \\\n  model /app/\nWORKDIR /app/b\n',
        f"FROM {IMAGE}\r\nCOPY --chown=a:b code/score.py requirements.txt /var/azureml-app/\r\nONBUILD ADD code /x\r\n",
        f'FROM {IMAGE}\nCOPY ["a\\"b", \'c\', "\\u0041\\\\", "🐍"] x\nCOPY <<EOF /a\nx\nEOF\nCOPY [\n',
    ],
)
def test_wherever_the_cursor_stands_the_edits_fit(text: str, context: BuildContext) -> None:
    """At every place of a file, finished or cut off there, what is offered can be taken."""
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":
            menu(f"{text[:offset]}$0{text[offset:]}", context)
            menu(f"{text[:offset]}$0", context)


def test_what_no_image_needs_is_offered_only_when_it_is_typed(tmp_path: Path) -> None:
    """Version control, environments and caches are left out until two of their letters are typed."""
    files = {".git/": "", ".venv/": "", "node_modules/": "", "__pycache__/": "", "code/score.py": "", ".env": ""}
    context = context_of(tmp_path, files)
    check_completion("FROM a\nCOPY $0", "code/", ".env", context=context)
    check_completion("FROM a\nCOPY .g$0", ".git/", context=context)


def test_the_files_of_the_build_come_last_and_ignored_ones_not_at_all(tmp_path: Path) -> None:
    """The Dockerfile itself is hardly ever copied."""
    files = {"Dockerfile": "", "a.py": "", "z.py": "", "secret.txt": "", ".dockerignore": "secret.txt\n"}
    context = context_of(tmp_path, files)
    check_completion("FROM a\nCOPY $0", "a.py", "z.py", "Dockerfile", ".dockerignore", context=context)
