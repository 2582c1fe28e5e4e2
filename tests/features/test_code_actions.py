"""The repairs that are offered, and the blocks that can be inserted at a line."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from azureml_dockerfile_ls.azureml.snippets import Snippet, snippets_in, whole_files
from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions import Action, Change, code_actions
from azureml_dockerfile_ls.features.code_actions.insertions import insertions
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.text import Span
from tests.annotated import apply_edits, crlf, cursor, dockerfile

BASE = "mcr.microsoft.com/azureml"
IMAGE = f"{BASE}/minimal-py312-inference:latest"
TRAINING_IMAGE = f"{BASE}/openmpi4.1.0-ubuntu22.04:latest"
INFERENCE_FILE = "Insert inference Dockerfile"
TRAINING_FILE = "Insert training Dockerfile"
BLOCKS = [
    "Insert apt packages",
    "Insert pip install -r requirements.txt",
    "Insert pip install …",
    "Insert code and entry script",
    "Insert model",
    "Insert conda environment",
    "Insert own user",
]
INSTRUCTIONS = {
    "Insert apt packages": "RUN",
    "Insert pip install -r requirements.txt": "COPY RUN",
    "Insert pip install …": "RUN",
    "Insert code and entry script": "COPY ENV",
    "Insert model": "COPY ENV",
    "Insert conda environment": "ENV COPY RUN ENV ENV",
    "Insert own user": "RUN",
    INFERENCE_FILE: "FROM USER RUN USER COPY RUN COPY ENV COPY ENV",
    TRAINING_FILE: "FROM RUN COPY RUN",
}

APT = """\
RUN apt-get update && \\
    apt-get install -y --no-install-recommends libgl1 && \\
    rm -rf /var/lib/apt/lists/*"""
PIP = "COPY requirements.txt /tmp/requirements.txt\nRUN pip install --no-cache-dir -r /tmp/requirements.txt"


def parse_snippet(body: str) -> tuple[str, list[int]]:
    """The text of a snippet with the values of its places filled in, and their numbers, read by LSP's grammar.

    The first value of a choice counts. Fails on a variable: our blocks mean none, so one is a character that should
    have been escaped.
    """
    text, numbers, end = _parse_snippet(body, 0, is_inside=False)
    assert end == len(body)
    return text, numbers


def _parse_snippet(body: str, position: int, *, is_inside: bool) -> tuple[str, list[int], int]:
    text, numbers = "", list[int]()
    while position < len(body) and not (is_inside and body[position] == "}"):
        character, following = body[position], body[position + 1 : position + 2]
        if character == "\\" and following and following in "\\$}":
            text += following
            position += 2
            continue
        if character != "$" or not re.match(r"[A-Za-z_0-9{]", following):
            text += character
            position += 1
            continue
        place = re.compile(r"\$(\d+)|\$\{(\d+)(:|\}|\|)").match(body, position)
        assert place, f"{body[position:]!r} would be read as a variable"
        numbers.append(int(place[1] or place[2]))
        position = place.end()
        if place[3] == "|":
            # Only these three are escaped there; anything else stands for itself.
            choice = re.compile(r"((?:\\[,|\\]|[^,|\\])+)(?:,(?:\\[,|\\]|[^,|\\])+)*\|\}").match(body, position)
            assert choice, f"{body[position:]!r} is no choice"
            text += re.sub(r"\\(.)", r"\1", choice[1])
            position = choice.end()
        if place[3] == ":":
            value, inner, position = _parse_snippet(body, position, is_inside=True)
            assert body[position] == "}"
            text += value
            numbers += inner
            position += 1
    return text, numbers, position


def offered(fixture: str) -> tuple[str, list[Action]]:
    """The text of a fixture and the blocks offered at its cursor; it holds for each of them that it can be inserted."""
    text, offset = cursor(fixture)
    before = analyse(text)
    actions = list(insertions(before, Span(offset, offset)))
    for action in actions:
        _check_insertion(before, action)
    return text, actions


def _check_insertion(before: Snapshot, action: Action) -> None:
    """A block becomes instructions of its own, changes no other one, and raises no finding; both its forms agree."""
    change = action.computed()
    after = analyse(apply_edits(before.text, change.edits), before)
    before_instructions = [instruction.text for instruction in before.tree.instructions]
    instructions = after.tree.instructions
    texts = [instruction.text for instruction in instructions]
    added = len(texts) - len(before_instructions)
    at = next(
        at
        for at in range(len(before_instructions) + 1)
        if texts[:at] + texts[at + added :] == before_instructions
        and [instruction.name for instruction in instructions[at : at + added] if instruction.name != "USER"]
        == [name for name in INSTRUCTIONS[action.title].split() if name != "USER"]
    )
    block = instructions[at : at + added]
    assert [instruction.name for instruction in block].count("USER") in (0, 1, 2)

    def found(snapshot: Snapshot) -> set[tuple[str, str]]:
        return {(finding.rule.name, finding.message) for finding in snapshot.findings}

    assert found(after) <= found(before), after.text

    assert change.snippet is not None
    plain, numbers = parse_snippet(change.snippet)
    assert plain == change.edits[0].text
    assert list(dict.fromkeys(numbers)) == list(range(1, max(numbers) + 1))
    newlines = {"\r\n" if "\r\n" in before.text else "\n"}
    assert set(re.findall(r"\r?\n", change.edits[0].text)) <= newlines


def check_insertion(fixture: str, title: str, after: str) -> None:
    """Inserting a block at the cursor turns the text of a fixture into `after`."""
    text, actions = offered(fixture)
    action = next(action for action in actions if action.title == title)
    assert apply_edits(text, action.computed().edits) == after


# Where a block goes


def test_an_empty_file_can_become_a_dockerfile_for_inference() -> None:
    """The file is complete: base image, apt as root, pip, code, model."""
    check_insertion(
        "$0",
        INFERENCE_FILE,
        f"""\
FROM {IMAGE}

# System packages (need root)
USER root
{APT}
USER dockeruser

# Python packages
{PIP}

# Code
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py

# Model
COPY model /var/azureml-app/azureml-models
ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models
""",
    )


def test_an_empty_file_can_become_a_dockerfile_for_training() -> None:
    """The file is complete: base image, apt, pip. A job runs as root, and brings its code."""
    check_insertion(
        "$0",
        TRAINING_FILE,
        f"FROM {BASE}/openmpi5.0-ubuntu24.04:latest\n\n# System packages\n{APT}\n\n# Python packages\n{PIP}\n",
    )


def test_the_complete_files_raise_no_finding() -> None:
    """Not even a hint."""
    text, actions = offered("$0")
    for action in actions:
        assert analyse(apply_edits(text, action.computed().edits)).findings == ()


@pytest.mark.parametrize("fixture", ["$0", "\n$0", "# my image\n$0", "# syntax=docker/dockerfile:1$0\n", "ARG A=1\n$0"])
def test_while_there_is_no_stage_only_complete_files_are_offered(fixture: str) -> None:
    """The other blocks need an image below them."""
    assert [action.title for action in offered(fixture)[1]] == [INFERENCE_FILE, TRAINING_FILE]


def test_in_a_stage_the_blocks_are_offered() -> None:
    """And no second complete file."""
    assert [action.title for action in offered(f"FROM {IMAGE}$0")[1]] == BLOCKS


def test_before_the_first_stage_of_a_file_nothing_is_offered() -> None:
    """No block is possible there."""
    for fixture in ("$0\nFROM ubuntu\n", "# note$0\nFROM ubuntu\n", "ARG A=1$0\nFROM ubuntu\n"):
        assert offered(fixture)[1] == []


@pytest.mark.parametrize(
    ("fixture", "after"),
    [
        ("FROM ubuntu\n$0\nUSER joe\n", f"FROM ubuntu\n{PIP}\nUSER joe\n"),
        ("FROM ubuntu\n  $0  \nUSER joe\n", f"FROM ubuntu\n{PIP}\nUSER joe\n"),
        ("FROM ubuntu\n\n$0\n\nUSER joe\n", f"FROM ubuntu\n\n{PIP}\n\nUSER joe\n"),
        ("FROM ubuntu\n$0", f"FROM ubuntu\n{PIP}\n"),
        ("FROM ubuntu\n\n  $0", f"FROM ubuntu\n\n{PIP}\n"),
        ("FROM ubuntu$0", f"FROM ubuntu\n{PIP}"),
        ("FROM ubuntu$0  \nUSER joe\n", f"FROM ubuntu  \n{PIP}\nUSER joe\n"),
        ("FROM ubuntu\nRUN a \\\n  b$0\nUSER joe\n", f"FROM ubuntu\nRUN a \\\n  b\n{PIP}\nUSER joe\n"),
        ("FROM ubuntu\nRUN <<E\na\nE$0\nUSER joe\n", f"FROM ubuntu\nRUN <<E\na\nE\n{PIP}\nUSER joe\n"),
        ("FROM ubuntu\nRUN <<E\na\nE\n$0\n", f"FROM ubuntu\nRUN <<E\na\nE\n{PIP}\n"),
    ],
)
def test_a_block_takes_a_blank_line_or_follows_the_instruction(fixture: str, after: str) -> None:
    """In the middle, at the end with or without a final newline, at the end of a long instruction."""
    check_insertion(fixture, "Insert pip install -r requirements.txt", after)


@pytest.mark.parametrize(
    ("fixture", "after"),
    [
        ("FROM ubuntu\n# packages$0\n\nUSER joe\n", f"FROM ubuntu\n# packages\n{PIP}\n\nUSER joe\n"),
        ("FROM ubuntu\n# one$0\n# two\n", f"FROM ubuntu\n# one\n# two\n{PIP}\n"),
        ("FROM ubuntu\n# packages$0", f"FROM ubuntu\n# packages\n{PIP}"),
        ("FROM ubuntu\n# packages\n$0", f"FROM ubuntu\n# packages\n{PIP}\n"),
        ("FROM ubuntu\n# one$0\n# two\nUSER joe\n", f"FROM ubuntu\n{PIP}\n# one\n# two\nUSER joe\n"),
        ("FROM ubuntu\n\n  # one\n  # two$0\nUSER joe\n", f"FROM ubuntu\n\n{PIP}\n  # one\n  # two\nUSER joe\n"),
    ],
)
def test_a_comment_stays_with_what_it_is_about(fixture: str, after: str) -> None:
    """A heading is followed by the block; a comment right above an instruction stays right above it."""
    check_insertion(fixture, "Insert pip install -r requirements.txt", after)


@pytest.mark.parametrize(
    "fixture",
    [
        "FR$0OM ubuntu\nUSER joe\n",
        "FROM $0ubuntu\n",
        "FROM ubuntu\nRUN a \\\n  b$0 \\\n  c\n",
        "FROM ubuntu\nRUN a \\\n$0\n  b\n",
        "FROM ubuntu\nRUN <<E\na$0\nE\n",
        "FROM ubuntu\n# pa$0ckages\n",
    ],
)
def test_in_the_middle_of_a_line_or_an_instruction_no_block_is_offered(fixture: str) -> None:
    """There the menu belongs to the repairs."""
    assert offered(fixture)[1] == []


def test_for_selected_text_no_block_is_offered() -> None:
    """A selected blank line is a place for one, as in an editor that always selects something."""
    snapshot = analyse("FROM ubuntu\n\nUSER joe\n")
    assert [action.title for action in insertions(snapshot, Span(12, 13))] == BLOCKS[:-1]
    assert list(insertions(snapshot, Span(0, 11))) == []
    assert list(insertions(snapshot, Span(12, 17))) == []


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ("COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=score.py\n", {"code and entry script"}),
        ("ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models\n", {"model"}),
        ("USER root\nRUN apt-get update && apt-get install -y git\nUSER dockeruser\n", {"apt packages"}),
        ("COPY r.txt /tmp/\nRUN pip install --no-cache-dir -r /tmp/r.txt\n", {"pip install -r requirements.txt"}),
        ("ENV AZUREML_CONDA_ENVIRONMENT_PATH=/azureml-envs/a\n", {"conda environment"}),
        ("USER root\nRUN useradd joe\nUSER joe\n", {"own user"}),
        ("RUN pip install pandas\n", set()),
        ("RUN apt-get update\n", set()),
    ],
)
def test_what_the_stage_has_is_not_offered_again(lines: str, missing: set[str]) -> None:
    """Also where it comes from the stage below; a single package is never the last one."""
    left = [block for block in BLOCKS if block.removeprefix("Insert ") not in missing]
    for text in (f"FROM {IMAGE}\n{lines}\n", f"FROM {IMAGE} AS a\n{lines}FROM a\n\n"):
        actions = insertions(analyse(text), Span(len(text) - 1, len(text) - 1))
        assert [action.title for action in actions] == left


def test_a_block_follows_the_letter_case_and_the_indentation_of_the_file() -> None:
    """Of the keywords, the continuation lines and the instruction above."""
    check_insertion(
        f"from {TRAINING_IMAGE}\n  run a && \\\n    b\n  run c\n$0\n",
        "Insert apt packages",
        f"from {TRAINING_IMAGE}\n  run a && \\\n    b\n  run c\n  run apt-get update && \\\n"
        "    apt-get install -y --no-install-recommends libgl1 && \\\n    rm -rf /var/lib/apt/lists/*\n",
    )
    check_insertion(
        f"FROM {TRAINING_IMAGE}\nRUN a && \\\n\tb\n$0\n",
        "Insert apt packages",
        f"FROM {TRAINING_IMAGE}\nRUN a && \\\n\tb\n" + APT.replace("    ", "\t") + "\n",
    )
    check_insertion("from ubuntu\n$0", "Insert pip install …", "from ubuntu\nrun pip install --no-cache-dir 'pandas'\n")


def test_a_comment_that_silences_a_rule_keeps_doing_so() -> None:
    """A block between it and its instruction would undo it."""
    text, actions = offered(f"FROM {IMAGE}\n# check=skip=PackageInstallWithoutRoot$0\nRUN apt-get update\n")
    assert [action.title for action in actions] == BLOCKS[:-1]
    for action in actions:
        assert analyse(apply_edits(text, action.computed().edits)).findings == ()


@pytest.mark.parametrize("rest", ["", "ARG A=1\n", "# note\nARG A=1\n"])
def test_directives_stay_at_the_top(rest: str) -> None:
    """A block above or between them would make comments of those below it."""
    text, (action, _) = offered(f"# syntax=docker/dockerfile:1$0\n# escape=`\n{rest}")
    after = analyse(apply_edits(text, action.computed().edits))
    assert [directive.name for directive in after.tree.directives] == ["syntax", "escape"]
    assert after.findings == ()


def test_a_byte_order_mark_stays_at_the_top() -> None:
    """It is no text, wherever the cursor is said to be."""
    text, (action, _) = offered("\ufeff$0")
    assert apply_edits(text, action.computed().edits).startswith(f"\ufeffFROM {IMAGE}\n")
    assert offered("\ufeffFROM ubuntu$0\n")[1]


@pytest.mark.parametrize(
    "fixture", ["RUN a && \\$0", "RUN a && \\\n$0", "RUN a && \\\n  # c$0\n", "RUN <<EOF\na$0", "RUN <<E\n\n$0"]
)
def test_nothing_is_inserted_into_an_unfinished_instruction(fixture: str) -> None:
    """It would swallow the block."""
    assert offered(f"FROM {IMAGE}\n{fixture}")[1] == []


def test_a_file_with_the_line_ends_of_windows_keeps_them() -> None:
    """Every line of a block ends as the others do."""
    text, actions = offered(crlf(f"FROM {IMAGE}\n$0\nUSER root\nUSER dockeruser\n"))
    for action in actions:
        assert "\n" not in apply_edits(text, action.computed().edits).replace("\r\n", "")


# What fits the stage

SWITCHED = f"USER root\n{APT}\nUSER %s\n"


@pytest.mark.parametrize(
    ("fixture", "block"),
    [
        (f"FROM {IMAGE}\n", SWITCHED % "dockeruser"),
        (f"FROM {TRAINING_IMAGE}\n", f"{APT}\n"),
        ("FROM ubuntu\n", f"{APT}\n"),
        ("FROM $BASE\n", f"{APT}\n"),
        (f"FROM {BASE}/curated/sklearn-1.5:50\n", f"{APT}\n"),
        (f"FROM {IMAGE}\nUSER root\nRUN x\n", f"{APT}\n"),
        (f"FROM {IMAGE}\nUSER 0\nRUN x\n", f"{APT}\n"),
        (f"FROM {TRAINING_IMAGE}\nRUN useradd ann\nUSER ann\n", SWITCHED % "ann"),
        (f"FROM {TRAINING_IMAGE}\nUSER 1001:0\n", SWITCHED % "1001:0"),
        (f"FROM {TRAINING_IMAGE}\nARG NAME=ann\nUSER $NAME:staff\nARG NAME=bob\n", SWITCHED % "ann:staff"),
        (f"FROM {IMAGE} AS base\nFROM base\n", SWITCHED % "dockeruser"),
        (f"FROM {IMAGE} AS base\nUSER root\nFROM base\n", f"{APT}\n"),
        (f"FROM {TRAINING_IMAGE} AS base\nUSER ann\nFROM base\n", SWITCHED % "ann"),
        (f"ARG BASE={IMAGE}\nFROM $BASE\n", SWITCHED % "dockeruser"),
    ],
)
def test_apt_runs_as_root_and_leaves_the_user_as_it_was(fixture: str, block: str) -> None:
    """An inference image, or a stage with a user of its own, is switched to root and back; a training image is not."""
    check_insertion(f"{fixture}$0", "Insert apt packages", fixture + block)


def test_the_user_at_the_cursor_counts_not_the_one_at_the_end() -> None:
    """Between USER root and USER dockeruser no switch is needed."""
    check_insertion(
        f"FROM {IMAGE}\nUSER root\n$0\nUSER dockeruser\n",
        "Insert apt packages",
        f"FROM {IMAGE}\nUSER root\n{APT}\nUSER dockeruser\n",
    )


def test_a_block_belongs_to_the_stage_above_the_cursor() -> None:
    """On the blank line before the next FROM too."""
    check_insertion(
        f"FROM {IMAGE} AS a\n$0\nFROM {TRAINING_IMAGE}\n",
        "Insert apt packages",
        f"FROM {IMAGE} AS a\n{SWITCHED % 'dockeruser'}FROM {TRAINING_IMAGE}\n",
    )


def test_continued_lines_end_with_the_escape_character_of_the_file() -> None:
    """A backslash continues nothing where the file says so."""
    continued = APT.replace("\\", "`")
    check_insertion(
        f"# escape=`\nFROM {TRAINING_IMAGE}\n$0",
        "Insert apt packages",
        f"# escape=`\nFROM {TRAINING_IMAGE}\n{continued}\n",
    )
    text, (action, _) = offered("# escape=`\n$0")
    assert analyse(apply_edits(text, action.computed().edits)).findings == ()


@pytest.mark.parametrize(
    ("fixture", "root"),
    [
        (f"FROM {IMAGE}\n", "/var/azureml-app"),
        (f"FROM {IMAGE}\nENV AML_APP_ROOT=/srv/app/\n", "/srv/app"),
        (f"FROM {BASE}/curated/mlflow-py312-inference:latest\n", "/var/mlflow_resources"),
        (f"FROM {IMAGE}\nARG ROOT\nENV AML_APP_ROOT=$ROOT\n", "$AML_APP_ROOT"),
        (f'FROM {IMAGE}\nENV AML_APP_ROOT="/srv/my app"\n', "$AML_APP_ROOT"),
    ],
)
def test_code_and_model_go_where_the_server_looks_for_them(fixture: str, root: str) -> None:
    """Below AML_APP_ROOT, written out where its value is known and plain."""
    check_insertion(
        f"{fixture}$0",
        "Insert code and entry script",
        f"{fixture}COPY code {root}\nENV AZUREML_ENTRY_SCRIPT=score.py\n",
    )
    models = f"{root}/azureml-models"
    check_insertion(f"{fixture}$0", "Insert model", f"{fixture}COPY model {models}\nENV AZUREML_MODEL_DIR={models}\n")


# Snippets


def snippets() -> list[Snippet]:
    """Every block, in the forms that it takes in different stages."""
    found = [*whole_files(), *whole_files("`")]
    for text in (
        f"FROM {IMAGE}",
        f"FROM {TRAINING_IMAGE}",
        f"FROM {IMAGE}\nARG ROOT\nENV AML_APP_ROOT=$ROOT",
        "# escape=`\nFROM ubuntu\nUSER DOMAIN\\joe",
        "FROM ubuntu\nUSER joe}${1:x}",
        "FROM ubuntu\nUSER '$1'",
    ):
        stage = analyse(text).model.stages[0].stage
        found += snippets_in(stage, stage.end)
    return found


@pytest.mark.parametrize("snippet", snippets(), ids=lambda snippet: snippet.name)
def test_an_editor_reads_a_snippet_as_the_text_that_others_get(snippet: Snippet) -> None:
    """By LSP's grammar: what is not a place to fill in is escaped, and the places count from 1 in their order."""
    text, numbers = parse_snippet(snippet.body)
    assert text == snippet.text
    assert list(dict.fromkeys(numbers)) == list(range(1, max(numbers) + 1))


def test_the_snippet_parser_reads_what_the_grammar_says() -> None:
    """So that the tests above mean something."""
    assert parse_snippet("a ${1:b} $0 ${2} \\$x \\} \\\\ } $ $. \\n") == ("a b   $x } \\ } $ $. \\n", [1, 0, 2])
    assert parse_snippet("${1:a ${2:b\\}} c}") == ("a b} c", [1, 2])
    assert parse_snippet("${1|a\\,\\|\\\\$b,c|} d") == ("a,|\\$b d", [1])
    for body in ("$NAME", "${NAME}", "${NAME:x}"):
        with pytest.raises(AssertionError, match="variable"):
            parse_snippet(body)


# Every place


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        f"# syntax=docker/dockerfile:1\n# c\n\nARG A=1\n# d\nFROM {IMAGE} AS a\n\n# b\nRUN x \\\n # c\n\n  y\n# e",
        f"FROM {TRAINING_IMAGE}\r\nRUN <<A <<B\r\nx\r\nA\r\nB\r\n\r\n# c\r\nUSER joe\r\nRUN a \\\r\n b \\\r\n",
        "\ufeff# escape=`\nFROM a `\n  AS b\nONBUILD RUN c\nRUN <<EOF\nopen\nUSER joe\n  \n",
    ],
)
def test_a_block_can_be_inserted_at_every_place(text: str) -> None:
    """Each block that is offered anywhere in a file, whole or cut off at the cursor, can be inserted there."""
    whole = cut_off = analyse(text)
    checked = set[Change]()
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":
            # Most places of an instruction are offered the same blocks.
            for action in insertions(whole, Span(offset, offset)):
                if action.computed() not in checked:
                    _check_insertion(whole, action)
                    checked.add(action.computed())
            cut_off = analyse(text[:offset], cut_off)
            for action in insertions(cut_off, Span(offset, offset)):
                _check_insertion(cut_off, action)
    assert checked


# Repairs


def check_repairs(fixture: str, *titles: str) -> None:
    """The repairs offered at the cursor are exactly these."""
    text, offset = cursor(fixture)
    found = [action.title for action in code_actions(analyse(text), Span(offset, offset), [ActionKind.QUICKFIX])]
    assert [title for title in found if not title.startswith("Ignore ")] == list(titles)


def test_the_repairs_of_a_finding_are_offered_on_it() -> None:
    """Anywhere on its text and at both ends, and nowhere else."""
    title = "Switch to root for this RUN, and back to dockeruser"
    for place in ("$0apt-get", "ap$0t-get", "apt-get$0"):
        check_repairs(f"FROM {IMAGE}\nRUN {place} update\n", title)
    check_repairs(f"FROM {IMAGE}\nRUN $0 apt-get update\n")
    check_repairs(f"FROM {IMAGE}$0\nRUN apt-get update\n")


def test_a_selection_offers_the_repairs_of_all_that_it_touches() -> None:
    """So the whole file can be selected."""
    text = dockerfile(f"""
        FROM {BASE}/minimal-py312-inference
        RUN apt-get update
        """)
    actions = code_actions(analyse(text), Span(0, len(text)), [ActionKind.QUICKFIX])
    assert {finding.rule.name for action in actions for finding in action.findings} == {
        "UntaggedImage",
        "PackageInstallWithoutRoot",
    }


def test_a_finding_that_the_editor_names_offers_its_repairs() -> None:
    """The cursor may be elsewhere on the line; each repair is offered once."""
    snapshot = analyse(f"FROM {IMAGE}\nRUN apt-get update\n")
    start = snapshot.text.index("RUN")
    (finding,) = snapshot.findings
    for span in (Span(start, start), finding.span):
        titles = [action.title for action in code_actions(snapshot, span, [ActionKind.QUICKFIX], [finding])]
        assert titles == [
            "Switch to root for this RUN, and back to dockeruser",
            "Ignore PackageInstallWithoutRoot here",
        ]


def test_a_repair_knows_its_finding_and_whether_it_is_the_usual_one() -> None:
    """The editor shows both."""
    text = f"FROM {IMAGE}\nRUN apt-get update\n"
    action = code_actions(analyse(text), Span(text.index("apt"), text.index("apt")), [ActionKind.QUICKFIX])[0]
    assert action.is_preferred
    assert [finding.rule.name for finding in action.findings] == ["PackageInstallWithoutRoot"]
    assert (
        apply_edits(text, action.computed().edits) == f"FROM {IMAGE}\nUSER root\nRUN apt-get update\nUSER dockeruser\n"
    )


@pytest.mark.slow
def test_a_list_of_actions_is_little_work_in_a_file_with_many_fixes() -> None:
    """Only the chosen action is worked out: ten lists cost less than all fixes once."""
    text = f"FROM {IMAGE}\n" + "".join(f"RUN pip install a{number}>=1\n" for number in range(150)) + "RUN true\n" * 49
    snapshot = analyse(text)
    place = Span(text.index("a0"), text.index("a0"))
    fix = next(action for action in code_actions(snapshot, place) if action.title == "Apply all safe fixes")
    assert len(fix.computed().edits) == 150

    def seconds(work: Callable[[], object]) -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    lists = min(seconds(lambda: [code_actions(snapshot, place) for _ in range(10)]) for _ in range(5))
    assert lists < min(seconds(fix.computed) for _ in range(5))
