"""Refactorings: the other way to write the same, offered only where it is certain to be the same."""

from __future__ import annotations

import pytest

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions import Action, code_actions
from azureml_dockerfile_ls.settings import DEFAULTS, Settings
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import Span
from tests.annotated import apply_edits, crlf, dockerfile

KINDS = (ActionKind.REWRITE, ActionKind.EXTRACT, ActionKind.INLINE)
BUILDKIT = "# syntax=docker/dockerfile:1\nFROM a\n"


def offered(fixture: str, settings: Settings = DEFAULTS) -> tuple[str, list[Action]]:
    """The text without marks, and the refactorings at `$0`, or for the text between `$<` and `$>`."""
    text = dockerfile(fixture)
    mark = "$0" if "$0" in text else "$<"
    start = text.index(mark)
    text = text.replace(mark, "", 1)
    end = text.index("$>") if mark == "$<" else start
    text = text.replace("$>", "", 1)
    actions = code_actions(analyse(text, settings=settings), Span(start, end), KINDS)
    return text, [action for action in actions if not action.title.startswith(("Insert", "Pin"))]


def check_refactoring(before: str, title: str, after: str) -> None:
    """The refactoring of that title makes `after` of a text."""
    text, actions = offered(before)
    assert title in [action.title for action in actions]
    edits = next(action for action in actions if action.title == title).computed().edits
    assert apply_edits(text, edits) == dockerfile(after)


def check_not_offered(fixture: str, title: str) -> None:
    """No refactoring whose title begins like this is offered."""
    assert [action.title for action in offered(fixture)[1] if action.title.startswith(title)] == []


# JSON form


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("CMD gunicorn --bind=:80 'a b'", 'CMD ["gunicorn", "--bind=:80", "a b"]'),
        ("ENTRYPOINT /bin/run é", 'ENTRYPOINT ["/bin/run", "é"]'),
        ("RUN --network=none apt-get update", 'RUN --network=none ["apt-get", "update"]'),
        ("RUN a '$B'", 'RUN ["a", "$B"]'),
    ],
)
def test_a_command_that_needs_no_shell_can_be_json(before: str, after: str) -> None:
    """Its words are those that the shell would make."""
    check_refactoring(f"FROM a\n$0{before}\n", "Convert to JSON form", f"FROM a\n{after}\n")


@pytest.mark.parametrize(
    "command",
    [
        "CMD a $B",
        "CMD a && b",
        "CMD a | b",
        "CMD a > b",
        "CMD A=1 b",
        "CMD a *.py",
        "CMD a ~/b",
        "CMD a {b,c}",
        "CMD exec a",
        "RUN cd /a",
        "RUN echo a",
        "RUN a `b`",
        "RUN a # b",
        "RUN a 'b'c*",
        "RUN if a; then b; fi",
        "RUN a <<E\nb\nE",
        'SHELL ["bash", "-c"]\nRUN a',
        "ENTRYPOINT b\nCMD a",
        "ONBUILD CMD a",
    ],
)
def test_a_command_that_needs_a_shell_stays(command: str) -> None:
    """So does CMD beside ENTRYPOINT: what each means depends on the form of the other."""
    head, _, last = command.rpartition("\n") if "<<" not in command else ("", "", command)
    check_not_offered(f"FROM a\n{head}\n$0{last}\n", "Convert")


def test_a_json_form_can_be_a_shell_form() -> None:
    """Its words are quoted where the shell would read more into them."""
    check_refactoring('FROM a\nRUN$0 ["a", "b c", "$D"]\n', "Convert to shell form", "FROM a\nRUN a 'b c' '$D'\n")
    check_refactoring('FROM a\nCMD$0 ["/a", "b"]\n', "Convert to shell form", "FROM a\nCMD /a b\n")


@pytest.mark.parametrize(
    "command",
    ['CMD ["a"]', 'RUN ["a\\n"]', 'RUN ["--a"]', 'RUN ["cd", "a"]\nENTRYPOINT ["b"]\nCMD ["/c"]', "RUN []"],
)
def test_a_json_form_stays_where_a_shell_could_do_something_else(command: str) -> None:
    """The words of CMD may be arguments of an ENTRYPOINT in the base image."""
    head, newline, last = command.rpartition("\n")
    check_not_offered(f"FROM a\n{head}{newline}$0{last}\n", "Convert")
    check_not_offered('FROM scratch\n$0RUN ["/a"]\n', "Convert")


# Pairs


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ENV A b", "ENV A=b"),
        ("ENV A b  $C", 'ENV A="b  $C"'),
        ('ENV A "b c"', 'ENV A="b c"'),
        ("LABEL a.b c d", 'LABEL a.b="c d"'),
        ("ENV A b=c", "ENV A=b=c"),
    ],
)
def test_the_old_form_of_a_pair_gets_an_equals_sign(before: str, after: str) -> None:
    """With quotes if the value has blanks."""
    name = before.split()[1]
    check_refactoring(f"FROM a\n{before}$0\n", f"Write as {name}=…", f"FROM a\n{after}\n")


@pytest.mark.parametrize("pair", ["ENV A=b", 'ENV A b "c" d', "ENV A b\\ c 'd", "ENV A b \\\n c", "ENV A"])
def test_a_pair_whose_value_could_change_stays(pair: str) -> None:
    """Quotes in the middle of a value are read in another way."""
    check_not_offered(f"FROM a\n$0{pair}\n", "Write")


# Heredocs


def test_a_chain_can_be_a_heredoc() -> None:
    """With `set -e`, which stops where `&&` stops; lines of a command stay."""
    check_refactoring(
        f"{BUILDKIT}RUN cd /a && \\\n    b \\\n      c | d && \\\n    e 'f  g'$0\n",
        "Convert to heredoc",
        f"{BUILDKIT}RUN <<EOF\nset -e\ncd /a\nb \\\n      c | d\ne 'f  g'\nEOF\n",
    )


@pytest.mark.parametrize(
    "commands",
    ["a", "a || b", "a && b; c", "a && (b)", "a && ! b", "a && b &", "a && . b", "a && set +e", "a && $B c"]
    + ["a && for b in c; do d; done", "a && \\\n# b\n c", "a && conda activate b", "a && b=$(c; d)", "a && EOF"],
)
def test_another_script_is_no_heredoc(commands: str) -> None:
    """What `set -e` could change stays."""
    check_not_offered(f"{BUILDKIT}RUN$0 {commands}\n", "Convert to heredoc")


def test_a_heredoc_is_not_what_makes_buildkit_necessary() -> None:
    """Azure builds with the classic builder."""
    check_not_offered("FROM a\nRUN$0 a && b\n", "Convert to heredoc")
    check_refactoring(
        "FROM a\nCOPY --link b c\nRUN$0 a && b\n",
        "Convert to heredoc",
        "FROM a\nCOPY --link b c\nRUN <<EOF\nset -e\na\nb\nEOF\n",
    )


def test_a_heredoc_can_be_a_chain() -> None:
    """If its first line is `set -e`."""
    check_refactoring(
        f"{BUILDKIT}RUN <<EOF\nset -e\na $0b\n\ncd c\nEOF\nRUN d\n",
        "Convert to && chain",
        f"{BUILDKIT}RUN a b && \\\n    cd c\nRUN d\n",
    )


@pytest.mark.parametrize(
    "body", ["a\nb", "set -ex\na", "set -e\na && b", "set -e\nif a; then\nb\nfi", "set -e\n# a\nb", "set -e\na \\\nb"]
)
def test_another_heredoc_is_no_chain(body: str) -> None:
    """Without `set -e` it goes on after a failure."""
    check_not_offered(f"{BUILDKIT}RUN$0 <<EOF\n{body}\nEOF\n", "Convert to && chain")


# Merging and splitting


def test_runs_are_merged() -> None:
    """The one at the cursor with the one below it, or all that are selected."""
    check_refactoring("FROM a\nRUN b$0\n\nRUN c\n", "Merge with the RUN below", "FROM a\nRUN b && \\\n    c\n")
    check_refactoring(
        "FROM a\nRUN $<b \\\n  c\nRUN d\nRUN e$> && f\n",
        "Merge 3 RUN instructions",
        "FROM a\nRUN b \\\n  c && \\\n  d && \\\n  e && f\n",
    )
    mount = "--mount=type=cache,target=/b"
    check_refactoring(
        f"FROM a\nRUN {mount} b$0\nRUN {mount} c\n",
        "Merge with the RUN below",
        f"FROM a\nRUN {mount} b && \\\n    c\n",
    )


@pytest.mark.parametrize(
    "runs",
    [
        "RUN cd b$0\nRUN c",
        "RUN export A=b$0\nRUN c",
        "RUN A=b$0\nRUN c",
        "RUN . b$0\nRUN c",
        "RUN b # c$0\nRUN d",
        "RUN b; c$0\nRUN d",
        "RUN b || c$0\nRUN d",
        "RUN b$0\nRUN c || d",
        "RUN b$0\n# why\nRUN c",
        "RUN b$0\nCOPY c d\nRUN e",
        "RUN --network=none b$0\nRUN c",
        "RUN --mount=type=tmpfs,target=/c b$0\nRUN --mount=type=tmpfs,target=/c d",
        'RUN ["b"]$0\nRUN c',
        "RUN $A$0\nRUN c",
    ],
)
def test_runs_that_could_influence_each_other_stay(runs: str) -> None:
    """A folder or a variable of the first would apply in the second too."""
    check_not_offered(f"FROM a\n{runs}\n", "Merge")


def test_a_run_is_split() -> None:
    """At the operator that the cursor touches; both parts have the flags."""
    check_refactoring(
        "FROM a\nRUN --network=none b &&$0 \\\n    c && \\\n    d\n",
        "Split RUN here",
        "FROM a\nRUN --network=none b\nRUN --network=none c && \\\n    d\n",
    )
    check_refactoring("FROM a\nRUN b && c $0&& cd d\n", "Split RUN here", "FROM a\nRUN b && c\nRUN cd d\n")
    check_refactoring("FROM a\nRUN b &&$0 [ -f c ]\n", "Split RUN here", "FROM a\nRUN b\nRUN [ -f c ]\n")


@pytest.mark.parametrize(
    "run",
    [
        "RUN b && c$0",
        "RUN cd b &&$0 c",
        "RUN export A=1 &&$0 c",
        "RUN A=1 &&$0 c $A",
        "RUN service b start &&$0 c",
        "RUN (b &&$0 c)",
        'RUN b "$(c &&$0 d)"',
        "RUN b &&$0 c || d",
        "RUN b &&$0 \\\n# why\n  c",
        "RUN --mount=type=tmpfs,target=/c b &&$0 d",
        "RUN b &&$0 echo $?",
        "RUN b &&$0 -- c",
        "RUN b &&$0 --mount=c d",
        'RUN b &&$0 ["c"]',
    ],
)
def test_a_run_whose_parts_belong_together_stays(run: str) -> None:
    """Its shell, or a process of it, would end too early, or BuildKit would take the second part for no shell text."""
    check_not_offered(f"FROM a\n{run}\n", "Split")


# ARG


def test_a_tag_becomes_an_arg() -> None:
    """Above the first FROM and its comments; nothing need be selected."""
    check_refactoring(
        "# why\nFROM r/my-image:1.$02 AS b\n",
        "Extract to ARG MY_IMAGE_TAG",
        "ARG MY_IMAGE_TAG=1.2\n# why\nFROM r/my-image:${MY_IMAGE_TAG} AS b\n",
    )
    check_refactoring(
        "# syntax=a\nFROM a\nFROM b:$01\n",
        "Extract to ARG B_TAG",
        "# syntax=a\nARG B_TAG=1\nFROM a\nFROM b:${B_TAG}\n",
    )


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("ENV A=/b/$<c$>", "A_VALUE", "ENV A=/b/${A_VALUE}"),
        ("WORKDIR /$<b$>", "WORKDIR_VALUE", "WORKDIR /${WORKDIR_VALUE}"),
        ("RUN pip install torch==$<2.1$>", "TORCH_VERSION", "RUN pip install torch==${TORCH_VERSION}"),
        ("RUN echo RUN_VALUE $<b$>", "RUN_VALUE_2", "RUN echo RUN_VALUE ${RUN_VALUE_2}"),
    ],
)
def test_a_selected_value_becomes_an_arg(before: str, name: str, after: str) -> None:
    """Above its instruction; the name is new in the file."""
    value = before[before.index("$<") + 2 : before.index("$>")]
    check_refactoring(f"FROM a\n{before}\n", f"Extract to ARG {name}", f"FROM a\nARG {name}={value}\n{after}\n")


@pytest.mark.parametrize(
    "instruction",
    [
        "CMD $<b$>",
        "RUN echo '$<b$>'",
        "RUN sh -c 'echo $<b$>'",
        'RUN ["$<b$>"]',
        "RUN <<E\n$<b$>\nE",
        "$<RUN$> b",
        "ENV $<A$>=b",
        "ENV A='$<b$>'",
        "COPY --from=$<b$> c d",
        "RUN $<a b$>",
        "FROM a$0",
        "FROM a:$B$0",
        "FROM a:1@sha256:b$0",
    ],
)
def test_a_value_that_is_not_expanded_stays(instruction: str) -> None:
    """Where neither BuildKit nor the shell replaces variables."""
    check_not_offered(f"FROM a\n{instruction}\n", "Extract")


def test_a_global_arg_is_inlined() -> None:
    """Into each FROM, and into other ARGs there."""
    check_refactoring(
        "ARG A=1$0\nARG B=b:$A\nFROM $B\nFROM c:${A}-d\n", "Inline ARG A", "ARG B=b:1\nFROM $B\nFROM c:1-d\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "ARG A$0\nFROM b:$A\n",
        "ARG A=1$0\nFROM b\n",
        "ARG A=1$0\nFROM b:${A:-2}\n",
        "ARG A=1$0\nARG A=2\nFROM b:$A\n",
        "ARG A=1$0\nFROM b:$A\nARG A\n",
        "ARG A=1$0 B=2\nFROM b:$A\n",
        "ARG A=$B$0\nFROM b:$A\n",
        "FROM b\nARG A=1$0\nENV C=$A\n",
    ],
)
def test_an_arg_that_may_be_read_elsewhere_stays(text: str) -> None:
    """An ARG of a stage is in the environment of each RUN."""
    check_not_offered(text, "Inline")


# Packages


def test_packages_are_sorted() -> None:
    """The layout stays, and so do options and quotes."""
    check_refactoring(
        "FROM a\nRUN apt-get install -y \\\n    c \\\n    $0b=1 \\\n    A && d\n",
        "Sort packages",
        "FROM a\nRUN apt-get install -y \\\n    A \\\n    b=1 \\\n    c && d\n",
    )
    check_refactoring(
        "FROM a\nRUN pip$0 install 'c>=1' -r b.txt a\n",
        "Sort packages",
        "FROM a\nRUN pip install a -r b.txt 'c>=1'\n",
    )


@pytest.mark.parametrize(
    "command",
    [
        "apt-get install a b",
        "apt-get install a",
        "apt-get install b $A",
        "apt-get install b a-",
        "apt-get install b ./a.deb",
        "apt-get install b \\\n# why\n a",
        "apt-get remove b a",
        "pip install b ./a",
        "pip install b git+https://a",
        "pip install -e b a",
        "echo b a",
    ],
)
def test_a_list_whose_order_may_matter_stays(command: str) -> None:
    """So does one that is in order."""
    check_not_offered(f"FROM a\nRUN$0 {command}\n".replace("RUN$0 ", "RUN $0"), "Sort")


# Cache mounts


def test_pip_gets_a_cache_mount() -> None:
    """The option that would make it useless goes."""
    check_refactoring(
        f"{BUILDKIT}USER root\nRUN$0 pip install --no-cache-dir a\n",
        "Add cache mount for pip",
        f"{BUILDKIT}USER root\nRUN --mount=type=cache,target=/root/.cache/pip pip install a\n",
    )
    check_refactoring(
        f"{BUILDKIT}USER root\nRUN$0 uv pip install a\n",
        "Add cache mount for uv",
        f"{BUILDKIT}USER root\nRUN --mount=type=cache,target=/root/.cache/uv uv pip install a\n",
    )


def test_apt_gets_cache_mounts() -> None:
    """The command that would empty them goes."""
    check_refactoring(
        f"{BUILDKIT}USER root\nRUN$0 apt-get update && \\\n    apt-get install -y a && \\\n"
        "    rm -rf /var/lib/apt/lists/*\n",
        "Add cache mount for apt",
        f"{BUILDKIT}USER root\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked "
        "--mount=type=cache,target=/var/lib/apt/lists,sharing=locked apt-get update && \\\n    apt-get install -y a\n",
    )


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nUSER root\nRUN$0 pip install a\n",
        f"{BUILDKIT}RUN$0 pip install a\n",
        f"{BUILDKIT}USER b\nRUN$0 pip install a\n",
        f"{BUILDKIT}USER root\nENV PIP_CACHE_DIR=/b\nRUN$0 pip install a\n",
        f"{BUILDKIT}USER root\nRUN$0 pip install --cache-dir=/b a\n",
        f"{BUILDKIT}USER root\nRUN$0 pip install a && pip cache purge\n",
        f"{BUILDKIT}USER root\nRUN$0 --mount=type=cache,target=/b pip install a\n",
        f"{BUILDKIT}USER root\nRUN$0 apt-get update && apt-get install -y a\n",
        f"{BUILDKIT}USER root\nRUN$0 pip list\n",
    ],
)
def test_no_cache_mount_where_it_may_be_wrong_or_useless(text: str) -> None:
    """Without BuildKit, for another user, or with a cache elsewhere."""
    check_not_offered(text, "Add cache mount")


# All


def test_refactorings_belong_to_dockerfile_features() -> None:
    """Another server beside this one has its own."""
    for text in ("FROM a:$01\n", "FROM a\nRUN b &&$0 c\nRUN d\n", "ARG A=1$0\nFROM b:$A\n", "FROM a\nENV A b$0\n"):
        assert offered(text)[1]
        assert offered(text, Settings(dockerfile_features=False))[1] == []


def test_line_ends_stay() -> None:
    """Those that an edit adds are like the others."""
    text, actions = offered(crlf("FROM a\nRUN b && $0c\n").replace("&& $0", "&&$0 "))
    (split,) = [action for action in actions if action.title == "Split RUN here"]
    assert apply_edits(text, split.computed().edits) == crlf("FROM a\nRUN b\nRUN c\n")


def test_a_faulty_instruction_has_none() -> None:
    """Its meaning is unknown."""
    assert offered("FROM a\nRUN --x a &&$0 b\n")[1] == []
    assert offered("FROM a\nRUN <<E &&$0 b\n")[1] == []
